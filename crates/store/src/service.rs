//! The store of a service: people, keys, projects, sources, jobs, and the trail of what was done.
//!
//! It lies in a database of its own (`service.db`) beside the projects' stores. [`ServiceStore::change`] makes several changes
//! with their row of the trail in one transaction, so that nothing is changed that the trail does not tell.

mod access;
mod audit;
mod change;
mod identity;
mod jobs;
mod records;
mod triage;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

use crate::error::Failure;
use crate::store::durable;
use crate::{StoreError, schema};

pub use audit::{AuditCheck, Broken};
pub use records::{
    ApiKey, AuditEntry, AuditRow, Begun, Change, Identity, Job, JobEnd, Member, Millis, NewJob, Person, Project,
    Session, Source, Webhook,
};
pub use triage::Aside;

/// The database's file.
const FILE: &str = "service.db";

/// Step `n` leads to version `n + 1`. Steps are never edited once released, only added.
const STEPS: &[&str] = &[
    include_str!("../migrations/service/0001_service.sql"),
    include_str!("../migrations/service/0002_triage.sql"),
    include_str!("../migrations/service/0003_identity.sql"),
];

/// Readers do not wait for the writer.
const READERS: u32 = 4;

/// From the hash of the row before and the body of a row to the hash of the row.
pub type Seal = Arc<dyn Fn(&str, &str) -> String + Send + Sync>;

/// The store of a service. Cheap to clone.
#[derive(Clone)]
pub struct ServiceStore {
    dir: Arc<Path>,
    /// Holds one connection: there is one writer.
    writer: SqlitePool,
    readers: SqlitePool,
    seal: Seal,
}

impl fmt::Debug for ServiceStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ServiceStore").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl ServiceStore {
    /// Opens the store in `dir`, creates it when there is none, and brings an older schema up to date. `seal` makes the hashes of
    /// the trail.
    pub async fn open(dir: &Path, seal: Seal) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|source| StoreError::Folder { dir: dir.to_owned(), source })?;
        let options = durable(&dir.join(FILE));
        let connected = async {
            let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
            schema::migrate_by(&writer, STEPS, None).await?;
            let readers =
                SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
            Ok((writer, readers))
        };
        let (writer, readers) = connected.await.map_err(|failure: Failure| failure.about(dir, "open"))?;
        Ok(Self { dir: Arc::from(dir), writer, readers, seal })
    }

    /// Whether something can be written.
    pub async fn is_writable(&self) -> Result<(), StoreError> {
        let written = async {
            let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            Ok(transaction.rollback().await?)
        };
        written.await.map_err(|failure| self.write_failed(failure))
    }

    fn read_failed(&self, failure: Failure) -> StoreError {
        failure.about(&self.dir, "read")
    }

    fn write_failed(&self, failure: Failure) -> StoreError {
        failure.about(&self.dir, "write to")
    }
}

/// JSON out of a column.
fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::Damaged(format!("a record is not as it was written: {error}")))
}
