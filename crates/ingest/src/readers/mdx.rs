//! Markdown with JSX: the `import`, `export` and tag lines are taken out, the rest is read as Markdown.

use std::ops::Range;

use cairn_model::{Block, BlockKind, Span};

use super::markdown;
use crate::inline::silent;
use crate::lines::{Line, lines, span_of};

/// Lines that one JSX tag or one `export` may take; a tag that is never closed hides no more than these.
const STATEMENT_LINES_MAX: usize = 200;

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    let all = lines(text, from);
    let statements = statements(&all);
    let masked = mask(text, statements.iter().filter_map(|range| all.get(range.clone())));
    let blocks: Vec<Block> =
        markdown::read_masked(text, &masked, from).into_iter().map(without_indented_code).collect();
    let spans = statements.iter().filter_map(|range| all.get(range.clone())).map(span_of);
    let hidden: Vec<Block> =
        spans.filter(|span| is_free(&blocks, *span)).map(|span| silent(BlockKind::Html, span)).collect();
    blocks.into_iter().chain(hidden).collect()
}

/// Whether no block covers `span`, as a comment does that what looks like a statement stands in.
fn is_free(blocks: &[Block], span: Span) -> bool {
    let behind = blocks.partition_point(|block| block.span.end <= span.start);
    blocks.get(behind).is_none_or(|block| block.span.start >= span.end)
}

/// The index ranges of lines that are JSX or ECMAScript and stand outside code fences.
fn statements(all: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    while let Some(line) = all.get(at) {
        let trimmed = line.trimmed();
        let own_fence = fence_of(trimmed);
        match (fence, own_fence) {
            (None, Some(_)) => fence = own_fence,
            (Some(open), Some(close)) if close.starts_with(open) => fence = None,
            _ => {}
        }
        let rest = all.get(at..).unwrap_or_default();
        let length = if fence.is_none() && own_fence.is_none() { statement_lines(trimmed, rest) } else { 0 };
        if length > 0 {
            found.push(at..at + length);
        }
        at += length.max(1);
    }
    found
}

fn fence_of(trimmed: &str) -> Option<&str> {
    let mark = trimmed.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = trimmed.chars().take_while(|c| *c == mark).count();
    trimmed.get(..length).filter(|_| length >= 3)
}

/// How many of `rest`'s first lines are one statement or tag; 0 when the first line is Markdown.
fn statement_lines(trimmed: &str, rest: &[Line<'_>]) -> usize {
    let is_script = trimmed.starts_with("import ") && trimmed.contains(['\'', '"', '{'])
        || ["export const ", "export default ", "export function ", "export let ", "export {"]
            .iter()
            .any(|word| trimmed.starts_with(word));
    if is_script {
        // A statement ends where its brackets are closed, at the latest before a blank line.
        let block = rest.iter().take(STATEMENT_LINES_MAX).take_while(|line| !line.is_blank());
        return lines_until_balanced(block, &['{', '(', '['], &['}', ')', ']']);
    }
    if is_tag_start(trimmed) {
        let block = rest.iter().take(STATEMENT_LINES_MAX);
        let length = lines_until_balanced(block, &['<', '{'], &['>', '}']);
        let ends_with_tag = rest.get(length - 1).is_some_and(|line| line.trimmed().ends_with(['>', '}']));
        return if ends_with_tag { length } else { 0 };
    }
    0
}

/// Whether a component, a closing tag of one, or an expression opens the line.
fn is_tag_start(trimmed: &str) -> bool {
    let name = trimmed.strip_prefix("</").or_else(|| trimmed.strip_prefix('<'));
    let is_component = name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase() || c == '>'));
    is_component && !has_text_outside_tags(trimmed) || trimmed.starts_with("{/*")
}

/// Whether a line such as `<Note>Tokens expire.</Note>` also holds text for readers.
fn has_text_outside_tags(line: &str) -> bool {
    let mut depth = 0_usize;
    for character in line.chars() {
        match character {
            '<' | '{' => depth += 1,
            '>' | '}' => depth = depth.saturating_sub(1),
            other if depth == 0 && other.is_alphanumeric() => return true,
            _ => {}
        }
    }
    false
}

fn lines_until_balanced<'l>(lines: impl Iterator<Item = &'l Line<'l>>, opening: &[char], closing: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut length = 0;
    for line in lines {
        length += 1;
        // The arrow of a function is no closing bracket.
        for character in line.text.replace("=>", "").chars() {
            if opening.contains(&character) {
                depth += 1;
            } else if closing.contains(&character) {
                depth = depth.saturating_sub(1);
            }
        }
        if depth == 0 {
            break;
        }
    }
    length.max(1)
}

/// `text` with spaces for every byte of `hidden` but the line ends.
fn mask<'l>(text: &str, hidden: impl Iterator<Item = &'l [Line<'l>]>) -> String {
    let mut masked = String::with_capacity(text.len());
    for line in hidden.flatten() {
        masked.push_str(text.get(masked.len()..line.start).unwrap_or_default());
        masked.extend(std::iter::repeat_n(' ', line.text.len()));
    }
    masked.push_str(text.get(masked.len()..).unwrap_or_default());
    masked
}

/// MDX has no indented code: text inside a tag is indented for its looks.
fn without_indented_code(block: Block) -> Block {
    match block.kind {
        BlockKind::Code(ref language) if language.is_empty() && is_indented(&block) => {
            Block { kind: BlockKind::Paragraph, ..block }
        }
        _ => block,
    }
}

/// A fenced block's first run stands behind its fence, an indented one's at the block's start.
fn is_indented(block: &Block) -> bool {
    let first = block.cells.first().and_then(|runs| runs.first());
    first.is_some_and(|run| run.span.start <= block.span.start)
}
