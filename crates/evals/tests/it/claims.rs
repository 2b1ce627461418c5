use std::path::PathBuf;

use cairn_evals::{Case, GoldSet, PathRule, Scored, Totals, claims, show_one, systems};

use crate::{folder, reference_table};

const TEXT: &str = "# Ledger\n\nThe web client calls the Ledger API over TLS.\nThe Ledger API keeps entries in PostgreSQL.\n\
    Entries are backed up nightly. Whether old entries are deleted is unclear. Support may read entries.\n";

const GOLD: &str = r#"
{"kind":"component","name":"web client","type":"client","evidence":[{"document":"a/ledger.md","quote":"The web client"}]}
{"kind":"component","name":"Ledger API","aliases":["ledger"],"type":"service","evidence":[{"document":"a/ledger.md","quote":"the Ledger API"}]}
{"kind":"component","name":"PostgreSQL","type":"datastore","optional":true,"evidence":[{"document":"a/ledger.md","quote":"PostgreSQL"}]}
{"kind":"component","name":"backup job","type":"pipeline","evidence":[{"document":"a/ledger.md","quote":"backed up nightly"}]}
{"kind":"flow","source":"web client","target":"Ledger API","evidence":[{"document":"a/ledger.md","quote":"The web client calls the Ledger API"}]}
{"kind":"data","name":"ledger entries","evidence":[{"document":"a/ledger.md","quote":"entries in PostgreSQL"}]}
{"kind":"data","name":"old entries","evidence":[{"document":"a/ledger.md","quote":"old entries"}]}
{"kind":"control","type":"backup","on":["ledger entries"],"evidence":[{"document":"a/ledger.md","quote":"backed up nightly"}]}
{"kind":"endpoint","path":"/entries/","method":"get","evidence":[{"document":"a/ledger.md","quote":"keeps entries"}]}
{"kind":"question","statement":"are old entries deleted","evidence":[{"document":"a/ledger.md","quote":"is unclear"}]}
"#;

