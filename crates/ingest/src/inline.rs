//! Runs of a block: stretches of the source between markup and line ends.

use cairn_model::{Block, BlockKind, Inline, Run, Span, Style};

use crate::lines::{Line, span_of, trim};

/// How far an opening mark looks for its closing one. Keeps a line full of opening marks linear.
const MARKED_BYTES_MAX: usize = 500;

/// Markup found at a place: what it covers and what of it a reader sees.
pub(crate) struct Marked {
    /// Bytes from the opening mark to the end of the closing one.
    pub(crate) bytes: usize,
    /// The part shown, relative to the opening mark; empty when nothing is.
    pub(crate) shown: Span,
    /// How it is set.
    pub(crate) style: Style,
}

/// Finds markup at the start of the second argument; the first is the character before it.
pub(crate) type FindMarked = fn(Option<char>, &str) -> Option<Marked>;

/// No markup at all.
pub(crate) fn unmarked(_before: Option<char>, _rest: &str) -> Option<Marked> {
    None
}

/// Appends the line pieces of `span` to `runs`, each piece after a line end marked so.
pub(crate) fn push_lines(runs: &mut Inline, text: &str, span: Span, style: Style, mut after_break: bool) {
    let mut start = span.start;
    let pieces = span.of(text).unwrap_or_default().split_inclusive('\n');
    for piece in pieces {
        let end = start + piece.len();
        let stripped = piece.trim_end_matches(['\r', '\n']);
        let ends_line = stripped.len() < piece.len();
        let mut shown = if ends_line { stripped.trim_end() } else { stripped };
        if after_break {
            shown = shown.trim_start();
        }
        if !shown.is_empty() {
            let lead = if after_break { stripped.len() - stripped.trim_start().len() } else { 0 };
            let at = Span::new(start + lead, start + lead + shown.len());
            push_run(runs, Run { span: at, style, after_break: after_break && !runs.is_empty() });
            after_break = false;
        }
        after_break |= ends_line;
        start = end;
    }
}

/// Appends `run`, joined to the last one where they touch and are set alike.
pub(crate) fn push_run(runs: &mut Inline, run: Run) {
    match runs.last_mut() {
        Some(last) if last.span.end == run.span.start && last.style == run.style && !run.after_break => {
            last.span.end = run.span.end;
        }
        _ => runs.push(run),
    }
}

/// The runs of `region` with markup as `find` sees it.
pub(crate) fn styled(text: &str, region: Span, find: FindMarked) -> Inline {
    let mut runs = Inline::new();
    push_styled(&mut runs, text, region, find);
    runs
}

/// Appends the runs of `region` as a new line of the same block.
pub(crate) fn push_styled(runs: &mut Inline, text: &str, region: Span, find: FindMarked) {
    let region = trim(text, region);
    let Some(slice) = region.of(text) else { return };
    let mut plain_from = region.start;
    let mut skip_to = 0;
    let mut before = None;
    let mut after_break = !runs.is_empty();
    for (at, character) in slice.char_indices() {
        let is_candidate = at >= skip_to && (character.is_ascii_punctuation() || character == 'h' || character == 'l');
        let previous = before.replace(character);
        if !is_candidate {
            continue;
        }
        let rest = slice.get(at..slice.floor_char_boundary(at + MARKED_BYTES_MAX)).unwrap_or_default();
        let Some(marked) = find(previous, rest) else { continue };
        let open = region.start + at;
        after_break = push_piece(runs, text, Span::new(plain_from, open), Style::default(), after_break);
        let shown = Span::new(open + marked.shown.start, open + marked.shown.end);
        after_break = push_piece(runs, text, shown, marked.style, after_break);
        skip_to = at + marked.bytes.max(1);
        plain_from = region.start + skip_to;
    }
    push_piece(runs, text, Span::new(plain_from, region.end), Style::default(), after_break);
}

/// Appends `span` and tells whether what follows it begins a new line.
fn push_piece(runs: &mut Inline, text: &str, span: Span, style: Style, after_break: bool) -> bool {
    let slice = span.of(text).unwrap_or_default();
    push_lines(runs, text, span, style, after_break);
    let tail = slice.rsplit('\n').next().unwrap_or_default();
    if tail.trim().is_empty() { after_break && slice.trim().is_empty() || slice.contains('\n') } else { false }
}

/// One run for each of `lines`, blank ones included: the text of a code block.
pub(crate) fn code_runs(lines: &[Line<'_>]) -> Inline {
    let run = |(at, line): (usize, &Line<'_>)| Run {
        span: Span::new(line.start, line.end()),
        style: Style::default(),
        after_break: at > 0,
    };
    lines.iter().enumerate().map(run).collect()
}

/// A block with one cell.
pub(crate) fn block(kind: BlockKind, span: Span, runs: Inline) -> Block {
    Block { kind, span, cells: vec![runs] }
}

/// A block whose text nobody reads.
pub(crate) fn silent(kind: BlockKind, span: Span) -> Block {
    Block { kind, span, cells: Vec::new() }
}

/// A code block of whole lines.
pub(crate) fn code(language: &str, lines: &[Line<'_>]) -> Option<Block> {
    let first = lines.iter().position(|line| !line.is_blank())?;
    let last = lines.iter().rposition(|line| !line.is_blank())?;
    let lines = lines.get(first..=last)?;
    let (start, end) = (lines.first()?.start, lines.last()?.end());
    Some(block(BlockKind::Code(language.to_lowercase()), Span::new(start, end), code_runs(lines)))
}

/// A block of whole lines with markup as `find` sees it.
pub(crate) fn of_lines(kind: BlockKind, text: &str, lines: &[Line<'_>], find: FindMarked) -> Block {
    let span = span_of(lines);
    block(kind, span, styled(text, span, find))
}

/// The text a reader sees of `runs`.
pub(crate) fn shown_text(text: &str, runs: &[Run]) -> String {
    let mut shown = String::new();
    for run in runs {
        if run.after_break && !shown.is_empty() {
            shown.push(' ');
        }
        shown.push_str(run.span.of(text).unwrap_or_default());
    }
    shown
}
