//! The store of a service: changes with their trail, and jobs that are leased.

use std::path::Path;
use std::sync::Arc;

use cairn_model::digest;
use cairn_store::{AuditEntry, Begun, Broken, Change, JobEnd, NewJob, Person, Project, Seal, ServiceStore, StoreError};
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

fn seal() -> Seal {
    Arc::new(|previous, body| digest(format!("{previous}\n{body}").as_bytes()))
}

async fn open(dir: &Path) -> ServiceStore {
    ServiceStore::open(dir, seal()).await.unwrap()
}

async fn database(dir: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(dir.join("service.db")).connect().await.unwrap()
}

fn entry(object: &str) -> AuditEntry {
    AuditEntry {
        at: 7,
        actor: "ada".to_owned(),
        key: None,
        project: Some("shop".to_owned()),
        action: "test".to_owned(),
        object: object.to_owned(),
        before: None,
        after: Some(json!({ "n": 1 })),
        request: None,
    }
}

fn person(id: &str) -> Person {
    Person { id: id.to_owned(), name: "Ada".to_owned(), is_operator: false, is_disabled: false, created_at: 1 }
}

fn job(id: &str, project: &str, dedupe: &str) -> NewJob {
    NewJob {
        id: id.to_owned(),
        project: project.to_owned(),
        source: None,
        kind: "scan".to_owned(),
        dedupe: dedupe.to_owned(),
        payload: Value::Null,
        attempts_max: 2,
        run_at: 100,
        created_at: 100,
    }
}

#[tokio::test]
async fn a_change_and_its_row_of_the_trail_are_made_together_or_not_at_all() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    store.change(&[Change::Person(person("ada"))], Some(&entry("ada"))).await.unwrap();
    assert_eq!(store.audit(None, None, 10).await.unwrap().len(), 1);
    // Without a place for its row nothing is changed.
    sqlx::query("DROP TABLE audit").execute(&mut database(dir.path()).await).await.unwrap();
    store.change(&[Change::Person(person("bob"))], Some(&entry("bob"))).await.unwrap_err();
    assert_eq!(store.person("bob").await.unwrap(), None);
    assert_eq!(store.person("ada").await.unwrap(), Some(person("ada")));
}

#[tokio::test]
async fn any_one_row_that_is_changed_or_missing_is_found() {
    let rows = 60;
    let damages = [
        "UPDATE audit SET body = replace(body, 'object-30', 'object-31') WHERE seq = 30",
        "UPDATE audit SET hash = 'x' WHERE seq = 30",
        "UPDATE audit SET project = 'other' WHERE seq = 30",
        "UPDATE audit SET at = at + 1 WHERE seq = 30",
        "DELETE FROM audit WHERE seq = 30",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 60",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 59",
    ];
    for damage in damages {
        let dir = TempDir::new().unwrap();
        let store = open(dir.path()).await;
        for number in 1..=rows {
            store.append(&entry(&format!("object-{number}"))).await.unwrap();
        }
        let whole = store.check_audit().await.unwrap();
        assert_eq!((whole.rows, whole.broken), (rows, None));
        sqlx::query(damage).execute(&mut database(dir.path()).await).await.unwrap();
        let broken = store.check_audit().await.unwrap().broken;
        assert!(matches!(broken, Some(Broken::Missing(_) | Broken::Changed(_))), "{damage}: {broken:?}");
    }
}

#[tokio::test]
async fn a_row_that_was_sealed_with_another_key_does_not_hold() {
    let dir = TempDir::new().unwrap();
    let forger: Seal = Arc::new(|previous, body| digest(format!("forged {previous}\n{body}").as_bytes()));
    let store = open(dir.path()).await;
    store.append(&entry("one")).await.unwrap();
    ServiceStore::open(dir.path(), forger).await.unwrap().append(&entry("two")).await.unwrap();
    assert_eq!(store.check_audit().await.unwrap().broken, Some(Broken::Changed(2)));
}

#[tokio::test]
async fn a_lease_that_ran_out_is_given_to_another_and_its_first_holder_notes_nothing() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    store.enqueue(&job("job-1", "shop", "scan shop"), 10).await.unwrap().unwrap();
    assert_eq!(store.claim("one", 99, 150).await.unwrap(), None, "it is not due");
    let first = store.claim("one", 100, 150).await.unwrap().unwrap();
    assert_eq!((first.attempts, first.state.as_str()), (1, "running"));
    assert_eq!(store.claim("two", 149, 200).await.unwrap(), None, "it is leased");
    let second = store.claim("two", 150, 200).await.unwrap().unwrap();
    assert_eq!((second.id.as_str(), second.attempts), ("job-1", 2));
    assert!(!store.heartbeat("job-1", "one", 300, &Value::Null).await.unwrap());
    assert!(!store.finish("job-1", "one", &JobEnd::Done(json!(1)), 160, &[]).await.unwrap());
    assert!(store.finish("job-1", "two", &JobEnd::Done(json!(2)), 160, &[]).await.unwrap());
    assert_eq!(store.job("shop", "job-1").await.unwrap().unwrap().outcome, Some(json!(2)));
}

