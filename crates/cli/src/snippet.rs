//! Source lines with the quoted words underlined.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use cairn_model::{Citation, Document, Span};
use cairn_report::visible;

use crate::text::one_line;

/// How much of a line is shown after a quote: some documents are one line.
const AFTER_BYTES_MAX: usize = 160;

/// How much of a quote is shown.
const QUOTE_BYTES_MAX: usize = 600;

/// What stands where something was left out.
const LEFT_OUT: &str = "…";

/// The source line or lines around `span`, the span underlined and labelled.
pub(crate) fn source(
    path: &str,
    text: &str,
    span: Span,
    line: usize,
    kind: AnnotationKind,
    label: &str,
) -> Snippet<'static, Annotation<'static>> {
    let words = span.of(text).unwrap_or_default().trim_end();
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.start + words.len()..).unwrap_or_default();
    let quote = shown(&clipped_end(words, QUOTE_BYTES_MAX));
    // The whole line up to the quote, however long: the column is counted in it, and the renderer cuts what is too wide.
    let before = shown(before.rsplit('\n').next().unwrap_or_default());
    let after = shown(&clipped_end(after.split(['\r', '\n']).next().unwrap_or_default(), AFTER_BYTES_MAX));
    let start = before.len();
    let end = start + quote.len();
    let annotation = kind.span(start..end).label((!label.is_empty()).then(|| one_line(label)));
    Snippet::source(before + &quote + &after).line_start(line).path(one_line(path)).fold(false).annotation(annotation)
}

/// [`source`] for a citation, when its document is at hand.
pub(crate) fn citation(
    documents: &[Document],
    citation: &Citation,
    kind: AnnotationKind,
    label: &str,
) -> Option<Snippet<'static, Annotation<'static>>> {
    let document = documents.iter().find(|document| document.id == citation.document)?;
    Some(source(&document.path, &document.text, citation.span, citation.line, kind, label))
}

/// A title with nothing that could steer a terminal.
pub(crate) fn title(level: Level<'static>, name: &str, id: Option<&str>, text: &str) -> Group<'static> {
    let title = level.with_name(name.to_owned()).primary_title(one_line(text));
    Group::with_title(match id {
        Some(id) => title.id(one_line(id)),
        None => title,
    })
}

/// The groups as text, colours included.
pub(crate) fn render(groups: &[Group<'_>]) -> String {
    Renderer::styled().render(groups) + "\n"
}

fn shown(text: &str) -> String {
    visible(&text.replace("\r\n", "\n")).into_owned()
}

fn clipped_end(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max);
    text.get(..end).unwrap_or_default().to_owned() + LEFT_OUT
}
