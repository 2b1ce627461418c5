//! Pages beside all projects: the list, signing in and out, light and dark, and the files that pages refer to.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use cairn_web::start::ProjectRow;
use cairn_web::{Frame, Theme, assets, start};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde_json::json;

use super::answer::{Html, back, to};
use super::form::{Form, own_address};
use super::looking::{THEME_COOKIE, theme_of};
use crate::access::{Caller, Operator};
use crate::api::{projects as api, sessions};
use crate::app::App;
use crate::config::oidc::START;
use crate::input::Body;
use crate::origin;
use crate::problem::Problem;

/// A year: the name of a file changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A cookie of light and dark lives for a year.
const THEME_SECONDS: u32 = 31_536_000;

/// The projects of the caller, or the first run.
pub(super) async fn projects(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Html, Problem> {
    let mut rows = Vec::new();
    for project in app.store.projects().await? {
        if let Some(role) = caller.role_in(&app, &project.id).await? {
            rows.push(ProjectRow { id: project.id, name: project.name, role: role.as_str().to_owned() });
        }
    }
    let frame = frame(&caller, &headers);
    Ok(Html(start::projects(&frame, &rows, caller.is_operator())))
}

fn frame<'a>(caller: &'a Caller, headers: &HeaderMap) -> Frame<'a> {
    Frame {
        person: Some(&caller.person.name),
        csrf: caller.csrf.as_deref().unwrap_or_default(),
        theme: theme_of(headers),
        here: "/",
        ..Frame::default()
    }
}

/// Makes a project.
pub(super) async fn create(State(app): State<App>, operator: Operator, form: Form) -> Result<Response, Problem> {
    let id = form.get("id").to_owned();
    let new = json!({ "id": id, "name": form.get("name") });
    let new = serde_json::from_value(new).map_err(|error| Problem::invalid(error.to_string()))?;
    api::create_project(State(app), operator, Body(new)).await?;
    Ok(to(&format!("/p/{id}/sources")))
}

/// The door.
pub(super) async fn sign_in(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Html {
    let asked = Form::parse(uri.query().unwrap_or_default());
    let frame = Frame { theme: theme_of(&headers), here: "/sign-in", ..Frame::default() };
    let provider = app.config.has_provider().then_some(START);
    let back = own_address(asked.get("back")).unwrap_or("/");
    Html(start::sign_in(&frame, asked.get("wrong") == "yes", back, provider))
}

/// Opens a session with a key.
pub(super) async fn open(
    State(app): State<App>,
    parts: sessions::OriginParts,
    form: Form,
) -> Result<Response, Problem> {
    let key = json!({ "key": form.get("key") });
    let key = serde_json::from_value(key).map_err(|error| Problem::invalid(error.to_string()))?;
    match sessions::open_session(State(app), parts, Body(key)).await {
        Ok(opened) => {
            let mut response = to(&form.back("/"));
            for cookie in opened.headers().get_all(SET_COOKIE) {
                response.headers_mut().append(SET_COOKIE, cookie.clone());
            }
            Ok(response)
        }
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED.as_u16() => Ok(to("/sign-in?wrong=yes")),
        Err(problem) => Err(problem),
    }
}

/// Ends the session.
pub(super) async fn close(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    let closed = sessions::close_session(State(app), caller, headers).await?;
    let mut response = to("/sign-in");
    for cookie in closed.headers().get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// Keeps light or dark in a cookie. It is nobody's secret, so all it takes is that a page of this service asks.
pub(super) async fn theme(State(app): State<App>, parts: Parts, form: Form) -> Result<Response, Problem> {
    origin::is_own(&parts, &app.config)?;
    let theme = Theme::parse(form.get("to"));
    let cookie = format!("{THEME_COOKIE}={}; Path=/; Max-Age={THEME_SECONDS}; SameSite=Lax; HttpOnly", theme.as_str());
    let mut response = to(&form.back("/"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A file that pages refer to.
pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = assets::find(&name).ok_or_else(|| Problem::not_found("file"))?;
    Ok(([(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, FOR_EVER)], asset.body).into_response())
}

/// Where a reader goes after something was made.
pub(super) fn into_project(id: &str, done: &str) -> Response {
    back(&format!("/p/{id}/inbox"), done)
}
