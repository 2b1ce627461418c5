//! Finds the markup of a prose text that readers do not read and quotes may leave out: list numerals, quote marks, link
//! targets, tags, language tags of code blocks and the like.
//!
//! Only notation is found here, line by line and without building a tree. Code, fenced or in a line, has none: there a
//! bracket is a bracket. What is doubtful is text.

use std::collections::{BTreeSet, VecDeque};

use cairn_model::Span;

use super::tags;

/// A link target longer than this is text.
const TARGET_BYTES_MAX: usize = 2_048;
/// A code span longer than this is not looked for.
const CODE_SPAN_BYTES_MAX: usize = 400;
/// A list numeral has no more digits than this.
const NUMERAL_DIGITS_MAX: usize = 9;
/// More brackets open at once than this are text.
const OPEN_BRACKETS_MAX: usize = 64;

/// A group's bytes, and where the construct begins that it closes.
pub(super) type Found = (Span, Option<usize>);

/// Walks along a text and tells where groups begin.
pub(super) struct Markup<'text> {
    text: &'text str,
    /// Labels that the text defines targets for, in lower case.
    labels: BTreeSet<String>,
    /// Groups found ahead, in order.
    ahead: VecDeque<Found>,
    /// The fence that will close the current code block: its character and least length.
    fence: Option<(u8, usize)>,
    /// End of the current code span.
    code_until: usize,
    in_comment: bool,
    /// The `>` of the current automatic link.
    angle_close: Option<usize>,
    /// Open `[` of the current paragraph.
    brackets: Vec<usize>,
    /// The latest numeral of the current list.
    numeral: Option<u64>,
}

impl<'text> Markup<'text> {
    pub(super) fn of(text: &'text str) -> Self {
        Self {
            text,
            labels: defined_labels(text),
            ahead: VecDeque::new(),
            fence: None,
            code_until: 0,
            in_comment: false,
            angle_close: None,
            brackets: Vec::new(),
            numeral: None,
        }
    }

    /// The group that begins at `at`, if `at` is not `inside` one. To be called at rising offsets, every line start included.
    pub(super) fn group_at(&mut self, at: usize, inside: bool) -> Option<Found> {
        if at == 0 || self.byte(at.wrapping_sub(1)) == Some(b'\n') {
            self.line(at);
        }
        if inside {
            return None;
        }
        while let Some(found) = self.ahead.front().copied() {
            if found.0.start > at {
                break;
            }
            self.ahead.pop_front();
            if found.0.start == at {
                return Some(found);
            }
        }
        if self.fence.is_some() || at < self.code_until {
            return None;
        }
        match self.byte(at)? {
            b'`' => self.code_span(at),
            b'[' => self.bracket(at),
            b']' => self.link_end(at),
            b'!' => (self.byte(at + 1) == Some(b'[')).then_some((Span::new(at, at + 1), None)),
            b'<' => self.angle(at),
            b'>' => (self.angle_close == Some(at)).then_some((Span::new(at, at + 1), None)),
            b'-' => self.comment_end(at),
            b'{' => self.heading_anchor(at),
            _ => None,
        }
    }

    /// Reads a line's beginning: fences, quote marks, list markers, task boxes.
    fn line(&mut self, at: usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        if line.trim().is_empty() {
            self.brackets.clear();
            return;
        }
        if let Some((mark, least)) = self.fence {
            if closes_fence(line, mark, least) {
                self.fence = None;
            }
            return;
        }
        if is_rule(line) {
            return self.expect(at, at + line.len());
        }
        self.prefix(at, at + line.len());
    }

    fn prefix(&mut self, start: usize, end: usize) {
        let mut at = start;
        let mut nested = false;
        while at < end {
            let Some(byte) = self.byte(at) else { return };
            let blank_next = self.is_blank(at + 1);
            match byte {
                b' ' | b'\t' => at += 1,
                b'>' if blank_next || self.byte(at + 1) == Some(b'>') => {
                    self.expect(at, at + 1);
                    at += 1;
                }
                b'-' | b'*' if blank_next => at += 1,
                b'+' if blank_next => {
                    self.expect(at, at + 1);
                    at += 1;
                }
                b'0'..=b'9' => {
                    let Some(length) = self.numeral(at, start, nested) else { return };
                    self.expect(at, at + length);
                    at += length + 1;
                }
                b'[' if self.is_task_box(at) => {
                    self.expect(at, at + 3);
                    return;
                }
                b'=' if self.follows_blank(start) => {
                    let length = self.run_of(b'=', at);
                    if self.is_blank(at + length) {
                        self.expect(at, at + length);
                    }
                    return;
                }
                b'`' | b'~' => return self.open_fence(at, end, byte),
                _ => return,
            }
            nested |= !matches!(byte, b' ' | b'\t');
        }
    }

