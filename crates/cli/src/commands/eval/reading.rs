//! `cairn eval sample` and `cairn eval speed`: what the embedded extraction reads in a folder, and how fast.

use std::path::Path;
use std::time::Instant;

use cairn_evals::{Reading, SpeedRow};
use cairn_report::visible;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

pub(super) fn sample(context: &Context, docs: &Path, per_kind: usize, kind: Option<&str>) -> Result<Ending, Failure> {
    let reading = Reading::of_folder(docs, context.threads)?;
    context.print(&visible(&cairn_evals::sample(&reading, per_kind, kind)))?;
    Ok(Ending::Done)
}

pub(super) fn speed(context: &Context, docs: &Path, copies: usize) -> Result<Ending, Failure> {
    let start = Instant::now();
    let rows = cairn_evals::speed(docs, copies, context.threads, &|| start.elapsed())?;
    if context.is_json() {
        let rows: Vec<Value> = rows.iter().map(record).collect();
        records::print("cairn.eval-speed/1", json!({ "rows": rows }))?;
    } else {
        context.print(&text(&rows))?;
    }
    Ok(Ending::Done)
}

fn text(rows: &[SpeedRow]) -> String {
    let mut text = String::new();
    for row in rows {
        if text.is_empty() {
            let passes = row.passes.iter().map(|pass| format!("  {:>8}", pass.name));
            let passes = passes.collect::<String>();
            text.extend([format!("copies  documents        MB{passes}  (MB/s)    claims  peak MB\n")]);
        }
        let speeds = row.passes.iter().map(|pass| format!("  {:>8.1}", row.megabytes_per_second(*pass)));
        let speeds = speeds.collect::<String>();
        let peak = row.peak_bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{:.0}", megabytes(bytes)));
        text.extend([format!(
            "{:>6}  {:>9}  {:>8.2}{speeds}          {:>8}  {peak:>7}\n",
            row.copies,
            row.documents,
            megabytes(row.bytes as u64),
            row.claims
        )]);
    }
    text
}

fn record(row: &SpeedRow) -> Value {
    let passes = row.passes.iter().map(|pass| {
        let figures = json!({
            "seconds": pass.time.as_secs_f64(),
            "megabytes_per_second": row.megabytes_per_second(*pass),
        });
        (pass.name.to_owned(), figures)
    });
    json!({
        "copies": row.copies,
        "documents": row.documents,
        "bytes": row.bytes,
        "passes": passes.collect::<Map<_, _>>(),
        "claims": row.claims,
        "peak_bytes": row.peak_bytes,
    })
}

#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
