//! How fast documents are read and cut: MB/s over a folder of Markdown, or over generated text where it is absent.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_ingest::{Limits, passages, read};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LIMITS: Limits = Limits { document_bytes_max: 16_000_000 };

fn documents() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/quotes/docs");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            match fs::read(&path) {
                Ok(bytes) => found.push((path.to_string_lossy().into_owned(), bytes)),
                Err(_) => folders.push(path),
            }
        }
    }
    if found.is_empty() { vec![("generated.md".to_owned(), generated())] } else { found }
}

fn generated() -> Vec<u8> {
    let chapter = "## Ledger\n\nThe *ledger* keeps each booking. It talks to `postgres` over TLS.\n\n- one\n  - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    chapter.repeat(10_000).into_bytes()
}

fn ingest(criterion: &mut Criterion) {
    let files = documents();
    let bytes = files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let read_all = || files.iter().filter_map(|(path, bytes)| read(path, bytes, LIMITS).ok()).collect::<Vec<_>>();
    let read_documents = read_all();

    let mut group = criterion.benchmark_group("ingest");
    group.sample_size(10).throughput(Throughput::BytesDecimal(bytes as u64));
    group.bench_function("read", |bencher| bencher.iter(read_all));
    group.bench_function("passages", |bencher| {
        bencher.iter(|| read_documents.iter().map(|document| passages(document).len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
