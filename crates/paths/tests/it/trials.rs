//! A change on trial gives what the changed model gives when everything is derived anew: threats, what is reached, and paths.

use std::collections::BTreeSet;
use std::fmt::Write as _;

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

/// Tries the change and asserts that everything derived anew gives the same. `None` where the whole has to be built anew.
fn compare(before: &System, change: &Change) -> Option<()> {
    let attackers = Attackers::built_in();
    let weak = threats(before);
    let derivation = Derivation::new(before, rules(), review_day());
    let trials = Trials::new(Analysis::new(before, &weak, &attackers), before);
    let after = change.applied(before);
    let otherwise = derivation.after(&holding(&after).controls, &holding(&after).assumptions);
    let tried = trials.after(change, OtherThreats { changed: &otherwise.changed, gone: &otherwise.gone })?;
    let weak_after = threats(&holding(&after));
    let anew = Analysis::new(&after, &weak_after, &attackers);
    let mut losses: BTreeSet<Loss> = trials.analysis().losses();
    for gone in &tried.averted {
        assert!(losses.remove(gone), "{gone:?} was not there");
    }
    for other in tried.settled.iter().chain(&tried.unsettled) {
        assert!(losses.remove(&Loss { is_certain: !other.is_certain, ..other.clone() }), "{other:?} was as it is");
    }
    losses.extend(tried.gained.iter().chain(&tried.settled).chain(&tried.unsettled).cloned());
    assert_eq!(losses, anew.losses());
    let mut paths = ids(trials.analysis());
    for gone in &tried.gone_paths {
        assert!(paths.remove(gone), "{gone} was not there");
    }
    for new in &tried.new_paths {
        assert!(paths.insert(new.id.clone()), "{} was there", new.id);
    }
    assert_eq!(paths, ids(&anew));
    Some(())
}

#[test]
fn paths_of_the_same_hops_that_come_to_differ_in_how_sure_they_are_are_both_named() {
    let before = system(
        "data d0 classification=payment\ndata d1 classification=credential\ndata d2 classification=personal\n\
         component c0 type=actor\ncomponent c1 type=external\ncomponent c2 type=gateway exposure=internet\n\
         component c3 type=pipeline\nflow c0 -> c3\nflow c2 -> c0\nflow c3 -> c0 encryption=none data=d0\n\
         holding d0 in c2 handling=stores\n",
    );
    for family in 0..FAMILIES.len() {
        for on in 0..before.components.len() {
            compare(&before, &change(&before, 0, on, family));
        }
    }
}

#[test]
fn a_trial_in_a_system_with_more_ways_than_are_listed_gives_what_everything_derived_anew_gives() {
    const PARTS: usize = 250;
    let mut text = "data d0 classification=payment\ndata d1 classification=credential\n".to_owned();
    for part in 0..PARTS {
        let kind = ["service", "datastore", "client", "queue", "ai_agent", "gateway", "pipeline"][part % 7];
        let exposure = if part % 10 == 0 { " exposure=internet" } else { "" };
        writeln!(text, "component c{part} type={kind}{exposure}").unwrap();
        if part % 5 == 0 {
            writeln!(text, "control authentication on=c{part}\nholding d{} in c{part} handling=stores", part % 2)
                .unwrap();
        }
    }
    for flow in 0..PARTS * 5 {
        writeln!(text, "flow c{} -> c{}", flow % PARTS, (flow * 7 + flow / PARTS + 1) % PARTS).unwrap();
    }
    let before = system(&text);
    let found = Analysis::new(&before, &[], &Attackers::built_in()).paths(0);
    assert!(!found.is_complete, "all {} ways are listed", found.left_out);
    compare(&before, &change(&before, 0, 17, 0));
    compare(&before, &change(&before, 3, 33, 33));
}

#[test]
fn a_threat_that_there_was_not_adds_its_steps() {
    let on_both = |family: &&str| ["c1", "c2"].map(|on| format!("control {family} on={on}"));
    let controls: Vec<String> = FAMILIES.iter().flat_map(on_both).collect();
    let before = system(
        &("data d0 classification=payment\ncomponent c0 type=client exposure=internet\n\
           component c1 type=gateway exposure=internet\ncomponent c2 type=service\ncomponent c3 type=datastore\n\
           flow c0 -> c1\nflow c1 -> c2 data=d0\nflow c2 -> c3 data=d0\nholding d0 in c3 handling=stores\n\
           endpoint /pay on=c2 method=POST\n"
            .to_owned()
            + &controls.join("\n")),
    );
    let known: BTreeSet<ElementId> = threats(&before).into_iter().map(|it| it.id).collect();
    let mut with_new = 0;
    for at in 0..before.controls.len() {
        let change = change(&before, 0, at, 0);
        let after = threats(&holding(&change.applied(&before)));
        with_new += usize::from(after.iter().any(|it| !known.contains(&it.id)));
        assert!(compare(&before, &change).is_some(), "{change:?} made another graph");
    }
    assert!(with_new > 0, "no change made a threat that there was not");
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
        // Where the graph would be another one, the whole is built anew.
        prop_assume!(compare(&before, &change(&before, kind, at, family)).is_some());
    }
}
