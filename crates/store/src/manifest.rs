//! What is kept without its texts: enough to see that nothing changed.

use std::collections::BTreeMap;

use cairn_model::{Skipped, digest};
use sqlx::{Row as _, SqliteConnection};

use crate::error::Failure;
use crate::read::{Moment, settings, skipped, texts};
use crate::{Settings, Store, StoreError};

/// What is kept, by digests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Digest of the bytes and date of each document, by path.
    pub documents: BTreeMap<String, (String, Option<String>)>,
    /// The keys of the units of claims.
    pub unit_keys: Vec<String>,
    /// Inputs that the last scan skipped, sorted.
    pub skipped: Vec<Skipped>,
    /// What the last scan was done with.
    pub run: Settings,
    /// Digests of the texts beside the documents on which results depend.
    pub inputs: BTreeMap<String, String>,
}

impl Store {
    /// What is kept, without its texts.
    pub async fn manifest(&self) -> Result<Manifest, StoreError> {
        let manifest = async { manifest(&mut *self.pool.begin().await?).await };
        manifest.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// What was derived under this name, if it was from the state that `key` names.
    pub async fn derived(&self, name: &str, key: &str) -> Result<Option<String>, StoreError> {
        let derived = async {
            let select = "SELECT body FROM derived WHERE name = $1 AND key = $2";
            let mut connection = self.pool.acquire().await?;
            Ok(sqlx::query_scalar(select).bind(name).bind(key).fetch_optional(&mut *connection).await?)
        };
        derived.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// Keeps what was derived, by name and key, all of it or nothing.
    pub async fn keep_all_derived(&self, derived: &[(String, String, String)]) -> Result<(), StoreError> {
        let kept = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            for (name, key, body) in derived {
                keep_derived(&mut transaction, name, key, body).await?;
            }
            Ok(transaction.commit().await?)
        };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Keeps what was derived under this name from the state that `key` names, in place of what was before.
    pub async fn keep_derived(&self, name: &str, key: &str, body: &str) -> Result<(), StoreError> {
        let kept = async { keep_derived(&mut *self.pool.acquire().await?, name, key, body).await };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }
}

async fn keep_derived(connection: &mut SqliteConnection, name: &str, key: &str, body: &str) -> Result<(), Failure> {
    let insert = "INSERT INTO derived (name, key, body) VALUES ($1, $2, $3) \
                  ON CONFLICT (name) DO UPDATE SET key = excluded.key, body = excluded.body";
    sqlx::query(insert).bind(name).bind(key).bind(body).execute(connection).await?;
    Ok(())
}

async fn manifest(connection: &mut SqliteConnection) -> Result<Manifest, Failure> {
    let select = "SELECT path, revision, modified FROM document WHERE until IS NULL";
    let mut documents = BTreeMap::new();
    for row in &sqlx::query(select).fetch_all(&mut *connection).await? {
        documents.insert(row.try_get("path")?, (row.try_get("revision")?, row.try_get("modified")?));
    }
    let select = "SELECT unit_key FROM claim_unit WHERE until IS NULL ORDER BY unit_key";
    let inputs = texts(connection, "input", Moment::Now).await?;
    Ok(Manifest {
        documents,
        unit_keys: sqlx::query_scalar(select).fetch_all(&mut *connection).await?,
        skipped: skipped(connection, Moment::Now).await?,
        run: settings(connection, "run", Moment::Now).await?,
        inputs: inputs.into_iter().map(|(name, text)| (name, digest(text.as_bytes()))).collect(),
    })
}
