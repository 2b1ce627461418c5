//! The small parts that pages are made of: texts, badges, quotes, and what stands where there is nothing.

use cairn_model::{Citation, ElementId, Severity, Status, Term as _, Threat, ThreatStatus, Truth};
use cairn_report::visible;
use maud::{Markup, Render, html};

use crate::{Frame, Links, Material};

/// A text of a document or a person: escaped, and with what hides in it made visible.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a>(&'a str);

/// See [`Text`].
pub(crate) fn text(text: &str) -> Text<'_> {
    Text(text)
}

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        visible(self.0).as_ref().render_to(buffer);
    }
}

/// The text on one line, or what of it has room.
pub(crate) fn clipped(text: &str, letters: usize) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= letters {
        return line;
    }
    let kept: String = line.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A term of a closed list, as words.
pub(crate) fn words(term: &str) -> String {
    term.replace('_', " ")
}

/// With a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence with a capital letter, but where it begins with the name of something.
pub(crate) fn sentence(material: &Material<'_>, threat: &Threat, said: &str) -> String {
    let names = threat.about.iter().chain([&threat.subject]).map(|id| material.label(id));
    let is_name = names.into_iter().any(|name| !name.is_empty() && said.starts_with(name));
    if is_name { said.to_owned() } else { capital(said) }
}

/// The title of a threat in a list.
pub(crate) fn headline(material: &Material<'_>, threat: &Threat) -> Markup {
    html! { (text(&clipped(&sentence(material, threat, &threat.title), 140))) }
}

/// A count with its noun.
pub(crate) fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// How bad something is: bars and a word, so that no colour is needed.
pub(crate) fn severity(severity: Severity) -> Markup {
    let level = match severity {
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
        Severity::Critical => 4,
    };
    html! {
        span class={ "sev " (severity.as_str()) } {
            svg class="bars" width="14" height="11" viewBox="0 0 14 11" aria-hidden="true" focusable="false" {
                @for bar in 0..4 {
                    rect class=[(bar < level).then_some("on")] x=(bar * 4) y=(8 - bar * 2 - bar / 2) width="2.6" height=(3 + bar * 2 + bar / 2) {}
                }
            }
            (severity.as_str())
        }
    }
}

/// A score as people read it: from 0.0 to 10.0.
pub(crate) fn score(tenths: u16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What became of a threat: a mark and words.
pub(crate) fn status(status: ThreatStatus) -> Markup {
    let mark = match status {
        ThreatStatus::Open => "●",
        ThreatStatus::Disputed => "≠",
        ThreatStatus::AcceptanceExpired => "⌛",
        ThreatStatus::Unverified => "?",
        ThreatStatus::Assumed => "~",
        ThreatStatus::Planned => "→",
        ThreatStatus::Accepted => "✓",
        ThreatStatus::Mitigated => "✓",
    };
    html! { span class={ "status " (status.as_str()) } { span class="mark" aria-hidden="true" { (mark) } (words(status.as_str())) } }
}

/// What the sources say of an element's being there; nothing where it simply is.
pub(crate) fn standing(status: Status) -> Markup {
    html! { @if status != Status::Implemented { span class={ "tag " (status.as_str()) } { (words(status.as_str())) } } }
}

/// Whether the documents say so: a mark and a word.
pub(crate) fn truth(truth: Truth) -> Markup {
    let (mark, word) = match truth {
        Truth::True => ("●", "stated"),
        Truth::False => ("○", "denied"),
        Truth::Unknown => ("?", "unknown"),
    };
    html! { span class={ "truth " (truth.as_str()) } { span class="mark" aria-hidden="true" { (mark) } (word) } }
}

/// A passage with where it stands; the link leads to it in its document.
pub(crate) fn quote(material: &Material<'_>, links: &Links, citation: &Citation) -> Markup {
    html! {
        figure class="quote" {
            blockquote { p { (text(&citation.quote)) } }
            figcaption {
                a href=(links.passage(&citation.document, citation.span)) { (text(&material.place(citation))) }
                " " span class="verified" title="These words stand in the document, to the byte." { "verified" }
            }
        }
    }
}

/// Passages, the first few at once and the others behind a fold.
pub(crate) fn quotes(material: &Material<'_>, links: &Links, evidence: &[Citation], at_once: usize) -> Markup {
    let mut shown: Vec<&Citation> = Vec::new();
    for citation in evidence {
        let is_same = |it: &&Citation| it.document == citation.document && it.quote == citation.quote;
        if !shown.iter().any(is_same) {
            shown.push(citation);
        }
    }
    let (first, rest) = shown.split_at(at_once.min(shown.len()));
    html! {
        @for citation in first { (quote(material, links, citation)) }
        @if !rest.is_empty() {
            details class="more" {
                summary { (counted(rest.len(), "more passage", "more passages")) }
                @for citation in rest { (quote(material, links, citation)) }
            }
        }
    }
}

/// A link to an element, by what people call it.
pub(crate) fn element(material: &Material<'_>, links: &Links, id: &ElementId) -> Markup {
    let label = material.label(id);
    if label == id.as_str() {
        // Where attackers begin is not an element, and has no page.
        let words = label.strip_prefix("attacker-").unwrap_or(label).replace('-', " ");
        return html! { (text(&words)) };
    }
    html! { a class="el" href=(links.of(id)) { (text(&clipped(label, 90))) } }
}

/// Links to several elements.
pub(crate) fn elements(material: &Material<'_>, links: &Links, ids: &[ElementId]) -> Markup {
    html! { @for (nth, id) in ids.iter().enumerate() { @if nth > 0 { ", " } (element(material, links, id)) } }
}

/// What stands where there is nothing.
pub(crate) fn empty(title: &str, why: &str, what_next: &Markup) -> Markup {
    html! { div class="empty" { h2 { (title) } p { (why) } (what_next) } }
}

/// What every form sends along.
pub(crate) fn proof(frame: &Frame<'_>) -> Markup {
    html! {
        input type="hidden" name="_csrf" value=(frame.csrf);
        input type="hidden" name="_back" value=(frame.here);
    }
}

/// A page of a list, with the way to the next and the one before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Counts pages from 1.
    pub(crate) page: usize,
    /// How many entries there are on all pages.
    pub(crate) all: usize,
    /// How many stand on one.
    pub(crate) each: usize,
}

impl Turn {
    /// How many pages there are.
    pub(crate) const fn pages(self) -> usize {
        if self.all == 0 { 1 } else { self.all.div_ceil(self.each) }
    }

    /// The entries of this page.
    pub(crate) fn of<T>(self, entries: &[T]) -> &[T] {
        let start = self.page.saturating_sub(1).min(self.pages() - 1) * self.each;
        entries.get(start..(start + self.each).min(entries.len())).unwrap_or_default()
    }

    /// The way to the other pages; `address` makes the address of one.
    pub(crate) fn links(self, address: impl Fn(usize) -> String) -> Markup {
        html! {
            @if self.pages() > 1 {
                nav class="turn" aria-label="Pages" {
                    @if self.page > 1 { a href=(address(self.page - 1)) rel="prev" { "← Before" } }
                    span { "Page " (self.page) " of " (self.pages()) }
                    @if self.page < self.pages() { a href=(address(self.page + 1)) rel="next" { "Next →" } }
                }
            }
        }
    }
}

/// An option of a choice.
pub(crate) fn option(value: &str, words: &str, chosen: &str) -> Markup {
    html! { option value=(value) selected[value == chosen] { (words) } }
}
