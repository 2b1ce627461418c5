//! Where documents come from and what became of each: sources with their state, upload, paste, and the list of documents.

use cairn_model::Document;
use maud::{Markup, html};

use super::page;
use crate::parts::{Turn, counted, empty, option, proof, text};
use crate::{Frame, Links, Page, Role};

/// Documents on one page of the list.
const EACH: usize = 100;

/// What the page is made of.
#[derive(Clone, Debug, Default)]
pub struct Sources<'a> {
    /// The sources.
    pub sources: Vec<SourceRow>,
    /// The documents, by path.
    pub documents: Vec<DocumentRow<'a>>,
    /// What was left out, each with why.
    pub skipped: Vec<(String, String)>,
    /// The page of the documents, counted from 1.
    pub page: usize,
}

/// A source.
#[derive(Clone, Debug, Default)]
pub struct SourceRow {
    /// Names it in addresses.
    pub id: String,
    /// What it is: `folder`, `git`, `uploads`.
    pub kind: String,
    /// Where it is.
    pub place: String,
    /// How the last reading ended, in words.
    pub state: String,
    /// Whether it failed.
    pub has_failed: bool,
    /// When it was read last.
    pub read_at: String,
}

/// A document.
#[derive(Clone, Debug)]
pub struct DocumentRow<'a> {
    /// It.
    pub document: &'a Document,
    /// How many claims of it hold.
    pub claims: usize,
    /// How many were turned away.
    pub rejected: usize,
}

/// The page of sources and documents.
pub fn sources(frame: &Frame<'_>, sources: &Sources<'_>) -> Page {
    let links = frame.links();
    let content = html! {
        @if frame.may(Role::Editor) { (adding(frame, &links)) }
        @if !sources.sources.is_empty() { (table(frame, &links, &sources.sources)) }
        (documents(&links, sources))
        @if !sources.skipped.is_empty() {
            details class="more" {
                summary { (counted(sources.skipped.len(), "file was", "files were")) " left out" }
                ul { @for (path, why) in &sources.skipped { li { code { (text(path)) } " " span class="soft" { (text(why)) } } } }
            }
        }
    };
    page(frame, "sources", "Sources", "Where documents come from, and what was read in each.", &content)
}

fn adding(frame: &Frame<'_>, links: &Links) -> Markup {
    html! {
        section class="adding" aria-label="Add documents" {
            form method="post" action=(links.form("sources/upload")) enctype="multipart/form-data" {
                // What is uploaded is not read before it is known who sends it: the proof comes first.
                (proof(frame))
                h2 { "Upload" }
                label { span { "Files" } input type="file" name="file" multiple required; }
                button class="primary" type="submit" { "Upload and read" }
            }
            form method="post" action=(links.form("sources/paste")) {
                h2 { "Paste" }
                (proof(frame))
                label { span { "Name" } input type="text" name="path" required maxlength="200" placeholder="notes/2026-11-meeting.md"; }
                label { span { "Text" } textarea name="text" rows="3" required {} }
                button class="primary" type="submit" { "Add and read" }
            }
            form method="post" action=(links.form("sources/add")) {
                h2 { "Folder or repository" }
                (proof(frame))
                div class="pair" {
                    label { span { "Kind" } select name="kind" { (option("folder", "folder", "")) (option("git", "git repository", "")) } }
                    label { span { "Source" } input type="text" name="id" required maxlength="63" pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" placeholder="docs" autocomplete="off"; }
                }
                label { span { "Path on the service's machine, or URL of a repository" } input type="text" name="path" required placeholder="https://git.example.com/team/platform" autocomplete="off"; }
                label { span { "Branch, tag or commit of a repository" } input type="text" name="revision" placeholder="what comes first there" autocomplete="off"; }
                button class="primary" type="submit" { "Add and read" }
            }
        }
    }
}

fn table(frame: &Frame<'_>, links: &Links, rows: &[SourceRow]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Sources" {
            table class="dense" {
                caption { (counted(rows.len(), "source", "sources")) }
                thead { tr { th scope="col" { "Source" } th scope="col" { "Kind" } th scope="col" { "Place" } th scope="col" { "State" } th scope="col" { "Last read" } th scope="col" { span class="unseen" { "Actions" } } } }
                tbody { @for it in rows {
                    tr {
                        th scope="row" { (text(&it.id)) } td { (it.kind) }
                        td { @if it.place.is_empty() { span class="soft" { "in this service" } } @else { code { (text(&it.place)) } } }
                        td { span class=(if it.has_failed { "tag absent" } else { "tag good" }) { (if it.has_failed { "fails" } else { "ready" }) } " " (text(&it.state)) }
                        td class="nowrap" { @if it.read_at.is_empty() { span class="soft" { "–" } } @else { (it.read_at) } }
                        td { @if frame.may(Role::Editor) && !it.place.is_empty() { (moving(frame, links, it)) } }
                    }
                } }
            }
        }
    }
}

/// What is done about a source that is read from elsewhere.
fn moving(frame: &Frame<'_>, links: &Links, it: &SourceRow) -> Markup {
    let action = |what: &str| links.form(&format!("sources/{}/{what}", crate::frame::encoded(&it.id)));
    html! {
        form class="inline" method="post" action=(action("sync")) { (proof(frame)) button type="submit" { "Read now" span class="unseen" { ": " (text(&it.id)) } } }
        details class="answer" {
            summary { "Remove" span class="unseen" { ": " (text(&it.id)) } }
            form method="post" action=(action("remove")) { (proof(frame)) p { "Its documents leave the model with it." } button type="submit" { "Remove the source" } }
        }
    }
}

fn documents(links: &Links, sources: &Sources<'_>) -> Markup {
    let turn = Turn { page: sources.page.max(1), all: sources.documents.len(), each: EACH };
    html! {
        @if sources.documents.is_empty() { (empty("No documents yet", "Upload some files, paste a text, or add a folder or a repository as a source.", &Markup::default())) }
        @else {
            div class="scroll" tabindex="0" role="region" aria-label="Documents" {
                table class="dense" data-keys="rows" {
                    caption { (counted(sources.documents.len(), "document", "documents")) }
                    thead { tr { th scope="col" { "Document" } th scope="col" { "Type" } th scope="col" { "Date" } th scope="col" class="num" { "Claims" } th scope="col" class="num" { "Turned away" } th scope="col" class="num" { "Bytes" } } }
                    tbody { @for row in turn.of(&sources.documents) {
                        tr data-row {
                            td class="title" { a href=(links.document(&row.document.id)) { (text(&row.document.title)) } span class="rule" { (text(&row.document.path)) } }
                            td { (row.document.source_type.as_str().replace('_', " ")) }
                            td { @match row.document.modified { Some(day) => time class="nowrap" { (day) }, None => span class="soft" { "not given" } } }
                            td class="num" { (row.claims) } td class="num" { (row.rejected) } td class="num" { (row.document.text.len()) }
                        }
                    } }
                }
            }
            (turn.links(|page| links.with("sources", &[("page", page.to_string())])))
        }
    }
}
