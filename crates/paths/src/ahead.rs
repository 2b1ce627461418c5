//! The steps that can be taken in one trial, beside each other by what they need: what sweeps and searches for all attackers read
//! again and again, without a look at the whole of each step.

use crate::capability::{Fact, Grade};
use crate::graph::{BODY_MAX, CapabilityGraph, Step, StepIndex};
use crate::reach::Trial;

/// A step from one of its needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Onward {
    pub(crate) to: Fact,
    /// What it needs beside.
    others: [Fact; BODY_MAX - 1],
    pub(crate) step: StepIndex,
    pub(crate) grade: Grade,
    is_definition: bool,
}

impl Onward {
    pub(crate) fn others(&self) -> impl Iterator<Item = Fact> + '_ {
        self.others.iter().copied().filter(|fact| *fact != Fact::NONE)
    }

    /// What it costs by itself.
    pub(crate) const fn cost(&self) -> u64 {
        self.grade.cost(self.is_definition)
    }
}

/// All of them, and where those from each fact begin.
#[derive(Debug)]
pub(crate) struct Ahead {
    steps: Vec<Onward>,
    bounds: Vec<usize>,
    /// How sure each step of the graph is, by its place; `None` where it cannot be taken.
    pub(crate) grades: Vec<Option<Grade>>,
}

impl Ahead {
    pub(crate) fn of(graph: &CapabilityGraph<'_>, trial: &Trial) -> Self {
        Self::with(graph, trial.grades(graph), |_| true)
    }

    /// Only steps to what leads to a goal.
    pub(crate) fn within(graph: &CapabilityGraph<'_>, grades: Vec<Option<Grade>>, field: &Field) -> Self {
        Self::with(graph, grades, |fact| field.has(fact))
    }

    fn with(graph: &CapabilityGraph<'_>, grades: Vec<Option<Grade>>, is_wanted: impl Fn(Fact) -> bool) -> Self {
        let (mut steps, mut bounds) = (Vec::with_capacity(graph.steps.len()), vec![0]);
        for fact in (0u32..).take(graph.facts()).map(Fact) {
            for at in graph.uses(fact) {
                let Some(grade) = grades.get(*at as usize).copied().flatten() else { continue };
                let step = graph.step(*at);
                if !is_wanted(step.to) {
                    continue;
                }
                let mut others = [Fact::NONE; BODY_MAX - 1];
                // The first place of the fact among the needs is the one that the step is taken from.
                let first = step.needs().position(|need| need == fact);
                let beside = step.needs().enumerate().filter(|(place, _)| Some(*place) != first);
                for (place, (_, need)) in others.iter_mut().zip(beside) {
                    *place = need;
                }
                steps.push(Onward { to: step.to, others, step: *at, grade, is_definition: step.is_definition() });
            }
            bounds.push(steps.len());
        }
        Self { steps, bounds, grades }
    }

    /// The steps that need the fact.
    pub(crate) fn from(&self, fact: Fact) -> &[Onward] {
        let bound = |at: usize| self.bounds.get(at).copied().unwrap_or_default();
        self.steps.get(bound(fact.index())..bound(fact.index() + 1)).unwrap_or_default()
    }

    /// How sure the step is, if it can be taken.
    pub(crate) fn grade(&self, at: StepIndex) -> Option<Grade> {
        self.grades.get(at as usize).copied().flatten()
    }
}

/// The facts that could matter to anybody: those from which steps lead to a goal, whether they can be taken or not.
#[derive(Debug)]
pub(crate) struct Field(Vec<bool>);

impl Field {
    pub(crate) fn of(graph: &CapabilityGraph<'_>, goals: impl IntoIterator<Item = Fact>) -> Self {
        let mut field = Self(vec![false; graph.facts()]);
        field.spread(graph, goals);
        field
    }

    /// The field of a graph that has further steps, by their places.
    pub(crate) fn with(&self, graph: &CapabilityGraph<'_>, further: impl Iterator<Item = StepIndex>) -> Self {
        let mut field = Self(self.0.clone());
        let steps: Vec<&Step> = further.map(|at| graph.step(at)).collect();
        // Others that lead to what is new are found from there, with these among them.
        let lead = steps.iter().filter(|step| self.has(step.to)).flat_map(|step| step.needs());
        field.spread(graph, lead);
        field
    }

    /// Adds facts and what leads to them.
    fn spread(&mut self, graph: &CapabilityGraph<'_>, from: impl IntoIterator<Item = Fact>) {
        let mut open: Vec<Fact> = from.into_iter().filter(|fact| self.add(*fact)).collect();
        while let Some(fact) = open.pop() {
            for at in graph.leads(fact) {
                open.extend(graph.step(*at).needs().filter(|need| self.add(*need)));
            }
        }
    }

    /// Whether it was not there yet.
    fn add(&mut self, fact: Fact) -> bool {
        self.0.get_mut(fact.index()).is_some_and(|is_in| !std::mem::replace(is_in, true))
    }

    /// Facts that are not in the other field.
    pub(crate) fn beyond<'f>(&'f self, other: &'f Self) -> impl Iterator<Item = Fact> + 'f {
        let both = (0u32..).zip(self.0.iter().zip(&other.0));
        both.filter(|(_, (is_here, is_there))| **is_here && !**is_there).map(|(at, _)| Fact(at))
    }

    pub(crate) fn has(&self, fact: Fact) -> bool {
        self.0.get(fact.index()).copied().unwrap_or_default()
    }
}
