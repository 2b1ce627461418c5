//! The capability graph: facts, the steps between them, and what stops each step. Built once for a model; every question about
//! paths is a search in it.
//!
//! A step leads to one fact and needs up to three (AND); a fact with several steps to it needs one of them (OR). Steps through a
//! closed gate are kept and not taken, so that what stops an attacker can be shown, and so that a gate can be opened on trial.

use cairn_model::{Citation, ElementId, Threat};

use crate::attacker::{Attacker, Attackers};
use crate::capability::{Fact, Grade, Node, PER_NODE};
use crate::gate::{Gate, GateIndex, State};
use crate::nodes::Nodes;
use crate::rule::{Doubt, Rule};

/// Position of a step in the graph.
pub(crate) type StepIndex = u32;

/// Most that one step needs.
pub(crate) const BODY_MAX: usize = 3;

/// A step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) to: Fact,
    pub(crate) body: [Fact; BODY_MAX],
    pub(crate) rule: Rule,
    /// How sure the step is by itself.
    pub(crate) grade: Grade,
    pub(crate) doubt: Doubt,
    pub(crate) gate: Option<GateIndex>,
    /// Position of a threat that the step makes use of.
    pub(crate) threat: Option<u32>,
    /// Its citations among the graph's.
    pub(crate) grounds: (u32, u32),
}

impl Step {
    pub(crate) fn needs(&self) -> impl Iterator<Item = Fact> + '_ {
        self.body.iter().copied().filter(|fact| *fact != Fact::NONE)
    }

    /// Whether an attacker begins with it.
    pub(crate) fn is_beginning(&self) -> bool {
        self.needs().next().is_none()
    }

    /// Whether the step says only what a word means: nothing that a document could say stands behind it.
    pub(crate) const fn is_definition(&self) -> bool {
        matches!(self.rule, Rule::Meaning) && self.grounds.1 == 0
    }
}

/// What an attacker has before the first step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning {
    pub(crate) attacker: u32,
    /// A step without needs.
    pub(crate) step: StepIndex,
}

/// Everything that can be asked about ways of attack through one model.
#[derive(Debug)]
pub struct CapabilityGraph<'a> {
    pub(crate) nodes: Nodes<'a>,
    pub(crate) steps: Vec<Step>,
    pub(crate) gates: Vec<Gate<'a>>,
    pub(crate) citations: Vec<&'a [Citation]>,
    pub(crate) threats: &'a [Threat],
    pub(crate) attackers: Vec<&'a Attacker>,
    pub(crate) beginnings: Vec<Beginning>,
    /// Steps that need a fact, all facts' after each other, and where each fact's begin.
    uses: (Vec<StepIndex>, Vec<u32>),
    /// Steps that lead to a fact, in the same form.
    leads: (Vec<StepIndex>, Vec<u32>),
}

impl<'a> CapabilityGraph<'a> {
    /// The graph of a model, with what its threats are good for.
    pub fn of(system: &'a cairn_model::System, threats: &'a [Threat], attackers: &'a Attackers) -> Self {
        crate::derive::derive(system, threats, attackers)
    }

    pub(crate) fn new(
        nodes: Nodes<'a>,
        steps: Vec<Step>,
        gates: Vec<Gate<'a>>,
        citations: Vec<&'a [Citation]>,
        threats: &'a [Threat],
        attackers: Vec<&'a Attacker>,
        beginnings: Vec<Beginning>,
    ) -> Self {
        let facts = nodes.count() * PER_NODE as usize;
        let numbered = || (0u32..).zip(&steps);
        let uses = grouped(facts, || numbered().flat_map(|(at, step)| step.needs().map(move |fact| (fact, at))));
        let leads = grouped(facts, || numbered().map(|(at, step)| (step.to, at)));
        Self { nodes, steps, gates, citations, threats, attackers, beginnings, uses, leads }
    }

    /// How many elements, steps and gates there are.
    pub fn size(&self) -> (usize, usize, usize) {
        (self.nodes.count(), self.steps.len(), self.gates.len())
    }

    pub(crate) fn facts(&self) -> usize {
        self.nodes.count() * PER_NODE as usize
    }

    pub(crate) fn step(&self, at: StepIndex) -> &Step {
        self.steps.get(at as usize).expect("positions come from this graph")
    }

    /// The steps that need the fact.
    pub(crate) fn uses(&self, fact: Fact) -> &[StepIndex] {
        slice(&self.uses, fact)
    }

    /// The steps that lead to the fact.
    pub(crate) fn leads(&self, fact: Fact) -> &[StepIndex] {
        slice(&self.leads, fact)
    }

    pub(crate) fn gate_of(&self, step: &Step) -> Option<&Gate<'a>> {
        self.gates.get(step.gate? as usize)
    }

    /// The gates as documents leave them.
    pub(crate) fn states(&self) -> Vec<State> {
        self.gates.iter().map(|gate| gate.state).collect()
    }

    pub(crate) fn evidence(&self, step: &Step) -> impl Iterator<Item = &'a Citation> + '_ {
        let (start, length) = (step.grounds.0 as usize, step.grounds.1 as usize);
        self.citations.get(start..start + length).unwrap_or_default().iter().flat_map(|it| it.iter())
    }

    pub(crate) fn node_of(&self, id: &ElementId) -> Option<Node> {
        self.nodes.by_id(id)
    }
}

/// How sure a step is when gates stand as `states` says; `None` when it cannot be taken.
pub(crate) fn grade(step: &Step, states: &[State]) -> Option<Grade> {
    match step.gate {
        None => Some(step.grade),
        Some(gate) => Some(states.get(gate as usize)?.grade()?.max(step.grade)),
    }
}

fn slice(of: &(Vec<StepIndex>, Vec<u32>), fact: Fact) -> &[StepIndex] {
    let bound = |at: usize| of.1.get(at).copied().unwrap_or_default() as usize;
    of.0.get(bound(fact.index())..bound(fact.index() + 1)).unwrap_or_default()
}

/// Steps by fact, in two passes: count, then place.
fn grouped<I: Iterator<Item = (Fact, StepIndex)>>(facts: usize, all: impl Fn() -> I) -> (Vec<StepIndex>, Vec<u32>) {
    let mut bounds = vec![0u32; facts + 1];
    for (fact, _) in all() {
        if let Some(count) = bounds.get_mut(fact.index() + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for bound in &mut bounds {
        sum += *bound;
        *bound = sum;
    }
    let mut next = bounds.clone();
    let mut placed = vec![0; sum as usize];
    for (fact, step) in all() {
        let Some(at) = next.get_mut(fact.index()) else { continue };
        if let Some(place) = placed.get_mut(*at as usize) {
            *place = step;
        }
        *at += 1;
    }
    (placed, bounds)
}
