//! The cheapest way to every fact for one attacker: fewest unknown steps, then fewest assumed ones, then fewest steps at all.
//!
//! Dijkstra's search over steps that need several facts (Knuth's generalisation): a step costs what it costs by itself and what
//! all its needs cost. A need that two others share is counted for both, so where several needs come together, the way shown is
//! short and not always the shortest possible. Ties go to the step that comes first, and steps are in the order of ids.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::ahead::Ahead;
use crate::capability::{Fact, Grade};
use crate::graph::{CapabilityGraph, StepIndex};
use crate::reach::Trial;

/// No cost that anything has: not reached.
const UNREACHED: u64 = u64::MAX;

/// No step: the fact was given.
const GIVEN: StepIndex = StepIndex::MAX;

/// The cheapest ways of one attacker.
#[derive(Debug)]
pub(crate) struct Search {
    costs: Vec<u64>,
    /// The last step of the cheapest way to each fact.
    last: Vec<StepIndex>,
}

impl Search {
    /// From where the attacker of this number begins.
    pub(crate) fn of_attacker(graph: &CapabilityGraph<'_>, ahead: &Ahead, attacker: u32) -> Self {
        let begun = graph.beginnings.iter().filter(|it| it.attacker == attacker).filter_map(|it| {
            let step = graph.step(it.step);
            let cost = ahead.grade(it.step)?.cost(step.is_definition());
            Some((step.to, cost, it.step))
        });
        Self::from(graph, ahead, begun)
    }

    /// From facts that are given.
    pub(crate) fn of_facts(graph: &CapabilityGraph<'_>, ahead: &Ahead, facts: &[Fact]) -> Self {
        Self::from(graph, ahead, facts.iter().map(|fact| (*fact, 0, GIVEN)))
    }

    fn from(
        graph: &CapabilityGraph<'_>,
        ahead: &Ahead,
        begun: impl IntoIterator<Item = (Fact, u64, StepIndex)>,
    ) -> Self {
        let mut search = Self { costs: vec![UNREACHED; graph.facts()], last: vec![GIVEN; graph.facts()] };
        let mut queue = BinaryHeap::new();
        for (fact, cost, step) in begun {
            search.improve(fact, cost, step, &mut queue);
        }
        while let Some(Reverse((cost, fact))) = queue.pop() {
            if search.cost(fact) != Some(cost) {
                continue;
            }
            for onward in ahead.from(fact) {
                let needs = onward.others().try_fold(cost, |sum, need| Some(sum.saturating_add(search.cost(need)?)));
                if let Some(needs) = needs {
                    search.improve(onward.to, needs.saturating_add(onward.cost()), onward.step, &mut queue);
                }
            }
        }
        search
    }

    /// Takes a way that is cheaper, or as cheap and first, unless it would end in itself.
    fn improve(&mut self, fact: Fact, cost: u64, step: StepIndex, queue: &mut BinaryHeap<Reverse<(u64, Fact)>>) {
        let known = self.cost(fact).unwrap_or(UNREACHED);
        let (Some(place), Some(last)) = (self.costs.get_mut(fact.index()), self.last.get_mut(fact.index())) else {
            return;
        };
        if cost < known {
            (*place, *last) = (cost, step);
            queue.push(Reverse((cost, fact)));
        }
    }

    /// What the cheapest way to the fact costs, if there is one.
    pub(crate) fn cost(&self, fact: Fact) -> Option<u64> {
        self.costs.get(fact.index()).copied().filter(|cost| *cost != UNREACHED)
    }

    /// The steps of the cheapest way to the fact; what a step needs comes before it.
    pub(crate) fn way(&self, graph: &CapabilityGraph<'_>, goal: Fact) -> Vec<StepIndex> {
        in_order(graph, goal, |fact| self.last.get(fact.index()).copied().filter(|last| *last != GIVEN))
    }
}

/// The steps to a fact when `last` names the last step to each; what a step needs comes before it.
pub(crate) fn in_order(
    graph: &CapabilityGraph<'_>,
    goal: Fact,
    last: impl Fn(Fact) -> Option<StepIndex>,
) -> Vec<StepIndex> {
    let mut way = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(goal, false)];
    while let Some((fact, is_ready)) = open.pop() {
        let Some(last) = last(fact) else { continue };
        if is_ready {
            way.push(last);
        } else if seen.insert(fact) {
            open.push((fact, true));
            // The last pushed is gone into first: the first need's way comes first.
            let needs: Vec<Fact> = graph.step(last).needs().collect();
            open.extend(needs.into_iter().rev().map(|need| (need, false)));
        }
    }
    way
}

/// The number of unknown, of assumed and of all steps in a cost.
pub(crate) const fn parts(cost: u64) -> (u64, u64, u64) {
    let (unknown, rest) = (cost >> 32, cost & 0xffff_ffff);
    (unknown, rest >> 16, rest & 0xffff)
}

/// How sure a way is: as its weakest step.
pub(crate) fn weakest(graph: &CapabilityGraph<'_>, trial: &Trial, way: &[StepIndex]) -> Grade {
    let grades = way.iter().filter_map(|at| trial.grade(graph.step(*at)));
    grades.max().unwrap_or(Grade::Stated)
}
