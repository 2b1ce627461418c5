//! Requests that carry an `Idempotency-Key` take effect once, however often they are sent: the first answer is kept for a day and given
//! again.
//!
//! Kept are answers that say that something was done. Those that hold secrets are never kept, so such requests are refused a key.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_model::digest;
use cairn_store::Begun;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::access::Caller;
use crate::app::App;
use crate::edge;
use crate::input::too_large;
use crate::problem::Problem;

/// The header with the key.
pub(crate) const HEADER: &str = "idempotency-key";
/// Tells that an answer is given again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// A key has at most so many characters.
const KEY_CHARACTERS_MAX: usize = 255;
/// Answers are kept for a day.
const KEPT_MS: i64 = 86_400_000;
/// What was begun so long ago and not answered was cut off; it may be sent again.
const ABANDONED_MS: i64 = 120_000;
/// Routes whose requests are not kept: their answers hold secrets or come as streams, or they are safe to send again as they are.
const EXCEPT: [&str; 7] = ["/keys", "/session", "/uploads", "/ask", "/chat", "/completions", "/mcp"];

/// Gives the first answer again to a request that was sent before.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).cloned();
    match key {
        Some(key) if request.method() == Method::POST => {
            answer(&app, key, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn answer(app: &App, key: HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let path = request.uri().path().to_owned();
    let key = key.to_str().ok().filter(|key| (1..=KEY_CHARACTERS_MAX).contains(&key.len())).map(str::to_owned);
    let Some(key) = key else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "idempotency_key",
            "an `Idempotency-Key` has from 1 to 255 characters",
        ));
    };
    if EXCEPT.iter().any(|route| path.ends_with(route)) || path.contains("/webhooks/") {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    // Known first: who has lost their key gets no answers of before.
    let caller = Caller::from_request_parts(&mut parts, app).await?;
    let body = to_bytes(body, app.config.body_bytes_max).await.map_err(|_| too_large())?;
    let asked =
        digest(&[parts.method.as_str().as_bytes(), b"\n", parts.uri.to_string().as_bytes(), b"\n", &body].concat());
    let who = caller.key.as_ref().map_or(caller.person.id, |key| key.id.clone());
    let (now, name) = (edge::now(), (who.as_str(), key.as_str()));
    match app.store.begin_answer(name, &asked, now, (now - KEPT_MS, now - ABANDONED_MS)).await? {
        Begun::First => {}
        Begun::UnderWay => {
            let detail = "a request with this `Idempotency-Key` is under way";
            return Err(Problem { retry_after: Some(1), ..Problem::conflict("under_way", detail) });
        }
        Begun::Other => {
            let detail = "this `Idempotency-Key` was used for another request";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail));
        }
        Begun::Answered(status, body) => return Ok(replayed(status, &body)),
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        app.store.end_answer(name, None).await?;
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    app.store.end_answer(name, Some((i64::from(head.status.as_u16()), &kept(&head.headers, &body)))).await?;
    Ok(Response::from_parts(head, Body::from(body)))
}

/// Headers that belong to an answer and are kept with it.
const KEPT_HEADERS: [&str; 3] = ["content-type", "location", "etag"];

fn kept(headers: &HeaderMap, body: &Bytes) -> String {
    let lines = KEPT_HEADERS.iter().filter_map(|name| Some((*name, headers.get(*name)?.to_str().ok()?)));
    let headers: std::collections::BTreeMap<&str, &str> = lines.collect();
    serde_json::json!({ "headers": headers, "body": String::from_utf8_lossy(body) }).to_string()
}

fn replayed(status: i64, kept: &str) -> Response {
    let kept: serde_json::Value = serde_json::from_str(kept).unwrap_or_default();
    let body = kept.get("body").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let status =
        u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    response.headers_mut().remove(CONTENT_TYPE);
    for (name, value) in kept.get("headers").and_then(serde_json::Value::as_object).into_iter().flatten() {
        let pair =
            (HeaderName::try_from(name.as_str()), value.as_str().and_then(|value| HeaderValue::from_str(value).ok()));
        if let (Ok(name), Some(value)) = pair {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
