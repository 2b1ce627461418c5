//! Records to rows, inside the transaction of one scan.
//!
//! Nothing is overwritten: a row that does not hold any more is given the revision in which it ended. A scan that finds every row
//! as it wants it writes nothing, and is no revision.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{DocumentId, digest};
use serde::Serialize;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use crate::error::Failure;
use crate::read::keys_of_documents;
use crate::{Inputs, ScanCommit, Settings, StoredDocument};

/// How many rows one statement inserts or ends. A statement costs much more than a row, and databases limit a statement's
/// placeholders.
const ROWS_PER_STATEMENT: usize = 250;

/// The end of a row that holds.
pub(crate) const CURRENT: Option<i64> = None;

/// Takes over a scan; gives the number of the revision that it makes.
pub(crate) async fn scan(connection: &mut SqliteConnection, scan: &ScanCommit) -> Result<Option<i64>, Failure> {
    let mut pen = Pen::new(connection).await?;
    // Before documents go: their units go with them.
    pen.units(scan).await?;
    pen.end_documents(&scan.removed).await?;
    pen.documents(scan).await?;
    pen.values("settings", &as_texts(&scan.settings)?).await?;
    pen.values("run", &as_texts(&scan.run)?).await?;
    let mut skipped = scan.skipped.clone();
    skipped.sort();
    pen.values("skipped", &Inputs::from([("all".to_owned(), to_json(&skipped)?)])).await?;
    pen.values("input", &scan.inputs).await?;
    pen.finish(&scan.at).await
}

/// Takes over inputs alone; gives the number of the revision that this makes.
pub(crate) async fn inputs(
    connection: &mut SqliteConnection,
    inputs: &Inputs,
    at: &str,
) -> Result<Option<i64>, Failure> {
    let mut pen = Pen::new(connection).await?;
    if pen.is_first() {
        return Ok(None);
    }
    pen.values("input", inputs).await?;
    pen.finish(at).await
}

/// Keeps texts by their digests, each once. Gives the digests.
pub(crate) async fn keep_content(
    connection: &mut SqliteConnection,
    texts: &[(String, String)],
) -> Result<Vec<String>, Failure> {
    for texts in texts.chunks(ROWS_PER_STATEMENT) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO content (digest, body) ");
        insert.push_values(texts, |mut row, (digest, body)| {
            row.push_bind(digest).push_bind(body);
        });
        insert.push(" ON CONFLICT (digest) DO NOTHING");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(texts.iter().map(|(digest, _)| digest.clone()).collect())
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Damaged(format!("value cannot be kept: {error}")))
}

fn as_texts(settings: &Settings) -> Result<Inputs, Failure> {
    settings.iter().map(|(name, value)| Ok((name.clone(), to_json(value)?))).collect()
}

/// Writes one revision.
struct Pen<'c> {
    connection: &'c mut SqliteConnection,
    /// The number of the revision, should it become one.
    number: i64,
    has_written: bool,
}

impl<'c> Pen<'c> {
    async fn new(connection: &'c mut SqliteConnection) -> Result<Self, Failure> {
        let last: i64 =
            sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM revision").fetch_one(&mut *connection).await?;
        Ok(Self { connection, number: last + 1, has_written: false })
    }

    fn is_first(&self) -> bool {
        self.number == 1
    }

    async fn finish(self, at: &str) -> Result<Option<i64>, Failure> {
        // What an older program kept, which knew no revisions, becomes the first one.
        if !self.has_written && !self.is_first() {
            return Ok(None);
        }
        sqlx::query("INSERT INTO revision (number, at) VALUES ($1, $2)")
            .bind(self.number)
            .bind(at)
            .execute(self.connection)
            .await?;
        Ok(Some(self.number))
    }

