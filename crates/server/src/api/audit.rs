//! The trail of what was done.

use axum::Json;
use axum::extract::State;
use cairn_store::{AuditCheck, AuditRow, Broken, Seal, ServiceStore, StoreError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Answer;
use crate::access::{Administering, Operator};
use crate::app::App;
use crate::edge;
use crate::input::Asked;
use crate::page::{Page, PageQuery, Turn};
use crate::problem::Problem;

/// Something that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditRecord {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub actor: String,
    /// With which key.
    pub key: Option<String>,
    /// In which project.
    pub project: Option<String>,
    /// What: `decision.create`, `key.revoke` …
    pub action: String,
    /// About what.
    pub object: String,
    /// How it was before.
    pub before: Option<Value>,
    /// How it is after.
    pub after: Option<Value>,
    /// The request by which it was done.
    pub request: Option<String>,
    /// Covers this row and all before it.
    pub hash: String,
}

/// What a check of the trail found.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditVerdict {
    /// Whether every row is as it was written, and none is missing.
    pub holds: bool,
    /// How many rows hold, from the first on.
    pub rows: i64,
    /// The hash of the last of them.
    pub head: String,
    /// The first fault.
    pub fault: Option<String>,
}

/// What was done in a project, the newest first.
#[utoipa::path(get, path = "/projects/{project}/audit", tag = "audit", params(PageQuery), security(("key" = ["admin"])),
    responses((status = 200, body = Page<AuditRecord>)))]
pub(crate) async fn list_of_project(
    State(app): State<App>,
    access: Administering,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<AuditRecord>> {
    page(&app, Some(&access.project.id), &asked).await
}

/// What was done anywhere, the newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(PageQuery), security(("key" = ["operator"])),
    responses((status = 200, body = Page<AuditRecord>)))]
pub(crate) async fn list_all(
    State(app): State<App>,
    _operator: Operator,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<AuditRecord>> {
    page(&app, None, &asked).await
}

/// Goes through the whole trail and holds every row to its hash.
#[utoipa::path(get, path = "/audit/check", tag = "audit", security(("key" = ["operator"])),
    responses((status = 200, body = AuditVerdict)))]
pub(crate) async fn check(State(app): State<App>, _operator: Operator) -> Answer<AuditVerdict> {
    Ok(Json(verdict(app.store.check_audit().await?)))
}

/// Checks the trail in a data folder, whether or not a service runs.
pub async fn check_audit(data: &std::path::Path, seal: Seal) -> Result<AuditVerdict, StoreError> {
    Ok(verdict(ServiceStore::open(data, seal).await?.check_audit().await?))
}

fn verdict(check: AuditCheck) -> AuditVerdict {
    let fault = check.broken.map(|broken| match broken {
        Broken::Missing(seq) => format!("row {seq} is missing"),
        Broken::Changed(seq) => format!("row {seq} is not as it was written"),
    });
    AuditVerdict { holds: fault.is_none(), rows: check.rows, head: check.head, fault }
}

async fn page(app: &App, project: Option<&str>, asked: &PageQuery) -> Result<Json<Page<AuditRecord>>, Problem> {
    let list = format!("audit {}", project.unwrap_or("*"));
    let turn = Turn::of(app, &list, asked.cursor.as_deref(), asked.limit)?;
    let before = turn.after.as_deref().and_then(|seq| seq.parse().ok());
    let limit = i64::try_from(turn.limit + 1).unwrap_or(i64::MAX);
    let rows = app.store.audit(project, before, limit).await?;
    Ok(Json(turn.page_of(app, &list, rows, |row| row.seq.to_string(), record)))
}

fn record(row: AuditRow) -> AuditRecord {
    let AuditRow { seq, entry, hash } = row;
    AuditRecord {
        seq,
        at: edge::shown(entry.at),
        actor: entry.actor,
        key: entry.key,
        project: entry.project,
        action: entry.action,
        object: entry.object,
        before: entry.before,
        after: entry.after,
        request: entry.request,
        hash,
    }
}
