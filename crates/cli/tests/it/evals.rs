//! `eval`: the quote check on a set made here, and the measuring of the extraction on a case made here.

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

const DESK: &str = "# Desk\n\nThe booking-desk calls the seat-service over HTTPS.\n\
    The seat-service stores bookings in the seat-database.\nWe do not log card numbers.\n";

const GOLD: &str = r#"
{"kind":"component","name":"booking-desk","type":"client","evidence":[{"document":"desk.md","quote":"The booking-desk"}]}
{"kind":"component","name":"seat-service","type":"service","evidence":[{"document":"desk.md","quote":"the seat-service"}]}
{"kind":"component","name":"night audit","type":"pipeline","evidence":[{"document":"desk.md","quote":"log card numbers"}]}
{"kind":"flow","source":"booking-desk","target":"seat-service","evidence":[{"document":"desk.md","quote":"The booking-desk calls the seat-service"}]}
"#;

/// Two systems of one document each.
fn gold_sets() -> Project {
    let project = Project::empty();
    for system in ["north", "south"] {
        project.write(&format!("gold/{system}/documents.txt"), "desk.md\n");
        project.write(&format!("gold/{system}/gold.jsonl"), GOLD);
        project.write(&format!("corpora/{system}/docs/desk.md"), DESK);
    }
    project
}

const NORTH: [&str; 4] = ["--gold", "gold/north", "--docs", "corpora/north/docs"];

fn eval<'a>(command: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    ["eval", command].iter().chain(arguments).copied().collect()
}

#[test]
fn one_system_is_scored_with_the_reference_scorers_table() {
    let table = gold_sets().succeeds(&eval("claims", &NORTH));
    assert!(table.starts_with("component      P "), "{table}");
    assert!(table.lines().last().unwrap().starts_with("passages covered "), "{table}");
    assert_eq!(table.lines().count(), 14);
}

#[test]
fn a_folder_of_systems_is_scored_in_short_with_totals() {
    let project = gold_sets();
    let arguments = eval("claims", &["--gold", "gold", "--docs", "corpora"]);
    let table = project.succeeds(&arguments);
    for part in ["north  ", "\nsouth  ", "\n2 systems  ", "\nmean F1 of the systems "] {
        assert!(table.contains(part), "no `{part}` in {table}");
    }
    let record = project.json(&arguments);
    assert_eq!(record["schema"], "cairn.eval-claims/1");
    let one = &record["systems"]["north"]["kinds"]["component"];
    assert_eq!(one, &record["systems"]["south"]["kinds"]["component"]);
    let both = &record["totals"]["kinds"]["component"];
    for figure in ["hits", "missed", "wrong"] {
        assert_eq!(both[figure].as_u64(), one[figure].as_u64().map(|count| 2 * count), "{figure}");
    }
    let repeated = [
        "--gold",
        "gold/north",
        "--docs",
        "corpora/north/docs",
        "--gold",
        "gold/south",
        "--docs",
        "corpora/south/docs",
    ];
    let table = project.succeeds(&eval("claims", &repeated));
    assert!(table.contains("\nsouth\ncomponent      P ") && table.contains("\n2 systems "), "{table}");
}

#[test]
fn an_export_is_scored_like_what_is_read_here() {
    let project = gold_sets();
    project.succeeds(&["scan", "corpora/north/docs"]);
    project.succeeds(&["export", "--format", "json", "--output", "model.json"]);
    let read = project.succeeds(&eval("claims", &NORTH));
    let given = project.succeeds(&eval("claims", &[&NORTH[..], &["--model", "model.json"]].concat()));
    assert_eq!(read, given);
}

#[test]
fn a_gold_folder_without_documents_or_models_for_some_are_refused() {
    let project = gold_sets();
    assert_eq!(project.run(&eval("claims", &[&NORTH[..], &["--gold", "gold/south"]].concat())).code, 2);
    let one_model = ["--gold", "gold", "--docs", "corpora", "--model", "model.json"];
    assert_eq!(project.run(&eval("claims", &one_model)).code, 2);
}

