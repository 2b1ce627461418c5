//! All shipped rules over a model of 10,000 components and 50,000 flows.

use std::fmt::Write as _;
use std::hint::black_box;

use cairn_model::{Date, System};
use cairn_threats::{RuleSet, derive, notation};
use criterion::{Criterion, criterion_group, criterion_main};

const COMPONENTS: usize = 10_000;
const FLOWS: usize = 50_000;
const TYPES: [&str; 8] = ["service", "datastore", "client", "queue", "external", "service", "ai_model", "gateway"];

fn large_system() -> System {
    let mut text = String::from("data Cards classification=payment\ndata Prices classification=public\n");
    let mut line = |written: std::fmt::Arguments<'_>| writeln!(text, "{written}").expect("a string takes any text");
    for n in 0..COMPONENTS {
        let exposure = if n % 5 == 0 { " exposure=internet" } else { "" };
        line(format_args!("component c{n} type={}{exposure}", of(&TYPES, n)));
        if n % 4 == 0 {
            line(format_args!("control authentication on=c{n}"));
        }
        if n % 8 == 1 {
            line(format_args!("holding Cards in c{n} handling=stores"));
        }
        if n % 9 == 0 {
            line(format_args!("control monitoring on=c{n} status=absent"));
        }
    }
    for zone in 0..100 {
        let members: Vec<String> = (0..50).map(|n| format!("c{}", zone * 100 + n)).collect();
        line(format_args!("boundary z{zone} type=network members={}", members.join(",")));
    }
    for n in 0..FLOWS {
        let (source, target) = (n % COMPONENTS, (n * 7 + n / COMPONENTS + 1) % COMPONENTS);
        let encryption = of(&["", " encryption=none", " encryption=TLS"], n);
        let data = of(&["", " data=Cards", " data=Prices", ""], n);
        line(format_args!("flow c{source} -> c{target}{encryption}{data}"));
    }
    notation::parse(&text).expect("the lines above are in the notation")
}

/// The choices in turn.
fn of<'t>(choices: &[&'t str], n: usize) -> &'t str {
    choices.iter().cycle().nth(n % choices.len()).copied().unwrap_or_default()
}

/// What there is to derive, and the most memory that it has taken, where the system tells.
fn summary(system: &System, rules: &RuleSet, day: Date) -> String {
    let threats = derive(system, rules, day).len();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or(" unknown");
    format!("{} rules, {threats} threats, peak {}", rules.rules().count(), peak.trim())
}

fn bench(c: &mut Criterion) {
    let system = large_system();
    let rules = RuleSet::built_in();
    let day = Date::new(2026, 1, 1).expect("the first of January is a day");
    let mut group = c.benchmark_group("derive");
    group.sample_size(10);
    let name = format!("10,000 components, 50,000 flows ({})", summary(&system, &rules, day));
    group.bench_function(name, |b| {
        b.iter(|| black_box(derive(black_box(&system), &rules, day)).len());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
