//! Work that outlives the request that asked for it: workers lease jobs from the store, tell how far they are, and note how they ended.
//!
//! A job may be begun again after a crash, so every effect is the same the second time: a mirror is compared before it is replaced, and
//! a scan of what was scanned already makes no revision.

mod scan;
mod sync;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use cairn_store::{Job, JobEnd, Millis, NewJob};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use crate::app::App;
use crate::edge;
use crate::metrics::Attempt;
use crate::problem::Problem;

pub(crate) use ticket::Ticket;

/// What jobs do.
pub(crate) const SYNC: &str = "sync";
/// See [`SYNC`].
pub(crate) const SCAN: &str = "scan";

/// How long a worker sleeps when nothing wakes it.
const SLEEP: Duration = Duration::from_secs(1);
/// How often old things are forgotten, and how long they are kept.
const FORGET_EVERY: Duration = Duration::from_hours(1);
const KEPT_MS: Millis = 7 * 86_400_000;

/// Why a job was not done.
pub(crate) enum Failure {
    /// It may work another time.
    Passing(String),
    /// It will not work until something is changed.
    Lasting(String),
    /// Somebody wants it to end, or the worker has to.
    Ended,
}

/// Starts the workers.
pub(crate) fn start(app: &App) -> Vec<JoinHandle<()>> {
    let mut tasks: Vec<JoinHandle<()>> = Vec::new();
    for _ in 0..app.config.workers {
        tasks.push(tokio::spawn(work(app.clone(), edge::new_id("worker"))));
    }
    tasks.push(tokio::spawn(keep_tidy(app.clone())));
    if app.config.poll_minutes > 0 {
        tasks.push(tokio::spawn(poll(app.clone())));
    }
    tasks
}

/// Has a project scanned.
pub(crate) async fn queue_scan(app: &App, project: &str) -> Result<Job, Problem> {
    queue(app, scan_of(app, project)).await
}

/// Has a source read.
pub(crate) async fn queue_sync(app: &App, project: &str, source: &str) -> Result<Job, Problem> {
    queue(app, sync_of(app, project, source)).await
}

async fn queue(app: &App, job: NewJob) -> Result<Job, Problem> {
    let Some(job) = app.store.enqueue(&job, app.config.queue_max).await? else { return Err(full()) };
    app.work.notify_one();
    Ok(job)
}

/// Refuses while so many jobs wait as may.
pub(crate) async fn has_room(app: &App) -> Result<(), Problem> {
    if app.store.waiting().await? >= app.config.queue_max { Err(full()) } else { Ok(()) }
}

fn full() -> Problem {
    Problem::too_many("queue_full", "as many jobs wait as may; come again later", 10)
}

/// A scan of a project.
pub(crate) fn scan_of(app: &App, project: &str) -> NewJob {
    new_job(app, project, None, SCAN)
}

/// A reading of a source.
pub(crate) fn sync_of(app: &App, project: &str, source: &str) -> NewJob {
    new_job(app, project, Some(source), SYNC)
}

fn new_job(app: &App, project: &str, source: Option<&str>, kind: &str) -> NewJob {
    let now = edge::now();
    NewJob {
        id: edge::new_id("job"),
        project: project.to_owned(),
        source: source.map(str::to_owned),
        kind: kind.to_owned(),
        dedupe: format!("{kind} {project} {}", source.unwrap_or_default()),
        payload: Value::Null,
        attempts_max: app.config.attempts_max,
        run_at: now,
        created_at: now,
    }
}

/// One worker.
async fn work(app: App, name: String) {
    let mut stopping = app.stopping.subscribe();
    while !app.is_stopping() {
        let now = edge::now();
        match app.store.claim(&name, now, now + app.config.lease_ms).await {
            Ok(Some(job)) => {
                // There may be more of them, and others who wait for work.
                app.work.notify_one();
                run(&app, &name, job).await;
            }
            Ok(None) => {
                tokio::select! {
                    () = app.work.notified() => {}
                    () = tokio::time::sleep(SLEEP) => {}
                    _ = stopping.changed() => {}
                }
            }
            Err(error) => {
                tracing::error!(error = %crate::problem::causes(&error), "no job can be taken");
                tokio::time::sleep(SLEEP).await;
            }
        }
    }
}

