//! Sessions of browsers: opened with a key, they end with it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_store::{ApiKey, Change, Millis, Person, Session};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::keys::{KeyRecord, key_record};
use super::people::{PersonRecord, person_record};
use crate::access::{COOKIE_NAME, Caller, SECURE_COOKIE_NAME, csrf_of, key_of_secret, session_token};
use crate::app::{App, changed, entry};
use crate::input::Body;
use crate::problem::Problem;
use crate::secrets::new_token;
use crate::{edge, origin};

const HOUR_MS: i64 = 3_600_000;

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
    let opened = open(&app, person, key, &parts.request_id(), Vec::new(), None).await?;
    Ok((StatusCode::CREATED, [(SET_COOKIE, opened.cookie)], Json(me_of(&opened.caller))).into_response())
}

/// A session that was opened.
pub(crate) struct Opened {
    /// Hands it to the browser.
    pub(crate) cookie: HeaderValue,
    /// Whoever calls in it.
    pub(crate) caller: Caller,
}

/// Opens a session with a good key of somebody who may come in, together with `more` changes. `how` is what the trail tells of it
/// beside the key.
pub(crate) async fn open(
    app: &App,
    person: Person,
    key: ApiKey,
    request: &str,
    mut more: Vec<Change>,
    how: Option<Value>,
) -> Result<Opened, Problem> {
    let (token, digest) = new_token();
    let expires_at = end_of(app).min(key.expires_at);
    let csrf = Some(csrf_of(app, &token));
    let id = key.id.clone();
    let caller = Caller { person, key: Some(key), csrf, request: request.to_owned() };
    more.push(Change::Session(Session { digest, api_key: id.clone(), expires_at }));
    app.change(&more, &changed(entry(&caller, None, "session.open", &id), None, how)).await?;
    let seconds = (expires_at - edge::now()) / 1000;
    Ok(Opened { cookie: cookie(app, &token, seconds), caller })
}

/// When a session ends that is opened now.
pub(crate) fn end_of(app: &App) -> Millis {
    edge::now() + app.config.session_hours * HOUR_MS
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

fn me_of(caller: &Caller) -> Me {
    Me {
        person: person_record(caller.person.clone()),
        is_operator: caller.is_operator(),
        key: caller.key.as_ref().map(key_record),
        csrf_token: caller.csrf.clone(),
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
    /// The id of the request.
    pub(crate) fn request_id(&self) -> String {
        self.0.extensions.get::<crate::middleware::RequestId>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for OriginParts {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.clone()))
    }
}
