//! What pages answer: HTML, a way back with a word about what was done, and problems as pages.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_web::{Frame, start};
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::looking::theme_of;
use crate::problem::Problem;

/// Bytes of a problem that are read.
const PROBLEM_BYTES_MAX: usize = 64 * 1024;

/// A page.
pub(super) struct Html(pub(super) String);

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], self.0).into_response()
    }
}

/// What was done, told on the page that one comes back to. A closed list: an address cannot put words into the service's mouth.
pub(super) const DONE: [(&str, &str); 24] = [
    ("decided", "The decision is recorded."),
    ("withdrawn", "The decision is withdrawn."),
    ("set", "Your answer is recorded; the model counts it as the word of a person."),
    ("seen", "Accepted. It comes back when it changes again."),
    ("all_seen", "Everything up to this revision is marked as seen."),
    ("assigned", "Assigned."),
    ("snoozed", "Put off until the day you chose."),
    ("brought", "Taken in. The model follows as soon as it is read."),
    ("queued", "It will be read as soon as a worker is free."),
    ("cancelled", "The job is cancelled."),
    ("role", "The role is changed."),
    ("view", "The view is saved."),
    ("nothing", "Nothing was chosen."),
    ("no_threat", "Nothing was decided: only threats take a decision, and none was chosen."),
    ("undone", "Taken back."),
    ("source", "The source is added and is being read."),
    ("source_gone", "The source is gone, and its documents with it."),
    ("member", "They have a part in this project now."),
    ("member_gone", "They have no part in this project any more."),
    ("key_gone", "The key is good for nothing any more."),
    ("retried", "The job is tried again."),
    ("example", "The example is being read."),
    ("proposed", "The sentence is proposed as a claim. It is none of the model before somebody takes it over."),
    ("open", "The question is noted as open, to be read with the documents."),
];

/// Leads back, with a word about what was done.
pub(super) fn back(address: &str, done: &str) -> Response {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let is_kept = |pair: &&str| !pair.is_empty() && !pair.starts_with("done=") && !pair.starts_with("undo=");
    let kept = query.split('&').filter(is_kept);
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("done={done}")]).collect();
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    to(&format!("{path}?{}{fragment}", pairs.join("&")))
}

/// As [`back`], with an offer to take the step back.
pub(super) fn back_with_undo(address: &str, done: &str, step: u64) -> Response {
    back(address, &format!("{done}&undo={step}"))
}

/// What an address gets that leads nowhere: a page for people, a problem for programs.
pub(crate) async fn nothing_there(request: Request) -> Response {
    let headers = request.headers();
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let problem = Problem::not_found("address").into_response();
    if accepts.contains("text/html") { page_of(problem, headers).await } else { problem }
}

/// Leads elsewhere.
pub(super) fn to(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => Problem::not_found("address").into_response(),
    }
}

/// The address of a page as a browser has it. Handlers of a project see only their own part of it.
#[derive(Clone, Debug)]
pub(super) struct Here(pub(super) String);

/// Turns problems into pages, and sends those who are not known to the door.
pub(super) async fn as_page(mut request: Request, next: Next) -> Response {
    let (headers, method) = (request.headers().clone(), request.method().clone());
    let here = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    request.extensions_mut().insert(Here(here.clone()));
    let response = next.run(request).await;
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/problem"));
    if !is_problem {
        return response;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let back = if method == Method::GET {
            utf8_percent_encode(&here, NON_ALPHANUMERIC).to_string()
        } else {
            String::new()
        };
        return to(&format!("/sign-in?back={back}"));
    }
    page_of(response, &headers).await
}

async fn page_of(response: Response, headers: &HeaderMap) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, PROBLEM_BYTES_MAX).await.unwrap_or_default();
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let word = |name: &str| problem.get(name).and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    let frame = Frame { theme: theme_of(headers), here: "/", ..Frame::default() };
    let (title, detail) = (word("title"), sentence(&word("detail")));
    let html = start::problem(&frame, parts.status.as_u16(), &title, &detail);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Response::from_parts(parts, html.into())
}

/// A problem's detail as a sentence.
fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
