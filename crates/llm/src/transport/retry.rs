//! Which failures are worth another attempt, and after what pause.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::WireFailure;
use crate::Policy;

/// The pause before the next attempt, or `None` when there should be none.
pub(super) fn pause(
    failure: &WireFailure,
    asked: Option<Duration>,
    attempts: u32,
    policy: &Policy,
) -> Option<Duration> {
    if !is_worth_another(failure) {
        return None;
    }
    let longest = Duration::from_millis(policy.backoff_ms_max);
    match asked {
        // Whoever asks for an hour is asked again in another run.
        Some(asked) if asked > longest => None,
        Some(asked) => Some(asked + jitter(Duration::from_millis(policy.backoff_ms), attempts, policy.jitter_seed)),
        None => {
            let doubled = policy.backoff_ms.saturating_mul(1 << (attempts - 1).min(16));
            let ceiling = Duration::from_millis(doubled).min(longest);
            Some(ceiling / 2 + jitter(ceiling / 2, attempts, policy.jitter_seed))
        }
    }
}

fn is_worth_another(failure: &WireFailure) -> bool {
    match failure {
        WireFailure::Unreachable
        | WireFailure::TimedOut { .. }
        | WireFailure::RateLimited
        | WireFailure::Server { .. }
        | WireFailure::BrokenOff => true,
        WireFailure::Refused { status, .. } => matches!(status, 408 | 409 | 425),
        WireFailure::OutOfQuota
        | WireFailure::Unauthorized { .. }
        | WireFailure::Redirected { .. }
        | WireFailure::TooLong { .. }
        | WireFailure::Paused
        | WireFailure::NotBuilt => false,
    }
}

/// How long the endpoint asks to wait, in any of the dialects: seconds, milliseconds, a date, `1m30s`.
pub(super) fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(milliseconds) = text("retry-after-ms").and_then(|it| it.parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    if let Some(asked) = text(RETRY_AFTER.as_str()) {
        return seconds(asked).or_else(|| until(asked, text(DATE.as_str())?));
    }
    let is_spent = |kind: &str| text(&format!("x-ratelimit-remaining-{kind}")) == Some("0");
    let kind = ["requests", "tokens"].into_iter().find(|kind| is_spent(kind))?;
    text(&format!("x-ratelimit-reset-{kind}")).and_then(units)
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?).ok()
}

/// From the date of the answer to the date asked for, so that no clock but the endpoint's own is needed.
fn until(asked: &str, now: &str) -> Option<Duration> {
    let (asked, now) = (rfc2822::parse(asked).ok()?, rfc2822::parse(now).ok()?);
    Duration::try_from(asked.timestamp().duration_since(now.timestamp())).ok().or(Some(Duration::ZERO))
}

/// `6m0s`, `1.5s`, `250ms`.
fn units(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let (number, tail) = rest.split_at_checked(number_end)?;
        let unit_end = tail.find(|it: char| it.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_end)?;
        let seconds_each = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        total += Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds_each).ok()?;
        rest = tail;
    }
    Some(total)
}

/// A part of `span` that differs between programs and between attempts (splitmix64 over both).
fn jitter(span: Duration, attempts: u32, seed: u64) -> Duration {
    let mut mixed = seed.wrapping_add(u64::from(attempts).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let thousandth = u32::try_from((mixed ^ (mixed >> 31)) % 1001).unwrap_or(1000);
    span * thousandth / 1000
}
