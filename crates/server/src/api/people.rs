//! People, and who has which part in a project.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cairn_store::{Change, Identity, Member, Person};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Answer;
use crate::access::{Administering, Operator, Role, Viewing};
use crate::app::{App, changed, entry};
use crate::edge;
use crate::input::{At, Body};
use crate::problem::Problem;

/// The longest name that an identity provider may give a person, by its specification.
pub(crate) const SUBJECT_BYTES_MAX: usize = 255;

/// Who is let in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonRecord {
    /// Names the person.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether the person runs the whole service.
    pub is_operator: bool,
    /// Whether nobody is let in by this name any more.
    pub is_disabled: bool,
}

/// Somebody to let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// Names the person: small letters, digits and dashes.
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    id: String,
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Whether the person runs the whole service.
    #[serde(default)]
    is_operator: bool,
}

/// What is different about a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonChange {
    /// For people.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Whether the person runs the whole service.
    is_operator: Option<bool>,
    /// Whether nobody is let in by this name any more.
    is_disabled: Option<bool>,
    /// The `sub` by which the identity provider (`oidc_issuer`) knows the person, who can then sign in there; an empty text takes it away.
    #[schema(max_length = 255)]
    subject: Option<String>,
}

/// Somebody's part in a project.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberRecord {
    /// The person.
    pub person: String,
    /// For people.
    pub name: String,
    /// What the person may do.
    pub role: String,
    /// Whether it follows from the person's groups at the identity provider. It ends with their session, and nobody gives or takes it here.
    pub by_groups: bool,
}

/// The part that somebody gets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// What the person may do.
    role: RoleName,
}

/// A role in a project.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleName {
    /// Looks.
    Viewer,
    /// Decides about threats and claims.
    Reviewer,
    /// Brings documents and sources.
    Editor,
    /// Says who may do what.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// The people, by id.
#[utoipa::path(get, path = "/people", tag = "people", security(("key" = ["operator"])),
    responses((status = 200, body = Vec<PersonRecord>)))]
pub(crate) async fn list_people(State(app): State<App>, _operator: Operator) -> Answer<Vec<PersonRecord>> {
    Ok(Json(app.store.people().await?.into_iter().map(person_record).collect()))
}

/// Lets somebody in.
#[utoipa::path(post, path = "/people", tag = "people", request_body = NewPerson, security(("key" = ["operator"])),
    responses((status = 201, body = PersonRecord)))]
pub(crate) async fn create_person(
    State(app): State<App>,
    Operator(caller): Operator,
    Body(new): Body<NewPerson>,
) -> Result<Response, Problem> {
    super::projects::check_id(&new.id)?;
    check_name(&new.name)?;
    if app.store.person(&new.id).await?.is_some() {
        return Err(Problem::conflict("exists", "there is a person of this id already"));
    }
    let (id, name, is_operator) = (new.id, new.name, new.is_operator);
    let person = Person { id, name, is_operator, is_disabled: false, created_at: edge::now() };
    let entry = entry(&caller, None, "person.create", &person.id);
    let after = json!({ "name": person.name, "is_operator": person.is_operator });
    app.change(&[Change::Person(person.clone())], &changed(entry, None, Some(after))).await?;
    Ok((StatusCode::CREATED, Json(person_record(person))).into_response())
}

/// Changes a person, or locks them out.
#[utoipa::path(patch, path = "/people/{person}", tag = "people", request_body = PersonChange, security(("key" = ["operator"])),
    responses((status = 200, body = PersonRecord)))]
pub(crate) async fn change_person(
    State(app): State<App>,
    Operator(caller): Operator,
    At(id): At<String>,
    Body(change): Body<PersonChange>,
) -> Answer<PersonRecord> {
    let before = app.store.person(&id).await?.ok_or_else(|| Problem::not_found("person"))?;
    if let Some(name) = &change.name {
        check_name(name)?;
    }
    let after = Person {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        is_operator: change.is_operator.unwrap_or(before.is_operator),
        is_disabled: change.is_disabled.unwrap_or(before.is_disabled),
        ..before.clone()
    };
    let loses = before.is_operator && !before.is_disabled && (!after.is_operator || after.is_disabled);
    if loses && caller.person.id == id {
        return Err(Problem::conflict("own_account", "nobody takes the service out of their own hands"));
    }
    let subject = app.store.subject_of(&id, &app.config.oidc_issuer).await?;
    let new_subject = match change.subject {
        Some(wanted) => checked_subject(&app, &id, wanted).await?,
        None => subject.clone(),
    };
    let shown = |person: &Person, subject: &Option<String>| {
        let Person { name, is_operator, is_disabled, .. } = person;
        Some(json!({ "name": name, "is_operator": is_operator, "is_disabled": is_disabled, "subject": subject }))
    };
    let entry = entry(&caller, None, "person.change", &id);
    let entry = changed(entry, shown(&before, &subject), shown(&after, &new_subject));
    let mut changes = vec![Change::Person(after.clone())];
    if new_subject != subject {
        let issuer = app.config.oidc_issuer.clone();
        changes.push(Change::Identity { person: id, issuer, subject: new_subject });
    }
    app.change(&changes, &entry).await?;
    Ok(Json(person_record(after)))
}

