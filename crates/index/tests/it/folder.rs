//! Indexes in folders: kept, damaged, shared.

use std::fs;

use cairn_index::{Index, IndexError, Query};
use cairn_model::DocumentId;

use crate::fixture::{found, passage};

#[test]
fn passages_are_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let stored = passage("docs/a.md", "The lock keeper.");
    Index::open(dir.path()).unwrap().update(&[], std::slice::from_ref(&stored)).unwrap();

    let index = Index::open(dir.path()).unwrap();
    let [hit] = index.search(&Query::new("keeper", 10)).unwrap().try_into().unwrap();
    assert_eq!(hit.document, stored.passage.document);
    assert_eq!(hit.title, stored.title);
    assert_eq!(hit.modified, stored.modified);
    assert_eq!(hit.span, stored.passage.span);
}

#[test]
fn an_update_replaces_and_removes_documents() {
    let mut index = Index::in_memory().unwrap();
    index.update(&[], &[passage("a.md", "old anchor"), passage("b.md", "old buoy")]).unwrap();
    index.update(&[DocumentId::of_path("b.md")], &[passage("a.md", "new anchor")]).unwrap();
    assert_eq!(found(&index, "old"), [] as [&str; 0]);
    assert_eq!(found(&index, "anchor buoy"), ["a.md"]);
    assert_eq!(index.passages(), 1);
}

#[test]
fn every_damaged_file_makes_the_index_unusable_and_recreate_helps() {
    let dir = tempfile::tempdir().unwrap();
    Index::open(dir.path()).unwrap().update(&[], &[passage("a.md", "The lock keeper.")]).unwrap();
    let segment_files: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| !file.file_name().unwrap().to_str().unwrap().starts_with('.'))
        .collect();
    assert!(segment_files.len() > 3);
    for file in segment_files {
        let whole = fs::read(&file).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"", b"not an index"] {
            fs::write(&file, damaged).unwrap();
            let opened = Index::open(dir.path());
            assert!(matches!(opened, Err(IndexError::Unusable { .. })), "with {} damaged", file.display());
        }
        fs::write(&file, whole).unwrap();
    }
    fs::write(dir.path().join("meta.json"), "{").unwrap();
    let index = Index::recreate(dir.path()).unwrap();
    assert_eq!(index.passages(), 0);
}

#[test]
fn an_index_with_other_fields_is_unusable() {
    let dir = tempfile::tempdir().unwrap();
    drop(Index::open(dir.path()).unwrap());
    let meta = dir.path().join("meta.json");
    let other = fs::read_to_string(&meta).unwrap().replace("identifiers-", "other-");
    fs::write(&meta, other).unwrap();
    let Err(error) = Index::open(dir.path()) else { panic!("opened") };
    assert!(error.to_string().contains("\nhint: "), "{error}");
}
