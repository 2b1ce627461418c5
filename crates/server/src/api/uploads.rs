//! Documents that people bring: pasted as JSON, or uploaded as files.

use axum::Json;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::response::{IntoResponse as _, Response};
use cairn_model::DocumentId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::jobs::{JobRecord, record as job_record};
use crate::access::Editing;
use crate::app::{App, blocking, changed, entry};
use crate::input::{At, Body, too_large};
use crate::jobs;
use crate::problem::Problem;
use crate::sources::{self, UPLOADS, check_path};

/// An upload has at most so many files.
const FILES_MAX: usize = 1_000;

/// The field of the form that the files are in.
const FIELD: &str = "file";

/// A document that is pasted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDocument {
    /// Where it lies in the source, with `/` between the parts: `notes/queue.md`. One of the same path is replaced.
    #[schema(pattern = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,60}(/[A-Za-z0-9_][A-Za-z0-9_-]{0,60}){0,5}\\.[a-z]{1,8}$")]
    path: String,
    /// Its text.
    text: String,
    /// The source; `uploads` when not given. One that takes uploads.
    source: Option<String>,
}

/// What was brought, and the job that reads it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Brought {
    /// The paths of the documents, with the source's folder.
    pub paths: Vec<String>,
    /// The ids that the documents will have.
    pub documents: Vec<String>,
    /// The job that reads them.
    pub job: JobRecord,
}

/// A form with files: each part's file name is the path of the document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form to clients; the form itself is read part by part")]
pub(crate) struct UploadForm {
    /// The files.
    #[schema(value_type = Vec<String>, format = Binary, min_items = 1)]
    file: Vec<u8>,
}

/// Pastes a document and has it read. When this is answered, the document is on the disk.
#[utoipa::path(post, path = "/projects/{project}/documents", tag = "documents", request_body = NewDocument,
    security(("key" = ["editor"])), responses((status = 202, body = Brought)))]
pub(crate) async fn paste_document(
    State(app): State<App>,
    access: Editing,
    Body(new): Body<NewDocument>,
) -> Result<Response, Problem> {
    let source = new.source.unwrap_or_else(|| UPLOADS.to_owned());
    bring(&app, &access, &source, vec![(new.path, new.text.into_bytes())]).await
}

/// Uploads documents and has them read. When this is answered, the documents are on the disk.
#[utoipa::path(post, path = "/projects/{project}/uploads", tag = "documents", security(("key" = ["editor"])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 202, body = Brought)))]
pub(crate) async fn upload_documents(
    State(app): State<App>,
    access: Editing,
    request: Request,
) -> Result<Response, Problem> {
    let form = Multipart::from_request(request, &app).await.map_err(|rejection| {
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", rejection.body_text())
    });
    let files = files(form?).await?;
    if files.is_empty() {
        return Err(Problem::invalid("the form has no file"));
    }
    bring(&app, &access, UPLOADS, files).await
}

/// Takes a document away that was brought this way. Documents of other sources go when they go there.
#[utoipa::path(delete, path = "/projects/{project}/documents/{document}", tag = "documents", security(("key" = ["editor"])),
    responses((status = 202, body = JobRecord)))]
pub(crate) async fn delete_document(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    let project = &access.project;
    let view = project.view(&app).await?;
    let path = view.document(&DocumentId::from(id)).map(|it| it.path.clone());
    let path = path.ok_or_else(|| Problem::not_found("document"))?;
    let (source, _) = path.split_once('/').unwrap_or_default();
    takes_uploads(&app, &project.id, source).await?;
    let entry = entry(&access.caller, Some(&project.id), "document.delete", &path);
    app.record(&entry).await?;
    let held = std::sync::Arc::clone(project);
    let removed = blocking(move || sources::remove_upload(&held, &held.documents_folder().join(path))).await?;
    removed.map_err(|error| Problem::internal(&error))?;
    let job = jobs::queue_scan(&app, &project.id).await?;
    Ok((StatusCode::ACCEPTED, Json(job_record(&job))).into_response())
}

async fn bring(app: &App, access: &Editing, source: &str, files: Vec<(String, Vec<u8>)>) -> Result<Response, Problem> {
    let project = &access.project;
    for (path, _) in &files {
        check_path(path)?;
    }
    takes_uploads(app, &project.id, source).await?;
    jobs::has_room(app).await?;
    let paths: Vec<String> = files.iter().map(|(path, _)| format!("{source}/{path}")).collect();
    let entry = entry(&access.caller, Some(&project.id), "document.bring", source);
    app.record(&changed(entry, None, Some(json!(paths)))).await?;
    let (held, source) = (std::sync::Arc::clone(project), source.to_owned());
    let kept =
        blocking(move || files.iter().try_for_each(|(path, bytes)| sources::upload(&held, &source, path, bytes)));
    kept.await?.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::IsADirectory | std::io::ErrorKind::AlreadyExists => {
            Problem::conflict(
                "path_in_use",
                "a document lies where the path needs a folder, or a folder where it needs a document",
            )
        }
        std::io::ErrorKind::StorageFull => Problem::unavailable("the disk of the service is full", 60),
        _ => Problem::internal(&error),
    })?;
    let job = jobs::queue_scan(app, &project.id).await?;
    let documents = paths.iter().map(|path| DocumentId::of_path(path).as_str().to_owned()).collect();
    Ok((StatusCode::ACCEPTED, Json(Brought { paths, documents, job: job_record(&job) })).into_response())
}

async fn takes_uploads(app: &App, project: &str, source: &str) -> Result<(), Problem> {
    match app.store.sources(project).await?.iter().find(|it| it.id == source) {
        Some(found) if found.kind == UPLOADS => Ok(()),
        Some(_) => {
            Err(Problem::conflict("not_uploaded", "the source is read from elsewhere; change its documents there"))
        }
        None => Err(Problem::not_found("source")),
    }
}

async fn files(mut form: Multipart) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| refused(&error))? {
        let name = field.name().unwrap_or_default();
        // By such a field a page shows that the form is its own.
        if name.starts_with('_') {
            continue;
        }
        if name != FIELD {
            return Err(Problem::invalid(format!(
                "the form has files in fields of the name `{FIELD}` and nothing else"
            )));
        }
        let name = field.file_name().map(str::to_owned);
        let name = name.ok_or_else(|| Problem::invalid("a file of the form has no name"))?;
        if files.len() == FILES_MAX {
            return Err(Problem::invalid(format!("an upload has at most {FILES_MAX} files")));
        }
        files.push((name, field.bytes().await.map_err(|error| refused(&error))?.to_vec()));
    }
    Ok(files)
}

fn refused(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new(StatusCode::BAD_REQUEST, "malformed", "the form cannot be read")
}
