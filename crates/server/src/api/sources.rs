//! The sources of a project, and who tells of their changes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_store::{Change, Source, Webhook};
use http::StatusCode;
use http::header::LOCATION;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Answer;
use super::jobs::{JobRecord, queued};
use super::projects::check_id;
use crate::access::{Editing, Viewing};
use crate::app::{App, blocking, changed, entry};
use crate::input::{At, Body};
use crate::problem::Problem;
use crate::project::Project;
use crate::sources::{self, Place, UPLOADS, allowed};
use crate::{edge, jobs};

/// A source has at most so long a secret.
const SECRET_CHARACTERS_MAX: usize = 255;

/// More jobs of one project do not run at once.
const RUNNING_MAX: i64 = 10;

/// Where documents of a project come from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceRecord {
    /// Names the source; its documents lie in a folder of this name.
    pub id: String,
    /// Where it is.
    pub place: Place,
    /// Who tells of changes; none where nobody does.
    pub webhook: Option<WebhookRecord>,
    /// Since when.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last read, or tried to be.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
    /// When it was last read without a fault.
    #[schema(format = DateTime)]
    pub ok_at: Option<String>,
    /// Why it could not be read the last time; none when it could.
    pub error: Option<String>,
    /// How many documents it had then.
    pub documents: Option<u64>,
    /// How many of its files are none.
    pub skipped: Option<u64>,
}

/// Who tells of changes of a source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookRecord {
    /// Where to send: the path of the address.
    pub path: String,
    /// The sender's dialect.
    pub sender: String,
}

/// A source to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSource {
    /// Names the source: small letters, digits and dashes.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    id: String,
    /// Where it is.
    place: Place,
}

/// Who is to tell of changes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// The sender's dialect.
    sender: Sender,
    /// The secret that the sender signs with; one is made when none is given.
    #[schema(min_length = 16, max_length = 255)]
    secret: Option<String>,
}

/// The dialects of webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// GitHub: `X-Hub-Signature-256`.
    Github,
    /// GitLab: `X-Gitlab-Token`.
    Gitlab,
    /// Jira: `X-Hub-Signature`.
    Jira,
    /// Confluence Data Center: `X-Hub-Signature`.
    ConfluenceDc,
    /// Slack: `X-Slack-Signature`.
    Slack,
    /// Linear: `Linear-Signature`.
    Linear,
    /// Standard Webhooks: `webhook-signature`.
    Generic,
}

impl Sender {
    /// The name in records.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Jira => "jira",
            Self::ConfluenceDc => "confluence_dc",
            Self::Slack => "slack",
            Self::Linear => "linear",
            Self::Generic => "generic",
        }
    }
}

/// A webhook that was set up. The secret is given this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeWebhook {
    /// The webhook.
    pub webhook: WebhookRecord,
    /// What the sender signs with.
    pub secret: String,
}

/// The sources of a project, and how the last reading of each went.
#[utoipa::path(get, path = "/projects/{project}/sources", tag = "sources", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<SourceRecord>)))]
pub(crate) async fn list_sources(State(app): State<App>, access: Viewing) -> Answer<Vec<SourceRecord>> {
    Ok(Json(app.store.sources(&access.project.id).await?.iter().map(record).collect()))
}

/// A source.
#[utoipa::path(get, path = "/projects/{project}/sources/{source}", tag = "sources", security(("key" = ["viewer"])),
    responses((status = 200, body = SourceRecord)))]
pub(crate) async fn get_source(
    State(app): State<App>,
    access: Viewing,
    At((_, id)): At<(String, String)>,
) -> Answer<SourceRecord> {
    Ok(Json(record(&find(&app, &access.project.id, &id).await?)))
}

/// Adds a source and has it read.
#[utoipa::path(post, path = "/projects/{project}/sources", tag = "sources", request_body = NewSource,
    security(("key" = ["editor"])), responses((status = 201, body = SourceRecord)))]
pub(crate) async fn create_source(
    State(app): State<App>,
    access: Editing,
    Body(new): Body<NewSource>,
) -> Result<Response, Problem> {
    check_id(&new.id)?;
    let project = access.project.id.clone();
    if app.store.sources(&project).await?.iter().any(|it| it.id == new.id) {
        return Err(Problem::conflict("exists", "there is a source of this id already"));
    }
    check_place(&app, &new.place)?;
    jobs::has_room(&app).await?;
    let source = Source {
        id: new.id,
        project: project.clone(),
        kind: new.place.kind().to_owned(),
        config: serde_json::to_value(&new.place).expect("a place serialises"),
        webhook: None,
        created_at: edge::now(),
        state: Value::Null,
    };
    let entry =
        changed(entry(&access.caller, Some(&project), "source.create", &source.id), None, Some(source.config.clone()));
    let mut changes = vec![Change::Source(source.clone())];
    if source.kind != UPLOADS {
        changes.push(Change::Job(jobs::sync_of(&app, &project, &source.id)));
    }
    app.change(&changes, &entry).await?;
    app.work.notify_one();
    let location = [(LOCATION, format!("/api/v1/projects/{project}/sources/{}", source.id))];
    Ok((StatusCode::CREATED, location, Json(record(&source))).into_response())
}

/// Takes a source away, with its documents.
#[utoipa::path(delete, path = "/projects/{project}/sources/{source}", tag = "sources", security(("key" = ["editor"])),
    responses((status = 204)))]
