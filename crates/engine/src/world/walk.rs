//! The walk below one input.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::filter::{Decision, Filter};
use super::unreadable;

/// What all walks found. A place that several walks pass is there once, and one that any of them takes is taken.
#[derive(Default)]
pub(super) struct Found {
    /// Files to read.
    pub(super) files: BTreeSet<Place>,
    /// What was left out, and why.
    pub(super) skipped: BTreeMap<Place, String>,
    /// What could not be looked at.
    pub(super) failed: BTreeMap<Place, String>,
}

/// Where a file stands: a folder, and the path below it from which the document's path is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) base: PathBuf,
    pub(super) below: PathBuf,
}

/// Walks `root`, which is a file or a folder in or equal to `base`.
pub(super) fn walk(root: &Path, base: &Path, filter: &Arc<Filter>, found: &mut Found) {
    let left_out = Arc::new(Mutex::new(Vec::new()));
    let place =
        |path: &Path| Place { base: base.to_owned(), below: path.strip_prefix(base).unwrap_or(path).to_owned() };
    for entry in walker(root, base, filter, &left_out) {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                found.files.insert(place(entry.path()));
            }
            Ok(_) => {}
            Err(error) => {
                let path = path_of(&error).unwrap_or(root);
                let reason = error.io_error().map_or_else(|| "cannot be read".to_owned(), unreadable);
                found.failed.insert(place(path), reason);
            }
        }
    }
    let left_out = std::mem::take(&mut *left_out.lock().unwrap_or_else(PoisonError::into_inner));
    found.skipped.extend(left_out.into_iter().map(|(path, reason): (PathBuf, String)| (place(&path), reason)));
}

type LeftOut = Arc<Mutex<Vec<(PathBuf, String)>>>;

fn walker(root: &Path, base: &Path, filter: &Arc<Filter>, left_out: &LeftOut) -> ignore::Walk {
    // Ignore files above the root count only inside a repository, and a user's own never do: two people who scan the same
    // documents get the same result.
    let in_repository = root.ancestors().any(|folder| folder.join(".git").exists());
    let (base, filter, left_out) = (base.to_owned(), Arc::clone(filter), Arc::clone(left_out));
    WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(true)
        .require_git(false)
        .parents(in_repository)
        .follow_links(false)
        .filter_entry(move |entry| match decide(entry, &base, &filter) {
            Decision::Take => true,
            Decision::LeaveOutSilently => false,
            Decision::LeaveOut { reason } => {
                left_out.lock().unwrap_or_else(PoisonError::into_inner).push((entry.path().to_owned(), reason));
                false
            }
        })
        .build()
}

fn decide(entry: &DirEntry, base: &Path, filter: &Filter) -> Decision {
    // Whoever names a file or folder means it, whatever the patterns say.
    if entry.depth() == 0 {
        return Decision::Take;
    }
    let below = entry.path().strip_prefix(base).unwrap_or(entry.path());
    match entry.file_type() {
        Some(kind) if kind.is_dir() => filter.folder(below),
        Some(kind) if kind.is_file() => filter.file(below, entry.path()),
        Some(kind) if kind.is_symlink() => Decision::LeaveOut { reason: "a symbolic link".to_owned() },
        _ => Decision::LeaveOut { reason: "not a regular file".to_owned() },
    }
}

/// The path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}
