//! One run at a time changes what a workspace holds of its documents. The lock is the system's: it goes with the process that holds it,
//! however that ends.

use std::fs::{File, TryLockError};
use std::time::Duration;

use crate::{EngineError, Progress, Stage, Workspace};

/// The file in the workspace that is locked.
const FILE: &str = "scan.lock";

/// How often a run that waits looks again.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits until no other run changes the workspace; nobody else does as long as the file is held.
pub(crate) async fn alone(workspace: &Workspace, progress: &dyn Progress) -> Result<File, EngineError> {
    let path = workspace.folder().join(FILE);
    let failed = |source| EngineError::File { path: path.clone(), source };
    let file = File::create(&path).map_err(failed)?;
    let mut is_waiting = false;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        if !is_waiting {
            is_waiting = true;
            progress.begin(Stage::Wait, None);
        }
        // Not by a call that blocks: the run that holds the lock may be one of this very thread.
        tokio::time::sleep(LOOK_EVERY).await;
    }
    if is_waiting {
        progress.end();
    }
    Ok(file)
}
