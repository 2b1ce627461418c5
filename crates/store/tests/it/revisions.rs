//! Revisions: what makes one, what it holds, and what a store from before them becomes.

use std::collections::BTreeSet;

use cairn_model::DocumentId;
use cairn_store::Touched::{self, Added, Changed, Removed};
use cairn_store::{Mark, RevisionRecord, ScanCommit, Store};
use sqlx::{Connection as _, SqliteConnection};

use crate::fixture::{document, unit};

async fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    (dir, store)
}

fn first() -> ScanCommit {
    ScanCommit {
        documents: vec![document("a.md", "Alpha"), document("b.md", "Beta")],
        units: vec![unit("key-1", "a.md", "Alpha"), unit("key-2", "b.md", "Beta")],
        inputs: [("rules".to_owned(), "one".to_owned())].into(),
        at: "2026-01-01T00:00:00Z".to_owned(),
        ..ScanCommit::default()
    }
}

/// As a later scan of the same documents gives them, with `documents` new or changed.
fn later(documents: &[(&str, &str)], units: &[(&str, &str, &str)], keep: &[&str]) -> ScanCommit {
    ScanCommit {
        documents: documents.iter().map(|(path, text)| document(path, text)).collect(),
        units: units.iter().map(|(key, path, name)| unit(key, path, name)).collect(),
        keep_keys: keep.iter().map(|key| (*key).to_owned()).collect(),
        at: "2026-01-02T00:00:00Z".to_owned(),
        ..first()
    }
}

#[tokio::test]
async fn a_scan_that_changes_nothing_is_no_revision() {
    let (_dir, store) = store().await;
    assert_eq!(store.commit(first()).await.unwrap(), Some(1));
    assert_eq!(store.commit(first()).await.unwrap(), None, "everything was given again");
    assert_eq!(store.commit(later(&[], &[], &["key-1", "key-2"])).await.unwrap(), None, "everything was kept");
    assert_eq!(store.commit_inputs(&first().inputs, "later").await.unwrap(), None);
    assert_eq!(store.newest_revision().await.unwrap(), Some((1, first().at)));
}

