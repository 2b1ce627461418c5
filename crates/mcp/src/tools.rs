//! What an agent can do. Each tool says what it gives and whether it changes anything.
//!
//! Elements, threats and paths have the form of the export. Citations name documents by id; every result brings the paths of those it
//! cites, and of all tools the order of results is that of the model, or best first.

mod asking;
mod deciding;
mod reading;
mod threats;

use std::collections::BTreeMap;

use cairn_model::ClaimKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use asking::changes;

/// Items of one answer at most: more would only fill the reader's memory.
const LIMIT_MAX: usize = 200;
/// Items of one answer when nothing is said.
const LIMIT: usize = 30;

/// Which of many are wanted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub(crate) struct Part {
    /// Where to go on, from `next_offset` of the call before.
    #[serde(default)]
    offset: Option<usize>,
    /// How many at most; 30 when not given, 200 at most.
    #[serde(default)]
    limit: Option<usize>,
}

/// Some of many.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Page {
    /// How many there are in all.
    pub(crate) total: usize,
    /// Some of them, in the form of the export.
    pub(crate) items: Vec<Value>,
    /// Where to go on: the `offset` of the next call; none at the end.
    pub(crate) next_offset: Option<usize>,
    /// The paths of the documents that are cited, by id.
    pub(crate) sources: BTreeMap<String, String>,
}

impl Page {
    pub(crate) fn of(all: Vec<Value>, part: Part, export: &Value) -> Self {
        let (total, offset) = (all.len(), part.offset.unwrap_or(0));
        let limit = part.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
        let items: Vec<Value> = all.into_iter().skip(offset).take(limit).collect();
        let next = offset.saturating_add(items.len());
        Self { total, next_offset: (next < total).then_some(next), sources: sources(&items, export), items }
    }
}

/// One thing with what hangs on it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Found {
    /// The thing itself, in the form of the export.
    pub(crate) item: Value,
    /// What else speaks of it, by kind.
    pub(crate) related: BTreeMap<String, Vec<Value>>,
    /// The paths of the documents that are cited, by id.
    pub(crate) sources: BTreeMap<String, String>,
}

/// The paths of the documents that values cite.
pub(crate) fn sources<'a>(values: impl IntoIterator<Item = &'a Value>, export: &Value) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let mut open: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                if let Some(id) = fields.get("document").and_then(Value::as_str) {
                    sources.insert(id.to_owned(), String::new());
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    for document in list(export, "documents") {
        if let Some(path) = text(document, "id").and_then(|id| sources.get_mut(id)) {
            text(document, "path").unwrap_or_default().clone_into(path);
        }
    }
    sources
}

/// A list of the export.
pub(crate) fn list<'a>(export: &'a Value, name: &str) -> &'a [Value] {
    export.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text of a record.
pub(crate) fn text<'a>(record: &'a Value, name: &str) -> Option<&'a str> {
    record.get(name).and_then(Value::as_str)
}

/// Whether a record names an id: in one of these fields, alone or in a list.
pub(crate) fn names(record: &Value, fields: &[&str], id: &str) -> bool {
    fields.iter().filter_map(|field| record.get(*field)).any(|value| match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| item.as_str() == Some(id)),
        _ => false,
    })
}

/// The lists of the export that hold elements, and those that say what is wrong or missing about them.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    ClaimKind::ALL.into_iter().map(ClaimKind::list).chain(["conflicts", "gaps"])
}

/// The element with this id, or the component, boundary or data set of this name, with the list that it is in.
pub(crate) fn element<'a>(export: &'a Value, wanted: &str) -> Option<(&'static str, &'a Value)> {
    let all = || kinds().flat_map(|kind| list(export, kind).iter().map(move |item| (kind, item)));
    let by_id = all().find(|(_, item)| text(item, "id") == Some(wanted));
    by_id.or_else(|| {
        let wanted = wanted.trim().to_lowercase();
        let is_meant = |item: &Value| {
            let aliases = list(item, "aliases").iter().filter_map(Value::as_str);
            text(item, "name").into_iter().chain(aliases).any(|name| name.to_lowercase() == wanted)
        };
        all().find(|(_, item)| is_meant(item))
    })
}
