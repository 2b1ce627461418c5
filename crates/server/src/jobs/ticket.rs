//! How far a job is, and whether it is to end: shared by the worker, the engine that tells of its progress, and the heartbeat.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use cairn_engine::{Progress, Stage};
use serde_json::{Value, json};

/// What is thrown through a run that is to end. It passes no hook and leaves no trace but the end.
pub(crate) struct ToldToEnd;

/// See the module.
#[derive(Default)]
pub(crate) struct Ticket {
    stage: Mutex<Option<(Stage, Option<usize>)>>,
    done: AtomicUsize,
    ends: AtomicBool,
    /// Set once results are being kept: from there on it is quicker to go on than to begin again.
    is_keeping: AtomicBool,
}

impl Ticket {
    /// Has the run end at the next step.
    pub(crate) fn end(&self) {
        self.ends.store(true, Ordering::Relaxed);
    }

    /// Whether the run is to end.
    pub(crate) fn is_ended(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }

    /// How far the run is.
    pub(crate) fn progress(&self) -> Value {
        let stage = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((stage, steps)) = stage else { return Value::Null };
        json!({ "stage": stage.as_str(), "done": self.done.load(Ordering::Relaxed), "of": steps })
    }

    /// Tells how far a stage is that counts by itself.
    pub(crate) fn at(&self, done: usize) {
        self.done.store(done, Ordering::Relaxed);
        self.stop_if_ended();
    }

    /// Tells how far a stage is that has to end by itself, and says whether it is to go on.
    pub(crate) fn goes_on(&self, done: usize) -> bool {
        self.done.store(done, Ordering::Relaxed);
        !self.is_ended()
    }

    fn stop_if_ended(&self) {
        if self.is_ended() && !self.is_keeping.load(Ordering::Relaxed) {
            resume_unwind(Box::new(ToldToEnd));
        }
    }
}

impl Progress for Ticket {
    fn begin(&self, stage: Stage, steps: Option<usize>) {
        if stage >= Stage::Keep {
            self.is_keeping.store(true, Ordering::Relaxed);
        }
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some((stage, steps));
        self.done.store(0, Ordering::Relaxed);
        self.stop_if_ended();
    }

    fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.stop_if_ended();
    }

    fn end(&self) {}
}
