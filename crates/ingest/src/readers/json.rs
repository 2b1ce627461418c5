//! Exports of tickets, threads and chats: the prose in a JSON text's strings.
//!
//! The text is scanned, not parsed, because every run must be a slice of it: a string is read as its unescaped
//! stretches. A title is a heading of level 2, another string with several words a paragraph, or more where it holds
//! blank lines or list items. JSON lines are read alike.

use cairn_model::{Block, BlockKind, Inline, Run, Span, Style};

use crate::inline::{block, push_run};

/// Keys whose string names what an object is about.
const TITLE_KEYS: &[&str] = &["title", "summary", "subject"];

/// Keys whose string was written by a person even where it is short.
const PROSE_KEYS: &[&str] = &["body", "text", "message", "comment", "description", "content", "notes", "answer"];

/// Fewer words than these are a name or a code, unless the key says otherwise.
const PROSE_WORDS_MIN: usize = 4;

/// Reads the blocks of `text` from the offset `from` on.
pub(crate) fn read(text: &str, from: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut key: Option<Span> = None;
    let mut at = from;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('"')).map(|found| at + found) {
        let between = text.get(at..open).unwrap_or_default();
        if between.contains([',', '{', '}']) {
            key = None;
        }
        let close = string_end(text, open + 1);
        let inner = Span::new(open + 1, close);
        at = (close + 1).min(text.len());
        if is_key(text, at) {
            key = Some(inner);
        } else {
            let name = key.and_then(|key| key.of(text)).unwrap_or_default().to_lowercase();
            blocks.extend(of_string(text, inner, &name));
        }
    }
    blocks
}

/// Offset of the quotation mark that ends the string begun before `start`, or of the text's end.
fn string_end(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let mut is_escaped = false;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return start + at,
            _ => {}
        }
    }
    text.len()
}

fn is_key(text: &str, after: usize) -> bool {
    text.get(after..).is_some_and(|rest| rest.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(':'))
}

fn of_string(text: &str, inner: Span, key: &str) -> Vec<Block> {
    let slice = inner.of(text).unwrap_or_default();
    if TITLE_KEYS.contains(&key) && slice.contains(char::is_alphabetic) {
        let runs: Inline = string_lines(text, inner).into_iter().flatten().collect();
        return span_of(&runs).map(|span| block(BlockKind::Heading(2), span, runs)).into_iter().collect();
    }
    let words =
        slice.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).take(PROSE_WORDS_MIN).count();
    if words >= PROSE_WORDS_MIN || words > 1 && PROSE_KEYS.contains(&key) {
        return paragraphs(text, inner);
    }
    Vec::new()
}

/// A string's lines as blocks: blank lines part paragraphs, `- ` and `* ` begin list items.
fn paragraphs(text: &str, inner: Span) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for runs in string_lines(text, inner) {
        let line = runs.first().and_then(|run| run.span.of(text)).unwrap_or_default();
        let Some(span) = span_of(&runs) else {
            is_open = false;
            continue;
        };
        let marker = list_marker(line);
        match blocks.last_mut() {
            Some(last) if is_open && marker == 0 => append(last, span, runs),
            _ if marker > 0 => blocks.push(list_item(line, marker, span, runs)),
            _ => blocks.push(block(BlockKind::Paragraph, span, runs)),
        }
        is_open = true;
    }
    blocks
}

fn append(last: &mut Block, span: Span, runs: Inline) {
    last.span.end = span.end;
    let Some(own) = last.cells.first_mut() else { return };
    for (at, run) in runs.into_iter().enumerate() {
        let after_break = at == 0 && !own.is_empty();
        own.push(Run { after_break, ..run });
    }
}

fn list_marker(line: &str) -> usize {
    let indent = line.len() - line.trim_start().len();
    if line.trim_start().starts_with(['-', '*']) && line.get(indent + 1..).is_some_and(|rest| rest.starts_with(' ')) {
        indent + 2
    } else {
        0
    }
}

fn list_item(line: &str, marker: usize, span: Span, mut runs: Inline) -> Block {
    let indent = line.len() - line.trim_start().len();
    let depth = u8::try_from(indent / 2).unwrap_or(u8::MAX);
    if let Some(first) = runs.first_mut() {
        first.span.start += marker;
    }
    runs.retain(|run| !run.span.is_empty());
    block(BlockKind::ListItem { depth, ordered: false, task: None }, span, runs)
}

fn span_of(runs: &[Run]) -> Option<Span> {
    Some(Span::new(runs.first()?.span.start, runs.last()?.span.end))
}

/// The string's lines, each as the stretches between its escapes. An escaped quotation mark or backslash stands in the
/// source as itself and is kept; of other escapes (`\u00e9`) the stretches around them are joined as they stand.
fn string_lines(text: &str, inner: Span) -> Vec<Inline> {
    let mut string_lines = vec![Inline::new()];
    let mut start = inner.start;
    while start < inner.end {
        let rest = text.get(start..inner.end).unwrap_or_default();
        let escape = start + rest.find(['\\', '\n']).unwrap_or(rest.len());
        push_stretch(text, &mut string_lines, Span::new(start, escape));
        let after = text.get(escape..inner.end).unwrap_or_default();
        match after.as_bytes() {
            [b'\n', ..] | [b'\\', b'n', ..] => string_lines.push(Inline::new()),
            [b'\\', b'"' | b'\\' | b'/', ..] => {
                push_stretch(text, &mut string_lines, Span::new(escape + 1, escape + 2));
            }
            _ => {}
        }
        start = escape + escape_bytes(after);
    }
    string_lines
}

fn push_stretch(text: &str, string_lines: &mut [Inline], span: Span) {
    let Some(runs) = string_lines.last_mut() else { return };
    let is_words = span.of(text).is_some_and(|slice| !slice.trim().is_empty());
    if is_words || !runs.is_empty() && !span.is_empty() {
        push_run(runs, Run { span, style: Style::default(), after_break: false });
    }
}

/// Bytes of the escape at the start of `after`: `\n` two, `\u0041` six, a bare line end one.
fn escape_bytes(after: &str) -> usize {
    let mut characters = after.chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), Some('u')) => (2..=6).rev().find(|bytes| after.is_char_boundary(*bytes)).unwrap_or(2),
        (Some('\\'), Some(escaped)) => 1 + escaped.len_utf8(),
        _ => 1,
    }
}
