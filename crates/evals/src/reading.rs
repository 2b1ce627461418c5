//! The whole way from a folder to a model, in memory: what a scan and an export do, with nothing kept and nothing indexed.
//!
//! A reader that panics on a document ends the run: whoever measures wants to see that. In a scan the document is skipped.

use std::path::Path;

use cairn_engine::{EngineError, Settings, world};
use cairn_ingest::Limits;
use cairn_model::{Claim, Document, System};
use rayon::prelude::*;

use crate::EvalError;

/// What the embedded extraction makes of a folder.
#[derive(Debug)]
pub struct Reading {
    /// By path.
    pub documents: Vec<Document>,
    /// In the order of the documents; not yet believed.
    pub claims: Vec<Claim>,
    /// The merged model.
    pub system: System,
}

impl Reading {
    /// Reads what a scan of `docs` with the default settings reads. The number of threads never shows in the result.
    pub fn of_folder(docs: &Path, threads: Option<usize>) -> Result<Self, EvalError> {
        pool(threads)?.install(|| {
            let documents = documents(docs)?;
            let plan = cairn_extract::plan(&documents);
            let claims: Vec<Claim> = plan
                .units
                .par_iter()
                .flat_map_iter(|unit| cairn_extract::run(&plan, unit, &documents).claims)
                .collect();
            let system = cairn_validate::validate(&documents, &claims);
            Ok(Self { documents, claims, system })
        })
    }

    /// The model as exported, without threats: they are derived from what is scored here.
    pub fn export(&self) -> String {
        cairn_report::json(&self.system, &[])
    }
}

/// The documents below `docs`, by path; what is no document is passed over.
pub(crate) fn documents(docs: &Path) -> Result<Vec<Document>, EvalError> {
    let settings = Settings::default();
    let limits = Limits { document_bytes_max: settings.max_document_bytes };
    let collected = world::collect(&[docs.to_owned()], &settings, Path::new(cairn_engine::SETTINGS_FILE))?;
    let read = |file: &world::SourceFile| {
        let bytes = world::read(file, limits.document_bytes_max).ok()?;
        cairn_ingest::read(&file.path, &bytes, limits).ok()
    };
    Ok(collected.files.par_iter().filter_map(read).collect())
}

pub(crate) fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool, EngineError> {
    let threads = threads.unwrap_or(0);
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    builder.build().map_err(|error| EngineError::Threads { threads, source: Box::new(error) })
}
