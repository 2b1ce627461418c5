//! What became of threats, conflicts and questions.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, Conflict, ElementId, Gap, PremiseRole, Term as _, Threat, ThreatStatus};

use crate::causes::Explainer;
use crate::changes::{Attribute, Change, Class, ThreatChange};
use crate::renames::Renamed;
use crate::state::State;

/// Whether something answers the threat: a control, an acceptance, or a person's decision that holds.
pub fn is_answered(threat: &Threat) -> bool {
    let by_status = matches!(threat.status, ThreatStatus::Mitigated | ThreatStatus::Accepted);
    by_status || threat.ruling.as_ref().is_some_and(|ruling| ruling.in_force)
}

/// Whether the threat stands by what is written: what is merely unknown is a question and no finding.
pub fn is_finding(threat: &Threat) -> bool {
    let by_status =
        matches!(threat.status, ThreatStatus::Open | ThreatStatus::Disputed | ThreatStatus::AcceptanceExpired);
    by_status && !threat.ruling.as_ref().is_some_and(|ruling| ruling.in_force)
}

/// What became of every threat of two states, the most pressing first.
pub(crate) fn compare(
    before: &State<'_>,
    after: &State<'_>,
    renamed: &Renamed,
    explainer: &Explainer<'_>,
) -> Vec<ThreatChange> {
    let olds: BTreeMap<&ElementId, &Threat> = before.threats.iter().map(|it| (&it.id, it)).collect();
    let by_subject: BTreeMap<(&str, &ElementId), &Threat> =
        before.threats.iter().map(|it| ((it.rule.as_str(), &it.subject), it)).collect();
    let mut met: BTreeSet<&ElementId> = BTreeSet::new();
    let mut changes = Vec::new();
    for threat in after.threats {
        let under_former_name = || {
            let former = renamed.former(&threat.subject);
            (*former != threat.subject).then(|| by_subject.get(&(threat.rule.as_str(), former)).copied()).flatten()
        };
        let old = olds.get(&threat.id).copied().or_else(under_former_name);
        met.extend(old.map(|old| &old.id));
        changes.push(change(old, Some(threat), before, explainer));
    }
    let gone = before.threats.iter().filter(|old| !met.contains(&old.id));
    changes.extend(gone.map(|old| change(Some(old), None, before, explainer)));
    changes.sort_by(|one, other| {
        let key =
            |it: &ThreatChange| (it.class, std::cmp::Reverse((it.severity, it.score_tenths.1.or(it.score_tenths.0))));
        key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
    });
    changes
}

fn change(old: Option<&Threat>, new: Option<&Threat>, before: &State<'_>, explainer: &Explainer<'_>) -> ThreatChange {
    let either = new.or(old).expect("a change is of a threat that is on one side at least");
    let class = class(old, new, before);
    let is_decided =
        |threat: Option<&Threat>| threat.and_then(|it| it.ruling.as_ref()).is_some_and(|ruling| ruling.in_force);
    let causes = match class {
        Class::Unchanged => Vec::new(),
        _ => causes(old, new, explainer),
    };
    ThreatChange {
        id: either.id.clone(),
        was: old.map(|old| &old.id).filter(|id| **id != either.id).cloned(),
        rule: either.rule.clone(),
        title: either.title.clone(),
        class,
        severity: either.severity,
        score_tenths: (old.map(|it| it.score_tenths), new.map(|it| it.score_tenths)),
        status: (old.map(|it| it.status), new.map(|it| it.status)),
        decided: (is_decided(old), is_decided(new)),
        causes,
    }
}

fn class(old: Option<&Threat>, new: Option<&Threat>, before: &State<'_>) -> Class {
    match (old, new) {
        (None, Some(new)) if before.known_before.contains(&new.id) && !is_answered(new) => Class::Reopened,
        (None, _) => Class::New,
        (_, None) => Class::Resolved,
        (Some(old), Some(new)) => match (is_answered(old), is_answered(new)) {
            (true, false) => Class::Reopened,
            (false, true) => Class::Resolved,
            _ if (old.status, old.score_tenths) != (new.status, new.score_tenths) => Class::Changed,
            _ => Class::Unchanged,
        },
    }
}

fn causes(old: Option<&Threat>, new: Option<&Threat>, explainer: &Explainer<'_>) -> Vec<crate::Cause> {
    let same_status = old.map(|it| it.status) == new.map(|it| it.status);
    // Where the status stays, what makes it more or less severe is the change; else that is beside the point.
    let cited = |threat: Option<&Threat>| -> Vec<Citation> {
        let premises = threat.into_iter().flat_map(|it| &it.explanation);
        let meant = premises.filter(|it| same_status || it.role != PremiseRole::Severity);
        let ruled = threat.and_then(|it| it.ruling.as_ref()).into_iter().flat_map(|ruling| &ruling.evidence);
        meant.flat_map(|it| &it.evidence).chain(ruled).cloned().collect()
    };
    let is_past = |threat: Option<&Threat>| {
        let ruled = threat.and_then(|it| it.ruling.as_ref()).is_some_and(|ruling| !ruling.in_force);
        ruled || threat.is_some_and(|it| it.status == ThreatStatus::AcceptanceExpired)
    };
    let expired = is_past(old) != is_past(new);
    let either = new.or(old);
    let named: Vec<&ElementId> =
        either.into_iter().flat_map(|it| std::iter::once(&it.subject).chain(&it.about)).collect();
    let rule = either.map(|it| it.rule.as_str());
    explainer.causes(&cited(old), &cited(new), &named, rule, expired)
}

