//! What changed from revision to revision, and how far each reviewer has looked.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::DocumentId;
use sqlx::{Row as _, SqliteConnection};

use crate::error::Failure;
use crate::{Store, StoreError};

/// A revision and what it touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionRecord {
    /// Counts revisions from 1.
    pub number: i64,
    /// When, as the caller's clock said.
    pub at: String,
    /// Documents, by path.
    pub documents: BTreeMap<String, Touched>,
    /// Documents that stayed as they were and were read otherwise, by path.
    pub reread: BTreeSet<String>,
    /// Texts beside the documents, by name.
    pub inputs: BTreeMap<String, Touched>,
    /// Who wrote the documents that are new or changed, where they say so.
    pub authors: BTreeSet<String>,
}

/// What a revision did to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touched {
    /// It was not there before.
    Added,
    /// It is otherwise than before.
    Changed,
    /// It is gone.
    Removed,
}

impl Touched {
    /// The name used in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// How far a reviewer has looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The last revision that was seen.
    pub revision: i64,
    /// The day on which it was, as the caller's clock said: what expires is judged by it.
    pub seen_on: String,
}

impl Store {
    /// All revisions, oldest first.
    pub async fn revisions(&self) -> Result<Vec<RevisionRecord>, StoreError> {
        let revisions = async { revisions(&mut *self.pool.begin().await?).await };
        revisions.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// Number and moment of the newest revision.
    pub async fn newest_revision(&self) -> Result<Option<(i64, String)>, StoreError> {
        let newest = async {
            let select = "SELECT number, at FROM revision ORDER BY number DESC LIMIT 1";
            let row = sqlx::query(select).fetch_optional(&mut *self.pool.acquire().await?).await?;
            row.map(|row| Ok((row.try_get("number")?, row.try_get("at")?))).transpose()
        };
        newest.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// How far a reviewer has looked.
    pub async fn mark(&self, reviewer: &str) -> Result<Option<Mark>, StoreError> {
        let mark = async {
            let row = sqlx::query("SELECT revision, seen_on FROM reviewer_mark WHERE reviewer = $1")
                .bind(reviewer)
                .fetch_optional(&mut *self.pool.acquire().await?)
                .await?;
            row.map(|row| Ok(Mark { revision: row.try_get("revision")?, seen_on: row.try_get("seen_on")? })).transpose()
        };
        mark.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// Notes how far a reviewer has looked.
    pub async fn set_mark(&self, reviewer: &str, mark: &Mark) -> Result<(), StoreError> {
        let set = async {
            let insert = "INSERT INTO reviewer_mark (reviewer, revision, seen_on) VALUES ($1, $2, $3) \
                          ON CONFLICT (reviewer) DO UPDATE SET revision = excluded.revision, seen_on = excluded.seen_on";
            sqlx::query(insert)
                .bind(reviewer)
                .bind(mark.revision)
                .bind(&mark.seen_on)
                .execute(&mut *self.pool.acquire().await?)
                .await?;
            Ok(())
        };
        set.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// Forgets how far a reviewer has looked.
    pub async fn forget_mark(&self, reviewer: &str) -> Result<(), StoreError> {
        let forgotten = async {
            let delete = sqlx::query("DELETE FROM reviewer_mark WHERE reviewer = $1").bind(reviewer);
            delete.execute(&mut *self.pool.acquire().await?).await?;
            Ok(())
        };
        forgotten.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }
}

async fn revisions(connection: &mut SqliteConnection) -> Result<Vec<RevisionRecord>, Failure> {
    let mut revisions: BTreeMap<i64, RevisionRecord> = BTreeMap::new();
    for row in &sqlx::query("SELECT number, at FROM revision").fetch_all(&mut *connection).await? {
        let (number, at) = (row.try_get("number")?, row.try_get("at")?);
        revisions.insert(number, RevisionRecord { number, at, ..RevisionRecord::default() });
    }
    let rows = sqlx::query("SELECT path, author, since, until FROM document").fetch_all(&mut *connection).await?;
    let mut paths: BTreeMap<String, Vec<Lifetime>> = BTreeMap::new();
    for row in &rows {
        let lifetime = Lifetime::of(row)?;
        if let (Some(author), Some(revision)) =
            (row.try_get::<Option<String>, _>("author")?, revisions.get_mut(&lifetime.since))
        {
            revision.authors.insert(author);
        }
        paths.entry(row.try_get("path")?).or_default().push(lifetime);
    }
    for (path, lifetimes) in &paths {
        for (number, touched) in touched(lifetimes) {
            revisions.get_mut(&number).map(|revision| revision.documents.insert(path.clone(), touched));
        }
    }
    let rows = sqlx::query("SELECT name, since, until FROM kept_value WHERE topic = 'input'")
        .fetch_all(&mut *connection)
        .await?;
    let mut inputs: BTreeMap<String, Vec<Lifetime>> = BTreeMap::new();
    for row in &rows {
        inputs.entry(row.try_get("name")?).or_default().push(Lifetime::of(row)?);
    }
    for (name, lifetimes) in &inputs {
        for (number, touched) in touched(lifetimes) {
            revisions.get_mut(&number).map(|revision| revision.inputs.insert(name.clone(), touched));
        }
    }
    let by_id: BTreeMap<DocumentId, &String> = paths.keys().map(|path| (DocumentId::of_path(path), path)).collect();
    for row in &sqlx::query("SELECT document, since, until FROM claim_unit").fetch_all(&mut *connection).await? {
        let Some(path) = by_id.get(&DocumentId::from(row.try_get::<String, _>("document")?)) else { continue };
        let Lifetime { since, until } = Lifetime::of(row)?;
        for number in [Some(since.max(FIRST)), until].into_iter().flatten() {
            if let Some(revision) = revisions.get_mut(&number).filter(|it| !it.documents.contains_key(*path)) {
                revision.reread.insert((*path).clone());
            }
        }
    }
    Ok(revisions.into_values().collect())
}

/// The first revision, to which everything belongs that is older than revisions.
const FIRST: i64 = 1;

/// From which revision to which something holds.
struct Lifetime {
    since: i64,
    until: Option<i64>,
}

impl Lifetime {
    fn of(row: &sqlx::sqlite::SqliteRow) -> Result<Self, Failure> {
        Ok(Self { since: row.try_get::<i64, _>("since")?.max(FIRST), until: row.try_get("until")? })
    }
}

/// In which revisions something was touched, and how.
fn touched(lifetimes: &[Lifetime]) -> BTreeMap<i64, Touched> {
    let mut touched: BTreeMap<i64, Touched> = BTreeMap::new();
    for lifetime in lifetimes {
        touched.insert(lifetime.since, Touched::Added);
    }
    for until in lifetimes.iter().filter_map(|lifetime| lifetime.until) {
        let goes_on = touched.contains_key(&until);
        touched.insert(until, if goes_on { Touched::Changed } else { Touched::Removed });
    }
    touched
}
