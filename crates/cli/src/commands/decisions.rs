//! `cairn decisions`: what people decided, and what became of it.

use cairn_engine::{DecisionChange, Entry};
use cairn_model::Unmatched;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, red};

pub(crate) async fn run(context: &Context, history: bool) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    if history {
        return print_history(context, &cairn_engine::history(&workspace).await?);
    }
    let entries = cairn_engine::decisions(&workspace)?.entries;
    let unmatched = if entries.is_empty() { Vec::new() } else { context.model().await?.system.unmatched };
    let why = |entry: &Entry| unmatched.iter().find(|it| it.id == entry.id);
    if context.is_json() {
        let records: Vec<Value> = entries.iter().map(|entry| record(context, entry, why(entry))).collect();
        records::print("cairn.decisions/1", json!({ "decisions": records }))?;
        return Ok(Ending::Done);
    }
    let mut text: String = entries.iter().map(|entry| describe(context, entry, why(entry))).collect();
    text.extend([format!("{}, {} that meet nothing\n", count(entries.len(), "decision"), unmatched.len())]);
    context.print(&text)?;
    Ok(Ending::Done)
}

fn state(context: &Context, entry: &Entry, unmatched: Option<&Unmatched>) -> &'static str {
    match unmatched {
        _ if !entry.is_in_force(context.as_of) => "expired",
        Some(_) => "meets nothing",
        None => "in force",
    }
}

fn record(context: &Context, entry: &Entry, unmatched: Option<&Unmatched>) -> Value {
    let mut record = serde_json::to_value(entry).expect("a decision serialises");
    if let Some(fields) = record.as_object_mut() {
        fields.insert("state".to_owned(), state(context, entry, unmatched).into());
        fields.insert("why".to_owned(), unmatched.map(|it| it.why.clone()).into());
    }
    record
}

fn describe(context: &Context, entry: &Entry, unmatched: Option<&Unmatched>) -> String {
    let about = match entry.about.as_str() {
        "" if entry.names.is_empty() => entry.on.clone(),
        "" => entry.names.join(", "),
        about => about.to_owned(),
    };
    let set = entry.attribute.as_ref().zip(entry.value.as_ref());
    let set = set.map(|(attribute, value)| format!(" {attribute} = {value}")).unwrap_or_default();
    let until = entry.expires.as_ref().map(|date| format!(" until {date}")).unwrap_or_default();
    let state = match state(context, entry, unmatched) {
        state @ "in force" => format!("{state}{until}"),
        state => red(&format!("{state}{until}")),
    };
    let why = unmatched.map(|it| format!(": {}", one_line(&it.why))).unwrap_or_default();
    format!(
        "{} {}{}\n  {state}{why}\n  {} ({}, {}) {}\n",
        bold(entry.action.as_str()),
        one_line(&about),
        one_line(&set),
        one_line(&entry.reason),
        one_line(&entry.by),
        entry.decided_on,
        dim(&entry.id)
    )
}

fn print_history(context: &Context, changes: &[DecisionChange]) -> Result<Ending, Failure> {
    if context.is_json() {
        let record = |it: &DecisionChange| {
            json!({
                "number": it.number, "at": it.at, "who": it.who, "decision": it.decision, "before": it.before,
                "after": it.after,
            })
        };
        let records: Vec<Value> = changes.iter().map(record).collect();
        records::print("cairn.decision-history/1", json!({ "changes": records }))?;
        return Ok(Ending::Done);
    }
    let line = |it: &DecisionChange| {
        let what = match (&it.before, &it.after) {
            (None, _) => "made",
            (_, None) => "withdrew",
            _ => "changed",
        };
        format!("{} {} {what} {}\n", it.at, bold(&one_line(&it.who)), one_line(&it.decision))
    };
    let text: String = changes.iter().map(line).collect();
    context.print(&(text + &count(changes.len(), "change") + "\n"))?;
    Ok(Ending::Done)
}
