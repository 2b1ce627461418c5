//! `cairn export`: the whole model.

use std::path::Path;

use cairn_engine::EngineError;

use crate::arguments::Format;
use crate::context::Context;
use crate::ending::{Ending, Failure};

pub(crate) async fn run(context: &Context, output: Option<&Path>) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let text = match context.format {
        Format::Json => cairn_report::json_with_paths(&model.system, &model.threats, &model.exported_paths()),
        Format::Sarif => cairn_report::sarif(&model.system, &model.threats, &model.exported_paths()),
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
