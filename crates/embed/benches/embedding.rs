//! How many texts of about a hundred word pieces the shipped model turns into vectors in a second, on all threads.

use cairn_embed::Shipped;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const SENTENCE: &str = "The gateway checks the token of each caller, asks the ledger for the account, and writes what it answered to \
the audit log before the response leaves; when the ledger does not answer within two seconds, the call is refused and the \
caller may try again. Every ";

fn embedding(criterion: &mut Criterion) {
    let model = Shipped::load(None).expect("the model is built in");
    let texts: Vec<String> = (0..64).map(|number| format!("{SENTENCE}{number}th call is sampled.")).collect();
    let mut group = criterion.benchmark_group("embed");
    group.sample_size(10);
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("texts", |bencher| bencher.iter(|| model.vectors(&texts).map(|vectors| vectors.len())));
    group.finish();
}

criterion_group!(benches, embedding);
criterion_main!(benches);
