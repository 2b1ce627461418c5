//! Ways as their marks: whether they lead somewhere, by which steps, and which of their marks could be left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::capability::Fact;
use crate::graph::{CapabilityGraph, StepIndex};
use crate::minimal::{Mark, Marks, Question, is_on};
use crate::search::in_order;

/// Ways of one attacker.
#[derive(Debug)]
pub(crate) struct Within<'q, 'a> {
    graph: &'q CapabilityGraph<'a>,
    question: Question<'q>,
    /// The steps by which the attacker begins, by what they give.
    begun: BTreeMap<Fact, Vec<StepIndex>>,
}

impl<'q, 'a> Within<'q, 'a> {
    pub(crate) fn new(graph: &'q CapabilityGraph<'a>, question: Question<'q>) -> Self {
        let mut begun: BTreeMap<Fact, Vec<StepIndex>> = BTreeMap::new();
        for at in question.beginnings(graph) {
            begun.entry(graph.step(at).to).or_default().push(at);
        }
        Self { graph, question, begun }
    }

    /// The surest and shortest steps to the goal with these marks and no others, what a step needs before it. `None` when they do
    /// not lead there.
    pub(crate) fn steps(&self, marks: &[Mark], goal: Fact) -> Option<Vec<StepIndex>> {
        let steps = self.steps_that_count(marks, goal);
        let mut best: BTreeMap<Fact, (u64, StepIndex)> = BTreeMap::new();
        loop {
            let mut is_better = false;
            for at in &steps {
                let step = self.graph.step(*at);
                let Some(grade) = self.question.grade(*at) else { continue };
                let costs = step.needs().try_fold(0u64, |sum, need| Some(sum.saturating_add(best.get(&need)?.0)));
                let Some(costs) = costs else { continue };
                let cost = costs.saturating_add(grade.cost(step.is_definition()));
                if best.get(&step.to).is_none_or(|(known, _)| cost < *known) {
                    best.insert(step.to, (cost, *at));
                    is_better = true;
                }
            }
            if !is_better {
                break;
            }
        }
        best.get(&goal)?;
        Some(in_order(self.graph, goal, |fact| best.get(&fact).map(|(_, last)| *last)))
    }

    /// The marks without those that are not needed.
    pub(crate) fn without_detours(&self, marks: &Marks, goal: Fact) -> Marks {
        let mut kept: Vec<Mark> = marks.to_vec();
        for mark in marks {
            let fewer: Vec<Mark> = kept.iter().copied().filter(|it| it != mark).collect();
            if self.steps(&fewer, goal).is_some() {
                kept = fewer;
            }
        }
        kept.into_boxed_slice()
    }

    /// Going back from the goal: what is had to begin with, steps to the hops, and what words mean.
    fn steps_that_count(&self, marks: &[Mark], goal: Fact) -> Vec<StepIndex> {
        let is_on =
            |at: &StepIndex| self.question.grade(*at).is_some_and(|grade| is_on(marks, self.graph.step(*at), grade));
        let mut steps = Vec::new();
        let mut seen = BTreeSet::from([goal]);
        let mut open = vec![goal];
        while let Some(fact) = open.pop() {
            let begun = self.begun.get(&fact).into_iter().flatten().copied().filter(&is_on);
            let before = steps.len();
            steps.extend(begun);
            if steps.len() > before {
                continue;
            }
            let leads = self.graph.leads(fact).iter().copied();
            for at in leads.filter(|at| !self.graph.step(*at).is_beginning()).filter(&is_on) {
                steps.push(at);
                open.extend(self.graph.step(at).needs().filter(|need| seen.insert(*need)));
            }
        }
        steps.sort_unstable();
        steps
    }
}
