//! One run at a time changes what a workspace holds of its documents, and one its indexes. The locks are the system's: they go with the
//! process that holds them, however that ends.

use std::fs::{File, TryLockError};
use std::time::Duration;

use crate::{EngineError, Progress, Silent, Stage, Workspace};

/// The files in the workspace that are locked, by whoever changes what is held of documents, and by whoever changes an index.
const SCAN_FILE: &str = "scan.lock";
const INDEX_FILE: &str = "index.lock";

/// How often a run that waits looks again.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits until no other run changes the workspace; nobody else does as long as the file is held.
pub(crate) async fn alone(workspace: &Workspace, progress: &dyn Progress) -> Result<File, EngineError> {
    held(workspace, SCAN_FILE, progress).await
}

/// Waits until nobody changes an index of the workspace; nobody else does as long as the file is held. A scan holds it from when it keeps
/// what it has read, so that whoever finds the index behind finds it anew once the lock is theirs.
pub(crate) async fn index(workspace: &Workspace) -> Result<File, EngineError> {
    held(workspace, INDEX_FILE, &Silent).await
}

async fn held(workspace: &Workspace, file: &str, progress: &dyn Progress) -> Result<File, EngineError> {
    let path = workspace.folder().join(file);
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
