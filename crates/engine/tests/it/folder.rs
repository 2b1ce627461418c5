//! Folders with files, gone after the test.

use std::path::{Path, PathBuf};

use cairn_engine::{ScanRequest, ScanSummary, Silent, Workspace};
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

impl Folder {
    /// A folder with these files: pairs of path and text.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() { self.root().to_owned() } else { self.root().join(below) }
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.root().join(path)).unwrap();
    }

    pub(crate) async fn workspace(&self) -> Workspace {
        Workspace::open(&self.path(".cairn")).await.unwrap()
    }

    /// Scans `docs` below the folder.
    pub(crate) async fn scan(&self) -> ScanSummary {
        let request = ScanRequest { inputs: vec![self.path("docs")], threads: Some(2), ..ScanRequest::default() };
        cairn_engine::scan(&self.workspace().await, &request, &Silent).await.unwrap()
    }

    fn root(&self) -> &Path {
        self.0.path()
    }
}