/// One attempt at a job.
async fn run(app: &App, worker: &str, job: Job) {
    let ticket = Arc::new(Ticket::default());
    let heart = tokio::spawn(beat(app.clone(), worker.to_owned(), job.id.clone(), Arc::clone(&ticket)));
    tracing::info!(job = %job.id, kind = %job.kind, project = %job.project, attempt = job.attempts, "a job begins");
    let span = tracing::info_span!("job", id = %job.id, kind = %job.kind, attempt = job.attempts);
    let done = attempt(app, &job, &ticket).instrument(span).await;
    heart.abort();
    let (end, follow_up) = match done {
        Ok((outcome, follow_up)) => (JobEnd::Done(outcome), follow_up),
        Err(failure) => (ended(app, &job, failure), Vec::new()),
    };
    let name = match &end {
        JobEnd::Done(_) => "done",
        JobEnd::Retry(..) => "retried",
        JobEnd::Dead(_) => "dead",
        JobEnd::Cancelled => "cancelled",
        JobEnd::GivenBack => "given_back",
    };
    tracing::info!(job = %job.id, kind = %job.kind, project = %job.project, end = name, "a job ends");
    app.metrics.attempts.get_or_create(&Attempt { kind: job.kind.clone(), end: name.to_owned() }).inc();
    match app.store.finish(&job.id, worker, &end, edge::now(), &follow_up).await {
        Ok(_) => app.work.notify_one(),
        // Its lease runs out, and it is tried again.
        Err(error) => {
            tracing::error!(job = %job.id, error = %crate::problem::causes(&error), "the end of a job cannot be noted");
        }
    }
}

async fn attempt(app: &App, job: &Job, ticket: &Arc<Ticket>) -> Result<(Value, Vec<NewJob>), Failure> {
    let project = app.projects.open(&job.project).await.map_err(|problem| Failure::Passing(problem.detail))?;
    let Some(project) = project else { return Err(Failure::Lasting("the project is gone".to_owned())) };
    match job.kind.as_str() {
        SYNC => sync::run(app, &project, job.source.as_deref().unwrap_or_default(), ticket).await,
        SCAN => Ok((scan::run(app, &project, ticket).await?, Vec::new())),
        other => Err(Failure::Lasting(format!("nothing is known of jobs of the kind `{other}`"))),
    }
}

fn ended(app: &App, job: &Job, failure: Failure) -> JobEnd {
    match failure {
        Failure::Ended if app.is_stopping() => JobEnd::GivenBack,
        Failure::Ended => JobEnd::Cancelled,
        Failure::Lasting(reason) => JobEnd::Dead(json!({ "error": reason })),
        Failure::Passing(reason) if job.attempts >= job.attempts_max => JobEnd::Dead(json!({ "error": reason })),
        Failure::Passing(reason) => JobEnd::Retry(json!({ "error": reason }), edge::now() + pause(app, job.attempts)),
    }
}

/// Twice as long after each attempt, and by chance up to half as long again, so that many do not come back at once.
fn pause(app: &App, attempts: i64) -> Millis {
    let doubled = u32::try_from(attempts - 1).ok().and_then(|times| app.config.backoff_ms.checked_shl(times.min(30)));
    let pause = doubled.unwrap_or(app.config.backoff_ms_max).clamp(1, app.config.backoff_ms_max);
    pause + i64::from(u16::from_be_bytes(edge::random::<2>())) * pause / 2 / i64::from(u16::MAX)
}

/// Holds on to a job while its worker works.
async fn beat(app: App, worker: String, job: String, ticket: Arc<Ticket>) {
    let lease = app.config.lease_ms;
    let every = Duration::from_millis(u64::try_from(lease / 4).unwrap_or(1000).clamp(50, 1000));
    loop {
        tokio::time::sleep(every).await;
        if app.is_stopping() {
            ticket.end();
        }
        match app.store.heartbeat(&job, &worker, edge::now() + lease, &ticket.progress()).await {
            Ok(true) => {}
            Ok(false) => ticket.end(),
            Err(error) => tracing::warn!(error = %crate::problem::causes(&error), "a job's lease cannot be renewed"),
        }
    }
}

/// Forgets what nobody needs any more.
async fn keep_tidy(app: App) {
    loop {
        let now = edge::now();
        if let Err(error) = app.store.forget(now - KEPT_MS, now).await {
            tracing::warn!(error = %crate::problem::causes(&error), "old jobs cannot be forgotten");
        }
        tokio::time::sleep(FORGET_EVERY).await;
    }
}

/// Has all sources read from time to time.
async fn poll(app: App) {
    let every = Duration::from_secs(app.config.poll_minutes * 60);
    loop {
        tokio::time::sleep(every).await;
        let Ok(projects) = app.store.projects().await else { continue };
        for project in projects {
            for source in app.store.sources(&project.id).await.unwrap_or_default() {
                if source.kind != crate::sources::UPLOADS
                    && let Err(problem) = queue_sync(&app, &project.id, &source.id).await
                {
                    tracing::warn!(code = %problem.code, "a source cannot be polled");
                }
            }
        }
    }
}
