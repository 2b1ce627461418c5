//! Text to tokens. Words are letters, digits, `_` and `-`; everything else that is not a sign or a quoted text is an error.

use std::ops::Range;

use super::parse::Problem;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
    End,
}

impl Token {
    /// The token as a message names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(text) => format!("`{text}`"),
            Self::Quoted(text) => format!("`'{text}'`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end of the condition".to_owned(),
        }
    }
}

const SIGNS: [&str; 8] = ["==", "!=", "(", ")", "[", "]", ",", "."];

/// All tokens with their places; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Problem> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, length) = next(rest).map_err(|message| Problem::new(at..at + 1, message))?;
        if let Some(token) = token {
            found.push((token, at..at + length));
        }
        at += length;
    }
    found.push((Token::End, text.len()..text.len()));
    Ok(found)
}

fn next(rest: &str) -> Result<(Option<Token>, usize), String> {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return Ok((None, first.len_utf8()));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Some(Token::Sign(sign)), sign.len()));
    }
    if first == '\'' {
        let Some((inside, _)) = rest.get(1..).and_then(|after| after.split_once('\'')) else {
            return Err("the quoted text has no end".to_owned());
        };
        return Ok((Some(Token::Quoted(inside.to_owned())), inside.len() + 2));
    }
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
    match rest.get(..length) {
        Some(word) if length > 0 => Ok((Some(Token::Word(word.to_owned())), length)),
        _ => Err(format!("unexpected character `{first}`")),
    }
}
