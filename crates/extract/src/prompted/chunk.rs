//! A document cut into what is asked about at once: by section, long sections between blocks, long blocks between lines.
//!
//! A section is the unit of change: an edit in one leaves the text of all others, and with it their answers.

use cairn_model::{Block, BlockKind, Document, Span};

use super::visible::Sight;

/// A part of a document's visible text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it stands in the visible text.
    pub span: Span,
    /// The section's headings, outermost first.
    pub headings: Vec<String>,
    /// The header row of the table in whose midst the chunk begins.
    pub table_header: Option<Span>,
}

impl Chunk {
    /// What a claim about the chunk may rest on: its text, the header of its table and its headings.
    pub(super) fn with_context(&self, visible: &str) -> String {
        let text = |span: Span| span.of(visible).unwrap_or_default();
        let header = self.table_header.map(text).unwrap_or_default();
        format!("{}\n{header}\n{}", text(self.span), self.headings.join("\n"))
    }
}

/// Shorter pieces are not split any more.
const SPLIT_BYTES_MIN: usize = 240;

/// The chunks of a document, in order. Sections that say nothing but their heading have none.
pub(super) fn chunks(document: &Document, sight: &Sight, bytes_max: usize) -> Vec<Chunk> {
    let text = sight.visible.text();
    let mut chunks = Vec::new();
    for section in &document.sections {
        let first = sight.blocks.partition_point(|(index, _)| *index < section.blocks.start);
        let last = sight.blocks.partition_point(|(index, _)| *index < section.blocks.end);
        let blocks: Vec<(&Block, Span)> = sight
            .blocks
            .get(first..last)
            .unwrap_or_default()
            .iter()
            .filter_map(|(index, span)| Some((document.blocks.get(*index)?, *span)))
            .collect();
        if !blocks.iter().any(|(block, span)| says_something(block, span.of(text).unwrap_or_default())) {
            continue;
        }
        for span in pack(text, &blocks, bytes_max) {
            let table_header = header_of(&blocks, span.start);
            chunks.push(Chunk { span, headings: section.heading_path.clone(), table_header });
        }
    }
    chunks
}

/// Two halves of a chunk whose answer was too long, cut where a block or line ends. `None` when it is short already.
pub(super) fn split(chunk: &Chunk, text: &str) -> Option<[Chunk; 2]> {
    if chunk.span.len() < 2 * SPLIT_BYTES_MIN {
        return None;
    }
    let inside = chunk.span.of(text)?;
    let middle = inside.floor_char_boundary(inside.len() / 2);
    let before = inside.get(..middle)?;
    let cut = ["\n\n", "\n", ". ", " "].iter().find_map(|border| {
        let at = before.rfind(border)? + border.len();
        (at >= SPLIT_BYTES_MIN).then_some(at)
    });
    let at = chunk.span.start + cut.unwrap_or(middle);
    let half = |start: usize, end: usize| Chunk { span: Span::new(start, end), ..chunk.clone() };
    Some([half(chunk.span.start, at), half(at, chunk.span.end)])
}

fn says_something(block: &Block, text: &str) -> bool {
    !matches!(block.kind, BlockKind::Heading(_)) && text.chars().any(char::is_alphabetic)
}

fn pack(text: &str, blocks: &[(&Block, Span)], bytes_max: usize) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (_, block) in blocks {
        match spans.last_mut() {
            Some(last) if block.end - last.start <= bytes_max => last.end = block.end,
            _ if block.len() <= bytes_max => spans.push(*block),
            _ => spans.extend(cut_long(text, *block, bytes_max)),
        }
    }
    spans
}

/// Cuts one long block at line ends, or else at spaces, or else anywhere.
fn cut_long(text: &str, block: Span, bytes_max: usize) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = block.start;
    while start < block.end {
        let furthest = text.floor_char_boundary(start + bytes_max.max(4)).min(block.end);
        let window = text.get(start..furthest).unwrap_or_default();
        let border = window.rfind('\n').or_else(|| window.rfind(". ")).or_else(|| window.rfind(' '));
        let end = border.filter(|at| *at > 0 && furthest < block.end).map_or(furthest, |at| start + at + 1);
        spans.push(Span::new(start, end));
        start = end;
    }
    spans
}

/// The header row of the table whose later row is the first thing at `start`.
fn header_of(blocks: &[(&Block, Span)], start: usize) -> Option<Span> {
    let (first, _) = blocks.iter().find(|(_, span)| span.end > start)?;
    let BlockKind::TableRow { table, header: false } = first.kind else { return None };
    let header = |(block, span): &(&Block, Span)| {
        (block.kind == BlockKind::TableRow { table, header: true } && span.end <= start).then_some(*span)
    };
    blocks.iter().find_map(header)
}
