//! `cairn show ELEMENT`: an element with its attributes, its quotes and everything that refers to it.
//!
//! Works on the records of the export, so that every kind of element is shown in one way and as programs see it.

use std::collections::BTreeSet;

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::{Claims, Model, ReadClaim};
use cairn_model::{Citation, ClaimKind, Confidence, NormalName, Span, Statement};
use cairn_report::Labels;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::text::{bold, dim, one_line, shortened};
use crate::{records, snippet};

/// Lists of the export beside those of the claims' kinds, and what one of them is called.
const DERIVED: [(&str, &str); 3] = [("conflicts", "conflict"), ("gaps", "gap"), ("threats", "threat")];

/// Keys that are shown in a way of their own.
const NOT_ATTRIBUTES: &[&str] = &["id", "evidence", "explanation", "positions", "paths"];

/// How many quotes are shown unless all are asked for.
const QUOTES_MAX: usize = 5;

/// How much of a related element's label is shown.
const LABEL_LENGTH: usize = 100;

pub(crate) async fn run(context: &Context, wanted: &str, why: bool) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let export = records::export(&model);
    let (kind, record) = find(&export, wanted)?;
    let related = related(&export, records::id(&record));
    let readers = readers(&cairn_engine::claims(&context.workspace().await?).await?, &kind, &record);
    if context.is_json() {
        let ids = related.iter().map(|(list, records)| {
            (list.to_string(), records.iter().map(|it| Value::from(records::id(it))).collect::<Value>())
        });
        let ids: serde_json::Map<String, Value> = ids.collect();
        let (confidence, by) = readers.map_or((None, Vec::new()), |(confidence, by)| (Some(f64::from(confidence)), by));
        let mut fields =
            json!({ "kind": kind, "element": record, "related": ids, "confidence": confidence, "readers": by });
        if let (true, Some(fields)) = (why, fields.as_object_mut()) {
            let id = records::id(&record);
            let joins = records::filtered(&export, "joins", |it| it.get("element").and_then(Value::as_str) == Some(id));
            fields.insert("joins".to_owned(), joins.into());
        }
        records::print("cairn.element/1", fields)?;
        return Ok(Ending::Done);
    }
    let labels = Labels::of(&model.system);
    let mut text = quotes(context, &model, &kind, &record, &labels);
    for (key, value) in attributes(&record, &labels) {
        text.extend([format!("{}: {}\n", bold(&key.replace('_', " ")), one_line(&value))]);
    }
    if let Some((confidence, by)) = readers {
        text.extend([format!("{}: {}\n", bold("confidence"), f64::from(confidence))]);
        text.extend([format!("{}: {}\n", bold("read by"), one_line(&by.join(", ")))]);
    }
    if why {
        text += &reasons(&model, records::id(&record));
    }
    for (list, records) in &related {
        text.extend([format!("{}:\n", bold(&list.replace('_', " ")))]);
        text.extend(records.iter().map(|it| {
            format!("  {} {}\n", shortened(&label(it, &labels), LABEL_LENGTH), dim(&one_line(records::id(it))))
        }));
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

/// Why the element's names are taken for one thing, and what it might be one with.
fn reasons(model: &Model, id: &str) -> String {
    let mut text = String::new();
    for join in model.system.joins.iter().filter(|join| join.element.as_str() == id) {
        let names = format!("{} and {}", one_line(&join.left), one_line(&join.right));
        let group = snippet::title(Level::NOTE, "one thing", None, &format!("{names}: {}", join.reason));
        let kind = AnnotationKind::Primary;
        let quotes = join.evidence.iter().take(QUOTES_MAX);
        let snippets = quotes.filter_map(|citation| snippet::citation(&model.documents, citation, kind, ""));
        text += &snippet::render(&[group.elements(snippets)]);
    }
    for gap in model.system.gaps.iter().filter(|gap| gap.rule == "same-or-different" && gap.subject.as_str() == id) {
        let note = "`cairn decide same` or `cairn decide different` answers it";
        text.extend([format!("{} {} {}\n", bold("undecided:"), one_line(&gap.question), dim(note))]);
    }
    if text.is_empty() {
        text = format!("{}\n", dim("nothing was merged into it: it has one spelling, and no other name is near"));
    }
    text
}

/// The element meant: by id, else by name or another name of it. A cluster or a network may be a component and a boundary of one
/// name; then the component is meant, and the boundary is asked for by its id.
pub(crate) fn find(export: &Value, wanted: &str) -> Result<(String, Value), Failure> {
    let all = kinds().flat_map(|(list, kind)| {
        records::filtered(export, list, |_| true).into_iter().map(move |it| (kind.clone(), it))
    });
    let all: Vec<(String, Value)> = all.collect();
    if let Some(found) = all.iter().find(|(_, record)| records::id(record) == wanted) {
        return Ok(found.clone());
    }
    let normal = NormalName::of(wanted);
    let named = |(_, record): &&(String, Value)| names(record).iter().any(|name| NormalName::of(name) == normal);
    let mut found: Vec<_> = all.iter().filter(named).collect();
    if found.iter().any(|(kind, _)| kind == "component") {
        found.retain(|(kind, _)| kind == "component");
    }
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let known = all.iter().flat_map(|(_, record)| names(record).into_iter().chain([records::id(record)]));
            let hint = did_you_mean(wanted, known);
            Err(Failure::usage(format!("there is no element `{}`{hint}", one_line(wanted))))
        }
        several => {
            let ids: Vec<String> = several.iter().map(|(_, it)| format!("`{}`", one_line(records::id(it)))).collect();
            let name = one_line(wanted);
            Err(Failure::usage(format!("`{name}` names several elements\nhint: say which: {}", ids.join(", "))))
        }
    }
}

