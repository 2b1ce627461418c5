//! Repositories, with the `git` command to make them.

use std::process::Command;

use crate::folder::Folder;

/// A commit of all files on this day, by this person.
pub(crate) fn commit(folder: &Folder, author: &str, day: &str) {
    git(folder, author, day, &["add", "--all"]);
    git(folder, author, day, &["commit", "--quiet", "--allow-empty", "--message", "documents"]);
}

pub(crate) fn init(folder: &Folder) {
    git(folder, "Ada", "2024-01-01", &["init", "--quiet", "--initial-branch=main"]);
}

pub(crate) fn git(folder: &Folder, author: &str, day: &str, arguments: &[&str]) {
    let moment = format!("{day}T12:00:00+0000");
    let mut command = Command::new("git");
    command.arg("-C").arg(folder.path("")).args(arguments);
    for (role, email) in [("AUTHOR", "author@example.org"), ("COMMITTER", "committer@example.org")] {
        command.env(format!("GIT_{role}_NAME"), author).env(format!("GIT_{role}_EMAIL"), email);
        command.env(format!("GIT_{role}_DATE"), &moment);
    }
    let ended = command.output().expect("git is there");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}
