//! Progress bars on stderr.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cairn_engine::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a bar moves when nothing happens.
const TICK: Duration = Duration::from_millis(100);

/// One bar at a time, gone when its stage is over.
#[derive(Default)]
pub(crate) struct Bars {
    current: Mutex<Option<ProgressBar>>,
}

impl Bars {
    fn current(&self) -> Option<ProgressBar> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, bar: Option<ProgressBar>) -> Option<ProgressBar> {
        std::mem::replace(&mut *self.current.lock().unwrap_or_else(PoisonError::into_inner), bar)
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, steps: Option<usize>) {
        if stage == Stage::Wait {
            tell_of_waiting();
        }
        let bar = match steps {
            Some(steps) => ProgressBar::new(steps as u64)
                .with_style(style("{prefix:>16} {bar:30} {human_pos}/{human_len} {per_sec:.dim} {eta:.dim}")),
            None => ProgressBar::new_spinner().with_style(style("{prefix:>16} {spinner} {elapsed:.dim}")),
        };
        bar.set_prefix(stage.as_str());
        bar.enable_steady_tick(TICK);
        drop(self.replace(Some(bar)));
    }

    fn advance(&self) {
        if let Some(bar) = self.current() {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.replace(None) {
            bar.finish_and_clear();
        }
    }
}

/// Says what a run waits for, and nothing else: for where no bar can be seen.
pub(crate) struct Waits;

impl Progress for Waits {
    fn begin(&self, stage: Stage, _steps: Option<usize>) {
        if stage == Stage::Wait {
            tell_of_waiting();
        }
    }

    fn advance(&self) {}

    fn end(&self) {}
}

fn tell_of_waiting() {
    // Nobody is left to tell when stderr is closed.
    drop(writeln!(std::io::stderr(), "another run scans into this workspace; waiting until it is done"));
}

fn style(template: &'static str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this file are well formed")
}
