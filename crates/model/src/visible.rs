//! What a reader sees of a document, with the way back to its bytes.

use crate::Span;

/// Text taken out of a document piece by piece. Every byte knows where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisibleText {
    text: String,
    pieces: Vec<Piece>,
}

/// A run of bytes that stand in the document as they stand here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Where it begins here.
    at: usize,
    /// Where it stands in the document.
    source: Span,
}

impl VisibleText {
    /// Adds the document's bytes under `source`, which are `text`. Pieces are added in the document's order.
    pub fn push(&mut self, source: Span, text: &str) {
        debug_assert_eq!(source.len(), text.len(), "a piece is the document's own bytes");
        if text.is_empty() {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.source.end == source.start => last.source.end = source.end,
            _ => self.pieces.push(Piece { at: self.text.len(), source }),
        }
        self.text.push_str(text);
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// From the document's first byte to its last under `span` of this text, with whatever is hidden in between.
    pub fn source(&self, span: Span) -> Option<Span> {
        if span.is_empty() || span.end > self.text.len() {
            return None;
        }
        Some(Span::new(self.source_of(span.start)?, self.source_of(span.end - 1)? + 1))
    }

    /// Where the document's byte at `source` stands here; for one that is hidden, the next that is not.
    pub fn position(&self, source: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.source.end <= source);
        self.pieces.get(index).map_or(self.text.len(), |piece| piece.at + source.saturating_sub(piece.source.start))
    }

    fn source_of(&self, at: usize) -> Option<usize> {
        let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
        let piece = self.pieces.get(index)?;
        Some(piece.source.start + (at - piece.at))
    }
}
