//! When files last changed, by the history of the repositories they are in. Unlike the times of files it is the same in every
//! full checkout. A folder without a repository gives no dates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_model::Date;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;

use super::git::{Repository, day_of};

/// Files outside of any repository are looked up folder by folder; so many fruitless tries are enough.
const TRIES_MAX: usize = 16;

/// The day of the last commit that touched each of `files` (absolute paths), where there is one. `revision` is the newest
/// commit that counts; the one that is checked out when there is none.
pub(crate) fn changed_on<'f>(
    files: impl IntoIterator<Item = &'f Path>,
    revision: Option<&str>,
) -> BTreeMap<PathBuf, Date> {
    let mut left: Vec<&Path> = files.into_iter().collect();
    let mut dates = BTreeMap::new();
    for _ in 0..TRIES_MAX {
        let Some(folder) = left.first().and_then(|file| file.parent()) else { break };
        let Some(repository) = Repository::around(folder) else {
            left.retain(|file| !file.starts_with(folder));
            continue;
        };
        let (inside, outside): (Vec<_>, Vec<_>) = left.into_iter().partition(|file| file.starts_with(repository.top()));
        // A repository that does not hold its own folder is reached through a link: nothing in it can be named.
        if inside.is_empty() {
            break;
        }
        read_log(&repository, revision.unwrap_or("HEAD"), &inside, &mut dates);
        left = outside;
    }
    dates
}

/// Reads the history from the newest commit back, until every file was met.
fn read_log(
    repository: &Repository,
    revision: &str,
    files: &[&Path],
    dates: &mut BTreeMap<PathBuf, Date>,
) -> Option<()> {
    let newest = repository.commit(revision).ok()?;
    // What the newest commit does not have was never committed, or is gone: no older one needs to be asked for it.
    let mut wanted: BTreeMap<String, &Path> = files
        .iter()
        .filter_map(|file| Some((repository.name_of(file)?, *file)))
        .filter(|(name, _)| repository.blob(&newest, name).is_some())
        .collect();
    let newest_first = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    let walk = repository.inner.rev_walk([newest.id]).sorting(newest_first).all().ok()?;
    for step in walk {
        if wanted.is_empty() {
            break;
        }
        // A merge only brings together what other commits changed.
        let commit = step.ok()?.object().ok()?;
        if commit.parent_ids().nth(1).is_some() {
            continue;
        }
        let touched = touched(&commit)?;
        let met: Vec<&Path> = touched.iter().filter_map(|name| wanted.remove(name)).collect();
        if let Some(day) = commit.time().ok().and_then(day_of) {
            dates.extend(met.into_iter().map(|file| (file.to_owned(), day)));
        }
    }
    Some(())
}

/// The files that are otherwise in `commit` than in the one before it. Where the history was cut off, that is all of them.
fn touched(commit: &gix::Commit<'_>) -> Option<Vec<String>> {
    let repository = commit.repo;
    let before = commit.parent_ids().next().and_then(|id| id.object().ok()?.peel_to_tree().ok());
    let before = before.unwrap_or_else(|| repository.empty_tree());
    let after = commit.tree().ok()?;
    let mut recorder = gix::diff::tree::Recorder::default();
    let kind = repository.object_hash();
    gix::diff::tree(
        gix::objs::TreeRefIter::from_bytes(&before.data, kind),
        gix::objs::TreeRefIter::from_bytes(&after.data, kind),
        gix::diff::tree::State::default(),
        &repository.objects,
        &mut recorder,
    )
    .ok()?;
    let path = |change| match change {
        gix::diff::tree::recorder::Change::Addition { path, .. }
        | gix::diff::tree::recorder::Change::Deletion { path, .. }
        | gix::diff::tree::recorder::Change::Modification { path, .. } => String::from_utf8(path.into()).ok(),
    };
    Some(recorder.records.into_iter().filter_map(path).collect())
}
