//! Changes of controls and assumptions tried on one model, each without deriving the whole again: rules are applied where they look at
//! what differs, and what attackers reach is found again from there.

use std::collections::BTreeMap;

use cairn_model::{Date, ElementId, Status, Threat};
use cairn_paths::{Change, OtherThreats};
use cairn_threats::{Derivation, Rederived, RuleSet};

use super::compare::{Difference, Outcome, ThreatChange, compare, risks};
use crate::Model;
use crate::decisions::{self, Decisions};

/// A model that is ready for trials.
pub struct Trials<'m> {
    model: &'m Model,
    rules: &'m RuleSet,
    decisions: &'m Decisions,
    as_of: Date,
    derivation: Derivation<'m>,
    paths: cairn_paths::Trials<'m>,
    threats: BTreeMap<&'m ElementId, &'m Threat>,
}

impl std::fmt::Debug for Trials<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trials").field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl<'m> Trials<'m> {
    /// Derives what every trial is compared with. The model must be as `rules` and `decisions` make it on that day.
    pub fn new(model: &'m Model, rules: &'m RuleSet, decisions: &'m Decisions, as_of: Date) -> Self {
        let (derivation, paths) = rayon::join(
            || Derivation::new(&model.system, rules, as_of),
            || cairn_paths::Trials::new(model.analysis(), &model.system),
        );
        let threats = model.threats.iter().map(|it| (&it.id, it)).collect();
        Self { model, rules, decisions, as_of, derivation, paths, threats }
    }

    /// What the change makes different, in threats, goals, paths and accepted risks.
    pub fn difference(&self, change: &Change) -> Difference {
        let system = &self.model.system;
        let (controls, mut assumptions) = change.applied_to(&system.controls, &system.assumptions);
        // An assumption that is known to be wrong stands in for nothing.
        assumptions.retain(|it| it.status != Status::Absent);
        let mut otherwise = self.derivation.after(&controls, &assumptions);
        self.rule(&mut otherwise.changed);
        let threats = OtherThreats { changed: &otherwise.changed, gone: &otherwise.gone };
        let Some(tried) = self.paths.after(change, threats) else { return self.anew(change) };
        let mut difference = Difference {
            supposed: Vec::new(),
            threats: self.threat_changes(&otherwise),
            gained: tried.gained,
            averted: tried.averted,
            settled: tried.settled,
            unsettled: tried.unsettled,
            new_paths: tried.new_paths,
            gone_paths: tried.gone_paths,
            accepted_risks: Vec::new(),
            is_bounded: tried.is_bounded,
        };
        let old = |it: &ThreatChange| self.threats.get(&it.id).copied();
        let new = |it: &ThreatChange| otherwise.changed.iter().find(|threat| threat.id == it.id);
        let about = difference.threats.iter().flat_map(|it| old(it).into_iter().chain(new(it)));
        difference.accepted_risks = risks(&self.model.system, about, &difference);
        difference
    }

    /// What people decided about the threats: what they decided about a threat that there was holds for it now.
    fn rule(&self, threats: &mut [Threat]) {
        let mut new: Vec<&mut Threat> = Vec::new();
        for threat in threats {
            match self.threats.get(&threat.id) {
                Some(old) => threat.ruling.clone_from(&old.ruling),
                None => new.push(threat),
            }
        }
        for threat in new {
            let one = std::slice::from_mut(threat);
            decisions::mark(one, &self.model.system, self.decisions, self.as_of, &mut Vec::new());
        }
    }

    /// The same by deriving the whole model again, where the change makes a graph of its own.
    pub fn anew(&self, change: &Change) -> Difference {
        let after = self.model.changed(self.rules, self.decisions, change, self.as_of);
        compare(&Outcome::of(self.model, &self.model.attackers), &Outcome::of(&after, &self.model.attackers))
    }

    fn threat_changes(&self, otherwise: &Rederived) -> Vec<ThreatChange> {
        let changed = otherwise.changed.iter().map(|it| (&it.id, Some(it)));
        let all = changed.chain(otherwise.gone.iter().map(|id| (id, None)));
        let mut changes: Vec<ThreatChange> = all
            .filter_map(|(id, new)| {
                let old = self.threats.get(id).copied();
                let (before, after) = (old.map(|it| it.status), new.map(|it| it.status));
                let title = old.or(new)?.title.clone();
                (before != after).then(|| ThreatChange { id: id.clone(), title, before, after })
            })
            .collect();
        changes.sort_by(|one, other| one.id.cmp(&other.id));
        changes
    }
}