#[tokio::test]
async fn of_one_project_one_job_runs_and_of_the_same_one_waits() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    for (id, project, dedupe) in
        [("1", "a", "scan a"), ("2", "a", "sync a"), ("3", "b", "scan b"), ("4", "a", "scan a")]
    {
        store.enqueue(&job(id, project, dedupe), 10).await.unwrap().unwrap();
    }
    assert_eq!(store.waiting().await.unwrap(), 3);
    assert_eq!(store.claim("one", 100, 900).await.unwrap().unwrap().id, "1");
    assert_eq!(store.claim("two", 100, 900).await.unwrap().unwrap().id, "3");
    assert_eq!(store.claim("three", 100, 900).await.unwrap(), None);
    // What runs is not what waits: it may have looked before the last change.
    store.enqueue(&job("5", "a", "scan a"), 10).await.unwrap().unwrap();
    let follow_up = [job("6", "a", "scan a"), job("7", "b", "sync b")];
    store.finish("1", "one", &JobEnd::Done(Value::Null), 110, &follow_up).await.unwrap();
    let waiting: Vec<String> =
        store.jobs("a", Some("queued"), None, 10).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(waiting, ["5", "2"]);
    assert_eq!(store.enqueue(&job("8", "c", "scan c"), 3).await.unwrap(), None, "as many wait as may");
    assert_eq!(store.enqueue(&job("9", "a", "scan a"), 1).await.unwrap(), None);
}

#[tokio::test]
async fn what_ran_when_the_process_died_is_tried_again_and_not_for_ever() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    store.enqueue(&job("1", "a", "scan a"), 10).await.unwrap();
    for attempt in 1..=2 {
        assert_eq!(store.claim("one", 200, 900).await.unwrap().unwrap().attempts, attempt);
        store.release_all(150).await.unwrap();
    }
    let dead = store.job("a", "1").await.unwrap().unwrap();
    assert_eq!((dead.state.as_str(), dead.outcome.is_some()), ("dead", true));
    assert!(store.retry("a", "1", 300).await.unwrap());
    assert!(!store.retry("a", "1", 300).await.unwrap(), "it waits already");
    assert_eq!(store.claim("one", 300, 900).await.unwrap().unwrap().attempts, 1);
    // Given back, an attempt does not count.
    store.finish("1", "one", &JobEnd::GivenBack, 310, &[]).await.unwrap();
    assert_eq!(store.job("a", "1").await.unwrap().unwrap().attempts, 0);
    assert!(store.cancel("a", "1", 320).await.unwrap());
    assert!(!store.cancel("b", "1", 320).await.unwrap(), "it is another project's");
    assert_eq!(store.job("a", "1").await.unwrap().unwrap().state, "cancelled");
}

#[tokio::test]
async fn a_delivery_counts_once_within_its_time() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    let told = |id: &'static str, since: i64, at: i64| {
        let (store, new) = (store.clone(), NewJob { created_at: at, ..job(id, "a", id) });
        async move { store.deliver(("hook", "one"), since, &new, &entry("docs")).await.unwrap() }
    };
    assert!(told("1", 0, 100).await);
    assert!(!told("2", 0, 101).await);
    assert!(told("3", 150, 200).await, "the first is long past");
    assert_eq!(store.waiting().await.unwrap(), 2);
    assert_eq!(store.audit(Some("shop"), None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_is_given_again_to_the_same_request_of_the_same_caller() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    let begin = |caller: &'static str, digest: &'static str, now: i64| {
        let store = store.clone();
        async move { store.begin_answer((caller, "key"), digest, now, (now - 1000, now - 100)).await.unwrap() }
    };
    assert_eq!(begin("ada", "x", 5000).await, Begun::First);
    assert_eq!(begin("ada", "x", 5001).await, Begun::UnderWay);
    assert_eq!(begin("bob", "x", 5001).await, Begun::First);
    store.end_answer(("ada", "key"), Some((201, "made"))).await.unwrap();
    assert_eq!(begin("ada", "x", 5002).await, Begun::Answered(201, "made".to_owned()));
    assert_eq!(begin("ada", "y", 5002).await, Begun::Other);
    assert_eq!(begin("bob", "x", 5200).await, Begun::First, "it was cut off");
    store.end_answer(("bob", "key"), None).await.unwrap();
    assert_eq!(begin("bob", "y", 5201).await, Begun::First);
    assert_eq!(begin("ada", "y", 6100).await, Begun::First, "it is forgotten");
}

#[tokio::test]
async fn what_belongs_to_a_project_goes_with_it_and_the_trail_stays() {
    let dir = TempDir::new().unwrap();
    let store = open(dir.path()).await;
    let project = Project { id: "shop".to_owned(), name: "Shop".to_owned(), created_at: 1 };
    store
        .change(&[Change::Project(project), Change::Job(job("1", "shop", "scan shop"))], Some(&entry("shop")))
        .await
        .unwrap();
    store.change(&[Change::ProjectGone("shop".to_owned())], Some(&entry("shop"))).await.unwrap();
    assert_eq!(store.project("shop").await.unwrap(), None);
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert_eq!(store.check_audit().await.unwrap().rows, 2);
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused() {
    let dir = TempDir::new().unwrap();
    drop(open(dir.path()).await);
    sqlx::query("UPDATE schema_version SET version = 99").execute(&mut database(dir.path()).await).await.unwrap();
    let refused = ServiceStore::open(dir.path(), seal()).await;
    assert!(matches!(refused, Err(StoreError::NewerSchema { found: 99, .. })));
}

#[tokio::test]
async fn a_database_in_use_is_copied_as_of_one_moment() {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = open(dir.path()).await;
    store.change(&[Change::Person(person("ada"))], Some(&entry("ada"))).await.unwrap();
    cairn_store::copy_databases(dir.path(), &["service.db", "none.db"], copy.path()).await.unwrap();
    store.change(&[Change::Person(person("bob"))], Some(&entry("bob"))).await.unwrap();
    let copied = open(copy.path()).await;
    assert_eq!(copied.people().await.unwrap(), [person("ada")]);
    assert_eq!(copied.check_audit().await.unwrap().rows, 1);
    cairn_store::copy_databases(dir.path(), &["service.db"], copy.path()).await.unwrap_err();
}
