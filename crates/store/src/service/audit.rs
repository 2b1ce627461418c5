//! The trail: rows are only added, each sealed with the one before, and can be checked from the first to the last.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{AuditEntry, AuditRow, Seal, ServiceStore, json};
use crate::StoreError;
use crate::error::Failure;
use crate::write::to_json;

/// How many rows are looked at in one step of a check.
const ROWS_PER_STEP: i64 = 1_000;

/// What a check of the trail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditCheck {
    /// How many rows hold, from the first on.
    pub rows: i64,
    /// The hash of the last of them, for noting it elsewhere.
    pub head: String,
    /// The first fault.
    pub broken: Option<Broken>,
}

/// Where the trail does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The row of this number is not there, and later ones are or were.
    Missing(i64),
    /// The row of this number is not as it was written, or does not follow from the one before.
    Changed(i64),
}

impl ServiceStore {
    /// Adds to the trail what was done.
    pub async fn append(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.change(&[], Some(entry)).await
    }

    /// Rows of the trail, the newest first: those of a project, where one is given, with smaller numbers than `before`.
    pub async fn audit(
        &self,
        project: Option<&str>,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let rows = async {
            let select = "SELECT seq, body, hash FROM audit WHERE ($1 IS NULL OR project = $1) \
                          AND ($2 IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3";
            let rows = sqlx::query(select).bind(project).bind(before).bind(limit).fetch_all(&self.readers).await?;
            let record = |row: &SqliteRow| -> Result<AuditRow, Failure> {
                Ok(AuditRow {
                    seq: row.try_get("seq")?,
                    entry: json(row.try_get("body")?)?,
                    hash: row.try_get("hash")?,
                })
            };
            rows.iter().map(record).collect::<Result<Vec<_>, Failure>>()
        };
        rows.await.map_err(|failure| self.read_failed(failure))
    }

    /// Goes through the whole trail and holds every row to its hash, and the last to the head.
    pub async fn check_audit(&self) -> Result<AuditCheck, StoreError> {
        let checked = async {
            let mut connection = self.readers.begin().await?;
            let (head_seq, head_hash) = head(&mut connection).await?;
            let mut check = AuditCheck { rows: 0, head: String::new(), broken: None };
            loop {
                let select = "SELECT seq, at, project, body, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2";
                let rows = sqlx::query(select).bind(check.rows).bind(ROWS_PER_STEP).fetch_all(&mut *connection).await?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    let (seq, body, hash): (i64, String, String) =
                        (row.try_get("seq")?, row.try_get("body")?, row.try_get("hash")?);
                    let expected = check.rows + 1;
                    if seq != expected {
                        check.broken = Some(Broken::Missing(expected));
                        return Ok(check);
                    }
                    // The columns that queries use are copies of what the hash covers.
                    let entry: Option<AuditEntry> = serde_json::from_str(&body).ok();
                    let copies: (i64, Option<String>) = (row.try_get("at")?, row.try_get("project")?);
                    let same = entry.is_some_and(|entry| (entry.at, entry.project) == copies);
                    if !same || (self.seal)(&check.head, &body) != hash {
                        check.broken = Some(Broken::Changed(seq));
                        return Ok(check);
                    }
                    check.rows = seq;
                    check.head = hash;
                }
            }
            if head_seq > check.rows {
                check.broken = Some(Broken::Missing(check.rows + 1));
            } else if (head_seq, &head_hash) != (check.rows, &check.head) {
                check.broken = Some(Broken::Changed(check.rows));
            }
            Ok(check)
        };
        checked.await.map_err(|failure: Failure| self.read_failed(failure))
    }
}

/// Adds a row inside a transaction.
pub(super) async fn append(connection: &mut SqliteConnection, seal: &Seal, entry: &AuditEntry) -> Result<(), Failure> {
    let (seq, previous) = head(connection).await?;
    let body = to_json(entry)?;
    let hash = seal(&previous, &body);
    sqlx::query("INSERT INTO audit (seq, at, project, body, hash) VALUES ($1, $2, $3, $4, $5)")
        .bind(seq + 1)
        .bind(entry.at)
        .bind(&entry.project)
        .bind(&body)
        .bind(&hash)
        .execute(&mut *connection)
        .await?;
    let put = "INSERT INTO audit_head (one, seq, hash) VALUES (1, $1, $2) \
               ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
    sqlx::query(put).bind(seq + 1).bind(&hash).execute(connection).await?;
    Ok(())
}

/// Number and hash of the last row.
async fn head(connection: &mut SqliteConnection) -> Result<(i64, String), Failure> {
    let row = sqlx::query("SELECT seq, hash FROM audit_head").fetch_optional(connection).await?;
    let Some(row) = row else { return Ok((0, String::new())) };
    Ok((row.try_get("seq")?, row.try_get("hash")?))
}
