//! `cairn diff A..B`: what changed, and because of which sentence.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cairn_diff::{Attribute, Cause, Change, Changes, Class, Counts, ThreatChange};
use cairn_engine::Workspace;
use cairn_model::{Date, ElementId};
use cairn_report::{changes_json, changes_markdown, told};

use crate::arguments::Format;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, padded, severity, status};

/// What separates the two sides.
const TO: &str = "..";
/// The present: what is kept, with the rules, settings and decisions of the working tree.
const PRESENT: &str = "latest";
/// The files that were scanned, as they lie on the disk now.
const ON_DISK: &str = "files";
/// So many causes of one change are shown unless all are asked for.
const CAUSES_MAX: usize = 3;
/// So many changes of one kind are listed unless all are asked for.
const LISTED_MAX: usize = 20;

pub(crate) async fn run(context: &Context, range: &str, all: bool) -> Result<Ending, Failure> {
    let (from, to) = range.split_once(TO).unwrap_or((range, PRESENT));
    let to = if to.is_empty() { PRESENT } else { to };
    let ((then, day_then), (now, day_now)) = (side(context, from).await?, side(context, to).await?);
    let (before, after) = cairn_engine::standings((&then, day_then), (&now, day_now)).await?;
    let (before, after) = (before.with_goals(), after.with_goals());
    let before = before.knowing(known_before(context, from).await?);
    let changes = cairn_engine::changes(&before, &after);
    match context.format {
        Format::Json => records::print("cairn.diff/1", changes_json(&changes))?,
        Format::Markdown => {
            let title = format!("What changed from {from} to {to}");
            Context::print_data(&changes_markdown(&title, &[], &changes))?;
        }
        _ => context.print(&text(&changes, all || context.verbose))?,
    }
    Ok(Ending::Done)
}

/// A revision or a commit on its own day, or the present on the day of the run.
async fn side(context: &Context, name: &str) -> Result<(Workspace, Date), Failure> {
    match name {
        PRESENT => Ok((context.workspace_now().await?, context.as_of)),
        ON_DISK => {
            let workspace = context.workspace_now().await?;
            let roots = scanned_roots(&workspace, name).await?;
            let files = cairn_engine::files_now(&workspace, &roots)?;
            Ok((workspace.of_files(&files)?, context.as_of))
        }
        _ => workspace_at(context, name).await,
    }
}

/// The workspace as it was in a revision, or as a scan of a commit of the repository would make it; and the day of either.
pub(crate) async fn workspace_at(context: &Context, name: &str) -> Result<(Workspace, Date), Failure> {
    let workspace = context.workspace_now().await?;
    if let Some(revision) = cairn_engine::revision(&workspace, name).await? {
        return Ok((workspace.at_revision(&revision).await?, revision.day));
    }
    let roots = scanned_roots(&workspace, name).await?;
    let (files, day) = cairn_engine::files_at(&workspace, &roots, name)?;
    Ok((workspace.of_files(&files)?, day))
}

/// What was scanned, which is what is looked for in a commit.
async fn scanned_roots(workspace: &Workspace, name: &str) -> Result<Vec<PathBuf>, Failure> {
    let roots = cairn_engine::roots(workspace).await?;
    if roots.is_empty() {
        return Err(Failure::usage(format!(
            "`{}` names no revision, and nothing was scanned whose commits could be read\nhint: run `cairn scan PATH…`",
            one_line(name)
        )));
    }
    Ok(roots)
}

/// The threats of all revisions before one.
pub(crate) async fn known_before(context: &Context, name: &str) -> Result<BTreeSet<ElementId>, Failure> {
    let workspace = context.workspace_now().await?;
    // What there was before a commit is not kept: nothing is known to come back.
    let Some(revision) = cairn_engine::revision(&workspace, name).await.ok().flatten() else {
        return Ok(BTreeSet::new());
    };
    Ok(cairn_engine::threats_before(&workspace, revision.number).await?)
}

