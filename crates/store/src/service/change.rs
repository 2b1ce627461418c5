//! Changes with their row of the trail, all in one transaction.

use serde_json::Value;
use sqlx::SqliteConnection;

use super::{AuditEntry, Change, NewJob, ServiceStore, audit, identity};
use crate::StoreError;
use crate::error::Failure;
use crate::write::to_json;

impl ServiceStore {
    /// Makes changes and adds to the trail what was done: everything or, on an error, nothing.
    pub async fn change(&self, changes: &[Change], entry: Option<&AuditEntry>) -> Result<(), StoreError> {
        let changed = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for change in changes {
                make(&mut transaction, change).await?;
            }
            if let Some(entry) = entry {
                audit::append(&mut transaction, &self.seal, entry).await?;
            }
            Ok(transaction.commit().await?)
        };
        changed.await.map_err(|failure| self.write_failed(failure))
    }

    /// Takes over a webhook's delivery and has `job` done, unless a delivery of this name came after `since`. Says whether it did.
    pub async fn deliver(
        &self,
        (source, id): (&str, &str),
        since: i64,
        job: &NewJob,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let delivered = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let insert = "INSERT INTO delivery (source, id, at) VALUES ($1, $2, $3) \
                          ON CONFLICT (source, id) DO UPDATE SET at = excluded.at WHERE delivery.at < $4";
            let inserted = sqlx::query(insert)
                .bind(source)
                .bind(id)
                .bind(job.created_at)
                .bind(since)
                .execute(&mut *transaction)
                .await?;
            if inserted.rows_affected() == 0 {
                return Ok(false);
            }
            enqueue(&mut transaction, job).await?;
            audit::append(&mut transaction, &self.seal, entry).await?;
            transaction.commit().await?;
            Ok(true)
        };
        delivered.await.map_err(|failure: Failure| self.write_failed(failure))
    }
}

async fn make(connection: &mut SqliteConnection, change: &Change) -> Result<(), Failure> {
    match change {
        Change::Person(person) => keep(connection, PUT_PERSON, &[&person.id, &to_json(person)?]).await,
        Change::Project(project) => keep(connection, PUT_PROJECT, &[&project.id, &to_json(project)?]).await,
        Change::ProjectGone(id) => {
            for delete in PROJECT_TABLES {
                keep(connection, delete, &[id]).await?;
            }
            Ok(())
        }
        Change::Member(member) => keep(connection, PUT_MEMBER, &[&member.project, &member.person, &member.role]).await,
        Change::MemberGone { project, person } => keep(connection, DELETE_MEMBER, &[project, person]).await,
        Change::Key(key, digest) => {
            let insert = "INSERT INTO api_key (id, person, digest, expires_at, body) VALUES ($1, $2, $3, $4, $5)";
            sqlx::query(insert)
                .bind(&key.id)
                .bind(&key.person)
                .bind(digest)
                .bind(key.expires_at)
                .bind(to_json(key)?)
                .execute(connection)
                .await?;
            Ok(())
        }
        Change::KeyRevoked(id, at) => {
            let update = "UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1";
            sqlx::query(update).bind(id).bind(at).execute(&mut *connection).await?;
            keep(connection, "DELETE FROM session WHERE api_key = $1", &[id]).await
        }
        Change::Session(session) => {
            let insert = "INSERT INTO session (digest, api_key, expires_at) VALUES ($1, $2, $3)";
            sqlx::query(insert)
                .bind(&session.digest)
                .bind(&session.api_key)
                .bind(session.expires_at)
                .execute(connection)
                .await?;
            Ok(())
        }
        Change::KeyGone(id) => {
            keep(connection, "DELETE FROM session WHERE api_key = $1", &[id]).await?;
            keep(connection, "DELETE FROM api_key WHERE id = $1", &[id]).await
        }
        Change::Identity { person, issuer, subject } => {
            identity::put(connection, person, issuer, subject.as_deref()).await
        }
        Change::Granted { person, roles, expires_at } => identity::grant(connection, person, roles, *expires_at).await,
        Change::SessionGone(digest) => keep(connection, "DELETE FROM session WHERE digest = $1", &[digest]).await,
        Change::Source(source) => {
            let (body, state) = (to_json(source)?, to_json(&Value::Null)?);
            keep(connection, PUT_SOURCE, &[&source.project, &source.id, &body, &state]).await
        }
        Change::SourceGone { project, id } => {
            keep(connection, "DELETE FROM source WHERE project = $1 AND id = $2", &[project, id]).await
        }
        Change::SourceState { project, id, state } => {
            let update = "UPDATE source SET state = $3 WHERE project = $1 AND id = $2";
            keep(connection, update, &[project, id, &to_json(state)?]).await
        }
        Change::Job(job) => enqueue(connection, job).await,
    }
}

const PUT_PERSON: &str =
    "INSERT INTO person (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
const PUT_PROJECT: &str =
    "INSERT INTO project (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
const PUT_MEMBER: &str = "INSERT INTO member (project, person, role) VALUES ($1, $2, $3) \
                          ON CONFLICT (project, person) DO UPDATE SET role = excluded.role";
const DELETE_MEMBER: &str = "DELETE FROM member WHERE project = $1 AND person = $2";
const PUT_SOURCE: &str = "INSERT INTO source (project, id, body, state) VALUES ($1, $2, $3, $4) \
                          ON CONFLICT (project, id) DO UPDATE SET body = excluded.body";
const PROJECT_TABLES: [&str; 8] = [
    "DELETE FROM project WHERE id = $1",
    "DELETE FROM member WHERE project = $1",
    "DELETE FROM granted WHERE project = $1",
    "DELETE FROM source WHERE project = $1",
    "DELETE FROM job WHERE project = $1",
    "DELETE FROM aside WHERE project = $1",
    "DELETE FROM assigned WHERE project = $1",
    "DELETE FROM saved_view WHERE project = $1",
];

async fn keep(connection: &mut SqliteConnection, statement: &'static str, values: &[&str]) -> Result<(), Failure> {
    let mut query = sqlx::query(statement);
    for value in values {
        query = query.bind(*value);
    }
    query.execute(connection).await?;
    Ok(())
}

/// Has work done, unless the same waits already.
pub(super) async fn enqueue(connection: &mut SqliteConnection, job: &NewJob) -> Result<(), Failure> {
    let insert = "INSERT INTO job (id, project, source, kind, dedupe, payload, state, attempts, attempts_max, run_at, \
                  cancelled, created_at, progress) VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $8, 0, $9, 'null') \
                  ON CONFLICT (dedupe) WHERE state = 'queued' DO UPDATE SET run_at = min(job.run_at, excluded.run_at)";
    sqlx::query(insert)
        .bind(&job.id)
        .bind(&job.project)
        .bind(&job.source)
        .bind(&job.kind)
        .bind(&job.dedupe)
        .bind(to_json(&job.payload)?)
        .bind(job.attempts_max)
        .bind(job.run_at)
        .bind(job.created_at)
        .execute(connection)
        .await?;
    Ok(())
}
