//! `cairn skipped`: what the last scan left out, and why: inputs that were not read, and parts of documents that were read and
//! that no reader understands.

use cairn_model::NotUnderstood;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, dim, one_line};

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let left_out = cairn_engine::skipped(&workspace).await?;
    let (skipped, parts) = (&left_out.skipped, &left_out.not_understood);
    if context.is_json() {
        let skipped: Vec<Value> = skipped.iter().map(|it| json!({ "path": it.path, "reason": it.reason })).collect();
        let parts: Vec<Value> = parts.iter().map(not_understood).collect();
        records::print("cairn.skipped/1", json!({ "skipped": skipped, "not_understood": parts }))?;
        return Ok(Ending::Done);
    }
    let inputs = skipped.iter().map(|it| format!("{} {}\n", one_line(&it.path), dim(&one_line(&it.reason))));
    let mut text = inputs.collect::<String>();
    text += &(count(skipped.len(), "input") + " skipped\n");
    if !parts.is_empty() {
        text += "\n";
        text.extend(
            parts.iter().map(|it| format!("{}:{} {}\n", one_line(&it.path), it.line, dim(&one_line(&it.what)))),
        );
        text += &(count(parts.len(), "part") + " not understood\n");
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

/// The record of a part that no reader understands.
pub(super) fn not_understood(part: &NotUnderstood) -> Value {
    json!({ "path": part.path, "line": part.line, "what": part.what })
}
