//! The capability graph: facts, the steps between them, and what stops each step. Built once for a model; every question about
//! paths is a search in it.
//!
//! A step leads to one fact and needs up to three (AND); a fact with several steps to it needs one of them (OR). Steps through a
//! closed gate are kept and not taken, so that what stops an attacker can be shown, and so that a gate can be opened on trial.

use std::ops::Range;
use std::sync::Arc;

use cairn_model::{Citation, ElementId, Threat};

use crate::attacker::{Attacker, Attackers};
use crate::capability::{Fact, Grade, Node, PER_NODE};
use crate::gate::{Gate, GateIndex, State};
use crate::parts::Parts;
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
    pub(crate) parts: Arc<Parts<'a>>,
    pub(crate) steps: Vec<Step>,
    /// Where the steps are that make use of threats, in order of the threats' ids.
    pub(crate) weak: Range<usize>,
    pub(crate) gates: Arc<[Gate<'a>]>,
    pub(crate) citations: Vec<&'a [Citation]>,
    pub(crate) threats: &'a [Threat],
    /// Further threats, numbered after the others.
    pub(crate) further: &'a [Threat],
    pub(crate) attackers: Vec<&'a Attacker>,
    pub(crate) beginnings: Vec<Beginning>,
    pub(crate) by_fact: ByFact,
}

/// The steps at each fact.
#[derive(Debug)]
pub(crate) struct ByFact {
    /// Steps that need a fact, all facts' after each other, and where each fact's begin.
    uses: (Vec<StepIndex>, Vec<u32>),
    /// Steps that lead to a fact, in the same form.
    leads: (Vec<StepIndex>, Vec<u32>),
}

impl ByFact {
    pub(crate) fn of(parts: &Parts<'_>, steps: &[Step]) -> Self {
        let facts = parts.nodes.count() * PER_NODE as usize;
        let numbered = || (0u32..).zip(steps);
        let (uses, leads) = rayon::join(
            || grouped(facts, || numbered().flat_map(|(at, step)| step.needs().map(move |fact| (fact, at)))),
            || grouped(facts, || numbered().map(|(at, step)| (step.to, at))),
        );
        Self { uses, leads }
    }
}

/// A graph with further threats.
#[derive(Debug)]
pub(crate) struct Extended<'a> {
    pub(crate) graph: CapabilityGraph<'a>,
    /// Where the steps are that there were before, by their places then.
    pub(crate) places: Vec<StepIndex>,
    /// Where the others are.
    pub(crate) new: Vec<StepIndex>,
}

impl<'a> CapabilityGraph<'a> {
    /// The graph of a model, with what its threats are good for.
    pub fn of(system: &'a cairn_model::System, threats: &'a [Threat], attackers: &'a Attackers) -> Self {
        crate::derive::derive(system, threats, attackers)
    }

    /// The graph as it would be with further threats: their steps stand where they would have stood.
    pub(crate) fn with_threats<'t>(&self, further: &'t [Threat]) -> Extended<'t>
    where
        'a: 't,
    {
        let mut citations: Vec<&'t [Citation]> = self.citations.clone();
        let first = u32::try_from(self.threats.len()).unwrap_or(u32::MAX);
        let mut drafted = crate::derive::further(&self.parts, further, first, &mut citations).into_iter().peekable();
        let mut steps = Vec::with_capacity(self.steps.len() + further.len());
        let (mut places, mut new) = (Vec::with_capacity(self.steps.len()), Vec::new());
        let id_of = |step: &Step| {
            let at = step.threat? as usize;
            self.threats.get(at).or_else(|| further.get(at.checked_sub(self.threats.len())?)).map(|threat| &threat.id)
        };
        for (at, step) in self.steps.iter().enumerate() {
            let is_before = |it: &Step| at == self.weak.end || self.weak.contains(&at) && id_of(it) < id_of(step);
            while let Some(before) = drafted.next_if(is_before) {
                new.push(index(steps.len()));
                steps.push(before);
            }
            places.push(index(steps.len()));
            steps.push(*step);
        }
        for last in drafted {
            new.push(index(steps.len()));
            steps.push(last);
        }
        let moved = |at: StepIndex| places.get(at as usize).copied().unwrap_or(StepIndex::MAX);
        let beginnings = self.beginnings.iter().map(|it| Beginning { step: moved(it.step), ..*it }).collect();
        let by_fact = ByFact::of(&self.parts, &steps);
        let graph = CapabilityGraph {
            parts: Arc::<Parts<'a>>::clone(&self.parts),
            weak: self.weak.start..self.weak.end + steps.len() - self.steps.len(),
            steps,
            gates: Arc::<[Gate<'a>]>::clone(&self.gates),
            citations,
            threats: self.threats,
            further,
            attackers: self.attackers.clone(),
            beginnings,
            by_fact,
        };
        Extended { graph, places, new }
    }

    /// How many elements, steps and gates there are.
    pub fn size(&self) -> (usize, usize, usize) {
        (self.parts.nodes.count(), self.steps.len(), self.gates.len())
    }

    pub(crate) fn facts(&self) -> usize {
        self.parts.nodes.count() * PER_NODE as usize
    }

    pub(crate) fn step(&self, at: StepIndex) -> &Step {
        self.steps.get(at as usize).expect("positions come from this graph")
    }

    /// The steps that need the fact.
    pub(crate) fn uses(&self, fact: Fact) -> &[StepIndex] {
        slice(&self.by_fact.uses, fact)
    }

    /// The steps that lead to the fact.
    pub(crate) fn leads(&self, fact: Fact) -> &[StepIndex] {
        slice(&self.by_fact.leads, fact)
    }

    pub(crate) fn gate_of(&self, step: &Step) -> Option<&Gate<'a>> {
        self.gates.get(step.gate? as usize)
    }

    /// The threat of this number.
    pub(crate) fn threat(&self, number: u32) -> Option<&'a Threat> {
        let number = number as usize;
        self.threats.get(number).or_else(|| self.further.get(number.checked_sub(self.threats.len())?))
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
        self.parts.nodes.by_id(id)
    }
}

/// Where steps are that were in another graph; where they were, when there is no list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<'p>(pub(crate) Option<&'p [StepIndex]>);

impl Places<'_> {
    /// Where this one is.
    pub(crate) fn of(self, before: StepIndex) -> Option<StepIndex> {
        self.0.map_or(Some(before), |places| places.get(before as usize).copied())
    }

    /// Where they all are.
    pub(crate) fn all(self, before: &[StepIndex]) -> Vec<StepIndex> {
        before.iter().filter_map(|at| self.of(*at)).collect()
    }
}

fn index(at: usize) -> StepIndex {
    StepIndex::try_from(at).unwrap_or(StepIndex::MAX)
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
