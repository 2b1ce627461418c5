//! What holds for every system: more controls never mean more ways, fewer never mean fewer, the order in which a model is listed
//! does not matter, a change on trial in the graph gives what the changed model gives, and silence is never certainty.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cairn_model::{Control, ElementId, Status, System, Truth};
use cairn_paths::{AddedControl, Analysis, Attackers, Change, Loss};
use proptest::prelude::*;

use super::system::{system, threats};

const TYPES: [&str; 11] = [
    "service",
    "service",
    "datastore",
    "queue",
    "external",
    "actor",
    "client",
    "gateway",
    "pipeline",
    "ai_agent",
    "identity_provider",
];
const FAMILIES: [&str; 9] = [
    "authentication",
    "authorization",
    "network_isolation",
    "tenant_isolation",
    "integrity",
    "input_validation",
    "encryption_at_rest",
    "human_approval",
    "backup",
];
const STATUSES: [&str; 4] = ["implemented", "planned", "absent", "assumed"];

/// A line for each choice of numbers.
fn line(kind: u8, a: usize, b: usize, c: usize, parts: usize) -> String {
    let (one, other) = (a % parts, b % parts);
    match kind % 7 {
        0 | 1 => {
            let says =
                ["", " says=\"it writes and deploys\"", " authentication=none", " authentication=password data=d0"]
                    [c % 4];
            format!("flow c{one} -> c{other}{says}")
        }
        2 | 3 => format!("control {} on=c{one} status={}", FAMILIES[b % FAMILIES.len()], STATUSES[c % STATUSES.len()]),
        4 => format!("holding d{} in c{one} handling=stores", c % 3),
        5 => {
            let action = ["read", "administer", "assume", "deploy", "decrypt", "delete"][c % 6];
            format!("permission c{one} {action} c{other}")
        }
        _ => format!(
            "boundary b{one}-{other}-{c} type={} members=c{one},c{other}",
            ["network", "tenant", "process"][c % 3]
        ),
    }
}

/// Systems of so many parts and so many lines about them.
pub(crate) fn systems(parts: std::ops::Range<usize>, lines: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let lines = prop::collection::vec((any::<u8>(), 0..64usize, 0..64usize, 0..64usize), lines);
    (parts, 0..4usize, lines).prop_map(|(parts, shift, lines)| {
        let mut text = String::from(
            "data d0 classification=payment\ndata d1 classification=secret\ndata d2 classification=personal\n",
        );
        for n in 0..parts {
            let exposure = if (n + shift).is_multiple_of(3) { " exposure=internet" } else { "" };
            writeln!(text, "component c{n} type={}{exposure}", TYPES[(n * 5 + shift) % TYPES.len()]).unwrap();
        }
        let lines: BTreeSet<String> = lines.into_iter().map(|(kind, a, b, c)| line(kind, a, b, c, parts)).collect();
        for line in lines {
            let mut words = line.split(' ');
            if words.next() == Some("flow") && words.next() == words.nth(1) {
                continue;
            }
            writeln!(text, "{line}").unwrap();
        }
        text
    })
}

fn losses(system: &System) -> BTreeSet<Loss> {
    Analysis::new(system, &[], &Attackers::built_in()).losses()
}

/// Who reaches what, however certain.
fn reached(losses: &BTreeSet<Loss>) -> BTreeSet<(String, ElementId, String)> {
    losses.iter().map(|it| (it.attacker.clone(), it.element.clone(), it.gains.clone())).collect()
}

fn family(system: &System, at: usize) -> AddedControl {
    use cairn_model::Term as _;
    let control_type = cairn_model::ControlType::parse(FAMILIES[at % FAMILIES.len()]).unwrap();
    let on = system.components[at % system.components.len()].id.clone();
    AddedControl { control_type, on, mechanism: None }
}

