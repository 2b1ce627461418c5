//! The circuit breaker: an endpoint in trouble is left alone for a while, then asked by one call first.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts failures in a row.
#[derive(Debug)]
pub(super) struct Breaker {
    failures_max: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Calls go through; so many of the last ones failed.
    Closed { failures: u32 },
    /// No call goes through before this moment.
    Open { until: Instant },
    /// One call is under way to see; the others wait for how it ends.
    HalfOpen,
}

/// The leave to make one attempt. Given back without a report (the attempt was dropped), it counts as a failure.
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    reported: bool,
}

impl Breaker {
    pub(super) fn new(failures_max: u32, pause: Duration) -> Self {
        Self { failures_max: failures_max.max(1), pause, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// The leave to make an attempt, unless the endpoint is being left alone.
    pub(super) fn pass(&self) -> Option<Pass<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => {}
            State::Open { until } if Instant::now() >= until => *state = State::HalfOpen,
            State::Open { .. } | State::HalfOpen => return None,
        }
        Some(Pass { breaker: self, reported: false })
    }

    fn ended(&self, failed: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match *state {
            _ if !failed => State::Closed { failures: 0 },
            State::Closed { failures } if failures + 1 < self.failures_max => State::Closed { failures: failures + 1 },
            State::Open { until } => State::Open { until },
            State::Closed { .. } | State::HalfOpen => State::Open { until: Instant::now() + self.pause },
        };
    }
}

impl Pass<'_> {
    /// Says how the attempt ended.
    pub(super) fn report(mut self, failed: bool) {
        self.reported = true;
        self.breaker.ended(failed);
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.reported {
            self.breaker.ended(true);
        }
    }
}
