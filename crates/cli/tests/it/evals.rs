//! `eval quotes` on a set made here.

use crate::project::Project;

const POLICY: &str = "# Policy\n\nThe *desk* does not keep **card numbers**.\nTokens end after ten minutes.\n";

/// Two quotes that are in the document, and one that lost its negation.
fn quote_set() -> Project {
    let project = Project::empty();
    project.write("set/docs/policy.md", POLICY);
    let quotes = [
        ("q1", "exact", "Tokens end after ten minutes.", "Tokens end after ten minutes."),
        ("q2", "format", "The desk does not keep card numbers.", "The *desk* does not keep **card numbers**."),
        ("q3", "flip", "The desk does keep card numbers.", "The *desk* does not keep **card numbers**."),
    ];
    let lines = quotes.map(|(id, category, quote, source)| {
        let start = POLICY.find(source).unwrap();
        serde_json::json!({
            "id": id, "cat": category, "kind": category, "doc": "policy.md", "quote": quote, "source": source,
            "chunk_start": 0, "chunk_end": POLICY.len(), "start_byte": start, "end_byte": start + source.len(),
        })
        .to_string()
    });
    project.write("set/quotes.jsonl", lines.join("\n"));
    project
}

#[test]
fn quotes_are_checked_and_counted_by_category() {
    let project = quote_set();
    let text = project.succeeds(&["eval", "quotes", "set"]);
    for category in ["exact", "format", "flip"] {
        assert!(text.lines().any(|line| line.starts_with(category)), "{text}");
    }
    let report = project.json(&["eval", "quotes", "set"]).to_string();
    assert!(report.contains("cairn.eval-quotes/1"), "{report}");
}

#[test]
fn what_a_set_marks_as_changed_is_refused() {
    let report = quote_set().json(&["eval", "quotes", "set"]);
    let scope = &report["chunks"]["categories"];
    assert_eq!((&scope["exact"]["accepted"], &scope["format"]["accepted"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(scope["flip"]["accepted"], 0, "{report}");
}

#[test]
fn a_folder_without_quotes_is_an_error() {
    let run = Project::empty().run(&["eval", "quotes", "."]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("quotes.jsonl"), "{}", run.stderr);
}
