//! The text of a query to words, quoted names and signs, each with its place.

use super::QueryError;

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

/// The signs, longer ones first.
const SIGNS: [&str; 10] = ["!=", "<=", ">=", "=", "~", "<", ">", "(", ")", ","];

pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = query.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        if let Some(inside) = rest.strip_prefix('"') {
            let Some((text, _)) = inside.split_once('"') else {
                return Err(QueryError::new(at, "the quotation mark is not closed").hint("end the name with `\"`"));
            };
            tokens.push(Token { at, shape: Shape::Quoted(text.to_owned()) });
            at += text.len() + 2;
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token { at, shape: Shape::Sign(sign) });
            at += sign.len();
        } else {
            let end = rest.find(|it: char| it.is_whitespace() || "\"=~<>(),!".contains(it)).unwrap_or(rest.len());
            let word = rest.get(..end).filter(|word| !word.is_empty());
            let Some(word) = word else {
                return Err(QueryError::new(at, "a lone `!` means nothing").hint("`!=` and `not` deny"));
            };
            tokens.push(Token { at, shape: Shape::Word(word.to_owned()) });
            at += end;
        }
    }
    Ok(tokens)
}
