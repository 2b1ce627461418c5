//! The stretches from one heading to the next.

use cairn_model::{Block, BlockKind, Section, Span};

use crate::inline::shown_text;

/// Longer headings are known by their beginning. Every section and passage below a heading carries it, so that a long one would
/// fill the memory.
const HEADING_CHARACTERS_MAX: usize = 300;

/// The sections of a document; the first has no heading when text stands before the first one.
pub(crate) fn read(text: &str, blocks: &[Block]) -> Vec<Section> {
    let starts = section_starts(blocks);
    let mut outline: Vec<(u8, String)> = Vec::new();
    let mut sections = Vec::with_capacity(starts.len());
    for (at, first) in starts.iter().copied().enumerate() {
        let Some(block) = blocks.get(first) else { continue };
        if let BlockKind::Heading(level) = block.kind {
            outline.retain(|(outer, _)| *outer < level);
            outline.push((level, heading(text, block)));
        }
        let next = starts.get(at + 1).copied().unwrap_or(blocks.len());
        let end = blocks.get(next).map_or(text.len(), |block| block.span.start);
        sections.push(Section {
            heading_path: outline.iter().map(|(_, heading)| heading.clone()).collect(),
            span: Span::new(block.span.start, end),
            blocks: first..next,
        });
    }
    sections
}

fn heading(text: &str, block: &Block) -> String {
    let runs = block.cells.first().map(Vec::as_slice).unwrap_or_default();
    shown_text(text, runs).trim().chars().take(HEADING_CHARACTERS_MAX).collect()
}

fn section_starts(blocks: &[Block]) -> Vec<usize> {
    let begins = |(at, block): &(usize, &Block)| *at == 0 || matches!(block.kind, BlockKind::Heading(_));
    blocks.iter().enumerate().filter(begins).map(|(at, _)| at).collect()
}
