//! Paths of attack over models of 100 to 100,000 components, five flows for each, by twenty attackers: from the model to the most
//! pressing paths, a what-if in a graph that is there, and the memory that it took. Up to 10,000 components also a whole what-if in
//! a model that is there, threats, goals and paths, stage by stage.
//!
//! With `CAIRN_BENCH_ONCE` set each size runs once and its figures are printed; with a number in it, that size alone.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use cairn_model::{ControlType, Date, Status, System, Threat};
use cairn_paths::{AddedControl, Analysis, Attackers, Change, OtherThreats, Trials};
use cairn_threats::{Derivation, RuleSet, derive, notation};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// Above this, threats are left out: what they take is theirs, not that of paths.
const WITH_THREATS_MAX: usize = 10_000;

const ATTACKERS: usize = 20;
const SHOWN: usize = 100;

/// Whole what-ifs of each kind that are tried.
const TRIED: usize = 12;

const TYPES: [&str; 10] = [
    "service",
    "datastore",
    "client",
    "queue",
    "external",
    "service",
    "ai_agent",
    "gateway",
    "pipeline",
    "identity_provider",
];

fn large_system(components: usize) -> System {
    let mut text = String::new();
    let mut line = |written: std::fmt::Arguments<'_>| writeln!(text, "{written}").expect("a string takes any text");
    let classes = ["payment", "personal", "secret", "public", "internal"];
    for n in 0..=(components / 20) {
        line(format_args!("data d{n} classification={}", of(&classes, n)));
    }
    for n in 0..components {
        let exposure = if n % 10 == 0 { " exposure=internet" } else { "" };
        line(format_args!("component c{n} type={}{exposure}", of(&TYPES, n)));
        match n % 8 {
            0 => line(format_args!("control authentication on=c{n}")),
            1 => line(format_args!("holding d{} in c{n} handling=stores", n / 20)),
            2 => line(format_args!("control authorization on=c{n} status=absent")),
            3 => line(format_args!("control network_isolation on=c{n} status=assumed")),
            _ => {}
        }
        if n % 25 == 0 {
            line(format_args!("permission c{n} read c{}", (n * 3 + 1) % components));
        }
    }
    for zone in 0..components / 100 {
        let members: Vec<String> = (0..50).map(|n| format!("c{}", zone * 100 + n)).collect();
        line(format_args!("boundary z{zone} type=network members={}", members.join(",")));
    }
    for n in 0..components * 5 {
        let (source, target) = (n % components, (n * 7 + n / components + 1) % components);
        let proof = of(&["", " authentication=none", " authentication=mTLS"], n);
        line(format_args!("flow c{source} -> c{target}{proof}"));
    }
    notation::parse(&text).expect("the lines above are in the notation")
}

/// The choices in turn.
fn of<'t>(choices: &[&'t str], n: usize) -> &'t str {
    choices.iter().cycle().nth(n % choices.len()).copied().unwrap_or_default()
}

fn attackers() -> Attackers {
    let more: Vec<String> = (Attackers::built_in().profiles().len()..ATTACKERS)
        .map(|n| format!("id = 'more-{n}'\ntitle = 'one more'\n[[start]]\ngains = 'exec'\non = ['c{n}']\n"))
        .collect();
    let files: Vec<(&str, &str)> = more.iter().map(|text| ("more.toml", text.as_str())).collect();
    Attackers::built_in().with(&files).expect("the profiles above are sound")
}

fn threats(system: &System, components: usize) -> Vec<Threat> {
    if components > WITH_THREATS_MAX {
        return Vec::new();
    }
    derive(system, &RuleSet::built_in(), review_day())
}

fn review_day() -> Date {
    Date::new(2026, 1, 1).expect("the first of January is a day")
}

