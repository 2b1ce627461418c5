//! What all diagram notations share: nodes, edges and groups, gathered while a notation is read and claimed at its end,
//! when every node's label is known.

pub(crate) mod c4;
mod label;

use std::collections::BTreeMap;

use cairn_model::{
    BlockKind, BoundaryClaim, ComponentClaim, ComponentType, ControlType, Document, EndpointClaim, FlowClaim, FlowMode,
    Format, Status,
};

use crate::facts::{Facts, Place};
use crate::technology;

pub(crate) use label::{Label, boundary_type, meaning, plain};

/// Nodes and edges of one diagram; a drawing that no person can read is no documentation.
const PARTS_MAX: usize = 5_000;

/// A line of a diagram without the space around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Its first byte in the document.
    pub(crate) at: usize,
    /// What stands in it.
    pub(crate) text: &'a str,
}

impl Line<'_> {
    /// The whole line.
    pub(crate) fn place(&self) -> Place {
        (self.at..self.at + self.text.len()).into()
    }
}

/// The diagrams of a document: code blocks tagged with one of `languages`, or the whole of a diagram file.
pub(crate) fn sources<'a>(document: &'a Document, languages: &[&str]) -> Vec<Vec<Line<'a>>> {
    if matches!(document.format, Format::Diagram | Format::Source) {
        return vec![lines(&document.text, 0)];
    }
    let tagged = |tag: &str| {
        let word = tag.trim_start_matches(['{', '.']).split([' ', '}', ',']).next().unwrap_or_default();
        languages.contains(&word)
    };
    let blocks = document.blocks.iter().filter(|block| matches!(&block.kind, BlockKind::Code(tag) if tagged(tag)));
    blocks
        .map(|block| {
            let runs = block.cells.iter().flatten();
            runs.flat_map(|run| lines(document.slice(run.span), run.span.start)).collect()
        })
        .collect()
}

/// The lines of `text`, which stands at `base`.
pub(crate) fn lines(text: &str, base: usize) -> Vec<Line<'_>> {
    let mut at = base;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        found.push(Line { at: start.min(at + line.len()), text: line.trim() });
        at += line.len();
    }
    found
}

/// A diagram while it is read.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: BTreeMap<String, Node>,
    /// Ids in the order in which they came.
    order: Vec<String>,
    edges: Vec<Edge>,
    groups: Vec<Group>,
    /// Where each group's id stands in `groups`.
    group_ids: BTreeMap<String, usize>,
    /// Groups that are open, innermost last; a place beyond the list for one that found no room.
    open: Vec<usize>,
}

/// What a notation says of a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeText {
    /// The label; without one the id is the name.
    pub(crate) label: Option<String>,
    /// What its shape or keyword says that it is.
    pub(crate) kind: Option<ComponentType>,
    /// What it is built with.
    pub(crate) technology: Option<String>,
    /// Whether it only directs the reader: a decision, a start, a note.
    pub(crate) silent: bool,
}

struct Node {
    text: NodeText,
    place: Place,
}

struct Edge {
    from: String,
    to: String,
    label: Option<String>,
    protocol: Option<String>,
    mode: Option<FlowMode>,
    place: Place,
}

struct Group {
    label: String,
    place: Place,
    members: Vec<String>,
    /// Whether it is a wall; deployment nodes and packages may only order the picture.
    wall: bool,
}

impl Graph {
    /// Whether the graph is full; what follows is not read.
    pub(crate) fn is_full(&self) -> bool {
        self.order.len() + self.edges.len() + self.groups.len() >= PARTS_MAX
    }

    /// Notes a node; the first mention that has a label gives the label and the place.
    pub(crate) fn node(&mut self, id: &str, text: NodeText, place: &Place) {
        if id.is_empty() || self.is_full() {
            return;
        }
        if let Some(group) = self.open.last().and_then(|at| self.groups.get_mut(*at))
            && !group.members.iter().any(|member| member == id)
        {
            group.members.push(id.to_owned());
        }
        match self.nodes.get_mut(id) {
            None => {
                self.order.push(id.to_owned());
                self.nodes.insert(id.to_owned(), Node { text, place: place.clone() });
            }
            Some(known) if known.text.label.is_none() && text.label.is_some() => {
                let kind = text.kind.or(known.text.kind);
                *known = Node { text: NodeText { kind, ..text }, place: place.clone() };
            }
            Some(_) => {}
        }
    }

    /// Notes an exchange.
    pub(crate) fn edge(&mut self, from: &str, to: &str, label: Option<&str>, place: &Place) -> Option<usize> {
        self.edge_with(from, to, label, None, None, place)
    }

