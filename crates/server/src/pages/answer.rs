//! What pages answer: HTML, a way back with a word about what was done, and problems as pages.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_web::{Frame, start};
use http::header::{CONTENT_TYPE, LOCATION};
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
pub(super) const DONE: [(&str, &str); 14] = [
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
    ("example", "The example is being read."),
];

/// Leads back, with a word about what was done.
pub(super) fn back(address: &str, done: &str) -> Response {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done="));
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("done={done}")]).collect();
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    to(&format!("{path}?{}{fragment}", pairs.join("&")))
}

/// Leads elsewhere.
pub(super) fn to(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => Problem::not_found("address").into_response(),
    }
}

/// Turns problems into pages, and sends those who are not known to the door.
pub(super) async fn as_page(request: Request, next: Next) -> Response {
    let (headers, method) = (request.headers().clone(), request.method().clone());
    let here = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
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
