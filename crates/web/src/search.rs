//! Search over everything of a project at once: elements, threats, claims and documents.

use cairn_model::{Document, Span, Threat};
use maud::{Markup, html};

use crate::parts::{clipped, counted, empty, headline, score, severity, status, text};
use crate::sheet::{KINDS, all};
use crate::{Frame, Links, Material, Page, Section, layout};

/// Hits of one kind that are shown.
const EACH: usize = 20;

/// A passage that was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Where.
    pub document: &'a Document,
    /// Its bytes.
    pub span: Span,
    /// The headings around it.
    pub headings: String,
}

/// The page of what was found. Elements and threats are looked up here; passages come from the index.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, query: &str, passages: &[Found<'_>]) -> Page {
    let links = frame.links();
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let has_all = |text: &str| {
        let text = text.to_lowercase();
        !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
    };
    let elements: Vec<(&'static str, String, String)> = KINDS
        .iter()
        .flat_map(|(kind, _)| all(material.system, kind))
        .filter(|sheet| has_all(material.label(sheet.id)))
        .map(|sheet| (sheet.kind, links.of(sheet.id), material.label(sheet.id).to_owned()))
        .collect();
    let threats: Vec<&Threat> =
        material.threats.iter().filter(|it| has_all(&it.title) || has_all(&it.statement)).collect();
    let documents: Vec<&Document> = material.documents().filter(|it| has_all(&it.path) || has_all(&it.title)).collect();
    let is_nothing = elements.is_empty() && threats.is_empty() && documents.is_empty() && passages.is_empty();
    let content = html! {
        header class="head" { h1 { "Search" } @if !query.is_empty() { p class="lead" { "For " q { (text(query)) } } } }
        form class="filters" method="get" action=(links.form("search")) {
            label class="wide" { span { "Words" } input type="search" name="q" value=(query); }
            button type="submit" { "Search" }
        }
        @if query.is_empty() { p class="soft" { "Elements, threats, claims and documents are searched at once." } }
        @else if is_nothing { (empty("Nothing found", "No element, threat or passage has these words.", &html! { p { a href=(links.with("assistant", &[("q", query)])) { "Ask the assistant instead" } } })) }
        @if !elements.is_empty() { section { h2 { (counted(elements.len(), "element", "elements")) } ul class="plain hits" { @for (kind, address, label) in elements.iter().take(EACH) { li { span class="tag" { (kind) } " " a href=(address) { (text(&clipped(label, 120))) } } } } } }
        @if !threats.is_empty() { section { h2 { (counted(threats.len(), "threat", "threats")) } ul class="plain hits" { @for it in threats.iter().take(EACH) { li { (severity(it.severity)) " " span class="num" { (score(it.score_tenths)) } " " a href=(links.of(&it.id)) { (headline(material, it)) } " " (status(it.status)) } } } @if threats.len() > EACH { p { a href=(links.with("threats", &[("words", query)])) { "All of them" } } } } }
        @if !documents.is_empty() { section { h2 { (counted(documents.len(), "document", "documents")) } ul class="plain hits" { @for it in documents.iter().take(EACH) { li { a href=(links.document(&it.id)) { (text(&it.title)) } " " code class="soft" { (text(&it.path)) } } } } } }
        @if !passages.is_empty() { section { h2 { (counted(passages.len(), "passage", "passages")) } @for it in passages.iter().take(EACH) { (passage(&links, it)) } } }
    };
    layout::page(frame, Section::Elsewhere, "Search", &content)
}

fn passage(links: &Links, found: &Found<'_>) -> Markup {
    html! {
        figure class="quote" {
            blockquote { p { (text(&clipped(found.document.slice(found.span), 320))) } }
            figcaption { a href=(links.passage(&found.document.id, found.span)) { (text(&found.document.path)) } @if !found.headings.is_empty() { " · " (text(&found.headings)) } }
        }
    }
}
