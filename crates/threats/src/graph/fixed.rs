//! The part of the graph that controls and assumptions have no say in: which elements there are, what they are to each other, and
//! which classes of data they touch.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use cairn_model::{
    Citation, Conflict, Data, DocumentId, ElementId, Handling, NormalName, SourceType, Stated, System, Trust,
};

use super::{Documents, Element, Graph, Node, NodeIndex};
use crate::condition::Touch;
use crate::condition::vocabulary::Relation;
use crate::key::Key;

/// The node of the system as a whole, which no document gives an id.
static SYSTEM: LazyLock<ElementId> = LazyLock::new(|| ElementId::named("system", "as-a-whole"));

/// A graph without controls and assumptions, and what waits for them.
#[derive(Clone, Debug)]
pub(crate) struct Fixed<'a> {
    pub(super) graph: Graph<'a>,
    /// Elements that name something which is not among the nodes yet, and what they are to it.
    pub(super) waiting: Vec<(NodeIndex, &'a ElementId, Relation)>,
    /// Open conflicts about nothing that is among the nodes yet.
    pub(super) conflicts: Vec<&'a Conflict>,
}

impl<'a> Fixed<'a> {
    pub(crate) fn of(system: &'a System) -> Self {
        let mut making = Making::default();
        making.add_nodes(system);
        making.relate();
        making.resolve_permissions();
        making.relate_whole();
        making.add_touches();
        let conflicts = making.place(system);
        let graph = Graph {
            fixed: making.nodes.len(),
            nodes: making.nodes.into_iter().map(Arc::new).collect(),
            index: Arc::new(making.index),
            stated: BTreeMap::new(),
            documents: Arc::new(Documents::of(system)),
        };
        Self { graph, waiting: making.waiting, conflicts }
    }
}

impl<'a> Documents<'a> {
    fn of(system: &'a System) -> Self {
        let sources: BTreeMap<&DocumentId, SourceType> =
            system.documents.iter().map(|document| (&document.id, document.source_type)).collect();
        let asserting = system.documents.iter().filter(|document| document.trust == Trust::Asserts);
        Self { sources, asserting: asserting.map(|document| &document.id).collect() }
    }
}

/// Nodes that are not shared with anything yet.
#[derive(Default)]
struct Making<'a> {
    nodes: Vec<Node<'a>>,
    index: BTreeMap<Key<'a>, NodeIndex>,
    waiting: Vec<(NodeIndex, &'a ElementId, Relation)>,
}

impl<'a> Making<'a> {
    /// Nodes first, so that links can go both ways.
    fn add_nodes(&mut self, system: &'a System) {
        for it in &system.components {
            self.add(Some(&it.id), Element::Component(it));
        }
        for it in &system.boundaries {
            self.add(Some(&it.id), Element::Boundary(it));
        }
        for it in &system.flows {
            self.add(Some(&it.id), Element::Flow(it));
        }
        for data in &system.data {
            self.add(Some(&data.id), Element::Data(data));
            for handled in &data.handled_by {
                self.add(None, Element::Holding(data, handled));
            }
        }
        for it in &system.endpoints {
            self.add(Some(&it.id), Element::Endpoint(it));
        }
        for it in &system.permissions {
            self.add(Some(&it.id), Element::Permission(it));
        }
        for it in &system.accepted_risks {
            self.add(Some(&it.id), Element::AcceptedRisk(it));
        }
        for it in &system.incidents {
            self.add(Some(&it.id), Element::Incident(it));
        }
        for it in &system.decisions {
            self.add(Some(&it.id), Element::Decision(it));
        }
        for it in &system.questions {
            self.add(Some(&it.id), Element::Question(it));
        }
        self.add(None, Element::System(&SYSTEM));
    }

    fn add(&mut self, id: Option<&'a ElementId>, element: Element<'a>) {
        if let Some(id) = id {
            self.index.insert(Key::of(id), self.nodes.len());
        }
        self.nodes.push(Node::new(element));
    }

