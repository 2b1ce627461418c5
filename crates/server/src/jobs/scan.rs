//! Scanning a project: all of its documents, of which the engine reads those that changed. The new model takes the place of the old one when
//! it is ready.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cairn_engine::{EngineError, Revision, ScanRequest, ScanSummary, note_threats};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::ticket::ToldToEnd;
use super::{Failure, Ticket};
use crate::app::App;
use crate::problem::causes;
use crate::project::Project;
use crate::sources::{self, model_access};

pub(super) async fn run(app: &App, project: &Arc<Project>, ticket: &Arc<Ticket>) -> Result<Value, Failure> {
    let writing = project.writing.lock().await;
    let (within, held, ticket) = (app.clone(), Arc::clone(project), Arc::clone(ticket));
    let scanned = apart(move || -> Result<ScanSummary, EngineError> {
        let folder = held.documents_folder();
        let failed = |source| EngineError::File { path: folder.clone(), source };
        sources::settle(&held).map_err(failed)?;
        std::fs::create_dir_all(&folder).map_err(failed)?;
        Handle::current().block_on(async {
            let workspace = held.workspace().await?;
            let model = model_access(&within, workspace.settings());
            let dates = sources::dates(&held);
            let request = ScanRequest { inputs: vec![folder.clone()], model, dates, ..ScanRequest::default() };
            cairn_engine::scan(&workspace, &request, &*ticket).await
        })
    });
    let summary = scanned.await;
    drop(writing);
    let summary = summary?.map_err(|error| failure(&error))?;
    let view = project.refresh(app).await.map_err(|problem| Failure::Passing(problem.detail))?;
    if let Some(revision) = summary.revision {
        let noted = async { note_threats(&project.workspace().await?, revision, &view.model, view.as_of).await };
        if let Err(error) = noted.await {
            // It is derived again when somebody asks for it.
            tracing::warn!(error = %causes(&error), "the threats of a revision could not be noted");
        }
    }
    Ok(told(&summary))
}

/// Runs work that blocks and may be told to end.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let done = crate::app::blocking(move || catch_unwind(AssertUnwindSafe(work))).await;
    match done {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(thrown)) if thrown.is::<ToldToEnd>() => Err(Failure::Ended),
        Ok(Err(_)) | Err(_) => {
            tracing::error!("a job panicked, which is a bug");
            Err(Failure::Passing("the program failed on it, which is a bug".to_owned()))
        }
    }
}

fn failure(error: &EngineError) -> Failure {
    match error {
        EngineError::Settings { reason, .. }
        | EngineError::Rules { reason, .. }
        | EngineError::Attackers { reason, .. }
        | EngineError::Decisions { reason, .. } => {
            Failure::Lasting(format!("the project's files are not valid: {reason}"))
        }
        error => {
            tracing::error!(error = %causes(error), "a scan failed");
            Failure::Passing("the service could not scan it; its log has the reason".to_owned())
        }
    }
}

fn told(summary: &ScanSummary) -> Value {
    json!({
        "documents": summary.documents,
        "added": summary.added,
        "changed": summary.changed,
        "removed": summary.removed,
        "skipped": summary.skipped.len(),
        "failures": summary.failures,
        "claims": summary.claims,
        "revision": summary.revision.map(Revision::name),
    })
}
