//! The inbox: what changed since somebody last looked, why, and what can be done about it without leaving the page.

mod item;

use std::collections::{BTreeMap, BTreeSet};

use cairn_diff::{Change, Changes, Class, ThreatChange, is_finding};
use maud::{Markup, html};

use crate::parts::{counted, empty, proof, text, words};
use crate::{Frame, Links, Material, Page, Role, Section, layout};
use item::Row;

/// Items of one group that are shown; the others are counted.
const EACH: usize = 60;

/// What waits for a reviewer.
#[derive(Clone, Debug)]
pub struct Waiting<'a> {
    /// The revision up to which they looked, and when; none when they never did.
    pub since: Option<(i64, String)>,
    /// What changed since.
    pub changes: &'a Changes,
    /// Acceptances that end soon or have ended.
    pub ending: Vec<Ending>,
    /// Sources that cannot be read, each with why.
    pub failing: Vec<(String, String)>,
    /// Items that were seen one by one, or put off; by id.
    pub aside: BTreeSet<String>,
    /// Who items are assigned to, by id.
    pub assigned: BTreeMap<String, String>,
}

/// An acceptance that ends.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The threat or the accepted risk, by id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its last day.
    pub on: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whether the day is past.
    pub is_past: bool,
}

/// A group of items.
struct Group<'a> {
    name: &'static str,
    what: &'static str,
    rows: Vec<Row<'a>>,
}

/// How many items wait; the number in the navigation.
pub fn count(waiting: &Waiting<'_>, material: &Material<'_>) -> usize {
    groups(waiting, material).iter().map(|group| group.rows.len()).sum()
}

/// The page.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, waiting: &Waiting<'_>) -> Page {
    let links = frame.links();
    let groups = groups(waiting, material);
    let all: usize = groups.iter().map(|group| group.rows.len()).sum();
    let content = html! {
        header class="head" {
            h1 { "Inbox" }
            p class="lead" {
                (counted(all, "change", "changes"))
                @match &waiting.since { Some((revision, day)) => { " since you looked at revision r" (revision) " on " time { (day) } }, None => " since the beginning: you have not marked anything as seen yet" }
                "."
            }
        }
        (failing(&links, &waiting.failing))
        (engine(&waiting.changes.engine))
        @if all == 0 {
            (empty("Nothing waits for you", "You have seen every change up to this revision. The next scan, upload or synchronisation brings new ones.",
                &html! { p { a href=(links.page("threats")) { "All threats" } " · " a href=(links.page("revisions")) { "All revisions" } } }))
        } @else {
            nav class="kinds" aria-label="Groups" { @for group in groups.iter().filter(|it| !it.rows.is_empty()) { a href={ "#" (anchor(group.name)) } { (group.name) " " span class="soft" { (group.rows.len()) } } } }
            form id="triage" class="triage" method="post" action=(links.form("inbox")) data-keys="triage" {
                (proof(frame))
                @for group in groups.iter().filter(|it| !it.rows.is_empty()) {
                    section aria-labelledby=(anchor(group.name)) {
                        h2 id=(anchor(group.name)) { (group.name) " " span class="soft" { (group.rows.len()) } }
                        p class="soft" { (group.what) }
                        ol class="items" { @for row in group.rows.iter().take(EACH) { (row.show(frame, material, &links)) } }
                        @if group.rows.len() > EACH { p class="soft" { (group.rows.len() - EACH) " more; they come up as these are dealt with." } }
                    }
                }
                @if frame.may(Role::Reviewer) { (bar(frame)) }
                @else { p class="soft" { "Deciding and marking as seen take the role of a reviewer." } }
            }
        }
    };
    layout::page(frame, Section::Inbox, "Inbox", &content)
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn groups<'a>(waiting: &'a Waiting<'_>, material: &Material<'_>) -> Vec<Group<'a>> {
    let changes = waiting.changes;
    let threats = |wanted: fn(&ThreatChange) -> bool| -> Vec<Row<'a>> {
        let mut rows: Vec<&ThreatChange> = changes.threats.iter().filter(|it| wanted(it)).collect();
        rows.sort_by_key(|it| (std::cmp::Reverse(it.score_tenths.1.or(it.score_tenths.0)), &it.id));
        rows.into_iter().map(Row::Threat).collect()
    };
    let others = |list: &'a [Change], classes: &[Class]| -> Vec<Row<'a>> {
        list.iter().filter(|it| classes.contains(&it.class)).map(Row::Change).collect()
    };
    let is_open = |it: &Row<'_>| match it {
        Row::Threat(it) => material.threat(it.id.as_str()).is_none_or(is_finding),
        _ => true,
    };
    let mut new = threats(|it| it.class == Class::New);
    new.retain(is_open);
    let groups = [
        ("New threats", "Not there before, and nothing answers them.", new),
        ("Reopened", "Answered or gone once, and here again.", threats(|it| it.class == Class::Reopened)),
        ("Changed threats", "Their status or severity is another.", threats(|it| it.class == Class::Changed)),
        (
            "Contradictions",
            "Sources that disagree, or disagree otherwise.",
            others(&changes.conflicts, &[Class::New, Class::Reopened, Class::Changed]),
        ),
        (
            "Acceptances that end",
            "What was lived with until a day that is near or past.",
            waiting.ending.iter().map(Row::Ending).collect(),
        ),
        (
            "Resolved",
            "Answered by what a document says now, or gone with it.",
            threats(|it| it.class == Class::Resolved),
        ),
        (
            "Questions answered",
            "Something that nobody had written down is written down now.",
            others(&changes.questions, &[Class::Resolved]),
        ),
    ];
    let kept = |rows: Vec<Row<'a>>| {
        rows.into_iter()
            .filter(|row| !waiting.aside.contains(row.id()))
            .map(|row| row.assigned(&waiting.assigned))
            .collect()
    };
    groups.into_iter().map(|(name, what, rows)| Group { name, what, rows: kept(rows) }).collect()
}

