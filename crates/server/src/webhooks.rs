//! Whether a webhook was sent by whom it says, and which delivery it is: each sender's own way. Nothing is believed of what a webhook says
//! but that it is worth looking.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_json::Value;

use crate::api::sources::Sender;
use crate::secrets::{from_hex, is_hmac, is_same};

/// A delivery of the same name within a day is the same delivery.
const DAY_MS: i64 = 86_400_000;
/// Where only the content names a delivery, the same may be meant again soon.
const CONTENT_MS: i64 = 60_000;
/// How far clocks of senders may be off.
const SLACK_SKEW_MS: i64 = 300_000;
const LINEAR_SKEW_MS: i64 = 60_000;
const GENERIC_SKEW_MS: i64 = 300_000;
/// How secrets of Standard Webhooks begin that are written in base64.
const ENCODED_SECRET: &str = "whsec_";

/// A webhook that was sent by whom it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Names the delivery.
    pub delivery: String,
    /// For how long another of this name is the same delivery.
    pub window_ms: i64,
    /// What the sender wants to hear back, where this is no more than a question whether anybody is there.
    pub reply: Option<String>,
}

/// Verifies a webhook; none for one that is not to be believed.
pub fn verify(sender: Sender, secret: &str, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Option<Verified> {
    match sender {
        Sender::Github => {
            is_signed(secret, &[body], header(headers, "x-hub-signature-256")?.strip_prefix("sha256=")?)?;
            let reply = (header(headers, "x-github-event") == Some("ping")).then(String::new);
            Some(Verified { reply, ..named(header(headers, "x-github-delivery"), body) })
        }
        Sender::Gitlab => {
            is_same(header(headers, "x-gitlab-token")?, secret).then_some(())?;
            Some(named(header(headers, "x-gitlab-event-uuid"), body))
        }
        Sender::Jira => {
            is_signed(secret, &[body], header(headers, "x-hub-signature")?.strip_prefix("sha256=")?)?;
            Some(named(header(headers, "x-atlassian-webhook-identifier"), body))
        }
        Sender::ConfluenceDc => {
            is_signed(secret, &[body], header(headers, "x-hub-signature")?.strip_prefix("sha256=")?)?;
            Some(named(None, body))
        }
        Sender::Slack => slack(secret, headers, body, now_ms),
        Sender::Linear => {
            is_signed(secret, &[body], header(headers, "linear-signature")?)?;
            let sent: Value = serde_json::from_slice(body).ok()?;
            is_recent(sent.get("webhookTimestamp")?.as_i64()?, now_ms, LINEAR_SKEW_MS)?;
            Some(named(header(headers, "linear-delivery"), body))
        }
        Sender::Generic => generic(secret, headers, body, now_ms),
    }
}

fn slack(secret: &str, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Option<Verified> {
    let at = header(headers, "x-slack-request-timestamp")?;
    is_recent(at.parse::<i64>().ok()?.checked_mul(1000)?, now_ms, SLACK_SKEW_MS)?;
    let signature = header(headers, "x-slack-signature")?.strip_prefix("v0=")?;
    is_signed(secret, &[b"v0:", at.as_bytes(), b":", body], signature)?;
    let sent: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| sent.get(key).and_then(Value::as_str);
    let reply = (text("type") == Some("url_verification")).then(|| text("challenge").unwrap_or_default().to_owned());
    Some(Verified { reply, ..named(text("event_id"), body) })
}

fn generic(secret: &str, headers: &HeaderMap, body: &[u8], now_ms: i64) -> Option<Verified> {
    let (id, at) = (header(headers, "webhook-id")?, header(headers, "webhook-timestamp")?);
    is_recent(at.parse::<i64>().ok()?.checked_mul(1000)?, now_ms, GENERIC_SKEW_MS)?;
    let key = match secret.strip_prefix(ENCODED_SECRET) {
        Some(encoded) => STANDARD.decode(encoded).ok()?,
        None => secret.as_bytes().to_vec(),
    };
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", at.as_bytes(), b".", body];
    // There may be several while a secret is changed.
    let signatures = header(headers, "webhook-signature")?.split(' ').filter_map(|one| one.strip_prefix("v1,"));
    let is_signed = signatures.filter_map(|one| STANDARD.decode(one).ok()).any(|one| is_hmac(&key, &parts, &one));
    is_signed.then(|| named(Some(id), body))
}

fn named(id: Option<&str>, body: &[u8]) -> Verified {
    match id {
        Some(id) => Verified { delivery: cairn_model::digest(id.as_bytes()), window_ms: DAY_MS, reply: None },
        None => Verified { delivery: cairn_model::digest(body), window_ms: CONTENT_MS, reply: None },
    }
}

fn is_signed(secret: &str, parts: &[&[u8]], hexadecimal: &str) -> Option<()> {
    is_hmac(secret.as_bytes(), parts, &from_hex(hexadecimal)?).then_some(())
}

fn is_recent(at_ms: i64, now_ms: i64, skew_ms: i64) -> Option<()> {
    (at_ms.abs_diff(now_ms) <= skew_ms.unsigned_abs()).then_some(())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
