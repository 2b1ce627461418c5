//! The model and its threats to the capability graph, one module for each field of steps.
//!
//! A step needs something that is written: a flow, an exposure, a permission, a holding, a threat. What might stop it may be
//! unknown, and the step then names its question; where nothing is written there is no step. So a model in which nothing is
//! written has no path, and no path is certain of which a hop is not cited.

mod agents;
mod content;
mod delivery;
mod identity;
mod network;
mod permissions;
mod start;
mod weakness;

pub(crate) use permissions::allowed;
pub(crate) use weakness::{is_useful, sureness};

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    BoundaryType, Citation, ComponentType, Control, ControlType, ElementId, Flow, Status, System, Threat,
};

use rayon::prelude::*;

use crate::attacker::Attackers;
use crate::capability::{Capability, Fact, Grade, Node};
use crate::gate::{Controls, Gate, GateIndex, GateKind};
use crate::graph::{BODY_MAX, CapabilityGraph, Step, StepIndex};
use crate::nodes::{Kind, Nodes};
use crate::rule::{Doubt, Rule};
use crate::words::{self, WORDS};

/// Citations of one element that a step shows; the element has them all.
const CITED_MAX: usize = 2;

/// Boundaries around a part that are looked at.
const NESTING_MAX: usize = 8;

/// The graph of a model.
pub(crate) fn derive<'a>(system: &'a System, threats: &'a [Threat], attackers: &'a Attackers) -> CapabilityGraph<'a> {
    let mut builder = Builder::new(system);
    network::add(&mut builder);
    identity::add(&mut builder);
    permissions::add(&mut builder);
    content::add(&mut builder);
    delivery::add(&mut builder);
    agents::add(&mut builder);
    weakness::add(&mut builder, threats);
    let beginnings = start::add(&mut builder, attackers);
    let Builder { nodes, steps, gates, citations, .. } = builder;
    CapabilityGraph::new(nodes, steps, gates, citations, threats, attackers.profiles().collect(), beginnings)
}

/// A flow between two parts that are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'a> {
    pub(super) flow: &'a Flow,
    pub(super) source: Node,
    pub(super) target: Node,
    /// Whether its quotes say, beside the names of its ends, that the source changes, reads or delivers something.
    pub(super) writes: bool,
    pub(super) reads: bool,
    pub(super) deploys: bool,
}

/// What the name or the technology of a part says that it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Called {
    pub(super) backup: bool,
    pub(super) repository: bool,
    pub(super) artifact: bool,
}

/// Data that a part has to do with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch<'a> {
    pub(super) data: Node,
    pub(super) evidence: &'a [Citation],
    /// What the part says of its encryption.
    pub(super) encrypted: Option<(bool, &'a [Citation])>,
}

/// A graph in the making, with the model's neighbours at hand.
pub(super) struct Builder<'a> {
    pub(super) system: &'a System,
    pub(super) nodes: Nodes<'a>,
    pub(super) links: Vec<Link<'a>>,
    controls: Controls<'a>,
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
    pub(super) separated: BTreeMap<&'a ElementId, &'a Control>,
    steps: Vec<Step>,
    gates: Vec<Gate<'a>>,
    gate_at: BTreeMap<(GateKind, Node, &'a ElementId), GateIndex>,
    citations: Vec<&'a [Citation]>,
}

/// A step before it is numbered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft<'a> {
    rule: Rule,
    body: [Fact; BODY_MAX],
    to: Fact,
    grounds: [&'a [Citation]; 3],
    doubt: Doubt,
    grade: Grade,
    gate: Option<GateIndex>,
    threat: Option<u32>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(rule: Rule, needs: &[Fact], to: Fact) -> Self {
        let mut body = [Fact::NONE; BODY_MAX];
        for (place, fact) in body.iter_mut().zip(needs) {
            *place = *fact;
        }
        let (doubt, grade) = (Doubt::None, Grade::Stated);
        Self { rule, body, to, grounds: [&[]; 3], doubt, grade, gate: None, threat: None }
    }

    /// With the passages about something that the step rests on.
    pub(super) fn on(mut self, evidence: &'a [Citation]) -> Self {
        if let Some(free) = self.grounds.iter_mut().find(|it| it.is_empty()) {
            *free = evidence.get(..CITED_MAX).unwrap_or(evidence);
        }
        self
    }

    pub(super) fn gated(mut self, gate: GateIndex) -> Self {
        self.gate = Some(gate);
        self
    }

    /// Not certain for a reason of its own.
    pub(super) fn unsure(mut self, doubt: Doubt) -> Self {
        let grade = if doubt == Doubt::NotThere { Grade::Assumed } else { Grade::Unknown };
        self.grade = self.grade.max(grade);
        self.doubt = doubt;
        self
    }

    /// Unsure unless it holds.
    pub(super) fn unsure_unless(self, holds: bool, doubt: Doubt) -> Self {
        if holds { self } else { self.unsure(doubt) }
    }

    /// Making use of the threat at this place of the list, as sure as that is.
    pub(super) fn by_threat(mut self, at: u32) -> Self {
        self.threat = Some(at);
        self.doubt = Doubt::Threat;
        self
    }

    /// As sure as a thing of this status is there.
    pub(super) fn as_there(self, status: Status) -> Self {
        self.unsure_unless(matches!(status, Status::Implemented | Status::Deprecated), Doubt::NotThere)
    }
}

