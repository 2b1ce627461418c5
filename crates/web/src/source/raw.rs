//! A document line by line, as it is stored.

use cairn_model::{Document, Span};
use maud::{Markup, html};

use super::painter::Painter;

/// Lines that are shown before the wanted passage, and in all.
const LINES_BEFORE: usize = 120;
const LINES_MAX: usize = 600;
/// Bytes of one line that are shown; generated files have lines of megabytes.
const LINE_BYTES_MAX: usize = 4_000;

/// The lines around the wanted passage.
pub(super) fn lines(document: &Document, wanted: Option<Span>, marks: &[Span]) -> Markup {
    let mut painter = Painter::new(&document.text, wanted, marks);
    let all: Vec<Span> = spans(&document.text);
    let at = wanted.map_or(0, |span| all.partition_point(|line| line.end < span.start));
    let first = at.saturating_sub(LINES_BEFORE);
    let shown = all.iter().enumerate().skip(first).take(LINES_MAX);
    html! {
        div class="raw" {
            @if first > 0 { p class="cut" { (first) " lines before are left out." } }
            @for (nth, line) in shown {
                div class="line" { span class="number" { (nth + 1) } code { (painter.paint(shown_part(&document.text, *line, wanted))) } }
            }
            @if first + LINES_MAX < all.len() { p class="cut" { (all.len() - first - LINES_MAX) " lines after are left out." } }
        }
    }
}

fn spans(text: &str) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for line in text.split_inclusive('\n') {
        spans.push(Span::new(start, start + line.trim_end_matches(['\n', '\r']).len()));
        start += line.len();
    }
    spans
}

/// What of a line is shown: all of it, or of a very long one the part around the wanted passage.
fn shown_part(text: &str, line: Span, wanted: Option<Span>) -> Span {
    if line.len() <= LINE_BYTES_MAX {
        return line;
    }
    let inside = wanted.filter(|span| line.start <= span.start && span.start < line.end);
    let mut start = inside.map_or(line.start, |span| span.start.saturating_sub(LINE_BYTES_MAX / 4).max(line.start));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = (start + LINE_BYTES_MAX).min(line.end);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Span::new(start, end)
}
