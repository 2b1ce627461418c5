//! The example: the documents of a company that does not exist, brought into the service, as a project in one step.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use include_dir::{Dir, DirEntry, include_dir};
use serde_json::json;

use super::start::into_project;
use crate::access::Operator;
use crate::api::projects;
use crate::app::{App, blocking};
use crate::input::Body;
use crate::jobs;
use crate::problem::Problem;
use crate::sources::{UPLOADS, upload};

/// The documents. The page that says what a reader finds in them lies beside them and is not one of them.
static DOCUMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../eval/examples/tuckbox");
/// The project's id and name.
const ID: &str = "tuckbox";
const NAME: &str = "Tuckbox (example)";
/// How many examples there may be beside each other.
const EXAMPLES_MAX: usize = 20;

/// Makes a project of the example and has it read.
pub(super) async fn load(State(app): State<App>, Operator(caller): Operator) -> Result<Response, Problem> {
    let id = free_id(&app).await?;
    let new = json!({ "id": id, "name": NAME });
    let new = serde_json::from_value(new).map_err(|error| Problem::invalid(error.to_string()))?;
    projects::create_project(State(app.clone()), Operator(caller), Body(new)).await?;
    let project = app.projects.open(&id).await?.ok_or_else(Problem::no_project)?;
    let kept = blocking(move || {
        let mut files = Vec::new();
        gather(&DOCUMENTS, &mut files);
        let project = Arc::clone(&project);
        files.into_iter().try_for_each(|(path, bytes)| upload(&project, UPLOADS, &path, bytes))
    });
    kept.await?.map_err(|error| Problem::internal(&error))?;
    jobs::queue_scan(&app, &id).await?;
    Ok(into_project(&id, "example"))
}

async fn free_id(app: &App) -> Result<String, Problem> {
    for nth in 1..=EXAMPLES_MAX {
        let id = if nth == 1 { ID.to_owned() } else { format!("{ID}-{nth}") };
        if app.store.project(&id).await?.is_none() {
            return Ok(id);
        }
    }
    Err(Problem::conflict("too_many_examples", "there are enough projects of the example; remove one first"))
}

fn gather(folder: &Dir<'static>, files: &mut Vec<(String, &'static [u8])>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => gather(inner, files),
            DirEntry::File(file) => files.push((file.path().to_string_lossy().replace('\\', "/"), file.contents())),
        }
    }
}
