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

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{Citation, ElementId, Status, System, Threat};

use crate::attacker::Attackers;
use crate::capability::{Capability, Fact, Grade, Node};
use crate::gate::{Controls, Gate, GateIndex, GateKind};
use crate::graph::{BODY_MAX, ByFact, CapabilityGraph, Step, StepIndex};
use crate::parts::Parts;
use crate::rule::{Doubt, Rule};

/// Citations of one element that a step shows; the element has them all.
const CITED_MAX: usize = 2;

/// The graph of a model.
pub(crate) fn derive<'a>(system: &'a System, threats: &'a [Threat], attackers: &'a Attackers) -> CapabilityGraph<'a> {
    let mut builder = Builder::new(system);
    network::add(&mut builder);
    identity::add(&mut builder);
    permissions::add(&mut builder);
    content::add(&mut builder);
    delivery::add(&mut builder);
    agents::add(&mut builder);
    let from = builder.steps.len();
    weakness::add(&mut builder, threats);
    let weak = from..builder.steps.len();
    let beginnings = start::add(&mut builder, attackers);
    let Builder { parts, steps, gates, citations, .. } = builder;
    let by_fact = ByFact::of(&parts, &steps);
    CapabilityGraph {
        parts: Arc::new(parts),
        steps,
        weak,
        gates: gates.into(),
        citations,
        threats,
        further: &[],
        attackers: attackers.profiles().collect(),
        beginnings,
        by_fact,
    }
}

/// Steps for threats that are known now beside those that the graph was made with, in order of their ids.
pub(crate) fn further<'t>(
    parts: &Parts<'_>,
    threats: &'t [Threat],
    first: u32,
    citations: &mut Vec<&'t [Citation]>,
) -> Vec<Step> {
    let drafts = weakness::drafts(parts, (first..).zip(threats));
    drafts.into_iter().map(|draft| draft.into_step(citations)).collect()
}

/// A graph in the making.
pub(super) struct Builder<'a> {
    pub(super) parts: Parts<'a>,
    controls: Controls<'a>,
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

    fn into_step(self, citations: &mut Vec<&'a [Citation]>) -> Step {
        let start = u32::try_from(citations.len()).unwrap_or(u32::MAX);
        citations.extend(self.grounds.iter().filter(|it| !it.is_empty()));
        let length = u32::try_from(citations.len()).unwrap_or(u32::MAX) - start;
        let mut step = Step {
            to: self.to,
            body: self.body,
            rule: self.rule,
            grade: self.grade,
            doubt: self.doubt,
            gate: self.gate,
            threat: self.threat,
            grounds: (start, length),
        };
        // What no passage bears is not certain, whoever drafted it.
        let is_certain = step.grade == Grade::Stated && step.threat.is_none();
        if length == 0 && step.rule != Rule::Meaning && is_certain {
            (step.grade, step.doubt) = (Grade::Assumed, Doubt::NotThere);
        }
        step
    }

    /// As sure as a thing of this status is there.
    pub(super) fn as_there(self, status: Status) -> Self {
        self.unsure_unless(matches!(status, Status::Implemented | Status::Deprecated), Doubt::NotThere)
    }
}

impl<'a> Builder<'a> {
    fn new(system: &'a System) -> Self {
        let (parts, controls) = rayon::join(|| Parts::of(system), || Controls::of(system));
        Self { parts, controls, steps: Vec::new(), gates: Vec::new(), gate_at: BTreeMap::new(), citations: Vec::new() }
    }

    /// Adds a step; one that leads to what it needs is none.
    pub(super) fn add(&mut self, draft: Draft<'a>) -> StepIndex {
        let at = StepIndex::try_from(self.steps.len()).unwrap_or(StepIndex::MAX);
        let step = draft.into_step(&mut self.citations);
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
        let own = self.parts.own_id(node)?;
        let on = nearer.first().copied().unwrap_or(own);
        let key = (kind, node, on);
        if let Some(at) = self.gate_at.get(&key) {
            return Some(*at);
        }
        let around = self.parts.around(node).into_iter().filter_map(|it| self.parts.own_id(it));
        let further = [own].into_iter().chain(around).filter(|_| !kind.is_only_nearest());
        let places: Vec<&ElementId> = nearer.iter().copied().chain(further).collect();
        let gate = self.controls.gate(kind, own, &places, attribute);
        let at = GateIndex::try_from(self.gates.len()).ok()?;
        self.gates.push(gate);
        self.gate_at.insert(key, at);
        Some(at)
    }
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