    /// Digits of the list numeral at `at`. A number that a line break has brought to a line's start is none: a list begins
    /// after a blank line, after a sentence's end or with 1, and counts on.
    fn numeral(&mut self, at: usize, line_start: usize, nested: bool) -> Option<usize> {
        let digits = self.text.as_bytes().get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let closed = matches!(self.byte(at + digits), Some(b'.' | b')')) && self.is_blank(at + digits + 1);
        if !closed || digits > NUMERAL_DIGITS_MAX {
            return None;
        }
        let value: u64 = self.text.get(at..at + digits)?.parse().ok()?;
        let counts_on = self.numeral.is_some_and(|last| value == last || value == last + 1);
        let begins = nested || value == 1 || self.follows_blank(line_start) || self.follows_sentence(line_start);
        if !counts_on && !begins {
            return None;
        }
        self.numeral = Some(value);
        Some(digits)
    }

    fn open_fence(&mut self, at: usize, end: usize, mark: u8) {
        let length = self.run_of(mark, at);
        let info = self.text.get(at + length..end).unwrap_or_default();
        if length < 3 || info.contains('`') {
            return;
        }
        self.fence = Some((mark, length));
        if !info.trim().is_empty() {
            self.expect(at + length, end);
        }
    }

    fn code_span(&mut self, at: usize) -> Option<Found> {
        let length = self.run_of(b'`', at);
        let inner = at + length;
        let rest = self.text.as_bytes().get(inner..)?;
        let rest = rest.get(..rest.len().min(CODE_SPAN_BYTES_MAX))?;
        let mut place = 0;
        while let Some(next) = rest.get(place..)?.iter().position(|byte| matches!(byte, b'`' | b'\n')) {
            place += next;
            if rest.get(place..)?.starts_with(b"\n\n") {
                break;
            }
            let closing = self.run_of(b'`', inner + place);
            if closing == length {
                self.code_until = inner + place + closing;
                return None;
            }
            place += closing.max(1);
        }
        self.code_until = inner;
        None
    }

    /// A footnote mark, or the beginning of a link.
    fn bracket(&mut self, at: usize) -> Option<Found> {
        if self.byte(at + 1) == Some(b'^') {
            let end = self.bracket_end(at)?;
            return Some((Span::new(at, end), None));
        }
        if self.brackets.len() == OPEN_BRACKETS_MAX {
            self.brackets.clear();
        }
        self.brackets.push(at);
        None
    }

    /// Where a link's text ends its target begins.
    fn link_end(&mut self, at: usize) -> Option<Found> {
        let opener = self.brackets.pop()?;
        let end = match self.byte(at + 1)? {
            b'(' => target_end(self.text, at + 1)?,
            b'[' => {
                let end = self.bracket_end(at + 1)?;
                let label = self.text.get(at + 2..end - 1)?;
                self.labels.contains(&label.to_lowercase()).then_some(end)?
            }
            _ => return None,
        };
        self.ahead.push_front((Span::new(at + 1, end), Some(opener)));
        None
    }

    /// One past the `]` of the label that begins at `at`.
    fn bracket_end(&self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        let rest = rest.get(..rest.len().min(TARGET_BYTES_MAX))?;
        let length = rest.iter().position(|byte| matches!(byte, b']' | b'\n'))?;
        (rest.get(length) == Some(&b']')).then_some(at + length + 1)
    }

    fn angle(&mut self, at: usize) -> Option<Found> {
        let rest = self.text.get(at..)?;
        if rest.starts_with("<!--") {
            self.in_comment = true;
            return Some((Span::new(at, at + 4), None));
        }
        if let Some(length) = tags::automatic_link(rest) {
            self.angle_close = Some(at + length - 1);
            return Some((Span::new(at, at + 1), None));
        }
        let length = tags::tag(rest)?;
        Some((Span::new(at, at + length), None))
    }