    async fn units(&mut self, scan: &ScanCommit) -> Result<(), Failure> {
        let mut wanted: BTreeMap<&str, (&DocumentId, String, String)> = BTreeMap::new();
        for unit in &scan.units {
            let json = to_json(&unit.claims)?;
            wanted.insert(&unit.key, (&unit.document, digest(json.as_bytes()), json));
        }
        let mut unused = keys_of_documents(self.connection).await?;
        unused.retain(|key| !scan.keep_keys.contains(key));
        for (key, document, content) in units_now(self.connection, wanted.keys().copied().collect()).await? {
            let is_kept = wanted
                .get(key.as_str())
                .is_some_and(|(wanted_by, digest, _)| wanted_by.as_str() == document && *digest == content);
            if is_kept {
                unused.remove(&key);
                wanted.remove(key.as_str());
            } else {
                unused.insert(key);
            }
        }
        self.end("UPDATE claim_unit SET until = ", "unit_key", &unused.iter().map(String::as_str).collect::<Vec<_>>())
            .await?;
        let rows: Vec<(&str, &DocumentId, String)> =
            wanted.iter().map(|(key, (document, digest, _))| (*key, *document, digest.clone())).collect();
        let contents: Vec<(String, String)> =
            wanted.values().map(|(_, digest, json)| (digest.clone(), json.clone())).collect();
        keep_content(self.connection, &contents).await?;
        for rows in rows.chunks(ROWS_PER_STATEMENT) {
            let number = self.number;
            let mut insert =
                QueryBuilder::<Sqlite>::new("INSERT INTO claim_unit (unit_key, document, content, since) ");
            insert.push_values(rows, |mut row, (key, document, content)| {
                row.push_bind(key).push_bind(document.as_str()).push_bind(content).push_bind(number);
            });
            insert.build().execute(&mut *self.connection).await?;
            self.has_written = true;
        }
        Ok(())
    }

    async fn end_documents(&mut self, removed: &[DocumentId]) -> Result<(), Failure> {
        let ids: Vec<&str> = removed.iter().map(DocumentId::as_str).collect();
        self.end("UPDATE document SET until = ", "id", &ids).await
    }

    async fn documents(&mut self, scan: &ScanCommit) -> Result<(), Failure> {
        for documents in scan.documents.chunks(ROWS_PER_STATEMENT) {
            let kept = documents_now(self.connection, documents).await?;
            let differs = |document: &&StoredDocument| kept.get(document.id.as_str()) != Some(&columns(document));
            let new: Vec<&StoredDocument> = documents.iter().filter(differs).collect();
            let ids: Vec<&str> = new.iter().map(|document| document.id.as_str()).collect();
            self.end("UPDATE document SET until = ", "id", &ids).await?;
            if !new.is_empty() {
                self.insert_documents(&new, &scan.authors).await?;
            }
        }
        Ok(())
    }

