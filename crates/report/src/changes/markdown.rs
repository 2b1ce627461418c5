//! The changes as a page for a pull request: only what changed, the first rows in sight and the rest folded.

use cairn_diff::{Cause, Change, Changes, Class, Passage, SentenceChange, ThreatChange};

use crate::markdown::page::Page;

/// So many rows are in sight.
const ROWS_MAX: usize = 10;
/// So much of a sentence is shown.
const SENTENCE_CHARACTERS_MAX: usize = 160;
/// So many causes of one change are shown.
const CAUSES_MAX: usize = 2;

/// The changes as Markdown under a heading; `remarks` are paragraphs below it.
pub fn changes_markdown(title: &str, remarks: &[String], changes: &Changes) -> String {
    let mut page = Page::default();
    page.heading(2, title);
    for remark in remarks {
        page.paragraph(remark);
    }
    page.paragraph(&summary(changes));
    if !changes.engine.is_empty() {
        let names: Vec<&str> = changes.engine.iter().map(|it| it.name.as_str()).collect();
        page.paragraph(&format!("Not only documents changed: {}.", listed(&names)));
    }
    for moved in &changes.renamed {
        page.item(&format!("{} is called {} now", moved.from_name, moved.to_name));
    }
    let rows = rows(changes);
    let in_sight = rows.len().min(ROWS_MAX);
    let header = ["change", "severity", "what", "why"];
    let (shown, rest) = rows.split_at(in_sight);
    page.table(&header, shown.to_vec());
    if !rest.is_empty() {
        page.folded(&format!("{} more", rest.len()), |page| page.table(&header, rest.to_vec()));
    }
    page.finish()
}

/// How many threats of each class there are, and what else changed.
fn summary(changes: &Changes) -> String {
    let counts = changes.threat_counts();
    let threats = [
        (counts.new, "new"),
        (counts.reopened, "reopened"),
        (counts.changed, "changed"),
        (counts.resolved, "resolved"),
    ];
    let threats: Vec<String> =
        threats.iter().filter(|(number, _)| *number > 0).map(|(number, class)| format!("{number} {class}")).collect();
    let threats = if threats.is_empty() { "none changed".to_owned() } else { threats.join(", ") };
    format!(
        "Threats: {threats}, {} as before. Documents changed: {}. Conflicts: {}. Questions: {}.",
        counts.unchanged,
        changes.documents.len(),
        changes.conflicts.len(),
        changes.questions.len()
    )
}

fn rows(changes: &Changes) -> Vec<Vec<String>> {
    let changed = changes.threats.iter().filter(|it| it.class != Class::Unchanged);
    let threats = changed.map(|it| {
        let what = format!("{}{} ({})", it.title, became(it), it.id);
        vec![it.class.as_str().to_owned(), it.severity.as_str().to_owned(), what, why(&it.causes)]
    });
    let others = |list: &[Change]| -> Vec<Vec<String>> {
        let row = |it: &Change| {
            let class = format!("{} {}", it.class.as_str(), it.kind.replace('_', " "));
            vec![class, String::new(), format!("{}{}", it.title, attributes(it)), why(&it.causes)]
        };
        list.iter().map(row).collect()
    };
    threats
        .chain(others(&changes.goals))
        .chain(others(&changes.conflicts))
        .chain(others(&changes.elements))
        .chain(others(&changes.questions))
        .collect()
}

/// From which status to which.
fn became(threat: &ThreatChange) -> String {
    match threat.status {
        (Some(before), Some(after)) if before != after => {
            format!(": {} → {}", before.as_str().replace('_', " "), after.as_str().replace('_', " "))
        }
        (None, Some(after)) => format!(": {}", after.as_str().replace('_', " ")),
        _ => String::new(),
    }
}

fn attributes(change: &Change) -> String {
    let one = |it: &cairn_diff::Attribute| {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        format!("{}: {} → {}", it.name, value(&it.before), value(&it.after))
    };
    let all: Vec<String> = change.attributes.iter().map(one).collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join("; ")) }
}

fn why(causes: &[Cause]) -> String {
    let shown: Vec<String> = causes.iter().take(CAUSES_MAX).map(told).collect();
    let more = causes.len().saturating_sub(CAUSES_MAX);
    let more = if more == 0 { String::new() } else { format!("; {more} more") };
    shown.join("; ") + &more
}

/// A cause on one line.
pub fn told(cause: &Cause) -> String {
    match cause {
        Cause::Text(change) => sentence("", change),
        Cause::Decision(change) => sentence("decision ", change),
        Cause::Time { from, to } => format!("time passed: judged on {to} instead of {from}"),
        Cause::Rule(name) => format!("the rule is another one: {name}"),
        Cause::Attacker(name) => format!("the attacker is another one: {name}"),
        Cause::Reader(name) => format!("the reader is another one: {name}"),
        Cause::Import(name) => format!("imported: {name}"),
        Cause::Settings => "the settings are others".to_owned(),
        Cause::Indirect => "follows from other changes; no sentence that it rests on changed".to_owned(),
    }
}

fn sentence(what: &str, change: &SentenceChange) -> String {
    let place = |passage: &Passage| format!("{}:{}", passage.path, passage.line);
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!("{what}edited at {}: “{}” → “{}”", place(after), shortened(&before.text), shortened(&after.text))
        }
        (None, Some(after)) => format!("{what}added at {}: “{}”", place(after), shortened(&after.text)),
        (Some(before), None) => format!("{what}removed from {}: “{}”", place(before), shortened(&before.text)),
        (None, None) => String::new(),
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SENTENCE_CHARACTERS_MAX {
        return line;
    }
    line.chars().take(SENTENCE_CHARACTERS_MAX - 1).chain(['…']).collect()
}

/// The first names of a list.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(ROWS_MAX).copied().collect::<Vec<_>>().join(", ");
    if names.len() > ROWS_MAX { format!("{shown} and {} more", names.len() - ROWS_MAX) } else { shown }
}
