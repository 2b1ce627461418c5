//! What goes wrong, as RFC 9457 problem details: the one place where errors become HTTP.
//!
//! A client's mistake is explained. A mistake of ours is logged once, here, and answered without detail.

use axum::response::{IntoResponse, Response};
use cairn_engine::EngineError;
use cairn_store::StoreError;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of problem details.
const MEDIA_TYPE: &str = "application/problem+json";

/// Problem details (RFC 9457). `code` is stable; `detail` is for people and may change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status of the answer.
    pub status: u16,
    /// What the status means.
    pub title: String,
    /// A stable name of the problem.
    pub code: String,
    /// What is wrong, and what to do about it.
    pub detail: String,
    /// After how many seconds it is worth trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem with a stable code.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:cairn:problem:{code}"),
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            code: code.to_owned(),
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// A request that is not of the right form.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", detail)
    }

    /// Something in a project that is not there.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    /// A project that is not there, or that the caller has no part in: nobody can tell which.
    pub fn no_project() -> Self {
        Self::new(StatusCode::NOT_FOUND, "project_not_found", "there is no such project")
    }

    /// Nobody is let in without saying who they are.
    pub fn unauthenticated() -> Self {
        let detail = "send a key as `Authorization: Bearer …`, or open a session";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// The caller may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// Something is in the way of what is asked for.
    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// Too much is asked for at once.
    pub fn too_many(code: &str, detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// The service cannot do it just now.
    pub fn unavailable(detail: impl Into<String>, retry_after: u64) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// A mistake of ours, which is logged and not shown.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %causes(error), "a request failed");
        let detail = "the service failed; its log has the reason under this request's id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let body = serde_json::to_vec(&self).expect("texts and numbers serialise");
        let mut response = (status, body).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer realm=\"cairn\"");
            response.headers_mut().insert(http::header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse { .. } => Self::unavailable("the store is in use by another process", 2),
            error => Self::internal(&error),
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            // What the project's own files say wrongly is its people's to mend.
            EngineError::Settings { reason, .. } => project_file("settings", &reason),
            EngineError::Decisions { reason, .. } => project_file("decisions", &reason),
            EngineError::Rules { reason, .. } => project_file("rules", &reason),
            EngineError::Attackers { reason, .. } => project_file("attackers", &reason),
            EngineError::NoRevision { .. } => Self::not_found("revision"),
            EngineError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

/// An error with everything that led to it.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn project_file(which: &str, reason: &str) -> Problem {
    let detail = format!("the {which} of the project are not valid: {reason}");
    Problem::new(StatusCode::CONFLICT, "project_files", detail)
}
