//! `cairn eval show-one`: why a gold claim is missed or an element is wrong.

use cairn_evals::{Case, EvalError, GoldSet, PathRule, Reading, show_one};
use cairn_report::visible;
use serde_json::json;

use crate::arguments::EvalShowOne;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::count;

pub(super) fn run(context: &Context, arguments: EvalShowOne) -> Result<Ending, Failure> {
    let EvalShowOne { gold, docs, model, kind, line, words, errors, limit } = arguments;
    let set = GoldSet::open(&gold, &docs)?;
    let export = match model {
        Some(path) => std::fs::read_to_string(&path).map_err(|source| EvalError::Read { path, source })?,
        None => Reading::of_folder(&docs, context.threads)?.export(),
    };
    let words = words.iter().flat_map(|words| words.split_whitespace()).map(str::to_owned).collect();
    let cases = show_one(&export, &set, PathRule::Exact, &Case { kind, line, words, errors })?;
    if context.is_json() {
        records::print("cairn.eval-show-one/1", json!({ "cases": cases }))?;
        return Ok(Ending::Done);
    }
    let shown: Vec<&str> = cases.iter().take(limit).map(String::as_str).collect();
    context.print(&visible(&shown.join("\n")))?;
    if cases.is_empty() {
        context.tell("no gold claim and no element fits\nhint: without `--kind`, `--line` and words all are shown");
    }
    if cases.len() > limit {
        context.tell(&format!("{} left out; `--limit` shows more", count(cases.len() - limit, "case")));
    }
    Ok(Ending::Done)
}