    fn relate(&mut self) {
        for at in 0..self.nodes.len() {
            match self.element(at) {
                Some(Element::Flow(flow)) => {
                    self.link_back(at, &flow.source, Relation::Source, Relation::Outgoing);
                    self.link_back(at, &flow.target, Relation::Target, Relation::Incoming);
                    for data in &flow.data {
                        self.link_back(at, data, Relation::Data, Relation::Flows);
                    }
                }
                Some(Element::Holding(data, handled)) => {
                    self.link_back(at, &handled.component, Relation::Component, Relation::Holdings);
                    self.link_back(at, &data.id, Relation::Data, Relation::Holdings);
                }
                Some(Element::Endpoint(endpoint)) => {
                    if let Some(component) = &endpoint.component {
                        self.link_back(at, component, Relation::Component, Relation::Endpoints);
                    }
                }
                Some(Element::Component(component)) => {
                    if let Some(boundary) = component.boundary.as_ref().and_then(|id| self.find(id)) {
                        self.relate_nodes(at, Relation::Boundary, boundary);
                    }
                }
                Some(Element::Boundary(boundary)) => {
                    for member in boundary.members.iter().filter_map(|id| self.find(id)).collect::<Vec<_>>() {
                        self.relate_component(at, member);
                        if let Some(member) = self.nodes.get_mut(member) {
                            member.inside.push(at);
                        }
                    }
                }
                Some(Element::AcceptedRisk(risk)) => self.link_about(at, &risk.about, Relation::Risks),
                Some(Element::Decision(decision)) => self.link_about(at, &decision.about, Relation::Decisions),
                Some(Element::Question(question)) => self.link_about(at, &question.about, Relation::Questions),
                Some(Element::Incident(incident)) => self.link_about(at, &incident.about, Relation::Incidents),
                _ => {}
            }
        }
    }

    fn link_about(&mut self, at: NodeIndex, about: &'a [ElementId], back: Relation) {
        for id in about {
            match self.link_back(at, id, Relation::About, back) {
                Some(other) => self.relate_component(at, other),
                None => self.waiting.push((at, id, back)),
            }
        }
    }

