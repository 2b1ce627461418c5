//! `cairn eval retrieval`: how well passages are found.

use cairn_engine::Settings;
use cairn_evals::{RetrievalRequest, RetrievalRow};
use cairn_report::visible;
use serde_json::{Map, Value, json};

use crate::arguments::EvalRetrieval;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

/// Where vectors are kept between runs when no folder is given.
const VECTORS_FOLDER: &str = "cairn-eval-vectors";

pub(super) fn run(context: &Context, arguments: &EvalRetrieval) -> Result<Ending, Failure> {
    let kept = arguments.vectors.clone().unwrap_or_else(|| std::env::temp_dir().join(VECTORS_FOLDER));
    let settings = Settings::default().search;
    let request = RetrievalRequest {
        sets: arguments.dir.as_deref(),
        questions: arguments.questions.as_deref().zip(arguments.docs.as_deref()),
        vectors: &kept,
        dense_weight: settings.dense_weight,
        nearness_min: settings.nearness_min,
        tune: arguments.tune,
        threads: context.threads,
    };
    let heard = |made: usize, of: usize| context.tell(&format!("vectors: {made} of {of}"));
    let rows = cairn_evals::retrieval(&request, &heard)?;
    if context.is_json() {
        let rows: Vec<Value> = rows.iter().map(record).collect();
        records::print("cairn.eval-retrieval/1", json!({ "rows": rows }))?;
    } else {
        context.print(&rows.iter().map(line).collect::<String>())?;
    }
    Ok(Ending::Done)
}

fn line(row: &RetrievalRow) -> String {
    let figures: Vec<String> =
        row.figures.iter().map(|(name, value)| format!("{name} {}", shown(name, *value))).collect();
    format!("{:20} {:4} questions  {:10}  {}\n", visible(&row.set), row.questions, row.by, figures.join("  "))
}

/// Shares of a hundred with one digit, the others with three, as they are usually given.
fn shown(name: &str, value: f64) -> String {
    if name.starts_with("Pass") { format!("{value:5.1}") } else { format!("{value:.3}") }
}

fn record(row: &RetrievalRow) -> Value {
    let figures: Map<String, Value> =
        row.figures.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({ "set": row.set, "questions": row.questions, "by": row.by, "figures": figures })
}
