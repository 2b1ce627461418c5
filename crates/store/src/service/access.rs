//! Who there is, what they may do, and where documents come from: the questions that are asked at every request.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{ApiKey, Begun, Member, Millis, Person, Project, ServiceStore, Source, json};
use crate::StoreError;
use crate::error::Failure;

impl ServiceStore {
    /// All people, by id.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.bodies("SELECT body FROM person ORDER BY id").await
    }

    /// A person.
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        self.body("SELECT body FROM person WHERE id = $1", id).await
    }

    /// All projects, by id.
    pub async fn projects(&self) -> Result<Vec<Project>, StoreError> {
        self.bodies("SELECT body FROM project ORDER BY id").await
    }

    /// A project.
    pub async fn project(&self, id: &str) -> Result<Option<Project>, StoreError> {
        self.body("SELECT body FROM project WHERE id = $1", id).await
    }

    /// The members of a project, by person. Those whom groups give a part are not among them.
    pub async fn members(&self, project: &str) -> Result<Vec<Member>, StoreError> {
        let members = async {
            let select = "SELECT project, person, role FROM member WHERE project = $1 ORDER BY person";
            let rows = sqlx::query(select).bind(project).fetch_all(&self.readers).await?;
            let member = |row: &SqliteRow| -> Result<Member, Failure> {
                Ok(Member {
                    project: row.try_get("project")?,
                    person: row.try_get("person")?,
                    role: row.try_get("role")?,
                })
            };
            rows.iter().map(member).collect::<Result<Vec<_>, Failure>>()
        };
        members.await.map_err(|failure| self.read_failed(failure))
    }

    /// The key whose secret has this digest.
    pub async fn key_by_digest(&self, digest: &str) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.keys("SELECT * FROM api_key WHERE digest = $1", digest).await?.pop())
    }

    /// A key.
    pub async fn key(&self, id: &str) -> Result<Option<ApiKey>, StoreError> {
        Ok(self.keys("SELECT * FROM api_key WHERE id = $1", id).await?.pop())
    }

    /// The keys of a person, the newest last.
    pub async fn keys_of(&self, person: &str) -> Result<Vec<ApiKey>, StoreError> {
        self.keys("SELECT * FROM api_key WHERE person = $1 ORDER BY id", person).await
    }

    /// The key with which the session of this digest was opened, unless it is over.
    pub async fn key_of_session(&self, digest: &str, now: Millis) -> Result<Option<ApiKey>, StoreError> {
        let found = async {
            let select = "SELECT api_key.* FROM session JOIN api_key ON api_key.id = session.api_key \
                          WHERE session.digest = $1 AND session.expires_at > $2";
            let row = sqlx::query(select).bind(digest).bind(now).fetch_optional(&self.readers).await?;
            row.as_ref().map(key).transpose()
        };
        found.await.map_err(|failure| self.read_failed(failure))
    }

    async fn keys(&self, select: &'static str, of: &str) -> Result<Vec<ApiKey>, StoreError> {
        let keys = async {
            let rows = sqlx::query(select).bind(of).fetch_all(&self.readers).await?;
            rows.iter().map(key).collect::<Result<Vec<_>, Failure>>()
        };
        keys.await.map_err(|failure| self.read_failed(failure))
    }

    /// Notes that a key is in use.
    pub async fn touch_key(&self, id: &str, at: Millis) -> Result<(), StoreError> {
        let touched = async {
            let update = "UPDATE api_key SET last_used_at = $2 WHERE id = $1";
            sqlx::query(update).bind(id).bind(at).execute(&self.writer).await?;
            Ok(())
        };
        touched.await.map_err(|failure| self.write_failed(failure))
    }

    /// The sources of a project, by id.
    pub async fn sources(&self, project: &str) -> Result<Vec<Source>, StoreError> {
        self.sources_by("SELECT body, state FROM source WHERE project = $1 ORDER BY id", project).await
    }

    /// The source of any project whose webhook has this name.
    pub async fn source_of_webhook(&self, token: &str) -> Result<Option<Source>, StoreError> {
        let select = "SELECT body, state FROM source WHERE json_extract(body, '$.webhook.token') = $1";
        Ok(self.sources_by(select, token).await?.pop())
    }

    async fn sources_by(&self, select: &'static str, of: &str) -> Result<Vec<Source>, StoreError> {
        let sources = async {
            let rows = sqlx::query(select).bind(of).fetch_all(&self.readers).await?;
            let source = |row: &SqliteRow| -> Result<Source, Failure> {
                Ok(Source { state: json(row.try_get("state")?)?, ..json(row.try_get("body")?)? })
            };
            rows.iter().map(source).collect::<Result<Vec<_>, Failure>>()
        };
        sources.await.map_err(|failure| self.read_failed(failure))
    }

    /// Begins to answer the request of a caller under a key. What is older than `forget` is forgotten; what was begun before
    /// `abandoned` and not answered is begun anew.
    pub async fn begin_answer(
        &self,
        (caller, key): (&str, &str),
        digest: &str,
        now: Millis,
        (forget, abandoned): (Millis, Millis),
    ) -> Result<Begun, StoreError> {
        let begun = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query("DELETE FROM answer WHERE at < $1 OR (status IS NULL AND at < $2)")
                .bind(forget)
                .bind(abandoned)
                .execute(&mut *transaction)
                .await?;
            let found = sqlx::query("SELECT digest, status, body FROM answer WHERE caller = $1 AND key = $2")
                .bind(caller)
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await?;
            if let Some(row) = found {
                let (status, body): (Option<i64>, Option<String>) = (row.try_get("status")?, row.try_get("body")?);
                return Ok(match (row.try_get::<String, _>("digest")? == digest, status) {
                    (false, _) => Begun::Other,
                    (true, None) => Begun::UnderWay,
                    (true, Some(status)) => Begun::Answered(status, body.unwrap_or_default()),
                });
            }
            sqlx::query("INSERT INTO answer (caller, key, digest, at) VALUES ($1, $2, $3, $4)")
                .bind(caller)
                .bind(key)
                .bind(digest)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(Begun::First)
        };
        begun.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Keeps the answer to a request that was begun; without one, the request can be sent again.
    pub async fn end_answer(&self, (caller, key): (&str, &str), answer: Option<(i64, &str)>) -> Result<(), StoreError> {
        let ended = async {
            let query = match answer {
                Some((status, body)) => {
                    let update = "UPDATE answer SET status = $3, body = $4 WHERE caller = $1 AND key = $2";
                    sqlx::query(update).bind(caller).bind(key).bind(status).bind(body)
                }
                None => sqlx::query("DELETE FROM answer WHERE caller = $1 AND key = $2").bind(caller).bind(key),
            };
            query.execute(&self.writer).await?;
            Ok(())
        };
        ended.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    async fn bodies<T: serde::de::DeserializeOwned>(&self, select: &'static str) -> Result<Vec<T>, StoreError> {
        let bodies = async {
            let texts: Vec<String> = sqlx::query_scalar(select).fetch_all(&self.readers).await?;
            texts.iter().map(|text| json(text)).collect::<Result<Vec<_>, Failure>>()
        };
        bodies.await.map_err(|failure| self.read_failed(failure))
    }

    async fn body<T: serde::de::DeserializeOwned>(
        &self,
        select: &'static str,
        id: &str,
    ) -> Result<Option<T>, StoreError> {
        let body = async {
            let text: Option<String> = sqlx::query_scalar(select).bind(id).fetch_optional(&self.readers).await?;
            text.map(|text| json(&text)).transpose()
        };
        body.await.map_err(|failure| self.read_failed(failure))
    }
}

fn key(row: &SqliteRow) -> Result<ApiKey, Failure> {
    let key: ApiKey = json(row.try_get("body")?)?;
    Ok(ApiKey { revoked_at: row.try_get("revoked_at")?, last_used_at: row.try_get("last_used_at")?, ..key })
}