    /// Notes an exchange of which protocol or mode is drawn.
    pub(crate) fn edge_with(
        &mut self,
        from: &str,
        to: &str,
        label: Option<&str>,
        protocol: Option<&str>,
        mode: Option<FlowMode>,
        place: &Place,
    ) -> Option<usize> {
        if self.is_full() || from == to {
            return None;
        }
        self.edges.push(Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: label.map(plain).filter(|label| !label.is_empty()),
            protocol: protocol.map(plain).filter(|protocol| !protocol.is_empty()),
            mode,
            place: place.clone(),
        });
        Some(self.edges.len() - 1)
    }

    /// Whether something goes from `from` to `to`: what comes back is an answer.
    pub(crate) fn has_edge(&self, from: &str, to: &str) -> bool {
        self.edges.iter().any(|edge| edge.from == from && edge.to == to)
    }

    /// Opens a group; nodes are its members until it is closed.
    pub(crate) fn open_group(&mut self, id: &str, label: &str, wall: bool, place: &Place) {
        if self.is_full() {
            self.open.push(usize::MAX);
            return;
        }
        if let Some(parent) = self.open.last().and_then(|at| self.groups.get_mut(*at)) {
            parent.members.push(id.to_owned());
        }
        self.open.push(self.groups.len());
        self.group_ids.entry(id.to_owned()).or_insert(self.groups.len());
        let group = Group { label: plain(label), place: place.clone(), members: Vec::new(), wall };
        self.groups.push(group);
    }

    /// Opens a part of the innermost group that only orders the picture.
    pub(crate) fn open_again(&mut self) {
        self.open.push(self.open.last().copied().unwrap_or(usize::MAX));
    }

    /// Closes the innermost group.
    pub(crate) fn close_group(&mut self) {
        self.open.pop();
    }

    /// Adds a member to a group that is named by id, wherever it was opened.
    pub(crate) fn join_group(&mut self, group: &str, member: &str) {
        let known = self.group_ids.get(group).and_then(|at| self.groups.get_mut(*at));
        if let Some(group) = known.filter(|group| group.members.len() < PARTS_MAX) {
            group.members.push(member.to_owned());
        }
    }

    fn group(&self, id: &str) -> Option<&Group> {
        self.group_ids.get(id).and_then(|at| self.groups.get(*at))
    }

    /// The name that a node or group goes by.
    fn name(&self, id: &str) -> String {
        if let Some(group) = self.group(id) {
            return group.label.clone();
        }
        let label = self.nodes.get(id).and_then(|node| node.text.label.as_deref());
        Label::of(label.unwrap_or(id)).name
    }

    fn is_component(&self, id: &str) -> bool {
        let group = self.group(id).is_some_and(|group| !group.label.is_empty());
        let named = self.nodes.get(id).is_some_and(|node| !node.text.silent && label::is_name(&self.name(id)));
        group || named
    }

    /// Claims everything that the diagram shows.
    pub(crate) fn claim(&self, facts: &mut Facts<'_>) {
        for id in &self.order {
            let Some(node) = self.nodes.get(id).filter(|_| self.group(id).is_none()) else { continue };
            if self.is_component(id) {
                facts.component(component(id, node), std::slice::from_ref(&node.place));
            } else if !node.text.silent {
                facts.not_understood(node.place.start(), format!("node `{id}`, whose label is no name"));
            }
        }
        self.claim_groups(facts);
        for edge in &self.edges {
            if self.is_component(&edge.from) && self.is_component(&edge.to) {
                self.claim_edge(edge, facts);
            }
        }
    }

    fn claim_groups(&self, facts: &mut Facts<'_>) {
        for group in self.groups.iter().filter(|group| group.wall && label::is_name(&group.label)) {
            let members = group.members.iter().filter(|id| self.is_component(id)).map(|id| self.name(id));
            let places: Vec<Place> =
                group.members.iter().filter_map(|id| self.nodes.get(id)).map(|n| n.place.clone()).collect();
            let claim = BoundaryClaim {
                name: group.label.clone(),
                boundary_type: boundary_type(&group.label),
                members: members.collect(),
            };
            facts.boundary(claim, &std::iter::once(group.place.clone()).chain(places).collect::<Vec<_>>());
        }
    }

    fn claim_edge(&self, edge: &Edge, facts: &mut Facts<'_>) {
        let said = edge.label.as_deref().map(meaning).unwrap_or_default();
        let (source, target) = (self.name(&edge.from), self.name(&edge.to));
        let mut places = vec![edge.place.clone()];
        places.extend([&edge.from, &edge.to].into_iter().filter_map(|id| self.nodes.get(id)).map(|n| n.place.clone()));
        let protocol = edge.protocol.clone().or(said.protocol);
        let encrypted = protocol.as_deref().is_some_and(label::is_encrypted);
        if let Some((method, path)) = said.endpoint {
            let claim = EndpointClaim {
                path,
                component: Some(target.clone()),
                method: Some(method),
                ..EndpointClaim::default()
            };
            facts.endpoint(claim, Status::Implemented, &places);
        }
        if said.mutual_tls {
            facts.protects(ControlType::EncryptionInTransit, &target, "mTLS", &places);
        }
        let claim = FlowClaim {
            source,
            target,
            protocol,
            data: said.data,
            encryption: encrypted.then(|| "TLS".to_owned()),
            authentication: said.mutual_tls.then(|| "mTLS".to_owned()),
            mode: edge.mode,
        };
        facts.flow(claim, &places);
    }
}

fn component(id: &str, node: &Node) -> ComponentClaim {
    let label = Label::of(node.text.label.as_deref().unwrap_or(id));
    let technology = node.text.technology.clone().or(label.technology);
    // A cylinder may be a store, a cache or a broker: a product's name says more than the shape.
    let product = technology::product(&label.name).or_else(|| technology.as_deref().and_then(technology::product));
    let by_product = product.map(|(kind, _)| kind);
    let kind = match node.text.kind {
        Some(ComponentType::Datastore) | None => by_product.or(node.text.kind),
        drawn => drawn,
    };
    ComponentClaim {
        component_type: kind.or_else(|| technology::kind_by_name(&label.name)),
        technology: technology.or_else(|| product.map(|(_, spelling)| spelling.to_owned())),
        name: label.name,
        ..ComponentClaim::default()
    }
}
