//! Text without markup: paragraphs between blank lines, simple lists, and chat lines, each a paragraph of its own.

use std::sync::LazyLock;

use cairn_model::{Block, BlockKind, Span};
use regex::Regex;

use crate::inline::{block, of_lines, styled, unmarked};
use crate::lines::{Line, lines, span_of};

/// A time, alone or after a date, and then a speaker: `[2024-05-01 10:12] alice: `, `10:12 <alice> `, `alice (10:12): `.
static CHAT_PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    let time = r"(?:\d{4}-\d\d-\d\d[T ,]+)?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?:Z| ?[AaPp][Mm]|[+-]\d\d:?\d\d)?";
    let speaker = r"[\p{L}@][\p{L}\d@._-]*(?: [\p{L}\d@._-]+){0,3}";
    let first = format!(r"^[\[(]?{time}[\])]?[ \t]*[-–—]?[ \t]*(?:<{speaker}>:?|\*{{0,2}}{speaker}\*{{0,2}}:)[ \t]+");
    let last = format!(r"^{speaker}[ \t]+[\[(]{time}[\])]:?[ \t]+");
    Regex::new(&format!("{first}|{last}")).expect("the pattern is constant and tested")
});

static LIST_MARKER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[-*+•–]|(\d{1,3})[.)])[ \t]+").expect("the pattern is constant and tested"));

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    let all = lines(text, from);
    all.split(|line| line.is_blank()).flat_map(|paragraph| of_paragraph(text, paragraph)).collect()
}

/// The bytes of time and speaker at the start of a chat line.
pub(crate) fn chat_prefix(line: &str) -> Option<usize> {
    CHAT_PREFIX.find(line).map(|found| found.end())
}

fn of_paragraph(text: &str, paragraph: &[Line<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = paragraph;
    while let Some((first, more)) = rest.split_first() {
        let length = 1 + more.iter().take_while(|line| !starts_block(**line)).count();
        let (own, later) = rest.split_at(length);
        blocks.push(of_own_lines(text, *first, own));
        rest = later;
    }
    blocks
}

fn starts_block(line: Line<'_>) -> bool {
    LIST_MARKER.is_match(line.trimmed()) || chat_prefix(line.trimmed()).is_some()
}

fn of_own_lines(text: &str, first: Line<'_>, own: &[Line<'_>]) -> Block {
    let span = span_of(own);
    let from = |bytes: usize| styled(text, Span::new(span.start + bytes, span.end), unmarked);
    if let Some(prefix) = chat_prefix(first.trimmed()) {
        return block(BlockKind::Paragraph, span, from(prefix));
    }
    match LIST_MARKER.captures(first.trimmed()) {
        Some(marker) => {
            // Two spaces a level is the narrowest indentation in use; wider ones only skip levels.
            let depth = u8::try_from(first.indent() / 2).unwrap_or(u8::MAX);
            let kind = BlockKind::ListItem { depth, ordered: marker.get(1).is_some(), task: None };
            block(kind, span, from(marker.get(0).map_or(0, |found| found.end())))
        }
        None => of_lines(BlockKind::Paragraph, text, own, unmarked),
    }
}
