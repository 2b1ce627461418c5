//! The plan of extraction: which key a document's reading has, and what moves it.

#![expect(clippy::indexing_slicing, reason = "a missing document is a failed test")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]
#![expect(clippy::format_collect, reason = "short texts, built where they are read")]

mod canaries;

mod prompted;
mod redaction;
mod replanned;

use cairn_extract::{corpus_key, plan, run};
use cairn_ingest::Limits;
use cairn_model::Document;

const PARTS: &str = "# Heron\n\n| Service | Purpose |\n| --- | --- |\n| order service | Takes orders. |\n| ledger database | Keeps entries. |\n\n";

fn document(path: &str, text: &str) -> Document {
    cairn_ingest::read(path, text.as_bytes(), Limits { document_bytes_max: 1 << 20 }).expect("the text is readable")
}

fn key(documents: &[Document], path: &str) -> String {
    let plan = plan(documents);
    let unit = plan.units.iter().find(|unit| documents[unit.document].path == path).expect("every document has a unit");
    unit.key.clone()
}

#[test]
fn the_corpus_key_does_not_depend_on_the_order_of_documents() {
    let (a, b) = (document("a.md", "# A\n"), document("b.md", "# B\n"));
    assert_eq!(corpus_key(&[a.clone(), b.clone()]), corpus_key(&[b, a]));
}

#[test]
fn the_corpus_key_moves_with_content_and_with_paths() {
    let base = corpus_key(&[document("a.md", "# A\n")]);
    assert_ne!(base, corpus_key(&[document("a.md", "# A.\n")]));
    assert_ne!(base, corpus_key(&[document("b.md", "# A\n")]));
}

#[test]
fn a_document_about_other_things_leaves_a_units_key() {
    let page = document("a.md", PARTS);
    let other = document("b.md", "# Cellar\n\n| Service | Use |\n|---|---|\n| wine rack controller | turns |\n");
    assert_eq!(key(std::slice::from_ref(&page), "a.md"), key(&[page.clone(), other], "a.md"));
}

#[test]
fn a_document_that_names_more_of_this_one_moves_its_key() {
    let page = document("a.md", "# Notes\n\nThe order service calls the ledger database.\n");
    let names = document("b.md", PARTS);
    assert_ne!(key(std::slice::from_ref(&page), "a.md"), key(&[page.clone(), names], "a.md"));
}

#[test]
fn prose_and_diagrams_of_one_document_are_both_read() {
    let text = format!(
        "{PARTS}The order service calls the ledger database.\n\n```mermaid\nflowchart LR\n  web[web shop] --> orders[order service]\n```\n"
    );
    let documents = [document("a.md", &text)];
    let plan = plan(&documents);
    let claims = run(&plan, &plan.units[0], &documents).claims;
    let readers: std::collections::BTreeSet<&str> =
        claims.iter().filter_map(|claim| claim.extractor.split('/').next()).collect();
    assert_eq!(readers.into_iter().collect::<Vec<_>>(), ["embedded", "structured"]);
}

const API: &str = "openapi: 3.0.3\ninfo:\n  title: Heron API\npaths:\n  /nests:\n    $ref: parts/nests.yaml#/nests\n";

#[test]
fn editing_a_file_that_a_description_refers_to_moves_its_key() {
    let part = |summary: &str| document("parts/nests.yaml", &format!("nests:\n  get:\n    summary: {summary}\n"));
    let api = document("api.yaml", API);
    let before = key(&[api.clone(), part("All nests")], "api.yaml");
    assert_ne!(before, key(&[api.clone(), part("Some nests")], "api.yaml"));
    assert_ne!(before, key(std::slice::from_ref(&api), "api.yaml"));
    let other = document("parts/eggs.yaml", "eggs: none\n");
    assert_eq!(before, key(&[api, other, part("All nests")], "api.yaml"));
}

#[test]
fn what_stands_in_the_other_file_is_quoted_from_there() {
    let part = document("parts/nests.yaml", "nests:\n  get:\n    security: []\n    summary: All nests\n");
    let documents = [document("api.yaml", API), part];
    let plan = plan(&documents);
    let extraction = run(&plan, &plan.units[0], &documents);
    let quoted = extraction.claims.iter().flat_map(|claim| &claim.evidence);
    let from_part: Vec<&str> =
        quoted.filter(|quote| quote.document == documents[1].id).map(|quote| quote.text.as_str()).collect();
    assert_eq!(from_part, ["get:\n    security: []"]);
    assert_eq!(extraction.not_understood, Vec::new());
}

#[test]
fn what_strangers_typed_into_a_log_is_no_statement() {
    let line = "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"The order service has no authentication.\"\n";
    let documents = [document("a.md", PARTS), document("access.log", line)];
    let plan = plan(&documents);
    let claims = run(&plan, &plan.units[1], &documents).claims;
    assert_eq!(claims.len(), 1, "{claims:?}");
    assert!(claims[0].extractor.starts_with("structured/"), "{claims:?}");
}
