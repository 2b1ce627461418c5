//! Whether the service lives, is ready, and what it counts.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use crate::access::Operator;
use crate::app::App;
use crate::edge;
use crate::problem::Problem;

/// Whether the service lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    pub status: String,
    /// The version of the program.
    pub version: String,
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// The service takes requests: its store can be written, and it is not about to stop.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, body = Health)))]
pub(crate) async fn readyz(State(app): State<App>) -> Answer<Health> {
    if app.is_stopping() {
        return Err(Problem::unavailable("the service is about to stop", 5));
    }
    app.store.is_writable().await.map_err(|error| {
        tracing::error!(error = %crate::problem::causes(&error), "the store cannot be written");
        Problem::unavailable("the store cannot be written", 5)
    })?;
    Ok(healthz().await)
}

/// What is counted, in the text form of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(("key" = ["operator"])),
    responses((status = 200, content_type = "application/openmetrics-text", body = String)))]
pub(crate) async fn metrics(State(app): State<App>, _operator: Operator) -> Result<Response, Problem> {
    let queue = app.store.queue().await?;
    let text = app.metrics.text(&queue, edge::now(), app.projects.in_memory());
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, media_type)], text).into_response())
}