/// What became of the conflicts.
pub(crate) fn conflicts(
    before: &State<'_>,
    after: &State<'_>,
    renamed: &Renamed,
    explainer: &Explainer<'_>,
) -> Vec<Change> {
    let key = |it: &Conflict, is_new: bool| {
        let subject = if is_new { renamed.former(&it.subject) } else { &it.subject };
        (subject.clone(), it.attribute.clone())
    };
    let olds: BTreeMap<_, &Conflict> = before.system.conflicts.iter().map(|it| (key(it, false), it)).collect();
    let news: BTreeMap<_, &Conflict> = after.system.conflicts.iter().map(|it| (key(it, true), it)).collect();
    let keys: BTreeSet<_> = olds.keys().chain(news.keys()).collect();
    let mut changes = Vec::new();
    for key in keys {
        let (old, new) = (olds.get(key).copied(), news.get(key).copied());
        let Some(either) = new.or(old) else { continue };
        let class = match (old, new) {
            (None, _) => Class::New,
            (_, None) => Class::Resolved,
            (Some(old), Some(new)) if old.resolution.is_some() && new.resolution.is_none() => Class::Reopened,
            (Some(old), Some(new)) if old.resolution.is_none() && new.resolution.is_some() => Class::Resolved,
            (Some(old), Some(new)) if positions(old) != positions(new) => Class::Changed,
            _ => continue,
        };
        let cited = |conflict: Option<&Conflict>| -> Vec<Citation> {
            conflict.into_iter().flat_map(|it| &it.positions).flat_map(|it| it.evidence.clone()).collect()
        };
        let attributes = [
            ("positions", old.map(positions), new.map(positions)),
            ("settled by", old.and_then(|it| it.resolution.clone()), new.and_then(|it| it.resolution.clone())),
        ];
        let attributes = attributes.into_iter().filter(|(_, before, after)| before != after);
        changes.push(Change {
            kind: "conflict",
            id: either.id.clone(),
            title: format!("{} of {}", either.attribute, explainer.name(&either.subject)),
            class,
            attributes: attributes.map(|(name, before, after)| Attribute { name, before, after }).collect(),
            causes: explainer.causes(&cited(old), &cited(new), &[&either.subject], None, false),
        });
    }
    changes.sort_by(|one, other| one.id.cmp(&other.id));
    changes
}

fn positions(conflict: &Conflict) -> String {
    let one = |it: &cairn_model::Position| format!("{} ({})", it.value, it.status.as_str());
    conflict.positions.iter().map(one).collect::<Vec<_>>().join(" | ")
}

/// What became of the questions that no source answers.
pub(crate) fn gaps(before: &State<'_>, after: &State<'_>, renamed: &Renamed, explainer: &Explainer<'_>) -> Vec<Change> {
    let key = |it: &Gap, is_new: bool| {
        let subject = if is_new { renamed.former(&it.subject) } else { &it.subject };
        (subject.clone(), it.rule.clone())
    };
    let olds: BTreeMap<_, &Gap> = before.system.gaps.iter().map(|it| (key(it, false), it)).collect();
    let news: BTreeMap<_, &Gap> = after.system.gaps.iter().map(|it| (key(it, true), it)).collect();
    let of_subject = |state: &State<'_>, gap: &Gap| evidence_of(state, &gap.subject);
    let mut changes = Vec::new();
    let gone = olds.iter().filter(|(key, _)| !news.contains_key(*key)).map(|(_, gap)| (Class::Resolved, *gap));
    let come = news.iter().filter(|(key, _)| !olds.contains_key(*key)).map(|(_, gap)| (Class::New, *gap));
    for (class, gap) in gone.chain(come) {
        let (old, new) = (of_subject(before, gap), of_subject(after, gap));
        changes.push(Change {
            kind: "question",
            id: gap.id.clone(),
            title: gap.question.clone(),
            class,
            attributes: Vec::new(),
            causes: explainer.causes(&old, &new, &[&gap.subject], None, false),
        });
    }
    changes.sort_by(|one, other| (one.class, &one.id).cmp(&(other.class, &other.id)));
    changes
}

/// The passages about an element.
fn evidence_of(state: &State<'_>, id: &ElementId) -> Vec<Citation> {
    let system = state.system;
    let component = system.components.iter().find(|it| it.id == *id).map(|it| &it.evidence);
    let flow = || system.flows.iter().find(|it| it.id == *id).map(|it| &it.evidence);
    let data = || system.data.iter().find(|it| it.id == *id).map(|it| &it.evidence);
    let endpoint = || system.endpoints.iter().find(|it| it.id == *id).map(|it| &it.evidence);
    component.or_else(flow).or_else(data).or_else(endpoint).cloned().unwrap_or_default()
}
