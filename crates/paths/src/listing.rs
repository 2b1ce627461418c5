//! The steps of a graph as plain data, so that paths can be checked by other means than those that found them.

use cairn_model::ElementId;

use crate::analysis::Analysis;
use crate::capability::Grade;

/// What is had: an element, and a capability on it by name.
pub type Had = (ElementId, &'static str);

/// A step that can be taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedStep {
    /// What must be had beforehand, all of it. With nothing, it is where attackers begin.
    pub needs: Vec<Had>,
    /// What is had afterwards.
    pub to: Had,
    /// The attackers who can take it, by id of their profiles; empty for a step that whoever has its needs can take.
    pub begun_by: Vec<String>,
    /// Whether the documents say that it can be taken.
    pub is_stated: bool,
    /// Whether what might stop it is only taken for granted, where they do not.
    pub is_assumed: bool,
    /// Whether it says only what a word means, and is no hop.
    pub is_definition: bool,
}

impl Analysis<'_> {
    /// All steps that can be taken.
    pub fn steps(&self) -> Vec<ListedStep> {
        let graph = &self.graph;
        let had = |fact: crate::capability::Fact| -> Had {
            (graph.parts.nodes.id(fact.node()).clone(), fact.capability().as_str())
        };
        let listed = |(at, step): (u32, &crate::graph::Step)| {
            let grade = self.trial.grade(step)?;
            let begun = graph.beginnings.iter().filter(|it| it.step == at);
            let begun = begun.filter_map(|it| graph.attackers.get(it.attacker as usize));
            Some(ListedStep {
                needs: step.needs().map(had).collect(),
                to: had(step.to),
                begun_by: begun.map(|it| it.id.clone()).collect(),
                is_stated: grade == Grade::Stated,
                is_assumed: grade == Grade::Assumed,
                is_definition: step.is_definition(),
            })
        };
        (0u32..).zip(&graph.steps).filter_map(listed).collect()
    }
}