#[test]
fn tables_are_written_beside_the_claims_or_into_one_file() {
    let project = gold_sets();
    project.succeeds(&eval("claims", &["--gold", "gold", "--docs", "corpora", "--write-tables"]));
    let table = std::fs::read_to_string(project.path("gold/south/table.txt")).unwrap();
    assert!(table.contains("\n#   cairn eval claims --gold gold --docs corpora --write-tables\n"), "{table}");
    assert!(table.contains("\nsouth ") && !table.contains("\nnorth "), "{table}");
    project.succeeds(&eval("claims", &["--gold", "gold", "--docs", "corpora", "--write-table", "all.txt"]));
    let table = std::fs::read_to_string(project.path("all.txt")).unwrap();
    assert!(table.contains("\nsouth ") && table.contains("\nall systems "), "{table}");
}

#[test]
fn a_missed_claim_is_explained() {
    let project = gold_sets();
    let shown = project.succeeds(&eval("show-one", &[&NORTH[..], &["--line", "4"]].concat()));
    assert!(shown.starts_with("gold line 4, component: `night audit`, type pipeline\n"), "{shown}");
    assert!(shown.contains("  missed: no component is called `night audit`"), "{shown}");
    let by_words = project.succeeds(&eval("show-one", &[&NORTH[..], &["--kind", "component", "night audit"]].concat()));
    assert_eq!(shown, by_words);
}

