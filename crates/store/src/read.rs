//! Rows to records. Every list is sorted here: the order of rows means nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{Claim, Date, DocumentId, Format, Revision, Skipped, SourceType};
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use crate::error::Failure;
use crate::{ClaimUnit, Inputs, Settings, Snapshot, StoredDocument};

/// How many keys one query asks for.
const KEYS_PER_QUERY: usize = 500;

/// Units of claims; conditions follow.
const UNITS: &str =
    "SELECT unit_key, document, body FROM claim_unit AS it JOIN content ON content.digest = it.content WHERE";

/// When rows hold that are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    Now,
    Revision(i64),
}

impl Moment {
    /// A query for rows that hold then. `select` ends where conditions may follow.
    fn query(self, select: &'static str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::<Sqlite>::new(select);
        match self {
            Self::Now => drop(query.push(" it.until IS NULL")),
            Self::Revision(number) => {
                query.push(" it.since <= ").push_bind(number);
                query.push(" AND (it.until IS NULL OR it.until > ").push_bind(number).push(")");
            }
        }
        query
    }
}

/// Everything. The connection is inside a transaction, so that all lists are of one moment.
pub(crate) async fn snapshot(connection: &mut SqliteConnection, moment: Moment) -> Result<Snapshot, Failure> {
    Ok(Snapshot {
        documents: documents(connection, moment).await?,
        units: units(connection, moment).await?,
        skipped: skipped(connection, moment).await?,
        settings: settings(connection, "settings", moment).await?,
        run: settings(connection, "run", moment).await?,
        inputs: texts(connection, "input", moment).await?,
    })
}

pub(crate) async fn documents(
    connection: &mut SqliteConnection,
    moment: Moment,
) -> Result<Vec<StoredDocument>, Failure> {
    let mut query = moment.query(
        "SELECT id, path, title, source_type, format, modified, revision, body FROM document AS it \
         JOIN content ON content.digest = it.content WHERE",
    );
    let rows = query.build().fetch_all(connection).await?;
    let mut documents = rows.iter().map(document).collect::<Result<Vec<_>, Failure>>()?;
    documents.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(documents)
}

/// Those of the documents `ids` that there are.
pub(crate) async fn documents_of(
    connection: &mut SqliteConnection,
    ids: &[DocumentId],
    moment: Moment,
) -> Result<Vec<StoredDocument>, Failure> {
    let mut documents = Vec::new();
    for ids in ids.chunks(KEYS_PER_QUERY) {
        let mut query = moment.query(
            "SELECT id, path, title, source_type, format, modified, revision, body FROM document AS it \
             JOIN content ON content.digest = it.content WHERE",
        );
        let mut list = query.push(" AND id IN (").separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        query.push(")");
        for row in &query.build().fetch_all(&mut *connection).await? {
            documents.push(document(row)?);
        }
    }
    documents.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(documents)
}

pub(crate) async fn claims_by_keys(
    connection: &mut SqliteConnection,
    keys: &[String],
) -> Result<BTreeMap<String, Vec<Claim>>, Failure> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(KEYS_PER_QUERY) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT unit_key, document, body FROM claim_unit AS it JOIN content ON content.digest = it.content \
             WHERE it.until IS NULL AND unit_key IN (",
        );
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

/// The units that hold of the documents `ids`.
pub(crate) async fn units_of(connection: &mut SqliteConnection, ids: &[DocumentId]) -> Result<Vec<ClaimUnit>, Failure> {
    let mut units = Vec::new();
    for ids in ids.chunks(KEYS_PER_QUERY) {
        let mut query = Moment::Now.query(UNITS);
        let mut list = query.push(" AND it.document IN (").separated(", ");
        for id in ids {
            list.push_bind(id.as_str());
        }
        query.push(")");
        for row in &query.build().fetch_all(&mut *connection).await? {
            units.push(unit(row)?);
        }
    }
    units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
    Ok(units)
}

/// The keys of units that hold, of documents that hold too.
pub(crate) async fn keys_of_documents(connection: &mut SqliteConnection) -> Result<BTreeSet<String>, Failure> {
    let keys: Vec<String> = sqlx::query_scalar(
        "SELECT unit_key FROM claim_unit WHERE until IS NULL AND document IN \
         (SELECT id FROM document WHERE until IS NULL)",
    )
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().collect())
}

async fn units(connection: &mut SqliteConnection, moment: Moment) -> Result<Vec<ClaimUnit>, Failure> {
    let mut query = moment.query(UNITS);
    let rows = query.build().fetch_all(connection).await?;
    let mut units = rows.iter().map(unit).collect::<Result<Vec<_>, Failure>>()?;
    units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
    Ok(units)
}

pub(crate) async fn skipped(connection: &mut SqliteConnection, moment: Moment) -> Result<Vec<Skipped>, Failure> {
    match texts(connection, "skipped", moment).await?.get("all") {
        Some(json) => from_json("skipped", json),
        None => Ok(Vec::new()),
    }
}

/// The texts of a topic, by name.
pub(crate) async fn texts(connection: &mut SqliteConnection, topic: &str, moment: Moment) -> Result<Inputs, Failure> {
    let mut query =
        moment.query("SELECT name, body FROM kept_value AS it JOIN content ON content.digest = it.content WHERE");
    query.push(" AND topic = ").push_bind(topic);
    let rows = query.build().fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("body")?))).collect()
}

pub(crate) async fn settings(
    connection: &mut SqliteConnection,
    topic: &str,
    moment: Moment,
) -> Result<Settings, Failure> {
    let texts = texts(connection, topic, moment).await?;
    texts.iter().map(|(name, json)| Ok((name.clone(), from_json(name, json)?))).collect()
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
        text: Arc::from(row.try_get::<&str, _>("body")?),
        path,
    })
}

fn unit(row: &SqliteRow) -> Result<ClaimUnit, Failure> {
    let key: String = row.try_get("unit_key")?;
    let claims = from_json(&key, row.try_get("body")?)?;
    Ok(ClaimUnit { document: DocumentId::from(row.try_get::<String, _>("document")?), claims, key })
}

fn from_json<T: DeserializeOwned>(name: &str, json: &str) -> Result<T, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::Damaged(format!("value of `{name}`: {error}")))
}
