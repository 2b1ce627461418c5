//! The queue: jobs are leased, not taken, so that a worker that dies holds nothing for ever.
//!
//! A job is begun at least once and its end is noted once. Of one project's jobs at most one runs at a time.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::change::enqueue;
use super::{Job, JobEnd, Millis, NewJob, ServiceStore, json};
use crate::StoreError;
use crate::error::Failure;
use crate::write::to_json;

impl ServiceStore {
    /// Has work done. Gives the job that waits for it, which may be an earlier one; none when more than `waiting_max` wait.
    pub async fn enqueue(&self, job: &NewJob, waiting_max: i64) -> Result<Option<Job>, StoreError> {
        let queued = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let select = "SELECT count(*) FROM job WHERE state = 'queued' AND dedupe <> $1";
            let waiting: i64 = sqlx::query_scalar(select).bind(&job.dedupe).fetch_one(&mut *transaction).await?;
            if waiting >= waiting_max {
                return Ok(None);
            }
            enqueue(&mut transaction, job).await?;
            let select = "SELECT * FROM job WHERE dedupe = $1 AND state = 'queued'";
            let row = sqlx::query(select).bind(&job.dedupe).fetch_one(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(Some(record(&row)?))
        };
        queued.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// How many jobs wait.
    pub async fn waiting(&self) -> Result<i64, StoreError> {
        let counted = async {
            let select = "SELECT count(*) FROM job WHERE state = 'queued'";
            Ok(sqlx::query_scalar(select).fetch_one(&self.readers).await?)
        };
        counted.await.map_err(|failure: Failure| self.read_failed(failure))
    }

    /// Leases the job that is due first, of a project of which none runs.
    pub async fn claim(&self, worker: &str, now: Millis, lease_until: Millis) -> Result<Option<Job>, StoreError> {
        let claimed = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let select = "SELECT id FROM job WHERE ((state = 'queued' AND run_at <= $1) \
                          OR (state = 'running' AND lease_until <= $1)) \
                          AND NOT EXISTS (SELECT 1 FROM job AS other WHERE other.project = job.project \
                          AND other.id <> job.id AND other.state = 'running' AND other.lease_until > $1) \
                          ORDER BY run_at, id LIMIT 1";
            let id: Option<String> = sqlx::query_scalar(select).bind(now).fetch_optional(&mut *transaction).await?;
            let Some(id) = id else { return Ok(None) };
            let update = "UPDATE job SET state = 'running', attempts = attempts + 1, worker = $2, lease_until = $3, \
                          started_at = $4, progress = 'null' WHERE id = $1";
            sqlx::query(update).bind(&id).bind(worker).bind(lease_until).bind(now).execute(&mut *transaction).await?;
            let row = sqlx::query("SELECT * FROM job WHERE id = $1").bind(&id).fetch_one(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(Some(record(&row)?))
        };
        claimed.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Holds on to a job, and tells how far it is. Says whether it is still the worker's and nobody wants it to end.
    pub async fn heartbeat(
        &self,
        id: &str,
        worker: &str,
        lease_until: Millis,
        progress: &serde_json::Value,
    ) -> Result<bool, StoreError> {
        let held = async {
            let update = "UPDATE job SET lease_until = $3, progress = $4 \
                          WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING cancelled";
            let cancelled: Option<i64> = sqlx::query_scalar(update)
                .bind(id)
                .bind(worker)
                .bind(lease_until)
                .bind(to_json(progress)?)
                .fetch_optional(&self.writer)
                .await?;
            Ok(cancelled == Some(0))
        };
        held.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Notes how an attempt ended, and has done what follows from it. Says whether the job was still the worker's; else nothing is noted.
    pub async fn finish(
        &self,
        id: &str,
        worker: &str,
        end: &JobEnd,
        now: Millis,
        follow_up: &[NewJob],
    ) -> Result<bool, StoreError> {
        let finished = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let (state, outcome, run_at) = match end {
                JobEnd::Done(outcome) => ("done", Some(outcome), None),
                JobEnd::Retry(reason, at) => ("queued", Some(reason), Some(*at)),
                JobEnd::Dead(reason) => ("dead", Some(reason), None),
                JobEnd::Cancelled => ("cancelled", None, None),
                JobEnd::GivenBack => ("queued", None, Some(now)),
            };
            let outcome = outcome.map(to_json).transpose()?;
            let dedupe: Option<String> =
                sqlx::query_scalar("SELECT dedupe FROM job WHERE id = $1 AND worker = $2 AND state = 'running'")
                    .bind(id)
                    .bind(worker)
                    .fetch_optional(&mut *transaction)
                    .await?;
            let Some(dedupe) = dedupe else { return Ok(false) };
            // Where the same waits already, that one is the further attempt.
            let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM job WHERE dedupe = $1 AND state = 'queued'")
                .bind(&dedupe)
                .fetch_one(&mut *transaction)
                .await?;
            let state = if state == "queued" && waiting > 0 { "cancelled" } else { state };
            let update = "UPDATE job SET state = $2, outcome = $3, run_at = coalesce($4, run_at), finished_at = $5, \
                          attempts = attempts - $6, lease_until = NULL, worker = NULL WHERE id = $1";
            sqlx::query(update)
                .bind(id)
                .bind(state)
                .bind(outcome)
                .bind(run_at)
                .bind((state != "queued").then_some(now))
                .bind(i64::from(*end == JobEnd::GivenBack))
                .execute(&mut *transaction)
                .await?;
            for job in follow_up {
                enqueue(&mut transaction, job).await?;
            }
            transaction.commit().await?;
            Ok(true)
        };
        finished.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Gives back the jobs of workers that are gone: all that run, for a process that has just started and is the only one.
    /// A job that was begun too often is dead.
    pub async fn release_all(&self, now: Millis) -> Result<(), StoreError> {
        let released = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let dead = "UPDATE job SET state = 'dead', finished_at = $1, lease_until = NULL, worker = NULL, \
                        outcome = '{\"error\":\"the program ended while it ran, each time that it was tried\"}' \
                        WHERE state = 'running' AND attempts >= attempts_max";
            sqlx::query(dead).bind(now).execute(&mut *transaction).await?;
            // Where the same waits already, one of them is enough.
            let double = "UPDATE job SET state = 'cancelled', finished_at = $1, lease_until = NULL, worker = NULL \
                          WHERE state = 'running' AND EXISTS (SELECT 1 FROM job AS other \
                          WHERE other.dedupe = job.dedupe AND other.state = 'queued')";
            sqlx::query(double).bind(now).execute(&mut *transaction).await?;
            let again = "UPDATE job SET state = 'queued', run_at = $1, lease_until = NULL, worker = NULL \
                         WHERE state = 'running'";
            sqlx::query(again).bind(now).execute(&mut *transaction).await?;
            Ok(transaction.commit().await?)
        };
        released.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Ends a job that waits, or asks its worker to end it. Says whether it was there to be ended.
    pub async fn cancel(&self, project: &str, id: &str, now: Millis) -> Result<bool, StoreError> {
        let cancelled = async {
            let update = "UPDATE job SET cancelled = 1, finished_at = CASE state WHEN 'queued' THEN $3 END, \
                          state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END \
                          WHERE project = $1 AND id = $2 AND state IN ('queued', 'running')";
            let updated = sqlx::query(update).bind(project).bind(id).bind(now).execute(&self.writer).await?;
            Ok(updated.rows_affected() > 0)
        };
        cancelled.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Tries a job again that ended without being done. Says whether it could; where the same waits already, it need not.
    pub async fn retry(&self, project: &str, id: &str, now: Millis) -> Result<bool, StoreError> {
        let retried = async {
            let update = "UPDATE job SET state = 'queued', attempts = 0, cancelled = 0, run_at = $3, finished_at = NULL \
                          WHERE project = $1 AND id = $2 AND state IN ('dead', 'cancelled') AND NOT EXISTS \
                          (SELECT 1 FROM job AS other WHERE other.dedupe = job.dedupe AND other.state = 'queued')";
            let updated = sqlx::query(update).bind(project).bind(id).bind(now).execute(&self.writer).await?;
            Ok(updated.rows_affected() > 0)
        };
        retried.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// A job of a project.
    pub async fn job(&self, project: &str, id: &str) -> Result<Option<Job>, StoreError> {
        let job = async {
            let select = "SELECT * FROM job WHERE project = $1 AND id = $2";
            let row = sqlx::query(select).bind(project).bind(id).fetch_optional(&self.readers).await?;
            row.as_ref().map(record).transpose()
        };
        job.await.map_err(|failure| self.read_failed(failure))
    }

    /// Jobs of a project, the newest first: those in a state, where one is given, that are older than `before`.
    pub async fn jobs(
        &self,
        project: &str,
        state: Option<&str>,
        before: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Job>, StoreError> {
        let jobs = async {
            let select = "SELECT * FROM job WHERE project = $1 AND ($2 IS NULL OR state = $2) \
                          AND ($3 IS NULL OR id < $3) ORDER BY id DESC LIMIT $4";
            let rows =
                sqlx::query(select).bind(project).bind(state).bind(before).bind(limit).fetch_all(&self.readers).await?;
            rows.iter().map(record).collect::<Result<Vec<_>, Failure>>()
        };
        jobs.await.map_err(|failure| self.read_failed(failure))
    }

    /// How many jobs there are of each kind in each state, and since when the oldest of them waits.
    pub async fn queue(&self) -> Result<Vec<(String, String, i64, Millis)>, StoreError> {
        let queue = async {
            let select =
                "SELECT kind, state, count(*) AS jobs, min(created_at) AS oldest FROM job GROUP BY kind, state";
            let rows = sqlx::query(select).fetch_all(&self.readers).await?;
            let line = |row: &SqliteRow| -> Result<_, Failure> {
                Ok((row.try_get("kind")?, row.try_get("state")?, row.try_get("jobs")?, row.try_get("oldest")?))
            };
            rows.iter().map(line).collect::<Result<Vec<_>, Failure>>()
        };
        queue.await.map_err(|failure| self.read_failed(failure))
    }

    /// Forgets jobs that ended well before `before`, deliveries, and sessions that are over.
    pub async fn forget(&self, before: Millis, now: Millis) -> Result<(), StoreError> {
        let forgotten = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for delete in [
                "DELETE FROM job WHERE state IN ('done', 'cancelled') AND finished_at < $1 AND $2 > 0",
                "DELETE FROM delivery WHERE at < $1 AND $2 > 0",
                "DELETE FROM session WHERE $1 > 0 AND expires_at < $2",
            ] {
                sqlx::query(delete).bind(before).bind(now).execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        };
        forgotten.await.map_err(|failure: Failure| self.write_failed(failure))
    }
}

fn record(row: &SqliteRow) -> Result<Job, Failure> {
    let outcome: Option<String> = row.try_get("outcome")?;
    Ok(Job {
        id: row.try_get("id")?,
        project: row.try_get("project")?,
        source: row.try_get("source")?,
        kind: row.try_get("kind")?,
        payload: json(row.try_get("payload")?)?,
        state: row.try_get("state")?,
        attempts: row.try_get("attempts")?,
        attempts_max: row.try_get("attempts_max")?,
        run_at: row.try_get("run_at")?,
        is_cancelled: row.try_get::<i64, _>("cancelled")? != 0,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        progress: json(row.try_get("progress")?)?,
        outcome: outcome.map(|text| json(&text)).transpose()?,
    })
}
