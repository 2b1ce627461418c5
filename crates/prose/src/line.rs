//! A line of text as a reader sees it, with the way back to the source's bytes.
//!
//! Extraction reads words, not markup: `**billing** calls [the ledger](x)` reads "billing calls the ledger". A [`Line`] is that
//! text, and maps any part of it back to the shortest source span that holds it.

use cairn_model::{Inline, Span, Style};

/// The text of one block or table cell without markup.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// What is read. Line breaks of the source are single spaces.
    pub(crate) text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Offset in the line's text.
    at: usize,
    len: usize,
    /// Offset in the document.
    source: usize,
    style: Style,
}

impl Line {
    /// Joins the runs of `inline`, whose spans lie in `source`.
    pub(crate) fn of(inline: &Inline, source: &str) -> Self {
        let mut line = Self::default();
        for run in inline {
            let words = run.span.of(source).unwrap_or_default();
            if run.after_break && !line.text.is_empty() && !line.text.ends_with(' ') {
                line.text.push(' ');
            }
            line.pieces.push(Piece { at: line.text.len(), len: words.len(), source: run.span.start, style: run.style });
            line.text.push_str(words);
        }
        line
    }

    /// The source bytes of `start..end` of the text; `None` when no source byte lies there.
    pub(crate) fn source_span(&self, start: usize, end: usize) -> Option<Span> {
        let first = self.pieces.iter().find(|piece| piece.at + piece.len > start && piece.at < end)?;
        let last = self.pieces.iter().rev().find(|piece| piece.at < end && piece.at + piece.len > start)?;
        let from = first.source + start.saturating_sub(first.at);
        let to = last.source + end.min(last.at + last.len) - last.at;
        (from < to).then(|| Span::new(from, to))
    }

    /// How the byte at `offset` of the text is set.
    pub(crate) fn style_at(&self, offset: usize) -> Style {
        let after = self.pieces.partition_point(|piece| piece.at <= offset);
        after.checked_sub(1).and_then(|index| self.pieces.get(index)).map(|piece| piece.style).unwrap_or_default()
    }

    /// Whether every letter of the line is struck through.
    pub(crate) fn is_struck(&self) -> bool {
        !self.pieces.is_empty() && self.pieces.iter().all(|piece| piece.style.strike || piece.len == 0)
    }
}

/// `text[start..end]`, empty when that is no slice of it.
pub(crate) fn slice(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}
