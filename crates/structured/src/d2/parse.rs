//! The syntax of D2: statements of a key, a value and a block; keys that are paths; keys that are connections.

use std::ops::Range;

use crate::facts::Place;

/// Deeper nesting of blocks is refused.
const DEPTH_MAX: usize = 50;

/// `key: value { … }`.
pub(super) struct Statement {
    /// The key as written.
    pub(super) key: String,
    /// The value without quotes.
    pub(super) value: Option<String>,
    /// What stands in the block.
    pub(super) inner: Vec<Self>,
    /// The key's first byte in the document.
    pub(super) at: usize,
    head: Range<usize>,
}

impl Statement {
    /// Key and value.
    pub(super) fn place(&self) -> Place {
        self.head.clone().into()
    }
}

/// One end of a connection, with the arrow that follows it.
pub(super) struct End {
    /// The path to the shape.
    pub(super) path: Vec<String>,
    /// Whether the arrow behind it points to the next end.
    pub(super) forward: bool,
    /// Whether it points back.
    pub(super) backward: bool,
}

/// The statements of `text`, which stands at `base`; the place where it nests too deep otherwise.
pub(super) fn statements(text: &str, base: usize) -> Result<Vec<Statement>, usize> {
    let mut parser = Parser { text, base, at: 0 };
    let mut found = Vec::new();
    // A brace too many ends nothing.
    while parser.at < text.len() {
        found.extend(parser.block(0)?);
    }
    Ok(found)
}

struct Parser<'a> {
    text: &'a str,
    base: usize,
    at: usize,
}

impl<'a> Parser<'a> {
    /// Statements up to the closing brace, which is consumed.
    fn block(&mut self, depth: usize) -> Result<Vec<Statement>, usize> {
        if depth > DEPTH_MAX {
            return Err(self.base + self.at);
        }
        let mut found = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => return Ok(found),
                Some('}') => {
                    self.at += 1;
                    return Ok(found);
                }
                Some(_) => found.push(self.statement(depth)?),
            }
        }
    }

    fn statement(&mut self, depth: usize) -> Result<Statement, usize> {
        let start = self.at;
        let key = self.until(&[':', '{', '}', ';', '\n']).trim().to_owned();
        let mut end = self.at;
        let mut value = None;
        if self.peek() == Some(':') {
            self.at += 1;
            value = Some(self.value());
            end = self.at;
        }
        let mut inner = Vec::new();
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
        if self.peek() == Some('{') {
            self.at += 1;
            inner = self.block(depth + 1)?;
        } else if self.at == start {
            // A mark that begins nothing.
            self.at += self.peek().map_or(1, char::len_utf8);
            end = self.at;
        }
        let value = value.filter(|value| !value.is_empty());
        let head = self.base + start..self.base + end;
        Ok(Statement { key, value, inner, at: self.base + start, head })
    }

    fn value(&mut self) -> String {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
        if self.peek() == Some('|') {
            return self.block_string();
        }
        bare(self.until(&['{', '}', ';', '\n', '#']))
    }

    /// `|md … |` and `||…||`: texts, which are no labels.
    fn block_string(&mut self) -> String {
        let rest = self.rest();
        let pipes = rest.bytes().take_while(|byte| *byte == b'|').count();
        let mark = "|".repeat(pipes);
        let length = rest.get(pipes..).and_then(|rest| rest.find(&mark)).map_or(rest.len(), |at| at + 2 * pipes);
        self.at += length;
        String::new()
    }

    /// The text up to one of `ends` outside of quotes and of `${…}`.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let mut quote: Option<char> = None;
        let mut substitution = false;
        let mut escaped = false;
        let mut previous = '\0';
        let mut length = rest.len();
        for (at, c) in rest.char_indices() {
            let ended =
                quote.is_none() && !substitution && !escaped && ends.contains(&c) && !(c == '{' && previous == '$');
            // A quote that is not closed on its line is a sign like any other.
            if ended || (c == '\n' && quote.is_some()) {
                length = at;
                break;
            }
            substitution = (substitution || (c == '{' && previous == '$')) && c != '}' && c != '\n';
            match quote {
                Some(open) if c == open && !escaped => quote = None,
                None if matches!(c, '"' | '\'') && !escaped && !previous.is_alphanumeric() => quote = Some(c),
                _ => {}
            }
            escaped = c == '\\' && !escaped;
            previous = c;
        }
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
}

/// A key or value without quotes.
pub(super) fn bare(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

/// The parts of a key between the dots outside of quotes.
pub(super) fn path(key: &str) -> Vec<String> {
    split(key, |rest| rest.starts_with('.').then_some(1)).iter().map(|(part, _)| bare(part)).collect()
}

/// The ends of a connection, or nothing when the key is none.
pub(super) fn connection(key: &str) -> Option<Vec<End>> {
    let parts = split(key, |rest| {
        let length = rest.bytes().take_while(|byte| matches!(byte, b'-' | b'<' | b'>')).count();
        let arrow = rest.get(..length).unwrap_or_default();
        (arrow.contains("->") || arrow.contains("<-") || arrow.contains("--")).then_some(length)
    });
    if parts.len() < 2 {
        return None;
    }
    let end = |(part, arrow): &(&str, &str)| End {
        path: path(part),
        forward: arrow.ends_with('>'),
        backward: arrow.starts_with('<'),
    };
    Some(parts.iter().map(end).filter(|end| end.path.iter().any(|part| !part.is_empty())).collect())
}

/// Pieces between separators outside of quotes, each with the separator behind it. `separator` measures the one at the
/// beginning of a text.
fn split(text: &str, separator: impl Fn(&str) -> Option<usize>) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    let mut start = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        let length = if quote.is_none() { separator(rest) } else { None };
        if let Some(length) = length {
            found.push((text.get(start..at).unwrap_or_default(), text.get(at..at + length).unwrap_or_default()));
            at += length;
            start = at;
            continue;
        }
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        at += c.len_utf8();
    }
    found.push((text.get(start..).unwrap_or_default(), ""));
    found
}
