//! Projects, their settings, and what they cost.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_engine::{SETTINGS_FILE, Settings};
use cairn_store::{Change, Member, Project, Source};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::people::check_name;
use super::{Answer, etag, has_etag};
use crate::access::{Administering, Caller, Editing, Operator, Role, Viewing};
use crate::app::{App, blocking, changed, entry};
use crate::edge;
use crate::input::Body;
use crate::jobs;
use crate::problem::Problem;
use crate::sources::{UPLOADS, check_settings, write_beside};

/// Settings have at most so many characters.
const SETTINGS_CHARACTERS_MAX: usize = 200_000;

/// A system under review.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectRecord {
    /// Names the project in addresses.
    pub id: String,
    /// For people.
    pub name: String,
    /// Since when.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// What the caller may do in it.
    pub role: String,
}

/// A project with where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProjectState {
    /// The project.
    pub project: ProjectRecord,
    /// The newest revision; none where nothing was read yet.
    pub revision: Option<String>,
    /// The day on which acceptances are judged.
    #[schema(format = Date)]
    pub as_of: String,
    /// How many documents there are.
    pub documents: usize,
    /// How many claims whose quotes hold.
    pub claims: usize,
    /// How many claims that were turned away.
    pub rejected: usize,
    /// How many elements.
    pub elements: usize,
    /// How many places where documents contradict each other.
    pub conflicts: usize,
    /// How many questions.
    pub questions: usize,
    /// How many threats.
    pub threats: usize,
    /// How many of them are open, disputed, or past their acceptance, and nobody decided about them.
    pub pressing: usize,
}

/// A project to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProject {
    /// Names the project in addresses: small letters, digits and dashes.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    id: String,
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// What is different about a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectChange {
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// The settings of a project.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsText {
    /// The text of `cairn.toml`. Every key is explained in `config/default.toml`.
    #[schema(max_length = 200_000)]
    pub toml: String,
}

/// What calls to the language model took today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageRecord {
    /// The day.
    #[schema(format = Date)]
    pub day: String,
    /// Calls.
    pub calls: u64,
    /// Tokens of questions.
    pub input_tokens: u64,
    /// Of these, taken from the endpoint's cache.
    pub cached_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// In the currency of the prices in the settings.
    pub cost: f64,
    /// What a day may cost; 0 for no bound.
    pub budget: f64,
}

/// The projects that the caller has a part in.
#[utoipa::path(get, path = "/projects", tag = "projects", security(("key" = ["anyone"])),
    responses((status = 200, body = Vec<ProjectRecord>)))]
pub(crate) async fn list_projects(State(app): State<App>, caller: Caller) -> Answer<Vec<ProjectRecord>> {
    let mut records = Vec::new();
    for project in app.store.projects().await? {
        if let Some(role) = caller.role_in(&app, &project.id).await? {
            records.push(record(project, role));
        }
    }
    Ok(Json(records))
}

/// Makes a project, in which the caller is an admin.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = NewProject, security(("key" = ["operator"])),
    responses((status = 201, body = ProjectRecord)))]
pub(crate) async fn create_project(
    State(app): State<App>,
    Operator(caller): Operator,
    Body(new): Body<NewProject>,
) -> Result<Response, Problem> {
    check_id(&new.id)?;
    check_name(&new.name)?;
    if app.store.project(&new.id).await?.is_some() {
        return Err(Problem::conflict("exists", "there is a project of this id already"));
    }
    app.projects.remove(&new.id).await?;
    let project = Project { id: new.id.clone(), name: new.name, created_at: edge::now() };
    let uploads = Source {
        id: UPLOADS.to_owned(),
        project: new.id.clone(),
        kind: UPLOADS.to_owned(),
        config: Value::Null,
        webhook: None,
        created_at: project.created_at,
        state: Value::Null,
    };
    let member =
        Member { project: new.id.clone(), person: caller.person.id.clone(), role: Role::Admin.as_str().to_owned() };
    let entry = changed(entry(&caller, Some(&new.id), "project.create", &new.id), None, Some(json!(project.name)));
    let changes = [Change::Project(project.clone()), Change::Member(member), Change::Source(uploads)];
    app.change(&changes, &entry).await?;
    let location = [(LOCATION, format!("/api/v1/projects/{}", project.id))];
    Ok((StatusCode::CREATED, location, Json(record(project, Role::Admin))).into_response())
}

/// A project, and where it stands.
#[utoipa::path(get, path = "/projects/{project}", tag = "projects", security(("key" = ["viewer"])),
    responses((status = 200, body = ProjectState)))]
pub(crate) async fn get_project(State(app): State<App>, access: Viewing) -> Answer<ProjectState> {
    let project = app.store.project(&access.project.id).await?.ok_or_else(Problem::no_project)?;
    let view = access.project.view(&app).await?;
    let (system, threats) = (&view.model.system, &view.model.threats);
    Ok(Json(ProjectState {
        project: record(project, access.role),
        revision: (view.revision > 0).then(|| cairn_engine::Revision::name(view.revision)),
        as_of: view.as_of.to_string(),
        documents: view.model.documents.len(),
        claims: view.claims.len(),
        rejected: view.rejected.len(),
        elements: view.elements.len(),
        conflicts: system.conflicts.len(),
        questions: system.gaps.len() + system.questions.len(),
        threats: threats.len(),
        pressing: threats.iter().filter(|it| is_pressing(it)).count(),
    }))
}

fn is_pressing(threat: &cairn_model::Threat) -> bool {
    use cairn_model::ThreatStatus::{AcceptanceExpired, Disputed, Open};
    let is_ruled = threat.ruling.as_ref().is_some_and(|ruling| ruling.in_force);
    matches!(threat.status, Open | Disputed | AcceptanceExpired) && !is_ruled
}

