//! The rules applied again after a change of controls and assumptions give what they give on the changed model as a whole.

#![expect(clippy::indexing_slicing, reason = "choices are taken modulo their number")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use cairn_model::{Control, ControlType, ElementId, Status, System, Term as _, Threat};
use cairn_threats::{Derivation, RuleSet, derive};
use proptest::prelude::*;

use super::{model_of, review_day};

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::built_in);

const PARTS: [&str; 9] = [
    "type=service exposure=internet",
    "type=datastore technology=PostgreSQL",
    "type=service technology=Kubernetes",
    "type=client",
    "type=ai_agent",
    "type=queue",
    "type=actor",
    "type=identity_provider",
    "type=gateway exposure=internet",
];
const STATUSES: [&str; 4] = ["implemented", "absent", "planned", "assumed"];
const STATEMENTS: [&str; 4] = [
    "Only the cluster can reach it, so traffic is not encrypted",
    "Callers are authenticated by the gateway",
    "The network is trusted",
    "Requests are rate limited before they come here",
];

fn line(kind: u8, a: usize, b: usize, c: usize, parts: usize) -> String {
    let (one, other) = (a % parts, b % parts);
    match kind % 7 {
        0 | 1 => format!("flow c{one} -> c{other}{}", ["", " authentication=none data=d0", " encryption=none"][c % 3]),
        2 | 3 => {
            let family = ControlType::ALL[b % ControlType::ALL.len()].as_str();
            let on = [format!("on=c{one}"), format!("on=c{one},c{other}"), String::new()][c % 3].clone();
            format!("control {family} {on} status={}", STATUSES[(a + b) % STATUSES.len()])
        }
        // An id stands for one element: paths and statements name the part that they are about.
        4 => format!("endpoint /c{one}/p{c} on=c{one} method={}", ["GET", "POST"][c % 2]),
        5 => format!("holding d{} in c{one} handling=stores", c % 2),
        _ => format!("assumption \"{} (c{one})\" about=c{one}", STATEMENTS[c % STATEMENTS.len()]),
    }
}

fn systems() -> impl Strategy<Value = System> {
    let lines = prop::collection::vec((any::<u8>(), 0..64usize, 0..64usize, 0..64usize), 8..30);
    (3..8usize, 0..PARTS.len(), lines).prop_map(|(parts, shift, lines)| {
        let mut text = String::from("data d0 classification=payment\ndata d1 classification=credential\n");
        for n in 0..parts {
            writeln!(text, "component c{n} {}", PARTS[(n + shift) % PARTS.len()]).unwrap();
        }
        let lines: BTreeSet<String> = lines.into_iter().map(|(kind, a, b, c)| line(kind, a, b, c, parts)).collect();
        for line in lines {
            writeln!(text, "{line}").unwrap();
        }
        model_of(&text)
    })
}

/// A change of one control or assumption, by choices of numbers.
fn changed(before: &System, kind: u8, at: usize, family: usize) -> System {
    let mut after = before.clone();
    let controls = after.controls.len();
    match kind % 4 {
        0 if controls > 0 => after.controls[at % controls].status = [Status::Absent, Status::Implemented][family % 2],
        1 if controls > 0 => drop(after.controls.remove(at % controls)),
        2 if !after.assumptions.is_empty() => drop(after.assumptions.remove(at % before.assumptions.len())),
        _ => {
            after.controls.push(Control {
                id: ElementId::hashed("hypothetical", &["one"]),
                control_type: ControlType::ALL[family % ControlType::ALL.len()],
                mechanism: None,
                on: vec![before.components[at % before.components.len()].id.clone()],
                status: Status::Implemented,
                evidence: Vec::new(),
            });
            after.controls.sort_by(|one, other| one.id.cmp(&other.id));
        }
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_derived_again_is_what_is_derived_anew(
        before in systems(),
        changes in prop::collection::vec((any::<u8>(), 0..64usize, 0..64usize), 1..4),
    ) {
        let mut after = before.clone();
        for (kind, at, family) in changes {
            after = changed(&after, kind, at, family);
            // An id stands for one control.
            after.controls.dedup_by(|one, other| one.id == other.id);
        }
        let derivation = Derivation::new(&before, &RULES, review_day());
        let again = derivation.after(&after.controls, &after.assumptions);
        let mut threats: BTreeMap<ElementId, Threat> =
            derive(&before, &RULES, review_day()).into_iter().map(|it| (it.id.clone(), it)).collect();
        for id in &again.gone {
            prop_assert!(threats.remove(id).is_some(), "{id} was not there");
        }
        for threat in again.changed {
            prop_assert!(threats.get(&threat.id) != Some(&threat), "{} is as it was", threat.id);
            threats.insert(threat.id.clone(), threat);
        }
        let anew = derive(&after, &RULES, review_day());
        for threat in &anew {
            prop_assert_eq!(threats.get(&threat.id), Some(threat));
        }
        prop_assert_eq!(threats.len(), anew.len());
    }
}
