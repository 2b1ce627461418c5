//! Documents cut into passages: by section first, long sections between blocks, long blocks between sentences.
//!
//! Blocks are packed here and not by text-splitter, so that a table is cut between its rows and a section full of repeated
//! marks stays cheap. text-splitter only cuts what is too long within one block, a window at a time.

use cairn_model::{Document, Passage, Section, Span, content_hash};
use text_splitter::TextSplitter;

use crate::lines::trim;

/// Longer sections are cut.
pub const PASSAGE_CHARACTERS_MAX: usize = 1200;

/// A passage that has grown this long takes no further block, so that a small edit moves few borders.
const PASSAGE_CHARACTERS_WANTED: usize = 800;

/// The most that text-splitter sees at once.
const WINDOW_BYTES_MAX: usize = 8_000;

/// Cuts a document into passages: by section first, long sections by paragraphs.
pub fn passages(document: &Document) -> Vec<Passage> {
    document.sections.iter().flat_map(|section| of_section(document, section)).collect()
}

fn of_section(document: &Document, section: &Section) -> Vec<Passage> {
    let text = &*document.text;
    let whole = trim(text, section.span);
    let headings = section.heading_path.join("\n");
    let passage = |span: Span| Passage {
        document: document.id.clone(),
        heading_path: section.heading_path.clone(),
        span,
        hash: content_hash(&[&headings, document.slice(span)]),
    };
    let spans = if is_short(text, whole) { vec![whole] } else { cut(text, &units(document, section)) };
    let trimmed = spans.into_iter().map(|span| trim(text, span)).filter(|span| !span.is_empty());
    trimmed.map(passage).collect()
}

/// From the start of each block to the start of the next one: together the whole section.
fn units(document: &Document, section: &Section) -> Vec<Span> {
    let starts: Vec<usize> = document.blocks_of(section).iter().map(|block| block.span.start).collect();
    let ends = starts.iter().copied().skip(1).chain([section.span.end]);
    starts.iter().zip(ends).map(|(start, end)| Span::new(*start, end)).collect()
}

/// Packs `units` that follow each other into spans of a passage's size.
fn cut(text: &str, units: &[Span]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut filled = 0;
    for unit in units {
        let shown = trim(text, *unit);
        let length = characters(text, shown);
        if length > PASSAGE_CHARACTERS_MAX {
            spans.extend(cut_long(text, shown));
            filled = PASSAGE_CHARACTERS_MAX;
            continue;
        }
        let added = characters(text, *unit);
        match spans.last_mut() {
            Some(last) if filled < PASSAGE_CHARACTERS_WANTED && filled + length <= PASSAGE_CHARACTERS_MAX => {
                last.end = unit.end;
                filled += added;
            }
            _ => {
                spans.push(*unit);
                filled = added;
            }
        }
    }
    spans
}

/// Cuts one block between sentences or words.
fn cut_long(text: &str, block: Span) -> Vec<Span> {
    let splitter = TextSplitter::new(PASSAGE_CHARACTERS_WANTED..PASSAGE_CHARACTERS_MAX);
    let mut spans = Vec::new();
    for window in windows(text, block) {
        let chunks = splitter.chunk_indices(window.of(text).unwrap_or_default());
        spans.extend(chunks.map(|(at, chunk)| Span::new(window.start + at, window.start + at + chunk.len())));
    }
    spans
}

/// Stretches of a bounded length, each up to a line's end or else a word's where it has one.
fn windows(text: &str, block: Span) -> Vec<Span> {
    let mut windows = Vec::new();
    let mut start = block.start;
    while start < block.end {
        let furthest = text.floor_char_boundary(start + WINDOW_BYTES_MAX).min(block.end);
        let slice = text.get(start..furthest).unwrap_or_default();
        let border = slice.rfind('\n').or_else(|| slice.rfind(' ')).filter(|at| *at > 0 && furthest < block.end);
        let end = border.map_or(furthest, |at| start + at);
        windows.push(Span::new(start, end));
        start = end;
    }
    windows
}

fn is_short(text: &str, span: Span) -> bool {
    span.len() <= PASSAGE_CHARACTERS_MAX || characters(text, span) <= PASSAGE_CHARACTERS_MAX
}

fn characters(text: &str, span: Span) -> usize {
    span.of(text).unwrap_or_default().chars().count()
}