fn failing(links: &Links, failing: &[(String, String)]) -> Markup {
    html! {
        @if !failing.is_empty() {
            div class="notice error" role="alert" {
                p { strong { (counted(failing.len(), "source fails", "sources fail")) } ". What they hold now is not in the model. " a href=(links.page("sources")) { "Sources" } }
                ul { @for (name, why) in failing { li { (text(name)) ": " (text(why)) } } }
            }
        }
    }
}

/// What changed beside the documents, apart from what changed in them.
fn engine(changes: &[cairn_diff::EngineChange]) -> Markup {
    html! {
        @if !changes.is_empty() {
            details class="notice engine" {
                summary { strong { "The engine changed too" } ": " (counted(changes.len(), "input", "inputs")) " beside the documents" }
                p { "Changes below that no document caused are explained by these." }
                ul { @for it in changes { li { span class="tag" { (it.class.as_str()) } " " (text(&words(&it.name))) } } }
            }
        }
    }
}

/// What is done about the items that are chosen.
fn bar(frame: &Frame<'_>) -> Markup {
    html! {
        fieldset class="actions" id="actions" {
            legend { "With what is chosen" }
            label class="field" { span { "Owner or assignee" } input type="text" name="owner" maxlength="200"; }
            label class="field" { span { "Until" } input type="date" name="expires" min=(frame.as_of); }
            label class="field grow" { span { "Reason" } input type="text" name="reason" maxlength="2000"; }
            div class="buttons" {
                button class="primary" type="submit" name="action" value="seen" data-key="a" { "Accept change" }
                button type="submit" name="action" value="accept" data-key="r" { "Accept risk" }
                button type="submit" name="action" value="not_applicable" data-key="e" { "Not applicable" }
                button type="submit" name="action" value="assign" data-key="g" { "Assign" }
                button type="submit" name="action" value="snooze" data-key="z" { "Snooze" }
                button class="quiet" type="submit" name="action" value="all_seen" { "Mark everything as seen" }
            }
            p class="soft keys" { kbd { "j" } kbd { "k" } " move · " kbd { "x" } " choose · " kbd { "a" } " accept change · " kbd { "r" } " accept risk · " kbd { "e" } " not applicable · " kbd { "g" } " assign · " kbd { "z" } " snooze · " kbd { "Enter" } " open · " kbd { "?" } " all keys" }
        }
    }
}
