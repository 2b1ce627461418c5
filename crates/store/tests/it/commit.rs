//! What a commit keeps and what it drops.

use cairn_model::{DocumentId, Skipped};
use cairn_store::{ScanCommit, Snapshot, Store};
use serde_json::json;

use crate::fixture::{document, unit};

async fn store_with(scan: ScanCommit) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    store.commit(scan).await.unwrap();
    (dir, store)
}

fn first_scan() -> ScanCommit {
    ScanCommit {
        documents: vec![document("b.md", "Beta"), document("a.md", "Alpha")],
        units: vec![unit("key-2", "b.md", "Beta"), unit("key-1", "a.md", "Alpha"), unit("key-0", "a.md", "Aleph")],
        skipped: vec![skipped("z.bin"), skipped("c.bin")],
        settings: [("roots".to_owned(), json!(["docs", {"depth": 3}]))].into(),
        run: [("rules".to_owned(), json!("sha256:00"))].into(),
        ..ScanCommit::default()
    }
}

fn skipped(path: &str) -> Skipped {
    Skipped { path: path.to_owned(), reason: "not UTF-8 text".to_owned() }
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.documents.iter().map(|document| document.path.as_str()).collect()
}

fn keys(snapshot: &Snapshot) -> Vec<&str> {
    let mut keys: Vec<_> = snapshot.units.iter().map(|unit| unit.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn everything_comes_back_sorted() {
    let (dir, store) = store_with(first_scan()).await;
    let snapshot = store.load().await.unwrap();
    assert_eq!(paths(&snapshot), ["a.md", "b.md"]);
    assert_eq!(snapshot.documents[0], document("a.md", "Alpha"));
    assert_eq!(keys(&snapshot), ["key-0", "key-1", "key-2"]);
    assert!(snapshot.units.is_sorted_by_key(|unit| (&unit.document, &unit.key)));
    assert_eq!(snapshot.skipped, [skipped("c.bin"), skipped("z.bin")]);
    assert_eq!(snapshot.settings, first_scan().settings);
    assert_eq!(snapshot.run, first_scan().run);
    assert_eq!(snapshot.claims().count(), 3);
    assert_eq!(store.documents().await.unwrap(), snapshot.documents);

    let other = Store::open(dir.path()).await.unwrap();
    assert_eq!(other.load().await.unwrap(), snapshot);
}

#[tokio::test]
async fn a_later_scan_replaces_what_it_names_and_drops_what_it_does_not_use() {
    let (_dir, store) = store_with(first_scan()).await;
    let later = ScanCommit {
        documents: vec![document("a.md", "Alpha, changed")],
        removed: vec![DocumentId::of_path("b.md")],
        units: vec![unit("key-3", "a.md", "Alpha")],
        keep_keys: ["key-1".to_owned()].into(),
        ..ScanCommit::default()
    };
    store.commit(later).await.unwrap();
    let snapshot = store.load().await.unwrap();
    assert_eq!(snapshot.documents, [document("a.md", "Alpha, changed")]);
    assert_eq!(keys(&snapshot), ["key-1", "key-3"]);
    assert_eq!(snapshot.skipped, []);
    assert!(snapshot.settings.is_empty() && snapshot.run.is_empty());
}

#[tokio::test]
async fn units_of_documents_that_were_never_kept_stay() {
    let imported = ScanCommit { units: vec![unit("imported", "elsewhere.md", "Gamma")], ..first_scan() };
    let (_dir, store) = store_with(imported).await;
    store.commit(ScanCommit::default()).await.unwrap();
    assert_eq!(keys(&store.load().await.unwrap()), ["imported"]);
}

#[tokio::test]
async fn a_unit_moves_with_its_content_to_another_document() {
    let (_dir, store) = store_with(first_scan()).await;
    let renamed = ScanCommit {
        documents: vec![document("c.md", "Beta")],
        removed: vec![DocumentId::of_path("b.md")],
        units: vec![unit("key-2", "c.md", "Beta")],
        keep_keys: ["key-0".to_owned(), "key-1".to_owned()].into(),
        ..ScanCommit::default()
    };
    store.commit(renamed).await.unwrap();
    let snapshot = store.load().await.unwrap();
    assert_eq!(keys(&snapshot), ["key-0", "key-1", "key-2"]);
    assert!(snapshot.units.contains(&unit("key-2", "c.md", "Beta")));
}

#[tokio::test]
async fn claims_are_found_by_key() {
    let (_dir, store) = store_with(first_scan()).await;
    let asked = ["key-2", "unknown", "key-0"].map(str::to_owned);
    let claims = store.claims_by_keys(&asked).await.unwrap();
    assert_eq!(claims.keys().collect::<Vec<_>>(), ["key-0", "key-2"]);
    assert_eq!(claims["key-2"], unit("key-2", "b.md", "Beta").claims);
    assert!(store.claims_by_keys(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_large_scan_fits() {
    let number = 3000;
    let names = || (0..number).map(|nth| format!("{nth:04}"));
    let scan = ScanCommit {
        documents: names().map(|name| document(&name, "text")).collect(),
        units: names().map(|name| unit(&name, &name, "Alpha")).collect(),
        skipped: names().map(|name| skipped(&name)).collect(),
        ..ScanCommit::default()
    };
    let (_dir, store) = store_with(scan).await;
    let keys: Vec<String> = names().collect();
    assert_eq!(store.claims_by_keys(&keys).await.unwrap().len(), number);

    let removed = names().map(|name| DocumentId::of_path(&name)).collect();
    store.commit(ScanCommit { removed, ..ScanCommit::default() }).await.unwrap();
    assert_eq!(store.load().await.unwrap(), Snapshot::default());
}

#[tokio::test]
async fn a_commit_that_fails_changes_nothing() {
    let (_dir, store) = store_with(first_scan()).await;
    let before = store.load().await.unwrap();
    let mut impostor = document("a.md", "another document under a path that is taken");
    impostor.id = DocumentId::of_path("other.md");
    let failing = ScanCommit { documents: vec![document("c.md", "new"), impostor], ..ScanCommit::default() };
    assert!(store.commit(failing).await.is_err());
    assert_eq!(store.load().await.unwrap(), before);
}
