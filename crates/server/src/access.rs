//! Who calls, and what they may do.
//!
//! A handler says in its signature what its caller must be: [`Caller`] for anybody who is known, [`Operator`], or one of
//! [`Viewing`], [`Reviewing`], [`Editing`], [`Administering`] for a role in the project of the path. A project that is not the
//! caller's answers as one that is not there.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use cairn_store::{ApiKey, Person};
use http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, Method};

use crate::app::App;
use crate::problem::Problem;
use crate::project::Project;
use crate::secrets::{is_same, key_digest};
use crate::{edge, origin};

/// The cookie of a session. Behind TLS its name makes browsers insist on what protects it.
pub(crate) const COOKIE_NAME: &str = "cairn-session";
/// Its name behind TLS.
pub(crate) const SECURE_COOKIE_NAME: &str = "__Host-cairn-session";
/// The header that proves that a page of this service sent the request.
pub(crate) const CSRF_HEADER: &str = "x-csrf-token";
/// What the proof is made for.
const CSRF_PURPOSE: &str = "csrf";
/// The use of a key is noted when the last note is older than this.
const TOUCH_MS: i64 = 60_000;

/// What somebody may do in a project. A later role may do all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Decides about threats and claims.
    Reviewer,
    /// Brings documents and sources.
    Editor,
    /// Says who may do what.
    Admin,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Reviewer, Self::Editor, Self::Admin];

    /// The name in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Stands for all projects where groups give roles. No project is called so.
pub(crate) const EVERY_PROJECT: &str = "*";
/// What a key is good for at most: the name of a role, or this.
pub(crate) const OPERATOR_SCOPE: &str = "operator";

/// Somebody who is known.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub person: Person,
    /// The key; none while nobody is asked for one.
    pub key: Option<ApiKey>,
    /// What a page of this caller sends along to prove that it is one of this service; only for sessions.
    pub csrf: Option<String>,
    /// The id of the request.
    pub request: String,
}

impl Caller {
    /// Whether the caller runs the whole service.
    pub fn is_operator(&self) -> bool {
        self.person.is_operator && self.key.as_ref().is_none_or(|key| key.scope == OPERATOR_SCOPE)
    }

    /// What the caller may do in a project.
    pub(crate) async fn role_in(&self, app: &App, project: &str) -> Result<Option<Role>, Problem> {
        if self.key.as_ref().and_then(|key| key.projects.as_ref()).is_some_and(|of| !of.iter().any(|it| it == project))
        {
            return Ok(None);
        }
        if self.is_operator() {
            return Ok(Some(Role::Admin));
        }
        let own = app.store.roles_of(&self.person.id, edge::now()).await?;
        let here = own.iter().filter(|it| it.project == project || it.project == EVERY_PROJECT);
        let most = here.filter_map(|it| Role::parse(&it.role)).max();
        Ok(most.map(|role| role.min(self.most())))
    }

    /// The most that the key allows anywhere.
    fn most(&self) -> Role {
        self.key.as_ref().and_then(|key| Role::parse(&key.scope)).unwrap_or(Role::Admin)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let request = parts.extensions.get::<crate::middleware::RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        if !app.config.asks_for_keys() {
            origin::is_local(parts, &app.config)?;
            return Ok(Self { person: everybody(), key: None, csrf: None, request });
        }
        let (key, csrf) = match bearer(&parts.headers) {
            Some(secret) => (key_of_secret(app, secret).await?, None),
            None => key_of_cookie(app, parts).await?,
        };
        let person = app.store.person(&key.person).await?.filter(|person| !person.is_disabled);
        let Some(person) = person else { return Err(Problem::unauthenticated()) };
        if key.last_used_at.is_none_or(|last| edge::now() - last > TOUCH_MS) {
            // A note that fails takes nothing away from the caller.
            app.store.touch_key(&key.id, edge::now()).await.ok();
        }
        Ok(Self { person, key: Some(key), csrf, request })
    }
}

/// Who calls while nobody is asked for a key.
fn everybody() -> Person {
    Person {
        id: "local".to_owned(),
        name: "whoever uses this machine".to_owned(),
        is_operator: true,
        is_disabled: false,
        created_at: 0,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret.trim())
}

