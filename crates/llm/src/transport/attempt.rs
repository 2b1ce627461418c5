//! One attempt: the request goes out, and at most so many bytes come back within so much time.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::WireFailure;
use super::retry::asked_pause;
use crate::Policy;
use crate::stream::Heard;

/// The longest body of an error that is looked at.
const ERROR_BYTES_MAX: usize = 64 << 10;

/// The longest code of an endpoint that is shown to a user.
const CODE_CHARACTERS_MAX: usize = 48;

/// How an attempt ended.
pub(super) enum Attempt {
    Answer {
        body: String,
    },
    Failure {
        failure: WireFailure,
        /// How long the endpoint asks to wait.
        retry_after: Option<Duration>,
    },
}

impl Attempt {
    /// Whether the endpoint seems to be in trouble, as opposed to not liking this request.
    pub(super) fn shows_trouble(&self) -> bool {
        let Self::Failure { failure, .. } = self else { return false };
        matches!(
            failure,
            WireFailure::Unreachable
                | WireFailure::TimedOut { .. }
                | WireFailure::Server { .. }
                | WireFailure::BrokenOff
                | WireFailure::TooLong { .. }
        )
    }

    fn failed(failure: WireFailure) -> Self {
        Self::Failure { failure, retry_after: None }
    }
}

pub(super) async fn send(
    http: &reqwest::Client,
    request: reqwest::Request,
    policy: &Policy,
    heard: Option<&Heard>,
) -> Attempt {
    let end = Instant::now() + Duration::from_millis(policy.attempt_ms);
    let first_byte = Duration::from_millis(policy.first_byte_ms.min(policy.attempt_ms));
    let response = match timeout(first_byte, http.execute(request)).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) if error.is_timeout() => {
            return Attempt::failed(timed_out("the connection", policy.connect_ms));
        }
        Ok(Err(error)) if error.is_connect() => return Attempt::failed(WireFailure::Unreachable),
        Ok(Err(_)) => return Attempt::failed(WireFailure::BrokenOff),
        Err(_) => return Attempt::failed(timed_out("the first byte of an answer", policy.first_byte_ms)),
    };
    let status = response.status().as_u16();
    let retry_after = asked_pause(response.headers());
    let heard = heard.filter(|_| (200..300).contains(&status));
    let limit = if (200..300).contains(&status) { policy.response_bytes_max } else { ERROR_BYTES_MAX };
    let body = match timeout_at(end, read(response, limit, heard)).await {
        Ok(body) => body,
        Err(_) => Err(timed_out("a whole answer", policy.attempt_ms)),
    };
    match (status, body) {
        (200..300, Ok(bytes)) => match String::from_utf8(bytes) {
            Ok(body) => Attempt::Answer { body },
            Err(_) => Attempt::failed(WireFailure::BrokenOff),
        },
        (200..300, Err(failure)) => Attempt::failed(failure),
        // The status says enough, whatever became of the body.
        (_, body) => Attempt::Failure { failure: of_status(status, &body.unwrap_or_default()), retry_after },
    }
}

async fn read(mut response: reqwest::Response, limit: usize, heard: Option<&Heard>) -> Result<Vec<u8>, WireFailure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) if body.len() + bytes.len() > limit => return Err(WireFailure::TooLong { limit }),
            Ok(Some(bytes)) => {
                if let Some(heard) = heard {
                    heard.tell(&bytes);
                }
                body.extend_from_slice(&bytes);
            }
            Ok(None) => return Ok(body),
            Err(_) => return Err(WireFailure::BrokenOff),
        }
    }
}

fn of_status(status: u16, body: &[u8]) -> WireFailure {
    match status {
        300..400 => WireFailure::Redirected { status },
        401 | 403 => WireFailure::Unauthorized { status },
        402 => WireFailure::OutOfQuota,
        429 if is_about_money(body) => WireFailure::OutOfQuota,
        429 => WireFailure::RateLimited,
        400..500 => WireFailure::Refused { status, code: code(body) },
        _ => WireFailure::Server { status },
    }
}

/// Waiting does not help against an empty account.
fn is_about_money(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    ["insufficient_quota", "billing_hard_limit_reached", "credit_balance_too_low"].iter().any(|it| body.contains(it))
}

/// The endpoint's own short word for what is wrong: text or number, in the error object or beside it.
fn code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error").unwrap_or(&body);
    let code = ["code", "type"].iter().find_map(|name| match error.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })?;
    // A word; anything longer may be the request's own text.
    let plain = code.chars().all(|it| it.is_ascii_alphanumeric() || "_-.".contains(it));
    (plain && code.len() <= CODE_CHARACTERS_MAX).then_some(code)
}

fn timed_out(what: &str, limit_ms: u64) -> WireFailure {
    WireFailure::TimedOut { what: what.to_owned(), limit_ms }
}
