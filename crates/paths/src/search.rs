//! The cheapest way to every fact for one attacker: fewest unknown steps, then fewest assumed ones, then fewest steps at all.
//!
//! Dijkstra's search over steps that need several facts (Knuth's generalisation): a step costs what it costs by itself and what
//! all its needs cost. A need that two others share is counted for both, so where several needs come together, the way shown is
//! short and not always the shortest possible. Ties go to the way with fewer steps of all kinds, then to the step that comes first,
//! and steps are in the order of ids. So the result does not depend on the order in which facts are come by, and one that a change
//! leaves can be found from what was there before (`again`).

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::ahead::{Ahead, Onward};
use crate::capability::{Fact, Grade};
use crate::graph::{CapabilityGraph, StepIndex};
use crate::reach::Trial;

/// No effort that anything takes: not reached.
pub(crate) const UNREACHED: u64 = u64::MAX;

/// No fact takes more; it is met where what several needs share is counted again and again.
pub(crate) const MOST: u64 = u64::MAX - 1;

/// No step: the fact was given.
pub(crate) const GIVEN: StepIndex = StepIndex::MAX;

/// What a step takes by itself: what it costs, then itself, so that what a step needs always takes less than what it gives.
pub(crate) const fn effort(cost: u64) -> u64 {
    cost << 16 | 1
}

/// Both together.
pub(crate) fn sum(one: u64, other: u64) -> u64 {
    one.saturating_add(other).min(MOST)
}

/// The cheapest ways of one attacker.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) efforts: Vec<u64>,
    /// The last step of the cheapest way to each fact.
    pub(crate) last: Vec<StepIndex>,
}

impl Search {
    /// From where the attacker of this number begins.
    pub(crate) fn of_attacker(graph: &CapabilityGraph<'_>, ahead: &Ahead, attacker: u32) -> Self {
        let begun = graph.beginnings.iter().filter(|it| it.attacker == attacker).filter_map(|it| {
            let step = graph.step(it.step);
            let cost = ahead.grade(it.step)?.cost(step.is_definition());
            Some((step.to, effort(cost), it.step))
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
        let mut search = Self { efforts: vec![UNREACHED; graph.facts()], last: vec![GIVEN; graph.facts()] };
        let mut queue = BinaryHeap::new();
        for (fact, effort, step) in begun {
            search.improve(fact, effort, step, &mut queue);
        }
        while let Some(Reverse((effort, fact))) = queue.pop() {
            if search.effort(fact) != Some(effort) {
                continue;
            }
            for onward in ahead.from(fact) {
                if let Some(effort) = search.by(onward, effort) {
                    search.improve(onward.to, effort, onward.step, &mut queue);
                }
            }
        }
        search
    }

    /// What it takes to have what the step gives, when one of its needs takes this effort.
    fn by(&self, onward: &Onward, effort_of_need: u64) -> Option<u64> {
        let needs = onward.others().try_fold(effort_of_need, |all, need| Some(sum(all, self.effort(need)?)));
        needs.map(|needs| sum(needs, effort(onward.cost())))
    }

    /// Takes a way that is cheaper, or as cheap and first.
    fn improve(&mut self, fact: Fact, effort: u64, step: StepIndex, queue: &mut BinaryHeap<Reverse<(u64, Fact)>>) {
        let (Some(known), Some(last)) = (self.efforts.get_mut(fact.index()), self.last.get_mut(fact.index())) else {
            return;
        };
        if effort < *known {
            (*known, *last) = (effort, step);
            queue.push(Reverse((effort, fact)));
        } else if effort == *known && effort < MOST && step < *last {
            // Its needs take less, so it does not come from the fact itself. Of those that take the most this is not sure.
            *last = step;
        }
    }

    /// What the cheapest way to the fact takes, if there is one.
    pub(crate) fn effort(&self, fact: Fact) -> Option<u64> {
        self.efforts.get(fact.index()).copied().filter(|effort| *effort != UNREACHED)
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
