//! A file as a revision of the repository has it, by the `git` command.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// The text of `name` in `folder` at `revision`; none when that revision has no such file. The error says what `git` says.
pub(crate) fn text_at(folder: &Path, name: &str, revision: &str) -> Result<Option<String>, String> {
    let commit = format!("{revision}^{{commit}}");
    let known =
        git(folder, [OsStr::new("rev-parse"), "--verify".as_ref(), "--end-of-options".as_ref(), commit.as_ref()])?;
    let commit = text(known)?.trim().to_owned();
    let path = format!("./{name}");
    let listed = text(git(folder, ["ls-tree", "--name-only", commit.as_str(), "--", path.as_str()].map(OsStr::new))?)?;
    if listed.trim().is_empty() {
        return Ok(None);
    }
    let object = format!("{commit}:{path}");
    Ok(Some(text(git(folder, ["show", object.as_str()].map(OsStr::new))?)?))
}

fn git<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<Output, String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run `git`: {}", error.kind()))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`git` says: {}", said.lines().next().unwrap_or("nothing")))
}

fn text(output: Output) -> Result<String, String> {
    String::from_utf8(output.stdout).map_err(|_| "it is not UTF-8".to_owned())
}
