//! The elements of a model as numbers: ids and names are looked up here once, and everything else counts.

use std::collections::BTreeMap;

use cairn_model::{Boundary, Component, ComponentType, Data, ElementId, NormalName, Permission, Status, System};

use crate::capability::Node;

/// What a node stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    /// What parts are built from, wherever it comes from.
    Supply,
    Component(&'a Component),
    Data(&'a Data),
    Boundary(&'a Boundary),
    /// What a grant on everything is on.
    Everything,
    /// Somebody who is named by a permission only.
    Principal,
}

/// All nodes in order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Nodes<'a> {
    ids: Vec<ElementId>,
    names: Vec<&'a str>,
    kinds: Vec<Kind<'a>>,
    by_id: BTreeMap<ElementId, Node>,
    by_name: BTreeMap<NormalName, Node>,
}

/// The node of what parts are built from.
pub(crate) const SUPPLY: Node = 0;

/// The node that a grant on everything is on.
pub(crate) const EVERYTHING: Node = 1;

impl<'a> Nodes<'a> {
    pub(crate) fn of(system: &'a System) -> Self {
        let mut nodes = Self::default();
        nodes.add(ElementId::named("supply", "chain"), "what the system is built from", Kind::Supply);
        nodes.add(ElementId::named("system", "as-a-whole"), "everything", Kind::Everything);
        let mut components: Vec<&Component> = system.components.iter().collect();
        components.retain(|it| it.status != Status::Absent);
        components.sort_by(|one, other| one.id.cmp(&other.id));
        for it in components {
            let node = nodes.add(it.id.clone(), &it.name, Kind::Component(it));
            for name in std::iter::once(&it.name).chain(&it.aliases) {
                nodes.by_name.entry(NormalName::of(name)).or_insert(node);
            }
        }
        let mut data: Vec<&Data> = system.data.iter().collect();
        data.sort_by(|one, other| one.id.cmp(&other.id));
        for it in data {
            let node = nodes.add(it.id.clone(), &it.name, Kind::Data(it));
            nodes.by_name.entry(NormalName::of(&it.name)).or_insert(node);
        }
        let mut boundaries: Vec<_> = system.boundaries.iter().collect();
        boundaries.sort_by(|one, other| one.id.cmp(&other.id));
        for it in boundaries {
            let node = nodes.add(it.id.clone(), &it.name, Kind::Boundary(it));
            nodes.by_name.entry(NormalName::of(&it.name)).or_insert(node);
        }
        let mut permissions: Vec<&Permission> = system.permissions.iter().collect();
        permissions.sort_unstable_by(|one, other| one.principal.cmp(&other.principal));
        for permission in permissions {
            let name = NormalName::of(&permission.principal);
            if !name.is_empty() && !nodes.by_name.contains_key(&name) {
                let node = nodes.add(permission.principal_id(), &permission.principal, Kind::Principal);
                nodes.by_name.insert(name, node);
            }
        }
        nodes
    }

    fn add(&mut self, id: ElementId, name: &'a str, kind: Kind<'a>) -> Node {
        let node = Node::try_from(self.ids.len()).unwrap_or(Node::MAX);
        self.by_id.insert(id.clone(), node);
        self.ids.push(id);
        self.names.push(name);
        self.kinds.push(kind);
        node
    }

    pub(crate) fn count(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (Node, Kind<'a>)> + '_ {
        (0..).zip(self.kinds.iter().copied())
    }

    pub(crate) fn components(&self) -> impl Iterator<Item = (Node, &'a Component)> + '_ {
        self.all().filter_map(|(node, kind)| match kind {
            Kind::Component(it) => Some((node, it)),
            _ => None,
        })
    }

    pub(crate) fn data(&self) -> impl Iterator<Item = (Node, &'a Data)> + '_ {
        self.all().filter_map(|(node, kind)| match kind {
            Kind::Data(it) => Some((node, it)),
            _ => None,
        })
    }

    pub(crate) fn kind(&self, node: Node) -> Kind<'a> {
        self.kinds.get(node as usize).copied().unwrap_or(Kind::Supply)
    }

    pub(crate) fn component(&self, node: Node) -> Option<&'a Component> {
        match self.kind(node) {
            Kind::Component(it) => Some(it),
            _ => None,
        }
    }

    /// The component's type, where the documents say one.
    pub(crate) fn component_type(&self, node: Node) -> Option<ComponentType> {
        self.component(node)?.component_type.as_ref().map(|it| it.value)
    }

    pub(crate) fn id(&self, node: Node) -> &ElementId {
        self.ids.get(node as usize).expect("nodes come from this list")
    }

    pub(crate) fn name(&self, node: Node) -> &'a str {
        self.names.get(node as usize).copied().unwrap_or_default()
    }

    pub(crate) fn by_id(&self, id: &ElementId) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    /// The node of an id as somebody wrote it.
    pub(crate) fn by_written_id(&self, id: &str) -> Option<Node> {
        let (prefix, rest) = id.split_once('-')?;
        self.by_id(&ElementId::named(prefix, rest))
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Node> {
        self.by_name.get(&NormalName::of(name)).copied()
    }
}
