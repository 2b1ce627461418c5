//! People, their keys, sessions of browsers, and who has which part in a project.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_store::{ApiKey, Change, Member, Person, Session};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Answer;
use crate::access::{
    Administering, COOKIE_NAME, Caller, OPERATOR_SCOPE, Operator, Role, SECURE_COOKIE_NAME, Viewing, csrf_of,
    key_of_secret, session_token,
};
use crate::app::{App, changed, entry};
use crate::input::{At, Body};
use crate::problem::Problem;
use crate::secrets::{new_key, new_token};
use crate::{edge, origin};

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// A key is good for at most so many days.
const KEY_DAYS_MAX: i64 = 3_650;

/// Who is let in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonRecord {
    /// Names the person.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether the person runs the whole service.
    pub is_operator: bool,
    /// Whether nobody is let in by this name any more.
    pub is_disabled: bool,
}

/// Somebody to let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// Names the person: small letters, digits and dashes.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    id: String,
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Whether the person runs the whole service.
    #[serde(default)]
    is_operator: bool,
}

/// What is different about a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonChange {
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Whether the person runs the whole service.
    is_operator: Option<bool>,
    /// Whether nobody is let in by this name any more.
    is_disabled: Option<bool>,
}

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

/// With which key a session is opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    /// The secret of a key.
    #[schema(max_length = 200)]
    key: String,
}

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The person.
    pub person: PersonRecord,
    /// Whether the caller runs the whole service, by this key.
    pub is_operator: bool,
    /// The key.
    pub key: Option<KeyRecord>,
    /// What to send in `X-CSRF-Token` with every request of this session that changes something.
    pub csrf_token: Option<String>,
}

/// Somebody's part in a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberRecord {
    /// The person.
    pub person: String,
    /// For people.
    pub name: String,
    /// What the person may do.
    pub role: String,
}

/// The part that somebody gets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// What the person may do.
    role: RoleName,
}

/// A role in a project.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleName {
    /// Looks.
    Viewer,
    /// Decides about threats and claims.
    Reviewer,
    /// Brings documents and sources.
    Editor,
    /// Says who may do what.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Opens a session for a browser, with a key. The cookie that comes back is the session.
#[utoipa::path(post, path = "/session", tag = "people", request_body = NewSession,
    responses((status = 201, body = Me)))]
pub(crate) async fn open_session(
    State(app): State<App>,
    parts: OriginParts,
    Body(new): Body<NewSession>,
) -> Result<Response, Problem> {
    origin::is_own(&parts.0, &app.config)?;
    let key = key_of_secret(&app, &new.key).await?;
    let person = app.store.person(&key.person).await?.filter(|person| !person.is_disabled);
    let Some(person) = person else { return Err(Problem::unauthenticated()) };
    let (token, digest) = new_token();
    let expires_at = (edge::now() + app.config.session_hours * HOUR_MS).min(key.expires_at);
    let csrf = Some(csrf_of(&app, &token));
    let caller = Caller { person, key: Some(key.clone()), csrf, request: parts.request_id() };
    let session = Change::Session(Session { digest, api_key: key.id.clone(), expires_at });
    app.change(&[session], &entry(&caller, None, "session.open", &key.id)).await?;
    let seconds = (expires_at - edge::now()) / 1000;
    let cookie = cookie(&app, &token, seconds);
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], Json(me_of(&caller))).into_response())
}

/// Who the caller is, and what a browser's session sends along.
#[utoipa::path(get, path = "/session", tag = "people", security(("key" = ["anyone"])),
    responses((status = 200, body = Me)))]
pub(crate) async fn get_session(caller: Caller) -> Json<Me> {
    Json(me_of(&caller))
}

/// Ends the session of the cookie.
#[utoipa::path(delete, path = "/session", tag = "people", security(("key" = ["anyone"])),
    responses((status = 204)))]
pub(crate) async fn close_session(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(token) = session_token(&headers) {
        let digest = cairn_model::digest(token.as_bytes());
        let object = caller.key.as_ref().map(|key| key.id.clone()).unwrap_or_default();
        app.change(&[Change::SessionGone(digest)], &entry(&caller, None, "session.close", &object)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie(&app, "", 0))]).into_response())
}

/// The people, by id.
#[utoipa::path(get, path = "/people", tag = "people", security(("key" = ["operator"])),
    responses((status = 200, body = Vec<PersonRecord>)))]
pub(crate) async fn list_people(State(app): State<App>, _operator: Operator) -> Answer<Vec<PersonRecord>> {
    Ok(Json(app.store.people().await?.into_iter().map(person_record).collect()))
}

/// Lets somebody in.
#[utoipa::path(post, path = "/people", tag = "people", request_body = NewPerson, security(("key" = ["operator"])),
    responses((status = 201, body = PersonRecord)))]
pub(crate) async fn create_person(
    State(app): State<App>,
    Operator(caller): Operator,
    Body(new): Body<NewPerson>,
) -> Result<Response, Problem> {
    super::projects::check_id(&new.id)?;
    check_name(&new.name)?;
    if app.store.person(&new.id).await?.is_some() {
        return Err(Problem::conflict("exists", "there is a person of this id already"));
    }
    let (id, name, is_operator) = (new.id, new.name, new.is_operator);
    let person = Person { id, name, is_operator, is_disabled: false, created_at: edge::now() };
    let entry = entry(&caller, None, "person.create", &person.id);
    let after = json!({ "name": person.name, "is_operator": person.is_operator });
    app.change(&[Change::Person(person.clone())], &changed(entry, None, Some(after))).await?;
    Ok((StatusCode::CREATED, Json(person_record(person))).into_response())
}

