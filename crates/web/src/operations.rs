//! Sources and operations: what is read and from where, what runs, what it costs, who may do what, which rules fire, and the trail.

mod people;
mod sources;
mod tables;

use maud::{Markup, html};

use crate::{Frame, Links, Page, Section, layout};

pub use people::{KeyRow, MemberRow, People, access};
pub use sources::{DocumentRow, SourceRow, Sources, sources};
pub use tables::{
    AuditRow, JobRow, RejectedRow, RevisionRow, RuleRow, Trail, Usage, audit, jobs, rejected, revisions, rules, usage,
};

/// The tabs of these pages.
fn tabs(links: &Links, here: &str) -> Markup {
    let entries = [
        ("sources", "Sources"),
        ("rejected", "Turned away"),
        ("jobs", "Jobs"),
        ("revisions", "Revisions"),
        ("rules", "Rules"),
        ("usage", "Usage and cost"),
        ("access", "People and keys"),
        ("audit", "Audit"),
    ];
    html! {
        nav class="tabs" aria-label="Sources and operations" {
            @for (path, name) in entries { a href=(links.page(path)) aria-current=[(path == here).then_some("page")] { (name) } }
        }
    }
}

/// One of these pages.
fn page(frame: &Frame<'_>, here: &str, title: &str, lead: &str, content: &Markup) -> Page {
    let content = html! {
        header class="head" { h1 { (title) } @if !lead.is_empty() { p class="lead" { (lead) } } }
        (tabs(&frame.links(), here))
        (content)
    };
    layout::page(frame, Section::Operations, title, &content)
}
