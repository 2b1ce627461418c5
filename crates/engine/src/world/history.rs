//! When files last changed, by the history of the repositories they are in. Unlike the times of files it is the same in every
//! full checkout. A folder without a repository, or a machine without `git`, gives no dates.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cairn_model::Date;

use super::git::git;

/// Files outside of any repository are looked up folder by folder; so many fruitless tries are enough.
const TRIES_MAX: usize = 16;

/// The day of the last commit that touched each of `files` (absolute paths), where there is one.
pub(crate) fn changed_on<'f>(files: impl IntoIterator<Item = &'f Path>) -> BTreeMap<PathBuf, Date> {
    let mut left: Vec<&Path> = files.into_iter().collect();
    let mut dates = BTreeMap::new();
    for _ in 0..TRIES_MAX {
        let Some(folder) = left.first().and_then(|file| file.parent()) else { break };
        match top_level(folder) {
            Some(top) => {
                let (inside, outside): (Vec<_>, Vec<_>) = left.into_iter().partition(|file| file.starts_with(&top));
                // A repository that does not hold its own folder is reached through a link: nothing in it can be named.
                if inside.is_empty() {
                    break;
                }
                read_log(&top, &inside, &mut dates);
                left = outside;
            }
            None => left.retain(|file| !file.starts_with(folder)),
        }
    }
    dates
}

fn top_level(folder: &Path) -> Option<PathBuf> {
    let output = git(folder).args(["rev-parse", "--show-toplevel"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Path::new(text.trim_end_matches('\n')).canonicalize().ok()
}

/// Reads the log from the newest commit back, until every file was met.
fn read_log(top: &Path, files: &[&Path], dates: &mut BTreeMap<PathBuf, Date>) {
    let log =
        ["-c", "core.quotePath=false", "log", "--format=%x01%cs", "--name-only", "--no-renames", "--no-show-signature"];
    let Ok(mut child) = git(top).args(log).stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else { return };
    let mut wanted: BTreeMap<String, &Path> =
        files.iter().filter_map(|file| Some((file.strip_prefix(top).ok()?.to_str()?.to_owned(), *file))).collect();
    let mut day = None;
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines()) {
        let Ok(line) = line else { continue };
        if let Some(date) = line.strip_prefix('\u{1}') {
            day = Date::parse(date);
        } else if let (Some(day), Some(file)) = (day, wanted.remove(&line)) {
            dates.insert(file.to_owned(), day);
            if wanted.is_empty() {
                break;
            }
        }
    }
    // The rest of the history is of no use, and a log that has ended already cannot be stopped.
    drop(child.kill());
    drop(child.wait());
}