/// Changes a person, or locks them out.
#[utoipa::path(patch, path = "/people/{person}", tag = "people", request_body = PersonChange, security(("key" = ["operator"])),
    responses((status = 200, body = PersonRecord)))]
pub(crate) async fn change_person(
    State(app): State<App>,
    Operator(caller): Operator,
    At(id): At<String>,
    Body(change): Body<PersonChange>,
) -> Answer<PersonRecord> {
    let before = app.store.person(&id).await?.ok_or_else(|| Problem::not_found("person"))?;
    if let Some(name) = &change.name {
        check_name(name)?;
    }
    let after = Person {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        is_operator: change.is_operator.unwrap_or(before.is_operator),
        is_disabled: change.is_disabled.unwrap_or(before.is_disabled),
        ..before.clone()
    };
    let loses = before.is_operator && !before.is_disabled && (!after.is_operator || after.is_disabled);
    if loses && caller.person.id == id {
        return Err(Problem::conflict("own_account", "nobody takes the service out of their own hands"));
    }
    let shown = |person: &Person| {
        Some(json!({ "name": person.name, "is_operator": person.is_operator, "is_disabled": person.is_disabled }))
    };
    let entry = changed(entry(&caller, None, "person.change", &id), shown(&before), shown(&after));
    app.change(&[Change::Person(after.clone())], &entry).await?;
    Ok(Json(person_record(after)))
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

/// Who has which part in a project.
#[utoipa::path(get, path = "/projects/{project}/members", tag = "people", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<MemberRecord>)))]
pub(crate) async fn list_members(State(app): State<App>, access: Viewing) -> Answer<Vec<MemberRecord>> {
    let mut records = Vec::new();
    for member in app.store.members(&access.project.id).await? {
        let name = app.store.person(&member.person).await?.map(|person| person.name).unwrap_or_default();
        records.push(MemberRecord { person: member.person, name, role: member.role });
    }
    Ok(Json(records))
}

/// Gives somebody a part in a project.
#[utoipa::path(put, path = "/projects/{project}/members/{person}", tag = "people", request_body = NewRole,
    security(("key" = ["admin"])), responses((status = 200, body = MemberRecord)))]
pub(crate) async fn put_member(
    State(app): State<App>,
    access: Administering,
    At((_, id)): At<(String, String)>,
    Body(new): Body<NewRole>,
) -> Answer<MemberRecord> {
    let person = app.store.person(&id).await?.ok_or_else(|| Problem::not_found("person"))?;
    let project = &access.project.id;
    let role = Role::from(new.role).as_str().to_owned();
    let before = role_of(&app, project, &id).await?;
    let entry = entry(&access.caller, Some(project), "member.put", &id);
    let entry = changed(entry, before.map(|role| json!(role)), Some(json!(role)));
    let member = Member { project: project.clone(), person: id.clone(), role: role.clone() };
    app.change(&[Change::Member(member)], &entry).await?;
    Ok(Json(MemberRecord { person: id, name: person.name, role }))
}

/// Takes somebody out of a project.
#[utoipa::path(delete, path = "/projects/{project}/members/{person}", tag = "people", security(("key" = ["admin"])),
    responses((status = 204)))]
pub(crate) async fn remove_member(
    State(app): State<App>,
    access: Administering,
    At((_, person)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let project = access.project.id.clone();
    let before = role_of(&app, &project, &person).await?.ok_or_else(|| Problem::not_found("member"))?;
    let entry = entry(&access.caller, Some(&project), "member.remove", &person);
    let entry = changed(entry, Some(json!(before)), None);
    app.change(&[Change::MemberGone { project, person }], &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn role_of(app: &App, project: &str, person: &str) -> Result<Option<String>, Problem> {
    Ok(app.store.members(project).await?.into_iter().find(|it| it.person == person).map(|it| it.role))
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

pub(crate) fn check_name(name: &str) -> Result<(), Problem> {
    let length = name.chars().count();
    if (1..=200).contains(&length) { Ok(()) } else { Err(Problem::invalid("`name` has from 1 to 200 characters")) }
}

fn me_of(caller: &Caller) -> Me {
    Me {
        person: person_record(caller.person.clone()),
        is_operator: caller.is_operator(),
        key: caller.key.as_ref().map(key_record),
        csrf_token: caller.csrf.clone(),
    }
}

fn person_record(person: Person) -> PersonRecord {
    let Person { id, name, is_operator, is_disabled, created_at: _ } = person;
    PersonRecord { id, name, is_operator, is_disabled }
}

fn key_record(key: &ApiKey) -> KeyRecord {
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

/// A session's cookie; one of no seconds takes it away.
fn cookie(app: &App, token: &str, seconds: i64) -> HeaderValue {
    let (name, secure) = if app.config.is_https() { (SECURE_COOKIE_NAME, "; Secure") } else { (COOKIE_NAME, "") };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("tokens are letters and digits")
}

/// The head of a request that comes without a known caller.
pub(crate) struct OriginParts(http::request::Parts);

impl OriginParts {
    fn request_id(&self) -> String {
        self.0.extensions.get::<crate::middleware::RequestId>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for OriginParts {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.clone()))
    }
}
