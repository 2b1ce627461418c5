//! Jobs: asking for a scan, looking how far work is, ending it, trying it again.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use cairn_store::Job;
use futures_util::stream;
use http::header::{HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::access::{Editing, Viewing};
use crate::app::{App, entry};
use crate::input::{Asked, At};
use crate::page::{Page, Turn};
use crate::problem::Problem;
use crate::{edge, jobs};

/// How often a job is looked at for those who follow it.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often a stream says that it is still there.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobRecord {
    /// Names the job.
    pub id: String,
    /// `sync` reads a source, `scan` reads the project's documents.
    pub kind: String,
    /// The source that it is about.
    pub source: Option<String>,
    /// `queued`, `running`, `done`, `dead` (it failed for good) or `cancelled`.
    pub state: String,
    /// How often it was begun.
    pub attempts: i64,
    /// How often it is tried.
    pub attempts_max: i64,
    /// How far it is: the stage, what is done of it, and of how much.
    #[schema(value_type = Option<Object>)]
    pub progress: Value,
    /// What came of it, or why it failed.
    #[schema(value_type = Option<Object>)]
    pub outcome: Option<Value>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it is tried next, while it waits.
    #[schema(format = DateTime)]
    pub run_at: Option<String>,
    /// When it was last begun.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    /// Only those in this state.
    state: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Has all documents of the project read; only those that changed take time.
#[utoipa::path(post, path = "/projects/{project}/scans", tag = "jobs", security(("key" = ["editor"])),
    responses((status = 202, body = JobRecord)))]
pub(crate) async fn create_scan(State(app): State<App>, access: Editing) -> Result<Response, Problem> {
    Ok(queued(&jobs::queue_scan(&app, &access.project.id).await?))
}

/// The jobs of a project, the newest first.
#[utoipa::path(get, path = "/projects/{project}/jobs", tag = "jobs", params(JobsQuery), security(("key" = ["viewer"])),
    responses((status = 200, body = Page<JobRecord>)))]
pub(crate) async fn list_jobs(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<JobsQuery>,
) -> Answer<Page<JobRecord>> {
    let list = format!("jobs {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let limit = i64::try_from(turn.limit + 1).unwrap_or(i64::MAX);
    let found = app.store.jobs(&access.project.id, asked.state.as_deref(), turn.after.as_deref(), limit).await?;
    Ok(Json(turn.page_of(&app, &list, found, |job| job.id.clone(), |job| record(&job))))
}

/// A job.
#[utoipa::path(get, path = "/projects/{project}/jobs/{job}", tag = "jobs", security(("key" = ["viewer"])),
    responses((status = 200, body = JobRecord)))]
pub(crate) async fn get_job(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<JobRecord> {
    Ok(Json(record(&find(&app, &access.project.id, &id).await?)))
}

/// Follows a job: an event `job` with its record whenever it is further, the last when it has ended.
#[utoipa::path(get, path = "/projects/{project}/jobs/{job}/events", tag = "jobs", security(("key" = ["viewer"])),
    responses((status = 200, content_type = "text/event-stream", body = Object)))]
pub(crate) async fn follow_job(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    find(&app, &access.project.id, &id).await?;
    let begin = Following { app, project: access.project.id.clone(), id, last: None, is_over: false };
    let events = stream::unfold(begin, |mut following| async move {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let alive = KeepAlive::new().interval(ALIVE_EVERY);
    let mut response = Sse::new(events).keep_alive(alive).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Somebody who follows a job.
struct Following {
    app: App,
    project: String,
    id: String,
    last: Option<Job>,
    is_over: bool,
}

impl Following {
    /// What is new about the job; nothing once it has ended, or the service is told to stop.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.is_over || self.app.is_stopping() {
                return None;
            }
            let job = self.app.store.job(&self.project, &self.id).await.ok().flatten()?;
            if self.last.as_ref() != Some(&job) {
                self.is_over = !matches!(job.state.as_str(), "queued" | "running");
                let data = serde_json::to_string(&record(&job)).expect("a job serialises");
                self.last = Some(job);
                return Some(Event::default().event("job").data(data));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Ends a job: at once while it waits, at its next step while it runs.
#[utoipa::path(post, path = "/projects/{project}/jobs/{job}/cancel", tag = "jobs", security(("key" = ["editor"])),
    responses((status = 202, body = JobRecord)))]
pub(crate) async fn cancel_job(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    let project = &access.project.id;
    find(&app, project, &id).await?;
    app.record(&entry(&access.caller, Some(project), "job.cancel", &id)).await?;
    if !app.store.cancel(project, &id, edge::now()).await? {
        return Err(Problem::conflict("ended", "the job has ended already"));
    }
    Ok(queued(&find(&app, project, &id).await?))
}

/// Tries a job again that failed for good or was ended.
#[utoipa::path(post, path = "/projects/{project}/jobs/{job}/retry", tag = "jobs", security(("key" = ["editor"])),
    responses((status = 202, body = JobRecord)))]
pub(crate) async fn retry_job(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    let project = &access.project.id;
    find(&app, project, &id).await?;
    app.record(&entry(&access.caller, Some(project), "job.retry", &id)).await?;
    if !app.store.retry(project, &id, edge::now()).await? {
        return Err(Problem::conflict("not_ended", "the job is done, or under way, or the same waits already"));
    }
    app.work.notify_one();
    Ok(queued(&find(&app, project, &id).await?))
}

async fn find(app: &App, project: &str, id: &str) -> Result<Job, Problem> {
    app.store.job(project, id).await?.ok_or_else(|| Problem::not_found("job"))
}

/// The answer to somebody who asked for work.
pub(crate) fn queued(job: &Job) -> Response {
    let location = [(LOCATION, format!("/api/v1/projects/{}/jobs/{}", job.project, job.id))];
    (StatusCode::ACCEPTED, location, Json(record(job))).into_response()
}

pub(crate) fn record(job: &Job) -> JobRecord {
    JobRecord {
        id: job.id.clone(),
        kind: job.kind.clone(),
        source: job.source.clone(),
        state: job.state.clone(),
        attempts: job.attempts,
        attempts_max: job.attempts_max,
        progress: job.progress.clone(),
        outcome: job.outcome.clone(),
        created_at: edge::shown(job.created_at),
        run_at: (job.state == "queued").then(|| edge::shown(job.run_at)),
        started_at: job.started_at.map(edge::shown),
        finished_at: job.finished_at.map(edge::shown),
    }
}
