//! The least fixed point: who can have what. One sweep answers for all attackers, a bit for each.
//!
//! A step is taken by those who have all that it needs. Nothing that is had is ever lost, so the sweep ends, and its result does
//! not depend on the order in which steps are looked at.

use std::collections::VecDeque;

use crate::capability::{Fact, Grade};
use crate::derive::sureness;
use crate::gate::State;
use crate::graph::{CapabilityGraph, Step, StepIndex, grade};

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
        Self { states: graph.states(), weak: graph.threats.iter().map(sureness).collect() }
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
    pub(crate) fn of(graph: &CapabilityGraph<'_>, trial: &Trial, least: Grade) -> Self {
        let begun = graph.beginnings.iter().filter_map(|it| {
            let step = graph.step(it.step);
            trial.grade(step).filter(|grade| *grade <= least)?;
            Some((step.to, 1 << it.attacker))
        });
        Self::from(graph, trial, least, begun)
    }

    /// As [`Self::of`], from facts that are given.
    pub(crate) fn from(
        graph: &CapabilityGraph<'_>,
        trial: &Trial,
        least: Grade,
        begun: impl IntoIterator<Item = (Fact, u64)>,
    ) -> Self {
        let grades = trial.grades(graph);
        let is_taken = |at: u32| grades.get(at as usize).copied().flatten().is_some_and(|grade| grade <= least);
        let mut reached = Self { masks: vec![0; graph.facts()] };
        let mut waiting = Waiting { queue: VecDeque::new(), is_in: vec![false; graph.facts()] };
        for (fact, who) in begun {
            reached.add(fact, who, &mut waiting);
        }
        reached.spread(graph, is_taken, waiting);
        reached
    }

    /// Everything that attackers can have when steps are as sure as `after` says and were as `before` says, found from what they
    /// had. What may be lost with a step is taken away first, and then whatever is still had is found again.
    pub(crate) fn again(
        &self,
        graph: &CapabilityGraph<'_>,
        before: &[Option<Grade>],
        after: &[Option<Grade>],
        least: Grade,
        differing: &[StepIndex],
    ) -> Self {
        let taken = |grades: &[Option<Grade>], at: StepIndex| {
            grades.get(at as usize).copied().flatten().is_some_and(|grade| grade <= least)
        };
        let lost = differing.iter().filter(|at| taken(before, **at) && !taken(after, **at));
        let doubtful = self.downstream(graph, |at| taken(before, at), lost.map(|at| graph.step(*at).to));
        let mut reached = self.clone();
        for fact in &doubtful {
            if let Some(mask) = reached.masks.get_mut(fact.index()) {
                *mask = 0;
            }
        }
        let mut waiting = Waiting { queue: VecDeque::new(), is_in: vec![false; graph.facts()] };
        let begun = graph.beginnings.iter().filter(|it| taken(after, it.step));
        for it in begun.map(|it| (graph.step(it.step).to, 1 << it.attacker)).collect::<Vec<_>>() {
            reached.add(it.0, it.1, &mut waiting);
        }
        let leading = doubtful.iter().flat_map(|fact| graph.leads(*fact)).chain(differing);
        for at in leading.filter(|at| taken(after, **at)) {
            let step = graph.step(*at);
            if !step.is_beginning() {
                let who = step.needs().fold(u64::MAX, |who, need| who & reached.who(need));
                reached.add(step.to, who, &mut waiting);
            }
        }
        reached.spread(graph, |at| taken(after, at), waiting);
        reached
    }

    /// The facts that somebody has and that steps lead to from these, and these.
    fn downstream(
        &self,
        graph: &CapabilityGraph<'_>,
        is_taken: impl Fn(StepIndex) -> bool,
        from: impl Iterator<Item = Fact>,
    ) -> Vec<Fact> {
        let mut is_found = vec![false; graph.facts()];
        let mut found: Vec<Fact> = Vec::new();
        let note = |fact: Fact, found: &mut Vec<Fact>, is_found: &mut Vec<bool>| {
            if self.who(fact) != 0
                && let Some(is_found @ false) = is_found.get_mut(fact.index())
            {
                *is_found = true;
                found.push(fact);
            }
        };
        for fact in from {
            note(fact, &mut found, &mut is_found);
        }
        let mut next = 0;
        while let Some(fact) = found.get(next).copied() {
            next += 1;
            for at in graph.uses(fact).iter().filter(|at| is_taken(**at)) {
                note(graph.step(*at).to, &mut found, &mut is_found);
            }
        }
        found
    }

    /// Takes steps until nobody comes to anything more.
    fn spread(&mut self, graph: &CapabilityGraph<'_>, is_taken: impl Fn(StepIndex) -> bool, mut waiting: Waiting) {
        while let Some(fact) = waiting.next() {
            for at in graph.uses(fact) {
                if is_taken(*at) {
                    let step = graph.step(*at);
                    let who = step.needs().fold(u64::MAX, |who, need| who & self.who(need));
                    self.add(step.to, who, &mut waiting);
                }
            }
        }
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