    async fn insert_documents(
        &mut self,
        documents: &[&StoredDocument],
        authors: &BTreeMap<DocumentId, String>,
    ) -> Result<(), Failure> {
        let texts: Vec<(String, String)> =
            documents.iter().map(|it| (digest(it.text.as_bytes()), (*it.text).to_owned())).collect();
        let digests = keep_content(self.connection, &texts).await?;
        let number = self.number;
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO document (id, path, title, source_type, format, modified, revision, content, author, since) ",
        );
        insert.push_values(documents.iter().zip(digests), |mut row, (document, digest)| {
            row.push_bind(document.id.as_str())
                .push_bind(&document.path)
                .push_bind(&document.title)
                .push_bind(document.source_type.as_str())
                .push_bind(document.format.as_str())
                .push_bind(document.modified.map(|date| date.to_string()))
                .push_bind(document.revision.as_str())
                .push_bind(digest)
                .push_bind(authors.get(&document.id))
                .push_bind(number);
        });
        insert.build().execute(&mut *self.connection).await?;
        self.has_written = true;
        Ok(())
    }

    /// Makes `values` all that holds of a topic.
    async fn values(&mut self, topic: &str, values: &Inputs) -> Result<(), Failure> {
        let rows = sqlx::query("SELECT name, content FROM kept_value WHERE topic = $1 AND until IS NULL")
            .bind(topic)
            .fetch_all(&mut *self.connection)
            .await?;
        let mut kept: BTreeSet<(String, String)> = BTreeSet::new();
        for row in &rows {
            kept.insert((row.try_get("name")?, row.try_get("content")?));
        }
        let wanted: BTreeMap<(String, String), &str> =
            values.iter().map(|(name, value)| ((name.clone(), digest(value.as_bytes())), value.as_str())).collect();
        for (name, _) in kept.iter().filter(|row| !wanted.contains_key(*row)) {
            sqlx::query("UPDATE kept_value SET until = $1 WHERE topic = $2 AND name = $3 AND until IS NULL")
                .bind(self.number)
                .bind(topic)
                .bind(name)
                .execute(&mut *self.connection)
                .await?;
            self.has_written = true;
        }
        for ((name, digest), value) in wanted.into_iter().filter(|(row, _)| !kept.contains(row)) {
            keep_content(self.connection, &[(digest.clone(), value.to_owned())]).await?;
            sqlx::query("INSERT INTO kept_value (topic, name, content, since) VALUES ($1, $2, $3, $4)")
                .bind(topic)
                .bind(name)
                .bind(digest)
                .bind(self.number)
                .execute(&mut *self.connection)
                .await?;
            self.has_written = true;
        }
        Ok(())
    }

    /// Ends the rows of `keys` that hold.
    async fn end(&mut self, update: &'static str, column: &'static str, keys: &[&str]) -> Result<(), Failure> {
        for keys in keys.chunks(ROWS_PER_STATEMENT) {
            let mut end = QueryBuilder::<Sqlite>::new(update);
            end.push_bind(self.number).push(" WHERE until IS NULL AND ").push(column).push(" IN (");
            let mut list = end.separated(", ");
            for key in keys {
                list.push_bind(*key);
            }
            end.push(")");
            self.has_written |= end.build().execute(&mut *self.connection).await?.rows_affected() > 0;
        }
        Ok(())
    }
}

/// Everything by which a document differs from another of its id.
fn columns(document: &StoredDocument) -> Vec<String> {
    vec![
        document.path.clone(),
        document.title.clone(),
        document.source_type.as_str().to_owned(),
        document.format.as_str().to_owned(),
        document.modified.map(|date| date.to_string()).unwrap_or_default(),
        document.revision.as_str().to_owned(),
        digest(document.text.as_bytes()),
    ]
}

/// The [`columns`] of those of the documents that hold, by id.
async fn documents_now(
    connection: &mut SqliteConnection,
    documents: &[StoredDocument],
) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, path, title, source_type, format, coalesce(modified, '') AS modified, revision, content \
         FROM document WHERE until IS NULL AND id IN (",
    );
    let mut list = query.separated(", ");
    for document in documents {
        list.push_bind(document.id.as_str());
    }
    query.push(")");
    let rows = query.build().fetch_all(connection).await?;
    let names = ["path", "title", "source_type", "format", "modified", "revision", "content"];
    let columns = |row: &sqlx::sqlite::SqliteRow| -> Result<_, Failure> {
        let columns = names.iter().map(|name| row.try_get(*name)).collect::<Result<Vec<String>, _>>()?;
        Ok((row.try_get("id")?, columns))
    };
    rows.iter().map(columns).collect()
}

/// Key, document and digest of those of the units that hold.
async fn units_now(
    connection: &mut SqliteConnection,
    keys: Vec<&str>,
) -> Result<Vec<(String, String, String)>, Failure> {
    let mut found = Vec::new();
    for keys in keys.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT unit_key, document, content FROM claim_unit WHERE until IS NULL AND unit_key IN (",
        );
        let mut list = query.separated(", ");
        for key in keys {
            list.push_bind(*key);
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *connection).await? {
            found.push((row.try_get("unit_key")?, row.try_get("document")?, row.try_get("content")?));
        }
    }
    Ok(found)
}
