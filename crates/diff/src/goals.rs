//! What became of the goals that attackers reach.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::ElementId;

use crate::causes::Explainer;
use crate::changes::{Attribute, Change, Class};
use crate::renames::Renamed;
use crate::state::{ReachedGoal, State};

/// An attacker, an element and what is had there.
type Key<'a> = (&'a str, &'a ElementId, &'a str);

/// The goals that are reached on one side only, or more surely on one than on the other.
pub(crate) fn compare(
    before: &State<'_>,
    after: &State<'_>,
    renamed: &Renamed,
    explainer: &Explainer<'_>,
) -> Vec<Change> {
    let olds: BTreeMap<Key<'_>, &ReachedGoal> =
        before.reached.iter().map(|it| ((it.attacker.as_str(), &it.element, it.gains.as_str()), it)).collect();
    let mut met: BTreeSet<Key<'_>> = BTreeSet::new();
    let mut changes = Vec::new();
    for new in after.reached {
        let key = (new.attacker.as_str(), renamed.former(&new.element), new.gains.as_str());
        let old = olds.get(&key).copied();
        met.extend(old.map(|_| key));
        changes.extend(change(old, new, explainer));
    }
    for (key, old) in &olds {
        if !met.contains(key) {
            changes.push(Change { class: Class::Resolved, ..described(old, Vec::new(), explainer) });
        }
    }
    changes.sort_by(|one, other| (&one.title, one.class).cmp(&(&other.title, other.class)));
    changes
}

fn change(old: Option<&ReachedGoal>, new: &ReachedGoal, explainer: &Explainer<'_>) -> Option<Change> {
    let Some(old) = old else {
        return Some(Change { class: Class::New, ..described(new, Vec::new(), explainer) });
    };
    let sure = |goal: &ReachedGoal| Some(if goal.is_certain { "certain" } else { "not certain" }.to_owned());
    let attribute = Attribute { name: "certainty", before: sure(old), after: sure(new) };
    (old.is_certain != new.is_certain)
        .then(|| Change { class: Class::Changed, ..described(new, vec![attribute], explainer) })
}

/// A goal as a change; another profile explains it, or else what changed of the model.
fn described(goal: &ReachedGoal, attributes: Vec<Attribute>, explainer: &Explainer<'_>) -> Change {
    let by_profile = explainer.attacker_changed(&goal.attacker);
    let causes = match by_profile {
        Some(cause) => vec![cause],
        None => explainer.causes(&[], &[], &[&goal.element], None, false),
    };
    Change {
        kind: "goal",
        id: goal.element.clone(),
        title: format!("{} of {} by {}", goal.gains, explainer.name(&goal.element), goal.attacker),
        class: Class::Unchanged,
        attributes,
        causes,
    }
}
