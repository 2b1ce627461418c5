//! Keys: made, shown once, listed without their secrets, revoked.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_store::{ApiKey, Change};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Answer;
use super::people::check_name;
use crate::access::{Caller, OPERATOR_SCOPE, Role};
use crate::app::{App, changed, entry};
use crate::edge;
use crate::input::{At, Body, whole};
use crate::problem::Problem;
use crate::secrets::new_key;

const DAY_MS: i64 = 86_400_000;
/// A key is good for at most so many days.
const KEY_DAYS_MAX: i64 = 3_650;

/// A key without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyRecord {
    /// Names the key.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What it is for.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// The most it may do: a role, or `operator`.
    pub scope: String,
    /// The projects that it is good for; all of its person's when none are named.
    pub projects: Option<Vec<String>>,
    /// Since when.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Since when it is of no use any more.
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
    /// When it was last used, to about a minute.
    #[schema(format = DateTime)]
    pub last_used_at: Option<String>,
}

/// The most that a key may do.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// Looks.
    Viewer,
    /// Decides.
    Reviewer,
    /// Brings documents.
    Editor,
    /// Says who may do what in a project.
    Admin,
    /// Everything that its person may.
    Operator,
}

impl Scope {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => Role::Viewer.as_str(),
            Self::Reviewer => Role::Reviewer.as_str(),
            Self::Editor => Role::Editor.as_str(),
            Self::Admin => Role::Admin.as_str(),
            Self::Operator => OPERATOR_SCOPE,
        }
    }
}

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Whose it is to be; the caller's when not given. Only operators make keys for others.
    person: Option<String>,
    /// The most it may do.
    scope: Scope,
    /// The projects that it is good for; all of its person's when not given.
    projects: Option<Vec<String>>,
    /// For how many days.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 3650)]
    days: Option<i64>,
}

/// A new key. Its secret is given this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeKey {
    /// The key.
    pub key: KeyRecord,
    /// What to send as `Authorization: Bearer …`.
    pub secret: String,
}

/// The caller's keys; for operators, everybody's.
#[utoipa::path(get, path = "/keys", tag = "people", security(("key" = ["anyone"])),
    responses((status = 200, body = Vec<KeyRecord>)))]
pub(crate) async fn list_keys(State(app): State<App>, caller: Caller) -> Answer<Vec<KeyRecord>> {
    let mut keys = Vec::new();
    if caller.is_operator() {
        for person in app.store.people().await? {
            keys.extend(app.store.keys_of(&person.id).await?);
        }
    } else {
        keys = app.store.keys_of(&caller.person.id).await?;
    }
    Ok(Json(keys.iter().map(key_record).collect()))
}

/// Makes a key. It may do no more than the key that asks for it.
#[utoipa::path(post, path = "/keys", tag = "people", request_body = NewKey, security(("key" = ["anyone"])),
    responses((status = 201, body = MadeKey)))]
pub(crate) async fn create_key(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewKey>,
) -> Result<Response, Problem> {
    check_name(&new.name)?;
    let own = caller.key.as_ref();
    let owner = new.person.clone().unwrap_or_else(|| caller.person.id.clone());
    if owner != caller.person.id && !caller.is_operator() {
        return Err(Problem::forbidden("only operators make keys for others"));
    }
    if app.store.person(&owner).await?.is_none() {
        return Err(Problem::not_found("person"));
    }
    let rank = |scope: &str| Role::parse(scope).map_or(Role::ALL.len(), |role| role as usize);
    if own.is_some_and(|key| rank(new.scope.as_str()) > rank(&key.scope)) {
        return Err(Problem::forbidden("a key makes no key that may do more than itself"));
    }
    if let Some(limited) = own.and_then(|key| key.projects.as_ref()) {
        let is_within = new.projects.as_ref().is_some_and(|wanted| wanted.iter().all(|it| limited.contains(it)));
        if !is_within {
            return Err(Problem::forbidden("a key makes no key for projects that it is not good for itself"));
        }
    }
    let days = new.days.unwrap_or(app.config.key_days);
    if !(1..=KEY_DAYS_MAX).contains(&days) {
        return Err(Problem::invalid(format!("`days` is from 1 to {KEY_DAYS_MAX}")));
    }
    let (secret, change, key) = make_key(&owner, &new.name, new.scope.as_str(), new.projects, days);
    let after = json!({ "person": key.person, "name": key.name, "scope": key.scope, "projects": key.projects });
    let entry = changed(entry(&caller, None, "key.create", &key.id), None, Some(after));
    app.change(&[change], &entry).await?;
    Ok((StatusCode::CREATED, Json(MadeKey { key: key_record(&key), secret })).into_response())
}

/// Makes a key useless, and ends the sessions that were opened with it.
#[utoipa::path(delete, path = "/keys/{key}", tag = "people", security(("key" = ["anyone"])),
    responses((status = 204)))]
pub(crate) async fn revoke_key(
    State(app): State<App>,
    caller: Caller,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    let key = app.store.key(&id).await?.filter(|key| key.person == caller.person.id || caller.is_operator());
    let key = key.ok_or_else(|| Problem::not_found("key"))?;
    app.change(&[Change::KeyRevoked(key.id.clone(), edge::now())], &entry(&caller, None, "key.revoke", &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new key of a person: its secret, what is to be kept, and its record.
pub(crate) fn make_key(
    person: &str,
    name: &str,
    scope: &str,
    projects: Option<Vec<String>>,
    days: i64,
) -> (String, Change, ApiKey) {
    let (secret, prefix, digest) = new_key();
    let now = edge::now();
    let key = ApiKey {
        id: edge::new_id("key"),
        person: person.to_owned(),
        name: name.to_owned(),
        prefix,
        scope: scope.to_owned(),
        projects,
        created_at: now,
        expires_at: now + days * DAY_MS,
        revoked_at: None,
        last_used_at: None,
    };
    (secret, Change::Key(key.clone(), digest), key)
}

pub(crate) fn key_record(key: &ApiKey) -> KeyRecord {
    KeyRecord {
        id: key.id.clone(),
        person: key.person.clone(),
        name: key.name.clone(),
        prefix: key.prefix.clone(),
        scope: key.scope.clone(),
        projects: key.projects.clone(),
        created_at: edge::shown(key.created_at),
        expires_at: edge::shown(key.expires_at),
        revoked_at: key.revoked_at.map(edge::shown),
        last_used_at: key.last_used_at.map(edge::shown),
    }
}
