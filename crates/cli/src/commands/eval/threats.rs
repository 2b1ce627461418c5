//! `cairn eval threats`: how many threats there are, what decides them, and what of known threats they cover.

use std::path::{Path, PathBuf};

use cairn_evals::{Cover, Covered, Judged, Reading, ThreatCounts};
use cairn_model::ThreatStatus;
use cairn_threats::RuleSet;
use serde_json::{Value, json};

use crate::arguments::EvalThreats;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, dim, one_line};

pub(super) fn run(context: &Context, arguments: &EvalThreats) -> Result<Ending, Failure> {
    let rules = cairn_engine::rules_of(&context.rules)?;
    if !arguments.gold.is_empty() && arguments.gold.len() != arguments.docs.len() {
        return Err(Failure::usage("every `--gold` needs its `--docs`"));
    }
    let mut rows = Vec::new();
    if arguments.gold.is_empty() {
        for docs in arguments.docs.iter().flat_map(|docs| systems(docs)) {
            rows.push(row(context, &rules, &docs)?);
        }
    }
    for (gold, docs) in arguments.gold.iter().zip(&arguments.docs) {
        rows.extend(judged(context, &rules, gold, docs)?);
    }
    if context.is_json() {
        records::print("cairn.eval-threats/1", json!({ "systems": rows.iter().map(record).collect::<Vec<_>>() }))?;
    } else {
        let text: String = rows.iter().map(|row| line(row, arguments.each)).collect();
        context.print(&(head() + &text))?;
    }
    Ok(Ending::Done)
}

/// One model, with what of known threats it covers.
struct Row {
    name: String,
    counts: ThreatCounts,
    covered: Vec<Covered>,
}

/// The folder itself, or the folders in it when it holds nothing but folders.
fn systems(docs: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(docs).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    if found.is_empty() || found.iter().any(|path| !path.is_dir()) { vec![docs.to_owned()] } else { found }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn row(context: &Context, rules: &RuleSet, docs: &Path) -> Result<Row, Failure> {
    let reading = Reading::of_folder(docs, context.threads)?;
    let judged = Judged::new(reading.documents, reading.system, rules, context.as_of);
    let counts = ThreatCounts::of(&judged.system, &judged.threats);
    Ok(Row { name: name_of(docs), counts, covered: Vec::new() })
}

/// The same documents twice: with the gold claims, and with those that are read in them.
fn judged(context: &Context, rules: &RuleSet, gold: &Path, docs: &Path) -> Result<Vec<Row>, Failure> {
    let of_gold = Judged::of_gold(gold, docs, rules, context.as_of)?;
    let reading = Reading::of_folder(docs, context.threads)?;
    let own = Judged::new(reading.documents, reading.system, rules, context.as_of);
    let mut rows = Vec::new();
    for (claims, judged) in [("gold claims", of_gold), ("own claims", own)] {
        let counts = ThreatCounts::of(&judged.system, &judged.threats);
        rows.push(Row { name: format!("{}, {claims}", name_of(gold)), counts, covered: judged.cover(gold)? });
    }
    Ok(rows)
}

fn head() -> String {
    let statuses: Vec<&str> = ThreatStatus::ALL.into_iter().map(ThreatStatus::as_str).collect();
    bold(&format!("components  threats  per component  causes  decided by evidence  ({})", statuses.join("/"))) + "\n"
}

fn line(row: &Row, each: bool) -> String {
    let counts = &row.counts;
    let statuses: Vec<String> = counts.statuses.iter().map(usize::to_string).collect();
    let mut text = format!(
        "{}: {} components, {} threats ({} per component), {} causes, {} decided ({})\n",
        bold(&one_line(&row.name)),
        counts.components,
        counts.threats,
        tenths(counts.threats, counts.components),
        counts.causes,
        percent(counts.decided, counts.threats),
        statuses.join("/"),
    );
    if row.covered.is_empty() {
        return text;
    }
    let number = |cover: Cover| row.covered.iter().filter(|it| it.cover == cover).count();
    let parts = Cover::ALL.map(|cover| format!("{} {}", number(cover), cover.as_str()));
    let share = percent(number(Cover::Threat), row.covered.len());
    let known = row.covered.len();
    text.extend([format!("  {known} known threats: {}; {share} covered\n", parts.join(", "))]);
    if each {
        text.extend(row.covered.iter().map(known_line));
    }
    text
}

fn known_line(it: &Covered) -> String {
    let rules = it.rules.join(" ");
    let known = &it.known;
    let words = format!("{} {} [{}] at {}", known.id, known.title, known.stride, known.element);
    format!("    {:15} {} {}\n", it.cover.as_str(), one_line(&words), dim(&rules))
}

fn record(row: &Row) -> Value {
    let counts = &row.counts;
    let statuses: serde_json::Map<String, Value> = ThreatStatus::ALL
        .into_iter()
        .zip(&counts.statuses)
        .map(|(status, number)| (status.as_str().to_owned(), (*number).into()))
        .collect();
    let known =
        row.covered.iter().map(|it| json!({ "id": it.known.id, "cover": it.cover.as_str(), "rules": it.rules }));
    json!({
        "name": row.name,
        "components": counts.components,
        "threats": counts.threats,
        "causes": counts.causes,
        "decided": counts.decided,
        "statuses": statuses,
        "known": known.collect::<Vec<_>>(),
    })
}

fn percent(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or_else(|| "-".to_owned(), |share| format!("{share} %"))
}

fn tenths(part: usize, whole: usize) -> String {
    (part * 10).checked_div(whole).map_or_else(|| "-".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}