#[tokio::test]
async fn every_revision_can_be_loaded() {
    let (_dir, store) = store().await;
    let mut expected = Vec::new();
    let mut commit = async |scan: ScanCommit| {
        let number = store.commit(scan).await.unwrap().unwrap();
        expected.push((number, store.load().await.unwrap()));
    };
    commit(first()).await;
    commit(later(&[("a.md", "Alpha 2")], &[("key-3", "a.md", "Alpha 2")], &["key-2"])).await;
    let removed = vec![DocumentId::of_path("b.md")];
    commit(ScanCommit { removed, ..later(&[], &[], &["key-3"]) }).await;
    // What was there once comes back under its former key.
    commit(later(&[("a.md", "Alpha")], &[("key-1", "a.md", "Alpha")], &[])).await;
    assert_eq!(expected.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    for (number, snapshot) in &expected {
        assert_eq!(store.load_at(*number).await.unwrap(), *snapshot, "revision {number}");
    }
    assert_eq!(expected[3].1.documents, expected[0].1.documents[..1]);
}

#[tokio::test]
async fn revisions_tell_what_they_touched() {
    let (_dir, store) = store().await;
    let authors = [(DocumentId::of_path("a.md"), "Ines".to_owned())].into();
    store.commit(ScanCommit { authors, ..first() }).await.unwrap();
    let removed = vec![DocumentId::of_path("b.md")];
    let documents = [("a.md", "Alpha 2"), ("c.md", "Gamma")];
    store.commit(ScanCommit { removed, ..later(&documents, &[("key-3", "a.md", "Alpha 2")], &[]) }).await.unwrap();
    store.commit(later(&[], &[("key-4", "a.md", "Alpha")], &[])).await.unwrap();
    store.commit_inputs(&[("decisions".to_owned(), "two".to_owned())].into(), "later").await.unwrap();

    let revisions = store.revisions().await.unwrap();
    let touched = |revision: &RevisionRecord| -> Vec<(String, Touched)> {
        revision.documents.iter().chain(&revision.inputs).map(|(name, touched)| (name.clone(), *touched)).collect()
    };
    let named = |all: &[(&str, Touched)]| -> Vec<(String, Touched)> {
        all.iter().map(|(name, touched)| ((*name).to_owned(), *touched)).collect()
    };
    assert_eq!(touched(&revisions[0]), named(&[("a.md", Added), ("b.md", Added), ("rules", Added)]));
    assert_eq!(revisions[0].authors, BTreeSet::from(["Ines".to_owned()]));
    assert_eq!(touched(&revisions[1]), named(&[("a.md", Changed), ("b.md", Removed), ("c.md", Added)]));
    assert!(revisions[1].reread.is_empty() && revisions[1].authors.is_empty());
    assert_eq!(touched(&revisions[2]), []);
    assert_eq!(revisions[2].reread, BTreeSet::from(["a.md".to_owned()]));
    assert_eq!(touched(&revisions[3]), named(&[("decisions", Added), ("rules", Removed)]));
}

#[tokio::test]
async fn what_revisions_share_is_kept_once() {
    let (dir, store) = store().await;
    let text = "The same words in every revision. ".repeat(40_000);
    let number = 12;
    for nth in 0..number {
        let document = document("a.md", &text);
        let other = crate::fixture::document("b.md", &format!("Beta {nth}"));
        let scan = ScanCommit { documents: vec![document, other], ..ScanCommit::default() };
        assert!(store.commit(scan).await.unwrap().is_some());
    }
    let size: u64 = ["cairn.db", "cairn.db-wal"]
        .iter()
        .filter_map(|file| dir.path().join(file).metadata().ok())
        .map(|it| it.len())
        .sum();
    assert!(size < 4 * text.len() as u64, "{size} bytes for {number} revisions of {} bytes", text.len());
}

#[tokio::test]
async fn a_reviewers_mark_is_kept() {
    let (dir, store) = store().await;
    assert_eq!(store.mark("Ines").await.unwrap(), None);
    for revision in [1, 7] {
        let mark = Mark { revision, seen_on: "2026-01-02".to_owned() };
        store.set_mark("Ines", &mark).await.unwrap();
        assert_eq!(Store::open(dir.path()).await.unwrap().mark("Ines").await.unwrap(), Some(mark));
    }
    assert_eq!(store.mark("Tomas").await.unwrap(), None);
}

#[tokio::test]
async fn a_store_from_before_revisions_opens_with_all_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}?mode=rwc", dir.path().join("cairn.db").display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    for statement in [
        include_str!("../../migrations/0001_documents_and_claims.sql"),
        include_str!("../../migrations/0002_answers_and_batches.sql"),
        include_str!("../../migrations/0003_decisions.sql"),
        "CREATE TABLE schema_version (version BIGINT NOT NULL); INSERT INTO schema_version VALUES (3);",
        "INSERT INTO skipped VALUES ('c.bin', 'not UTF-8 text');",
        "INSERT INTO scan_value VALUES ('run', 'corpus_key', '\"abc\"');",
    ] {
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    }
    let (document, unit) = (document("a.md", "Alpha"), unit("key-1", "a.md", "Alpha"));
    sqlx::query("INSERT INTO document VALUES ($1, $2, $3, 'design', 'markdown', '2023-02-28', $4, $5)")
        .bind(document.id.as_str())
        .bind(&document.path)
        .bind(&document.title)
        .bind(document.revision.as_str())
        .bind(&*document.text)
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("INSERT INTO claim_unit VALUES ('key-1', $1, $2)")
        .bind(document.id.as_str())
        .bind(serde_json::to_string(&unit.claims).unwrap())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let store = Store::open(dir.path()).await.unwrap();
    let snapshot = store.load().await.unwrap();
    assert_eq!(snapshot.documents, [document]);
    assert_eq!(snapshot.units, [unit]);
    assert_eq!(snapshot.skipped[0].path, "c.bin");
    assert_eq!(snapshot.run["corpus_key"], "abc");
    assert_eq!(store.newest_revision().await.unwrap(), None);

    let next = ScanCommit {
        keep_keys: ["key-1".to_owned()].into(),
        skipped: snapshot.skipped.clone(),
        run: snapshot.run.clone(),
        ..ScanCommit::default()
    };
    assert_eq!(store.commit(next).await.unwrap(), Some(1), "what was there becomes the first revision");
    assert_eq!(store.load_at(1).await.unwrap(), snapshot);
    assert_eq!(store.revisions().await.unwrap()[0].documents["a.md"], Touched::Added);
}
