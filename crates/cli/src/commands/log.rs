//! `cairn log`: the revisions of the model, the newest first.

use std::collections::BTreeMap;

use cairn_engine::{InputKind, Revision, RevisionRecord, Touched};
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line};

/// How many names of a list are shown unless all are asked for.
const NAMES_MAX: usize = 4;

pub(crate) async fn run(context: &Context, limit: usize) -> Result<Ending, Failure> {
    let revisions = cairn_engine::log(&context.workspace().await?).await?;
    let shown = revisions.iter().rev().take(limit);
    if context.is_json() {
        let records: Vec<Value> = shown.map(record).collect();
        records::print("cairn.log/1", json!({ "revisions": records }))?;
        return Ok(Ending::Done);
    }
    let mut text: String = shown.map(|revision| described(context, revision)).collect();
    text.extend([format!("{}\n", count(revisions.len(), "revision"))]);
    context.print(&text)?;
    Ok(Ending::Done)
}

fn record(revision: &RevisionRecord) -> Value {
    let touched = |names: &BTreeMap<String, Touched>| -> Value {
        names
            .iter()
            .map(|(name, touched)| (name.clone(), json!(touched.as_str())))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({
        "id": Revision::name(revision.number),
        "at": revision.at,
        "documents": touched(&revision.documents),
        "reread": revision.reread,
        "inputs": touched(&revision.inputs),
        "authors": revision.authors,
    })
}

fn described(context: &Context, revision: &RevisionRecord) -> String {
    let authors: Vec<String> = revision.authors.iter().map(|author| one_line(author)).collect();
    let by = if authors.is_empty() { String::new() } else { format!(" by {}", authors.join(", ")) };
    let mut lines = format!("{} {}{by}\n", bold(&Revision::name(revision.number)), dim(&revision.at));
    let names_max = if context.verbose { usize::MAX } else { NAMES_MAX };
    let mut line = |what: String, names: Vec<&str>| {
        let more = if names.len() > names_max { " …" } else { "" };
        let names: Vec<String> = names.iter().take(names_max).map(|name| one_line(name)).collect();
        lines.extend(["  ".to_owned(), what, ": ".to_owned(), names.join(" "), more.to_owned(), "\n".to_owned()]);
    };
    for touched in [Touched::Added, Touched::Changed, Touched::Removed] {
        let names: Vec<&str> = of(&revision.documents, touched).collect();
        if !names.is_empty() {
            line(format!("{} {}", count(names.len(), "document"), touched.as_str()), names);
        }
    }
    if !revision.reread.is_empty() {
        let names: Vec<&str> = revision.reread.iter().map(String::as_str).collect();
        line(format!("{} read otherwise", count(names.len(), "document")), names);
    }
    let kinds = [
        InputKind::Decisions,
        InputKind::Settings,
        InputKind::Rule,
        InputKind::Attacker,
        InputKind::Import,
        InputKind::Reader,
    ];
    for kind in kinds {
        for touched in [Touched::Added, Touched::Changed, Touched::Removed] {
            let names: Vec<&str> = of(&revision.inputs, touched).filter(|name| InputKind::of(name) == kind).collect();
            // With the first revision everything comes that the program brings.
            if !names.is_empty() && (revision.number > 1 || matches!(kind, InputKind::Decisions | InputKind::Settings))
            {
                line(format!("{} {}", kind.as_str(), touched.as_str()), names);
            }
        }
    }
    lines
}

fn of(names: &BTreeMap<String, Touched>, wanted: Touched) -> impl Iterator<Item = &str> {
    names.iter().filter(move |(_, touched)| **touched == wanted).map(|(name, _)| name.as_str())
}
