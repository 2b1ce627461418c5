//! The quote check on a made-up design document: prepared per quote, and prepared once.

use std::hint::black_box;

use cairn_model::{DocumentId, Revision};
use cairn_validate::QuoteChecker;
use criterion::{Criterion, criterion_group, criterion_main};

const SECTION: &str = "## Rate limits\n\nThe *gateway* allows at most **50 requests** per second and\nanswers `429` to \
    the rest; see [the policy](https://policy.example.com/limits#gateway).\n\n1. Partners sign in with client \
    certificates.\n2. Nobody else reaches the internal port.\n\n";
const QUOTE: &str = "The gateway allows at most 50 requests per second and answers 429 to the rest; see the policy.";

fn checker(text: &str) -> QuoteChecker {
    QuoteChecker::of_text(DocumentId::of_path("limits.md"), Revision::of_bytes(&[]), text)
}

fn quotes(criterion: &mut Criterion) {
    let chunk = SECTION.repeat(3);
    criterion.bench_function("prepare a chunk and check", |bencher| {
        bencher.iter(|| checker(black_box(&chunk)).check(black_box(QUOTE), None));
    });
    let filler = SECTION.replace("gateway", "worker").repeat(300);
    let document = checker(&format!("{filler}{SECTION}"));
    criterion.bench_function("check in a prepared document", |bencher| {
        bencher.iter(|| document.check(black_box(QUOTE), None));
    });
    criterion.bench_function("reject in a prepared document", |bencher| {
        bencher.iter(|| document.check(black_box("The gateway allows at most 60 requests per second"), None));
    });
}

criterion_group!(benches, quotes);
criterion_main!(benches);
