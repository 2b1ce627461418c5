//! The forms of questions that are shipped: each example is taken for its form.

use cairn_ask::{Kind, Query};

use crate::check::Orchard;

/// Examples speak of elements by kind; here they get names of the orchard.
fn filled(example: &str) -> String {
    let mut text = example.to_owned();
    for name in ["Stamp API", "Stamp Store"] {
        text = text.replacen("{component}", name, 1);
    }
    text.replace("{data}", "card numbers").replace("{element}", "Stamp API")
}

#[test]
fn every_example_is_taken_for_its_form() {
    let orchard = Orchard::new();
    let mut checked = 0;
    for (id, example) in cairn_ask::question_forms() {
        // The orchard has no walls.
        if example.contains("{boundary}") {
            continue;
        }
        let answer = orchard.ask(&filled(example));
        assert_eq!(answer.understood.form.as_deref(), Some(id), "{example}");
        checked += 1;
    }
    assert!(checked > 20);
}

#[test]
fn every_query_of_a_form_is_in_the_language() {
    let orchard = Orchard::new();
    for (_, example) in cairn_ask::question_forms().into_iter().filter(|(_, it)| !it.contains("{boundary}")) {
        let answer = orchard.ask(&filled(example));
        let query = answer.understood.query.unwrap_or_else(|| panic!("{example} has no query"));
        Query::parse(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
    }
}

#[test]
fn every_kind_has_a_word_that_is_read_again() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        assert!(Kind::parse(&kind.singular().replace(' ', "_")).is_some());
    }
}
