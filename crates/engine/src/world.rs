//! Where a run meets the world: the file system below the given paths, and today's date.
//!
//! [`collect`] turns inputs into a sorted list of files with their document paths, [`collect_at`] does the same with those of a
//! commit; [`read`] reads one of them. All say no by way of [`Skipped`]: only an input that does not exist is an error.
//! [`origins`] tells who wrote which line, and [`fetch`] brings repositories of other machines here.

mod filter;
mod git;
mod history;
mod lines;
mod naming;
mod remote;
mod revision;
mod tree;
mod walk;
mod watch;

pub(crate) use filter::Patterns;
pub(crate) use history::changed_on;
pub use lines::{Origin, origins};
pub use remote::{Remote, RemoteError, RemoteLimits, fetch, is_name_of_revision};
pub(crate) use revision::{day_of_commit, rules_at, text_at};
pub use watch::Watch;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_model::{Date, Skipped};

use crate::{EngineError, Settings};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// The document's path: relative to the scanned folder, `/` between its parts.
    pub path: String,
    /// Where the file is; of a file of a commit, where a checkout would have it.
    pub location: PathBuf,
    /// What is in it.
    pub content: Content,
}

/// What is in a file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// What its location has when it is read.
    InPlace,
    /// This, from a commit.
    Bytes(Arc<[u8]>),
    /// More than may be read, from a commit; and why it is too much.
    TooLong(String),
}

/// What is to be read and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// By document path.
    pub files: Vec<SourceFile>,
    /// What was found and left out, sorted.
    pub skipped: Vec<Skipped>,
    /// How many of the skipped could not be looked at, as opposed to not being documents.
    pub failures: usize,
}

/// Finds the files below `inputs`. The order in which inputs are given, their form (`docs`, `./docs/`, the absolute path) and
/// their repetition do not show in the result.
pub fn collect(inputs: &[PathBuf], settings: &Settings, settings_file: &Path) -> Result<Collected, EngineError> {
    let filter = Arc::new(filter::Filter::new(settings, settings_file)?);
    let mut roots = Vec::new();
    for input in inputs {
        let root = input.canonicalize().map_err(|source| EngineError::Input { path: input.clone(), source })?;
        roots.push(root);
    }
    roots.sort();
    roots.dedup();
    let mut found = walk::Found::default();
    for root in &roots {
        walk::walk(root, base_of(root, &roots), &filter, &mut found);
    }
    Ok(naming::name(found))
}

/// Finds the files below `inputs` as the commit that `revision` names has them. Nothing is checked out; what is found, and under which
/// names, is what [`collect`] finds in a checkout of that commit.
pub fn collect_at(
    inputs: &[PathBuf],
    revision: &str,
    settings: &Settings,
    settings_file: &Path,
) -> Result<Collected, EngineError> {
    let filter = filter::Filter::new(settings, settings_file)?;
    let failed = |path: &Path, reason: String| EngineError::Commit {
        path: path.to_owned(),
        commit: revision.to_owned(),
        reason,
    };
    let mut roots: Vec<PathBuf> = inputs.iter().map(|input| without_links(input)).collect();
    roots.sort();
    roots.dedup();
    let mut found = walk::Found::default();
    let mut contents = BTreeMap::new();
    for root in &roots {
        let mut commit =
            tree::Commit::open(root, revision, settings.max_document_bytes).map_err(|it| failed(root, it))?;
        let around = roots.iter().find(|other| *other != root && root.starts_with(other));
        let own = if commit.has_file(root) { root.parent().unwrap_or(root) } else { root };
        let base = around.map_or(own, PathBuf::as_path);
        if !commit.walk(root, base, &filter, &mut found).map_err(|it| failed(root, it))? {
            return Err(failed(root, "it is not in the commit".to_owned()));
        }
        contents.append(&mut commit.contents);
    }
    let mut collected = naming::name(found);
    for file in &mut collected.files {
        file.content = contents.remove(&file.location).unwrap_or(Content::InPlace);
    }
    Ok(collected)
}

/// The absolute path without links, also of what does not exist any more.
pub(crate) fn without_links(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize(), absolute.strip_prefix(existing)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

/// Reads one file, unless it is longer than `bytes_max`.
pub fn read(file: &SourceFile, bytes_max: usize) -> Result<Vec<u8>, ReadFailure> {
    match &file.content {
        Content::Bytes(bytes) => return Ok(bytes.to_vec()),
        Content::TooLong(reason) => return Err(ReadFailure::TooLong(skipped(&file.path, reason.clone()))),
        Content::InPlace => {}
    }
    let failed = |error: std::io::Error| ReadFailure::Unreadable(skipped(&file.path, unreadable(&error)));
    let opened = std::fs::File::open(&file.location).map_err(failed)?;
    let length = opened.metadata().map_err(failed)?.len();
    if length > bytes_max as u64 {
        return Err(ReadFailure::TooLong(skipped(&file.path, over_limit(length, bytes_max))));
    }
    let mut bytes = Vec::new();
    // The file may have grown since its length was asked for.
    opened.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > bytes_max {
        return Err(ReadFailure::TooLong(skipped(&file.path, over_limit(bytes.len() as u64, bytes_max))));
    }
    Ok(bytes)
}

/// The rule files in `folder`, by name: name and text.
pub fn read_rules(folder: &Path) -> Result<Vec<(String, String)>, EngineError> {
    let mut files = read_files(folder)?;
    files.retain(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "toml"));
    Ok(files)
}

/// The files of a folder with their texts, by name. Files that are not text are passed over.
pub(crate) fn read_files(folder: &Path) -> Result<Vec<(String, String)>, EngineError> {
    let failed = |source| EngineError::File { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            let bytes = std::fs::read(&path).map_err(|source| EngineError::File { path: path.clone(), source })?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.extend(String::from_utf8(bytes).ok().map(|text| (name, text)));
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file of the project.
pub fn read_text(path: &Path) -> Result<String, EngineError> {
    std::fs::read_to_string(path).map_err(|source| EngineError::File { path: path.to_owned(), source })
}

/// A number that differs from run to run. It only makes the pauses of programs differ that speak to one endpoint.
pub fn jitter_seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock enters")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    now.as_secs().rotate_left(32) ^ u64::from(now.subsec_nanos()) ^ u64::from(std::process::id()).rotate_left(48)
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFailure {
    /// It is over the limit.
    TooLong(Skipped),
    /// The operating system refuses it.
    Unreadable(Skipped),
}

/// Today's date where the program runs.
pub fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock enters")]
    let now = jiff::Zoned::now();
    Date::new(now.year(), now.month(), now.day()).expect("a date of one calendar is a date of the same calendar")
}

/// This moment, to the second, in UTC.
pub fn now() -> String {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock enters")]
    let now = jiff::Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The outermost given folder around `root`, to which document paths are relative; for a file outside of all, its own.
fn base_of<'a>(root: &'a Path, roots: &'a [PathBuf]) -> &'a Path {
    let around = roots.iter().find(|other| root.starts_with(other) && other.is_dir());
    around.map_or_else(|| root.parent().unwrap_or(root), PathBuf::as_path)
}

fn skipped(path: &str, reason: String) -> Skipped {
    Skipped { path: path.to_owned(), reason }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("cannot be read: {}", error.kind())
}

fn over_limit(length: u64, bytes_max: usize) -> String {
    format!("{length} bytes are over the limit of {bytes_max}")
}
