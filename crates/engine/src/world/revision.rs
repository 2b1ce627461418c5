//! A file as a revision of the repository has it, by the `git` command.

use std::path::Path;

use super::git::git;

/// The text of `name` in `folder` at `revision`; none when that revision has no such file. The error says what `git` says.
pub(crate) fn text_at(folder: &Path, name: &str, revision: &str) -> Result<Option<String>, String> {
    let commit = format!("{revision}^{{commit}}");
    let arguments = ["rev-parse", "--verify", "--end-of-options", commit.as_str()];
    let commit = answer(folder, &arguments)?.trim().to_owned();
    let path = format!("./{name}");
    if answer(folder, &["ls-tree", "--name-only", &commit, "--", &path])?.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(answer(folder, &["show", &format!("{commit}:{path}")])?))
}

fn answer(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = git(folder).args(arguments).output().map_err(|error| format!("cannot run `git`: {}", error.kind()))?;
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(|_| "it is not UTF-8".to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`git` says: {}", said.lines().next().unwrap_or("nothing")))
}
