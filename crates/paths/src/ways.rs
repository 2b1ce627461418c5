//! The ways of all attackers to all goals: every minimal one where there are few enough, and always the cheapest.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::again::{Changed, again};
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

/// To which goals ways are asked for, in one trial.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'q, 'a, 'g> {
    pub(crate) graph: &'q CapabilityGraph<'a>,
    /// The steps to what is in the field.
    pub(crate) ahead: &'q Ahead,
    /// What leads to a goal.
    pub(crate) field: &'q Field,
    pub(crate) goals: &'q [GoalFact<'g>],
    pub(crate) reached: &'q Reached,
    /// What was found before the trial.
    pub(crate) before: Option<Before<'q>>,
}

/// Searches before a trial, by attacker, and what the trial makes different.
#[derive(Clone, Copy)]
pub(crate) struct Before<'q> {
    pub(crate) searches: &'q [Option<Search>],
    pub(crate) changed: Changed<'q>,
}

/// Every minimal way of each of some attackers to every goal, as far as the bounds of the search allow; where they do not, the
/// cheapest is among them. `kept` is what is kept of what is found for one: its ways, and the search for the cheapest, if there
/// was one.
pub(crate) fn ways_of<T: Send>(
    asked: Asked<'_, '_, '_>,
    attackers: &[u32],
    kept: impl Fn(Ways, Option<Search>) -> T + Sync,
) -> Vec<T> {
    let of_attacker = |attacker: &u32| {
        let (ways, search) = OneAttacker { asked, attacker: *attacker }.ways();
        kept(ways, search)
    };
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
            let steps = search.way(graph, goal.fact);
            let (cost, grade) = (cost(graph, ahead, &steps), weakest(graph, trial, &steps));
            Way { goal: at, attacker: *attacker, cost, grade, steps }
        };
        wanted.map(way).collect()
    };
    attackers.par_iter().flat_map_iter(of_attacker).collect()
}

/// What the steps cost together.
fn cost(graph: &CapabilityGraph<'_>, ahead: &Ahead, steps: &[StepIndex]) -> u64 {
    let cost = |at: &StepIndex| Some(ahead.grade(*at)?.cost(graph.step(*at).is_definition()));
    steps.iter().filter_map(cost).sum()
}

/// What is asked for one attacker.
struct OneAttacker<'q, 'a, 'g> {
    asked: Asked<'q, 'a, 'g>,
    attacker: u32,
}

impl OneAttacker<'_, '_, '_> {
    fn ways(&self) -> (Ways, Option<Search>) {
        let Asked { graph, ahead, field, goals, reached, .. } = self.asked;
        let theirs = |(_, goal): &(usize, &GoalFact<'_>)| reached.who(goal.fact) & (1 << self.attacker) != 0;
        let wanted: Vec<(usize, Fact)> =
            goals.iter().enumerate().filter(theirs).map(|(at, goal)| (at, goal.fact)).collect();
        if wanted.is_empty() {
            return (Ways { ways: Vec::new(), is_complete: true }, None);
        }
        let facts: Vec<Fact> = wanted.iter().map(|(_, fact)| *fact).collect();
        let question = Question { ahead, reached, attacker: self.attacker };
        let within = Within::new(graph, question);
        let found = minimal(graph, question, field, &facts);
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
        let search = (!found.is_complete).then(|| self.search());
        for (at, marks, steps) in search.iter().flat_map(|search| self.cheapest(search, &within, &facts)) {
            known.entry((at, marks)).or_insert(steps);
        }
        let way = |((at, _), steps): ((usize, Marks), Vec<StepIndex>)| {
            let (goal, _) = wanted.get(at).copied()?;
            let grade = steps.iter().filter_map(|step| question.grade(*step)).max().unwrap_or(Grade::Stated);
            Some(Way { goal, attacker: self.attacker, cost: cost(graph, ahead, &steps), grade, steps })
        };
        let ways = known.into_iter().filter_map(way).collect();
        (Ways { ways, is_complete: found.is_complete }, search)
    }

    /// The cheapest ways to all facts, from what was found before if something was.
    fn search(&self) -> Search {
        let Asked { graph, ahead, field, before, .. } = self.asked;
        let known = before.and_then(|it| Some((it.searches.get(self.attacker as usize)?.as_ref()?, it.changed)));
        match known {
            Some((search, changed)) => again(search, changed, graph, ahead, field, self.attacker),
            None => Search::of_attacker(graph, ahead, self.attacker),
        }
    }

    /// The cheapest way to each goal, which the bounds may have kept from being found.
    fn cheapest(
        &self,
        search: &Search,
        within: &Within<'_, '_>,
        facts: &[Fact],
    ) -> Vec<(usize, Marks, Vec<StepIndex>)> {
        let Asked { graph, ahead, .. } = self.asked;
        let way = |(at, fact): (usize, &Fact)| {
            let steps = search.way(graph, *fact);
            let graded = |step: &StepIndex| Some((graph.step(*step), ahead.grade(*step)?));
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
        steps.iter().all(|step| self.asked.graph.step(*step).needs().count() < 2)
    }
}
