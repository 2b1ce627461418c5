//! The three tables of reStructuredText: grids of `+---+`, columns under `====`, and lists of rows.

use std::ops::Range;

use cairn_model::{Block, BlockKind, Inline, Run, Span};

use crate::inline::{FindMarked, push_styled};
use crate::lines::{Line, span_of, trim};

/// A column's place in characters of a line.
type Columns = Vec<Range<usize>>;

/// Reads a grid or simple table at the start of `rest`: its rows and how many lines it took.
pub(crate) fn read(text: &str, rest: &[Line<'_>], table: u32, markup: FindMarked) -> Option<(Vec<Block>, usize)> {
    let first = rest.first()?.trimmed();
    if first.starts_with("+-") && first.ends_with('+') {
        return Some(grid(text, rest, table, markup));
    }
    let is_simple = first.starts_with("==") && first.contains(' ') && first.chars().all(|c| matches!(c, '=' | ' '));
    if is_simple { simple(text, rest, table, markup) } else { None }
}

/// How many header rows the options of a list table name.
pub(crate) fn header_rows(options: &[Line<'_>]) -> usize {
    let named = options.iter().find_map(|line| line.trimmed().strip_prefix(":header-rows:"));
    named.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// The rows of a list table: `* - ` begins a row, `  - ` a further cell.
pub(crate) fn list_table(
    text: &str,
    body: &[Line<'_>],
    table: u32,
    header_rows: usize,
    markup: FindMarked,
) -> Vec<Block> {
    let starts_row = |line: &Line<'_>| line.trimmed().starts_with("* -");
    let mut blocks = Vec::new();
    let first = body.iter().position(starts_row).unwrap_or(body.len());
    for own in body.get(first..).unwrap_or_default().chunk_by(|_, next| !starts_row(next)) {
        let mut cells: Vec<Inline> = Vec::new();
        for line in own.iter().filter(|line| !line.is_blank()) {
            let trimmed = Line { start: line.span().start, text: line.trimmed() };
            let marker = if starts_row(line) { 3 } else { usize::from(is_cell(line.trimmed())) };
            if marker > 0 {
                cells.push(Inline::new());
            }
            if let Some(cell) = cells.last_mut() {
                push_styled(cell, text, trimmed.after(marker).span(), markup);
            }
        }
        let kind = BlockKind::TableRow { table, header: blocks.len() < header_rows };
        blocks.push(Block { kind, span: trim(text, span_of(own)), cells });
    }
    blocks
}

fn is_cell(trimmed: &str) -> bool {
    trimmed == "-" || trimmed.starts_with("- ")
}

fn grid(text: &str, rest: &[Line<'_>], table: u32, markup: FindMarked) -> (Vec<Block>, usize) {
    let taken = rest.iter().take_while(|line| line.trimmed().starts_with(['+', '|'])).count();
    let own = rest.get(..taken).unwrap_or_default();
    let is_border = |line: &Line<'_>| line.trimmed().starts_with('+');
    let columns = own.first().map(|line| border_columns(line.text, |c| c == '+')).unwrap_or_default();
    let has_header = own.iter().any(|line| line.trimmed().starts_with("+="));
    let mut above_header = has_header;
    let mut blocks = Vec::new();
    for part in own.chunk_by(|one, next| is_border(one) == is_border(next)) {
        if part.first().is_some_and(is_border) {
            above_header &= !part.iter().any(|line| line.trimmed().starts_with("+="));
            continue;
        }
        blocks.push(row(text, part, &columns, BlockKind::TableRow { table, header: above_header }, markup));
    }
    (blocks, taken)
}

fn simple(text: &str, rest: &[Line<'_>], table: u32, markup: FindMarked) -> Option<(Vec<Block>, usize)> {
    let is_border = |line: &&Line<'_>| {
        let trimmed = line.trimmed();
        trimmed.starts_with("==") && trimmed.chars().all(|c| matches!(c, '=' | ' '))
    };
    let block = rest.iter().take_while(|line| !line.is_blank() || line.start == 0);
    let borders: Vec<usize> = block.enumerate().filter(|(_, line)| is_border(line)).map(|(at, _)| at).take(3).collect();
    let end = *borders.last().filter(|_| borders.len() > 1)?;
    let columns = border_columns(rest.first()?.text, |c| c == ' ');
    let header_end = if borders.len() > 2 { *borders.get(1)? } else { 0 };
    let mut blocks: Vec<Block> = Vec::new();
    for (at, line) in rest.iter().enumerate().take(end).skip(1) {
        let is_rule = line.trimmed().chars().all(|c| matches!(c, '-' | '=' | ' '));
        if is_rule {
            continue;
        }
        let kind = BlockKind::TableRow { table, header: at < header_end };
        let read = row(text, std::slice::from_ref(line), &columns, kind, markup);
        let continues = read.cells.first().is_some_and(Vec::is_empty);
        match blocks.last_mut().filter(|_| continues) {
            Some(last) => join(last, read),
            None => blocks.push(read),
        }
    }
    Some((blocks, end + 1))
}

/// A line whose first cell is empty goes on with the row above.
fn join(last: &mut Block, more: Block) {
    last.span.end = more.span.end;
    for (cell, runs) in last.cells.iter_mut().zip(more.cells) {
        for (at, run) in runs.into_iter().enumerate() {
            let after_break = run.after_break || at == 0 && !cell.is_empty();
            cell.push(Run { after_break, ..run });
        }
    }
}

fn row(text: &str, part: &[Line<'_>], columns: &Columns, kind: BlockKind, markup: FindMarked) -> Block {
    let last = columns.len().saturating_sub(1);
    let read = |(at, column): (usize, &Range<usize>)| {
        let mut runs = Inline::new();
        for line in part {
            let is_open = at == last && !line.text.trim_end().ends_with('|');
            let end = if is_open { usize::MAX } else { column.end };
            push_styled(&mut runs, text, characters(*line, column.start, end), markup);
        }
        runs
    };
    Block { kind, span: span_of(part), cells: columns.iter().enumerate().map(read).collect() }
}

/// The stretches of a border line between the characters that part columns.
fn border_columns(border: &str, parts: fn(char) -> bool) -> Columns {
    let mut columns = Columns::new();
    let mut start = None;
    for (at, character) in border.chars().chain(std::iter::once('\0')).enumerate() {
        let is_inside = !parts(character) && !character.is_whitespace() && character != '\0';
        match start {
            None if is_inside => start = Some(at),
            Some(from) if !is_inside => {
                columns.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    columns
}

/// The bytes of a line's characters from `start` to `end`.
fn characters(line: Line<'_>, start: usize, end: usize) -> Span {
    let offset = |wanted: usize| line.text.char_indices().nth(wanted).map_or(line.text.len(), |(at, _)| at);
    let end = if end == usize::MAX { line.text.len() } else { offset(end) };
    Span::new(line.start + offset(start), line.start + end)
}
