//! Where the query's words stand.

use cairn_index::Query;
use proptest::prelude::*;

use crate::fixture::{at, index, passage};

/// Marks the highlights of `query` in `text` with brackets.
#[track_caller]
fn check(text: &str, query: &str, marked: &str) {
    const START: usize = 1000;
    let index = index(&[at(START, passage("a.md", text))]);
    let hits = index.search(&Query::new(query, 1)).unwrap();
    let mut actual = text.to_owned();
    for span in hits[0].highlights.iter().rev() {
        actual.insert(span.end - START, ']');
        actual.insert(span.start - START, '[');
    }
    assert_eq!(actual, marked);
}

#[test]
fn cover_words_in_all_their_forms() {
    check(
        "Backups are encrypted; one backup is not.",
        "backup encryption",
        "[Backups] are [encrypted]; one [backup] is not.",
    );
}

#[test]
fn cover_identifiers_as_a_whole_and_by_parts() {
    check("payment-service calls `LedgerService`.", "PaymentService", "[payment-service] calls `Ledger[Service]`.");
}

#[test]
fn cover_phrases_only_where_they_stand() {
    check("the key of the ring, the ring of the key", "\"the key\"", "[the key] of the ring, the ring of [the key]");
}

#[test]
fn do_not_cover_function_words() {
    check("the key of the ring", "the key of", "the [key] of the ring");
}

#[test]
fn lie_on_character_borders() {
    check("…Ärger mit Zu\u{308}rich…", "ärger zürich", "…[Ärger] mit [Zu\u{308}rich]…");
}

proptest! {
    #[test]
    fn are_ordered_slices_of_the_passage(text in "\\PC{0,60}", query in "\\PC{0,20}") {
        let index = index(&[passage("a.md", &text)]);
        for hit in index.search(&Query::new(query, 1)).unwrap() {
            let mut end = 0;
            for span in &hit.highlights {
                prop_assert!(span.of(&text).is_some_and(|slice| !slice.is_empty()));
                prop_assert!(end == 0 || span.start > end);
                end = span.end;
            }
        }
    }
}
