//! The database's schema: numbered steps, each applied once.

use sqlx::{SqliteConnection, SqlitePool};

use crate::carry_over;
use crate::error::Failure;

/// Step `n` leads to version `n + 1`. Steps are never edited once released, only added.
const STEPS: &[&str] = &[
    include_str!("../migrations/0001_documents_and_claims.sql"),
    include_str!("../migrations/0002_answers_and_batches.sql"),
    include_str!("../migrations/0003_decisions.sql"),
    include_str!("../migrations/0004_revisions.sql"),
];

/// The step whose rows the program carries over.
const REVISIONS: usize = 3;

/// Brings a workspace's database to the newest version, or refuses one that is newer still.
pub(crate) async fn migrate(pool: &SqlitePool) -> Result<(), Failure> {
    migrate_by(pool, STEPS, Some(REVISIONS)).await
}

/// Brings a database to the version that `steps` lead to, or refuses one that is newer still. After the step `carried`, the program
/// carries rows over.
pub(crate) async fn migrate_by(
    pool: &SqlitePool,
    steps: &'static [&'static str],
    carried: Option<usize>,
) -> Result<(), Failure> {
    let supported = i64::try_from(steps.len()).expect("there are a handful of steps");
    // A store that is up to date is opened without writing, so that it can be read while another process writes.
    if current_version(&mut *pool.acquire().await?).await? == Some(supported) {
        return Ok(());
    }
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .execute(&mut *transaction)
        .await?;
    let found = current_version(&mut transaction).await?.unwrap_or(0);
    if found > supported {
        return Err(Failure::NewerSchema { found, supported });
    }
    for (number, step) in steps.iter().enumerate().skip(usize::try_from(found).unwrap_or_default()) {
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        if carried == Some(number) {
            carry_over::kept_before_revisions(&mut transaction).await?;
        }
    }
    sqlx::query("DELETE FROM schema_version").execute(&mut *transaction).await?;
    sqlx::query("INSERT INTO schema_version (version) VALUES ($1)").bind(supported).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// The version noted in the database; none in a new one.
async fn current_version(connection: &mut SqliteConnection) -> Result<Option<i64>, Failure> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'")
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT max(version) FROM schema_version").fetch_one(connection).await?)
}