    /// Who may do what is written in names; a name is an element's when it is its name or another name of it.
    fn resolve_permissions(&mut self) {
        let mut components: BTreeMap<NormalName, NodeIndex> = BTreeMap::new();
        let mut data: BTreeMap<NormalName, NodeIndex> = BTreeMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            match node.element {
                Element::Component(it) => {
                    for name in std::iter::once(&it.name).chain(&it.aliases) {
                        components.entry(NormalName::of(name)).or_insert(at);
                    }
                }
                Element::Data(it) => {
                    data.entry(NormalName::of(&it.name)).or_insert(at);
                }
                _ => {}
            }
        }
        for at in 0..self.nodes.len() {
            let Some(Element::Permission(permission)) = self.element(at) else { continue };
            let resource = NormalName::of(&permission.resource);
            if let Some(holder) = components.get(&NormalName::of(&permission.principal)) {
                self.relate_nodes(at, Relation::Holder, *holder);
                self.relate_nodes(*holder, Relation::Permissions, at);
            }
            if let Some(object) = components.get(&resource) {
                self.relate_nodes(at, Relation::Object, *object);
            }
            if let Some(granted) = components.get(&resource).or_else(|| data.get(&resource)) {
                self.relate_nodes(*granted, Relation::Grants, at);
            }
        }
    }

    /// Everything hangs on the system as a whole, which is the last node.
    fn relate_whole(&mut self) {
        let Some(whole) = self.nodes.len().checked_sub(1) else { return };
        for at in 0..whole {
            let relation = match self.element(at) {
                Some(Element::Component(_)) => Relation::Components,
                Some(Element::Boundary(_)) => Relation::Boundaries,
                Some(Element::Flow(_)) => Relation::Flows,
                Some(Element::Data(_)) => Relation::Data,
                Some(Element::Holding(..)) => Relation::Holdings,
                Some(Element::Endpoint(_)) => Relation::Endpoints,
                Some(Element::Permission(_)) => Relation::Permissions,
                Some(Element::AcceptedRisk(_)) => Relation::Risks,
                Some(Element::Decision(_)) => Relation::Decisions,
                Some(Element::Question(_)) => Relation::Questions,
                Some(Element::Incident(_)) => Relation::Incidents,
                Some(Element::Control(_) | Element::Assumption(_) | Element::System(_)) | None => continue,
            };
            self.relate_nodes(whole, relation, at);
        }
    }

    /// Hangs open conflicts on the elements they name, and gives those that name none.
    fn place(&mut self, system: &'a System) -> Vec<&'a Conflict> {
        let mut left = Vec::new();
        for conflict in system.conflicts.iter().filter(|conflict| conflict.resolution.is_none()) {
            match self.find(&conflict.subject).and_then(|at| self.nodes.get_mut(at)) {
                Some(node) => node.conflicts.push(conflict),
                None => left.push(conflict),
            }
        }
        left
    }

    /// A component handles what a document says it handles and what flows to or from it; a flow carries its data.
    fn add_touches(&mut self) {
        for at in 0..self.nodes.len() {
            match self.element(at) {
                Some(Element::Holding(data, handled)) => {
                    let component = self.nodes.get(at).and_then(|it| it.related(Relation::Component).first().copied());
                    let Some(component) = component else { continue };
                    for touch in touches_of(&handled.handling) {
                        self.touch(component, touch, data, &handled.evidence);
                    }
                }
                Some(Element::Flow(flow)) => {
                    let related = |relation| self.nodes.get(at).map_or(&[][..], |node| node.related(relation)).to_vec();
                    let ends = [related(Relation::Source), related(Relation::Target)].concat();
                    for data in related(Relation::Data) {
                        let Some(Element::Data(data)) = self.element(data) else { continue };
                        self.touch(at, Touch::Carries, data, &flow.evidence);
                        for end in &ends {
                            self.touch(*end, Touch::Handles, data, &flow.evidence);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn touch(&mut self, at: NodeIndex, touch: Touch, data: &'a Data, evidence: &'a [Citation]) {
        let Some(node) = self.nodes.get_mut(at) else { return };
        let touched = node.touches.entry(touch).or_default();
        match &data.classification {
            Some(Stated { value, evidence: class }) => {
                touched.witnesses.entry(*value).or_insert((class, evidence));
            }
            None => touched.unclassified = true,
        }
    }

    fn element(&self, at: NodeIndex) -> Option<Element<'a>> {
        self.nodes.get(at).map(|node| node.element)
    }

    fn find(&self, id: &ElementId) -> Option<NodeIndex> {
        self.index.get(&Key::of(id)).copied()
    }

    /// Relates both to each other, where the other is there.
    fn link_back(&mut self, at: NodeIndex, id: &ElementId, forth: Relation, back: Relation) -> Option<NodeIndex> {
        let other = self.find(id)?;
        self.relate_nodes(at, forth, other);
        self.relate_nodes(other, back, at);
        Some(other)
    }

    fn relate_component(&mut self, at: NodeIndex, other: NodeIndex) {
        if matches!(self.element(other), Some(Element::Component(_))) {
            self.relate_nodes(at, Relation::Components, other);
        }
    }

    fn relate_nodes(&mut self, at: NodeIndex, relation: Relation, other: NodeIndex) {
        if let Some(node) = self.nodes.get_mut(at) {
            node.relate(relation, other);
        }
    }
}

fn touches_of(handling: &[Handling]) -> Vec<Touch> {
    let stores = handling.iter().any(|it| matches!(it, Handling::Stores | Handling::Caches));
    let logs = handling.contains(&Handling::Logs);
    [(true, Touch::Handles), (stores, Touch::Stores), (logs, Touch::Logs)]
        .into_iter()
        .filter_map(|(holds, touch)| holds.then_some(touch))
        .collect()
}
