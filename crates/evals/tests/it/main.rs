//! The scorers, on small sets made here and against the reference scorer where it lies beside the repository.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod claims;
mod quotes;

use std::path::{Path, PathBuf};

/// A fresh folder for the files of the test `name`.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}