/// The most memory that the process has taken, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// Whole what-ifs, each stage on average over changes all over the model: controls that fail and controls that are added.
fn whole_what_ifs(out: &mut impl std::io::Write, system: &System, threats: &[Threat], attackers: &Attackers) {
    let rules = RuleSet::built_in();
    let start = Instant::now();
    let derivation = Derivation::new(system, &rules, review_day());
    let derived = start.elapsed();
    let start = Instant::now();
    let trials = Trials::new(Analysis::new(system, threats, attackers), system);
    let prepared = start.elapsed();
    let failing = system
        .controls
        .iter()
        .filter(|it| it.status == Status::Implemented)
        .map(|it| Change { failed: [it.id.clone()].into(), ..Change::default() });
    let adding = system.components.iter().map(|it| Change {
        added: vec![AddedControl { control_type: ControlType::Authentication, on: it.id.clone(), mechanism: None }],
        ..Change::default()
    });
    for (what, changes) in [("fails", failing.collect::<Vec<_>>()), ("is added", adding.collect())] {
        let chosen: Vec<&Change> = changes.iter().step_by((changes.len() / TRIED).max(1)).take(TRIED).collect();
        let [mut models, mut rederived, mut tried, mut longest] = [Duration::ZERO; 4];
        let (mut different, mut anew) = (0, 0);
        for change in &chosen {
            let start = Instant::now();
            let (controls, assumptions) = change.applied_to(&system.controls, &system.assumptions);
            let modelled = start.elapsed();
            let again = derivation.after(&controls, &assumptions);
            let ruled = start.elapsed();
            let other = OtherThreats { changed: &again.changed, gone: &again.gone };
            match trials.after(change, other) {
                Some(it) => different += it.gained.len() + it.averted.len() + it.settled.len() + it.unsettled.len(),
                None => anew += 1,
            }
            let whole = start.elapsed();
            models += modelled;
            rederived += ruled.saturating_sub(modelled);
            tried += whole.saturating_sub(ruled);
            longest = longest.max(whole);
        }
        let count = u32::try_from(chosen.len()).unwrap_or(1).max(1);
        writeln!(
            out,
            "{} components, a control {what}: model {:.1?}, threats {:.1?}, goals and paths {:.1?}, whole {:.1?}, longest {longest:.1?}; \
             {count} tried, {different} goals different, {anew} need another graph; before: rules {derived:.1?}, graph and all ways \
             {prepared:.1?}",
            system.components.len(),
            models / count,
            rederived / count,
            tried / count,
            (models + rederived + tried) / count,
        )
        .expect("standard output takes text");
    }
}

/// One control that fails.
fn change(system: &System) -> Change {
    let failed = system.controls.iter().take(1).map(|it| it.id.clone()).collect();
    Change { failed, ..Change::default() }
}

/// Each size once, or the one that is asked for, with what the run took.
fn once(asked: &str) {
    let attackers = attackers();
    let mut out = std::io::stdout().lock();
    let wanted: Option<usize> = asked.parse().ok().filter(|size| *size > 1);
    for size in SIZES.into_iter().filter(|size| wanted.is_none_or(|wanted| wanted == *size)) {
        let system = large_system(size);
        let threats = threats(&system, size);
        let before = peak();
        let start = Instant::now();
        let analysis = Analysis::new(&system, &threats, &attackers);
        let built = start.elapsed();
        let found = analysis.paths(SHOWN);
        let whole = start.elapsed();
        let start = Instant::now();
        let after = analysis.losses_when(&change(&system)).len();
        let what_if = start.elapsed();
        let (nodes, steps, gates) = analysis.size();
        writeln!(
            out,
            "{size} components, {} flows, {} attackers, {} threats: {nodes} nodes, {steps} steps, {gates} gates, {} goals, {} \
             reached, {} paths; built {built:.1?}, with paths {whole:.1?}, what-if {what_if:.1?} ({after} reached); peak {} (before: {before})",
            system.flows.len(),
            attackers.profiles().len(),
            threats.len(),
            analysis.goal_count(),
            analysis.losses().len(),
            found.paths.len() + found.left_out,
            peak()
        )
        .expect("standard output takes text");
        if size <= WITH_THREATS_MAX {
            drop(analysis);
            whole_what_ifs(&mut out, &system, &threats, &attackers);
        }
    }
}

fn bench(c: &mut Criterion) {
    if let Some(asked) = std::env::var_os("CAIRN_BENCH_ONCE") {
        once(&asked.to_string_lossy());
        return;
    }
    let attackers = attackers();
    let mut group = c.benchmark_group("paths");
    group.sample_size(10);
    for size in SIZES {
        let system = large_system(size);
        let threats = threats(&system, size);
        group.bench_function(BenchmarkId::new("model to paths", size), |b| {
            b.iter(|| black_box(Analysis::new(&system, &threats, &attackers).paths(SHOWN)));
        });
        let analysis = Analysis::new(&system, &threats, &attackers);
        let change = change(&system);
        group.bench_function(BenchmarkId::new("what-if", size), |b| {
            b.iter(|| black_box(analysis.losses_when(&change)));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
