use std::path::Path;
use std::process::Command;

use cairn_evals::claims;

use crate::folder;

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

#[test]
fn claims_are_met_by_name_end_type_and_place() {
    let dir = folder("gold", &[("documents.txt", "a/ledger.md\n"), ("gold.jsonl", GOLD), ("docs/a/ledger.md", TEXT)]);
    let report = claims(MODEL, &dir, &dir.join("docs")).unwrap();
    let row = |kind: &str| &report.kinds.iter().find(|(name, _)| *name == kind).unwrap().1;
    let components = row("component");
    assert_eq!((components.hits, components.missed.len(), components.wrong.len(), components.duplicates), (2, 1, 1, 1));
    assert_eq!((row("flow").hits, row("flow").wrong.len()), (1, 1));
    assert_eq!((row("control").hits, row("endpoint").hits, row("permission").wrong.len()), (1, 1, 1));
    assert_eq!(report.bad_citations, ["component c4 a/ledger.md: SSL"]);
    let errors = report.errors("component");
    assert!(errors[0].starts_with("missed component: {") && errors[0].contains("backup job"), "{errors:?}");
    assert!(errors[1].starts_with("wrong component: {") && errors[1].contains("TLS"), "{errors:?}");
    assert!(report.errors("all").len() > errors.len());
}

#[test]
fn the_table_is_the_reference_scorers() {
    let scorer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/gold/score.py");
    let dir = folder(
        "gold-table",
        &[("documents.txt", "a/ledger.md\n"), ("gold.jsonl", GOLD), ("docs/a/ledger.md", TEXT), ("model.json", MODEL)],
    );
    let arguments = [scorer.clone(), dir.join("model.json"), dir.clone(), dir.join("docs")];
    let output = Command::new("python3").args(&arguments).output();
    let Some(output) = output.ok().filter(|_| scorer.exists()) else {
        println!("skipped: no reference scorer at {} or no python3", scorer.display());
        return;
    };
    let report = claims(MODEL, &dir, &dir.join("docs")).unwrap();
    assert_eq!(report.to_string(), String::from_utf8(output.stdout).unwrap());
}
