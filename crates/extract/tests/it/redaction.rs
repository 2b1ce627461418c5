//! Secrets of many formats, made here and planted in documents: none of a known format may be in a question.

use std::collections::BTreeMap;

use cairn_extract::prompted::{Redaction, Secrets};

use crate::canaries::{BY_CONTEXT, Format, WELL_KNOWN, planted, without_breaks};

/// How many of the canaries are taken out, by rule: taken out, planted.
fn recall(formats: &[Format]) -> BTreeMap<&'static str, (usize, usize)> {
    let redaction = Redaction::built_in(false);
    let mut recall: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for it in planted(formats) {
        let text = &it.text;
        let mut secrets = Secrets::default();
        let safe = secrets.take_out(text, &redaction);
        let row = recall.entry(it.rule).or_default();
        *row = (row.0 + usize::from(!it.is_in(&without_breaks(&safe))), row.1 + 1);
        assert_eq!(secrets.put_back(&safe), *text, "what is taken out comes back");
        let mut again = Secrets::default();
        assert_eq!(again.take_out(text, &redaction), safe, "the same text has the same placeholders");
    }
    recall
}

#[test]
fn no_secret_of_a_well_known_format_stays() {
    let recall = recall(WELL_KNOWN);
    let planted: usize = recall.values().map(|(_, planted)| planted).sum();
    assert!(planted >= 400, "{planted}");
    let stayed: Vec<_> = recall.iter().filter(|(_, (gone, planted))| gone < planted).collect();
    assert_eq!(stayed, [], "rule, taken out, planted");
}

#[test]
fn secrets_that_their_context_gives_away_are_taken_out() {
    let recall = recall(BY_CONTEXT);
    for (rule, (gone, planted)) in &recall {
        println!("{rule:<28} {gone} of {planted}");
        assert!(gone * 100 >= planted * 95, "{rule}: {gone} of {planted}");
    }
}

#[test]
fn every_rule_that_is_built_in_has_canaries() {
    let of_file = include_str!("../../../../config/redaction/secrets.toml");
    let planted: Vec<&str> = WELL_KNOWN.iter().chain(BY_CONTEXT).map(|(rule, ..)| *rule).collect();
    let rules = of_file.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"'));
    let without: Vec<&str> = rules.filter(|rule| !planted.contains(rule)).collect();
    assert_eq!(without, Vec::<&str>::new());
}
