//! The least fixed point: who can have what. One sweep answers for all attackers, a bit for each.
//!
//! A step is taken by those who have all that it needs. Nothing that is had is ever lost, so the sweep ends, and its result does
//! not depend on the order in which steps are looked at.

use std::collections::VecDeque;

use crate::ahead::Ahead;
use crate::capability::{Fact, Grade};
use crate::derive::sureness;
use crate::gate::State;
use crate::graph::{CapabilityGraph, Step, grade};

/// How gates stand and how sure weaknesses are, for one sweep.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) states: Vec<State>,
    /// How sure the steps are that make use of each threat, by its place in the list; `None` where something answers it.
    pub(crate) weak: Vec<Option<Grade>>,
}

impl Trial {
    /// Everything as documents leave it.
    pub(crate) fn as_documented(graph: &CapabilityGraph<'_>) -> Self {
        Self { states: graph.states(), weak: graph.threats.iter().chain(graph.further).map(sureness).collect() }
    }

    /// How sure a step is; `None` when it cannot be taken.
    pub(crate) fn grade(&self, step: &Step) -> Option<Grade> {
        let by_itself = match step.threat {
            Some(at) => self.weak.get(at as usize).copied().flatten()?,
            None => Grade::Stated,
        };
        Some(grade(step, &self.states)?.max(by_itself))
    }

    /// How sure each step is, by its place in the graph.
    pub(crate) fn grades(&self, graph: &CapabilityGraph<'_>) -> Vec<Option<Grade>> {
        graph.steps.iter().map(|step| self.grade(step)).collect()
    }
}

/// Facts whose uses are to be looked at. First in, first out: what several attackers come to by ways of like length is looked at
/// once for all of them.
struct Waiting {
    queue: VecDeque<Fact>,
    is_in: Vec<bool>,
}

impl Waiting {
    fn add(&mut self, fact: Fact) {
        if let Some(is_in @ false) = self.is_in.get_mut(fact.index()) {
            *is_in = true;
            self.queue.push_back(fact);
        }
    }

    fn next(&mut self) -> Option<Fact> {
        let fact = self.queue.pop_front()?;
        if let Some(is_in) = self.is_in.get_mut(fact.index()) {
            *is_in = false;
        }
        Some(fact)
    }
}

/// Who has what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// A bit for each attacker, by fact.
    masks: Vec<u64>,
}

impl Reached {
    /// Everything that attackers can have, by steps that are at least as sure as `least`.
    pub(crate) fn of(graph: &CapabilityGraph<'_>, ahead: &Ahead, least: Grade) -> Self {
        let begun = graph.beginnings.iter().filter(|it| ahead.grade(it.step).is_some_and(|grade| grade <= least));
        Self::from(graph, ahead, least, begun.map(|it| (graph.step(it.step).to, 1 << it.attacker)))
    }

    /// As [`Self::of`], from facts that are given.
    pub(crate) fn from(
        graph: &CapabilityGraph<'_>,
        ahead: &Ahead,
        least: Grade,
        begun: impl IntoIterator<Item = (Fact, u64)>,
    ) -> Self {
        let mut reached = Self { masks: vec![0; graph.facts()] };
        let mut waiting = Waiting { queue: VecDeque::new(), is_in: vec![false; graph.facts()] };
        for (fact, who) in begun {
            reached.add(fact, who, &mut waiting);
        }
        while let Some(fact) = waiting.next() {
            let had = reached.who(fact);
            for onward in ahead.from(fact).iter().filter(|it| it.grade <= least) {
                let who = onward.others().fold(had, |who, need| who & reached.who(need));
                reached.add(onward.to, who, &mut waiting);
            }
        }
        reached
    }

    /// What can be had by any step, and what by stated ones alone.
    pub(crate) fn both(graph: &CapabilityGraph<'_>, ahead: &Ahead) -> (Self, Self) {
        rayon::join(|| Self::of(graph, ahead, Grade::Unknown), || Self::of(graph, ahead, Grade::Stated))
    }

    fn add(&mut self, fact: Fact, who: u64, waiting: &mut Waiting) {
        if let Some(mask) = self.masks.get_mut(fact.index())
            && who & !*mask != 0
        {
            *mask |= who;
            waiting.add(fact);
        }
    }

    /// The attackers who have it, a bit for each.
    pub(crate) fn who(&self, fact: Fact) -> u64 {
        self.masks.get(fact.index()).copied().unwrap_or_default()
    }

    /// All facts that somebody has.
    pub(crate) fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        (0u32..).zip(&self.masks).filter(|(_, mask)| **mask != 0).map(|(at, _)| Fact(at))
    }
}
