//! What ends a fetch before its time: too many bytes, too much time, or nobody who wants it any more. The first reason counts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::{RemoteError, RemoteLimits};

/// See the module.
pub(super) struct Bounds {
    limits: RemoteLimits,
    ends_at: Instant,
    received: AtomicU64,
    /// Heeded by whatever goes on for long, reading and computing alike.
    interrupted: AtomicBool,
    failure: Mutex<Option<RemoteError>>,
}

impl Bounds {
    pub(super) fn new(limits: RemoteLimits) -> Self {
        Self {
            limits,
            ends_at: Instant::now() + limits.time,
            received: AtomicU64::new(0),
            interrupted: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    pub(super) fn interrupted(&self) -> &AtomicBool {
        &self.interrupted
    }

    pub(super) fn is_over(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    pub(super) fn failure(&self) -> Option<RemoteError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the fetch for this reason, unless there is one already.
    pub(super) fn end(&self, reason: RemoteError) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
        self.interrupted.store(true, Ordering::Relaxed);
    }

    /// Counts what came.
    pub(super) fn received(&self, bytes: usize) {
        let before = self.received.fetch_add(bytes as u64, Ordering::Relaxed);
        if before + bytes as u64 > self.limits.bytes {
            self.end(RemoteError::TooLarge { bytes_max: self.limits.bytes });
        }
    }

    /// Looks whether the fetch may go on, and whether somebody still wants it.
    pub(super) fn look(&self, goes_on: &(dyn Fn(u64) -> bool + Sync)) {
        if !goes_on(self.received.load(Ordering::Relaxed)) {
            self.end(RemoteError::Ended);
        } else if Instant::now() > self.ends_at {
            self.end(RemoteError::TooSlow { time: self.limits.time });
        }
    }
}
