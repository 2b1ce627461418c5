//! The audit trail of decisions: what was last seen of each, and every change with who made it and when.

use std::collections::BTreeMap;

use sqlx::{Row as _, SqliteConnection};

use crate::error::Failure;
use crate::{Store, StoreError};

/// One change of one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionChange {
    /// Counts changes from 1.
    pub number: i64,
    /// When, as the caller's clock says.
    pub at: String,
    /// Who.
    pub who: String,
    /// The decision's id.
    pub decision: String,
    /// The entry before; none for a new one.
    pub before: Option<String>,
    /// The entry after; none for one that was withdrawn.
    pub after: Option<String>,
}

impl Store {
    /// Records how `entries` (by id) differ from what was last seen, all of it or nothing.
    pub async fn keep_decisions(
        &self,
        entries: &BTreeMap<String, String>,
        who: &str,
        at: &str,
    ) -> Result<(), StoreError> {
        let kept = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            record(&mut transaction, entries, who, at).await?;
            Ok(transaction.commit().await?)
        };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// All changes, oldest first.
    pub async fn decision_changes(&self) -> Result<Vec<DecisionChange>, StoreError> {
        let changes = async { changes(&mut *self.pool.acquire().await?).await };
        changes.await.map_err(|failure| failure.about(&self.dir, "read"))
    }
}

async fn record(
    connection: &mut SqliteConnection,
    entries: &BTreeMap<String, String>,
    who: &str,
    at: &str,
) -> Result<(), Failure> {
    let rows = sqlx::query("SELECT id, entry FROM decision").fetch_all(&mut *connection).await?;
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for row in &rows {
        seen.insert(row.try_get("id")?, row.try_get("entry")?);
    }
    let mut number: i64 =
        sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM decision_change").fetch_one(&mut *connection).await?;
    let ids: std::collections::BTreeSet<&String> = seen.keys().chain(entries.keys()).collect();
    for id in ids {
        let (before, after) = (seen.get(id), entries.get(id));
        if before == after {
            continue;
        }
        number += 1;
        let insert =
            "INSERT INTO decision_change (number, at, who, decision, before, after) VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(insert)
            .bind(number)
            .bind(at)
            .bind(who)
            .bind(id)
            .bind(before)
            .bind(after)
            .execute(&mut *connection)
            .await?;
        sqlx::query("DELETE FROM decision WHERE id = $1").bind(id).execute(&mut *connection).await?;
        if let Some(after) = after {
            let insert = "INSERT INTO decision (id, entry) VALUES ($1, $2)";
            sqlx::query(insert).bind(id).bind(after).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

async fn changes(connection: &mut SqliteConnection) -> Result<Vec<DecisionChange>, Failure> {
    let select = "SELECT number, at, who, decision, before, after FROM decision_change ORDER BY number";
    let rows = sqlx::query(select).fetch_all(connection).await?;
    let change = |row: &sqlx::sqlite::SqliteRow| {
        Ok(DecisionChange {
            number: row.try_get("number")?,
            at: row.try_get("at")?,
            who: row.try_get("who")?,
            decision: row.try_get("decision")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
        })
    };
    rows.iter().map(change).collect()
}
