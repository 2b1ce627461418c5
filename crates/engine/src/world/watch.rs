//! Waits until files change.
//!
//! Events only say that it is worth looking again: what changed is found by reading, so an event that is lost, doubled or about
//! something else does no harm. A run of events, as one save or one checkout makes, is waited out.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{Config, ErrorKind, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};

use super::filter::is_of_a_tool;
use crate::EngineError;

/// However busy the files are, so long after the first event it is time to look.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Watches files and folders for as long as it lives.
pub struct Watch {
    changed: Arc<Changed>,
    _watcher: Box<dyn Watcher + Send>,
}

impl Watch {
    /// Watches `inputs` from now on. With `poll` they are looked through that often, which works where the system tells nothing, as
    /// on network drives.
    pub fn start(inputs: &[PathBuf], poll: Option<Duration>) -> Result<Self, EngineError> {
        let mut roots = Vec::new();
        for input in inputs {
            let path = input.canonicalize().map_err(|source| EngineError::Input { path: input.clone(), source })?;
            roots.push((input, path));
        }
        let changed =
            Arc::new(Changed { roots: roots.iter().map(|(_, path)| path.clone()).collect(), ..Changed::default() });
        let heard = Arc::clone(&changed);
        let handler = move |event: notify::Result<Event>| heard.hear(event);
        let first = inputs.first().map_or(Path::new("."), PathBuf::as_path);
        let mut watcher: Box<dyn Watcher + Send> = if let Some(pause) = poll {
            let config = Config::default().with_poll_interval(pause).with_compare_contents(true);
            Box::new(PollWatcher::new(handler, config).map_err(|error| failed(first, &error))?)
        } else {
            let config = Config::default().with_follow_symlinks(false);
            Box::new(RecommendedWatcher::new(handler, config).map_err(|error| failed(first, &error))?)
        };
        for (input, path) in &roots {
            // Editors put a new file in the place of the old one, which only its folder sees.
            let (watched, mode) = match path.parent() {
                Some(folder) if path.is_file() => (folder, RecursiveMode::NonRecursive),
                _ => (path.as_path(), RecursiveMode::Recursive),
            };
            watcher.watch(watched, mode).map_err(|error| failed(input, &error))?;
        }
        Ok(Self { changed, _watcher: watcher })
    }

    /// Waits for a change, and then until nothing happened for `quiet`.
    pub async fn changed(&self, quiet: Duration) {
        while !self.changed.take() {
            self.changed.notify.notified().await;
        }
        let latest = Instant::now() + LONGEST_WAIT;
        let settled = async { while timeout(quiet, self.changed.notify.notified()).await.is_ok() {} };
        drop(timeout_at(latest, settled).await);
        self.changed.take();
    }
}

/// What the watcher's thread tells the one that waits.
#[derive(Default)]
struct Changed {
    roots: Vec<PathBuf>,
    any: Mutex<bool>,
    notify: Notify,
}

impl Changed {
    fn hear(&self, event: notify::Result<Event>) {
        // An error may mean that events were lost, so it is worth a look too.
        if event.is_ok_and(|event| !self.concerns_documents(&event)) {
            return;
        }
        *self.any.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.notify.notify_one();
    }

    fn concerns_documents(&self, event: &Event) -> bool {
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        event.need_rescan() || event.paths.iter().any(|path| self.is_document(path))
    }

    fn is_document(&self, path: &Path) -> bool {
        let below = self.roots.iter().find_map(|root| path.strip_prefix(root).ok());
        below.is_some_and(|below| !below.iter().any(|part| part.to_str().is_some_and(is_of_a_tool)))
    }

    fn take(&self) -> bool {
        std::mem::take(&mut *self.any.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn failed(path: &Path, error: &notify::Error) -> EngineError {
    let reason = match &error.kind {
        ErrorKind::MaxFilesWatch => "there are more folders than the system lets one program watch\nhint: raise \
             `fs.inotify.max_user_watches`, or use `--poll 5`"
            .to_owned(),
        ErrorKind::Io(error) => {
            format!("{}\nhint: `--poll 5` looks through the files every five seconds instead", error.kind())
        }
        _ => format!("{error}\nhint: `--poll 5` looks through the files every five seconds instead"),
    };
    EngineError::Watch { path: path.to_owned(), reason }
}