fn with(system: &System, added: &AddedControl) -> System {
    Change { added: vec![added.clone()], ..Change::default() }.applied(system)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_control_that_is_added_never_adds_a_way(text in systems(3..9, 4..24), at in 0..64usize) {
        let before = system(&text);
        let after = with(&before, &family(&before, at));
        prop_assert!(reached(&losses(&after)).is_subset(&reached(&losses(&before))), "{}", text);
    }

    #[test]
    fn a_control_that_is_taken_away_never_takes_a_way_away(text in systems(3..9, 4..24), at in 0..64usize) {
        let before = system(&text);
        let implemented: Vec<&Control> = before.controls.iter().filter(|it| it.status == Status::Implemented).collect();
        prop_assume!(!implemented.is_empty());
        let gone = implemented[at % implemented.len()].id.clone();
        let mut after = before.clone();
        after.controls.retain(|it| it.id != gone);
        prop_assert!(reached(&losses(&before)).is_subset(&reached(&losses(&after))), "{}", text);
    }

    #[test]
    fn the_order_of_lists_does_not_matter(text in systems(3..9, 4..24)) {
        let before = system(&text);
        let mut after = before.clone();
        after.components.reverse();
        after.flows.reverse();
        after.data.reverse();
        after.controls.reverse();
        after.permissions.reverse();
        after.boundaries.reverse();
        let weak = threats(&before);
        let mut turned = weak.clone();
        turned.reverse();
        let attackers = Attackers::built_in();
        let paths = |system: &System, threats: &[cairn_model::Threat]| {
            Analysis::new(system, threats, &attackers).paths(usize::MAX).paths
        };
        prop_assert_eq!(paths(&before, &weak), paths(&after, &turned), "{}", text);
    }

    #[test]
    fn a_change_on_trial_gives_what_the_changed_model_gives(text in systems(3..9, 4..24), at in 0..64usize, drop in any::<bool>()) {
        let before = system(&text);
        let weak = threats(&before);
        let attackers = Attackers::built_in();
        let mut change = Change { added: vec![family(&before, at)], ..Change::default() };
        if drop && !before.controls.is_empty() {
            change.failed.insert(before.controls[at % before.controls.len()].id.clone());
        }
        // A control that separates tenants says that there are tenants, so that one would be a part of another graph.
        prop_assume!(change.added.iter().all(|it| it.control_type != cairn_model::ControlType::TenantIsolation));
        let trial = Analysis::new(&before, &weak, &attackers).losses_when(&change);
        let changed = change.applied(&before);
        prop_assert_eq!(trial, Analysis::new(&changed, &weak, &attackers).losses(), "{}", text);
    }

    #[test]
    fn every_certain_hop_is_cited_and_every_other_is_explained(text in systems(3..9, 4..24)) {
        let model = system(&text);
        let weak = threats(&model);
        for path in Analysis::new(&model, &weak, &Attackers::built_in()).paths(usize::MAX).paths {
            for hop in &path.hops {
                prop_assert!(hop.truth != Truth::False);
                prop_assert!(hop.truth != Truth::True || !hop.evidence.is_empty(), "{}: {}", hop.means, text);
                let is_explained = !hop.questions.is_empty() || !hop.broken_by.is_empty() || hop.threat.is_some();
                prop_assert!(hop.truth == Truth::True || is_explained, "{}: {}", hop.means, text);
            }
            let certain = path.hops.iter().all(|hop| hop.truth == Truth::True);
            prop_assert_eq!(path.truth == Truth::True, certain);
        }
    }

    #[test]
    fn what_is_to_be_done_leaves_nothing_that_could_be_cut(text in systems(3..9, 4..24)) {
        let model = system(&text);
        let found = Analysis::new(&model, &[], &Attackers::built_in()).chokepoints();
        let added = found.cut.iter().filter_map(|remedy| match remedy {
            cairn_paths::Remedy::Control { control_type, on } => {
                let mechanism = Some("passkey vpn".to_owned());
                Some(AddedControl { control_type: *control_type, on: on.clone(), mechanism })
            }
            cairn_paths::Remedy::Mend { .. } => None,
        });
        let change = Change { added: added.collect(), ..Change::default() };
        let left = reached(&losses(&change.applied(&model)));
        prop_assert!(left.len() <= found.uncut, "{} left of {} ways, {} uncut: {}", left.len(), found.ways, found.uncut, text);
    }
}

#[test]
fn nothing_written_is_no_way_at_all() {
    let attackers = Attackers::built_in();
    for text in ["", "component A\ncomponent B\nflow A -> B\n", "data d classification=payment\n"] {
        let model = system(text);
        assert_eq!(Analysis::new(&model, &[], &attackers).paths(usize::MAX).paths, [], "{text}");
    }
}
