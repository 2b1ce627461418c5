//! The shipped rules: every example shows what it says, every rule has the examples it needs.

use std::collections::{BTreeMap, BTreeSet};

use cairn_threats::{Case, RuleSet, SubjectKind, run_examples};

#[test]
fn every_example_shows_what_it_says() {
    let failed: Vec<String> = run_examples(&RuleSet::built_in())
        .into_iter()
        .filter(|outcome| !outcome.passed())
        .map(|it| format!("{} {}: found {:?} in\n{}", it.rule, it.case.as_str(), it.found, it.model))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_rule_has_the_four_cases() {
    let rules = RuleSet::built_in();
    let mut cases: BTreeMap<String, BTreeSet<Case>> = BTreeMap::new();
    for outcome in run_examples(&rules) {
        cases.entry(outcome.rule).or_default().insert(outcome.case);
    }
    for rule in rules.rules() {
        let shown = &cases[&rule.id];
        // An acceptance is answered from the start: what it can be is in force or over.
        let own = shown.contains(&Case::AcceptanceExpired) && rule.subject == SubjectKind::AcceptedRisk;
        let wanted = if own { [Case::Accepted, Case::AcceptanceExpired] } else { [Case::Fires, Case::Unknown] };
        for case in wanted.into_iter().chain([Case::DoesNotFire, Case::Mitigated]) {
            assert!(shown.contains(&case), "{} has no example for {}", rule.id, case.as_str());
        }
    }
}
