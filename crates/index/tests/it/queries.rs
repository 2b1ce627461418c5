//! What a person may type.

use cairn_index::{Index, IndexedPassage, Query};
use cairn_model::{ClaimKind, Date, SourceType, Trust};
use proptest::prelude::*;

use crate::fixture::{at, found, index, of_type, passage, under};

fn harbour() -> Index {
    index(&[
        passage("docs/cranes.md", "The crane moves containers from the ship to the yard."),
        of_type(SourceType::Adr, passage("docs/adr/0001-yard.md", "We keep containers in the yard for three days.")),
        under(&["Ship", "Arrival"], passage("ops/pilot.md", "A pilot boards outside.")),
        passage("docs-old/ship.md", "The ship leaves in the evening; the yard is empty."),
    ])
}

#[track_caller]
fn check(query: &str, paths: &[&str]) {
    assert_eq!(found(&harbour(), query), paths, "for the query `{query}`");
}

#[test]
fn any_word_matches_and_more_words_rank_higher() {
    check("crane containers", &["docs/cranes.md", "docs/adr/0001-yard.md"]);
}

#[test]
fn a_heading_weighs_more_than_text() {
    check("ship", &["ops/pilot.md", "docs-old/ship.md", "docs/cranes.md"]);
}

#[test]
fn a_phrase_must_match() {
    check("\"containers in the yard\"", &["docs/adr/0001-yard.md"]);
    check("\"containers in the yard\" crane", &["docs/adr/0001-yard.md"]);
    check("\"yard containers\"", &[]);
}

#[test]
fn all_phrases_must_match() {
    check("\"the ship\" \"the yard\"", &["docs-old/ship.md", "docs/cranes.md"]);
    check("\"the ship\" \"the evening\"", &["docs-old/ship.md"]);
}

#[test]
fn an_excluded_word_must_not_match() {
    check("yard -ship", &["docs/adr/0001-yard.md"]);
    check("yard -\"three days\" -crane", &["docs-old/ship.md"]);
}

#[test]
fn kind_filters_by_type() {
    check("yard kind:adr", &["docs/adr/0001-yard.md"]);
    check("kind:adr", &["docs/adr/0001-yard.md"]);
}

#[test]
fn path_filters_by_folder_or_file() {
    check("yard path:docs/", &["docs/adr/0001-yard.md", "docs/cranes.md"]);
    check("yard path:docs/cranes.md", &["docs/cranes.md"]);
    check("ship path:docs/adr path:ops", &["ops/pilot.md"]);
}

/// Three passages that differ in all that can be filtered by, and in few words.
fn tram() -> Index {
    let signal = passage("a.md", "The signal box sets the points.");
    let depot = passage("b.md", "The depot keeps the points greased.");
    let ticket = passage("c.md", "Somebody says that the points are stuck.");
    index(&[
        IndexedPassage {
            components: vec!["signal box".to_owned(), "PointMachine".to_owned()],
            claim_kinds: vec![ClaimKind::Flow],
            modified: Date::parse("2025-01-31"),
            ..signal
        },
        IndexedPassage {
            components: vec!["depot".to_owned()],
            claim_kinds: vec![ClaimKind::Control, ClaimKind::Component],
            modified: Date::parse("2025-02-01"),
            ..depot
        },
        IndexedPassage { trust: Trust::Asserts, modified: None, source_type: SourceType::Ticket, ..ticket },
    ])
}

#[track_caller]
fn check_tram(query: &str, paths: &[&str]) {
    assert_eq!(found(&tram(), query), paths, "for the query `{query}`");
}

#[test]
fn component_filters_by_words_of_its_name() {
    check_tram("points component:signal-box", &["a.md"]);
    check_tram("points component:box", &["a.md"]);
    check_tram("points component:point-machine", &["a.md"]);
    check_tram("points component:depot component:signal", &["a.md", "b.md"]);
    check_tram("points component:box-signal", &[]);
}

#[test]
fn kind_filters_by_kind_of_claim_too() {
    check_tram("points kind:control", &["b.md"]);
    check_tram("points kind:control kind:flow", &["a.md", "b.md"]);
}

#[test]
fn dates_filter_from_the_first_day_they_name() {
    check_tram("points after:2025-02", &["b.md"]);
    check_tram("points before:2025-02-01", &["a.md"]);
    check_tram("points after:2025 before:2026", &["a.md", "b.md"]);
    check_tram("points after:2025-13", &["a.md", "b.md", "c.md"]);
}

#[test]
fn trust_filters_by_how_far_a_source_is_believed() {
    check_tram("points trust:asserts", &["c.md"]);
    check_tram("points trust:vouches", &["a.md", "b.md"]);
}

#[test]
fn a_star_stands_for_any_ending() {
    check_tram("greas*", &["b.md"]);
    check_tram("sig* depo*", &["a.md", "b.md"]);
    check_tram("*", &["a.md", "b.md", "c.md"]);
}

#[test]
fn a_tilde_forgives_letters() {
    check_tram("singal~", &["a.md"]);
    check_tram("singal", &[]);
    check_tram("greesed~", &["b.md"]);
}

#[test]
fn the_plain_question_has_no_filters() {
    let query = Query::new("who may \"open the gate\" gat* kind:adr -fence after:2025", 1);
    assert_eq!(query.plain(), "who may open the gate gat");
    assert!(query.demands_words() && !query.filter().is_empty());
}

#[test]
fn filters_alone_list_everything_by_path() {
    check("path:docs -crane", &["docs/adr/0001-yard.md"]);
    check("-crane", &["docs-old/ship.md", "docs/adr/0001-yard.md", "ops/pilot.md"]);
}

#[test]
fn source_types_of_the_query_filter_too() {
    let query = Query { source_types: vec![SourceType::Adr], ..Query::new("yard", 10) };
    let hits = harbour().search(&query).unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].source_type, SourceType::Adr);
}

#[test]
fn what_is_not_understood_counts_as_words() {
    check("kind:crane", &["docs/cranes.md"]);
    check("\"pilot", &["ops/pilot.md"]);
    check("pilot AND (", &["ops/pilot.md"]);
    check("path: pilot^~:*", &["ops/pilot.md"]);
}

#[test]
fn function_words_count_only_when_there_are_no_others() {
    check("the pilot", &["ops/pilot.md"]);
    assert_eq!(found(&harbour(), "for").len(), 1);
}

#[test]
fn a_passage_is_found_by_how_its_document_begins() {
    let index = index(&[
        passage("a.md", "About the lighthouse."),
        at(500, passage("a.md", "It is painted white.")),
        passage("b.md", "The fence is painted white, or grey."),
    ]);
    let hits = index.search(&Query::new("lighthouse painted", 2)).unwrap();
    assert_eq!(
        hits.iter().map(|hit| (hit.path.as_str(), hit.span.start)).collect::<Vec<_>>(),
        [("a.md", 0), ("a.md", 500)]
    );
}

proptest! {
    #[test]
    fn no_query_fails(text in "(\"|-|kind:|path:|component:|after:20|trust:|\\*|~|adr|docs/|ship|[ \\PC]){0,12}", limit in 0_usize..5) {
        let hits = harbour().search(&Query::new(text, limit)).unwrap();
        prop_assert!(hits.len() <= limit);
    }
}
