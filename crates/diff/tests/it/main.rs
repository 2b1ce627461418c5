//! Changes of texts without a model around them, and their bounds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cairn_diff::{Changes, Class, State, diff};
use cairn_model::{Date, Document, System};

fn document(path: &str, text: &str) -> Document {
    let limits = cairn_ingest::Limits { document_bytes_max: usize::MAX };
    cairn_ingest::read(path, text.as_bytes(), limits).unwrap()
}

fn changes(before: &[(&str, &str)], after: &[(&str, &str)]) -> Changes {
    let documents =
        |files: &[(&str, &str)]| -> Vec<Document> { files.iter().map(|(path, text)| document(path, text)).collect() };
    let (before, after) = (documents(before), documents(after));
    let (system, engine, known_before) = (System::default(), BTreeMap::new(), BTreeSet::new());
    let as_of = Date::parse("2026-03-01").unwrap();
    let state = |documents| State {
        documents,
        claims: &[],
        system: &system,
        threats: &[],
        engine: &engine,
        decided: None,
        known_before: &known_before,
        reached: &[],
        as_of,
    };
    diff(&state(&before), &state(&after))
}

/// The changes of sentences of one document: before and after, `-` for none.
#[track_caller]
fn check(before: &str, after: &str, expected: &[(&str, &str)]) {
    let changes = changes(&[("a.md", before)], &[("a.md", after)]);
    let text = |passage: &Option<cairn_diff::Passage>| passage.as_ref().map_or("-".to_owned(), |it| it.text.clone());
    let found: Vec<(String, String)> =
        changes.documents.iter().flat_map(|it| &it.sentences).map(|it| (text(&it.before), text(&it.after))).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(before, after)| ((*before).to_owned(), (*after).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn an_edited_sentence_is_one_change() {
    let text = "# Flows\n\nThe desk calls the store over HTTP. The store answers.\n\nNobody else calls it.\n";
    let edited = text.replace("over HTTP", "over HTTPS");
    let pair = ("The desk calls the store over HTTP.", "The desk calls the store over HTTPS.");
    check(text, &edited, &[pair]);
    check(&edited, text, &[(pair.1, pair.0)]);
}

#[test]
fn other_words_in_the_same_place_are_no_edit() {
    check(
        "One thing is said here.\n",
        "Labels go to print.\n",
        &[("-", "Labels go to print."), ("One thing is said here.", "-")],
    );
}

#[test]
fn line_breaks_and_order_are_no_change() {
    check("One thing is said.\nAnother thing is said.\n", "Another thing\nis said. One thing is said.\n", &[]);
}

#[test]
fn what_stands_twice_and_goes_once_is_removed_once() {
    check("It is so.\n\nIt is so.\n", "It is so.\n", &[("It is so.", "-")]);
}

#[test]
fn lines_of_files_without_sentences_are_compared() {
    let compose = |image: &str| format!("services:\n  desk:\n    image: {image}\n");
    let changes = changes(&[("compose.yaml", &compose("desk:1"))], &[("compose.yaml", &compose("desk:2"))]);
    let sentence = &changes.documents[0].sentences[0];
    assert_eq!(sentence.before.as_ref().unwrap().text, "image: desk:1");
    assert_eq!(
        (sentence.after.as_ref().unwrap().line, sentence.after.as_ref().unwrap().text.as_str()),
        (3, "image: desk:2")
    );
}

#[test]
fn a_document_moves_with_small_edits() {
    let text = "# Desk\n\nThe desk prints labels.\n\nThe desk calls the store.\n\nThe store keeps them.\n";
    let moved = changes(&[("a.md", text)], &[("b.md", &text.replace("keeps", "holds"))]);
    assert_eq!(moved.documents.len(), 1);
    assert_eq!(moved.documents[0].moved_from.as_deref(), Some("a.md"));
    assert_eq!(moved.documents[0].sentences.len(), 1);
    let other = changes(&[("a.md", text)], &[("b.md", "# Other\n\nNothing of the kind.\n")]);
    assert_eq!(other.documents.iter().map(|it| it.class).collect::<Vec<_>>(), [Class::Resolved, Class::New]);
}

const SENTENCES: usize = 20_000;

#[test]
fn large_texts_that_share_nothing_are_compared_in_linear_work() {
    // A quadratic comparison of these would take hours.
    let text = |word: &str| -> String {
        let lines: Vec<String> = (0..SENTENCES).map(|number| format!("The {word} {number} stands.")).collect();
        lines.join("\n")
    };
    let (before, after) = (text("desk"), text("store"));
    let changes = changes(&[("a.txt", &before)], &[("a.txt", &after)]);
    let sentences = &changes.documents[0].sentences;
    assert!((SENTENCES..=2 * SENTENCES).contains(&sentences.len()));
}
