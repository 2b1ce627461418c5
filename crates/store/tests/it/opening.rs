//! Stores that cannot be opened or used, and what is said about them.

use std::fs;

use cairn_store::{ScanCommit, Store, StoreError};
use sqlx::{Connection as _, SqliteConnection};

use crate::fixture::document;

/// Runs `statement` in the database of the store in `dir`, as another process would.
async fn other_process(dir: &std::path::Path, statement: &'static str) -> SqliteConnection {
    let address = format!("sqlite://{}", dir.join("cairn.db").display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).await.unwrap());
    other_process(dir.path(), "UPDATE schema_version SET version = 999").await;
    let error = Store::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 999, .. }), "{error:?}");
    assert!(error.to_string().contains("schema version 999"), "{error}");
}

#[tokio::test]
async fn a_store_that_another_process_writes_to_is_in_use_and_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let scan = || ScanCommit { documents: vec![document("a.md", "Alpha")], ..ScanCommit::default() };
    store.commit(scan()).await.unwrap();

    let other = other_process(dir.path(), "BEGIN IMMEDIATE").await;
    let error = store.commit(scan()).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains("\nhint: "), "{error}");
    assert_eq!(Store::open(dir.path()).await.unwrap().documents().await.unwrap().len(), 1);

    other.close().await.unwrap();
    store.commit(scan()).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("cairn.db"), "This is a letter and not a database. ".repeat(100)).unwrap();
    let error = Store::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_value_that_nobody_here_wrote_is_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let scan = ScanCommit { documents: vec![document("a.md", "Alpha")], ..ScanCommit::default() };
    store.commit(scan).await.unwrap();
    other_process(dir.path(), "UPDATE document SET format = 'papyrus'").await;
    let error = store.load().await.unwrap_err();
    assert!(error.to_string().contains("unknown format of `a.md`"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("store")).await.unwrap_err();
    assert!(matches!(error, StoreError::Folder { .. }), "{error:?}");
}

#[tokio::test]
async fn a_store_can_be_used_from_several_tasks() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let scan = |path: &str| ScanCommit { documents: vec![document(path, "Alpha")], ..ScanCommit::default() };
    let tasks = ["a.md", "b.md"].map(|path| {
        let (store, scan) = (store.clone(), scan(path));
        tokio::spawn(async move {
            store.claims_by_keys(&["key".to_owned()]).await.unwrap();
            store.documents().await.unwrap();
            store.commit(scan).await.unwrap();
            store.load().await.unwrap();
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(store.documents().await.unwrap().len(), 2);
}
