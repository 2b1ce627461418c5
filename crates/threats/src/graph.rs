//! The model as a graph: every element a node with its neighbours, its controls and its open conflicts at hand.
//!
//! Built once for each run, so that a rule on one element never searches the model. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, BoundaryType, Citation, Classification, Component, Conflict, Control, Data,
    DocumentId, ElementId, Endpoint, Flow, Handled, Handling, Incident, Permission, SourceType, Stated, System, Trust,
};

use crate::condition::Touch;
use crate::condition::vocabulary::{Relation, SubjectKind};

/// Boundaries around an element that are looked at; more are a loop of boundaries that contain each other.
const NESTING_MAX: usize = 32;

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
    Incident(&'a Incident),
}

/// An element with its surroundings.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) element: Element<'a>,
    related: [Vec<NodeIndex>; Relation::COUNT],
    /// Controls on the element; on a control that names no element, the control itself.
    pub(crate) controls: Vec<&'a Control>,
    /// Accepted risks and assumptions about the element.
    pub(crate) statements: Vec<NodeIndex>,
    /// The boundary that lists this boundary or component.
    inside: Option<NodeIndex>,
    /// Open conflicts about the element.
    pub(crate) conflicts: Vec<&'a Conflict>,
    touches: BTreeMap<Touch, Touched<'a>>,
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
    index: BTreeMap<&'a ElementId, NodeIndex>,
    /// Documents that record what was seen of the running system.
    observed: BTreeSet<&'a DocumentId>,
    /// Documents whose word alone settles nothing.
    asserting: BTreeSet<&'a DocumentId>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        let records = system.documents.iter().filter(|document| document.source_type == SourceType::Observed);
        let observed = records.map(|document| &document.id).collect();
        let asserting = system.documents.iter().filter(|document| document.trust == Trust::Asserts);
        let asserting = asserting.map(|document| &document.id).collect();
        let mut graph = Self { observed, asserting, ..Self::default() };
        graph.add_nodes(system);
        graph.relate();
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

    /// Whether the document is a record of traffic.
    pub(crate) fn is_observed(&self, document: &DocumentId) -> bool {
        self.observed.contains(document)
    }

    /// Whether nothing but documents that may only assert says so.
    pub(crate) fn is_only_asserted<'c>(&self, evidence: impl IntoIterator<Item = &'c Citation>) -> bool {
        let mut evidence = evidence.into_iter().peekable();
        evidence.peek().is_some() && evidence.all(|citation| self.asserting.contains(&citation.document))
    }

    pub(crate) fn find(&self, id: &ElementId) -> Option<NodeIndex> {
        self.index.get(id).copied()
    }

    /// The boundaries around a node, innermost first.
    pub(crate) fn around(&self, at: NodeIndex) -> Vec<NodeIndex> {
        std::iter::successors(self.enclosing(at), |boundary| self.enclosing(*boundary)).take(NESTING_MAX).collect()
    }

    fn enclosing(&self, at: NodeIndex) -> Option<NodeIndex> {
        let node = self.node(at);
        node.related(Relation::Boundary).first().copied().or(node.inside)
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
    }

    fn add(&mut self, id: Option<&'a ElementId>, element: Element<'a>) {
        if let Some(id) = id {
            self.index.insert(id, self.nodes.len());
        }
        self.nodes.push(Node::new(element));
    }

    fn relate(&mut self) {
        for at in 0..self.nodes.len() {
            match self.node(at).element {
                Element::Flow(flow) => {
                    self.link_back(at, &flow.source, Relation::Source, Relation::Outgoing);
                    self.link_back(at, &flow.target, Relation::Target, Relation::Incoming);
                    flow.data.iter().for_each(|data| self.link(at, data, Relation::Data));
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
                            member.inside.get_or_insert(at);
                        }
                    }
                }
                Element::Control(control) => self.protect(at, control),
                Element::AcceptedRisk(risk) => self.link_about(at, &risk.about),
                Element::Assumption(assumption) => self.link_about(at, &assumption.about),
                Element::Incident(incident) => self.link_about(at, &incident.about),
                Element::Data(_) | Element::Permission(_) => {}
            }
        }
    }

    fn protect(&mut self, at: NodeIndex, control: &'a Control) {
        self.link_about(at, &control.on);
        let named = self.node(at).related(Relation::About).to_vec();
        let protected = if named.is_empty() { vec![at] } else { named };
        for node in protected {
            if let Some(node) = self.nodes.get_mut(node) {
                node.controls.push(control);
            }
        }
    }

    fn link_about(&mut self, at: NodeIndex, about: &[ElementId]) {
        for id in about {
            self.link(at, id, Relation::About);
            self.link_component(at, id);
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
        if let (Some(other), Some(node)) = (self.index.get(id), self.nodes.get_mut(at)) {
            node.relate(relation, *other);
        }
    }

    /// Hangs statements and conflicts on the elements they name.
    fn place(&mut self, system: &'a System) {
        for at in 0..self.nodes.len() {
            if matches!(self.node(at).element, Element::AcceptedRisk(_) | Element::Assumption(_)) {
                for about in self.node(at).related(Relation::About).to_vec() {
                    if let Some(node) = self.nodes.get_mut(about) {
                        node.statements.push(at);
                    }
                }
            }
        }
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
            related: Default::default(),
            controls: Vec::new(),
            statements: Vec::new(),
            inside: None,
            conflicts: Vec::new(),
            touches: BTreeMap::new(),
        }
    }

    pub(crate) fn related(&self, relation: Relation) -> &[NodeIndex] {
        self.related.get(relation as usize).map_or(&[], Vec::as_slice)
    }

    fn relate(&mut self, relation: Relation, other: NodeIndex) {
        if let Some(list) = self.related.get_mut(relation as usize) {
            list.push(other);
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
    /// Whether rules on a `kind` look at this element.
    pub(crate) fn is(self, kind: SubjectKind) -> bool {
        let own = match self {
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
            Self::Incident(_) => SubjectKind::Incident,
        };
        own == kind
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
            Self::Incident(it) => &it.id,
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
            Self::Incident(it) => &it.evidence,
        }
    }

    /// Whether a boundary separates networks rather than processes on one of them.
    pub(crate) fn separates_networks(self) -> bool {
        !matches!(self, Self::Boundary(it) if it.boundary_type.as_ref().is_some_and(|of| of.value == BoundaryType::Process))
    }
}
