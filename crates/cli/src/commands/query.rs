//! `cairn query QUERY`: elements of the model by kind, attribute, status and relation, with what says so.

use std::collections::BTreeMap;

use cairn_engine::ask::{QueryError, Row, Rows};
use cairn_engine::{Model, query};
use cairn_model::{Citation, DocumentId};
use serde_json::{Map, Value, json};

use crate::arguments::QueryArguments;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, padded, shortened};

/// The widest that a cell of the table gets.
const CELL_MAX: usize = 40;

/// The widest that the first column gets.
const NAME_MAX: usize = 64;

/// How many undecided elements are named.
const UNDECIDED_MAX: usize = 8;

pub(crate) async fn run(context: &Context, arguments: &QueryArguments) -> Result<Ending, Failure> {
    let text = arguments.query.join(" ");
    let model = context.model().await?;
    let found = query(&context.workspace().await?, context.as_of, &text).await?;
    let rows = found.map_err(|error| failure(&text, &error))?;
    if context.is_json() {
        records::print("cairn.query/1", record(&text, &rows, &model))?;
    } else {
        context.print(&table(&rows, &model, context.verbose))?;
    }
    Ok(Ending::Done)
}

/// What is wrong with a query, the place in it, and what helps.
pub(crate) fn failure(text: &str, error: &QueryError) -> Failure {
    let hint = error.hint.as_ref().map(|it| format!("\nhint: {it}")).unwrap_or_default();
    Failure::usage(format!("{}\n{}{hint}", error.message, error.shown(text)))
}

/// A table for people: a line for each row, and under it where it stands.
pub(crate) fn table(rows: &Rows, model: &Model, verbose: bool) -> String {
    let paths: BTreeMap<&DocumentId, &str> = model.documents.iter().map(|it| (&it.id, it.path.as_str())).collect();
    // A column in which nothing is known says nothing.
    let is_told = |at: usize| rows.rows.iter().any(|row| row.cells.get(at).is_some_and(Option::is_some));
    let told: Vec<(usize, &str)> = rows.columns.iter().copied().enumerate().filter(|(at, _)| is_told(*at)).collect();
    let mut lines: Vec<Vec<String>> = Vec::new();
    if !rows.rows.is_empty() {
        lines.push(
            std::iter::once("name").chain(told.iter().map(|(_, name)| *name)).map(|it| it.replace('_', " ")).collect(),
        );
    }
    for row in &rows.rows {
        let cell = |(at, _): &(usize, &str)| {
            let cell = row.cells.get(*at).and_then(Option::as_deref).unwrap_or("-");
            shortened(cell, CELL_MAX)
        };
        lines.push(std::iter::once(shortened(&row.name, NAME_MAX)).chain(told.iter().map(cell)).collect());
    }
    let width = |at: usize| lines.iter().filter_map(|it| it.get(at)).map(|it| it.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (at, cell) in line.iter().enumerate() {
            let shown = if number == 0 { bold(cell) } else { cell.clone() };
            let is_last = at + 1 == line.len();
            text += &if is_last { shown } else { padded(&shown, cell.chars().count(), width(at) + 2) };
        }
        text.push('\n');
        let row = number.checked_sub(1).and_then(|at| rows.rows.get(at));
        text += &row.map(|it| cited(it, &paths, verbose)).unwrap_or_default();
    }
    text += &count(rows.rows.len(), "row");
    if rows.left_out > 0 {
        text.extend([format!(", {} left out by the limit", rows.left_out)]);
    }
    text.push('\n');
    if !rows.undecided.is_empty() {
        let names: Vec<String> =
            rows.undecided.iter().take(UNDECIDED_MAX).map(|(_, name)| shortened(name, CELL_MAX)).collect();
        let more = if rows.undecided.len() > UNDECIDED_MAX { ", …" } else { "" };
        let text_of = format!("no document tells of {} more: {}{more}\n", rows.undecided.len(), names.join(", "));
        text += &dim(&text_of);
    }
    text
}

fn cited(row: &Row, paths: &BTreeMap<&DocumentId, &str>, verbose: bool) -> String {
    let place =
        |it: &Citation| format!("{}:{}", one_line(paths.get(&it.document).copied().unwrap_or_default()), it.line);
    if verbose {
        let quotes = row.citations.iter().map(|it| dim(&format!("    {} “{}”\n", place(it), one_line(&it.quote))));
        return quotes.collect();
    }
    let mut places: Vec<String> = row.citations.iter().map(place).collect();
    places.dedup();
    if places.is_empty() { String::new() } else { dim(&format!("    {}\n", places.join(", "))) }
}

/// The rows for programs.
pub(crate) fn record(query: &str, rows: &Rows, model: &Model) -> Value {
    let paths: BTreeMap<&DocumentId, &str> = model.documents.iter().map(|it| (&it.id, it.path.as_str())).collect();
    let one = |row: &Row| {
        let cells: Map<String, Value> =
            rows.columns.iter().zip(&row.cells).map(|(name, cell)| ((*name).to_owned(), json!(cell))).collect();
        let citations = row.citations.iter().map(|it| {
            json!({
                "document": it.document.as_str(),
                "path": paths.get(&it.document),
                "start": it.span.start,
                "end": it.span.end,
                "line": it.line,
                "quote": it.quote.as_str(),
            })
        });
        json!({ "id": row.id.as_str(), "name": row.name, "attributes": cells, "citations": citations.collect::<Vec<_>>() })
    };
    let undecided = rows.undecided.iter().map(|(id, name)| json!({ "id": id.as_str(), "name": name }));
    json!({
        "query": query,
        "rows": rows.rows.iter().map(one).collect::<Vec<_>>(),
        "left_out": rows.left_out,
        "undecided": undecided.collect::<Vec<_>>(),
    })
}