/// The key of a secret, if it is good at this moment.
pub(crate) async fn key_of_secret(app: &App, secret: &str) -> Result<ApiKey, Problem> {
    let digest = key_digest(secret).ok_or_else(Problem::unauthenticated)?;
    let key = app.store.key_by_digest(&digest).await?;
    key.filter(is_good).ok_or_else(Problem::unauthenticated)
}

async fn key_of_cookie(app: &App, parts: &Parts) -> Result<(ApiKey, Option<String>), Problem> {
    let token = session_token(&parts.headers).ok_or_else(Problem::unauthenticated)?;
    let digest = cairn_model::digest(token.as_bytes());
    let key = app.store.key_of_session(&digest, edge::now()).await?.filter(is_good);
    let Some(key) = key else { return Err(Problem::unauthenticated()) };
    let csrf = csrf_of(app, token);
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        origin::is_own(parts, &app.config)?;
        let sent = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_same(sent, &csrf) {
            let detail =
                format!("a session's request carries its proof in `{CSRF_HEADER}`; `GET /api/v1/session` gives it");
            return Err(Problem::new(http::StatusCode::FORBIDDEN, "csrf", detail));
        }
    }
    Ok((key, Some(csrf)))
}

/// The token of the session that the request belongs to.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, &[COOKIE_NAME, SECURE_COOKIE_NAME])
}

/// The value of the first cookie with one of these names.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, names: &[&str]) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| names.contains(name)).map(|(_, value)| value)
}

/// What pages of a session send along.
pub(crate) fn csrf_of(app: &App, token: &str) -> String {
    app.secrets.sign(CSRF_PURPOSE, token)
}

fn is_good(key: &ApiKey) -> bool {
    key.revoked_at.is_none() && key.expires_at > edge::now()
}

/// Somebody who runs the whole service.
pub struct Operator(pub Caller);

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if caller.is_operator() { Ok(Self(caller)) } else { Err(Problem::forbidden("only operators may do this")) }
    }
}

/// The least role that a handler asks for.
pub trait Least: Send + 'static {
    /// The role.
    const ROLE: Role;
}

macro_rules! least {
    ($($(#[$doc:meta])* $name:ident, $role:ident, $alias:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name;
        impl Least for $name {
            const ROLE: Role = Role::$role;
        }
        $(#[$doc])*
        pub type $alias = In<$name>;
    )*};
}

least! {
    /// Somebody who may look at the project of the path.
    Viewer, Viewer, Viewing;
    /// Somebody who may decide in the project of the path.
    Reviewer, Reviewer, Reviewing;
    /// Somebody who may bring documents into the project of the path.
    Editor, Editor, Editing;
    /// Somebody who says who may do what in the project of the path.
    Admin, Admin, Administering;
}

/// Somebody in the project of the path, with at least the role `L`.
pub struct In<L> {
    /// Who.
    pub caller: Caller,
    /// What they may do.
    pub role: Role,
    /// The project.
    pub project: Arc<Project>,
    least: PhantomData<L>,
}

impl<L: Least> In<L> {
    /// Somebody of whom it is known already what they may do in a project.
    pub(crate) fn of(caller: Caller, role: Role, project: Arc<Project>) -> Result<Self, Problem> {
        if role < L::ROLE {
            let detail = format!("this takes the role `{}`, and yours is `{}`", L::ROLE.as_str(), role.as_str());
            return Err(Problem::forbidden(detail));
        }
        Ok(Self { caller, role, project, least: PhantomData })
    }
}

impl<L: Least> FromRequestParts<App> for In<L> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let path = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::no_project())?;
        let wanted = path.iter().find(|(name, _)| *name == "project").map(|(_, value)| value.to_owned());
        let Some(wanted) = wanted else { return Err(Problem::no_project()) };
        let Some(role) = caller.role_in(app, &wanted).await? else { return Err(Problem::no_project()) };
        let Some(project) = app.projects.open(&wanted).await? else { return Err(Problem::no_project()) };
        Self::of(caller, role, project)
    }
}

/// The header that names the host, for messages about it.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST).and_then(|value| value.to_str().ok())
}

/// The header that names where a request was made.
pub(crate) fn origin_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(ORIGIN).and_then(|value| value.to_str().ok())
}
