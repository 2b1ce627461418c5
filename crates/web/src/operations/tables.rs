//! What runs, what it costs, which rules fire, what was turned away, what was done by whom, and the revisions.

use cairn_model::DocumentId;
use maud::{Markup, html};

use super::page;
use crate::parts::{Turn, capital, counted, empty, proof, text, words};
use crate::{Frame, Page, Role};

/// Rows on one page of a table.
const EACH: usize = 100;

/// A job.
#[derive(Clone, Debug, Default)]
pub struct JobRow {
    /// Names it.
    pub id: String,
    /// What it does: `scan`, `sync`.
    pub kind: String,
    /// What it is about.
    pub about: String,
    /// How it stands: `waiting`, `running`, `done`, `dead`, `cancelled`.
    pub state: String,
    /// How far it is, in words.
    pub progress: String,
    /// How far it is, of a hundred; none where nobody knows.
    pub percent: Option<u8>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was asked for.
    pub asked_at: String,
    /// What it came to, or why it failed.
    pub outcome: String,
}

/// The page of jobs. The address of the stream tells of changes.
pub fn jobs(frame: &Frame<'_>, rows: &[JobRow]) -> Page {
    let links = frame.links();
    let is_moving = rows.iter().any(|it| matches!(it.state.as_str(), "waiting" | "running" | "queued"));
    let content = html! {
        div data-live=[is_moving.then_some("jobs")] {
            @if rows.is_empty() { (empty("Nothing runs", "Scans and synchronisations are listed here while they run and for a week after.", &Markup::default())) }
            @else { div class="scroll" tabindex="0" role="region" aria-label="Jobs" { table class="dense" {
                caption { (counted(rows.len(), "job", "jobs")) }
                thead { tr { th scope="col" { "Job" } th scope="col" { "About" } th scope="col" { "State" } th scope="col" { "Progress" } th scope="col" class="num" { "Tries" } th scope="col" { "Asked for" } th scope="col" { span class="unseen" { "Actions" } } } }
                tbody { @for it in rows {
                    tr {
                        th scope="row" { span title=(it.id) { (capital(&it.kind)) } } td { (text(&it.about)) }
                        td { span class={ "tag job-" (it.state) } { (words(&it.state)) } }
                        td { @if let Some(percent) = it.percent { progress max="100" value=(percent) aria-label={ "Progress of the " (it.kind) } { (percent) " %" } " " } (text(&it.progress)) @if !it.outcome.is_empty() { " " span class="soft" { (text(&it.outcome)) } } }
                        td class="num" { (it.attempts) } td class="nowrap" { (it.asked_at) }
                        td { @if frame.may(Role::Editor) { (job_form(frame, &links, it)) } }
                    }
                } }
            } } }
        }
    };
    page(frame, "jobs", "Jobs", "Work that outlives the request that asked for it.", &content)
}

fn job_form(frame: &Frame<'_>, links: &crate::Links, it: &JobRow) -> Markup {
    let action = match it.state.as_str() {
        "dead" => "retry",
        "queued" | "waiting" | "running" => "cancel",
        _ => return Markup::default(),
    };
    html! { form class="inline" method="post" action=(links.form(&format!("jobs/{}/{action}", crate::frame::encoded(&it.id)))) { (proof(frame)) button type="submit" { (action) } } }
}

/// What calls to the language model took and cost today.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// The day.
    pub day: String,
    /// Calls.
    pub calls: u64,
    /// Tokens of questions.
    pub input_tokens: u64,
    /// Of these, from the endpoint's cache.
    pub cached_tokens: u64,
    /// Tokens of answers.
    pub output_tokens: u64,
    /// In the currency of the prices in the settings.
    pub cost: String,
    /// What a day may cost; empty for no bound.
    pub budget: String,
    /// The model that is set; empty where none is.
    pub model: String,
}

