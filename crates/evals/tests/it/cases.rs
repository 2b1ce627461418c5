//! The cases of the repository: every gold claim is well formed, and the committed tables are what is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cairn_evals::{GoldSet, PathRule, Reading, Scored, SystemFolders, claims, systems, table};
use cairn_model::{BoundaryType, ClaimKind, ComponentType, ControlType, Status, Term as _};
use serde_json::Value;

use crate::{difference, root};

const COMMAND: &str = "cairn eval claims --gold eval/cases --docs eval/examples --write-tables";

/// A quote is shorter than a paragraph and longer than a word.
const QUOTE_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=400;

fn own_systems() -> Vec<SystemFolders> {
    systems(&root().join("eval/cases"), &root().join("eval/examples")).unwrap()
}

#[test]
fn the_committed_tables_are_what_is_measured() {
    let mut faults = String::new();
    for system in own_systems() {
        let gold = GoldSet::open(&system.gold, &system.docs).unwrap();
        let export = Reading::of_folder(&system.docs, None).unwrap().export();
        let report = claims(&export, &gold, PathRule::Exact).unwrap();
        assert!(report.bad_citations.is_empty(), "{}: {:#?}", system.name, report.bad_citations);
        let committed = std::fs::read_to_string(system.gold.join("table.txt")).unwrap_or_default();
        let now = table(&[Scored { name: system.name, report }], COMMAND);
        faults.extend(difference(&committed, &now));
    }
    assert!(
        faults.is_empty(),
        "eval/cases/*/table.txt is not what is measured:\n{faults}hint: from the root, run\n  {COMMAND}"
    );
}

#[test]
fn every_gold_claim_is_well_formed() {
    for system in own_systems() {
        let set = Gold::of(&system);
        let faults: Vec<String> = set
            .lines
            .iter()
            .zip(1..)
            .flat_map(|(line, number)| set.faults(line).into_iter().map(move |fault| format!("line {number}: {fault}")))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", system.name);
        let kinds: BTreeSet<&str> = set.lines.iter().map(|line| text(line, "kind")).collect();
        let missing: Vec<&str> =
            ClaimKind::ALL.map(ClaimKind::as_str).into_iter().filter(|it| !kinds.contains(it)).collect();
        assert!(missing.is_empty(), "{}: no gold claim of the kinds {missing:?}", system.name);
    }
}

#[test]
fn a_malformed_gold_claim_is_found() {
    let set = Gold {
        lines: Vec::new(),
        documents: BTreeMap::from([("a.md".to_owned(), "The desk keeps card numbers.".to_owned())]),
        names: BTreeSet::from(["desk".to_owned()]),
    };
    let faults = |line: &str| set.faults(&serde_json::from_str(line).unwrap());
    let evidence = r#""evidence":[{"document":"a.md","quote":"keeps card numbers"}]"#;
    assert!(faults(&format!(r#"{{"kind":"component","name":"desk","type":"service",{evidence}}}"#)).is_empty());
    for (line, fault) in [
        (format!(r#"{{"kind":"component","name":"desk","type":"table",{evidence}}}"#), "type"),
        (format!(r#"{{"kind":"flow","source":"desk","target":"shelf",{evidence}}}"#), "shelf"),
        (format!(r#"{{"kind":"control","type":"backup","status":"soon",{evidence}}}"#), "status"),
        (format!(r#"{{"kind":"decision",{evidence}}}"#), "statement"),
        (
            r#"{"kind":"data","name":"x","evidence":[{"document":"a.md","quote":"keeps no numbers"}]}"#.to_owned(),
            "verbatim",
        ),
        (r#"{"kind":"data","name":"x","evidence":[{"document":"a.md","quote":"desk"}]}"#.to_owned(), "characters"),
        (r#"{"kind":"data","name":"x","evidence":[]}"#.to_owned(), "evidence"),
        (
            r#"{"kind":"data","name":"x","evidence":[{"document":"b.md","quote":"keeps card numbers"}]}"#.to_owned(),
            "b.md",
        ),
    ] {
        let found = faults(&line);
        assert!(found.len() == 1 && found[0].contains(fault), "{line}: {found:?}");
    }
}

struct Gold {
    lines: Vec<Value>,
    documents: BTreeMap<String, String>,
    names: BTreeSet<String>,
}

impl Gold {
    fn of(system: &SystemFolders) -> Self {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let paths = read(&system.gold.join("documents.txt"));
        let documents = paths.lines().map(|path| (path.to_owned(), read(&system.docs.join(path)))).collect();
        let lines = read(&system.gold.join("gold.jsonl"));
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let names = lines.iter().map(|line| text(line, "name").to_owned()).collect();
        Self { lines, documents, names }
    }

    fn faults(&self, line: &Value) -> Vec<String> {
        let kind = text(line, "kind");
        let mut faults = Vec::new();
        for field in required(kind) {
            if text(line, field).is_empty() {
                faults.push(format!("{kind} without {field}"));
            }
        }
        if !is_known_type(kind, text(line, "type")) {
            faults.push(format!("{kind} of unknown type `{}`", text(line, "type")));
        }
        if line.get("status").is_some() && Status::parse(text(line, "status")).is_none() {
            faults.push(format!("unknown status `{}`", text(line, "status")));
        }
        let singles = ["source", "target", "component"].into_iter().map(|field| text(line, field));
        let lists =
            ["on", "about", "members"].into_iter().flat_map(|field| list(line, field)).filter_map(Value::as_str);
        for name in singles.chain(lists).filter(|name| !name.is_empty() && !self.names.contains(*name)) {
            faults.push(format!("`{name}` is no name of a gold claim"));
        }
        if list(line, "evidence").is_empty() {
            faults.push("no evidence".to_owned());
        }
        faults.extend(list(line, "evidence").iter().filter_map(|citation| self.citation_fault(citation)));
        faults
    }

    fn citation_fault(&self, citation: &Value) -> Option<String> {
        let (path, quote) = (text(citation, "document"), text(citation, "quote"));
        let Some(document) = self.documents.get(path) else { return Some(format!("document `{path}` is not listed")) };
        if !document.contains(quote) {
            return Some(format!("not verbatim in {path}: `{quote}`"));
        }
        let length = quote.chars().count();
        (!QUOTE_CHARACTERS.contains(&length)).then(|| format!("a quote of {length} characters: `{quote}`"))
    }
}

fn required(kind: &str) -> &'static [&'static str] {
    match kind {
        "component" | "boundary" => &["name", "type"],
        "flow" => &["source", "target"],
        "data" => &["name"],
        "endpoint" => &["path"],
        "control" => &["type"],
        "permission" => &["principal", "action", "resource"],
        "assumption" | "decision" | "accepted_risk" | "question" | "incident" => &["statement"],
        other => panic!("unknown kind `{other}`"),
    }
}

fn is_known_type(kind: &str, name: &str) -> bool {
    match kind {
        "component" => ComponentType::parse(name).is_some(),
        "boundary" => BoundaryType::parse(name).is_some(),
        "control" => ControlType::parse(name).is_some(),
        _ => true,
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
