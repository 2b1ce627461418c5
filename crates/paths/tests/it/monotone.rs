//! What holds from the model to the paths with the rules in between: a control that is written down never adds a way and one that is
//! struck out never takes one away, the threats derived anew each time.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cairn_model::ElementId;
use cairn_paths::{Analysis, Attackers};
use proptest::prelude::*;

use super::system::{system, threats};

pub(crate) const FAMILIES: [&str; 16] = [
    "authentication",
    "authorization",
    "encryption_in_transit",
    "encryption_at_rest",
    "input_validation",
    "rate_limiting",
    "audit_logging",
    "integrity",
    "network_isolation",
    "process_isolation",
    "tenant_isolation",
    "least_privilege",
    "output_filtering",
    "human_approval",
    "backup",
    "hardening",
];
const STATUSES: [&str; 3] = ["absent", "planned", "assumed"];

/// Parts of a kind that rules have much to say about.
const PARTS: [&str; 10] = [
    "type=service exposure=internet",
    "type=datastore technology=PostgreSQL",
    "type=service technology=Kubernetes",
    "type=client",
    "type=ai_agent",
    "type=queue",
    "type=actor",
    "type=external",
    "type=gateway exposure=internet",
    "type=pipeline",
];

/// A line about the parts for each choice of numbers.
fn line(kind: u8, a: usize, b: usize, c: usize, parts: usize) -> String {
    let (one, other) = (a % parts, b % parts);
    match kind % 8 {
        0 | 1 => {
            let says =
                ["", " authentication=none", " encryption=none data=d0", " authentication=password data=d1"][c % 4];
            format!("flow c{one} -> c{other}{says}")
        }
        2 | 3 => {
            format!("control {} on=c{one} status={}", FAMILIES[b % FAMILIES.len()], STATUSES[c % STATUSES.len()])
        }
        4 => {
            let says = [
                "/fetch?url says=\"loads the page at any url that the caller gives\"",
                "/orders/{id} method=GET",
                "/login method=POST authentication=none",
                "/upload method=POST says=\"takes a file and keeps it\"",
            ][c % 4];
            let (path, rest) = says.split_once(' ').unwrap_or((says, ""));
            format!("endpoint {path} on=c{one} {rest}")
        }
        5 => format!("holding d{} in c{one} handling=stores", c % 3),
        6 if c.is_multiple_of(3) => {
            let words =
                ["Callers are authenticated by the proxy", "It is only reachable from the cluster", "It is trusted"];
            format!("assumption \"{}\" about=c{one}", words[b % words.len()])
        }
        6 => format!("permission c{one} {} c{other}", ["read", "administer", "assume", "deploy", "delete"][c % 5]),
        _ => {
            let kind = ["network", "tenant", "process", "cluster"][c % 4];
            format!("boundary b{one}-{other}-{c} type={kind} members=c{one},c{other}")
        }
    }
}

/// Systems that rules have much to say about, and how many parts they have.
pub(crate) fn systems() -> impl Strategy<Value = (String, usize)> {
    let lines = prop::collection::vec((any::<u8>(), 0..64usize, 0..64usize, 0..64usize), 6..28);
    (3..8usize, 0..PARTS.len(), lines).prop_map(|(parts, shift, lines)| {
        let mut text = String::from(
            "data d0 classification=payment\ndata d1 classification=credential\ndata d2 classification=personal\n",
        );
        for n in 0..parts {
            writeln!(text, "component c{n} {}", PARTS[(n + shift) % PARTS.len()]).unwrap();
        }
        let lines: BTreeSet<String> = lines.into_iter().map(|(kind, a, b, c)| line(kind, a, b, c, parts)).collect();
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            if words[0] != "flow" || words[1] != words[3] {
                writeln!(text, "{line}").unwrap();
            }
        }
        (text, parts)
    })
}

/// Who reaches what, however certain.
fn reached(text: &str) -> BTreeSet<(String, ElementId, String)> {
    let model = system(text);
    let weaknesses = threats(&model);
    let losses = Analysis::new(&model, &weaknesses, &Attackers::built_in()).losses();
    losses.into_iter().map(|it| (it.attacker, it.element, it.gains)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_control_that_is_written_down_never_adds_a_way((text, parts) in systems(), family in 0..FAMILIES.len(), on in 0..64usize) {
        let added = format!("{text}control {} on=c{}\n", FAMILIES[family], on % parts);
        let (before, after) = (reached(&text), reached(&added));
        let more: Vec<_> = after.difference(&before).collect();
        prop_assert!(more.is_empty(), "{} on c{}: {more:?}\n{text}", FAMILIES[family], on % parts);
    }

    #[test]
    fn a_control_that_is_struck_out_or_denied_never_takes_a_way_away(
        (text, parts) in systems(),
        controls in prop::collection::vec((0..FAMILIES.len(), 0..64usize), 1..4),
        denied in any::<bool>(),
    ) {
        let controls: BTreeSet<String> =
            controls.into_iter().map(|(family, on)| format!("control {} on=c{}", FAMILIES[family], on % parts)).collect();
        let all: String = controls.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        let first = controls.first().unwrap();
        let without = if denied { all.replacen(first, &format!("{first} status=absent"), 1) } else { all.replacen(first, "", 1) };
        let (before, after) = (reached(&format!("{text}{all}")), reached(&format!("{text}{without}")));
        let fewer: Vec<_> = before.difference(&after).collect();
        prop_assert!(fewer.is_empty(), "{first}: {fewer:?}\n{text}{all}");
    }
}