/// The page of usage and cost.
pub fn usage(frame: &Frame<'_>, usage: &Usage) -> Page {
    let facts = [
        ("Calls", usage.calls.to_string()),
        ("Tokens of questions", usage.input_tokens.to_string()),
        ("of these from the endpoint's cache", usage.cached_tokens.to_string()),
        ("Tokens of answers", usage.output_tokens.to_string()),
        ("Cost", usage.cost.clone()),
        ("Budget of a day", if usage.budget.is_empty() { "no bound".to_owned() } else { usage.budget.clone() }),
    ];
    let content = html! {
        @if usage.model.is_empty() { p class="notice" { "No language model is set. Everything here was read by the embedded extractor, which costs nothing." } }
        @else { p { "Model: " code { (text(&usage.model)) } } }
        dl class="attributes figures" { @for (name, value) in &facts { div class="attribute" { dt { (name) } dd { span class="said-value num" { (text(value)) } } } } }
    };
    page(
        frame,
        "usage",
        "Usage and cost",
        &format!("What calls to the language model took on {}.", usage.day),
        &content,
    )
}

/// A rule with what it found here.
#[derive(Clone, Debug, Default)]
pub struct RuleRow {
    /// Its id.
    pub id: String,
    /// The threat in one sentence.
    pub title: String,
    /// The field it belongs to.
    pub pack: String,
    /// What it is about.
    pub subject: String,
    /// How often it was met here, and how many of these nothing answers.
    pub hits: (usize, usize),
    /// How many were excluded by the settings.
    pub excluded: usize,
}

/// The page of rules: those that were met, and behind a fold all others.
pub fn rules(frame: &Frame<'_>, rows: &[RuleRow]) -> Page {
    let links = frame.links();
    let (met, others): (Vec<&RuleRow>, Vec<&RuleRow>) = rows.iter().partition(|it| it.hits.0 > 0 || it.excluded > 0);
    let content = html! {
        @if met.is_empty() { (empty("No rule was met", "Rules are held against the model; where nothing is read yet, none can be met.", &Markup::default())) }
        @else { (rule_table(&links, &met, "met here")) }
        @if !others.is_empty() {
            details class="more" { summary { (counted(others.len(), "rule", "rules")) " that nothing here met" } (rule_table(&links, &others, "not met here")) }
        }
    };
    page(frame, "rules", "Rules", "Each rule is a file with its rationale, its examples and what answers it.", &content)
}

fn rule_table(links: &crate::Links, rows: &[&RuleRow], which: &str) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label={ "Rules " (which) } { table class="dense" data-keys="rows" {
            caption { (counted(rows.len(), "rule", "rules")) " " (which) }
            thead { tr { th scope="col" { "Rule" } th scope="col" { "Pack" } th scope="col" { "About" } th scope="col" class="num" { "Met" } th scope="col" class="num" { "Open" } th scope="col" class="num" { "Excluded" } } }
            tbody { @for it in rows {
                tr data-row {
                    td class="title" { @if it.hits.0 > 0 { a href=(links.with("threats", &[("rule", it.id.as_str())])) { (sentence_of(&it.title)) } } @else { (sentence_of(&it.title)) } span class="rule" { (it.id) } }
                    td { (words(&it.pack)) } td { (words(&it.subject)) } td class="num" { (it.hits.0) } td class="num" { (it.hits.1) } td class="num" { (it.excluded) }
                }
            } }
        } }
    }
}

/// The title of a rule, in which names of places stand for what is put there.
fn sentence_of(title: &str) -> Markup {
    html! {
        @for (nth, piece) in title.split(['{', '}']).enumerate() {
            @if nth % 2 == 1 { i { (text(&words(piece))) } } @else { (text(piece)) }
        }
    }
}

/// A claim that was turned away.
#[derive(Clone, Debug)]
pub struct RejectedRow<'a> {
    /// Why.
    pub reason: &'a str,
    /// What kind of statement it is.
    pub kind: &'a str,
    /// The words that were supposed to stand there.
    pub quote: &'a str,
    /// Where.
    pub document: &'a DocumentId,
    /// The path of that document.
    pub path: &'a str,
    /// Who made it.
    pub extractor: &'a str,
}

