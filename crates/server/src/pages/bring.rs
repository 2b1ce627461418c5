//! Forms that bring documents and sources, and move jobs: each given to the API's handler.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;

use super::answer::back;
use super::form::Form;
use crate::access::Editing;
use crate::api::{jobs, sources, uploads};
use crate::app::App;
use crate::input::{At, Body};
use crate::problem::Problem;

/// Takes uploaded files in.
pub(super) async fn upload(State(app): State<App>, access: Editing, request: Request) -> Result<Response, Problem> {
    let home = format!("/p/{}/jobs", access.project.id);
    Box::pin(uploads::upload_documents(State(app), access, request)).await?;
    Ok(back(&home, "brought"))
}

/// Takes a pasted text in.
pub(super) async fn paste(State(app): State<App>, access: Editing, form: Form) -> Result<Response, Problem> {
    let home = format!("/p/{}/jobs", access.project.id);
    let new = json!({ "path": form.get("path"), "text": form.get("text") });
    let new = serde_json::from_value(new).map_err(|error| Problem::invalid(error.to_string()))?;
    Box::pin(uploads::paste_document(State(app), access, Body(new))).await?;
    Ok(back(&home, "brought"))
}

/// Has a source read.
pub(super) async fn sync(
    State(app): State<App>,
    access: Editing,
    At(at): At<(String, String)>,
) -> Result<Response, Problem> {
    let home = format!("/p/{}/jobs", access.project.id);
    sources::sync_source(State(app), access, At(at)).await?;
    Ok(back(&home, "queued"))
}

/// Ends a job.
pub(super) async fn cancel(
    State(app): State<App>,
    access: Editing,
    At(at): At<(String, String)>,
) -> Result<Response, Problem> {
    let home = format!("/p/{}/jobs", access.project.id);
    jobs::cancel_job(State(app), access, At(at)).await?;
    Ok(back(&home, "cancelled"))
}

/// Tries a job again.
pub(super) async fn retry(
    State(app): State<App>,
    access: Editing,
    At(at): At<(String, String)>,
) -> Result<Response, Problem> {
    let home = format!("/p/{}/jobs", access.project.id);
    jobs::retry_job(State(app), access, At(at)).await?;
    Ok(back(&home, "retried"))
}

/// Adds a folder or a repository as a source, and has it read. What begins like an address is one.
pub(super) async fn add_source(State(app): State<App>, access: Editing, form: Form) -> Result<Response, Problem> {
    let home = format!("/p/{}/sources", access.project.id);
    let where_from = if form.get("path").contains("://") { "url" } else { "path" };
    let place = match form.get("kind") {
        "git" => json!({ "kind": "git", where_from: form.get("path"), "revision": form.said("revision") }),
        _ => json!({ "kind": "folder", "path": form.get("path") }),
    };
    let new = json!({ "id": form.get("id"), "place": place });
    let new = serde_json::from_value(new).map_err(|error| Problem::invalid(error.to_string()))?;
    sources::create_source(State(app), access, Body(new)).await?;
    Ok(back(&home, "source"))
}

/// Takes a source away, with its documents.
pub(super) async fn remove_source(
    State(app): State<App>,
    access: Editing,
    At(at): At<(String, String)>,
) -> Result<Response, Problem> {
    let home = format!("/p/{}/sources", access.project.id);
    sources::delete_source(State(app), access, At(at)).await?;
    Ok(back(&home, "source_gone"))
}
