//! What can go wrong around an index; a query never does.

use std::path::PathBuf;

/// Why an index could not be opened, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The folder holds an index that is damaged or was written by another version. Nothing is lost: build it anew with
    /// [`Index::recreate`](crate::Index::recreate).
    #[error("the search index in `{}` cannot be used: {reason}\nhint: it is derived from the documents and can be built anew", dir.display())]
    Unusable {
        /// The index's folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process is changing the index.
    #[error("the search index is being changed by another process\nhint: wait until it is done and try again")]
    InUse,
    /// The folder cannot be created, read or written.
    #[error("cannot use `{}` for the search index", dir.display())]
    Folder {
        /// The index's folder.
        dir: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The search library failed, most often because the disk is full or went away.
    #[error("the search index failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}
