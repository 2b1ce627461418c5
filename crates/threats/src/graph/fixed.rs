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
        let mut graph = Graph {
            nodes: Vec::new(),
            fixed: 0,
            index: Arc::default(),
            stated: BTreeMap::new(),
            documents: Arc::new(Documents::of(system)),
        };
        graph.add_nodes(system);
        graph.fixed = graph.nodes.len();
        let waiting = graph.relate_all();
        graph.resolve_permissions();
        graph.relate_whole();
        graph.add_touches();
        let conflicts = graph.place(system.conflicts.iter().filter(|conflict| conflict.resolution.is_none()));
        Self { graph, waiting, conflicts }
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

impl<'a> Graph<'a> {
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
            Arc::make_mut(&mut self.index).insert(Key::of(id), self.nodes.len());
        }
        self.nodes.push(Arc::new(Node::new(element)));
    }

    /// Relates the nodes to each other, and gives those that are about something else.
    fn relate_all(&mut self) -> Vec<(NodeIndex, &'a ElementId, Relation)> {
        let mut waiting = Vec::new();
        for at in 0..self.nodes.len() {
            let element = self.node(at).element;
            self.relate_ends(at, element);
            let (about, back) = match element {
                Element::AcceptedRisk(it) => (&it.about, Relation::Risks),
                Element::Decision(it) => (&it.about, Relation::Decisions),
                Element::Question(it) => (&it.about, Relation::Questions),
                Element::Incident(it) => (&it.about, Relation::Incidents),
                _ => continue,
            };
            for id in about {
                if !self.link_about(at, id, back) {
                    waiting.push((at, id, back));
                }
            }
        }
        waiting
    }

    fn relate_ends(&mut self, at: NodeIndex, element: Element<'a>) {
        match element {
            Element::Flow(flow) => {
                self.link_back(at, &flow.source, Relation::Source, Relation::Outgoing);
                self.link_back(at, &flow.target, Relation::Target, Relation::Incoming);
                for data in &flow.data {
                    self.link_back(at, data, Relation::Data, Relation::Flows);
                }
            }
            Element::Holding(data, handled) => {
                self.link_back(at, &handled.component, Relation::Component, Relation::Holdings);
                self.link_back(at, &data.id, Relation::Data, Relation::Holdings);
            }
            Element::Endpoint(endpoint) => {
                if let Some(component) = &endpoint.component {
                    self.link_back(at, component, Relation::Component, Relation::Endpoints);
                }
            }
            Element::Component(component) => {
                if let Some(boundary) = component.boundary.as_ref().and_then(|id| self.find(id)) {
                    self.relate(at, Relation::Boundary, boundary);
                }
            }
            Element::Boundary(boundary) => {
                for member in boundary.members.iter().filter_map(|id| self.find(id)).collect::<Vec<_>>() {
                    self.relate_component(at, member);
                    self.change(member, |node| node.inside.push(at));
                }
            }
            _ => {}
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
            let Element::Permission(permission) = self.node(at).element else { continue };
            let resource = NormalName::of(&permission.resource);
            if let Some(holder) = components.get(&NormalName::of(&permission.principal)) {
                self.relate(at, Relation::Holder, *holder);
                self.relate(*holder, Relation::Permissions, at);
            }
            if let Some(object) = components.get(&resource) {
                self.relate(at, Relation::Object, *object);
            }
            if let Some(granted) = components.get(&resource).or_else(|| data.get(&resource)) {
                self.relate(*granted, Relation::Grants, at);
            }
        }
    }

    /// Everything hangs on the system as a whole, which is the last node.
    fn relate_whole(&mut self) {
        let Some(whole) = self.nodes.len().checked_sub(1) else { return };
        for at in 0..whole {
            let relation = match self.node(at).element {
                Element::Component(_) => Relation::Components,
                Element::Boundary(_) => Relation::Boundaries,
                Element::Flow(_) => Relation::Flows,
                Element::Data(_) => Relation::Data,
                Element::Holding(..) => Relation::Holdings,
                Element::Endpoint(_) => Relation::Endpoints,
                Element::Permission(_) => Relation::Permissions,
                Element::AcceptedRisk(_) => Relation::Risks,
                Element::Decision(_) => Relation::Decisions,
                Element::Question(_) => Relation::Questions,
                Element::Incident(_) => Relation::Incidents,
                Element::Control(_) | Element::Assumption(_) | Element::System(_) => continue,
            };
            self.relate(whole, relation, at);
        }
    }

    /// A component handles what a document says it handles and what flows to or from it; a flow carries its data.
    fn add_touches(&mut self) {
        for at in 0..self.nodes.len() {
            let related = |relation| self.node(at).related(relation).to_vec();
            match self.node(at).element {
                Element::Holding(data, handled) => {
                    for component in related(Relation::Component) {
                        for touch in touches_of(&handled.handling) {
                            self.touch(component, touch, data, &handled.evidence);
                        }
                    }
                }
                Element::Flow(flow) => {
                    let ends = [related(Relation::Source), related(Relation::Target)].concat();
                    for data in related(Relation::Data) {
                        let Element::Data(data) = self.node(data).element else { continue };
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
        self.change(at, |node| {
            let touched = node.touches.entry(touch).or_default();
            match &data.classification {
                Some(Stated { value, evidence: class }) => {
                    touched.witnesses.entry(*value).or_insert((class, evidence));
                }
                None => touched.unclassified = true,
            }
        });
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
