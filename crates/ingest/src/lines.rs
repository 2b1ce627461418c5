//! Lines of a text with their offsets, the footing of every line-based reader.

use cairn_model::Span;

/// A line without its ending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'t> {
    /// Offset of the first byte in the document.
    pub(crate) start: usize,
    /// The line's text, `\r` and `\n` left out.
    pub(crate) text: &'t str,
}

impl<'t> Line<'t> {
    /// One past the last byte.
    pub(crate) const fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// Bytes of white space before the first other character.
    pub(crate) fn indent(self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// The text without white space at either end.
    pub(crate) fn trimmed(self) -> &'t str {
        self.text.trim()
    }

    /// Where the trimmed text stands.
    pub(crate) fn span(self) -> Span {
        let start = self.start + self.indent();
        Span::new(start, start + self.trimmed().len())
    }

    /// Whether nothing but white space is on it.
    pub(crate) fn is_blank(self) -> bool {
        self.trimmed().is_empty()
    }

    /// The rest of the line after its first `bytes` bytes; empty when that leaves the line or cuts a character.
    pub(crate) fn after(self, bytes: usize) -> Self {
        match self.text.get(bytes..) {
            Some(text) => Self { start: self.start + bytes, text },
            None => Self { start: self.end(), text: "" },
        }
    }
}

/// The lines of `text` from the offset `from` on.
pub(crate) fn lines(text: &str, from: usize) -> Vec<Line<'_>> {
    let mut start = from;
    let rest = text.get(from..).unwrap_or_default();
    rest.split_inclusive('\n')
        .map(|whole| {
            let line = Line { start, text: whole.trim_end_matches(['\r', '\n']) };
            start += whole.len();
            line
        })
        .collect()
}

/// The bytes of a byte order mark at the start of `text`.
pub(crate) fn byte_order_mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// `span` without white space at either end.
pub(crate) fn trim(text: &str, span: Span) -> Span {
    let Some(slice) = span.of(text) else { return span };
    let start = span.start + (slice.len() - slice.trim_start().len());
    Span::new(start, start + slice.trim().len())
}

/// From the first of `lines` to the last, white space at either end left out.
pub(crate) fn span_of(lines: &[Line<'_>]) -> Span {
    match (lines.first(), lines.last()) {
        (Some(first), Some(last)) => Span::new(first.span().start, last.span().end.max(first.span().start)),
        _ => Span::new(0, 0),
    }
}