    fn comment_end(&mut self, at: usize) -> Option<Found> {
        let closes = self.in_comment && self.text.get(at..)?.starts_with("-->");
        if !closes {
            return None;
        }
        self.in_comment = false;
        Some((Span::new(at, at + 3), None))
    }

    /// `{#name}` at a line's end.
    fn heading_anchor(&self, at: usize) -> Option<Found> {
        let name = self.text.as_bytes().get(at..)?.strip_prefix(b"{#")?;
        let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
        let end = at + length + 3;
        let closed = name.get(length) == Some(&b'}') && matches!(self.byte(end), None | Some(b'\n' | b'\r'));
        closed.then_some((Span::new(at, end), None))
    }

    fn expect(&mut self, start: usize, end: usize) {
        self.ahead.push_back((Span::new(start, end), None));
    }

    fn is_task_box(&self, at: usize) -> bool {
        let inside = matches!(self.byte(at + 1), Some(b' ' | b'x' | b'X'));
        inside && self.byte(at + 2) == Some(b']') && self.is_blank(at + 3)
    }

    fn is_blank(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte.is_ascii_whitespace())
    }

    fn run_of(&self, byte: u8, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take_while(|other| **other == byte).count()
    }

    /// Whether the line at `start` is the first or follows a blank one.
    fn follows_blank(&self, start: usize) -> bool {
        let before = self.text.get(..start).unwrap_or_default();
        let Some(previous) = before.strip_suffix('\n') else { return true };
        previous.bytes().rev().take_while(|byte| *byte != b'\n').all(|byte| byte.is_ascii_whitespace())
    }

    /// Whether the line before `start` ends as sentences and introductions to lists do.
    fn follows_sentence(&self, start: usize) -> bool {
        let before = self.text.get(..start).unwrap_or_default().trim_end().trim_end_matches(['*', '_', '`', ')', '"']);
        before.ends_with(['.', ':', ';', '!', '?'])
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }
}

/// The labels of `[label]: target` lines.
fn defined_labels(text: &str) -> BTreeSet<String> {
    let lines = text.split('\n').map(|line| line.trim_start_matches([' ', '\t', '>']));
    let labels = lines.filter_map(|line| line.strip_prefix('[')?.split_once("]:").map(|(label, _)| label));
    labels.filter(|label| label.len() < TARGET_BYTES_MAX).map(str::to_lowercase).collect()
}

fn closes_fence(line: &str, mark: u8, least: usize) -> bool {
    let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
    line.len() >= least && line.bytes().all(|byte| byte == mark)
}

/// Whether `line` only draws: an underlined heading, a table's border.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let drawn = |byte: u8| matches!(byte, b'=' | b'+' | b'-' | b'|' | b':' | b' ' | b'#' | b'^' | b'*');
    line.bytes().all(drawn) && line.contains(['=', '+']) && line.len() >= 3
}

/// One past the `)` of the link target that begins with the `(` at `at`.
fn target_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at + 1..)?;
    let rest = rest.get(..rest.len().min(TARGET_BYTES_MAX))?;
    let destination = destination_length(rest)?;
    let after = rest.get(destination..)?;
    let blank = blanks(after);
    let after = after.get(blank..)?;
    let title = match after.first()? {
        quote @ (b'"' | b'\'') if blank > 0 => after.iter().skip(1).position(|byte| byte == quote)? + 2,
        _ => 0,
    };
    let after = after.get(title..)?;
    let trailing = blanks(after);
    (after.get(trailing) == Some(&b')')).then_some(at + 1 + destination + blank + title + trailing + 1)
}

/// Bytes of a target without its title: in angle brackets, or without blanks and with its parentheses in pairs.
fn destination_length(rest: &[u8]) -> Option<usize> {
    let leading = blanks(rest);
    let body = rest.get(leading..)?;
    if body.first() == Some(&b'<') {
        return body.iter().position(|byte| matches!(byte, b'>' | b'\n')).map(|end| leading + end + 1);
    }
    let mut depth = 0_usize;
    for (length, byte) in body.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(leading + length),
            b')' => depth -= 1,
            _ if byte.is_ascii_whitespace() => return (depth == 0).then_some(leading + length),
            _ => {}
        }
    }
    None
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}
