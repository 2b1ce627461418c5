//! Who wrote the lines of a file, and when, by the history of the repository it is in.

use std::ops::RangeInclusive;
use std::path::Path;

use cairn_model::Date;
use gix::diff::blob::{Algorithm, Diff, InternedInput};
use gix::repository::blame_file;

use super::git::{Repository, day_of};

/// Lines that one commit brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The lines, counted from 1.
    pub lines: RangeInclusive<u32>,
    /// Who wrote them.
    pub author: String,
    /// The day on which they were written.
    pub day: Date,
    /// The commit's id, in hexadecimal digits.
    pub commit: String,
}

/// Where the lines of `text`, which is what `file` (an absolute path) holds, come from; in the order of the lines. Lines that no
/// commit has yet are left out, and all are when `file` is in no repository.
pub fn origins(file: &Path, text: &str) -> Vec<Origin> {
    committed(file, text).unwrap_or_default()
}

fn committed(file: &Path, text: &str) -> Option<Vec<Origin>> {
    let repository = Repository::around(file.parent()?)?;
    let name = repository.name_of(file)?;
    let commit = repository.commit("HEAD").ok()?;
    let blamed = repository.inner.blame_file(name.as_str().into(), commit.id, blame_file::Options::default()).ok()?;
    let moved = Moved::between(&blamed.blob, text.as_bytes());
    let mut origins = Vec::new();
    for entry in &blamed.entries {
        let commit = repository.inner.find_commit(entry.commit_id).ok()?;
        let author = commit.author().ok()?;
        let author_name = author.name.to_string();
        let day = day_of(author.time().ok()?)?;
        let last = entry.start_in_blamed_file + entry.len.get();
        for lines in moved.runs(entry.start_in_blamed_file..last) {
            let commit = entry.commit_id.to_string();
            origins.push(Origin { lines, author: author_name.clone(), day, commit });
        }
    }
    origins.sort_by_key(|origin| *origin.lines.start());
    Some(origins)
}

/// Where the lines of the committed text are in the text as it is now.
struct Moved {
    /// For each committed line its number now, counted from 0.
    now: Vec<Option<u32>>,
}

impl Moved {
    fn between(committed: &[u8], text: &[u8]) -> Self {
        let input = InternedInput::new(committed, text);
        let diff = Diff::compute(Algorithm::Histogram, &input);
        let before = u32::try_from(input.before.len()).unwrap_or(u32::MAX);
        let after = u32::try_from(input.after.len()).unwrap_or(u32::MAX);
        let mut kept_after = (0..after).filter(|line| !diff.is_added(*line));
        let now = (0..before).map(|line| if diff.is_removed(line) { None } else { kept_after.next() }).collect();
        Self { now }
    }

    /// The runs of lines, counted from 1, in which those of `committed` are found now.
    fn runs(&self, committed: std::ops::Range<u32>) -> Vec<RangeInclusive<u32>> {
        let mut runs: Vec<RangeInclusive<u32>> = Vec::new();
        for line in committed.filter_map(|line| self.now.get(line as usize).copied().flatten()).map(|line| line + 1) {
            match runs.last_mut() {
                Some(run) if *run.end() + 1 == line => *run = *run.start()..=line,
                _ => runs.push(line..=line),
            }
        }
        runs
    }
}
