//! The reference pages in `docs/rules` are those that the rules make.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_threats::{RuleSet, pages};

#[test]
fn the_reference_pages_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    let read = |entry: std::fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
    };
    let written: BTreeMap<String, String> =
        std::fs::read_dir(&folder).unwrap().map(|entry| read(entry.unwrap())).collect();
    let made = pages(&RuleSet::built_in());
    let stale: Vec<&String> =
        made.keys().chain(written.keys()).filter(|name| made.get(*name) != written.get(*name)).collect();
    assert!(stale.is_empty(), "run `cargo run -- rules docs docs/rules`; these differ: {stale:?}");
}

#[test]
fn a_catalogue_id_has_the_form_of_its_catalogue() {
    let with = |field: &str| {
        let text = crate::custom::rule("component", "status == implemented", field);
        RuleSet::built_in()
            .with(&[("ours/made-up.toml", &text)])
            .map(|_| ())
            .map_err(|errors| errors[0].message.clone())
    };
    for good in [
        "attack = [\"T1190\", \"T1552.001\"]",
        "atlas = [\"AML.T0051\"]",
        "owasp = [\"A01:2021\", \"API2:2023\", \"LLM01:2025\", \"ASI01:2026\", \"T6\"]",
        "nist = [\"AC-3\", \"AC-6(9)\"]",
        "asvs = [\"V4.1.1\", \"4.1\"]",
        "capec = [94]",
        "linddun = [\"linking\"]",
    ] {
        assert_eq!(with(good), Ok(()), "{good}");
    }
    for bad in ["attack = [\"1190\"]", "atlas = [\"T0051\"]", "owasp = [\"A1\"]", "nist = [\"AC3\"]", "asvs = [\"x\"]"]
    {
        assert!(with(bad).is_err_and(|message| message.contains("is not an id of")), "{bad}");
    }
}
