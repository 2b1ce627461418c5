//! People as an identity provider knows them, and what their groups give them.

use cairn_store::{Change, Identity, Member, Person, ServiceStore};
use tempfile::TempDir;

async fn open(dir: &TempDir) -> ServiceStore {
    ServiceStore::open(dir.path(), std::sync::Arc::new(|_, _| String::new())).await.unwrap()
}

fn person(id: &str) -> Change {
    let (id, name) = (id.to_owned(), "Ada".to_owned());
    Change::Person(Person { id, name, is_operator: false, is_disabled: false, created_at: 1 })
}

fn known_as(person: &str, subject: Option<&str>) -> Change {
    let (issuer, subject) = ("https://id.example".to_owned(), subject.map(str::to_owned));
    Change::Identity { person: person.to_owned(), issuer, subject }
}

fn granted(roles: &[(&str, &str)], expires_at: i64) -> Change {
    let roles = roles.iter().map(|(project, role)| ((*project).to_owned(), (*role).to_owned())).collect();
    Change::Granted { person: "ada".to_owned(), roles, expires_at }
}

async fn who(store: &ServiceStore, issuer: &str, subject: &str) -> Option<String> {
    let identity = Identity { issuer: issuer.to_owned(), subject: subject.to_owned() };
    store.person_of_identity(&identity).await.unwrap().map(|person| person.id)
}

async fn roles(store: &ServiceStore, now: i64) -> Vec<String> {
    let roles = store.roles_of("ada", now).await.unwrap();
    roles.into_iter().map(|it| format!("{}:{}", it.project, it.role)).collect()
}

#[tokio::test]
async fn a_subject_is_one_persons_at_one_issuer() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    store.change(&[person("ada"), person("bea"), known_as("ada", Some("1"))], None).await.unwrap();
    assert_eq!(who(&store, "https://id.example", "1").await.as_deref(), Some("ada"));
    assert_eq!(who(&store, "https://other.example", "1").await, None);
    store.change(&[known_as("bea", Some("1"))], None).await.unwrap_err();
    assert_eq!(store.subject_of("ada", "https://id.example").await.unwrap().as_deref(), Some("1"));
    store.change(&[known_as("ada", Some("2"))], None).await.unwrap();
    assert_eq!(who(&store, "https://id.example", "1").await, None);
    store.change(&[known_as("ada", None)], None).await.unwrap();
    assert_eq!(who(&store, "https://id.example", "2").await, None);
}

#[tokio::test]
async fn what_groups_give_stands_beside_memberships_and_ends() {
    let dir = TempDir::new().unwrap();
    let store = open(&dir).await;
    let (project, name) = ("shop".to_owned(), "ada".to_owned());
    let member = Member { project, person: name, role: "reviewer".to_owned() };
    store.change(&[Change::Member(member), granted(&[("*", "viewer"), ("shop", "editor")], 100)], None).await.unwrap();
    assert_eq!(roles(&store, 99).await, ["*:viewer", "shop:editor", "shop:reviewer"]);
    assert_eq!(roles(&store, 100).await, ["shop:reviewer"]);
    let known = store.granted_in("shop", 99).await.unwrap();
    assert_eq!(known.into_iter().map(|it| it.role).collect::<Vec<_>>(), ["editor", "viewer"]);
    assert_eq!(store.granted_in("shop", 100).await.unwrap(), []);
    store.change(&[granted(&[("other", "viewer")], 200)], None).await.unwrap();
    assert_eq!(roles(&store, 100).await, ["other:viewer", "shop:reviewer"]);
    assert_eq!(store.members("other").await.unwrap(), []);
}
