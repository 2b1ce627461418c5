//! The handlers of the API, by topic. Each is an extractor that says who may call, one question to a view or the engine, and a record.

pub(crate) mod asking;
pub(crate) mod assistant;
pub(crate) mod audit;
pub(crate) mod decisions;
pub(crate) mod history;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod model;
pub(crate) mod people;
pub(crate) mod projects;
pub(crate) mod records;
pub(crate) mod sessions;
pub(crate) mod sources;
pub(crate) mod status;
pub(crate) mod uploads;
pub(crate) mod webhooks;

use axum::Json;
use http::header::IF_MATCH;
use http::{HeaderMap, StatusCode};

use crate::problem::Problem;

/// What most handlers give.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

/// Names a state of something by its text.
pub(crate) fn etag(text: &str) -> String {
    let digest: String = cairn_model::digest(text.as_bytes()).chars().take(32).collect();
    format!("\"{digest}\"")
}

/// Refuses a change of something that is not as the caller has seen it.
pub(crate) fn has_etag(headers: &HeaderMap, etag: &str) -> Result<(), Problem> {
    let Some(wanted) = headers.get(IF_MATCH) else {
        let detail = "send the `ETag` of what you change as `If-Match`";
        return Err(Problem::new(StatusCode::PRECONDITION_REQUIRED, "if_match_required", detail));
    };
    let wanted = wanted.to_str().unwrap_or_default();
    // A weak name is never the same by the strong comparison that `If-Match` asks for.
    if wanted.split(',').any(|one| one.trim() == etag) {
        return Ok(());
    }
    let detail = "it was changed since you looked at it; look again";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail))
}
