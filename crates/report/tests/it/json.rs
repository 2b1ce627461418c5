use cairn_model::{System, Threat};

use crate::fixture;

#[test]
fn the_whole_export() {
    insta::assert_snapshot!(cairn_report::json(&fixture::system(), &[fixture::threat()]));
}

#[test]
fn an_empty_model_has_every_key() {
    let text = cairn_report::json(&System::default(), &[]);
    let keys = "documents components boundaries flows data endpoints controls permissions assumptions decisions \
                accepted_risks questions incidents conflicts gaps threats attack_paths rejected joins stale \
                unmatched_decisions";
    let lists: String = keys.split(' ').map(|key| format!(",\"{key}\":[]")).collect();
    assert_eq!(text.replace(['\n', ' '], ""), format!("{{\"schema\":\"cairn.model/1\"{lists}}}"));
}

#[test]
fn order_of_lists_does_not_count() {
    let one = fixture::threat();
    let other = Threat { id: fixture::id("thr-0"), ..one.clone() };
    let mut shuffled = fixture::system();
    shuffled.components.reverse();
    assert_eq!(
        cairn_report::json(&fixture::system(), &[one.clone(), other.clone()]),
        cairn_report::json(&shuffled, &[other, one])
    );
}

#[test]
fn scores_have_one_decimal() {
    for (tenths, expected) in
        [(0, "\"score\": 0.0"), (70, "\"score\": 7.0"), (99, "\"score\": 9.9"), (100, "\"score\": 10.0")]
    {
        let text = cairn_report::json(&System::default(), &[Threat { score_tenths: tenths, ..fixture::threat() }]);
        assert!(text.contains(expected), "{tenths}: {text}");
    }
}
