//! `cairn skipped`: what the last scan left out, and why.

use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{count, dim, one_line};

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let workspace = context.workspace().await?;
    let skipped = cairn_engine::skipped(&workspace).await?;
    if context.is_json() {
        let records: Vec<Value> = skipped.iter().map(|it| json!({ "path": it.path, "reason": it.reason })).collect();
        records::print("cairn.skipped/1", json!({ "skipped": records }))?;
        return Ok(Ending::Done);
    }
    let lines = skipped.iter().map(|it| format!("{} {}\n", one_line(&it.path), dim(&one_line(&it.reason))));
    context.print(&(lines.collect::<String>() + &count(skipped.len(), "input") + " skipped\n"))?;
    Ok(Ending::Done)
}
