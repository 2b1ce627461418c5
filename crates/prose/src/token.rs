//! Words and sentences of a line.

use crate::line::{Line, slice};

/// A word or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Byte range in the line's text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The word in lower case, typographic apostrophes made plain.
    pub(crate) lower: String,
    /// Begins with a capital letter.
    pub(crate) capital: bool,
    /// Stands in a code span.
    pub(crate) code: bool,
    /// Is a mark rather than a word.
    pub(crate) mark: bool,
}

impl Token {
    /// Whether the word is one of `words`.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }
}

/// The byte ranges of the sentences of `line`, without the blanks around them.
pub(crate) fn sentences(line: &Line) -> Vec<(usize, usize)> {
    let text = line.text.as_str();
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut marks = text.char_indices().peekable();
    while let Some((at, c)) = marks.next() {
        let end = at + c.len_utf8();
        let ends = matches!(c, '.' | '!' | '?') && marks.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends && !is_abbreviation(slice(text, start, at)) && begins_sentence(line, end) {
            push_trimmed(text, start, end, &mut ranges);
            start = end;
        }
    }
    push_trimmed(text, start, text.len(), &mut ranges);
    ranges
}

fn push_trimmed(text: &str, start: usize, end: usize, ranges: &mut Vec<(usize, usize)>) {
    let part = slice(text, start, end);
    let trimmed = part.trim();
    if !trimmed.is_empty() {
        let from = start + part.len() - part.trim_start().len();
        ranges.push((from, from + trimmed.len()));
    }
}

fn is_abbreviation(before: &str) -> bool {
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let single_letter = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    single_letter
        || matches!(last, "e.g" | "i.e" | "etc" | "vs" | "cf" | "approx" | "incl" | "resp" | "No" | "Dr" | "Mr" | "Ms")
}

/// Whether a new sentence can begin at `start`. A small letter begins none, unless it begins a name that is set apart: "`billing` calls …".
fn begins_sentence(line: &Line, start: usize) -> bool {
    let rest = slice(&line.text, start, line.text.len());
    let blank = rest.len() - rest.trim_start().len();
    let Some(next) = rest.trim_start().chars().next() else { return true };
    let style = line.style_at(start + blank);
    next.is_uppercase() || next.is_numeric() || !next.is_alphabetic() || style.code || style.strong
}

/// The tokens of `line.text[start..end]`.
pub(crate) fn tokens(line: &Line, start: usize, end: usize) -> Vec<Token> {
    let text = slice(&line.text, start, end);
    let mut found = Vec::with_capacity(text.len() / 5);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut stop = at + c.len_utf8();
        let mark = !begins_word(c, chars.peek().map(|(_, next)| *next));
        if mark {
            while let Some((next_at, next)) = chars.peek().copied() {
                if !is_arrow_part(c) || !is_arrow_part(next) {
                    break;
                }
                stop = next_at + next.len_utf8();
                chars.next();
            }
        } else {
            while let Some((next_at, next)) = chars.peek().copied() {
                let after = slice(text, next_at + next.len_utf8(), text.len()).chars().next();
                if !continues_word(next, after) {
                    break;
                }
                stop = next_at + next.len_utf8();
                chars.next();
            }
        }
        found.push(token(line, slice(text, at, stop), start + at, mark));
    }
    found
}

fn token(line: &Line, word: &str, start: usize, mark: bool) -> Token {
    let lower = if word.is_ascii() { word.to_ascii_lowercase() } else { word.replace('’', "'").to_lowercase() };
    Token {
        start,
        end: start + word.len(),
        lower,
        capital: word.chars().next().is_some_and(char::is_uppercase),
        code: line.style_at(start).code,
        mark,
    }
}

fn begins_word(c: char, next: Option<char>) -> bool {
    c.is_alphanumeric()
        || (matches!(c, '/' | '.' | '@' | '_' | '$' | '{' | '<')
            && next.is_some_and(|n| n.is_alphanumeric() || n == '{'))
}

/// Characters that belong to a word when more of the word follows: `api_server`, `kube-proxy`, `example.org`, `don't`, `/v1/{id}`.
fn continues_word(c: char, after: Option<char>) -> bool {
    if c.is_alphanumeric() || matches!(c, '_' | '}') {
        return true;
    }
    let joins = matches!(c, '-' | '.' | '/' | '\'' | '’' | '@' | '{' | ':' | '+' | '#' | '=' | '&' | '%' | '?' | '*');
    match c {
        '/' | '+' | '*' => after.is_some_and(|n| !n.is_whitespace()) || c == '+',
        _ => joins && after.is_some_and(|n| n.is_alphanumeric() || matches!(n, '{' | '/' | '_' | '}')),
    }
}

fn is_arrow_part(c: char) -> bool {
    matches!(c, '-' | '>' | '<' | '=' | '→' | '─' | '►' | '▶' | '—' | '–' | '←')
}

/// Whether a mark points from left to right.
pub(crate) fn is_arrow(token: &Token) -> bool {
    token.mark
        && (token.lower.ends_with(['→', '►', '▶'])
            || (token.lower.len() > 1 && token.lower.ends_with('>') && token.lower.starts_with(['-', '=', '─', '—'])))
}
