//! Every file of the shared corpora, when they are there: no panic, and every quote verbatim.

use std::path::{Path, PathBuf};

use crate::check;

#[test]
fn every_quote_of_the_corpora_is_verbatim() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if !root.is_dir() {
        println!("skipped: no corpora at `{}`", root.display());
        return;
    }
    let mut files = 0;
    let mut claims = 0;
    for path in files_under(&root) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let document = check::document(&path.to_string_lossy(), &text);
        let reading = cairn_structured::read(&document);
        check::quotes_stand(&document, &reading);
        if !reading.claims.is_empty() || !reading.not_understood.is_empty() {
            let short = path.strip_prefix(&root).unwrap().display().to_string();
            println!("{short}: {} claims, {} not understood", reading.claims.len(), reading.not_understood.len());
        }
        files += 1;
        claims += reading.claims.len();
    }
    println!("{files} files, {claims} claims");
    assert!(claims > 0, "the corpora hold API specs and diagrams");
}

fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut open = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder that was just listed").flatten() {
            if entry.path().is_dir() { open.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    files
}
