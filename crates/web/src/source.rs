//! The source pane: a document as its readers see it, with the cited passages marked.
//!
//! Prose is set as prose, from the document's own blocks; everything else, and what of prose no reader sees, is shown line by
//! line as it is stored. Long documents are shown around the passage that is asked for.

mod painter;
mod prose;
mod raw;

use cairn_model::{Citation, Document, Span};
use maud::{Markup, html};

use crate::parts::{counted, text};
use crate::{Frame, Links, Material, Page, Section, layout};
use painter::Painter;

/// How a document is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As its readers see it, where it is prose.
    #[default]
    Read,
    /// Line by line, as it is stored.
    Stored,
}

/// What of a document is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// The passage.
    pub span: Option<Span>,
    /// How.
    pub look: Look,
}

/// A statement that a document makes, for the margin of its page.
#[derive(Clone, Debug)]
pub struct ClaimNote<'a> {
    /// Names it in decisions.
    pub id: &'a str,
    /// What kind of statement it is.
    pub kind: &'a str,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub citation: &'a Citation,
    /// Who read it.
    pub extractor: &'a str,
    /// What it says of the thing.
    pub status: &'a str,
}

/// A statement that was read from a document and turned away.
#[derive(Clone, Debug)]
pub struct RejectedNote<'a> {
    /// What kind of statement it is.
    pub kind: &'a str,
    /// The words that were supposed to stand there.
    pub quote: &'a str,
    /// Why it was turned away.
    pub reason: &'a str,
    /// Who made it.
    pub extractor: &'a str,
}

/// The page of a document: its text, and what was read in it.
pub fn page(
    frame: &Frame<'_>,
    document: &Document,
    wanted: Wanted,
    claims: &[ClaimNote<'_>],
    rejected: &[RejectedNote<'_>],
) -> Page {
    let links = frame.links();
    let marks: Vec<Span> = claims.iter().map(|claim| claim.citation.span).collect();
    let content = html! {
        div class="split" {
            section class="main-column" aria-label="What was read" {
                h1 { (text(&document.title)) }
                p class="lead soft" {
                    code { (text(&document.path)) } " · " (document.source_type.as_str().replace('_', " "))
                    @if let Some(day) = document.modified { " · " time { (day) } }
                    " · " (counted(claims.len(), "claim", "claims")) ", " (rejected.len()) " turned away"
                }
                @if claims.is_empty() { p class="soft" { "Nothing in this document became a claim." } }
                @else { (claim_table(&links, claims)) }
                @if !rejected.is_empty() { (rejected_list(rejected)) }
            }
            (pane(&links, document, wanted, &marks, &html! { (look_switch(&links, document, wanted)) }))
        }
    };
    layout::page(frame, Section::Operations, &document.title, &content)
}

fn claim_table(links: &Links, claims: &[ClaimNote<'_>]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Claims" {
        table class="dense" {
            caption { "Claims whose quotes stand in this document" }
            thead { tr { th scope="col" { "Line" } th scope="col" { "Kind" } th scope="col" { "About" } th scope="col" { "Status" } th scope="col" { "Read by" } } }
            tbody {
                @for claim in claims {
                    tr id=(claim.id) {
                        td class="nowrap" { a href=(links.passage(&claim.citation.document, claim.citation.span)) { "line " (claim.citation.line) } }
                        td { (claim.kind.replace('_', " ")) }
                        td { (text(&claim.subject)) }
                        td { (claim.status) }
                        td class="soft" { (text(claim.extractor)) }
                    }
                }
            }
        } }
    }
}

fn rejected_list(rejected: &[RejectedNote<'_>]) -> Markup {
    html! {
        h2 { "Turned away" }
        p class="soft" { "Claims that did not pass the check of their quotes. Nothing of them is in the model." }
        ul class="plain" {
            @for it in rejected {
                li { span class="tag absent" { (it.kind.replace('_', " ")) } " " q { (text(it.quote)) } br; span class="soft" { (it.reason) " · " (text(it.extractor)) } }
            }
        }
    }
}

fn look_switch(links: &Links, document: &Document, wanted: Wanted) -> Markup {
    let path = format!("documents/{}", crate::frame::encoded(document.id.as_str()));
    let span = wanted.span.map(|span| (span.start.to_string(), span.end.to_string()));
    let address = |look: &str| {
        let mut question = vec![("look", look)];
        if let Some((from, to)) = &span {
            question.extend([("from", from.as_str()), ("to", to.as_str())]);
        }
        links.with(&path, &question)
    };
    html! {
        @match wanted.look {
            Look::Read => { a href=(address("stored")) { "as it is stored" } }
            Look::Stored => { a href=(address("read")) { "as it is read" } }
        }
    }
}

/// The pane: head, tools and text. `marks` are further passages that are marked more quietly.
pub(crate) fn pane(links: &Links, document: &Document, wanted: Wanted, marks: &[Span], tools: &Markup) -> Markup {
    html! {
        section class="source" aria-label={ "Source: " (text(&document.path)) } {
            header class="source-head" {
                p class="source-title" { a href=(links.document(&document.id)) { (text(&document.title)) } }
                p class="soft" {
                    code { (text(&document.path)) } " · " span class="verified" title="The text is the one whose bytes were cited." { (short(document.revision.as_str())) }
                    " · " (tools)
                }
            }
            div class="paper" tabindex="0" role="region" aria-label="Text of the document" { (body(document, wanted, marks)) }
        }
    }
}

/// What a pane shows where no passage is cited.
pub(crate) fn no_passage(why: &str) -> Markup {
    html! { section class="source" aria-label="Source" { div class="paper" { p class="soft" { (why) } } } }
}

fn body(document: &Document, wanted: Wanted, marks: &[Span]) -> Markup {
    if wanted.look == Look::Read && prose::is_prose(document) {
        let mut painter = Painter::new(&document.text, wanted.span, marks);
        let set = prose::set(document, wanted.span, &mut painter);
        if wanted.span.is_none() || painter.has_painted_wanted() {
            return set;
        }
    }
    raw::lines(document, wanted.span, marks)
}

/// The first letters of a digest, as people compare it.
fn short(revision: &str) -> String {
    revision.strip_prefix("sha256:").unwrap_or(revision).chars().take(10).collect()
}

/// Where a line of a document begins and ends.
pub fn line_span(document: &Document, line: usize) -> Option<Span> {
    let start = document.text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    let length = document.text.get(start..)?.split('\n').next()?.len();
    (length > 0).then(|| Span::new(start, start + length))
}

/// The passages of a page, told apart by document and place.
pub(crate) fn distinct<'a, 'm>(
    material: &Material<'m>,
    citations: impl Iterator<Item = &'a Citation>,
) -> Vec<(&'a Citation, &'m Document)> {
    let mut seen: Vec<(&Citation, &Document)> = Vec::new();
    for citation in citations {
        let is_same = |(it, _): &(&Citation, &Document)| it.document == citation.document && it.span == citation.span;
        if !seen.iter().any(is_same)
            && let Some(document) = material.document(&citation.document)
        {
            seen.push((citation, document));
        }
    }
    seen
}
