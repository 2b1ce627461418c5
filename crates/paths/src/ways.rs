//! The ways of all attackers to all goals: every minimal one where there are few enough, and always the cheapest.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::ahead::{Ahead, Field};
use crate::capability::{Fact, Grade};
use crate::goal::GoalFact;
use crate::graph::{CapabilityGraph, StepIndex};
use crate::minimal::{Marks, Question, marks_of, minimal};
use crate::reach::{Reached, Trial};
use crate::search::{Search, weakest};
use crate::within::Within;

/// One attacker's way to one goal.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) goal: usize,
    pub(crate) attacker: u32,
    pub(crate) cost: u64,
    /// How sure its weakest step is.
    pub(crate) grade: Grade,
    pub(crate) steps: Vec<StepIndex>,
}

/// Ways, and whether there are no others.
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) ways: Vec<Way>,
    pub(crate) is_complete: bool,
}

/// Every minimal way of each of some attackers to every goal, as far as the bounds of the search allow; where they do not, the
/// cheapest is among them. `ahead` has the steps of one trial to what is in the field, which is what leads to a goal.
pub(crate) fn ways_of(
    graph: &CapabilityGraph<'_>,
    ahead: &Ahead,
    field: &Field,
    goals: &[GoalFact<'_>],
    reached: &Reached,
    attackers: &[u32],
) -> Vec<Ways> {
    let of_attacker = |attacker: &u32| OneAttacker { graph, ahead, field, goals, reached, attacker: *attacker }.ways();
    attackers.par_iter().map(of_attacker).collect()
}

/// The cheapest way of every attacker to every goal that the attacker reaches, by attacker and goal.
pub(crate) fn cheapest(
    graph: &CapabilityGraph<'_>,
    trial: &Trial,
    ahead: &Ahead,
    goals: &[GoalFact<'_>],
    reached: &Reached,
) -> Vec<Way> {
    let attackers: Vec<u32> = (0u32..).take(graph.attackers.len()).collect();
    let of_attacker = |attacker: &u32| -> Vec<Way> {
        let theirs = |goal: &GoalFact<'_>| reached.who(goal.fact) & (1 << attacker) != 0;
        if !goals.iter().any(theirs) {
            return Vec::new();
        }
        let search = Search::of_attacker(graph, ahead, *attacker);
        let wanted = goals.iter().enumerate().filter(|(_, goal)| theirs(goal));
        let way = |(at, goal): (usize, &GoalFact<'_>)| {
            let (cost, steps) = (search.cost(goal.fact)?, search.way(graph, goal.fact));
            Some(Way { goal: at, attacker: *attacker, cost, grade: weakest(graph, trial, &steps), steps })
        };
        wanted.filter_map(way).collect()
    };
    attackers.par_iter().flat_map_iter(of_attacker).collect()
}

/// What is asked for one attacker.
struct OneAttacker<'q, 'a, 'g> {
    graph: &'q CapabilityGraph<'a>,
    ahead: &'q Ahead,
    field: &'q Field,
    goals: &'q [GoalFact<'g>],
    reached: &'q Reached,
    attacker: u32,
}

impl OneAttacker<'_, '_, '_> {
    fn ways(&self) -> Ways {
        let theirs = |(_, goal): &(usize, &GoalFact<'_>)| self.reached.who(goal.fact) & (1 << self.attacker) != 0;
        let wanted: Vec<(usize, Fact)> =
            self.goals.iter().enumerate().filter(theirs).map(|(at, goal)| (at, goal.fact)).collect();
        if wanted.is_empty() {
            return Ways { ways: Vec::new(), is_complete: true };
        }
        let facts: Vec<Fact> = wanted.iter().map(|(_, fact)| *fact).collect();
        let question = Question { ahead: self.ahead, reached: self.reached, attacker: self.attacker };
        let within = Within::new(self.graph, question);
        let found = minimal(self.graph, question, self.field, &facts);
        let led = |at: usize, marks: &Marks| within.steps(marks, *facts.get(at)?);
        let mut known: BTreeMap<(usize, Marks), Vec<StepIndex>> = BTreeMap::new();
        for (at, marks) in found.ways {
            let Some(steps) = led(at, &marks) else { continue };
            // Where a bound dropped a smaller way to one of several needs, a larger one may be there in its place.
            if found.is_complete || self.is_simple(&steps) {
                known.insert((at, marks), steps);
            } else if let Some(goal) = facts.get(at) {
                let marks = within.without_detours(&marks, *goal);
                let steps = led(at, &marks);
                known.extend(steps.map(|steps| ((at, marks), steps)));
            }
        }
        if !found.is_complete {
            for (at, marks, steps) in self.cheapest(&within, &facts) {
                known.entry((at, marks)).or_insert(steps);
            }
        }
        let way = |((at, _), steps): ((usize, Marks), Vec<StepIndex>)| {
            let (goal, _) = wanted.get(at).copied()?;
            let grade = steps.iter().filter_map(|step| question.grade(*step)).max().unwrap_or(Grade::Stated);
            Some(Way { goal, attacker: self.attacker, cost: self.cost(&steps), grade, steps })
        };
        Ways { ways: known.into_iter().filter_map(way).collect(), is_complete: found.is_complete }
    }

    /// The cheapest way to each goal, which the bounds may have kept from being found.
    fn cheapest(&self, within: &Within<'_, '_>, facts: &[Fact]) -> Vec<(usize, Marks, Vec<StepIndex>)> {
        let search = Search::of_attacker(self.graph, self.ahead, self.attacker);
        let way = |(at, fact): (usize, &Fact)| {
            let steps = search.way(self.graph, *fact);
            let graded = |step: &StepIndex| Some((self.graph.step(*step), self.ahead.grade(*step)?));
            let marks = marks_of(steps.iter().filter_map(graded));
            if self.is_simple(&steps) {
                return Some((at, marks, steps));
            }
            // Only a need that two others share can make the cheapest way longer than it has to be.
            let marks = within.without_detours(&marks, *fact);
            let steps = within.steps(&marks, *fact)?;
            Some((at, marks, steps))
        };
        facts.iter().enumerate().filter_map(way).collect()
    }

    /// Whether no step needs several facts at once.
    fn is_simple(&self, steps: &[StepIndex]) -> bool {
        steps.iter().all(|step| self.graph.step(*step).needs().count() < 2)
    }

    /// What the steps cost together.
    fn cost(&self, steps: &[StepIndex]) -> u64 {
        let cost = |at: &StepIndex| {
            let grade = self.ahead.grade(*at)?;
            Some(grade.cost(self.graph.step(*at).is_definition()))
        };
        steps.iter().filter_map(cost).sum()
    }
}
