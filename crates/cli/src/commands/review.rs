//! `cairn review FILE|DIFF`: what a text or a change would add, contradict and leave open.

use std::collections::BTreeSet;
use std::io::Read as _;

use cairn_diff::{Change, Changes, ClaimChange, Class, Passage, ThreatChange};
use cairn_engine::{EngineError, Review};
use cairn_model::ClaimKind;
use cairn_report::{changes_json, changes_markdown, told};
use serde_json::{Value, json};

use crate::arguments::{Format, ReviewArguments};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, severity, shortened, status};

/// So many lines of one section are shown unless all are asked for.
const LISTED_MAX: usize = 15;

/// Characters of a quote.
const QUOTE_MAX: usize = 160;

pub(crate) async fn run(context: &Context, arguments: &ReviewArguments) -> Result<Ending, Failure> {
    // A workspace must be there, so that an empty one is told as everywhere.
    let _ = context.model().await?;
    let workspace = context.workspace().await?;
    let bytes = read(arguments)?;
    let name = arguments.r#as.clone().unwrap_or_else(|| arguments.file.to_string_lossy().into_owned());
    let proposed = cairn_engine::proposed(&workspace, &name, &bytes).await?.map_err(Failure::usage)?;
    if proposed.is_empty() {
        return Err(Failure::usage("the diff touches none of the documents that were scanned"));
    }
    let review = cairn_engine::review(&workspace, context.as_of, &proposed).await?;
    match context.format {
        Format::Json => records::print("cairn.review/1", record(&review))?,
        Format::Markdown => Context::print_data(&markdown(&review))?,
        _ => context.print(&text(&review, context.verbose))?,
    }
    for it in &review.skipped {
        context.tell(&format!("not read: {}: {}", one_line(&it.path), one_line(&it.reason)));
    }
    Ok(if review.skipped.is_empty() {
        Ending::Done
    } else {
        Ending::Partial(format!("{} not read", count(review.skipped.len(), "document")))
    })
}

fn read(arguments: &ReviewArguments) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if arguments.file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let path = arguments.file.clone();
    Ok(std::fs::read(&path).map_err(|source| EngineError::Input { path, source })?)
}

/// The parts of a review, each with its lines.
fn sections(review: &Review) -> Vec<(&'static str, Vec<String>)> {
    let changes = &review.changes;
    let of = |class: &[Class]| -> Vec<Class> { class.to_vec() };
    vec![
        ("adds", claims(changes, Class::New)),
        ("takes away", claims(changes, Class::Resolved)),
        ("contradicts", things(&changes.conflicts, &of(&[Class::New, Class::Reopened, Class::Changed]))),
        ("settles", things(&changes.conflicts, &of(&[Class::Resolved]))),
        ("leaves open", left_open(changes)),
        ("answers", things(&changes.questions, &of(&[Class::Resolved]))),
        ("new threats", threats(changes, &of(&[Class::New, Class::Reopened]))),
        ("threats that change", threats(changes, &of(&[Class::Changed]))),
        ("threats that are answered or gone", threats(changes, &of(&[Class::Resolved]))),
    ]
}

fn claims(changes: &Changes, class: Class) -> Vec<String> {
    let line = |it: &ClaimChange| {
        let place = |it: &Passage| format!(" — {}:{} “{}”", it.path, it.line, shortened(&it.text, QUOTE_MAX));
        let passage = if class == Class::New { &it.after } else { &it.before };
        format!("{}{}", it.title, passage.as_ref().map(place).unwrap_or_default())
    };
    let mut seen = BTreeSet::new();
    let stated = changes.claims.iter().filter(|it| it.kind != ClaimKind::Question);
    let lines = stated.filter(|it| it.class == class).map(line);
    lines.filter(|it| seen.insert(it.clone())).collect()
}

/// What the text itself leaves open, and what nobody says of what it adds.
fn left_open(changes: &Changes) -> Vec<String> {
    let asked = changes.claims.iter().filter(|it| it.kind == ClaimKind::Question && it.class == Class::New);
    let place = |it: &Passage| format!(" — {}:{}", it.path, it.line);
    let asked = asked.map(|it| format!("{}{}", it.title, it.after.as_ref().map(place).unwrap_or_default()));
    asked.chain(things(&changes.questions, &[Class::New, Class::Reopened])).collect()
}

fn things(list: &[Change], classes: &[Class]) -> Vec<String> {
    let line = |it: &Change| {
        let why = it.causes.first().map(|cause| format!(" — {}", told(cause))).unwrap_or_default();
        format!("{}{why}", it.title)
    };
    list.iter().filter(|it| classes.contains(&it.class)).map(line).collect()
}

fn threats(changes: &Changes, classes: &[Class]) -> Vec<String> {
    let line = |it: &ThreatChange| {
        let now = it.status.1.or(it.status.0).map(status).unwrap_or_default();
        format!("{} ({}, {now}) {}", it.title, it.severity.as_str(), it.id)
    };
    changes.threats.iter().filter(|it| classes.contains(&it.class)).map(line).collect()
}

fn text(review: &Review, all: bool) -> String {
    let shown = if all { usize::MAX } else { LISTED_MAX };
    let mut text = String::new();
    for (name, lines) in sections(review).into_iter().filter(|(_, lines)| !lines.is_empty()) {
        text.extend([format!("{} ({})\n", bold(name), lines.len())]);
        text.extend(lines.iter().take(shown).map(|line| format!("  {}\n", one_line(line))));
        if lines.len() > shown {
            text += &dim(&format!("  {} more with `--verbose`\n", lines.len() - shown));
        }
    }
    if text.is_empty() {
        text += "nothing in the model would be different\n";
    }
    let worst = review.changes.threats.iter().filter(|it| matches!(it.class, Class::New | Class::Reopened));
    if let Some(worst) = worst.max_by_key(|it| it.score_tenths.1) {
        text.extend([format!("the worst new threat is {}\n", severity(worst.severity))]);
    }
    let paths: Vec<String> = review.paths.iter().map(|it| one_line(it)).collect();
    text + &dim(&format!("looked at {}; nothing was kept\n", paths.join(", ")))
}

fn markdown(review: &Review) -> String {
    let remarks: Vec<String> = sections(review)
        .into_iter()
        .filter(|(name, lines)| !lines.is_empty() && matches!(*name, "adds" | "takes away"))
        .map(|(name, lines)| format!("It {name} {}.", count(lines.len(), "claim")))
        .collect();
    changes_markdown(&format!("What {} would change", review.paths.join(", ")), &remarks, &review.changes)
}

fn record(review: &Review) -> Value {
    let named: serde_json::Map<String, Value> =
        sections(review).into_iter().map(|(name, lines)| (name.replace(' ', "_"), json!(lines))).collect();
    json!({
        "documents": review.paths,
        "summary": named,
        "changes": changes_json(&review.changes),
        "skipped": review.skipped.iter().map(|it| json!({ "path": it.path, "reason": it.reason })).collect::<Vec<_>>(),
    })
}
