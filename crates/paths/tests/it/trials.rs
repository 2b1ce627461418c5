//! A change on trial gives what the changed model gives when everything is derived anew: threats, what is reached, and paths.

use std::collections::BTreeSet;

use cairn_model::{ControlType, ElementId, Status, System, Term as _};
use cairn_paths::{AddedControl, Analysis, Attackers, Change, Loss, OtherThreats, Trials};
use cairn_threats::{Derivation, RuleSet};
use proptest::prelude::*;

use super::monotone::{FAMILIES, systems};
use super::system::{RULES, review_day, system, threats};

/// A model as its rules see it.
fn holding(system: &System) -> System {
    let mut holding = system.clone();
    holding.assumptions.retain(|it| it.status != Status::Absent);
    holding
}

fn rules() -> &'static RuleSet {
    &RULES
}

/// Something of each kind that can be changed, by choices of numbers.
fn change(system: &System, kind: u8, at: usize, family: usize) -> Change {
    let mut change = Change::default();
    match kind % 4 {
        0 | 1 if !system.controls.is_empty() => {
            change.failed.insert(system.controls[at % system.controls.len()].id.clone());
        }
        2 if !system.assumptions.is_empty() => {
            change.wrong.insert(system.assumptions[at % system.assumptions.len()].id.clone());
        }
        _ => change.added.push(AddedControl {
            control_type: ControlType::parse(FAMILIES[family % FAMILIES.len()]).unwrap(),
            on: system.components[at % system.components.len()].id.clone(),
            mechanism: None,
        }),
    }
    change
}

fn ids(analysis: &Analysis<'_>) -> BTreeSet<ElementId> {
    analysis.paths(usize::MAX).paths.into_iter().map(|it| it.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_global_rejects: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_trial_gives_what_everything_derived_anew_gives(
        (text, parts) in systems(),
        implemented in prop::collection::vec((0..FAMILIES.len(), 0..64usize), 0..4),
        (kind, at, family) in (any::<u8>(), 0..64usize, 0..64usize),
    ) {
        let implemented: BTreeSet<String> =
            implemented.into_iter().map(|(family, on)| format!("control {} on=c{}\n", FAMILIES[family], on % parts)).collect();
        let before = system(&(text + &implemented.into_iter().collect::<String>()));
        let attackers = Attackers::built_in();
        let weak = threats(&before);
        let derivation = Derivation::new(&before, rules(), review_day());
        let trials = Trials::new(Analysis::new(&before, &weak, &attackers), &before);
        let change = change(&before, kind, at, family);
        let after = change.applied(&before);
        let otherwise = derivation.after(&holding(&after));
        let tried = trials.after(&change, OtherThreats { changed: &otherwise.changed, gone: &otherwise.gone });
        // Where the graph would be another one, the whole is built anew.
        prop_assume!(tried.is_some());
        let tried = tried.unwrap();
        let weak_after = threats(&holding(&after));
        let anew = Analysis::new(&after, &weak_after, &attackers);
        let mut losses: BTreeSet<Loss> = trials.analysis().losses();
        for gone in &tried.averted {
            prop_assert!(losses.remove(gone), "{gone:?} was not there");
        }
        for other in tried.settled.iter().chain(&tried.unsettled) {
            prop_assert!(losses.remove(&Loss { is_certain: !other.is_certain, ..other.clone() }), "{other:?} was as it is");
        }
        losses.extend(tried.gained.iter().chain(&tried.settled).chain(&tried.unsettled).cloned());
        prop_assert_eq!(losses, anew.losses());
        let mut paths = ids(trials.analysis());
        for gone in &tried.gone_paths {
            prop_assert!(paths.remove(gone), "{gone} was not there");
        }
        for new in &tried.new_paths {
            prop_assert!(paths.insert(new.id.clone()), "{} was there", new.id);
        }
        prop_assert_eq!(paths, ids(&anew));
    }
}
