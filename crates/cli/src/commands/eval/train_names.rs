//! `cairn eval train-names`: the weights by which the embedded extractor tells components from other names.

use std::path::{Path, PathBuf};

use cairn_engine::EngineError;
use cairn_evals::{NameTraining, systems, train_names};
use cairn_report::visible;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

pub(super) fn run(
    context: &Context,
    gold: &[PathBuf],
    docs: &[PathBuf],
    output: Option<&Path>,
) -> Result<Ending, Failure> {
    if gold.len() != docs.len() {
        return Err(Failure::usage("every `--gold` needs its `--docs`"));
    }
    let mut annotated = Vec::new();
    for (gold, docs) in gold.iter().zip(docs) {
        annotated.extend(systems(gold, docs)?);
    }
    let training = train_names(&annotated)?;
    if let Some(path) = output {
        std::fs::write(path, &training.weights)
            .map_err(|source| EngineError::File { path: path.to_owned(), source })?;
        context.tell(&format!("wrote `{}`", path.display()));
    }
    if context.is_json() {
        records::print("cairn.eval-train-names/1", record(&training))?;
    } else {
        context.print(&visible(&text(&training)))?;
    }
    Ok(Ending::Done)
}

fn text(training: &NameTraining) -> String {
    let mut text = format!(
        "{} names and {} features; each system judged by the others alone\n{:28} {:>10} {:>8} {:>8}\n",
        training.samples, training.features, "", "components", "accepted", "wrongly"
    );
    let rows = training.held_out.iter();
    text.extend(rows.map(|(name, components, met, wrong)| format!("{name:28} {components:>10} {met:>8} {wrong:>8}\n")));
    text
}

fn record(training: &NameTraining) -> Value {
    let held_out: Vec<Value> = training
        .held_out
        .iter()
        .map(|(name, components, met, wrong)| {
            json!({ "system": name, "components": components, "accepted": met, "wrongly_accepted": wrong })
        })
        .collect();
    json!({ "samples": training.samples, "features": training.features, "held_out": held_out })
}
