//! How long a diagram takes, by the number of components.

use cairn_diagram::{View, diagram};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

#[path = "../tests/it/model.rs"]
#[expect(dead_code, reason = "only made-up models are drawn here")]
mod model;

fn benchmark(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("diagram");
    group.sample_size(10);
    for parts in [30, 100, 300, 1_000] {
        let system = model::made(parts, 7);
        group.bench_with_input(BenchmarkId::from_parameter(parts), &system, |bencher, system| {
            bencher.iter(|| diagram(system, &[], &View::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
