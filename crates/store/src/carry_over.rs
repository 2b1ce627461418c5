//! What a store kept before there were revisions, taken over when its schema is brought up to date. It belongs to the first
//! revision that is made, whenever that is.

use cairn_model::{Skipped, digest};
use sqlx::{Row as _, SqliteConnection};

use crate::error::Failure;
use crate::write::{CURRENT, keep_content, to_json};

/// A revision before the first.
const BEFORE_ALL: i64 = 0;

pub(crate) async fn kept_before_revisions(connection: &mut SqliteConnection) -> Result<(), Failure> {
    documents(connection).await?;
    units(connection).await?;
    values(connection).await?;
    for table in
        ["DROP TABLE former_document", "DROP TABLE former_claim_unit", "DROP TABLE scan_value", "DROP TABLE skipped"]
    {
        sqlx::query(table).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn documents(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM former_document").fetch_all(&mut *connection).await?;
    // One at a time: the texts of a whole workspace need not fit into memory twice.
    for id in ids {
        let text: String = sqlx::query_scalar("SELECT content FROM former_document WHERE id = $1")
            .bind(&id)
            .fetch_one(&mut *connection)
            .await?;
        let kept = keep_content(connection, &[(digest(text.as_bytes()), text)]).await?;
        sqlx::query(
            "INSERT INTO document (id, path, title, source_type, format, modified, revision, content, since, until) \
             SELECT id, path, title, source_type, format, modified, revision, $1, $2, $3 FROM former_document \
             WHERE id = $4",
        )
        .bind(kept.first())
        .bind(BEFORE_ALL)
        .bind(CURRENT)
        .bind(&id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn units(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let rows =
        sqlx::query("SELECT unit_key, document, claims FROM former_claim_unit").fetch_all(&mut *connection).await?;
    for row in &rows {
        let claims: String = row.try_get("claims")?;
        let kept = keep_content(connection, &[(digest(claims.as_bytes()), claims)]).await?;
        sqlx::query("INSERT INTO claim_unit (unit_key, document, content, since, until) VALUES ($1, $2, $3, $4, $5)")
            .bind(row.try_get::<String, _>("unit_key")?)
            .bind(row.try_get::<String, _>("document")?)
            .bind(kept.first())
            .bind(BEFORE_ALL)
            .bind(CURRENT)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn values(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let mut values: Vec<(String, String, String)> = Vec::new();
    for row in &sqlx::query("SELECT topic, name, value FROM scan_value").fetch_all(&mut *connection).await? {
        values.push((row.try_get("topic")?, row.try_get("name")?, row.try_get("value")?));
    }
    let mut skipped: Vec<Skipped> = Vec::new();
    for row in &sqlx::query("SELECT path, reason FROM skipped").fetch_all(&mut *connection).await? {
        skipped.push(Skipped { path: row.try_get("path")?, reason: row.try_get("reason")? });
    }
    skipped.sort();
    values.push(("skipped".to_owned(), "all".to_owned(), to_json(&skipped)?));
    for (topic, name, value) in values {
        let kept = keep_content(connection, &[(digest(value.as_bytes()), value)]).await?;
        sqlx::query("INSERT INTO kept_value (topic, name, content, since, until) VALUES ($1, $2, $3, $4, $5)")
            .bind(topic)
            .bind(name)
            .bind(kept.first())
            .bind(BEFORE_ALL)
            .bind(CURRENT)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
