//! People as an identity provider knows them, and the roles that follow from their groups there.

use sqlx::{Row as _, SqliteConnection};

use super::{Identity, Member, Millis, Person, ServiceStore, json};
use crate::StoreError;
use crate::error::Failure;

impl ServiceStore {
    /// The person whom the provider means.
    pub async fn person_of_identity(&self, identity: &Identity) -> Result<Option<Person>, StoreError> {
        let found = async {
            let select = "SELECT person.body FROM identity JOIN person ON person.id = identity.person \
                          WHERE identity.issuer = $1 AND identity.subject = $2";
            let query = sqlx::query_scalar::<_, String>(select).bind(&identity.issuer).bind(&identity.subject);
            query.fetch_optional(&self.readers).await?.map(|text| json(&text)).transpose()
        };
        found.await.map_err(|failure| self.read_failed(failure))
    }

    /// As whom a provider knows a person.
    pub async fn subject_of(&self, person: &str, issuer: &str) -> Result<Option<String>, StoreError> {
        let found = async {
            let select = "SELECT subject FROM identity WHERE person = $1 AND issuer = $2";
            Ok(sqlx::query_scalar(select).bind(person).bind(issuer).fetch_optional(&self.readers).await?)
        };
        found.await.map_err(|failure: Failure| self.read_failed(failure))
    }

    /// Whom groups give a part in a project at this moment, by person; those with a part in all projects are among them.
    pub async fn granted_in(&self, project: &str, now: Millis) -> Result<Vec<Member>, StoreError> {
        let granted = async {
            let select = "SELECT person, role FROM granted WHERE (project = $1 OR project = '*') AND expires_at > $2 \
                          ORDER BY person, role";
            let rows = sqlx::query(select).bind(project).bind(now).fetch_all(&self.readers).await?;
            let mut granted = Vec::new();
            for row in &rows {
                let (person, role) = (row.try_get("person")?, row.try_get("role")?);
                granted.push(Member { project: project.to_owned(), person, role });
            }
            Ok(granted)
        };
        granted.await.map_err(|failure: Failure| self.read_failed(failure))
    }

    /// Everything that a person has a part in at this moment: given by hand, or by groups. One of groups may be in the project `*`,
    /// which is all of them.
    pub async fn roles_of(&self, person: &str, now: Millis) -> Result<Vec<Member>, StoreError> {
        let roles = async {
            let select = "SELECT project, role FROM member WHERE person = $1 \
                          UNION ALL SELECT project, role FROM granted WHERE person = $1 AND expires_at > $2 \
                          ORDER BY project, role";
            let rows = sqlx::query(select).bind(person).bind(now).fetch_all(&self.readers).await?;
            let mut roles = Vec::new();
            for row in &rows {
                let (project, role) = (row.try_get("project")?, row.try_get("role")?);
                roles.push(Member { project, person: person.to_owned(), role });
            }
            Ok(roles)
        };
        roles.await.map_err(|failure: Failure| self.read_failed(failure))
    }
}

/// The person goes by this subject at this provider from now on, and by no other; by none, where none is given.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    person: &str,
    issuer: &str,
    subject: Option<&str>,
) -> Result<(), Failure> {
    let delete = "DELETE FROM identity WHERE person = $1 AND issuer = $2";
    sqlx::query(delete).bind(person).bind(issuer).execute(&mut *connection).await?;
    let Some(subject) = subject else { return Ok(()) };
    // Not `OR REPLACE`: who has a subject keeps it until it is taken away from them.
    let insert = "INSERT INTO identity (issuer, subject, person) VALUES ($1, $2, $3)";
    sqlx::query(insert).bind(issuer).bind(subject).bind(person).execute(connection).await?;
    Ok(())
}

/// Puts what a person's groups give in place of what they gave before.
pub(super) async fn grant(
    connection: &mut SqliteConnection,
    person: &str,
    roles: &[(String, String)],
    expires_at: Millis,
) -> Result<(), Failure> {
    sqlx::query("DELETE FROM granted WHERE person = $1").bind(person).execute(&mut *connection).await?;
    for (project, role) in roles {
        let insert = "INSERT INTO granted (person, project, role, expires_at) VALUES ($1, $2, $3, $4)";
        let query = sqlx::query(insert).bind(person).bind(project).bind(role).bind(expires_at);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
