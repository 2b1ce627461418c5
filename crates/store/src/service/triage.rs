//! What people do with the inbox: items put aside, items assigned, and views of the threats that they saved.

use sqlx::Row as _;

use super::{AuditEntry, ServiceStore, audit};
use crate::StoreError;
use crate::error::Failure;

/// Views that somebody may save in a project.
const VIEWS_MAX: i64 = 50;

/// An item of the inbox that somebody put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The threat, conflict or question, by id.
    pub item: String,
    /// What it was like when it was seen: one that is otherwise now is shown again.
    pub state: String,
    /// Until which day it rests, whatever becomes of it; none for one that was seen.
    pub until: Option<String>,
}

impl ServiceStore {
    /// What a person put aside in a project.
    pub async fn aside(&self, project: &str, person: &str) -> Result<Vec<Aside>, StoreError> {
        let found = async {
            let select = "SELECT item, state, until FROM aside WHERE project = $1 AND person = $2 ORDER BY item";
            let rows = sqlx::query(select).bind(project).bind(person).fetch_all(&self.readers).await?;
            let aside = rows.iter().map(|row| {
                Ok(Aside { item: row.try_get("item")?, state: row.try_get("state")?, until: row.try_get("until")? })
            });
            aside.collect::<Result<Vec<_>, Failure>>()
        };
        found.await.map_err(|failure| self.read_failed(failure))
    }

    /// Puts items aside for a person, in place of how they were put aside before.
    pub async fn put_aside(&self, project: &str, person: &str, items: &[Aside]) -> Result<(), StoreError> {
        let put = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for it in items {
                let insert = "INSERT INTO aside (project, person, item, state, until) VALUES ($1, $2, $3, $4, $5) \
                              ON CONFLICT (project, person, item) DO UPDATE SET state = excluded.state, until = excluded.until";
                let query =
                    sqlx::query(insert).bind(project).bind(person).bind(&it.item).bind(&it.state).bind(&it.until);
                query.execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        };
        put.await.map_err(|failure| self.write_failed(failure))
    }

    /// Puts items back to how a person had put them aside before; those that are not in `before` were not put aside.
    pub async fn put_back(
        &self,
        project: &str,
        person: &str,
        items: &[String],
        before: &[Aside],
    ) -> Result<(), StoreError> {
        let put = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for item in items {
                let delete = "DELETE FROM aside WHERE project = $1 AND person = $2 AND item = $3";
                sqlx::query(delete).bind(project).bind(person).bind(item).execute(&mut *transaction).await?;
            }
            for it in before {
                let insert = "INSERT INTO aside (project, person, item, state, until) VALUES ($1, $2, $3, $4, $5)";
                let query =
                    sqlx::query(insert).bind(project).bind(person).bind(&it.item).bind(&it.state).bind(&it.until);
                query.execute(&mut *transaction).await?;
            }
            Ok(transaction.commit().await?)
        };
        put.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Who items of a project are assigned to: item and name, by item.
    pub async fn assigned(&self, project: &str) -> Result<Vec<(String, String)>, StoreError> {
        self.pairs(
            "SELECT item AS one, assignee AS other FROM assigned WHERE project = $1 AND $2 = '' ORDER BY item",
            project,
            "",
        )
        .await
    }

    /// Assigns items of a project, with a row of the trail for all of them.
    pub async fn assign(&self, project: &str, items: &[&str], to: &str, entry: &AuditEntry) -> Result<(), StoreError> {
        let assigned = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for item in items {
                let insert = "INSERT INTO assigned (project, item, assignee) VALUES ($1, $2, $3) \
                              ON CONFLICT (project, item) DO UPDATE SET assignee = excluded.assignee";
                sqlx::query(insert).bind(project).bind(item).bind(to).execute(&mut *transaction).await?;
            }
            audit::append(&mut transaction, &self.seal, entry).await?;
            Ok(transaction.commit().await?)
        };
        assigned.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// Assigns items of a project to whom each was assigned before, if to anybody, with a row of the trail for all of them.
    pub async fn reassign(
        &self,
        project: &str,
        items: &[(String, Option<String>)],
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let assigned = async {
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            for (item, to) in items {
                let delete = "DELETE FROM assigned WHERE project = $1 AND item = $2";
                sqlx::query(delete).bind(project).bind(item).execute(&mut *transaction).await?;
                if let Some(to) = to {
                    let insert = "INSERT INTO assigned (project, item, assignee) VALUES ($1, $2, $3)";
                    sqlx::query(insert).bind(project).bind(item).bind(to).execute(&mut *transaction).await?;
                }
            }
            audit::append(&mut transaction, &self.seal, entry).await?;
            Ok(transaction.commit().await?)
        };
        assigned.await.map_err(|failure: Failure| self.write_failed(failure))
    }

    /// The views that a person saved in a project: name and question, by name.
    pub async fn saved_views(&self, project: &str, person: &str) -> Result<Vec<(String, String)>, StoreError> {
        let select =
            "SELECT name AS one, question AS other FROM saved_view WHERE project = $1 AND person = $2 ORDER BY name";
        self.pairs(select, project, person).await
    }

    /// Saves a view under a name, in place of one of this name. Says whether there was room for it.
    pub async fn save_view(&self, project: &str, person: &str, name: &str, question: &str) -> Result<bool, StoreError> {
        let saved = async {
            let insert = "INSERT INTO saved_view (project, person, name, question) SELECT $1, $2, $3, $4 \
                          WHERE (SELECT count(*) FROM saved_view WHERE project = $1 AND person = $2) < $5 \
                          ON CONFLICT (project, person, name) DO UPDATE SET question = excluded.question";
            let query = sqlx::query(insert).bind(project).bind(person).bind(name).bind(question).bind(VIEWS_MAX);
            Ok(query.execute(&self.writer).await?.rows_affected() > 0)
        };
        saved.await.map_err(|failure| self.write_failed(failure))
    }

    async fn pairs(
        &self,
        select: &'static str,
        project: &str,
        person: &str,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let found = async {
            let rows = sqlx::query(select).bind(project).bind(person).fetch_all(&self.readers).await?;
            let pairs = rows.iter().map(|row| Ok((row.try_get("one")?, row.try_get("other")?)));
            pairs.collect::<Result<Vec<_>, Failure>>()
        };
        found.await.map_err(|failure| self.read_failed(failure))
    }
}
