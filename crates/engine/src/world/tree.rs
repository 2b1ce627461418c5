//! The files of a commit, without checking it out. What is left out, and why, is what the walk over a checkout of the same commit
//! leaves out: the patterns of the settings and the commit's own ignore files count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::objs::tree::EntryKind;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::filter::{Decision, Filter};
use super::git::Repository;
use super::walk::{Found, Place};
use super::{Content, over_limit};

/// The files of a commit that were found, and what is in them.
pub(super) struct Commit {
    repository: Repository,
    id: gix::ObjectId,
    ignored: Ignored,
    bytes_max: usize,
    /// What is in the files, by where a checkout would have them.
    pub(super) contents: BTreeMap<PathBuf, Content>,
}

impl Commit {
    /// The commit that `revision` names in the repository around `folder`. The error says why there is none.
    pub(super) fn open(folder: &Path, revision: &str, bytes_max: usize) -> Result<Self, String> {
        let repository = Repository::around(folder).ok_or("there is no git repository")?;
        let (id, ignored) = {
            let commit = repository.commit(revision)?;
            (commit.id, Ignored::read(&repository, &commit)?)
        };
        Ok(Self { repository, id, ignored, bytes_max, contents: BTreeMap::new() })
    }

    /// Whether `root` is a file in the commit.
    pub(super) fn has_file(&self, root: &Path) -> bool {
        let commit = self.repository.commit(&self.id.to_string());
        let name = self.repository.name_of(root);
        commit.is_ok_and(|commit| name.is_some_and(|name| self.repository.blob(&commit, &name).is_some()))
    }

    /// Finds what the commit has in or at `root`, which is a file or a folder in or equal to `base`. False when it has nothing there.
    pub(super) fn walk(
        &mut self,
        root: &Path,
        base: &Path,
        filter: &Filter,
        found: &mut Found,
    ) -> Result<bool, String> {
        let Some(name) = self.repository.name_of(root) else { return Ok(false) };
        let commit = self.repository.commit(&self.id.to_string())?;
        let tree = commit.tree().map_err(broken)?;
        let entries = tree.traverse().breadthfirst.files().map_err(broken)?;
        let mut left_out = LeftOut::default();
        let mut any = false;
        for entry in entries {
            let kind = entry.mode.kind();
            let Ok(path) = std::str::from_utf8(&entry.filepath) else { continue };
            if kind == EntryKind::Tree || !is_at_or_below(path, &name) {
                continue;
            }
            any = true;
            let location = self.repository.top().join(path);
            let place =
                Place { base: base.to_owned(), below: location.strip_prefix(base).unwrap_or(&location).to_owned() };
            // Whoever names a file means it, whatever the patterns say.
            let named = path == name;
            if !named && (self.ignored.hides(path, &name) || left_out.covers(&place, root, filter, found)) {
                continue;
            }
            match (kind, filter.file(&place.below, &location)) {
                (EntryKind::Link, _) => _ = found.skipped.insert(place, "a symbolic link".to_owned()),
                (EntryKind::Commit, _) => _ = found.skipped.insert(place, "a submodule".to_owned()),
                (_, Decision::LeaveOut { reason }) if !named => _ = found.skipped.insert(place, reason),
                (_, Decision::LeaveOutSilently) if !named => {}
                _ => {
                    self.contents.insert(location, self.content(entry.oid)?);
                    found.files.insert(place);
                }
            }
        }
        Ok(any)
    }

    fn content(&self, id: gix::ObjectId) -> Result<Content, String> {
        let length = self.repository.inner.find_header(id).map_err(broken)?.size();
        if length > self.bytes_max as u64 {
            return Ok(Content::TooLong(over_limit(length, self.bytes_max)));
        }
        let mut blob = self.repository.inner.find_blob(id).map_err(broken)?;
        Ok(Content::Bytes(Arc::from(blob.take_data())))
    }
}

/// Folders that were left out, each named once.
#[derive(Default)]
struct LeftOut(BTreeMap<PathBuf, bool>);

impl LeftOut {
    /// Whether a folder between `root` and the file is left out. One that is met for the first time is listed with its reason.
    fn covers(&mut self, place: &Place, root: &Path, filter: &Filter, found: &mut Found) -> bool {
        let folders: Vec<&Path> = place.below.ancestors().skip(1).filter(|it| !it.as_os_str().is_empty()).collect();
        for below in folders.into_iter().rev() {
            // The folder that was named, and those around it, are meant.
            if root.starts_with(place.base.join(below)) {
                continue;
            }
            let place = Place { base: place.base.clone(), below: below.to_owned() };
            let decided = self.0.entry(place.base.join(below)).or_insert_with(|| match filter.folder(below) {
                Decision::Take => false,
                Decision::LeaveOutSilently => true,
                Decision::LeaveOut { reason } => {
                    found.skipped.insert(place, reason);
                    true
                }
            });
            if *decided {
                return true;
            }
        }
        false
    }
}

/// The ignore files of a commit, by folder.
struct Ignored(BTreeMap<PathBuf, Gitignore>);

impl Ignored {
    fn read(repository: &Repository, commit: &gix::Commit<'_>) -> Result<Self, String> {
        let mut ignored = BTreeMap::new();
        for entry in commit.tree().map_err(broken)?.traverse().breadthfirst.files().map_err(broken)? {
            let Ok(path) = std::str::from_utf8(&entry.filepath) else { continue };
            let path = Path::new(path);
            if !entry.mode.is_blob() || path.file_name().is_none_or(|name| name != ".gitignore") {
                continue;
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            let mut builder = GitignoreBuilder::new(folder);
            let text = repository.inner.find_blob(entry.oid).map_err(broken)?.take_data();
            for line in String::from_utf8_lossy(&text).lines() {
                // A line that is no pattern ignores nothing, as in a checkout.
                drop(builder.add_line(None, line));
            }
            if let Ok(patterns) = builder.build() {
                ignored.insert(folder.to_owned(), patterns);
            }
        }
        Ok(Self(ignored))
    }

    /// Whether `path`, or a folder around it below the folder `root`, is ignored.
    fn hides(&self, path: &str, root: &str) -> bool {
        let mut parts: Vec<&Path> = Path::new(path).ancestors().filter(|it| !Path::new(root).starts_with(it)).collect();
        parts.reverse();
        let whole = Path::new(path);
        parts.into_iter().any(|part| self.ignores(part, part != whole))
    }

    /// What the ignore file nearest to `path` says counts.
    fn ignores(&self, path: &Path, is_folder: bool) -> bool {
        for folder in path.ancestors().skip(1) {
            if let Some(patterns) = self.0.get(folder) {
                let matched = patterns.matched(path, is_folder);
                if !matched.is_none() {
                    return matched.is_ignore();
                }
            }
        }
        false
    }
}

fn is_at_or_below(path: &str, name: &str) -> bool {
    Path::new(path).starts_with(name)
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands errors over by value")]
fn broken(error: gix::Error) -> String {
    format!("the repository cannot be read: {error}")
}
