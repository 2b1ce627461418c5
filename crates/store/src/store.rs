//! Opening a store and asking it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cairn_model::{Claim, DocumentId};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::Failure;
use crate::read::Moment;
use crate::{ClaimUnit, Inputs, ScanCommit, Snapshot, StoreError, StoredDocument, read, schema, write};

/// The database's file in the store's folder; SQLite puts its log beside it.
const FILE: &str = "cairn.db";
/// How long a call waits for another process to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database between runs. Cheap to clone; clones share one connection, so calls follow each other.
#[derive(Clone, Debug)]
pub struct Store {
    /// Named in every error.
    pub(crate) dir: Arc<Path>,
    /// Holds one connection: there is one writer, and readers see its work in order.
    pub(crate) pool: SqlitePool,
}

impl Store {
    /// Opens the store in `dir`, creates it when there is none, and brings an older schema up to date.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|source| StoreError::Folder { dir: dir.to_owned(), source })?;
        let options = durable(&dir.join(FILE));
        let connected = async {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
            schema::migrate(&pool).await?;
            Ok(pool)
        };
        let pool = connected.await.map_err(|failure: Failure| failure.about(dir, "open"))?;
        Ok(Self { dir: Arc::from(dir), pool })
    }

    /// The documents that are kept, by path.
    pub async fn documents(&self) -> Result<Vec<StoredDocument>, StoreError> {
        let documents = async { read::documents(&mut *self.pool.acquire().await?, Moment::Now).await };
        documents.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// Those of the documents `ids` that were kept in a revision, by path.
    pub async fn documents_of(&self, ids: &[DocumentId], revision: i64) -> Result<Vec<StoredDocument>, StoreError> {
        let moment = Moment::Revision(revision);
        let documents = async { read::documents_of(&mut *self.pool.acquire().await?, ids, moment).await };
        documents.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// The claims of those units among `keys` that are kept.
    pub async fn claims_by_keys(&self, keys: &[String]) -> Result<BTreeMap<String, Vec<Claim>>, StoreError> {
        let claims = async { read::claims_by_keys(&mut *self.pool.begin().await?, keys).await };
        claims.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// The units of claims that are kept of documents, by document and key.
    pub async fn units_of(&self, ids: &[DocumentId]) -> Result<Vec<ClaimUnit>, StoreError> {
        let units = async { read::units_of(&mut *self.pool.acquire().await?, ids).await };
        units.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// Takes over one scan: all of it or, on an error or a crash, nothing. When it returns, the scan is on the disk. Gives the
    /// number of the revision that it makes; none when everything is kept already.
    pub async fn commit(&self, scan: ScanCommit) -> Result<Option<i64>, StoreError> {
        let committed = async {
            // A transaction that begins with reading could find at its first write that another process was faster.
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let revision = write::scan(&mut transaction, &scan).await?;
            transaction.commit().await?;
            Ok(revision)
        };
        committed.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Takes over what results depend on beside the documents, unless nothing was ever scanned. Gives the number of the revision
    /// that this makes; none when everything is kept already.
    pub async fn commit_inputs(&self, inputs: &Inputs, at: &str) -> Result<Option<i64>, StoreError> {
        let committed = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let revision = write::inputs(&mut transaction, inputs, at).await?;
            transaction.commit().await?;
            Ok(revision)
        };
        committed.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Everything that is kept, as of one moment.
    pub async fn load(&self) -> Result<Snapshot, StoreError> {
        let snapshot = async { read::snapshot(&mut *self.pool.begin().await?, Moment::Now).await };
        snapshot.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// Everything that was kept in a revision.
    pub async fn load_at(&self, revision: i64) -> Result<Snapshot, StoreError> {
        let snapshot = async { read::snapshot(&mut *self.pool.begin().await?, Moment::Revision(revision)).await };
        snapshot.await.map_err(|failure| failure.about(&self.dir, "read"))
    }
}

/// How a database is opened, and made where there is none, that keeps what it has acknowledged.
pub(crate) fn durable(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A finished commit survives a power failure; the default of WAL would only survive a crash.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
}
