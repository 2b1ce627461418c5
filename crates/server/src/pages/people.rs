//! People and keys: the page, and its forms, each given to the API's handler.

use axum::body::to_bytes;
use axum::extract::State;
use axum::response::Response;
use cairn_web::operations::{self, KeyRow, MemberRow, People};
use serde_json::{Value, json};

use super::answer::{Html, back};
use super::form::Form;
use super::looking::Looking;
use super::read::moment;
use crate::access::{Administering, Caller, Operator, Viewing};
use crate::api::{keys, people};
use crate::app::App;
use crate::input::{At, Body};
use crate::problem::Problem;

/// Bytes of the answer that has the secret of a new key.
const MADE_BYTES_MAX: usize = 64 * 1024;

/// The page.
pub(super) async fn page(State(app): State<App>, looking: Looking) -> Result<Html, Problem> {
    shown(&app, &looking, None).await
}

async fn shown(app: &App, looking: &Looking, new_secret: Option<String>) -> Result<Html, Problem> {
    let mut members = Vec::new();
    for people::MemberRecord { person: id, name, role, by_groups } in
        people::members_of(app, &looking.project.id).await?
    {
        let name = if name.is_empty() { id.clone() } else { name };
        members.push(MemberRow { id, name, role, by_groups });
    }
    let day = |at: i64| moment(at).chars().take(10).collect::<String>();
    let keys = app.store.keys_of(&looking.caller.person.id).await?.into_iter().map(|it| KeyRow {
        scope: it.scope,
        expires: day(it.expires_at),
        used: it.last_used_at.map(day).unwrap_or_default(),
        is_revoked: it.revoked_at.is_some(),
        id: it.id,
        name: it.name,
    });
    let people = People {
        members,
        keys: keys.collect(),
        new_secret,
        asks_for_keys: app.config.asks_for_keys(),
        is_operator: looking.caller.is_operator(),
        key_days: app.config.key_days,
    };
    Ok(Html(operations::access(&looking.frame(), &people)))
}

fn home(project: &str) -> String {
    format!("/p/{project}/access")
}

/// Gives a person a role.
pub(super) async fn role(State(app): State<App>, access: Administering, form: Form) -> Result<Response, Problem> {
    let project = access.project.id.clone();
    put_member(&app, access, &form).await?;
    Ok(back(&home(&project), "role"))
}

async fn put_member(app: &App, access: Administering, form: &Form) -> Result<(), Problem> {
    let role = serde_json::from_value(json!({ "role": form.get("role") }))
        .map_err(|error| Problem::invalid(error.to_string()))?;
    let at = At((access.project.id.clone(), form.get("person").to_owned()));
    people::put_member(State(app.clone()), access, at, Body(role)).await.map(drop)
}

/// Gives somebody a part in the project. Who is not known to the service yet is let in by operators, with a name.
pub(super) async fn add_member(State(app): State<App>, access: Administering, form: Form) -> Result<Response, Problem> {
    let project = access.project.id.clone();
    let person = form.get("person");
    if let Some(name) = form.said("name")
        && access.caller.is_operator()
        && app.store.person(person).await?.is_none()
    {
        let new = serde_json::from_value(json!({ "id": person, "name": name }))
            .map_err(|error| Problem::invalid(error.to_string()))?;
        people::create_person(State(app.clone()), Operator(access.caller.clone()), Body(new)).await?;
    }
    put_member(&app, access, &form).await?;
    Ok(back(&home(&project), "member"))
}

/// Takes somebody out of the project.
pub(super) async fn remove_member(
    State(app): State<App>,
    access: Administering,
    form: Form,
) -> Result<Response, Problem> {
    let project = access.project.id.clone();
    let at = At((project.clone(), form.get("person").to_owned()));
    people::remove_member(State(app), access, at).await?;
    Ok(back(&home(&project), "member_gone"))
}

/// Makes a key of the caller's, and shows its secret this once.
pub(super) async fn make_key(State(app): State<App>, looking: Looking, form: Form) -> Result<Html, Problem> {
    let days: Option<i64> = form.said("days").and_then(|days| days.parse().ok());
    let projects = (form.get("only") == "yes").then(|| vec![looking.project.id.clone()]);
    let new = json!({ "name": form.get("name"), "scope": form.get("scope"), "days": days, "projects": projects });
    let new = serde_json::from_value(new).map_err(|error| Problem::invalid(error.to_string()))?;
    let made = keys::create_key(State(app.clone()), looking.caller.clone(), Body(new)).await?;
    let bytes = to_bytes(made.into_body(), MADE_BYTES_MAX).await.unwrap_or_default();
    let made: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let secret = made.get("secret").and_then(Value::as_str).map(str::to_owned);
    shown(&app, &looking, secret).await
}

/// Makes a key useless.
pub(super) async fn revoke_key(
    State(app): State<App>,
    access: Viewing,
    At((project, key)): At<(String, String)>,
) -> Result<Response, Problem> {
    let caller: Caller = access.caller;
    keys::revoke_key(State(app), caller, At(key)).await?;
    Ok(back(&home(&project), "key_gone"))
}
