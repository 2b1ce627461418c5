//! The query language: closed, typed, over the model, with a text form.
//!
//! [`Query::parse`] reads the text form and knows every kind, attribute and link; what it does not know is an error with its place.
//! [`evaluate`](evaluate::evaluate) looks a query up in [`Facts`](crate::Facts). Truth has three values here as everywhere: what no document says
//! is neither equal nor unequal to anything, and elements of which a condition cannot be decided are listed apart.
//!
//! `Display` writes a query so that it is read again as the same; `docs/query.md` explains the text form to people.

mod ast;
mod evaluate;
mod lexer;
mod parse;
mod records;
mod vocabulary;

pub use ast::{Condition, Operator, Query, Target};
pub(crate) use evaluate::Evaluation;
pub use evaluate::{Row, Rows, evaluate};
pub(crate) use records::Records;
pub use vocabulary::{Kind, Link};

use crate::similar::did_you_mean;

/// Why a query cannot be looked up. The asker's mistake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// The byte of the query at which it goes wrong.
    pub at: usize,
    /// What is wrong, lower case.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl QueryError {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Offers what looks like `typed`, or else everything there is.
    fn offering<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Self {
        let hint = did_you_mean(typed, known.clone())
            .unwrap_or_else(|| format!("one of {}", known.into_iter().collect::<Vec<_>>().join(", ")));
        self.hint(hint)
    }

    /// The query with a mark under the place, on two lines that begin as places in messages do.
    pub fn shown(&self, query: &str) -> String {
        let before = query.get(..self.at).unwrap_or(query).chars().count();
        let line: String = query.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        format!("  | {line}\n  | {}^", " ".repeat(before))
    }
}
