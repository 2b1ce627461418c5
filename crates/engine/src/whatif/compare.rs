//! What is different between two models of the same documents.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{AttackPath, ElementId, System, Threat, ThreatStatus};
use cairn_paths::{Analysis, Attackers, Loss, Paths};

use crate::Model;

/// What a supposition makes different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// What was supposed, as sentences. Nothing of it is any document's word.
    pub supposed: Vec<String>,
    /// Threats whose status changes, or that come or go.
    pub threats: Vec<ThreatChange>,
    /// Goals that are reached and were not.
    pub gained: Vec<Loss>,
    /// Goals that are not reached any more.
    pub averted: Vec<Loss>,
    /// Goals that were reached by unknown steps only, and now for certain.
    pub settled: Vec<Loss>,
    /// Goals that were reached for certain, and now by unknown steps only.
    pub unsettled: Vec<Loss>,
    /// Paths that there were not.
    pub new_paths: Vec<AttackPath>,
    /// Paths that are no more, by id.
    pub gone_paths: Vec<ElementId>,
    /// Accepted risks about what a changed threat or a changed goal is about: their grounds have moved.
    pub accepted_risks: Vec<ElementId>,
    /// Whether ways were not looked for to the end, so that there may be other paths that come and go.
    pub is_bounded: bool,
}

impl Difference {
    /// One number: goals count most, then threats, then paths.
    pub fn size(&self) -> usize {
        let goals = self.gained.len() + self.averted.len() + self.settled.len() + self.unsettled.len();
        goals + self.threats.len() + self.new_paths.len() + self.gone_paths.len() + self.accepted_risks.len()
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.size() == 0
    }
}

/// A threat whose status is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatChange {
    /// The threat.
    pub id: ElementId,
    /// Its title.
    pub title: String,
    /// Its status now; `None` when there is no such threat.
    pub before: Option<ThreatStatus>,
    /// Its status under the supposition.
    pub after: Option<ThreatStatus>,
}

/// A model with what attackers reach in it.
pub(super) struct Outcome<'m> {
    model: &'m Model,
    losses: BTreeSet<Loss>,
    paths: Paths,
}

impl<'m> Outcome<'m> {
    pub(super) fn of(model: &'m Model, attackers: &Attackers) -> Self {
        let analysis = Analysis::new(&model.system, &model.threats, attackers);
        Self { model, losses: analysis.losses(), paths: analysis.paths(usize::MAX) }
    }
}

/// What the second model has that the first has not, and the other way round.
pub(super) fn compare(before: &Outcome<'_>, after: &Outcome<'_>) -> Difference {
    let threats = threat_changes(&before.model.threats, &after.model.threats);
    let mut difference = Difference { threats, ..goals(&before.losses, &after.losses) };
    difference.is_bounded = !before.paths.is_complete || !after.paths.is_complete;
    let (was, is) = (&before.paths.paths, &after.paths.paths);
    let known: BTreeSet<&ElementId> = was.iter().map(|it| &it.id).collect();
    let kept: BTreeSet<&ElementId> = is.iter().map(|it| &it.id).collect();
    difference.gone_paths = was.iter().map(|it| &it.id).filter(|id| !kept.contains(id)).cloned().collect();
    difference.gone_paths.sort();
    difference.new_paths = is.iter().filter(|it| !known.contains(&it.id)).cloned().collect();
    let changed: BTreeSet<&ElementId> = difference.threats.iter().map(|it| &it.id).collect();
    let both = before.model.threats.iter().chain(&after.model.threats);
    difference.accepted_risks = risks(&before.model.system, both.filter(|it| changed.contains(&it.id)), &difference);
    difference
}

/// Which goals are reached now and were not, and the other way round.
fn goals(was: &BTreeSet<Loss>, is: &BTreeSet<Loss>) -> Difference {
    type Key<'l> = (&'l str, &'l ElementId, &'l str);
    fn by_key(losses: &BTreeSet<Loss>) -> BTreeMap<Key<'_>, &Loss> {
        losses.iter().map(|it| ((it.attacker.as_str(), &it.element, it.gains.as_str()), it)).collect()
    }
    let (was, is) = (by_key(was), by_key(is));
    let mut difference = Difference::default();
    for (key, loss) in &is {
        match was.get(key) {
            None => difference.gained.push((*loss).clone()),
            Some(old) if !old.is_certain && loss.is_certain => difference.settled.push((*loss).clone()),
            Some(old) if old.is_certain && !loss.is_certain => difference.unsettled.push((*loss).clone()),
            Some(_) => {}
        }
    }
    difference.averted =
        was.iter().filter(|(key, _)| !is.contains_key(*key)).map(|(_, loss)| (*loss).clone()).collect();
    difference
}

fn threat_changes(before: &[Threat], after: &[Threat]) -> Vec<ThreatChange> {
    let was: BTreeMap<&ElementId, &Threat> = before.iter().map(|it| (&it.id, it)).collect();
    let is: BTreeMap<&ElementId, &Threat> = after.iter().map(|it| (&it.id, it)).collect();
    let ids: BTreeSet<&ElementId> = was.keys().chain(is.keys()).copied().collect();
    ids.into_iter()
        .filter_map(|id| {
            let (old, new) = (was.get(id), is.get(id));
            let (before, after) = (old.map(|it| it.status), new.map(|it| it.status));
            let title = old.or(new)?.title.clone();
            (before != after).then(|| ThreatChange { id: id.clone(), title, before, after })
        })
        .collect()
}

/// Accepted risks about an element that a threat whose status is otherwise is about, or a goal.
pub(super) fn risks<'t>(
    system: &System,
    threats: impl Iterator<Item = &'t Threat>,
    difference: &Difference,
) -> Vec<ElementId> {
    let mut moved: BTreeSet<&ElementId> = threats.flat_map(|it| it.about.iter().chain([&it.subject])).collect();
    let goals =
        difference.gained.iter().chain(&difference.averted).chain(&difference.settled).chain(&difference.unsettled);
    moved.extend(goals.map(|it| &it.element));
    let risks = system.accepted_risks.iter().filter(|it| it.about.iter().any(|about| moved.contains(about)));
    risks.map(|it| it.id.clone()).collect()
}
