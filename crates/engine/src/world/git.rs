//! The `git` command in a folder that may be anybody's.

use std::path::Path;
use std::process::{Command, Stdio};

/// `git` for questions only: it takes no locks and runs nothing that the repository's settings name.
pub(super) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.fsmonitor=false", "-c", "log.showSignature=false"]);
    command.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    command
}