#[test]
fn claims_are_sampled_and_passes_timed() {
    let project = gold_sets();
    let shown = project.succeeds(&eval("sample", &["--docs", "corpora", "--per-kind", "1"]));
    assert!(shown.starts_with("component: 1 of ") && shown.contains("desk.md:"), "{shown}");
    let record = project.json(&eval("speed", &["--docs", "corpora", "--copies", "2"]));
    let rows = record["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["documents"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 4]);
    assert!(rows[0]["passes"]["survey"]["megabytes_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn names_are_learned_and_judged_by_the_other_systems() {
    let project = gold_sets();
    let arguments = eval("train-names", &["--gold", "gold", "--docs", "corpora", "--output", "weights.toml"]);
    let record = project.json(&arguments);
    let systems: Vec<_> = record["held_out"].as_array().unwrap().iter().map(|row| &row["system"]).collect();
    assert_eq!(systems, ["north", "south"]);
    let weights = std::fs::read_to_string(project.path("weights.toml")).unwrap();
    assert!(weights.contains("\nbias = "), "{weights}");
    let pairs = ["--gold", "gold/north", "--docs", "corpora/north", "--gold", "gold/south", "--docs", "corpora/south"];
    let record = project.json(&eval("train-names", &pairs));
    assert_eq!(record["held_out"].as_array().unwrap().len(), 2);
}

/// The three public question sets in small, in the forms in which they are published.
fn question_sets() -> Project {
    let project = Project::empty();
    let files = [("kiosk.rs", "fn roast_chestnuts() {}"), ("rain.rs", "struct Umbrella;")];
    let code = serde_json::json!(files.map(|(name, content)| {
        serde_json::json!({ "original_uuid": name, "chunks": [{ "original_index": 0, "content": content }] })
    }));
    project.write("sets/anthropic-codebases/codebase_chunks.json", code.to_string());
    let asked =
        serde_json::json!({ "query": "roast_chestnuts", "golden_chunk_uuids": [["kiosk.rs", 0], ["rain.rs", 0]] });
    project.write("sets/anthropic-codebases/evaluation_set.jsonl", asked.to_string());
    let sections =
        [("Opening hours", "/hours", "The kiosk opens at noon."), ("Prices", "/prices", "A bag costs four.")];
    let sections = sections
        .map(|(heading, link, text)| serde_json::json!({ "chunk_heading": heading, "chunk_link": link, "text": text }));
    project.write("sets/anthropic-docs/docs.json", serde_json::json!(sections).to_string());
    let asked = serde_json::json!([{ "question": "noon", "correct_chunks": ["/hours", "/prices"] }]);
    project.write("sets/anthropic-docs/docsq.json", asked.to_string());
    let texts = ["steam whistles", "brass bells", "paper kites"];
    let texts: String =
        (1..).zip(texts).map(|(at, text)| format!("<DOC>\n<DOCNO>{at}</DOCNO>\n{text}\n</DOC>\n")).collect();
    project.write("sets/vaswani/doc-text.trec", texts);
    project.write("sets/vaswani/query-text.trec", "<top>\n<num>1</num><title>\nwhistles\n</title>\n</top>\n");
    project.write("sets/vaswani/qrels", "1 0 1 1\n1 0 2 1\n");
    project
}

#[test]
fn passages_found_by_words_have_the_figures_that_can_be_reckoned_by_hand() {
    let project = question_sets();
    let text = project.succeeds(&["eval", "retrieval", "sets", "--vectors", "vectors"]);
    let figures = |set: &str| -> String {
        let line = text.lines().find(|line| line.starts_with(set) && line.contains("  words  "));
        line.unwrap_or_else(|| panic!("no words of {set} in {text}")).split("words").nth(1).unwrap().trim().to_owned()
    };
    // One of two files has the word; one of two sections; one of two texts, which comes first.
    assert_eq!(figures("anthropic-codebases"), "Pass@5  50.0  Pass@10  50.0  Pass@20  50.0");
    assert_eq!(figures("anthropic-docs"), "P@3 1.000  R@3 0.500  F1@3 0.667  MRR@3 1.000");
    assert_eq!(figures("vaswani"), "MAP 0.500  nDCG@10 0.613");
    let record = project.json(&["eval", "retrieval", "sets", "--vectors", "vectors", "--tune"]);
    assert_eq!(record["schema"], "cairn.eval-retrieval/1");
    let rows = record["rows"].as_array().unwrap();
    let of = |by: &str| rows.iter().find(|row| row["set"] == "vaswani" && row["by"] == by).map(|row| &row["figures"]);
    // What meaning adds comes after what words find, where it weighs nothing.
    let gain = |by: &str| of(by).unwrap()["nDCG@10"].as_f64().unwrap();
    assert!(gain("both, 0.00") >= gain("words"), "{record}");
    assert!(of("both, 1.00").is_some() && of("meaning").is_some(), "{record}");
}

#[test]
fn a_folder_without_question_sets_is_an_error() {
    let run = Project::empty().run(&["eval", "retrieval", "."]);
    assert_ne!(run.code, 0);
    assert!(run.stderr.contains("question"), "{}", run.stderr);
}

#[test]
fn a_model_is_replayed_in_the_order_of_its_documents() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/examples/tuckbox");
    let docs = docs.to_str().unwrap();
    let report = Project::empty().json(&["eval", "replay", "--docs", docs]);
    let steps = report["steps"].as_array().unwrap();
    let days: Vec<&str> = steps.iter().map(|it| it["day"].as_str().unwrap()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let paths: Vec<&str> = steps.iter().map(|it| it["document"].as_str().unwrap()).collect();
    assert!(paths.contains(&"postmortems/2026-08-21-wrong-parcels.md"), "{paths:?}");
    let grown = |it: &serde_json::Value| it["threats"]["new"].as_u64().unwrap() > 0;
    assert!(steps.iter().any(grown), "{report:#}");
    assert!(report["undated"].as_u64().unwrap() > 0, "{report:#}");
    let text = Project::empty().succeeds(&["eval", "replay", "--docs", docs]);
    assert_eq!(text.lines().count(), steps.len() + 1, "{text}");
}
