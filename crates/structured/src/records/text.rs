//! A block's text as it is read, with the way back to where it stands.

use std::ops::Range;

use cairn_model::{Document, Inline, Span};

use crate::facts::Place;

/// Text without markup.
#[derive(Debug, Default)]
pub(super) struct Text {
    shown: String,
    /// Where each run begins in `shown`, and where it stands in the document.
    runs: Vec<(usize, Span)>,
}

impl Text {
    pub(super) fn of(document: &Document, inline: &Inline) -> Self {
        let mut text = Self::default();
        for run in inline {
            if run.after_break && !text.shown.is_empty() {
                text.shown.push(' ');
            }
            text.runs.push((text.shown.len(), run.span));
            text.shown.push_str(document.slice(run.span));
        }
        text
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The sentences, each with its full stop.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Range<usize>> {
        let mut ends: Vec<usize> = self.shown.match_indices(". ").map(|(at, _)| at + 1).collect();
        ends.push(self.shown.len());
        let starts = std::iter::once(0).chain(ends.clone());
        starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| start..end)
    }

    /// The words of a range, trimmed.
    pub(super) fn words(&self, range: &Range<usize>) -> &str {
        self.shown.get(range.clone()).unwrap_or_default().trim()
    }

    /// Where a range of the shown text stands.
    pub(super) fn place(&self, range: &Range<usize>) -> Option<Place> {
        let skipped = self.shown.get(range.clone())?;
        let start = range.start + (skipped.len() - skipped.trim_start().len());
        let end = range.start + skipped.trim_end().len();
        let last = end.checked_sub(1).filter(|last| *last >= start)?;
        Some(Place::exact(self.source(start)?..self.source(last)? + 1))
    }

    fn source(&self, at: usize) -> Option<usize> {
        let run = self.runs.partition_point(|(begin, _)| *begin <= at).checked_sub(1)?;
        let (begin, span) = self.runs.get(run)?;
        Some((span.start + at - begin).min(span.end))
    }
}