/// What the identity provider calls a person from now on: nobody else, and nothing where the text is empty.
async fn checked_subject(app: &App, person: &str, subject: String) -> Result<Option<String>, Problem> {
    if !app.config.has_provider() {
        return Err(Problem::conflict(
            "no_provider",
            "this service has no identity provider: `oidc_issuer` is not set",
        ));
    }
    if subject.len() > SUBJECT_BYTES_MAX || subject.chars().any(char::is_control) {
        return Err(Problem::invalid(format!(
            "`subject` has at most {SUBJECT_BYTES_MAX} bytes, none that is invisible"
        )));
    }
    if subject.is_empty() {
        return Ok(None);
    }
    let identity = Identity { issuer: app.config.oidc_issuer.clone(), subject };
    if app.store.person_of_identity(&identity).await?.is_some_and(|other| other.id != person) {
        return Err(Problem::conflict("exists", "somebody else is known by this subject already"));
    }
    Ok(Some(identity.subject))
}

/// Who has which part in a project.
#[utoipa::path(get, path = "/projects/{project}/members", tag = "people", security(("key" = ["viewer"])),
    responses((status = 200, body = Vec<MemberRecord>)))]
pub(crate) async fn list_members(State(app): State<App>, access: Viewing) -> Answer<Vec<MemberRecord>> {
    Ok(Json(members_of(&app, &access.project.id).await?))
}

/// Those who were given a part by hand, then those whose groups give them one.
pub(crate) async fn members_of(app: &App, project: &str) -> Result<Vec<MemberRecord>, Problem> {
    let given = app.store.members(project).await?.into_iter().map(|it| (it.person, it.role, false));
    let mut by_groups: BTreeMap<String, Role> = BTreeMap::new();
    for granted in app.store.granted_in(project, edge::now()).await? {
        let Some(role) = Role::parse(&granted.role) else { continue };
        let most = by_groups.entry(granted.person).or_insert(role);
        *most = (*most).max(role);
    }
    let by_groups = by_groups.into_iter().map(|(person, role)| (person, role.as_str().to_owned(), true));
    let mut records = Vec::new();
    for (person, role, by_groups) in given.chain(by_groups) {
        let name = app.store.person(&person).await?.map(|person| person.name).unwrap_or_default();
        records.push(MemberRecord { person, name, role, by_groups });
    }
    Ok(records)
}

/// Gives somebody a part in a project.
#[utoipa::path(put, path = "/projects/{project}/members/{person}", tag = "people", request_body = NewRole,
    security(("key" = ["admin"])), responses((status = 200, body = MemberRecord)))]
pub(crate) async fn put_member(
    State(app): State<App>,
    access: Administering,
    At((_, id)): At<(String, String)>,
    Body(new): Body<NewRole>,
) -> Answer<MemberRecord> {
    let person = app.store.person(&id).await?.ok_or_else(|| Problem::not_found("person"))?;
    let project = &access.project.id;
    let role = Role::from(new.role).as_str().to_owned();
    let before = role_of(&app, project, &id).await?;
    let entry = entry(&access.caller, Some(project), "member.put", &id);
    let entry = changed(entry, before.map(|role| json!(role)), Some(json!(role)));
    let member = Member { project: project.clone(), person: id.clone(), role: role.clone() };
    app.change(&[Change::Member(member)], &entry).await?;
    Ok(Json(MemberRecord { person: id, name: person.name, role, by_groups: false }))
}

/// Takes somebody out of a project.
#[utoipa::path(delete, path = "/projects/{project}/members/{person}", tag = "people", security(("key" = ["admin"])),
    responses((status = 204)))]
pub(crate) async fn remove_member(
    State(app): State<App>,
    access: Administering,
    At((_, person)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let project = access.project.id.clone();
    let before = role_of(&app, &project, &person).await?.ok_or_else(|| Problem::not_found("member"))?;
    let entry = entry(&access.caller, Some(&project), "member.remove", &person);
    let entry = changed(entry, Some(json!(before)), None);
    app.change(&[Change::MemberGone { project, person }], &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn role_of(app: &App, project: &str, person: &str) -> Result<Option<String>, Problem> {
    Ok(app.store.members(project).await?.into_iter().find(|it| it.person == person).map(|it| it.role))
}

pub(crate) fn check_name(name: &str) -> Result<(), Problem> {
    let length = name.chars().count();
    if (1..=200).contains(&length) { Ok(()) } else { Err(Problem::invalid("`name` has from 1 to 200 characters")) }
}

pub(crate) fn person_record(person: Person) -> PersonRecord {
    let Person { id, name, is_operator, is_disabled, created_at: _ } = person;
    PersonRecord { id, name, is_operator, is_disabled }
}
