//! `cairn export`: the whole model.

use std::path::Path;

use cairn_engine::{EngineError, Model};
use cairn_model::AttackPath;

use crate::arguments::Format;
use crate::context::Context;
use crate::ending::{Ending, Failure};

pub(crate) async fn run(context: &Context, output: Option<&Path>) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let text = match context.format {
        Format::Json => cairn_report::json_with_paths(&model.system, &model.threats, &paths(context, &model)),
        Format::Sarif => cairn_report::sarif(&model.system, &model.threats, &paths(context, &model)),
        _ => cairn_report::markdown(&model.system, &model.threats, &model.skipped),
    };
    match output {
        None => Context::print_data(&text)?,
        Some(path) => {
            std::fs::write(path, text).map_err(|source| EngineError::File { path: path.to_owned(), source })?;
            context.tell(&format!("wrote `{}`", path.display()));
        }
    }
    Ok(Ending::Done)
}

/// The paths of the export. What is not among them is told.
fn paths(context: &Context, model: &Model) -> Vec<AttackPath> {
    let found = model.paths_of_export();
    if found.left_out > 0 || !found.is_complete {
        let all = if found.is_complete { "" } else { ", and there are more ways than are looked for" };
        context.tell(&format!("{} paths of attack left out{all}: `cairn paths --limit N` lists them", found.left_out));
    }
    found.paths
}
