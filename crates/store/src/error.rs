//! What can go wrong around a store.

use std::path::{Path, PathBuf};

/// Why a store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store's folder cannot be created.
    #[error("cannot create the folder `{}` for the store", dir.display())]
    Folder {
        /// The store's folder.
        dir: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The store was written by a newer version of the program.
    #[error(
        "the store in `{}` has schema version {found}, and this program knows versions up to {supported}\n\
         hint: use the program that wrote it, or a newer one",
        dir.display()
    )]
    NewerSchema {
        /// The store's folder.
        dir: PathBuf,
        /// The version found there.
        found: i64,
        /// The highest version this program can read.
        supported: i64,
    },
    /// Another process is writing to the store and did not finish in time.
    #[error(
        "the store in `{}` is in use by another process\nhint: wait until the other run is done and try again",
        dir.display()
    )]
    InUse {
        /// The store's folder.
        dir: PathBuf,
    },
    /// The store holds something that this program would not have written.
    #[error("the store in `{}` is damaged: {what}\nhint: delete the folder and scan again", dir.display())]
    Damaged {
        /// The store's folder.
        dir: PathBuf,
        /// What was found, and where.
        what: String,
    },
    /// The database failed, most often because the disk is full or went away.
    #[error("cannot {action} the store in `{}`", dir.display())]
    Database {
        /// The store's folder.
        dir: PathBuf,
        /// What was attempted.
        action: &'static str,
        /// What the database says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A [`StoreError`] that does not know yet which store it is about.
#[derive(Debug)]
pub(crate) enum Failure {
    Database(sqlx::Error),
    NewerSchema { found: i64, supported: i64 },
    Damaged(String),
}

/// SQLite's primary result codes, which stand in the lower byte of the extended ones.
mod code {
    pub(super) const BUSY: i32 = 5;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

impl Failure {
    pub(crate) fn about(self, dir: &Path, action: &'static str) -> StoreError {
        let dir = dir.to_owned();
        match self {
            Self::NewerSchema { found, supported } => StoreError::NewerSchema { dir, found, supported },
            Self::Damaged(what) => StoreError::Damaged { dir, what },
            Self::Database(source) => match primary_code(&source) {
                Some(code::BUSY) => StoreError::InUse { dir },
                Some(code::CORRUPT | code::NOT_A_DATABASE) => StoreError::Damaged { dir, what: source.to_string() },
                _ => StoreError::Database { dir, action, source: Box::new(source) },
            },
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}
