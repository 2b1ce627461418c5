//! The past: revisions, what changed between two of them, and what a reviewer has not seen.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use cairn_engine::{EngineError, Revision, RevisionRecord as Recorded, Touched, Workspace};
use cairn_report::changes_json;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use crate::access::Viewing;
use crate::app::App;
use crate::edge;
use crate::input::Asked;
use crate::page::{Page, PageQuery, Turn};
use crate::problem::Problem;

/// A revision: a state of the model that differs from the one before.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevisionRecord {
    /// Its name: `r12`.
    pub id: String,
    /// When it was made.
    pub at: String,
    /// Documents by path: `added`, `changed` or `removed`.
    pub documents: BTreeMap<String, String>,
    /// Documents that are as they were and were read otherwise.
    pub reread: Vec<String>,
    /// What else results depend on: rules, settings, decisions, imports.
    pub inputs: BTreeMap<String, String>,
    /// Who wrote the documents that are new or changed, where they say so.
    pub authors: Vec<String>,
}

/// Between which revisions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DiffQuery {
    /// The earlier revision: `r3`, `latest~1`.
    from: String,
    /// The later one; the newest when not given.
    to: Option<String>,
}

/// What a reviewer has not seen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxRecord {
    /// The revision up to which the caller has looked; none when they never did.
    pub seen: Option<String>,
    /// Acceptances that end soon or have ended.
    pub expiring: Vec<ExpiringRecord>,
    /// What changed since, as `cairn.diff/1`.
    #[schema(value_type = Object)]
    pub changes: Value,
}

/// An acceptance that ends.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExpiringRecord {
    /// The threat that a person accepted, or the acceptance that a document states.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    #[schema(format = Date)]
    pub on: String,
    /// Whether that is past.
    pub is_past: bool,
}

/// What is noted as seen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeenRecord {
    /// The newest revision; none where nothing was read yet.
    pub revision: Option<String>,
}

/// The revisions, the newest first.
#[utoipa::path(get, path = "/projects/{project}/revisions", tag = "history", params(PageQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Page<RevisionRecord>)))]
pub(crate) async fn list_revisions(
    State(app): State<App>,
    access: Viewing,
    Asked(asked): Asked<PageQuery>,
) -> Answer<Page<RevisionRecord>> {
    let list = format!("revisions {}", access.project.id);
    let turn = Turn::of(&app, &list, asked.cursor.as_deref(), asked.limit)?;
    let project = access.project;
    let revisions = app.compute(move || async move { cairn_engine::log(&project.workspace().await?).await }).await?;
    // Later ones come first: their numbers are counted down.
    let key = |it: &Recorded| format!("{:019}", i64::MAX - it.number);
    Ok(Json(turn.page(&app, &list, revisions.into_iter().rev(), key, record)))
}

/// What changed between two revisions, and because of which sentence (`cairn.diff/1`).
#[utoipa::path(get, path = "/projects/{project}/diff", tag = "history", params(DiffQuery),
    security(("key" = ["viewer"])), responses((status = 200, body = Object)))]
pub(crate) async fn get_diff(State(app): State<App>, access: Viewing, Asked(asked): Asked<DiffQuery>) -> Answer<Value> {
    let project = access.project;
    let workspace = project.workspace().await?;
    let from = named(&workspace, &asked.from).await?;
    let to = match &asked.to {
        Some(name) => Some(named(&workspace, name).await?),
        None => None,
    };
    let changes = app.compute(move || async move { difference(&workspace, &from, to.as_ref()).await }).await?;
    Ok(Json(changes))
}

async fn named(workspace: &Workspace, name: &str) -> Result<Revision, Problem> {
    cairn_engine::revision(workspace, name).await?.ok_or_else(|| Problem::not_found("revision"))
}

async fn difference(workspace: &Workspace, from: &Revision, to: Option<&Revision>) -> Result<Value, EngineError> {
    let then = workspace.clone().at_revision(from).await?;
    let (now, day) = match to {
        Some(to) => (workspace.clone().at_revision(to).await?, to.day),
        None => (workspace.clone(), edge::today()),
    };
    let (before, after) = cairn_engine::standings((&then, from.day), (&now, day)).await?;
    let before = before.knowing(cairn_engine::threats_before(workspace, from.number).await?);
    Ok(changes_json(&cairn_engine::changes(&before, &after)))
}

/// What the caller has not seen: what changed since they last looked, and acceptances that end soon.
#[utoipa::path(get, path = "/projects/{project}/inbox", tag = "history", security(("key" = ["viewer"])),
    responses((status = 200, body = InboxRecord)))]
pub(crate) async fn get_inbox(State(app): State<App>, access: Viewing) -> Answer<InboxRecord> {
    let (project, reviewer) = (access.project, access.caller.person.id);
    let inbox = app.compute(move || async move {
        let workspace = project.workspace().await?;
        let within = workspace.settings().freshness.expiry_days;
        cairn_engine::inbox(&workspace, &reviewer, edge::today(), within).await
    });
    let inbox = inbox.await?;
    let expiring = inbox.expiring.iter().map(|it| ExpiringRecord {
        id: it.id.to_string(),
        title: it.title.clone(),
        owner: it.owner.clone(),
        on: it.on.to_string(),
        is_past: it.is_past,
    });
    Ok(Json(InboxRecord {
        seen: inbox.seen.as_ref().map(|mark| Revision::name(mark.revision)),
        expiring: expiring.collect(),
        changes: changes_json(&inbox.changes),
    }))
}

/// Notes that the caller has seen everything up to now.
#[utoipa::path(post, path = "/projects/{project}/inbox/seen", tag = "history", security(("key" = ["viewer"])),
    responses((status = 200, body = SeenRecord)))]
pub(crate) async fn mark_seen(State(app): State<App>, access: Viewing) -> Answer<SeenRecord> {
    let (project, reviewer) = (access.project, access.caller.person.id);
    let seen = app.compute(move || async move {
        cairn_engine::mark_seen(&project.workspace().await?, &reviewer, edge::today()).await
    });
    Ok(Json(SeenRecord { revision: seen.await?.map(Revision::name) }))
}

fn record(revision: Recorded) -> RevisionRecord {
    let touched = |names: BTreeMap<String, Touched>| -> BTreeMap<String, String> {
        names.into_iter().map(|(name, touched)| (name, touched.as_str().to_owned())).collect()
    };
    RevisionRecord {
        id: Revision::name(revision.number),
        at: revision.at,
        documents: touched(revision.documents),
        reread: revision.reread.into_iter().collect(),
        inputs: touched(revision.inputs),
        authors: revision.authors.into_iter().collect(),
    }
}

/// Losses and threats that a supposition makes different, as records.
pub(crate) fn losses(losses: &[cairn_engine::attack::Loss]) -> Vec<Value> {
    let record = |it: &cairn_engine::attack::Loss| json!({ "attacker": it.attacker, "element": it.element.as_str(), "gains": it.gains, "certain": it.is_certain });
    losses.iter().map(record).collect()
}
