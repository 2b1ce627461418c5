//! Records to rows, inside the transaction of one scan.

use cairn_model::DocumentId;
use serde::Serialize;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::Failure;
use crate::read::keys_of_documents;
use crate::{ClaimUnit, ScanCommit, Settings, StoredDocument};

/// How many rows one statement inserts or deletes. A statement costs much more than a row, and databases limit a statement's
/// placeholders.
const ROWS_PER_STATEMENT: usize = 250;

pub(crate) async fn scan(connection: &mut SqliteConnection, scan: &ScanCommit) -> Result<(), Failure> {
    // Before documents go: their units go with them.
    prune_units(connection, scan).await?;
    delete_documents(connection, &scan.removed).await?;
    insert_documents(connection, &scan.documents).await?;
    insert_units(connection, &scan.units).await?;
    replace_skipped(connection, scan).await?;
    sqlx::query("DELETE FROM scan_value").execute(&mut *connection).await?;
    insert_settings(connection, "settings", &scan.settings).await?;
    insert_settings(connection, "run", &scan.run).await
}

async fn prune_units(connection: &mut SqliteConnection, scan: &ScanCommit) -> Result<(), Failure> {
    let kept = keys_of_documents(connection).await?;
    let unused: Vec<&str> = kept.difference(&scan.keep_keys).map(String::as_str).collect();
    delete(connection, "DELETE FROM claim_unit WHERE unit_key IN (", &unused).await
}

async fn delete_documents(connection: &mut SqliteConnection, removed: &[DocumentId]) -> Result<(), Failure> {
    let ids: Vec<&str> = removed.iter().map(DocumentId::as_str).collect();
    delete(connection, "DELETE FROM document WHERE id IN (", &ids).await
}

async fn insert_documents(connection: &mut SqliteConnection, documents: &[StoredDocument]) -> Result<(), Failure> {
    for documents in documents.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO document (id, path, title, source_type, format, modified, revision, content) ",
        );
        insert.push_values(documents, |mut row, document| {
            row.push_bind(document.id.as_str())
                .push_bind(&document.path)
                .push_bind(&document.title)
                .push_bind(document.source_type.as_str())
                .push_bind(document.format.as_str())
                .push_bind(document.modified.map(|date| date.to_string()))
                .push_bind(document.revision.as_str())
                .push_bind(&*document.text);
        });
        insert.push(
            " ON CONFLICT (id) DO UPDATE SET path = excluded.path, title = excluded.title, \
             source_type = excluded.source_type, format = excluded.format, modified = excluded.modified, \
             revision = excluded.revision, content = excluded.content",
        );
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_units(connection: &mut SqliteConnection, units: &[ClaimUnit]) -> Result<(), Failure> {
    for units in units.chunks(ROWS_PER_STATEMENT) {
        let json = units.iter().map(|unit| to_json(&unit.claims)).collect::<Result<Vec<_>, Failure>>()?;
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO claim_unit (unit_key, document, claims) ");
        insert.push_values(units.iter().zip(json), |mut row, (unit, claims)| {
            row.push_bind(&unit.key).push_bind(unit.document.as_str()).push_bind(claims);
        });
        insert.push(" ON CONFLICT (unit_key) DO UPDATE SET document = excluded.document, claims = excluded.claims");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn replace_skipped(connection: &mut SqliteConnection, scan: &ScanCommit) -> Result<(), Failure> {
    sqlx::query("DELETE FROM skipped").execute(&mut *connection).await?;
    for skipped in scan.skipped.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO skipped (path, reason) ");
        insert.push_values(skipped, |mut row, skipped| {
            row.push_bind(&skipped.path).push_bind(&skipped.reason);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_settings(connection: &mut SqliteConnection, topic: &str, settings: &Settings) -> Result<(), Failure> {
    for (name, value) in settings {
        sqlx::query("INSERT INTO scan_value (topic, name, value) VALUES ($1, $2, $3)")
            .bind(topic)
            .bind(name)
            .bind(to_json(value)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Runs `statement`, which ends with an open list, over `keys`.
async fn delete(connection: &mut SqliteConnection, statement: &'static str, keys: &[&str]) -> Result<(), Failure> {
    for keys in keys.chunks(ROWS_PER_STATEMENT) {
        let mut delete = QueryBuilder::<Sqlite>::new(statement);
        let mut list = delete.separated(", ");
        for key in keys {
            list.push_bind(*key);
        }
        delete.push(")");
        delete.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn to_json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Damaged(format!("value cannot be kept: {error}")))
}
