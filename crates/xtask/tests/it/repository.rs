//! The files of the repository, read once per test, in the order of their paths.
//!
//! Files are found by walking and not by asking git, so that the tests also hold in an unpacked archive and for files
//! that are not committed yet.

use std::fs;
use std::path::{Path, PathBuf};

/// Built or kept by tools, never written by us.
const SKIPPED: [&str; 5] = [".git", "target", ".cairn", "node_modules", "Cargo.lock"];

/// A text file with its path relative to the repository, parts joined by `/`.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// A file that exists only in a self-check.
    pub(crate) fn invented(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies two folders below the root")
}

/// Every text file under `folder` (relative to the root), sorted by path; a folder that is absent has none.
pub(crate) fn files(folder: &str) -> Vec<File> {
    let root = root();
    let mut waiting = vec![root.join(folder)];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if SKIPPED.contains(&name.as_str()) || path.is_symlink() {
            continue;
        }
        if let Ok(entries) = fs::read_dir(&path) {
            waiting.extend(entries.flatten().map(|entry| entry.path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            // What is not UTF-8 (a font, an image, a fixture of broken bytes) has no wording to check.
            let relative = path.strip_prefix(&root).expect("every walked path starts at the root");
            found.push(File { path: relative.to_string_lossy().replace('\\', "/"), text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Whether the path ends in `.extension`.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

#[test]
fn the_walk_finds_this_file() {
    assert!(files("crates").iter().any(|file| file.path == "crates/xtask/tests/it/repository.rs"));
}
