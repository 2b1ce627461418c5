//! Prose as its readers see it: headings, paragraphs, lists, tables and code from a document's blocks.

use cairn_model::{Block, BlockKind, Document, Format, LineIndex, Run, Span};
use maud::{Markup, html};

use super::painter::Painter;

/// Bytes of text that are set at most; a longer document is set around the wanted passage.
const BYTES_MAX: usize = 48_000;

/// Whether a document is written for people, so that its blocks say how it looks.
pub(super) fn is_prose(document: &Document) -> bool {
    let for_people =
        matches!(document.format, Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc | Format::Plain);
    for_people && !document.blocks.is_empty()
}

/// Sets a document, or what of it is around the wanted passage.
pub(super) fn set(document: &Document, wanted: Option<Span>, painter: &mut Painter<'_>) -> Markup {
    let shown = window(document, wanted);
    let lines = LineIndex::new(&document.text);
    let blocks: Vec<&Block> = document.blocks.iter().filter(|block| is_shown(block, shown)).collect();
    let first = blocks.first().map_or(0, |block| block.span.start);
    let last = blocks.last().map_or(0, |block| block.span.end);
    html! {
        div class="prose" {
            @if first > shown.start && shown.start > 0 { p class="cut" { "The text before is left out." } }
            @for run in tables(&blocks) {
                @match run {
                    [block] if !matches!(block.kind, BlockKind::TableRow { .. }) => (set_block(block, &lines, painter)),
                    rows => (set_table(rows, &lines, painter)),
                }
            }
            @if shown.end < document.text.len() && last <= shown.end { p class="cut" { "The text after is left out." } }
        }
    }
}

fn is_shown(block: &Block, shown: Span) -> bool {
    shown.start <= block.span.start && block.span.start < shown.end
}

/// What of a document is set.
fn window(document: &Document, wanted: Option<Span>) -> Span {
    let length = document.text.len();
    if length <= BYTES_MAX {
        return Span::new(0, length);
    }
    let middle = wanted.map_or(0, |span| span.start);
    let start = middle.saturating_sub(BYTES_MAX / 2);
    Span::new(start, (start + BYTES_MAX).min(length))
}

/// The blocks in runs: the rows of one table together, everything else alone.
fn tables<'a, 'b>(blocks: &'b [&'a Block]) -> impl Iterator<Item = &'b [&'a Block]> {
    let is_one = |one: &&Block, other: &&Block| match (&one.kind, &other.kind) {
        (BlockKind::TableRow { table, .. }, BlockKind::TableRow { table: next, .. }) => table == next,
        _ => false,
    };
    blocks.chunk_by(is_one)
}

fn set_table(rows: &[&Block], lines: &LineIndex, painter: &mut Painter<'_>) -> Markup {
    let is_head = |row: &&Block| matches!(row.kind, BlockKind::TableRow { header: true, .. });
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Table in the document" {
            table {
                @for row in rows {
                    tr data-line=(lines.line_of(row.span.start)) {
                        @for cell in &row.cells {
                            @if is_head(row) { th scope="col" { (set_runs(cell, painter)) } }
                            @else { td { (set_runs(cell, painter)) } }
                        }
                    }
                }
            }
        }
    }
}

fn set_block(block: &Block, lines: &LineIndex, painter: &mut Painter<'_>) -> Markup {
    let line = lines.line_of(block.span.start);
    let runs: Vec<Run> = block.cells.concat();
    html! {
        @match &block.kind {
            // A page has one heading of the first level, and it is not the document's.
            BlockKind::Heading(level) => p class={ "h" (level) } data-line=(line) { (set_runs(&runs, painter)) },
            BlockKind::Paragraph => p data-line=(line) { (set_runs(&runs, painter)) },
            BlockKind::ListItem { depth, ordered, task } => {
                p class={ "li d" (depth.min(&4)) } data-line=(line) {
                    span class="bullet" { @match task { Some(true) => "☑", Some(false) => "☐", None if *ordered => "№", None => "•" } }
                    " " (set_runs(&runs, painter))
                }
            }
            BlockKind::Code(_) => pre class="code" data-line=(line) tabindex="0" {
                @for run in &block.cells { @for piece in run { (painter.paint(piece.span)) } "\n" }
            },
            BlockKind::FrontMatter | BlockKind::Html => pre class="hidden-part" data-line=(line) tabindex="0" { (painter.paint(block.span)) },
            BlockKind::TableRow { .. } => {}
        }
    }
}

fn set_runs(runs: &[Run], painter: &mut Painter<'_>) -> Markup {
    html! {
        @for run in runs {
            @if run.after_break { " " }
            @if run.style.code { code { (painter.paint(run.span)) } }
            @else if run.style.strike { s { (painter.paint(run.span)) } }
            @else if run.style.strong { strong { (painter.paint(run.span)) } }
            @else { (painter.paint(run.span)) }
        }
    }
}