pub(crate) async fn delete_source(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let project = access.project.id.clone();
    let source = find(&app, &project, &id).await?;
    let entry = changed(entry(&access.caller, Some(&project), "source.delete", &id), Some(source.config), None);
    let gone = Change::SourceGone { project: project.clone(), id: id.clone() };
    app.change(&[gone, Change::Job(jobs::scan_of(&app, &project))], &entry).await?;
    // What is being read of it just now is not wanted any more, and may take long.
    let running = app.store.jobs(&project, Some("running"), None, RUNNING_MAX).await?;
    for job in running.iter().filter(|job| job.source.as_deref() == Some(&id)) {
        app.store.cancel(&project, &job.id, edge::now()).await?;
    }
    forget(&app, access.project, id).await?;
    app.work.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Has a source read, and scanned where it changed.
#[utoipa::path(post, path = "/projects/{project}/sources/{source}/sync", tag = "sources", security(("key" = ["editor"])),
    responses((status = 202, body = JobRecord)))]
pub(crate) async fn sync_source(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<Response, Problem> {
    find(&app, &access.project.id, &id).await?;
    Ok(queued(&jobs::queue_sync(&app, &access.project.id, &id).await?))
}

/// Sets up a webhook that tells of changes of a source, in place of one before.
#[utoipa::path(put, path = "/projects/{project}/sources/{source}/webhook", tag = "sources", request_body = NewWebhook,
    security(("key" = ["editor"])), responses((status = 200, body = MadeWebhook)))]
pub(crate) async fn put_webhook(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
    Body(new): Body<NewWebhook>,
) -> Answer<MadeWebhook> {
    let source = find(&app, &access.project.id, &id).await?;
    let secret = new.secret.unwrap_or_else(|| crate::secrets::new_token().0);
    if !(16..=SECRET_CHARACTERS_MAX).contains(&secret.chars().count()) {
        return Err(Problem::invalid("`secret` has from 16 to 255 characters"));
    }
    let token = edge::new_id("hook");
    let sender = new.sender.as_str().to_owned();
    let webhook = Webhook { token, sender: sender.clone(), sealed_secret: app.secrets.seal(&secret) };
    let entry = entry(&access.caller, Some(&access.project.id), "webhook.put", &id);
    let entry = changed(entry, None, Some(json!({ "sender": sender })));
    let shown = webhook_record(&webhook);
    app.change(&[Change::Source(Source { webhook: Some(webhook), ..source })], &entry).await?;
    Ok(Json(MadeWebhook { webhook: shown, secret }))
}

/// Takes a webhook away.
#[utoipa::path(delete, path = "/projects/{project}/sources/{source}/webhook", tag = "sources", security(("key" = ["editor"])),
    responses((status = 204)))]
pub(crate) async fn delete_webhook(
    State(app): State<App>,
    access: Editing,
    At((_, id)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let source = find(&app, &access.project.id, &id).await?;
    if source.webhook.is_none() {
        return Err(Problem::not_found("webhook"));
    }
    let entry = entry(&access.caller, Some(&access.project.id), "webhook.delete", &id);
    app.change(&[Change::Source(Source { webhook: None, ..source })], &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes away what the project has of a source that is no more.
async fn forget(app: &App, project: Arc<Project>, id: String) -> Result<(), Problem> {
    let _writing = project.writing.lock().await;
    // What is being fetched just now is taken away when that has ended.
    let idle = project.fetching.try_lock();
    let is_idle = idle.is_ok();
    let left = app.store.sources(&project.id).await?;
    let held = Arc::clone(&project);
    let forgotten = blocking(move || {
        sources::forget(&held, &id)?;
        if is_idle { sources::remote::forget_others(&held, &left) } else { Ok(()) }
    });
    forgotten.await?.map_err(|error| Problem::internal(&error))
}

/// A place that does not exist, or may not be read, is none that could be found. Another machine is asked by the job that reads the source.
fn check_place(app: &App, place: &Place) -> Result<(), Problem> {
    let is_elsewhere = sources::remote::wanted(&app.config, place)?.is_some();
    let path = match place {
        Place::Folder { path } | Place::Git { path: Some(path), .. } if !is_elsewhere => path,
        Place::Uploads {} | Place::Folder { .. } | Place::Git { .. } => return Ok(()),
    };
    let refused =
        |error: sources::SourceError| Problem { detail: sources::told(&error), ..Problem::not_found("place") };
    allowed(&app.config, path).map(drop).map_err(refused)
}

async fn find(app: &App, project: &str, id: &str) -> Result<Source, Problem> {
    let sources = app.store.sources(project).await?;
    sources.into_iter().find(|it| it.id == id).ok_or_else(|| Problem::not_found("source"))
}

fn record(source: &Source) -> SourceRecord {
    let text = |key: &str| source.state.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| source.state.get(key).and_then(Value::as_u64);
    SourceRecord {
        id: source.id.clone(),
        place: serde_json::from_value(source.config.clone()).unwrap_or(Place::Uploads {}),
        webhook: source.webhook.as_ref().map(webhook_record),
        created_at: edge::shown(source.created_at),
        read_at: text("read_at"),
        ok_at: text("ok_at"),
        error: text("error"),
        documents: number("documents"),
        skipped: number("skipped"),
    }
}

fn webhook_record(webhook: &Webhook) -> WebhookRecord {
    WebhookRecord { path: format!("/api/v1/webhooks/{}", webhook.token), sender: webhook.sender.clone() }
}