pub(crate) fn text(changes: &Changes, all: bool) -> String {
    let mut text = String::new();
    for it in &changes.engine {
        text += &dim(&format!("{} {}\n", it.class.as_str(), one_line(&it.name)));
    }
    for moved in &changes.renamed {
        text.extend([format!("{} {} -> {}\n", bold("renamed"), one_line(&moved.from_name), one_line(&moved.to_name))]);
    }
    for document in &changes.documents {
        let moved = document.moved_from.as_ref().map(|from| format!(" (was {})", one_line(from))).unwrap_or_default();
        let class = if document.class == Class::Resolved { "removed" } else { document.class.as_str() };
        let sentences = count(document.sentences.len(), "sentence");
        text.extend([format!("{class} {}{moved}: {sentences}\n", bold(&one_line(&document.path)))]);
        if all {
            let lines = document.sentences.iter().map(|it| told(&Cause::Text(it.clone())));
            text.extend(lines.map(|line| format!("  {}\n", one_line(&line))));
        }
    }
    let changed: Vec<&ThreatChange> = changes.threats.iter().filter(|it| it.class != Class::Unchanged).collect();
    text += &section("threats", changed.iter().map(|it| threat(it, all)).collect(), all);
    for (name, list) in [
        ("goals that attackers reach", &changes.goals),
        ("conflicts", &changes.conflicts),
        ("elements", &changes.elements),
        ("questions", &changes.questions),
    ] {
        text += &section(name, list.iter().map(|it| other(it, all)).collect(), all);
    }
    text + &summary(changes)
}

/// How much of each changed, in one line each.
pub(crate) fn summary(changes: &Changes) -> String {
    let line = |name: &str, counts: Counts| {
        let counts = [
            (counts.new, Class::New),
            (counts.reopened, Class::Reopened),
            (counts.changed, Class::Changed),
            (counts.resolved, Class::Resolved),
            (counts.unchanged, Class::Unchanged),
        ];
        let told: Vec<String> = counts
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, class)| format!("{number} {}", class.as_str()))
            .collect();
        let told = if told.is_empty() { "no change".to_owned() } else { told.join(", ") };
        format!("{} {told}\n", bold(&format!("{name}:")))
    };
    let of = |list: &[Change]| Counts::of(list.iter().map(|it| it.class));
    [
        line("claims", Counts::of(changes.claims.iter().map(|it| it.class).filter(|class| *class != Class::Unchanged))),
        line("elements", of(&changes.elements)),
        line("conflicts", of(&changes.conflicts)),
        line("questions", of(&changes.questions)),
        line("threats", changes.threat_counts()),
        line("goals reached", of(&changes.goals)),
    ]
    .concat()
}

fn section(name: &str, lines: Vec<String>, all: bool) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let listed = if all { lines.len() } else { lines.len().min(LISTED_MAX) };
    let more = match lines.len() - listed {
        0 => String::new(),
        more => dim(&format!("{more} more: `--all` lists them\n")),
    };
    format!("\n{}\n{}{more}", bold(name), lines.into_iter().take(listed).collect::<String>())
}

/// A threat in one line, with its causes below.
pub(crate) fn threat(it: &ThreatChange, all: bool) -> String {
    let name = it.severity.as_str();
    let severity = padded(&severity(it.severity), name.len(), "critical".len());
    let became = match it.status {
        (Some(before), Some(after)) if before != after => format!("{} -> {}", status(before), status(after)),
        (_, Some(now)) => status(now),
        (Some(before), None) => format!("was {}", status(before)),
        (None, None) => String::new(),
    };
    let decided = match it.decided {
        (false, true) => ", decided",
        (true, false) => ", its decision does not hold any more",
        _ => "",
    };
    let head = format!(
        "{} {severity} {} {}\n",
        class(it.class),
        one_line(&it.title),
        dim(&format!("{} [{became}{decided}]", it.id))
    );
    head + &causes(&it.causes, all)
}

pub(crate) fn other(it: &Change, all: bool) -> String {
    let value = |value: &Option<String>| value.as_ref().map_or_else(|| "unknown".to_owned(), |it| one_line(it));
    let attribute = |it: &Attribute| format!("    {}: {} -> {}\n", it.name, value(&it.before), value(&it.after));
    let attributes: String = it.attributes.iter().map(attribute).collect();
    let kind = it.kind.replace('_', " ");
    format!("{} {kind} {} {}\n{attributes}", class(it.class), one_line(&it.title), dim(it.id.as_str()))
        + &causes(&it.causes, all)
}

fn class(class: Class) -> String {
    padded(&bold(class.as_str()), class.as_str().len(), "reopened".len())
}

fn causes(causes: &[Cause], all: bool) -> String {
    let shown = if all { causes.len() } else { causes.len().min(CAUSES_MAX) };
    let lines = causes.iter().take(shown).map(|cause| format!("    because: {}\n", one_line(&told(cause))));
    let mut text: String = lines.collect();
    if causes.len() > shown {
        text += &dim(&format!("    and {} more\n", causes.len() - shown));
    }
    text
}
