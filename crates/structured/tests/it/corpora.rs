//! Every file of the shared corpora, when they are there: no panic, every quote verbatim, and how much is claimed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_ingest::Limits;

use crate::check;

#[test]
fn every_quote_of_the_corpora_is_verbatim() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if !root.is_dir() {
        println!("skipped: no corpora at `{}`", root.display());
        return;
    }
    let mut by_source: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut by_reader: BTreeMap<String, usize> = BTreeMap::new();
    for path in files_under(&root) {
        let short = path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("a file that was just listed");
        let Ok(document) = cairn_ingest::read(&short, &bytes, Limits { document_bytes_max: 32_000_000 }) else {
            continue;
        };
        let reading = cairn_structured::read(&document);
        check::quotes_stand(&document, &reading);
        let counts = by_source.entry(document.source_type.as_str()).or_default();
        counts.0 += 1;
        counts.1 += reading.claims.len();
        counts.2 += reading.not_understood.len();
        for claim in &reading.claims {
            *by_reader.entry(claim.extractor.clone()).or_default() += 1;
        }
    }
    println!("source type: documents, claims, parts not understood");
    for (name, (documents, claims, parts)) in &by_source {
        println!("{name}: {documents}, {claims}, {parts}");
    }
    println!("reader: claims");
    for (name, claims) in &by_reader {
        println!("{name}: {claims}");
    }
    assert!(by_reader.values().sum::<usize>() > 0, "the corpora hold API specs and diagrams");
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
