//! What people decide about threats, claims and elements.
//!
//! A decision is recorded before it takes effect; what cannot be recorded is not done. Changes name the state that they are a change
//! of (`If-Match`), so that nobody overwrites what they have not seen.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_engine::{Action, Entry, NewDecision, Workspace};
use cairn_model::Date;
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::records::{self, DecisionRecord};
use super::{etag, has_etag};
use crate::access::{Caller, Reviewing, Viewing};
use crate::app::{App, changed, entry};
use crate::edge;
use crate::input::{At, Body};
use crate::problem::Problem;
use crate::view::View;

/// How long a request waits until its decision shows in the model. It counts from the moment on at which it is written.
const SHOWN_WAIT: Duration = Duration::from_secs(15);

/// A decision to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DecisionRequest {
    /// Lives with a threat, until a day.
    Accept {
        /// The threat, by id.
        threat: String,
        /// Who answers for it.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        owner: Line,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
        /// Until when.
        #[schema(value_type = String, format = Date, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
        expires: Day,
    },
    /// Says that a threat is answered by something that no document tells.
    Mitigated {
        /// The threat, by id.
        threat: String,
        /// Who answers for it.
        #[schema(value_type = Option<String>, pattern = "[A-Za-z0-9]", max_length = 2000)]
        owner: Option<Line>,
        /// By what.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
        /// Until when.
        #[schema(value_type = Option<String>, format = Date, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
        expires: Option<Day>,
    },
    /// Turns a claim away.
    Reject {
        /// The claim, by id.
        claim: String,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
    },
    /// Vouches for an element that sources only assert.
    Confirm {
        /// The element, by id.
        element: String,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
    },
    /// Takes two names for one component.
    Same {
        /// One name.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        name: Line,
        /// The other.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        other: Line,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
    },
    /// Keeps two names apart.
    Different {
        /// One name.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        name: Line,
        /// The other.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        other: Line,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
    },
    /// Gives an attribute of an element its value.
    Set {
        /// The element, by id.
        element: String,
        /// The attribute.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        attribute: Line,
        /// The value.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        value: Line,
        /// Why.
        #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
        reason: Line,
    },
}

/// What is different about a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionUpdate {
    /// Why.
    #[schema(value_type = Option<String>, pattern = "[A-Za-z0-9]", max_length = 2000)]
    reason: Option<Line>,
    /// Who answers for it.
    #[schema(value_type = Option<String>, pattern = "[A-Za-z0-9]", max_length = 2000)]
    owner: Option<Line>,
    /// Until when.
    #[schema(value_type = Option<String>, format = Date, pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
    expires: Option<Day>,
    /// The value, for `set`.
    #[schema(value_type = Option<String>, pattern = "[A-Za-z0-9]", max_length = 2000)]
    value: Option<Line>,
}

/// A text that says something, on one line.
#[derive(Clone, Debug)]
pub(crate) struct Line(pub(super) String);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let visible: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        // Letters and digits of any language; punctuation alone gives no reason and names nobody.
        if !line.chars().any(char::is_alphanumeric) || text.chars().count() > 2000 {
            return Err(serde::de::Error::custom("expected a text with words in it, of at most 2000 characters"));
        }
        Ok(Self(line))
    }
}

/// A day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day(Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = Date::parse(&text).filter(|_| text.len() == 10);
        day.map(Self).ok_or_else(|| serde::de::Error::custom("expected a day such as `2026-03-01`"))
    }
}

/// The decisions of a project.
#[utoipa::path(get, path = "/projects/{project}/decisions", tag = "decisions", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<DecisionRecord>)))]
pub(crate) async fn list_decisions(access: Viewing) -> Result<Json<Vec<DecisionRecord>>, Problem> {
    let entries = cairn_engine::decisions(&access.project.workspace().await?)?.entries;
    Ok(Json(entries.iter().map(records::decision).collect()))
}

/// A decision. Its `ETag` is wanted when it is changed or withdrawn.
#[utoipa::path(get, path = "/projects/{project}/decisions/{decision}", tag = "decisions", security(("key" = ["viewer"])),
    responses((status = 200, body = DecisionRecord, headers(("ETag" = String, description = "Names this state of the decision")))))]
pub(crate) async fn get_decision(access: Viewing, At((_, id)): At<(String, String)>) -> Result<Response, Problem> {
    let found = find(&access.project.workspace().await?, &id)?;
    Ok(shown(StatusCode::OK, &found))
}