impl<'a> Builder<'a> {
    fn new(system: &'a System) -> Self {
        let (nodes, controls) = rayon::join(|| Nodes::of(system), || Controls::of(system));
        let count = nodes.count();
        let mut builder = Self {
            system,
            nodes,
            links: Vec::new(),
            controls,
            words: Vec::new(),
            out: vec![Vec::new(); count],
            into: vec![Vec::new(); count],
            around: vec![Vec::new(); count],
            touched: vec![Vec::new(); count],
            called: vec![Called::default(); count],
            separated: BTreeMap::new(),
            steps: Vec::new(),
            gates: Vec::new(),
            gate_at: BTreeMap::new(),
            citations: Vec::new(),
        };
        builder.call();
        builder.separate();
        builder.link();
        builder.place();
        builder.touch();
        builder
    }

    fn link(&mut self) {
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

    pub(super) fn called(&self, node: Node) -> Called {
        self.called.get(node as usize).copied().unwrap_or_default()
    }

    /// Whether the part's name or technology has one of the words.
    pub(super) fn is_called(&self, node: Node, list: &words::List) -> bool {
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

    /// Adds a step; one that leads to what it needs is none.
    pub(super) fn add(&mut self, draft: Draft<'a>) -> StepIndex {
        let at = StepIndex::try_from(self.steps.len()).unwrap_or(StepIndex::MAX);
        let start = u32::try_from(self.citations.len()).unwrap_or(u32::MAX);
        let grounds = draft.grounds.iter().filter(|it| !it.is_empty());
        self.citations.extend(grounds);
        let length = u32::try_from(self.citations.len()).unwrap_or(u32::MAX) - start;
        let mut step = Step {
            to: draft.to,
            body: draft.body,
            rule: draft.rule,
            grade: draft.grade,
            doubt: draft.doubt,
            gate: draft.gate,
            threat: draft.threat,
            grounds: (start, length),
        };
        // What no passage bears is not certain, whoever drafted it.
        let is_certain = step.grade == Grade::Stated && step.threat.is_none();
        if length == 0 && step.rule != Rule::Meaning && is_certain {
            (step.grade, step.doubt) = (Grade::Assumed, Doubt::NotThere);
        }
        self.steps.push(step);
        at
    }

    /// Adds what a capability means.
    pub(super) fn means(&mut self, needs: Fact, to: Fact) {
        self.add(Draft::new(Rule::Meaning, &[needs], to));
    }

    /// The gate of a kind before a node, on further places such as a flow first. `attribute` is what the element itself says:
    /// whether it closes the gate, and where.
    pub(super) fn gate(
        &mut self,
        kind: GateKind,
        node: Node,
        nearer: &[&'a ElementId],
        attribute: Option<(bool, &'a [Citation])>,
    ) -> Option<GateIndex> {
        let own = self.own_id(node)?;
        let on = nearer.first().copied().unwrap_or(own);
        let key = (kind, node, on);
        if let Some(at) = self.gate_at.get(&key) {
            return Some(*at);
        }
        let around = self.around.get(node as usize).into_iter().flatten().filter_map(|it| self.own_id(*it));
        let further = [own].into_iter().chain(around).filter(|_| !kind.is_only_nearest());
        let places: Vec<&ElementId> = nearer.iter().copied().chain(further).collect();
        let gate = self.controls.gate(kind, own, &places, attribute);
        let at = GateIndex::try_from(self.gates.len()).ok()?;
        self.gates.push(gate);
        self.gate_at.insert(key, at);
        Some(at)
    }

    /// The id of the node as the model has it.
    fn own_id(&self, node: Node) -> Option<&'a ElementId> {
        match self.nodes.kind(node) {
            Kind::Component(it) => Some(&it.id),
            Kind::Data(it) => Some(&it.id),
            Kind::Boundary(it) => Some(&it.id),
            Kind::Supply | Kind::Everything | Kind::Principal => None,
        }
    }

    pub(super) fn out_of(&self, node: Node) -> Vec<Link<'a>> {
        self.linked(self.out.get(node as usize))
    }

    pub(super) fn links_into(&self, node: Node) -> Vec<Link<'a>> {
        self.linked(self.into.get(node as usize))
    }

    fn linked(&self, at: Option<&Vec<usize>>) -> Vec<Link<'a>> {
        at.into_iter().flatten().filter_map(|at| self.links.get(*at)).copied().collect()
    }

    pub(super) fn touched(&self, node: Node) -> Vec<Touch<'a>> {
        self.touched.get(node as usize).cloned().unwrap_or_default()
    }

    pub(super) fn around(&self, node: Node) -> Vec<Node> {
        self.around.get(node as usize).cloned().unwrap_or_default()
    }

    /// Whether the part keeps things for others.
    pub(super) fn is_store(&self, node: Node) -> bool {
        use ComponentType as T;
        matches!(
            self.nodes.component_type(node),
            Some(T::Datastore | T::Cache | T::Queue | T::SecretStore | T::Observability)
        )
    }

    pub(super) fn is(&self, node: Node, wanted: ComponentType) -> bool {
        self.nodes.component_type(node) == Some(wanted)
    }

    /// Whether the part is a person or what a person holds in hand, or belongs to somebody else.
    pub(super) fn is_outside(&self, node: Node) -> bool {
        use ComponentType as T;
        matches!(self.nodes.component_type(node), Some(T::Actor | T::Client | T::External))
    }

    /// Whether the boundary is one that a network connection stays within.
    pub(super) fn is_zone(&self, node: Node) -> bool {
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

pub(super) const fn fact(capability: Capability, node: Node) -> Fact {
    Fact::new(capability, node)
}

/// What a free text says of a proof: whether there is one.
#[expect(clippy::ref_option, reason = "every caller has the attribute as the model keeps it")]
pub(super) fn proof(known: &cairn_model::Known<String>) -> Option<(bool, &[Citation])> {
    let stated = known.as_ref()?;
    Some((stated.value.trim().to_lowercase() != "none", stated.evidence.as_slice()))
}
