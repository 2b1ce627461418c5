//! Decisions by form: each is turned into what the API takes and given to the API's handler.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use cairn_engine::Entry;
use http::header::{ETAG, IF_MATCH};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::{back, back_with_undo};
use super::form::Form;
use super::looking::Kept;
use super::undo::Before;
use crate::access::{Reviewing, Viewing};
use crate::api::decisions::{self, DecisionRequest, DecisionUpdate};
use crate::app::App;
use crate::input::{At, Body};
use crate::problem::Problem;
use crate::project::Project;

/// Records a decision about a threat.
pub(super) async fn decide(
    State(app): State<App>,
    Extension(kept): Extension<Arc<Kept>>,
    access: Reviewing,
    At((_, threat)): At<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let (project, person) = (access.project.id.clone(), access.caller.person.id.clone());
    let decided = decide_about(&app, access, &threat, form.get("action"), &form).await?;
    let step = kept.steps.hold(&project, &person, Before::Decided(vec![decided]));
    Ok(back_with_undo(&form.back(&format!("/p/{project}/threats/{threat}")), "decided", step))
}

/// A decision that was made or changed, and how it was before.
pub(super) struct Decided {
    id: String,
    before: Option<Entry>,
}

/// Decides about a threat what a form says. A decision that is there already is changed.
pub(super) async fn decide_about(
    app: &App,
    access: Reviewing,
    threat: &str,
    action: &str,
    form: &Form,
) -> Result<Decided, Problem> {
    let mut request = request(threat, action, form)?;
    let kind = if action == "accept" { "accept" } else { "mitigated" };
    let project = Arc::clone(&access.project);
    let Some(before) = existing(&project, threat, kind).await? else {
        let request: DecisionRequest = read(request)?;
        Box::pin(decisions::create_decision(State(app.clone()), access, Body(request))).await?;
        let made = existing(&project, threat, kind).await?.ok_or_else(|| Problem::not_found("decision"))?;
        return Ok(Decided { id: made.id, before: None });
    };
    for name in ["action", "threat"] {
        request.remove(name);
    }
    change(app, access, &before.id, request).await?;
    Ok(Decided { id: before.id.clone(), before: Some(before) })
}

async fn change(app: &App, access: Reviewing, id: &str, update: Map<String, Value>) -> Result<(), Problem> {
    let update: DecisionUpdate = read(update)?;
    let (access, headers) = with_etag(access, id).await?;
    let at = At((access.project.id.clone(), id.to_owned()));
    Box::pin(decisions::change_decision(State(app.clone()), access, at, headers, Body(update))).await?;
    Ok(())
}

/// Takes back a decision that was made, or puts one that was changed back to what it said.
pub(super) async fn put_decision_back(app: &App, access: Reviewing, decided: Decided) -> Result<(), Problem> {
    let Some(before) = decided.before else {
        let (access, headers) = with_etag(access, &decided.id).await?;
        let at = At((access.project.id.clone(), decided.id));
        return Box::pin(decisions::withdraw_decision(State(app.clone()), access, at, headers)).await.map(drop);
    };
    let texts = [("reason", Some(before.reason)), ("owner", before.owner), ("expires", before.expires)];
    let said = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?))));
    change(app, access, &before.id, said.collect()).await
}

/// What the API takes for it.
fn request(threat: &str, action: &str, form: &Form) -> Result<Map<String, Value>, Problem> {
    let missing = |what: &str| Problem::invalid(format!("accepting a risk takes {what}"));
    let reason = form.said("reason").ok_or_else(|| Problem::invalid("a decision takes a reason"))?;
    let mut request = Map::from_iter([("threat".to_owned(), json!(threat)), ("reason".to_owned(), json!(reason))]);
    for name in ["owner", "expires"] {
        if let Some(value) = form.said(name) {
            request.insert(name.to_owned(), json!(value));
        }
    }
    let name = match action {
        "accept" => {
            form.said("owner").ok_or_else(|| missing("an owner"))?;
            form.said("expires").ok_or_else(|| missing("the day on which it ends"))?;
            "accept"
        }
        "mitigated" => "mitigated",
        "not_applicable" => {
            request.insert("reason".to_owned(), json!(format!("not applicable: {reason}")));
            "mitigated"
        }
        _ => return Err(Problem::invalid("expected one of `accept`, `mitigated`, `not_applicable`")),
    };
    request.insert("action".to_owned(), json!(name));
    Ok(request)
}

/// The decision of this kind about a threat, where there is one.
async fn existing(project: &Project, threat: &str, action: &str) -> Result<Option<Entry>, Problem> {
    let entries = cairn_engine::decisions(&project.workspace().await?)?.entries;
    Ok(entries.into_iter().find(|it| it.on == threat && it.action.as_str() == action))
}

/// Withdraws a decision.
pub(super) async fn withdraw(
    State(app): State<App>,
    access: Reviewing,
    At((_, threat)): At<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let (project, id) = (access.project.id.clone(), form.get("decision").to_owned());
    let (access, headers) = with_etag(access, &id).await?;
    Box::pin(decisions::withdraw_decision(State(app), access, At((project.clone(), id)), headers)).await?;
    Ok(back(&form.back(&format!("/p/{project}/threats/{threat}")), "withdrawn"))
}

/// Gives an attribute of an element its value.
pub(super) async fn set(
    State(app): State<App>,
    access: Reviewing,
    At((project, element)): At<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let request = json!({
        "action": "set",
        "element": element,
        "attribute": form.get("attribute"),
        "value": form.get("value"),
        "reason": form.get("reason"),
    });
    let request: DecisionRequest =
        serde_json::from_value(request).map_err(|error| Problem::invalid(error.to_string()))?;
    Box::pin(decisions::create_decision(State(app), access, Body(request))).await?;
    Ok(back(&form.back(&format!("/p/{project}/model/{element}")), "set"))
}

/// The state of a decision, as its changes must name it.
async fn with_etag(access: Reviewing, id: &str) -> Result<(Reviewing, HeaderMap), Problem> {
    let viewing = Viewing::of(access.caller.clone(), access.role, Arc::clone(&access.project))?;
    let shown = decisions::get_decision(viewing, At((access.project.id.clone(), id.to_owned()))).await?;
    let mut headers = HeaderMap::new();
    if shown.status() == StatusCode::OK
        && let Some(etag) = shown.headers().get(ETAG)
    {
        headers.insert(IF_MATCH, etag.clone());
    }
    Ok((access, headers))
}

fn read<T: DeserializeOwned>(request: Map<String, Value>) -> Result<T, Problem> {
    serde_json::from_value(Value::Object(request)).map_err(|error| Problem::invalid(error.to_string()))
}
