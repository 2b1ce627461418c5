//! How much of what a reviewer needs to know is said at all.

use std::collections::BTreeMap;

use cairn_model::{ElementId, Status, System};

use super::{Known, keeps};

/// Questions of the checklist and how many of them the documents answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// For each element that is asked about: how many questions are answered, and how many there are.
    pub elements: BTreeMap<ElementId, (usize, usize)>,
    /// The same for all.
    pub answered: usize,
    /// How many questions there are.
    pub asked: usize,
}

/// Checks of the list that are asked of an element; the others arise from what is said.
const CHECKLIST: &[&str] =
    &["component-", "flow-", "data-", "endpoint-", "accepted-risk-", "decision-rationale", "boundary-members"];

/// Counts for every element of the checklist what is answered.
pub fn coverage(system: &System) -> Coverage {
    let known = Known::of(system);
    let mut asked: BTreeMap<&ElementId, usize> = BTreeMap::new();
    asked.extend(system.components.iter().filter(|it| known.is_at_work(it)).map(|it| (&it.id, 3)));
    asked.extend(system.flows.iter().filter(|it| known.matters(it)).map(|it| (&it.id, 3)));
    for data in system.data.iter().filter(|it| !it.handled_by.is_empty()) {
        let keepers = data.handled_by.iter().filter(|it| it.handling.iter().copied().any(keeps)).count();
        asked.insert(&data.id, 1 + 2 * keepers);
    }
    let endpoints = system.endpoints.iter().filter(|it| it.status == Status::Implemented);
    asked.extend(endpoints.map(|it| (&it.id, if super::is_public(it) { 4 } else { 2 })));
    let accepted = system.accepted_risks.iter().filter(|it| it.status == Status::Implemented);
    asked.extend(accepted.map(|it| (&it.id, 3)));
    asked.extend(system.decisions.iter().filter(|it| it.status == Status::Implemented).map(|it| (&it.id, 1)));
    asked.extend(system.boundaries.iter().map(|it| (&it.id, 1)));

    let mut open: BTreeMap<&ElementId, usize> = BTreeMap::new();
    for gap in system.gaps.iter().filter(|gap| CHECKLIST.iter().any(|check| gap.rule.starts_with(check))) {
        *open.entry(&gap.subject).or_default() += 1;
    }
    let mut coverage = Coverage::default();
    for (id, asked) in asked {
        let answered = asked.saturating_sub(open.get(id).copied().unwrap_or_default());
        coverage.elements.insert(id.clone(), (answered, asked));
        coverage.answered += answered;
        coverage.asked += asked;
    }
    coverage
}
