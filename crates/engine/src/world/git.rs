//! A repository that may be anybody's, opened to be read only.
//!
//! It is read in this process, without the `git` command: no program, hook or filter that the repository's settings name is run, no lock is
//! taken, and neither the user's nor the machine's own settings count.

use std::path::{Path, PathBuf};

use cairn_model::Date;
use gix::discover::upwards::Options as Upwards;
use gix::open::Options;
use gix::sec::trust::Mapping;

/// A repository and the folder its paths are relative to.
pub(super) struct Repository {
    pub(super) inner: gix::Repository,
    /// The folder of the working tree; of a repository without one, its own.
    top: PathBuf,
}

impl Repository {
    /// The repository that `folder`, which need not exist any more, lies in.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let existing = folder.ancestors().find(|it| it.is_dir())?;
        let isolated = Mapping { full: Options::isolated(), reduced: Options::isolated() };
        let found = gix::ThreadSafeRepository::discover_opts(existing, Upwards::default(), isolated).ok()?;
        let inner = found.to_thread_local();
        let top = inner.workdir().unwrap_or_else(|| inner.git_dir()).canonicalize().ok()?;
        Some(Self { inner, top })
    }

    /// The path of `file`, which is absolute and without links, as the repository names it. Its own folder has the empty one.
    pub(super) fn name_of(&self, file: &Path) -> Option<String> {
        let parts: Option<Vec<&str>> = file.strip_prefix(&self.top).ok()?.iter().map(|part| part.to_str()).collect();
        parts.map(|parts| parts.join("/"))
    }

    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// The commit that `revision` names. The error says what is wrong with it.
    pub(super) fn commit(&self, revision: &str) -> Result<gix::Commit<'_>, String> {
        let unknown = || format!("the repository knows no commit `{revision}`");
        let id = self.inner.rev_parse_single(revision).map_err(|_| unknown())?;
        id.object().ok().and_then(|object| object.peel_to_commit().ok()).ok_or_else(unknown)
    }

    /// The object with what was in the file `name` at `commit`, unless it was no file.
    pub(super) fn blob(&self, commit: &gix::Commit<'_>, name: &str) -> Option<gix::Blob<'_>> {
        let entry = commit.tree().ok()?.lookup_entry_by_path(name).ok()??;
        let id = entry.mode().is_blob().then(|| entry.object_id())?;
        self.inner.find_blob(id).ok()
    }
}

/// The day of a moment where it was written down.
pub(super) fn day_of(time: gix::date::Time) -> Option<Date> {
    let local = jiff::Timestamp::from_second(time.seconds.checked_add(i64::from(time.offset))?).ok()?;
    let day = local.to_zoned(jiff::tz::TimeZone::UTC).date();
    Date::new(day.year(), day.month(), day.day())
}
