//! Copies of everything that a service keeps, taken while it runs, and put back in an empty folder.
//!
//! A backup is a folder: databases as of one moment each, the files of the projects, and a list with the digest of every file. The
//! service's own database is copied first, so that what it speaks of is in the copies of the projects, or newer.
//! The master key is not in it: whoever has both can read the secrets.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cairn_engine::WORKSPACE_FOLDER;
use cairn_model::digest;
use cairn_store::{StoreError, copy_databases};
use serde::{Deserialize, Serialize};

use crate::project::DOCUMENTS;
use crate::sources::remote::REPOSITORIES;

/// The list of the files of a backup.
const LIST: &str = "backup.json";
/// The form of that list.
const SCHEMA: &str = "cairn.backup/1";
const PROJECTS: &str = "projects";
/// Databases are copied by themselves; what can be made or fetched again is left out. Documents may be called like any of it.
const DATABASES: [&str; 2] = ["service.db", "cairn.db"];
const LEFT_OUT: [&str; 8] = [
    "service.lock",
    "service.key",
    "incoming",
    REPOSITORIES,
    "index",
    "claim-index",
    "index.state",
    "claim-index.state",
];

/// Why a backup could not be taken or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder cannot be used.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is something already.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// It is no backup, or not as it was taken.
    #[error("`{}` is no whole backup: {what}", path.display())]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A database cannot be copied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The files of a backup with their digests, by path.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    schema: String,
    files: BTreeMap<String, String>,
}

/// Copies everything in the data folder into `to`, which must be empty or not there. Gives the number of files.
pub async fn back_up(data: &Path, to: &Path) -> Result<usize, BackupError> {
    must_be_empty(to)?;
    if !data.join("service.db").exists() {
        let what = "no service keeps its data there".to_owned();
        return Err(BackupError::Damaged { path: data.to_owned(), what });
    }
    fs::create_dir_all(to).map_err(about(to))?;
    copy_databases(data, &DATABASES, to).await?;
    let projects = data.join(PROJECTS);
    for project in names(&projects)? {
        let (from, target) = (projects.join(&project).join(WORKSPACE_FOLDER), to.join(PROJECTS).join(&project));
        fs::create_dir_all(target.join(WORKSPACE_FOLDER)).map_err(about(&target))?;
        copy_databases(&from, &DATABASES, &target.join(WORKSPACE_FOLDER)).await?;
    }
    copy_files(data, to)?;
    let files = digests(to)?;
    let count = files.len();
    let list = List { schema: SCHEMA.to_owned(), files };
    let text = serde_json::to_string_pretty(&list).expect("texts serialise");
    fs::write(to.join(LIST), text).map_err(about(to))?;
    Ok(count)
}

/// Puts a backup back into the data folder, which must be empty or not there, after holding every file to its digest. Gives the number
/// of files.
pub fn restore(from: &Path, data: &Path) -> Result<usize, BackupError> {
    let damaged = |what: String| BackupError::Damaged { path: from.to_owned(), what };
    let text = fs::read_to_string(from.join(LIST)).map_err(|_| damaged(format!("it has no `{LIST}`")))?;
    let list: List = serde_json::from_str(&text).map_err(|error| damaged(format!("`{LIST}`: {error}")))?;
    if list.schema != SCHEMA {
        return Err(damaged(format!("it is of the form `{}`, and this program knows `{SCHEMA}`", list.schema)));
    }
    let found = digests(from)?;
    let differs = list.files.iter().find(|(path, digest)| found.get(*path) != Some(digest)).map(|(path, _)| path);
    if let Some(path) = differs.or_else(|| found.keys().find(|path| !list.files.contains_key(*path))) {
        return Err(damaged(format!("`{path}` is missing, changed or not listed")));
    }
    must_be_empty(data)?;
    for path in list.files.keys() {
        let target = data.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(about(folder))?;
        }
        fs::copy(from.join(path), &target).map_err(about(&target))?;
    }
    Ok(list.files.len())
}

/// Copies all files but databases and what is left out.
fn copy_files(from: &Path, to: &Path) -> Result<(), BackupError> {
    let mut left = vec![PathBuf::new()];
    while let Some(folder) = left.pop() {
        for name in names(&from.join(&folder))? {
            let is_database = DATABASES.iter().any(|database| name.starts_with(database));
            let is_document = folder.iter().nth(2).is_some_and(|it| it == DOCUMENTS);
            if !is_document && (is_database || LEFT_OUT.contains(&name.as_str())) {
                continue;
            }
            let (source, path) = (from.join(&folder).join(&name), folder.join(&name));
            if source.is_dir() {
                left.push(path);
                continue;
            }
            let target = to.join(&path);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(about(folder))?;
            }
            match fs::copy(&source, &target) {
                // A document that was taken away meanwhile is none any more.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => drop(copied.map_err(about(&source))?),
            }
        }
    }
    Ok(())
}

/// The digests of all files of a backup but its list, by path.
fn digests(folder: &Path) -> Result<BTreeMap<String, String>, BackupError> {
    let mut found = BTreeMap::new();
    let mut left = vec![String::new()];
    while let Some(below) = left.pop() {
        for name in names(&folder.join(&below))? {
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let full = folder.join(&path);
            if full.is_dir() {
                left.push(path);
            } else if path != LIST {
                let bytes = fs::read(&full).map_err(about(&full))?;
                found.insert(path, digest(&bytes));
            }
        }
    }
    Ok(found)
}

fn must_be_empty(folder: &Path) -> Result<(), BackupError> {
    if names(folder)?.is_empty() { Ok(()) } else { Err(BackupError::NotEmpty(folder.to_owned())) }
}

/// The names in a folder, sorted; none in one that is not there.
fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(BackupError::File { path: folder.to_owned(), source }),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(about(folder))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn about(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}
