//! Rows to records. Every list is sorted here: the order of rows means nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{Claim, Date, DocumentId, Format, Revision, Skipped, SourceType};
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use crate::error::Failure;
use crate::{ClaimUnit, Settings, Snapshot, StoredDocument};

/// How many keys one query asks for.
const KEYS_PER_QUERY: usize = 500;

/// Everything. The connection is inside a transaction, so that all lists are of one moment.
pub(crate) async fn snapshot(connection: &mut SqliteConnection) -> Result<Snapshot, Failure> {
    Ok(Snapshot {
        documents: documents(connection).await?,
        units: units(connection).await?,
        skipped: skipped(connection).await?,
        settings: settings(connection, "settings").await?,
        run: settings(connection, "run").await?,
    })
}

pub(crate) async fn documents(connection: &mut SqliteConnection) -> Result<Vec<StoredDocument>, Failure> {
    let rows = sqlx::query("SELECT id, path, title, source_type, format, modified, revision, content FROM document")
        .fetch_all(connection)
        .await?;
    let mut documents = rows.iter().map(document).collect::<Result<Vec<_>, Failure>>()?;
    documents.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(documents)
}

pub(crate) async fn claims_by_keys(
    connection: &mut SqliteConnection,
    keys: &[String],
) -> Result<BTreeMap<String, Vec<Claim>>, Failure> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(KEYS_PER_QUERY) {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT unit_key, document, claims FROM claim_unit WHERE unit_key IN (");
        let mut list = query.separated(", ");
        for key in keys {
            list.push_bind(key);
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *connection).await? {
            let unit = unit(&row)?;
            found.insert(unit.key, unit.claims);
        }
    }
    Ok(found)
}

/// The keys of kept units of documents that are kept too.
pub(crate) async fn keys_of_documents(connection: &mut SqliteConnection) -> Result<BTreeSet<String>, Failure> {
    let keys: Vec<String> =
        sqlx::query_scalar("SELECT unit_key FROM claim_unit WHERE document IN (SELECT id FROM document)")
            .fetch_all(connection)
            .await?;
    Ok(keys.into_iter().collect())
}

async fn units(connection: &mut SqliteConnection) -> Result<Vec<ClaimUnit>, Failure> {
    let rows = sqlx::query("SELECT unit_key, document, claims FROM claim_unit").fetch_all(connection).await?;
    let mut units = rows.iter().map(unit).collect::<Result<Vec<_>, Failure>>()?;
    units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
    Ok(units)
}

async fn skipped(connection: &mut SqliteConnection) -> Result<Vec<Skipped>, Failure> {
    let rows = sqlx::query("SELECT path, reason FROM skipped").fetch_all(connection).await?;
    let skipped = rows.iter().map(|row| Ok(Skipped { path: row.try_get("path")?, reason: row.try_get("reason")? }));
    let mut skipped = skipped.collect::<Result<Vec<_>, Failure>>()?;
    skipped.sort();
    Ok(skipped)
}

async fn settings(connection: &mut SqliteConnection, topic: &str) -> Result<Settings, Failure> {
    let rows =
        sqlx::query("SELECT name, value FROM scan_value WHERE topic = $1").bind(topic).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let name: String = row.try_get("name")?;
            let value = from_json(&name, row.try_get("value")?)?;
            Ok((name, value))
        })
        .collect()
}

fn document(row: &SqliteRow) -> Result<StoredDocument, Failure> {
    let path: String = row.try_get("path")?;
    let unknown = |column: &str| Failure::Damaged(format!("unknown {column} of `{path}`"));
    let modified: Option<String> = row.try_get("modified")?;
    let modified = modified.map(|date| Date::parse(&date).ok_or_else(|| unknown("date"))).transpose()?;
    Ok(StoredDocument {
        id: DocumentId::from(row.try_get::<String, _>("id")?),
        title: row.try_get("title")?,
        source_type: SourceType::parse(row.try_get("source_type")?).ok_or_else(|| unknown("source type"))?,
        format: Format::parse(row.try_get("format")?).ok_or_else(|| unknown("format"))?,
        modified,
        revision: Revision::from(row.try_get::<String, _>("revision")?),
        text: Arc::from(row.try_get::<&str, _>("content")?),
        path,
    })
}

fn unit(row: &SqliteRow) -> Result<ClaimUnit, Failure> {
    let key: String = row.try_get("unit_key")?;
    let claims = from_json(&key, row.try_get("claims")?)?;
    Ok(ClaimUnit { document: DocumentId::from(row.try_get::<String, _>("document")?), claims, key })
}

fn from_json<T: DeserializeOwned>(name: &str, json: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::Damaged(format!("value of `{name}`: {error}")))
}