/// Lists of the export that hold elements, and what one of them is called.
fn kinds() -> impl Iterator<Item = (&'static str, String)> {
    let claimed = ClaimKind::ALL.into_iter().map(|kind| (kind.list(), kind.as_str().replace('_', " ")));
    claimed.chain(DERIVED.map(|(list, kind)| (list, kind.to_owned())))
}

fn names(record: &Value) -> Vec<&str> {
    let aliases = record.get("aliases").and_then(Value::as_array).into_iter().flatten();
    record.get("name").into_iter().chain(aliases).filter_map(Value::as_str).collect()
}

/// How sure the readers are of the element, raised where two of them agree, and who they are. `None` for what was derived.
fn readers(claims: &Claims, kind: &str, record: &Value) -> Option<(Confidence, Vec<String>)> {
    let kind = ClaimKind::ALL.into_iter().find(|it| it.as_str().replace('_', " ") == kind)?;
    let names: Vec<NormalName> = names(record).into_iter().map(NormalName::of).collect();
    let is_named = |claim: &&ReadClaim| match &claim.statement {
        Statement::Component(body) => names.contains(&NormalName::of(&body.name)),
        Statement::Boundary(body) => names.contains(&NormalName::of(&body.name)),
        Statement::Data(body) => names.contains(&NormalName::of(&body.name)),
        _ => true,
    };
    let evidence = record.get("evidence").and_then(Value::as_array)?;
    let is_cited = |cited: &Citation| {
        evidence.iter().any(|it| {
            it.get("document").and_then(Value::as_str) == Some(cited.document.as_str())
                && it.get("start").and_then(Value::as_u64) == Some(cited.span.start as u64)
                && it.get("end").and_then(Value::as_u64) == Some(cited.span.end as u64)
        })
    };
    let behind: Vec<&ReadClaim> = claims.behind(kind, is_cited).filter(is_named).collect();
    let by: BTreeSet<String> = behind.iter().map(|claim| claim.extractor.clone()).collect();
    Some((behind.iter().map(|claim| claim.confidence).max()?, by.into_iter().collect()))
}

/// The records that refer to the element, by list.
fn related(export: &Value, id: &str) -> Vec<(&'static str, Vec<Value>)> {
    let of_list = |(list, _): (&'static str, String)| {
        (list, records::filtered(export, list, |record| records::id(record) != id && refers_to(record, id)))
    };
    kinds().map(of_list).filter(|(_, records)| !records.is_empty()).collect()
}

/// Whether any value in the record, but for its quotes, is the id.
fn refers_to(record: &Value, id: &str) -> bool {
    match record {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| refers_to(item, id)),
        Value::Object(fields) => fields.iter().any(|(key, value)| key != "evidence" && refers_to(value, id)),
        _ => false,
    }
}

/// What is said of the element, by attribute; `?` where nobody says.
fn attributes(record: &Value, labels: &Labels) -> Vec<(String, String)> {
    let fields = record.as_object().into_iter().flatten();
    let fields = fields.filter(|(key, _)| !NOT_ATTRIBUTES.contains(&key.as_str()));
    let mut attributes: Vec<_> = fields.map(|(key, value)| (key.clone(), in_words(value, labels))).collect();
    attributes.sort();
    attributes
}

fn in_words(value: &Value, labels: &Labels) -> String {
    match value {
        Value::Null => "?".to_owned(),
        Value::String(text) => labels.find(text).unwrap_or(text).to_owned(),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) => items.iter().map(|item| in_words(item, labels)).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let known = fields.iter().filter(|(key, value)| *key != "evidence" && !value.is_null());
            known
                .map(|(key, value)| format!("{} {}", key.replace('_', " "), in_words(value, labels)))
                .collect::<Vec<_>>()
                .join(" ")
        }
        other => other.to_string(),
    }
}

fn label(record: &Value, labels: &Labels) -> String {
    let own = ["title", "question", "attribute"].iter().find_map(|key| record.get(key)?.as_str());
    own.map_or_else(|| labels.find(records::id(record)).unwrap_or_default().to_owned(), str::to_owned)
}

/// The element's name over the lines that speak of it.
fn quotes(context: &Context, model: &Model, kind: &str, record: &Value, labels: &Labels) -> String {
    let mut group = snippet::title(Level::NOTE, kind, Some(records::id(record)), &label(record, labels));
    let evidence: Vec<&Value> = record.get("evidence").and_then(Value::as_array).into_iter().flatten().collect();
    let shown = if context.verbose { evidence.len() } else { QUOTES_MAX };
    for citation in evidence.iter().take(shown) {
        let number = |key: &str| citation.get(key).and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
        let id = citation.get("document").and_then(Value::as_str).unwrap_or_default();
        let document = model.documents.iter().find(|document| document.id.as_str() == id);
        if let (Some(document), Some(start), Some(end), Some(line)) =
            (document, number("start"), number("end"), number("line"))
        {
            let span = Span::new(start, end);
            group =
                group.element(snippet::source(&document.path, &document.text, span, line, AnnotationKind::Primary, ""));
        }
    }
    if evidence.len() > shown {
        let more = format!("{} more quotes with `--verbose`", evidence.len() - shown);
        group = group.element(Level::NOTE.with_name("more").message(more));
    }
    snippet::render(&[group])
}
