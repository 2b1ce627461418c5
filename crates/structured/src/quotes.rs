//! Cutting quotes: from a part of a document's text to a slice of it that a person can read, of whole lines where they are
//! short, and never of a neighbouring line's secret.

use std::cell::OnceCell;
use std::ops::Range;

use cairn_model::{Document, Quote};

use crate::{secrets, sensitive};

/// Shortest quote that tells a reader anything.
const QUOTE_BYTES_MIN: usize = 8;
/// Longest quote that is still read.
const QUOTE_BYTES_MAX: usize = 400;

/// What announces a value in a schema, or an address that may hold a password.
const VALUE_MARKS: [&str; 7] = ["default", "example", "const", "enum", "= \"", "=\"", "://"];

/// A document with its lines, from which quotes are cut.
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    line_starts: Vec<usize>,
    /// Values that a reader knows to be secrets; complete before the first quote.
    pub(crate) secrets: Vec<Range<usize>>,
    /// All values that no quote may hold, in order and without overlaps; known with the first quote.
    hidden: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        let after_newlines = document.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            document,
            line_starts: std::iter::once(0).chain(after_newlines).collect(),
            secrets: Vec::new(),
            hidden: OnceCell::new(),
        }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        &self.document.text
    }

    /// The line of an offset, counted from one.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// Whether two ranges are near enough to be one quote.
    pub(crate) fn touches(&self, first: &Range<usize>, next: &Range<usize>) -> bool {
        let between = self.text().get(first.end..next.start);
        next.end.saturating_sub(first.start) <= QUOTE_BYTES_MAX
            && between.is_none_or(|gap| gap.bytes().all(|byte| byte.is_ascii_whitespace()))
    }

    /// The quote of a range, unless it would say nothing.
    pub(crate) fn quote(&self, range: Range<usize>) -> Option<Quote> {
        let text = self.text().get(range.clone())?.to_owned();
        (text.len() >= QUOTE_BYTES_MIN && text.chars().any(char::is_alphanumeric)).then(|| Quote {
            document: self.document.id.clone(),
            text,
            at: Some(range.start),
        })
    }

    /// Exactly the range, or as much of it as a quote may hold.
    pub(crate) fn exactly(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text();
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end.max(start));
        self.trim(start..end.min(text.floor_char_boundary(start + QUOTE_BYTES_MAX)))
    }

    /// The lines that hold the range or, where a value is announced in them, the range and what makes it long enough.
    pub(crate) fn lines_without_values(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let lines = self.lines(range)?;
        let text = self.text().get(lines.clone()).unwrap_or_default();
        if !VALUE_MARKS.iter().any(|mark| text.contains(mark)) {
            return Some(lines);
        }
        let mut exact = self.exactly(range)?;
        let mut end = exact.end;
        while exact.len() < QUOTE_BYTES_MIN && end < self.text().len() {
            end += 1;
            exact = self.exactly(&(range.start..end))?;
        }
        Some(exact)
    }

    /// The lines that hold the range; of lines that are too long, the range.
    pub(crate) fn lines(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text();
        let start = text.floor_char_boundary(range.start);
        let end = text.ceil_char_boundary(range.end.max(start));
        let last = end.saturating_sub(1).max(start);
        let lines = self.line_start(start)..self.line_end(last);
        let range = if lines.len() <= QUOTE_BYTES_MAX { lines } else { self.window(start, end, &lines) };
        let range = self.trim(range)?;
        if range.len() < QUOTE_BYTES_MIN { self.grow(range) } else { Some(range) }
    }

    /// What of `range` may be quoted for a place that begins at `start`: a quote ends before a hidden value.
    pub(crate) fn without_hidden(&self, start: usize, range: Range<usize>) -> Option<Range<usize>> {
        let hidden = self.hidden();
        let before = hidden.partition_point(|secret| secret.end <= start);
        let lower = before.checked_sub(1).and_then(|at| hidden.get(at)).map_or(0, |secret| secret.end);
        let upper = hidden.get(before).map_or(self.text().len(), |secret| secret.start);
        if lower <= range.start && range.end <= upper {
            return Some(range);
        }
        let end = range.end.min(upper);
        let clear = range.start.max(lower).min(end)..end;
        let clear = if clear.len() < QUOTE_BYTES_MIN { lower.max(self.line_start(clear.start))..end } else { clear };
        self.trim(clear)
    }

    fn hidden(&self) -> &[Range<usize>] {
        self.hidden.get_or_init(|| merged(self.secrets.iter().cloned().chain(secrets::in_text(self.text())).collect()))
    }

    /// Of lines that are too long: from the place on, as far as the limit allows.
    fn window(&self, start: usize, end: usize, lines: &Range<usize>) -> Range<usize> {
        let first_line_end = self.line_end(start).max(start + QUOTE_BYTES_MIN);
        let stop = if end <= start + QUOTE_BYTES_MAX { end } else { first_line_end };
        let stop = stop.max(start + QUOTE_BYTES_MIN).min(start + QUOTE_BYTES_MAX).min(lines.end);
        let from = if stop < start + QUOTE_BYTES_MIN { stop.saturating_sub(QUOTE_BYTES_MIN) } else { start };
        self.text().floor_char_boundary(from.max(lines.start))..self.text().floor_char_boundary(stop)
    }

    /// A line such as `get:` says too little: the next one joins it, or the one before at the end of the text.
    fn grow(&self, range: Range<usize>) -> Option<Range<usize>> {
        let text = self.text();
        let mut grown = range;
        for _ in 0..3 {
            let rest = text.get(grown.end..)?;
            let Some(gap) = rest.find(|c: char| !c.is_whitespace()) else { break };
            let next = grown.end + gap..self.line_end(grown.end + gap);
            grown.end = self.before_secret(next);
            if grown.len() >= QUOTE_BYTES_MIN {
                break;
            }
        }
        if grown.len() < QUOTE_BYTES_MIN {
            let before = text.get(..grown.start)?.trim_end();
            grown.start = self.line_start(before.len().saturating_sub(1));
        }
        let end = text.floor_char_boundary(grown.end.min(grown.start + QUOTE_BYTES_MAX));
        self.trim(grown.start..end)
    }

    /// The line's end or, when its key names a secret, the end of the key: neighbours are quoted for context only.
    fn before_secret(&self, line: Range<usize>) -> usize {
        let seen = self.text().floor_char_boundary(line.end.min(line.start + QUOTE_BYTES_MAX));
        let text = self.text().get(line.start..seen).unwrap_or_default();
        let secret = text.split_once([':', '=']).filter(|(key, _)| sensitive::is_secret(key));
        secret.map_or(line.end, |(key, _)| line.start + key.len())
    }

    fn trim(&self, range: Range<usize>) -> Option<Range<usize>> {
        let slice = self.text().get(range.clone())?;
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = start + slice.trim().len();
        (start < end).then_some(start..end)
    }

    fn line_start(&self, at: usize) -> usize {
        self.line_starts.get(self.line_of(at).saturating_sub(1)).copied().unwrap_or(0)
    }

    fn line_end(&self, at: usize) -> usize {
        self.line_starts.get(self.line_of(at)).map_or(self.text().len(), |next| next - 1)
    }
}

/// The ranges in order, those that touch joined.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