/// Decides. What a decision of the same kind about the same says already is changed, not decided anew.
#[utoipa::path(post, path = "/projects/{project}/decisions", tag = "decisions", request_body = DecisionRequest,
    security(("key" = ["reviewer"])), responses((status = 201, body = DecisionRecord)))]
pub(crate) async fn create_decision(
    State(app): State<App>,
    access: Reviewing,
    Body(request): Body<DecisionRequest>,
) -> Result<Response, Problem> {
    let project = &access.project;
    let new = asked(request, &*project.view(&app).await?, &access.caller.person.id)?;
    let entry = create(&app, project, &access.caller, new).await?;
    let mut response = shown(StatusCode::CREATED, &entry);
    let location = format!("/api/v1/projects/{}/decisions/{}", project.id, entry.id);
    if let Ok(location) = location.try_into() {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Writes a decision that there is not yet into the trail and into the project.
pub(crate) async fn create(
    app: &App,
    project: &std::sync::Arc<crate::project::Project>,
    caller: &Caller,
    new: NewDecision,
) -> Result<Entry, Problem> {
    let _deciding = project.deciding.lock().await;
    let workspace = project.workspace().await?;
    let attribute = new.set.as_ref().map(|(attribute, _)| attribute.as_str());
    let is_same = |it: &&Entry| {
        it.action == new.action && it.on == new.on && it.names == new.names && it.attribute.as_deref() == attribute
    };
    if let Some(there) = cairn_engine::decisions(&workspace)?.entries.iter().find(is_same) {
        let detail = format!("`{}` decides this already; change it or withdraw it", there.id);
        return Err(Problem::conflict("exists", detail));
    }
    let object = if new.on.is_empty() { new.names.join(" = ") } else { new.on.clone() };
    let trail = entry(caller, Some(&project.id), "decision.create", &object);
    app.record(&changed(trail, None, Some(in_trail(&new)))).await?;
    let entry = decide(app, workspace, new).await?;
    show_in_model(app, project).await;
    Ok(entry)
}

/// Changes a decision, as it was when the `ETag` in `If-Match` was given.
#[utoipa::path(patch, path = "/projects/{project}/decisions/{decision}", tag = "decisions", request_body = DecisionUpdate,
    params(("If-Match" = String, Header, description = "The `ETag` of the decision that is changed")),
    security(("key" = ["reviewer"])), responses((status = 200, body = DecisionRecord)))]
pub(crate) async fn change_decision(
    State(app): State<App>,
    access: Reviewing,
    At((_, id)): At<(String, String)>,
    headers: HeaderMap,
    Body(update): Body<DecisionUpdate>,
) -> Result<Response, Problem> {
    let project = &access.project;
    let _deciding = project.deciding.lock().await;
    let workspace = project.workspace().await?;
    let before = find(&workspace, &id)?;
    has_etag(&headers, &etag_of(&before))?;
    let set = before.attribute.clone().zip(update.value.map(|it| it.0).or_else(|| before.value.clone()));
    let new = NewDecision {
        action: before.action,
        on: before.on.clone(),
        names: before.names.clone(),
        set,
        about: before.about.clone(),
        owner: update.owner.map(|it| it.0).or_else(|| before.owner.clone()),
        reason: update.reason.map_or_else(|| before.reason.clone(), |it| it.0),
        expires: update.expires.map(|it| it.0).or_else(|| before.expires_on()),
        by: access.caller.person.id.clone(),
    };
    let entry = entry(&access.caller, Some(&project.id), "decision.change", &id);
    app.record(&changed(entry, Some(json!(records::decision(&before))), Some(in_trail(&new)))).await?;
    let entry = decide(&app, workspace, new).await?;
    show_in_model(&app, project).await;
    Ok(shown(StatusCode::OK, &entry))
}

/// Withdraws a decision, as it was when the `ETag` in `If-Match` was given.
#[utoipa::path(delete, path = "/projects/{project}/decisions/{decision}", tag = "decisions",
    params(("If-Match" = String, Header, description = "The `ETag` of the decision that is withdrawn")),
    security(("key" = ["reviewer"])), responses((status = 204)))]