const MODEL: &str = r##"{
"documents":[{"id":"doc-1","path":"docs/a/ledger.md"},{"id":"doc-2","path":"b.md"}],
"components":[
 {"id":"c1","name":"WebClients","type":"client","status":"implemented","evidence":[{"document":"doc-1","start":10,"end":24,"quote":"The web client"}]},
 {"id":"c2","name":"The Ledger","type":"gateway","status":"planned","evidence":[{"document":"doc-1","start":31,"end":45,"quote":"the Ledger API"}]},
 {"id":"c3","name":"postgresql","type":"datastore","evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]},
 {"id":"c4","name":"TLS","evidence":[{"document":"doc-1","start":51,"end":54,"quote":"SSL"}]},
 {"id":"c5","name":"web client","evidence":[{"document":"doc-1","start":10,"end":24,"quote":"The web client"}]},
 {"id":"c6","name":"backup job","evidence":[{"document":"doc-2","start":0,"end":1,"quote":"x"}]}],
"flows":[{"id":"f1","source":"c1","target":"c2","evidence":[{"document":"doc-1","start":10,"end":45,"quote":"The web client calls the Ledger API"}]},
 {"id":"f2","source":"c2","target":"c1","evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]}],
"data":[{"id":"d1","name":"entries","aliases":["ledger entries"],"evidence":[],"handled_by":[{"component":"c2","evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]}]}],
"endpoints":[{"id":"e1","path":"/entries","method":null,"evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]}],
"controls":[{"id":"k1","type":"backup","on":["d1"],"evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]}],
"permissions":[{"id":"p1","principal":"Support","action":"read","resource":"entries","evidence":[{"document":"doc-1","start":0,"end":8,"quote":"# Ledger"}]}]
}"##;

fn folder_of(name: &str) -> PathBuf {
    let documents = "a/ledger.md\n";
    let files = [("documents.txt", documents), ("gold.jsonl", GOLD), ("docs/a/ledger.md", TEXT), ("model.json", MODEL)];
    folder(name, &files)
}

fn gold_set(name: &str) -> GoldSet {
    let dir = folder_of(name);
    GoldSet::open(&dir, &dir.join("docs")).unwrap()
}

#[test]
fn claims_are_met_by_name_end_type_and_place() {
    let report = claims(MODEL, &gold_set("gold"), PathRule::Ending).unwrap();
    let row = |kind: &str| report.kinds.iter().find(|(name, _)| *name == kind).unwrap().1.counts;
    let components = row("component");
    assert_eq!((components.hits, components.missed, components.wrong, components.duplicates), (2, 1, 1, 1));
    assert_eq!((components.pairs, components.same_type, components.same_status), (3, 2, 2));
    assert_eq!((row("flow").hits, row("flow").wrong), (1, 1));
    assert_eq!((row("control").hits, row("endpoint").hits, row("permission").wrong), (1, 1, 1));
    assert_eq!(report.bad_citations, ["component c4 a/ledger.md: SSL"]);
    let errors = report.errors("component");
    assert!(errors[0].starts_with("missed component: {") && errors[0].contains("backup job"), "{errors:?}");
    assert!(errors[1].starts_with("wrong component: {") && errors[1].contains("TLS"), "{errors:?}");
    assert!(report.errors("all").len() > errors.len());
}

#[test]
fn a_path_that_ends_in_an_annotated_one_is_another_document_by_exact_paths() {
    let report = claims(MODEL, &gold_set("gold-paths"), PathRule::Exact).unwrap();
    assert_eq!((report.citations, report.all.hits), (0, 0));
}

#[test]
fn the_table_is_the_reference_scorers() {
    let dir = folder_of("gold-table");
    let report = claims(MODEL, &gold_set("gold-table"), PathRule::Ending).unwrap();
    if let Some(table) = reference_table(&dir.join("model.json"), &dir, &dir.join("docs")) {
        assert_eq!(report.to_string(), table);
    }
}

#[test]
fn systems_are_added_up() {
    let report = claims(MODEL, &gold_set("gold-totals"), PathRule::Ending).unwrap();
    let one = |name: &str| Scored { name: name.to_owned(), report: report.clone() };
    let totals = Totals::of(&[one("first"), one("second")]);
    assert_eq!((totals.systems, totals.all.hits, totals.citations), (2, 2 * report.all.hits, 2 * report.citations));
    assert!((totals.mean_f1 - report.all.f1()).abs() < 1e-12);
    assert!((totals.all.f1() - report.all.f1()).abs() < 1e-12);
    let shown = totals.to_string();
    assert!(shown.starts_with("2 systems ") && shown.contains("\n  component "), "{shown}");
    assert!(one("first").compact().contains("citations checked 11, not verbatim 1\n"), "{}", one("first").compact());
}

#[test]
fn a_folder_of_systems_names_each() {
    let dir = folder(
        "gold-systems",
        &[
            ("gold/two/gold.jsonl", ""),
            ("gold/two/documents.txt", "a.md\n"),
            ("gold/one/gold.jsonl", ""),
            ("gold/one/documents.txt", "a.md\n"),
            ("gold/notes/README.md", ""),
            ("docs/one/docs/a.md", ""),
            ("docs/two/a.md", ""),
            ("docs/two/docs/b.md", ""),
        ],
    );
    let (gold, docs) = (dir.join("gold"), dir.join("docs"));
    let found = systems(&gold, &docs).unwrap();
    let found: Vec<_> = found.iter().map(|system| (system.name.as_str(), system.docs.clone())).collect();
    assert_eq!(found, [("one", docs.join("one/docs")), ("two", docs.join("two"))]);
    assert_eq!(systems(&gold.join("one"), &docs).unwrap()[0].name, "one");
    assert!(systems(&docs, &gold).unwrap_err().to_string().contains("no claims in"));
}

const BACKUP_JOB: &str = r#"gold line 5, component: `backup job`, type pipeline
      a/ledger.md:5: "backed up nightly"
  missed: c6 has the name, but is cited in other documents only
  predicted near its passage:
    component c2: `The Ledger`, type gateway, planned, meets line 3
      a/ledger.md:3: "the Ledger API"
    component c4: `TLS`, type ?, wrong
      a/ledger.md:3: "TLS"
    flow f1: `WebClients` -> `The Ledger`, meets line 6
      a/ledger.md:3: "The web client calls the Ledger API"
"#;

fn explained(case: &Case) -> String {
    show_one(MODEL, &gold_set("gold-cases"), PathRule::Ending, case).unwrap().join("\n")
}

#[test]
fn a_missed_claim_is_explained_with_what_is_near() {
    assert_eq!(explained(&Case { line: Some(5), ..Case::default() }), BACKUP_JOB);
}

#[test]
fn wrong_and_repeated_elements_are_explained() {
    let case = Case { kind: Some("component".to_owned()), errors: true, ..Case::default() };
    let shown = explained(&case);
    for reason in [
        "  missed: c6 has the name, but is cited in other documents only",
        "  wrong: no gold component is called `TLS`",
        "  said twice: line 2 says it, which c1 meets",
    ] {
        assert!(shown.contains(reason), "{shown}");
    }
    let flow = explained(&Case { words: vec!["f2".to_owned()], ..Case::default() });
    assert!(flow.contains("predicted flow f2: `The Ledger` -> `WebClients`"), "{flow}");
    assert!(flow.contains("  wrong: line 6 has the other direction\n"), "{flow}");
}

#[test]
fn a_pair_shows_where_its_sides_differ() {
    let shown = explained(&Case { line: Some(3), ..Case::default() });
    assert!(
        shown.contains("  met by c2; type gateway and not service; status planned and not implemented\n"),
        "{shown}"
    );
}
