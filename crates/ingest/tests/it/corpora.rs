use std::fs;
use std::path::{Path, PathBuf};

use cairn_ingest::read;

use crate::check::{LIMITS, assert_invariants};

/// Every file of the shared corpora is read with its invariants, or skipped with a reason.
#[test]
fn invariants_hold_for_real_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if !root.is_dir() {
        println!("skipped: {} is absent", root.display());
        return;
    }
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let (mut documents, mut skips) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            match read(&name, &fs::read(&path).unwrap(), LIMITS) {
                Ok(document) => {
                    assert_invariants(&document);
                    println!("{} {:?} {name}", document.source_type.as_str(), document.format);
                    documents += 1;
                }
                Err(skipped) => skips.push(skipped),
            }
        }
    }
    println!("{documents} documents, skipped: {skips:#?}");
    assert!(documents > 0);
}
