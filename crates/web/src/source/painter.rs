//! Paints stretches of a document's text, with those marked that are cited.

use cairn_model::Span;
use maud::{Markup, html};

use crate::parts::text;

/// Paints a text from its start to its end, and knows whether the wanted passage was among what it painted.
pub(super) struct Painter<'a> {
    text: &'a str,
    wanted: Option<Span>,
    /// Borders of marks in order, so that each stretch between two of them is painted in one way.
    borders: Vec<usize>,
    marks: Vec<Span>,
    has_painted_wanted: bool,
}

impl<'a> Painter<'a> {
    pub(super) fn new(text: &'a str, wanted: Option<Span>, marks: &[Span]) -> Self {
        let mut marks = merged(marks);
        marks.retain(|mark| mark.of(text).is_some());
        let wanted = wanted.filter(|span| span.of(text).is_some() && !span.is_empty());
        let mut borders: Vec<usize> =
            marks.iter().chain(wanted.iter()).flat_map(|span| [span.start, span.end]).collect();
        borders.sort_unstable();
        borders.dedup();
        Self { text, wanted, borders, marks, has_painted_wanted: false }
    }

    /// Whether anything of the wanted passage was painted.
    pub(super) const fn has_painted_wanted(&self) -> bool {
        self.has_painted_wanted
    }

    /// Paints what stands under `span`.
    pub(super) fn paint(&mut self, span: Span) -> Markup {
        let first = self.borders.partition_point(|border| *border <= span.start);
        let inside = self.borders.iter().skip(first).take_while(|border| **border < span.end);
        let ends: Vec<usize> = inside.copied().chain([span.end]).collect();
        let mut start = span.start;
        html! {
            @for end in ends {
                (self.stretch(Span::new(std::mem::replace(&mut start, end), end)))
            }
        }
    }

    fn stretch(&mut self, span: Span) -> Markup {
        let words = span.of(self.text).unwrap_or_default();
        if words.is_empty() {
            return Markup::default();
        }
        if self.wanted.is_some_and(|wanted| wanted.contains(span)) {
            let is_first = !std::mem::replace(&mut self.has_painted_wanted, true);
            return html! { mark class="cited" id=[is_first.then_some("cited")] { (text(words)) } };
        }
        let after = self.marks.partition_point(|mark| mark.start <= span.start);
        let around = after.checked_sub(1).and_then(|at| self.marks.get(at));
        if around.is_some_and(|mark| mark.contains(span)) {
            return html! { mark { (text(words)) } };
        }
        html! { (text(words)) }
    }
}

/// Spans in order, those that touch or overlap made one.
fn merged(spans: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.iter().copied().filter(|span| !span.is_empty()).collect();
    sorted.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}
