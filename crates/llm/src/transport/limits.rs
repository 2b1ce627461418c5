//! Calls and tokens in a minute: a bucket for each that fills evenly, so that a limit is met without bursts at full minutes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

const MINUTE: Duration = Duration::from_mins(1);

/// The limits of one endpoint.
#[derive(Debug)]
pub(super) struct Limits {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
    /// No call before this moment: the endpoint asked for it.
    held_until: Mutex<Option<Instant>>,
}

/// A bucket that is empty again a minute after it was full. Only the moment counts at which all that was taken has run out.
#[derive(Debug)]
struct Bucket {
    per_minute: u32,
    paid_until: Mutex<Option<Instant>>,
}

impl Limits {
    pub(super) fn new(requests_per_minute: u32, tokens_per_minute: u32) -> Self {
        let bucket = |per_minute: u32| (per_minute > 0).then(|| Bucket { per_minute, paid_until: Mutex::new(None) });
        Self { requests: bucket(requests_per_minute), tokens: bucket(tokens_per_minute), held_until: Mutex::new(None) }
    }

    /// Waits until one call of `tokens` fits.
    pub(super) async fn wait_for_turn(&self, tokens: u64) {
        let now = Instant::now();
        let turns = [
            self.requests.as_ref().map(|bucket| bucket.take(1, now)),
            self.tokens.as_ref().map(|bucket| bucket.take(tokens, now)),
        ];
        if let Some(turn) = turns.into_iter().flatten().max() {
            sleep_until(turn).await;
        }
        loop {
            let held = *self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
            match held {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return,
            }
        }
    }

    /// Lets no call through for `pause`.
    pub(super) fn hold_all(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut held = self.held_until.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(held.map_or(until, |earlier| earlier.max(until)));
    }
}

impl Bucket {
    /// Takes `amount` and says when it may be used. A full minute's worth may be used at once after a quiet minute.
    fn take(&self, amount: u64, now: Instant) -> Instant {
        // An amount above a whole minute's worth could never be had.
        let amount = u32::try_from(amount).unwrap_or(u32::MAX).min(self.per_minute);
        let cost = MINUTE * amount / self.per_minute;
        let mut paid_until = self.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
        let start = paid_until.unwrap_or(now).max(now);
        *paid_until = Some(start + cost);
        (start + cost).checked_sub(MINUTE).unwrap_or(now).max(now)
    }
}