/// The page of claims that were turned away.
pub fn rejected(frame: &Frame<'_>, rows: &[RejectedRow<'_>], at: usize) -> Page {
    let links = frame.links();
    let turn = Turn { page: at, all: rows.len(), each: EACH };
    let content = html! {
        @if rows.is_empty() { (empty("Nothing was turned away", "Every claim that was made of these documents has a quote that stands in them.", &Markup::default())) }
        @else { div class="scroll" tabindex="0" role="region" aria-label="Claims that were turned away" { table class="dense" data-keys="rows" {
            caption { (counted(rows.len(), "claim", "claims")) " of which nothing is in the model" }
            thead { tr { th scope="col" { "Why" } th scope="col" { "Kind" } th scope="col" { "Quote" } th scope="col" { "Document" } th scope="col" { "Read by" } } }
            tbody { @for it in turn.of(rows) {
                tr data-row { td { (it.reason) } td { (words(it.kind)) } td { q { (text(it.quote)) } } td { a href=(links.document(it.document)) { (text(it.path)) } } td class="soft" { (text(it.extractor)) } }
            } }
        } }
        (turn.links(|page| links.with("rejected", &[("page", page.to_string())]))) }
    };
    page(
        frame,
        "rejected",
        "Turned away",
        "Claims whose quotes did not pass the check. They are shown so that nothing is dropped in silence.",
        &content,
    )
}

/// An entry of the trail.
#[derive(Clone, Debug, Default)]
pub struct AuditRow {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// On what.
    pub object: String,
}

/// What the page of the trail is made of.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The newest entries, the newest first.
    pub rows: Vec<AuditRow>,
    /// Whether the reader may have the whole trail verified.
    pub may_verify: bool,
    /// Whether the chain of hashes is whole; none where nobody asked.
    pub holds: Option<bool>,
}

/// The page of the trail.
pub fn audit(frame: &Frame<'_>, trail: &Trail) -> Page {
    let links = frame.links();
    let rows = &trail.rows;
    let content = html! {
        @match trail.holds {
            Some(true) => p class="facts" role="status" { span class="tag good" { "The chain is whole" } " Every entry of the service names the hash of the one before it, and none is missing." },
            Some(false) => p class="notice error" role="alert" { "The chain is broken: an entry was changed or taken out after it was written." },
            None if trail.may_verify => form class="verify" method="get" action=(links.form("audit")) { button type="submit" name="verify" value="yes" { "Verify the trail" } " " span class="soft" { "goes through every entry of the service and holds it to its hash" } },
            None => p class="soft" { "Operators can have the whole trail verified here." },
        }
        @if rows.is_empty() { (empty("Nothing was done yet", "Decisions, sign-ins, exports and changes of settings are recorded here.", &Markup::default())) }
        @else { div class="scroll" tabindex="0" role="region" aria-label="Trail" { table class="dense" {
            caption { "The newest first" }
            thead { tr { th scope="col" class="num" { "No." } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "On what" } } }
            tbody { @for it in rows { tr { td class="num" { (it.number) } td class="nowrap" { (it.at) } td { (text(&it.actor)) } td { code { (it.action) } } td { (text(&it.object)) } } } }
        } } }
    };
    page(
        frame,
        "audit",
        "Audit",
        "What was done, by whom and when. Nothing is ever changed in it or taken out of it.",
        &content,
    )
}

/// A revision.
#[derive(Clone, Debug, Default)]
pub struct RevisionRow {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: String,
    /// What it did to documents, in words.
    pub what: String,
    /// Who wrote them, where they say so.
    pub authors: String,
    /// What changed beside the documents, in words.
    pub inputs: String,
}

/// The page of revisions: each has an address that shows everything as it was.
pub fn revisions(frame: &Frame<'_>, rows: &[RevisionRow]) -> Page {
    let links = frame.links();
    let content = html! {
        @if rows.is_empty() { (empty("Nothing was read yet", "Each scan that finds something changed makes a revision.", &Markup::default())) }
        @else { div class="scroll" tabindex="0" role="region" aria-label="Revisions" { table class="dense" data-keys="rows" {
            caption { "The newest first" }
            thead { tr { th scope="col" { "Revision" } th scope="col" { "When" } th scope="col" { "Documents" } th scope="col" { "Beside them" } th scope="col" { "By" } } }
            tbody { @for it in rows {
                @let at = format!("r{}", it.number);
                tr data-row {
                    th scope="row" { a href={ (links.form("threats")) "?at=" (at) } { (at) } " " a class="soft" href={ (links.form("model")) "?at=" (at) } { "model" } }
                    td class="nowrap" { (it.at) } td { (text(&it.what)) } td { (text(&it.inputs)) } td { (text(&it.authors)) }
                }
            } }
        } } }
    };
    page(frame, "revisions", "Revisions", "Every page can be seen as it was: follow a revision.", &content)
}
