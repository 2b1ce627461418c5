//! From somebody for whom the provider speaks to a person with roles and a session, each step with its row of the trail.

use std::collections::BTreeMap;

use cairn_store::{AuditEntry, Change, Person};
use http::HeaderValue;
use serde_json::json;

use super::{Failure, Refusal, Visitor};
use crate::access::{OPERATOR_SCOPE, Role};
use crate::api::keys::make_key;
use crate::api::sessions::{self, Opened};
use crate::app::App;
use crate::edge;
use crate::problem::Problem;
use crate::secrets::unguessable;

/// Who acts before it is known who comes.
const ACTOR: &str = "oidc";
/// The name of the keys behind sessions that were opened at the provider. Nobody ever has their secrets.
const KEY_NAME: &str = "sign-in at the identity provider";
/// How the ids of people begin whom the provider brought.
const PERSON_PREFIX: &str = "oidc";
/// Characters of the digest in such an id; so many that no two people share one.
const PERSON_CHARACTERS: usize = 24;
/// The longest name of a person.
const NAME_CHARACTERS_MAX: usize = 200;

/// Lets somebody in: gives the cookie of a new session, or why there is none.
pub(crate) async fn enter(app: &App, visitor: &Visitor, request: &str) -> Result<HeaderValue, Problem> {
    let person = match app.store.person_of_identity(&visitor.identity).await? {
        Some(person) => person,
        None if app.config.oidc_new_people => take_in(app, visitor, request).await?,
        None => return Err(refused(app, Refusal::Unknown.into(), Some(visitor), request).await),
    };
    if person.is_disabled {
        return Err(refused(app, Refusal::LockedOut.into(), Some(visitor), request).await);
    }
    let (_, _, mut key) = make_key(&person.id, KEY_NAME, OPERATOR_SCOPE, None, app.config.key_days);
    key.expires_at = key.expires_at.min(sessions::end_of(app));
    let roles = roles_of(app, visitor);
    let granted = Change::Granted { person: person.id.clone(), roles: roles.clone(), expires_at: key.expires_at };
    // A digest of nothing that anybody knows: the key is good for this session alone.
    let mut changes = vec![Change::Key(key.clone(), unguessable()), granted];
    changes.extend(over_keys(app, &person.id).await?);
    let roles: Vec<String> = roles.into_iter().map(|(project, role)| format!("{project}:{role}")).collect();
    let how = json!({ "issuer": visitor.identity.issuer, "subject": visitor.identity.subject, "roles": roles });
    let Opened { cookie, .. } = sessions::open(app, person, key, request, changes, Some(how)).await?;
    Ok(cookie)
}

/// Writes down that somebody is not let in, and gives what they are told. What cannot be written down is told instead of it.
pub(crate) async fn refused(app: &App, failure: Failure, visitor: Option<&Visitor>, request: &str) -> Problem {
    tracing::warn!(reason = failure.as_str(), "a sign-in at the identity provider failed");
    let mut entry = entry("session.refuse", visitor.map_or("", |it| &it.identity.subject), request);
    entry.after = Some(json!({ "issuer": app.config.oidc_issuer, "reason": failure.as_str() }));
    match app.record(&entry).await {
        Ok(()) => failure.into(),
        Err(problem) => problem,
    }
}

/// Makes a person of somebody who comes for the first time. The id follows from who they are, so that it is the same person however
/// many of their browsers come at once, and nobody can choose the id of another.
async fn take_in(app: &App, visitor: &Visitor, request: &str) -> Result<Person, Problem> {
    let identity = &visitor.identity;
    let digest = cairn_model::digest(format!("{}\n{}", identity.issuer, identity.subject).as_bytes());
    let short: String = digest.chars().take(PERSON_CHARACTERS).collect();
    let id = format!("{PERSON_PREFIX}-{short}");
    if app.store.person(&id).await?.is_some() {
        // Another browser of theirs was quicker; or operators have taken this way in away from them, and it stays so.
        let known = app.store.person_of_identity(identity).await?;
        return match known {
            Some(person) => Ok(person),
            None => Err(refused(app, Refusal::Unknown.into(), Some(visitor), request).await),
        };
    }
    let name = visitor.name.chars().filter(|it| !it.is_control()).take(NAME_CHARACTERS_MAX).collect::<String>();
    let name = if name.trim().is_empty() { identity.subject.clone() } else { name };
    let person = Person { id, name, is_operator: false, is_disabled: false, created_at: edge::now() };
    let known = Change::Identity {
        person: person.id.clone(),
        issuer: identity.issuer.clone(),
        subject: Some(identity.subject.clone()),
    };
    let mut entry = entry("person.create", &person.id, request);
    entry.after = Some(json!({ "name": person.name, "issuer": identity.issuer, "subject": identity.subject }));
    app.change(&[Change::Person(person.clone()), known], &entry).await?;
    Ok(person)
}

/// What the visitor's groups give: in each project the most that any of them gives.
fn roles_of(app: &App, visitor: &Visitor) -> Vec<(String, String)> {
    let mut roles: BTreeMap<String, Role> = BTreeMap::new();
    for grant in app.config.grants().into_iter().filter(|it| visitor.groups.contains(&it.group)) {
        let role = roles.entry(grant.project).or_insert(grant.role);
        *role = (*role).max(grant.role);
    }
    roles.into_iter().map(|(project, role)| (project, role.as_str().to_owned())).collect()
}

/// Takes away the keys of sessions that are over, so that they do not pile up.
async fn over_keys(app: &App, person: &str) -> Result<Vec<Change>, Problem> {
    let now = edge::now();
    let keys = app.store.keys_of(person).await?.into_iter();
    Ok(keys.filter(|key| key.name == KEY_NAME && key.expires_at < now).map(|key| Change::KeyGone(key.id)).collect())
}

fn entry(action: &str, object: &str, request: &str) -> AuditEntry {
    AuditEntry {
        at: edge::now(),
        actor: ACTOR.to_owned(),
        key: None,
        project: None,
        action: action.to_owned(),
        object: object.to_owned(),
        before: None,
        after: None,
        request: Some(request.to_owned()),
    }
}
