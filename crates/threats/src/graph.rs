//! The model as a graph: every element a node with its neighbours, its controls and its open conflicts at hand.
//!
//! Built once for each run, so that a rule on one element never searches the model. Nothing is decided here.

mod backward;
mod follow;

pub(crate) use backward::{Backward, Elements};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, BoundaryType, Citation, Classification, Component, Conflict, Control, Data,
    Decision, DocumentId, ElementId, Endpoint, Flow, Handled, Handling, Incident, NormalName, Permission, Question,
    SourceType, Stated, System, Trust,
};

use crate::condition::Touch;
use crate::condition::vocabulary::{Relation, SubjectKind};
use crate::key::Key;

/// Boundaries around an element that are looked at; more are a loop of boundaries that contain each other.
const NESTING_MAX: usize = 32;

/// The node of the system as a whole, which no document gives an id.
static SYSTEM: LazyLock<ElementId> = LazyLock::new(|| ElementId::named("system", "as-a-whole"));

/// Position of a node in the graph.
pub(crate) type NodeIndex = usize;

/// An element of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Element<'a> {
    Component(&'a Component),
    Flow(&'a Flow),
    Data(&'a Data),
    Holding(&'a Data, &'a Handled),
    Endpoint(&'a Endpoint),
    Boundary(&'a Boundary),
    Control(&'a Control),
    Permission(&'a Permission),
    AcceptedRisk(&'a AcceptedRisk),
    Assumption(&'a Assumption),
    Decision(&'a Decision),
    Question(&'a Question),
    Incident(&'a Incident),
    /// The system as a whole.
    System(&'a ElementId),
}

/// An element with its surroundings.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) element: Element<'a>,
    /// Only the relations that it has: a model has many nodes, and each has few.
    related: Vec<(Relation, Neighbours)>,
    /// Controls on the element; on a control that names no element, the control itself.
    pub(crate) controls: Vec<&'a Control>,
    /// The boundaries that list this boundary or component.
    inside: Vec<NodeIndex>,
    /// Open conflicts about the element.
    pub(crate) conflicts: Vec<&'a Conflict>,
    touches: BTreeMap<Touch, Touched<'a>>,
}

/// Nodes in one relation to another; mostly a single one.
#[derive(Debug)]
enum Neighbours {
    One(NodeIndex),
    Many(Vec<NodeIndex>),
}

impl Neighbours {
    fn as_slice(&self) -> &[NodeIndex] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Many(nodes) => nodes,
        }
    }

    fn push(&mut self, other: NodeIndex) {
        match self {
            Self::One(node) => *self = Self::Many(vec![*node, other]),
            Self::Many(nodes) => nodes.push(other),
        }
    }
}

/// Which classes of data an element has to do with in one way.
#[derive(Debug, Default)]
pub(crate) struct Touched<'a> {
    /// The first data set of each class: what states the class, and what states the touch.
    pub(crate) witnesses: BTreeMap<Classification, (&'a [Citation], &'a [Citation])>,
    /// Whether there is data whose class nobody states.
    pub(crate) unclassified: bool,
}

/// All nodes.
#[derive(Debug, Default)]
pub(crate) struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    index: BTreeMap<Key<'a>, NodeIndex>,
    /// What each document is to its team.
    sources: BTreeMap<&'a DocumentId, SourceType>,
    /// Documents whose word alone settles nothing.
    asserting: BTreeSet<&'a DocumentId>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        let sources = system.documents.iter().map(|document| (&document.id, document.source_type)).collect();
        let asserting = system.documents.iter().filter(|document| document.trust == Trust::Asserts);
        let asserting = asserting.map(|document| &document.id).collect();
        let mut graph = Self { sources, asserting, ..Self::default() };
        graph.add_nodes(system);
        graph.relate();
        graph.resolve_permissions();
        graph.relate_whole();
        graph.place(system);
        graph.add_touches();
        graph
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node<'a>)> {
        self.nodes.iter().enumerate()
    }

    pub(crate) fn node(&self, at: NodeIndex) -> &Node<'a> {
        self.nodes.get(at).expect("indices come from this graph")
    }

    /// What the document is to its team, where the model knows it.
    pub(crate) fn source_of(&self, document: &DocumentId) -> Option<SourceType> {
        self.sources.get(document).copied()
    }

    /// Whether nothing but documents that may only assert says so.
    pub(crate) fn is_only_asserted<'c>(&self, evidence: impl IntoIterator<Item = &'c Citation>) -> bool {
        let mut evidence = evidence.into_iter().peekable();
        evidence.peek().is_some() && evidence.all(|citation| self.asserting.contains(&citation.document))
    }

    pub(crate) fn find(&self, id: &ElementId) -> Option<NodeIndex> {
        self.index.get(&Key::of(id)).copied()
    }

    /// The boundaries around a node, innermost first.
    pub(crate) fn around(&self, at: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        std::iter::successors(self.enclosing(at), |boundary| self.enclosing(*boundary)).take(NESTING_MAX)
    }

    pub(crate) fn enclosing(&self, at: NodeIndex) -> Option<NodeIndex> {
        let node = self.node(at);
        node.related(Relation::Boundary).first().or(node.inside.first()).copied()
    }

    /// The boundaries around a node, the chain of the innermost first, then those of another kind that list it as well.
    pub(crate) fn all_around(&self, at: NodeIndex) -> Vec<NodeIndex> {
        let mut found: Vec<NodeIndex> = self.around(at).collect();
        let mut next = 0;
        let mut listing = self.node(at).inside.clone();
        while found.len() < NESTING_MAX {
            listing.retain(|boundary| !found.contains(boundary));
            found.append(&mut listing);
            let Some(boundary) = found.get(next) else { break };
            listing.clone_from(&self.node(*boundary).inside);
            next += 1;
        }
        found.truncate(NESTING_MAX);
        found
    }

    /// Nodes first, so that links can go both ways.
    fn add_nodes(&mut self, system: &'a System) {
        system.components.iter().for_each(|it| self.add(Some(&it.id), Element::Component(it)));
        system.boundaries.iter().for_each(|it| self.add(Some(&it.id), Element::Boundary(it)));
        system.flows.iter().for_each(|it| self.add(Some(&it.id), Element::Flow(it)));
        for data in &system.data {
            self.add(Some(&data.id), Element::Data(data));
            data.handled_by.iter().for_each(|handled| self.add(None, Element::Holding(data, handled)));
        }
        system.endpoints.iter().for_each(|it| self.add(Some(&it.id), Element::Endpoint(it)));
        system.controls.iter().for_each(|it| self.add(Some(&it.id), Element::Control(it)));
        system.permissions.iter().for_each(|it| self.add(Some(&it.id), Element::Permission(it)));
        system.accepted_risks.iter().for_each(|it| self.add(Some(&it.id), Element::AcceptedRisk(it)));
        system.assumptions.iter().for_each(|it| self.add(Some(&it.id), Element::Assumption(it)));
        system.incidents.iter().for_each(|it| self.add(Some(&it.id), Element::Incident(it)));
        system.decisions.iter().for_each(|it| self.add(Some(&it.id), Element::Decision(it)));
        system.questions.iter().for_each(|it| self.add(Some(&it.id), Element::Question(it)));
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
            match self.node(at).element {
                Element::Flow(flow) => {
                    self.link_back(at, &flow.source, Relation::Source, Relation::Outgoing);
                    self.link_back(at, &flow.target, Relation::Target, Relation::Incoming);
                    flow.data.iter().for_each(|data| self.link_back(at, data, Relation::Data, Relation::Flows));
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
                    if let Some(boundary) = &component.boundary {
                        self.link(at, boundary, Relation::Boundary);
                    }
                }
                Element::Boundary(boundary) => {
                    for member in &boundary.members {
                        self.link_component(at, member);
                        if let Some(member) = self.find(member).and_then(|member| self.nodes.get_mut(member)) {
                            member.inside.push(at);
                        }
                    }
                }
                Element::Control(control) => self.protect(at, control),
                Element::AcceptedRisk(risk) => self.link_about(at, &risk.about, Relation::Risks),
                Element::Assumption(it) => self.link_about(at, &it.about, Relation::Assumptions),
                Element::Decision(decision) => self.link_about(at, &decision.about, Relation::Decisions),
                Element::Question(question) => self.link_about(at, &question.about, Relation::Questions),
                Element::Incident(incident) => self.link_about(at, &incident.about, Relation::Incidents),
                Element::Data(_) | Element::Permission(_) | Element::System(_) => {}
            }
        }
    }

    fn protect(&mut self, at: NodeIndex, control: &'a Control) {
        self.link_about(at, &control.on, Relation::Controls);
        let named = self.node(at).related(Relation::About).to_vec();
        if named.is_empty() {
            self.relate_nodes(at, Relation::Controls, at);
        }
        let protected = if named.is_empty() { vec![at] } else { named };
        for node in protected {
            if let Some(node) = self.nodes.get_mut(node) {
                node.controls.push(control);
            }
        }
    }

    fn link_about(&mut self, at: NodeIndex, about: &[ElementId], back: Relation) {
        for id in about {
            self.link_back(at, id, Relation::About, back);
            self.link_component(at, id);
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

    /// Everything hangs on the system as a whole.
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
                Element::Control(_) => Relation::Controls,
                Element::Permission(_) => Relation::Permissions,
                Element::AcceptedRisk(_) => Relation::Risks,
                Element::Assumption(_) => Relation::Assumptions,
                Element::Decision(_) => Relation::Decisions,
                Element::Question(_) => Relation::Questions,
                Element::Incident(_) => Relation::Incidents,
                Element::System(_) => continue,
            };
            self.relate_nodes(whole, relation, at);
        }
    }

    fn relate_nodes(&mut self, at: NodeIndex, relation: Relation, other: NodeIndex) {
        if let Some(node) = self.nodes.get_mut(at) {
            node.relate(relation, other);
        }
    }

    fn link_component(&mut self, at: NodeIndex, id: &ElementId) {
        if self.find(id).is_some_and(|node| matches!(self.node(node).element, Element::Component(_))) {
            self.link(at, id, Relation::Components);
        }
    }

    fn link_back(&mut self, at: NodeIndex, id: &ElementId, forth: Relation, back: Relation) {
        self.link(at, id, forth);
        if let Some(other) = self.find(id).and_then(|other| self.nodes.get_mut(other)) {
            other.relate(back, at);
        }
    }

    fn link(&mut self, at: NodeIndex, id: &ElementId, relation: Relation) {
        if let (Some(other), Some(node)) = (self.index.get(&Key::of(id)), self.nodes.get_mut(at)) {
            node.relate(relation, *other);
        }
    }

    /// Hangs open conflicts on the elements they name.
    fn place(&mut self, system: &'a System) {
        for conflict in system.conflicts.iter().filter(|conflict| conflict.resolution.is_none()) {
            if let Some(node) = self.find(&conflict.subject).and_then(|at| self.nodes.get_mut(at)) {
                node.conflicts.push(conflict);
            }
        }
    }

    /// A component handles what a document says it handles and what flows to or from it; a flow carries its data.
    fn add_touches(&mut self) {
        for at in 0..self.nodes.len() {
            match self.node(at).element {
                Element::Holding(data, handled) => {
                    if let Some(component) = self.find(&handled.component) {
                        for touch in touches_of(&handled.handling) {
                            self.touch(component, touch, data, &handled.evidence);
                        }
                    }
                }
                Element::Flow(flow) => {
                    for data in self.node(at).related(Relation::Data).to_vec() {
                        let Element::Data(data) = self.node(data).element else { continue };
                        self.touch(at, Touch::Carries, data, &flow.evidence);
                        for end in [&flow.source, &flow.target]
                            .into_iter()
                            .filter_map(|end| self.find(end))
                            .collect::<Vec<_>>()
                        {
                            self.touch(end, Touch::Handles, data, &flow.evidence);
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
}

fn touches_of(handling: &[Handling]) -> Vec<Touch> {
    let stores = handling.iter().any(|it| matches!(it, Handling::Stores | Handling::Caches));
    let logs = handling.contains(&Handling::Logs);
    [(true, Touch::Handles), (stores, Touch::Stores), (logs, Touch::Logs)]
        .into_iter()
        .filter_map(|(holds, touch)| holds.then_some(touch))
        .collect()
}

impl<'a> Node<'a> {
    fn new(element: Element<'a>) -> Self {
        Self {
            element,
            related: Vec::new(),
            controls: Vec::new(),
            inside: Vec::new(),
            conflicts: Vec::new(),
            touches: BTreeMap::new(),
        }
    }

    pub(crate) fn related(&self, relation: Relation) -> &[NodeIndex] {
        self.related.iter().find(|(own, _)| *own == relation).map_or(&[], |(_, nodes)| nodes.as_slice())
    }

    fn relate(&mut self, relation: Relation, other: NodeIndex) {
        match self.related.iter_mut().find(|(own, _)| *own == relation) {
            Some((_, nodes)) => nodes.push(other),
            None => self.related.push((relation, Neighbours::One(other))),
        }
    }

    pub(crate) fn touched(&self, touch: Touch) -> Option<&Touched<'a>> {
        self.touches.get(&touch)
    }

    pub(crate) fn conflict(&self, attribute: &str) -> Option<&'a Conflict> {
        self.conflicts.iter().find(|conflict| conflict.attribute == attribute).copied()
    }
}

impl<'a> Element<'a> {
    /// The kind of rules that look at this element.
    pub(crate) const fn kind(self) -> SubjectKind {
        match self {
            Self::Component(_) => SubjectKind::Component,
            Self::Flow(_) => SubjectKind::Flow,
            Self::Data(_) => SubjectKind::Data,
            Self::Holding(..) => SubjectKind::Holding,
            Self::Endpoint(_) => SubjectKind::Endpoint,
            Self::Boundary(_) => SubjectKind::Boundary,
            Self::Control(_) => SubjectKind::Control,
            Self::Permission(_) => SubjectKind::Permission,
            Self::AcceptedRisk(_) => SubjectKind::AcceptedRisk,
            Self::Assumption(_) => SubjectKind::Assumption,
            Self::Decision(_) => SubjectKind::Decision,
            Self::Question(_) => SubjectKind::Question,
            Self::Incident(_) => SubjectKind::Incident,
            Self::System(_) => SubjectKind::System,
        }
    }

    /// The element's id; of a holding, the component's.
    pub(crate) fn id(self) -> &'a ElementId {
        match self {
            Self::Component(it) => &it.id,
            Self::Flow(it) => &it.id,
            Self::Data(it) => &it.id,
            Self::Holding(_, it) => &it.component,
            Self::Endpoint(it) => &it.id,
            Self::Boundary(it) => &it.id,
            Self::Control(it) => &it.id,
            Self::Permission(it) => &it.id,
            Self::AcceptedRisk(it) => &it.id,
            Self::Assumption(it) => &it.id,
            Self::Decision(it) => &it.id,
            Self::Question(it) => &it.id,
            Self::Incident(it) => &it.id,
            Self::System(id) => id,
        }
    }

    pub(crate) fn evidence(self) -> &'a [Citation] {
        match self {
            Self::Component(it) => &it.evidence,
            Self::Flow(it) => &it.evidence,
            Self::Data(it) => &it.evidence,
            Self::Holding(_, it) => &it.evidence,
            Self::Endpoint(it) => &it.evidence,
            Self::Boundary(it) => &it.evidence,
            Self::Control(it) => &it.evidence,
            Self::Permission(it) => &it.evidence,
            Self::AcceptedRisk(it) => &it.evidence,
            Self::Assumption(it) => &it.evidence,
            Self::Decision(it) => &it.evidence,
            Self::Question(it) => &it.evidence,
            Self::Incident(it) => &it.evidence,
            Self::System(_) => &[],
        }
    }

    /// What kind of wall a boundary is, where the documents say so.
    pub(crate) fn boundary_type(self) -> Option<BoundaryType> {
        let Self::Boundary(boundary) = self else { return None };
        boundary.boundary_type.as_ref().map(|stated| stated.value)
    }
}
