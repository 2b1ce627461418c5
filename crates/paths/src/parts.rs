//! The parts of a model with their neighbours at hand: what steps are derived from, and nothing of steps yet.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{BoundaryType, Citation, ComponentType, Control, ControlType, ElementId, Flow, Status, System};
use rayon::prelude::*;

use crate::capability::Node;
use crate::nodes::{Kind, Nodes};
use crate::words::{self, WORDS};

/// Boundaries around a part that are looked at.
const NESTING_MAX: usize = 8;

/// A flow between two parts that are there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) source: Node,
    pub(crate) target: Node,
    /// Whether its quotes say, beside the names of its ends, that the source changes, reads or delivers something.
    pub(crate) writes: bool,
    pub(crate) reads: bool,
    pub(crate) deploys: bool,
}

/// What the name or the technology of a part says that it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Called {
    pub(crate) backup: bool,
    pub(crate) repository: bool,
    pub(crate) artifact: bool,
}

/// Data that a part has to do with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch<'a> {
    pub(crate) data: Node,
    pub(crate) evidence: &'a [Citation],
    /// What the part says of its encryption.
    pub(crate) encrypted: Option<(bool, &'a [Citation])>,
}

/// The model's elements as nodes, and what is around each.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) system: &'a System,
    pub(crate) nodes: Nodes<'a>,
    /// In order of the flows' ids.
    pub(crate) links: Vec<Link<'a>>,
    /// The words of each node's name, and of a component's technology.
    words: Vec<BTreeSet<String>>,
    /// Links by their ends, by node.
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
    /// Boundaries around each node, innermost first.
    around: Vec<Vec<Node>>,
    touched: Vec<Vec<Touch<'a>>>,
    called: Vec<Called>,
    /// Controls between tenants, the first of each part.
    pub(crate) separated: BTreeMap<&'a ElementId, &'a Control>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(system: &'a System) -> Self {
        let nodes = Nodes::of(system);
        let count = nodes.count();
        let mut parts = Self {
            system,
            nodes,
            links: Vec::new(),
            words: Vec::new(),
            out: vec![Vec::new(); count],
            into: vec![Vec::new(); count],
            around: vec![Vec::new(); count],
            touched: vec![Vec::new(); count],
            called: vec![Called::default(); count],
            separated: BTreeMap::new(),
        };
        parts.call();
        parts.separate();
        parts.connect();
        parts.place();
        parts.touch();
        parts
    }

    fn connect(&mut self) {
        let mut flows: Vec<&Flow> = self.system.flows.iter().filter(|it| it.status != Status::Absent).collect();
        flows.sort_by(|one, other| one.id.cmp(&other.id));
        let names: Vec<BTreeSet<String>> = self.nodes.all().map(|(node, _)| words::of(self.nodes.name(node))).collect();
        let read = |flow: &&'a Flow| {
            let (source, target) = (self.nodes.by_id(&flow.source)?, self.nodes.by_id(&flow.target)?);
            let names = [source, target].map(|end| names.get(end as usize));
            Some(read(flow, source, target, &names))
        };
        self.links = flows.par_iter().filter_map(read).collect();
        for (at, link) in self.links.iter().enumerate() {
            for (by_node, node) in [(&mut self.out, link.source), (&mut self.into, link.target)] {
                if let Some(links) = by_node.get_mut(node as usize) {
                    links.push(at);
                }
            }
        }
    }

    fn separate(&mut self) {
        let mut all: Vec<&Control> = self.system.controls.iter().collect();
        all.retain(|it| it.control_type == ControlType::TenantIsolation);
        all.sort_by(|one, other| one.id.cmp(&other.id));
        for control in all {
            for on in &control.on {
                self.separated.entry(on).or_insert(control);
            }
        }
    }

    fn call(&mut self) {
        let said = |(node, kind): (Node, Kind<'_>)| {
            let technology = match kind {
                Kind::Component(it) => it.technology.as_ref().map(|it| it.value.as_str()),
                _ => None,
            };
            std::iter::once(self.nodes.name(node)).chain(technology).flat_map(words::of).collect()
        };
        self.words = self.nodes.all().map(said).collect();
        let list = &WORDS.names;
        let called = |said: &BTreeSet<String>| {
            let says = |list| said.iter().any(|word| words::is_one_of(word, list));
            Called { backup: says(&list.backup), repository: says(&list.repository), artifact: says(&list.artifact) }
        };
        self.called = self.words.par_iter().map(called).collect();
    }

    pub(crate) fn called(&self, node: Node) -> Called {
        self.called.get(node as usize).copied().unwrap_or_default()
    }

    /// Whether the part's name or technology has one of the words.
    pub(crate) fn is_called(&self, node: Node, list: &words::List) -> bool {
        self.words.get(node as usize).into_iter().flatten().any(|word| words::is_one_of(word, list))
    }

    /// Notes the boundaries around each part, the one it names first.
    fn place(&mut self) {
        let mut inside: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for (node, component) in self.nodes.components() {
            inside.entry(node).or_default().extend(component.boundary.as_ref().and_then(|id| self.nodes.by_id(id)));
        }
        let mut boundaries: Vec<_> = self.system.boundaries.iter().collect();
        boundaries.sort_by(|one, other| one.id.cmp(&other.id));
        for boundary in boundaries {
            let Some(outer) = self.nodes.by_id(&boundary.id) else { continue };
            for member in boundary.members.iter().filter_map(|id| self.nodes.by_id(id)) {
                let around = inside.entry(member).or_default();
                if member != outer && !around.contains(&outer) {
                    around.push(outer);
                }
            }
        }
        for node in inside.keys() {
            let mut found: Vec<Node> = Vec::new();
            let mut next = inside.get(node).cloned().unwrap_or_default();
            while found.len() < NESTING_MAX && !next.is_empty() {
                let outer: Vec<Node> = next.iter().filter_map(|it| inside.get(it)).flatten().copied().collect();
                found.extend(next.iter().filter(|it| !found.contains(it)).copied().collect::<Vec<_>>());
                next = outer.into_iter().filter(|it| !found.contains(it)).collect();
            }
            found.truncate(NESTING_MAX);
            if let Some(around) = self.around.get_mut(*node as usize) {
                *around = found;
            }
        }
    }

    fn touch(&mut self) {
        let mut touched: BTreeMap<(Node, Node), Touch<'a>> = BTreeMap::new();
        for (node, data) in self.nodes.data() {
            for handled in &data.handled_by {
                let Some(component) = self.nodes.by_id(&handled.component) else { continue };
                let encrypted = handled.encrypted_at_rest.as_ref().map(|it| (it.value, it.evidence.as_slice()));
                touched.entry((component, node)).or_insert(Touch {
                    data: node,
                    evidence: &handled.evidence,
                    encrypted,
                });
            }
        }
        for link in &self.links {
            for data in link.flow.data.iter().filter_map(|id| self.nodes.by_id(id)) {
                for end in [link.source, link.target] {
                    let touch = Touch { data, evidence: &link.flow.evidence, encrypted: None };
                    touched.entry((end, data)).or_insert(touch);
                }
            }
        }
        for ((component, _), touch) in touched {
            if let Some(touched) = self.touched.get_mut(component as usize) {
                touched.push(touch);
            }
        }
    }

    /// The link of a flow.
    pub(crate) fn link(&self, flow: &ElementId) -> Option<&Link<'a>> {
        let at = self.links.binary_search_by(|link| link.flow.id.cmp(flow)).ok()?;
        self.links.get(at)
    }

    /// The id of the node as the model has it.
    pub(crate) fn own_id(&self, node: Node) -> Option<&'a ElementId> {
        match self.nodes.kind(node) {
            Kind::Component(it) => Some(&it.id),
            Kind::Data(it) => Some(&it.id),
            Kind::Boundary(it) => Some(&it.id),
            Kind::Supply | Kind::Everything | Kind::Principal => None,
        }
    }

    pub(crate) fn out_of(&self, node: Node) -> Vec<Link<'a>> {
        self.linked(self.out.get(node as usize))
    }

    pub(crate) fn links_into(&self, node: Node) -> Vec<Link<'a>> {
        self.linked(self.into.get(node as usize))
    }

    fn linked(&self, at: Option<&Vec<usize>>) -> Vec<Link<'a>> {
        at.into_iter().flatten().filter_map(|at| self.links.get(*at)).copied().collect()
    }

    pub(crate) fn touched(&self, node: Node) -> Vec<Touch<'a>> {
        self.touched.get(node as usize).cloned().unwrap_or_default()
    }

    pub(crate) fn around(&self, node: Node) -> Vec<Node> {
        self.around.get(node as usize).cloned().unwrap_or_default()
    }

    /// Whether the part keeps things for others.
    pub(crate) fn is_store(&self, node: Node) -> bool {
        use ComponentType as T;
        matches!(
            self.nodes.component_type(node),
            Some(T::Datastore | T::Cache | T::Queue | T::SecretStore | T::Observability)
        )
    }

    pub(crate) fn is(&self, node: Node, wanted: ComponentType) -> bool {
        self.nodes.component_type(node) == Some(wanted)
    }

    /// Whether the part is a person or what a person holds in hand, or belongs to somebody else.
    pub(crate) fn is_outside(&self, node: Node) -> bool {
        use ComponentType as T;
        matches!(self.nodes.component_type(node), Some(T::Actor | T::Client | T::External))
    }

    /// Whether the boundary is one that a network connection stays within.
    pub(crate) fn is_zone(&self, node: Node) -> bool {
        use BoundaryType as T;
        match self.nodes.kind(node) {
            Kind::Boundary(it) => match it.boundary_type.as_ref().map(|it| it.value) {
                None | Some(T::Network | T::Cluster | T::Account) => true,
                Some(T::Tenant | T::Process | T::Device | T::Organisation) => false,
            },
            _ => false,
        }
    }
}

/// What the quotes of a flow say beside the names of its ends.
fn read<'a>(flow: &'a Flow, source: Node, target: Node, names: &[Option<&BTreeSet<String>>]) -> Link<'a> {
    let is_name = |word: &String| names.iter().flatten().any(|name| name.contains(word));
    let quotes = flow.evidence.iter().map(|citation| words::of(&citation.quote));
    let said: Vec<String> = quotes.flatten().filter(|word| !is_name(word)).collect();
    let says = |list| said.iter().any(|word| words::is_one_of(word, list));
    let list = &WORDS.flows;
    Link { flow, source, target, writes: says(&list.write), reads: says(&list.read), deploys: says(&list.deploy) }
}
