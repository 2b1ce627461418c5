//! The result for one model: who reaches which goal, by which paths.

use std::collections::BTreeSet;

use cairn_model::{AttackPath, ElementId, Goal, System, Threat};

use crate::ahead::{Ahead, Field};
use crate::attacker::Attackers;
use crate::capability::Grade;
use crate::change::Change;
use crate::goal::{GoalFact, goals};
use crate::graph::CapabilityGraph;
use crate::path::{Named, as_goal, grouped, worded};
use crate::reach::{Reached, Trial};
use crate::search::Search;
use crate::ways::{Asked, Way, Ways, cheapest, ways_of};

/// The graph of a model with what attackers reach in it.
#[derive(Debug)]
pub struct Analysis<'a> {
    pub(crate) graph: CapabilityGraph<'a>,
    pub(crate) goals: Vec<GoalFact<'a>>,
    pub(crate) trial: Trial,
    /// The steps that can be taken as documents leave them.
    pub(crate) ahead: Ahead,
    pub(crate) reached: Reached,
}

/// Paths of attack, as many as were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The most pressing ones, in that order.
    pub paths: Vec<AttackPath>,
    /// How many more there are.
    pub left_out: usize,
    /// Whether the ways were looked for to the end. Where it is not, there may be further paths to the goals that are named,
    /// beside the one of least cost that every attacker has to every goal.
    pub is_complete: bool,
}

/// A goal that an attacker reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loss {
    /// The attacker, by id of the profile.
    pub attacker: String,
    /// The element.
    pub element: ElementId,
    /// What is had there.
    pub gains: String,
    /// Whether every step there is stated.
    pub is_certain: bool,
}

impl<'a> Analysis<'a> {
    /// Builds the graph and finds what is reached.
    pub fn new(system: &'a System, threats: &'a [Threat], attackers: &'a Attackers) -> Self {
        let graph = CapabilityGraph::of(system, threats, attackers);
        let goals = goals(&graph, system);
        let trial = Trial::as_documented(&graph);
        let ahead = Ahead::of(&graph, &trial);
        let reached = Reached::of(&graph, &ahead, Grade::Unknown);
        Self { graph, goals, trial, ahead, reached }
    }

    /// How many elements, steps and gates the graph has.
    pub fn size(&self) -> (usize, usize, usize) {
        self.graph.size()
    }

    /// How many goals there are, reached or not.
    pub fn goal_count(&self) -> usize {
        self.goals.len()
    }

    /// All goals that somebody reaches, by attacker.
    pub fn losses(&self) -> BTreeSet<Loss> {
        let certain = Reached::of(&self.graph, &self.ahead, Grade::Stated);
        losses(self, &self.reached, &certain)
    }

    /// The goals that would be reached after a change, found in the graph as it is: threats stay, gates stand as the change
    /// leaves them.
    pub fn losses_when(&self, change: &Change) -> BTreeSet<Loss> {
        let (all, certain) = Reached::both(&self.graph, &Ahead::of(&self.graph, &self.trial_of(change)));
        losses(self, &all, &certain)
    }

    pub(crate) fn trial_of(&self, change: &Change) -> Trial {
        let states = self.graph.gates.iter().map(|gate| gate.state_when(change)).collect();
        Trial { states, ..self.trial.clone() }
    }

    /// The goals, reached or not.
    pub fn goals(&self) -> Vec<Goal> {
        self.goals.iter().map(|goal| as_goal(&self.graph, goal)).collect()
    }

    /// The most pressing paths, at most `max`.
    pub fn paths(&self, max: usize) -> Paths {
        self.paths_to(max, |_| true)
    }

    /// The most pressing paths to goals for which `wanted` holds.
    pub fn paths_to(&self, max: usize, wanted: impl Fn(&ElementId) -> bool) -> Paths {
        let ways = self.all_ways(&self.field(), |ways, _| ways);
        let is_complete = ways.iter().all(|it| it.is_complete);
        let mut found: Vec<Way> = ways.into_iter().flat_map(|it| it.ways).collect();
        found.retain(|way| {
            self.goals.get(way.goal).is_some_and(|goal| wanted(self.graph.parts.nodes.id(goal.fact.node())))
        });
        let groups = grouped(&self.graph, &self.trial, &self.goals, &found);
        let left_out = groups.len().saturating_sub(max);
        let mut named = Named::default();
        let shown = groups.iter().take(max);
        let shown = shown.filter_map(|group| worded(&self.graph, &self.trial, &self.goals, group));
        let paths = shown.map(|path| AttackPath { id: named.next(path.id, path.truth), ..path }).collect();
        Paths { paths, left_out, is_complete }
    }

    /// What leads to a goal.
    pub(crate) fn field(&self) -> Field {
        Field::of(&self.graph, self.goals.iter().map(|goal| goal.fact))
    }

    /// What is kept of the ways of each attacker.
    pub(crate) fn all_ways<T: Send>(&self, field: &Field, kept: impl Fn(Ways, Option<Search>) -> T + Sync) -> Vec<T> {
        let ahead = Ahead::within(&self.graph, self.ahead.grades.clone(), field);
        let attackers: Vec<u32> = (0u32..).take(self.graph.attackers.len()).collect();
        let Self { graph, goals, reached, .. } = self;
        ways_of(Asked { graph, ahead: &ahead, field, goals, reached, before: None }, &attackers, kept)
    }

    /// The cheapest way of every attacker to every goal.
    pub(crate) fn cheapest_ways(&self) -> Vec<Way> {
        cheapest(&self.graph, &self.trial, &self.ahead, &self.goals, &self.reached)
    }
}

/// Who reaches which goal.
pub(crate) fn losses(analysis: &Analysis<'_>, reached: &Reached, certain: &Reached) -> BTreeSet<Loss> {
    let mut found = BTreeSet::new();
    for goal in &analysis.goals {
        let who = reached.who(goal.fact);
        for (number, attacker) in analysis.graph.attackers.iter().enumerate() {
            if who & (1 << number) != 0 {
                found.insert(Loss {
                    attacker: attacker.id.clone(),
                    element: analysis.graph.parts.nodes.id(goal.fact.node()).clone(),
                    gains: goal.fact.capability().as_str().to_owned(),
                    is_certain: certain.who(goal.fact) & (1 << number) != 0,
                });
            }
        }
    }
    found
}
