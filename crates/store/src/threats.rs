//! Which threats there were in which revision: derived once for each revision, and kept because a threat that comes back is told
//! from one that is new.

use std::collections::BTreeMap;

use sqlx::{Row as _, SqliteConnection};

use crate::error::Failure;
use crate::{Store, StoreError};

/// The statuses of threats by id; none where the threat is gone.
type Statuses = BTreeMap<String, Option<String>>;

impl Store {
    /// The last revision whose threats are noted; 0 when none is.
    pub async fn threats_noted(&self) -> Result<i64, StoreError> {
        let noted = async { noted(&mut *self.pool.acquire().await?).await };
        noted.await.map_err(|failure| failure.about(&self.dir, "read"))
    }

    /// Notes the threats of a revision with their statuses. Revisions are noted one after the other; one that is not next is
    /// passed over.
    pub async fn note_threats(&self, revision: i64, threats: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let kept = async {
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            note(&mut transaction, revision, threats).await?;
            Ok(transaction.commit().await?)
        };
        kept.await.map_err(|failure: Failure| failure.about(&self.dir, "write to"))
    }

    /// For each threat that ever was, in which revisions it came to which status; none for one in which it was gone.
    pub async fn threat_states(&self) -> Result<BTreeMap<String, Vec<(i64, Option<String>)>>, StoreError> {
        let states = async {
            let select = "SELECT threat, revision, status FROM threat_state ORDER BY revision";
            let rows = sqlx::query(select).fetch_all(&mut *self.pool.acquire().await?).await?;
            let mut states: BTreeMap<String, Vec<_>> = BTreeMap::new();
            for row in &rows {
                let state = (row.try_get("revision")?, row.try_get("status")?);
                states.entry(row.try_get("threat")?).or_default().push(state);
            }
            Ok(states)
        };
        states.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }

    /// In which revisions, and when, one threat came to which status; none for one in which it was gone.
    pub async fn states_of_threat(&self, threat: &str) -> Result<Vec<ThreatState>, StoreError> {
        let states = async {
            let select = "SELECT state.revision, revision.at, state.status FROM threat_state AS state \
                          JOIN revision ON revision.number = state.revision WHERE state.threat = $1 ORDER BY state.revision";
            let rows = sqlx::query(select).bind(threat).fetch_all(&mut *self.pool.acquire().await?).await?;
            let state = |row: &sqlx::sqlite::SqliteRow| {
                let (revision, at) = (row.try_get("revision")?, row.try_get("at")?);
                Ok(ThreatState { revision, at, status: row.try_get("status")? })
            };
            rows.iter().map(state).collect::<Result<Vec<_>, Failure>>()
        };
        states.await.map_err(|failure: Failure| failure.about(&self.dir, "read"))
    }
}

/// What a threat came to in a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatState {
    /// The revision.
    pub revision: i64,
    /// When it was made.
    pub at: String,
    /// The status; none where the threat was gone.
    pub status: Option<String>,
}

async fn noted(connection: &mut SqliteConnection) -> Result<i64, Failure> {
    Ok(sqlx::query_scalar("SELECT coalesce(max(revision), 0) FROM threats_noted").fetch_one(connection).await?)
}

async fn note(
    connection: &mut SqliteConnection,
    revision: i64,
    threats: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    if noted(connection).await? + 1 != revision {
        return Ok(());
    }
    let rows =
        sqlx::query("SELECT threat, status FROM threat_state ORDER BY revision").fetch_all(&mut *connection).await?;
    let mut last: Statuses = BTreeMap::new();
    for row in &rows {
        last.insert(row.try_get("threat")?, row.try_get("status")?);
    }
    let now = threats.iter().map(|(threat, status)| (threat.clone(), Some(status.clone())));
    let gone = last.keys().filter(|threat| !threats.contains_key(*threat)).map(|threat| (threat.clone(), None));
    let wanted: Statuses = now.chain(gone).collect();
    for (threat, status) in wanted.iter().filter(|(threat, status)| last.get(*threat) != Some(*status)) {
        sqlx::query("INSERT INTO threat_state (threat, revision, status) VALUES ($1, $2, $3)")
            .bind(threat)
            .bind(revision)
            .bind(status)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("INSERT INTO threats_noted (revision) VALUES ($1)").bind(revision).execute(connection).await?;
    Ok(())
}
