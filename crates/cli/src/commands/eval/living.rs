//! `cairn eval living`: how long it takes to keep a large model up to date, as somebody at a terminal waits for it.
//!
//! Each step is a run of this program over a made-up workspace, and its memory is asked of the system while it runs.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cairn_evals::made;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;

/// How often the memory of a run is asked for.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// What is added to one document: something about a part that others speak of as well.
const EDIT: &str = "\nThe Amber Billing Service does not authenticate requests to `GET /v1/edited`.\n";
/// What is added to it next: a part that nobody spoke of.
const NAME: &str = "\n| Service | Purpose |\n|---|---|\n| Umber Parcel Worker | Weighs parcels |\n";

/// A run of the program.
struct Run {
    step: &'static str,
    seconds: f64,
    peak_megabytes: Option<f64>,
}

pub(crate) fn run(context: &Context, documents: usize, bytes: usize) -> Result<Ending, Failure> {
    let folder = tempfile::tempdir()?;
    let docs = folder.path().join("docs");
    made::write(&docs, documents, bytes)?;
    let timed = |step, arguments: &[&str]| timed(folder.path(), step, arguments);
    let mut runs = vec![timed("first scan", &["scan", "docs"])?];
    runs.push(timed("scan that changes nothing", &["scan", "docs"])?);
    let edited = docs.join(made::path(documents / 2));
    let text = made::text(documents / 2, bytes) + EDIT;
    std::fs::write(&edited, &text)?;
    runs.push(timed("scan after one edit", &["scan", "docs"])?);
    runs.push(timed("diff of that edit", &["diff", "latest~1..latest"])?);
    std::fs::write(&edited, text + NAME)?;
    runs.push(timed("scan after a new name", &["scan", "docs"])?);
    runs.push(timed("diff of that name", &["diff", "latest~1..latest"])?);
    if context.is_json() {
        let record = |it: &Run| json!({ "step": it.step, "seconds": it.seconds, "peak_megabytes": it.peak_megabytes });
        let runs: Vec<Value> = runs.iter().map(record).collect();
        records::print("cairn.eval-living/1", json!({ "documents": documents, "bytes": bytes, "runs": runs }))?;
        return Ok(Ending::Done);
    }
    let mut text = format!("{documents} documents of {bytes} bytes\n");
    for run in &runs {
        let memory = run.peak_megabytes.map(|it| format!("{it:8.0} MB")).unwrap_or_default();
        text.extend([format!("{:<28}{:8.2} s{memory}\n", run.step, run.seconds)]);
    }
    context.print(&text)?;
    Ok(Ending::Done)
}

fn timed(folder: &Path, step: &'static str, arguments: &[&str]) -> Result<Run, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.current_dir(folder).args(["--quiet", "--workspace", ".cairn"]).args(arguments).stdout(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut peak = None;
    while child.try_wait()?.is_none() {
        peak = peak_of(&child).or(peak);
        std::thread::sleep(LOOK_EVERY);
    }
    let seconds = started.elapsed().as_secs_f64();
    if !child.wait()?.success() {
        return Err(Failure::usage(format!("the {step} failed")));
    }
    Ok(Run { step, seconds, peak_megabytes: peak })
}

/// The most memory that a process has held so far, where the system tells.
fn peak_of(child: &Child) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1000.0)
}
