//! How fast passages are indexed (MB/s of their documents) and found again, over a folder of Markdown or over generated text
//! where it is absent.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use cairn_index::{Index, IndexedPassage, Query};
use cairn_ingest::{Limits, passages, read};
use cairn_model::{Document, Passage, Trust};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LIMITS: Limits = Limits { document_bytes_max: 16_000_000 };
const QUESTION: &str = "which controller holds the lease when the API server restarts";

fn documents() -> Vec<Document> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/quotes/docs");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            match fs::read(&path) {
                Ok(bytes) => found.extend(read(&path.to_string_lossy(), &bytes, LIMITS)),
                Err(_) => folders.push(path),
            }
        }
    }
    if found.is_empty() { generated() } else { found }
}

fn generated() -> Vec<Document> {
    let chapter =
        "## Ledger\n\nThe ledger keeps each booking. `LedgerWriter` holds the lease and talks to postgres.\n\n";
    let document = |number| read(&format!("{number}.md"), chapter.repeat(400).as_bytes(), LIMITS);
    (0..300).filter_map(|number| document(number).ok()).collect()
}

fn indexed_passages(document: &Document) -> Vec<IndexedPassage> {
    let indexed = |passage: Passage| IndexedPassage {
        text: document.slice(passage.span).to_owned(),
        passage,
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type,
        modified: document.modified,
        trust: Trust::Vouches,
        components: Vec::new(),
        claim_kinds: Vec::new(),
        claim: None,
    };
    passages(document).into_iter().map(indexed).collect()
}

fn index(passages: &[IndexedPassage]) -> Index {
    let mut index = Index::in_memory().expect("memory is at hand");
    index.update(&[], passages).expect("memory is at hand");
    index
}

fn indexing(criterion: &mut Criterion) {
    let documents = documents();
    let bytes: usize = documents.iter().map(|document| document.text.len()).sum();
    let passages: Vec<IndexedPassage> = documents.iter().flat_map(indexed_passages).collect();
    let full = index(&passages);

    let mut group = criterion.benchmark_group("index");
    group.sample_size(10);
    group.bench_function("answer a question", |bencher| {
        bencher.iter(|| full.search(&Query::new(black_box(QUESTION), 10)).map(|hits| hits.len()));
    });
    group.throughput(Throughput::BytesDecimal(bytes as u64));
    group.bench_function("update", |bencher| bencher.iter_with_large_drop(|| index(&passages)));
    group.finish();
}

criterion_group!(benches, indexing);
criterion_main!(benches);
