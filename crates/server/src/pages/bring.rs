//! Forms that bring documents, move jobs and give roles: each given to the API's handler.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::json;

use super::answer::{back, to};
use super::form::Form;
use crate::access::{Administering, Editing};
use crate::api::{jobs, people, sources, uploads};
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
    Ok(to(&home))
}

/// Gives a person a role.
pub(super) async fn role(State(app): State<App>, access: Administering, form: Form) -> Result<Response, Problem> {
    let project = Arc::clone(&access.project);
    let role = serde_json::from_value(json!({ "role": form.get("role") }))
        .map_err(|error| Problem::invalid(error.to_string()))?;
    let at = At((project.id.clone(), form.get("person").to_owned()));
    people::put_member(State(app), access, at, Body(role)).await.map(drop)?;
    Ok(back(&format!("/p/{}/access", project.id), "role"))
}