/// Changes a project.
#[utoipa::path(patch, path = "/projects/{project}", tag = "projects", request_body = ProjectChange,
    security(("key" = ["admin"])), responses((status = 200, body = ProjectRecord)))]
pub(crate) async fn change_project(
    State(app): State<App>,
    access: Administering,
    Body(change): Body<ProjectChange>,
) -> Answer<ProjectRecord> {
    check_name(&change.name)?;
    let before = app.store.project(&access.project.id).await?.ok_or_else(Problem::no_project)?;
    let after = Project { name: change.name, ..before.clone() };
    let entry = entry(&access.caller, Some(&before.id), "project.change", &before.id);
    let entry = changed(entry, Some(json!(before.name)), Some(json!(after.name)));
    app.change(&[Change::Project(after.clone())], &entry).await?;
    Ok(Json(record(after, access.role)))
}

/// Takes a project away with all its documents, revisions and decisions.
#[utoipa::path(delete, path = "/projects/{project}", tag = "projects", security(("key" = ["admin"])),
    responses((status = 204)))]
pub(crate) async fn delete_project(State(app): State<App>, access: Administering) -> Result<StatusCode, Problem> {
    let id = access.project.id.clone();
    let entry = entry(&access.caller, Some(&id), "project.delete", &id);
    app.change(&[Change::ProjectGone(id.clone())], &entry).await?;
    app.projects.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The settings of a project. Their `ETag` is wanted when they are changed.
#[utoipa::path(get, path = "/projects/{project}/settings", tag = "projects", security(("key" = ["viewer"])),
    responses((status = 200, body = SettingsText, headers(("ETag" = String, description = "Names this state of the settings")))))]
pub(crate) async fn get_settings(access: Viewing) -> Result<Response, Problem> {
    let text = kept(access.project.folder().to_owned()).await?;
    Ok(([(ETAG, etag(&text))], Json(SettingsText { toml: text })).into_response())
}

/// Replaces the settings of a project, as they were when the `ETag` in `If-Match` was given. Everything is read anew under them.
#[utoipa::path(put, path = "/projects/{project}/settings", tag = "projects", request_body = SettingsText,
    params(("If-Match" = String, Header, description = "The `ETag` of the settings that are replaced")),
    security(("key" = ["admin"])), responses((status = 200, body = SettingsText)))]
pub(crate) async fn put_settings(
    State(app): State<App>,
    access: Administering,
    headers: HeaderMap,
    Body(new): Body<SettingsText>,
) -> Result<Response, Problem> {
    if new.toml.chars().count() > SETTINGS_CHARACTERS_MAX {
        return Err(Problem::invalid(format!("settings have at most {SETTINGS_CHARACTERS_MAX} characters")));
    }
    let project = &access.project;
    let _deciding = project.deciding.lock().await;
    let before = kept(project.folder().to_owned()).await?;
    has_etag(&headers, &etag(&before))?;
    let settings = Settings::parse(&new.toml, std::path::Path::new(SETTINGS_FILE)).map_err(|error| match error {
        cairn_engine::EngineError::Settings { reason, .. } => {
            Problem::conflict("project_files", format!("the settings are not valid: {reason}"))
        }
        error => error.into(),
    })?;
    check_settings(&settings, &app.config)?;
    let entry = entry(&access.caller, Some(&project.id), "settings.change", SETTINGS_FILE);
    app.record(&changed(entry, Some(json!(before)), Some(json!(new.toml)))).await?;
    let (folder, text) = (project.folder().to_owned(), new.toml.clone());
    let written = blocking(move || write_beside(&folder.join(SETTINGS_FILE), text.as_bytes())).await?;
    written.map_err(|error| Problem::internal(&error))?;
    jobs::queue_scan(&app, &project.id).await?;
    Ok(([(ETAG, etag(&new.toml))], Json(new)).into_response())
}

/// What calls to the language model took today.
#[utoipa::path(get, path = "/projects/{project}/usage", tag = "projects", security(("key" = ["editor"])),
    responses((status = 200, body = UsageRecord)))]
pub(crate) async fn get_usage(access: Editing) -> Answer<UsageRecord> {
    let (workspace, day) = (access.project.workspace().await?, edge::today());
    let spent = cairn_engine::spent(&workspace, day).await?;
    #[expect(clippy::cast_precision_loss, reason = "money for people, and far below what a float tells apart")]
    let money = |micros: u64| micros as f64 / 1_000_000.0;
    Ok(Json(UsageRecord {
        day: day.to_string(),
        calls: spent.calls,
        input_tokens: spent.input_tokens,
        cached_tokens: spent.cached_tokens,
        output_tokens: spent.output_tokens,
        cost: money(spent.cost_micros),
        budget: workspace.settings().model.budget_day,
    }))
}

async fn kept(folder: std::path::PathBuf) -> Result<String, Problem> {
    let read = blocking(move || std::fs::read_to_string(folder.join(SETTINGS_FILE))).await?;
    match read {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Problem::internal(&error)),
    }
}

/// Refuses what is no id of a project, a person or a source.
pub(crate) fn check_id(id: &str) -> Result<(), Problem> {
    let inside = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let is_id = (1..=63).contains(&id.len()) && inside && !id.starts_with('-') && !id.ends_with('-');
    if is_id { Ok(()) } else { Err(Problem::invalid("`id` has from 1 to 63 small letters, digits and dashes inside")) }
}

fn record(project: Project, role: Role) -> ProjectRecord {
    ProjectRecord {
        id: project.id,
        name: project.name,
        created_at: edge::shown(project.created_at),
        role: role.as_str().to_owned(),
    }
}