pub(crate) async fn withdraw_decision(
    State(app): State<App>,
    access: Reviewing,
    At((_, id)): At<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let project = &access.project;
    let _deciding = project.deciding.lock().await;
    let workspace = project.workspace().await?;
    let before = find(&workspace, &id)?;
    has_etag(&headers, &etag_of(&before))?;
    let entry = entry(&access.caller, Some(&project.id), "decision.withdraw", &id);
    app.record(&changed(entry, Some(json!(records::decision(&before))), None)).await?;
    let by = access.caller.person.id.clone();
    app.compute(move || async move { cairn_engine::withdraw(&workspace, &id, &by).await }).await?;
    show_in_model(&app, project).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn decide(app: &App, workspace: Workspace, new: NewDecision) -> Result<Entry, Problem> {
    app.compute(move || async move { cairn_engine::decide(&workspace, new, edge::today()).await }).await
}

/// Has the model show what was decided. A model that takes long to derive shows it a little later.
async fn show_in_model(app: &App, project: &std::sync::Arc<crate::project::Project>) {
    let (app, project) = (app.clone(), std::sync::Arc::clone(project));
    let shown = tokio::spawn(async move { project.refresh(&app).await.map(drop) });
    if let Ok(Ok(Err(problem))) = tokio::time::timeout(SHOWN_WAIT, shown).await {
        tracing::error!(code = %problem.code, "the model could not be derived after a decision");
    }
}

/// What is asked for, with what it is about looked up in the model.
fn asked(request: DecisionRequest, view: &View, by: &str) -> Result<NewDecision, Problem> {
    let new = |action, reason: Line| NewDecision {
        action,
        on: String::new(),
        names: Vec::new(),
        set: None,
        about: String::new(),
        owner: None,
        reason: reason.0,
        expires: None,
        by: by.to_owned(),
    };
    let title = |id: &str| view.threat(id).map(|it| it.title.clone()).ok_or_else(|| Problem::not_found("threat"));
    let label = |id: &str| view.element(id).map(|it| it.label.clone()).ok_or_else(|| Problem::not_found("element"));
    Ok(match request {
        DecisionRequest::Accept { threat, owner, reason, expires } => {
            let (about, owner, expires) = (title(&threat)?, Some(owner.0), Some(expires.0));
            NewDecision { on: threat, about, owner, expires, ..new(Action::Accept, reason) }
        }
        DecisionRequest::Mitigated { threat, owner, reason, expires } => {
            let (about, owner, expires) = (title(&threat)?, owner.map(|it| it.0), expires.map(|it| it.0));
            NewDecision { on: threat, about, owner, expires, ..new(Action::Mitigated, reason) }
        }
        DecisionRequest::Reject { claim, reason } => {
            let found = view.claim(&claim).ok_or_else(|| Problem::not_found("claim"))?;
            let about = format!("{}: {}", found.kind().as_str(), found.subject());
            NewDecision { on: claim, about, ..new(Action::Reject, reason) }
        }
        DecisionRequest::Confirm { element, reason } => {
            let about = label(&element)?;
            NewDecision { on: element, about, ..new(Action::Confirm, reason) }
        }
        DecisionRequest::Same { name, other, reason } => {
            NewDecision { names: vec![name.0, other.0], ..new(Action::Same, reason) }
        }
        DecisionRequest::Different { name, other, reason } => {
            NewDecision { names: vec![name.0, other.0], ..new(Action::Different, reason) }
        }
        DecisionRequest::Set { element, attribute, value, reason } => {
            let about = label(&element)?;
            NewDecision { on: element, about, set: Some((attribute.0, value.0)), ..new(Action::Set, reason) }
        }
    })
}

fn in_trail(new: &NewDecision) -> Value {
    json!({
        "action": new.action.as_str(),
        "on": new.on,
        "names": new.names,
        "set": new.set,
        "owner": new.owner,
        "reason": new.reason,
        "expires": new.expires.map(|date| date.to_string()),
    })
}

fn find(workspace: &Workspace, id: &str) -> Result<Entry, Problem> {
    let entries = cairn_engine::decisions(workspace)?.entries;
    entries.into_iter().find(|entry| entry.id == id).ok_or_else(|| Problem::not_found("decision"))
}

fn etag_of(entry: &Entry) -> String {
    etag(&serde_json::to_string(entry).expect("a decision serialises"))
}

fn shown(status: StatusCode, entry: &Entry) -> Response {
    (status, [(ETAG, etag_of(entry))], Json(records::decision(entry))).into_response()
}
