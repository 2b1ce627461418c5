//! A query as it was understood, and its text form.

use std::fmt;

use super::{Kind, Link};

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What is looked for.
    pub kind: Kind,
    /// Changes only: the revision that the present is compared with.
    pub since: Option<String>,
    /// What must hold of it.
    pub condition: Option<Condition>,
    /// How many rows at most.
    pub limit: Option<usize>,
}

/// What must hold of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these.
    All(Vec<Self>),
    /// Any of these.
    Any(Vec<Self>),
    /// Documents say the opposite.
    Not(Box<Self>),
    /// An attribute compared with values, of which any will do.
    Compare {
        /// The attribute.
        attribute: &'static str,
        /// How they are compared.
        operator: Operator,
        /// With what; never empty.
        values: Vec<String>,
    },
    /// Whether any document says anything of an attribute.
    Stated {
        /// The attribute.
        attribute: &'static str,
        /// Whether one must.
        is_known: bool,
    },
    /// A link to any of the target's elements.
    Linked {
        /// The link.
        link: Link,
        /// Where it leads.
        target: Target,
        /// Whether a document must tell of one; else no document may.
        is_told: bool,
    },
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same, in any spelling.
    Equal,
    /// Known, and not the same.
    Unequal,
    /// The words of the value are in it.
    Contains,
    /// Less, of numbers and ordered lists.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    More,
    /// More or the same.
    AtLeast,
}

impl Operator {
    /// The sign in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Contains => "~",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An element by name, another name of it, or id.
    Named {
        /// The name.
        name: String,
        /// Where it stands in the query, for messages.
        at: usize,
    },
    /// Whatever another query finds.
    Found(Box<Query>),
}

impl Query {
    /// All elements of a kind.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, since: None, condition: None, limit: None }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if let Some(since) = &self.since {
            write!(f, " since {}", quoted(since))?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " where {condition}")?;
        }
        match self.limit {
            Some(limit) => write!(f, " limit {limit}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " and "),
            Self::Any(parts) => joined(f, parts, " or "),
            Self::Not(part) => write!(f, "not ({part})"),
            Self::Compare { attribute, operator, values } => match values.as_slice() {
                [value] => write!(f, "{attribute} {} {}", operator.as_str(), quoted(value)),
                values => {
                    let values: Vec<String> = values.iter().map(|it| quoted(it)).collect();
                    write!(f, "{attribute} {} ({})", operator.as_str(), values.join(", "))
                }
            },
            Self::Stated { attribute, is_known } => {
                write!(f, "{attribute} is {}", if *is_known { "known" } else { "unknown" })
            }
            Self::Linked { link, target, is_told } => {
                let no = if *is_told { "" } else { "no " };
                match target {
                    Target::Named { name, .. } => write!(f, "{no}{} {}", link.as_str(), quoted(name)),
                    Target::Found(query) => write!(f, "{no}{} ({query})", link.as_str()),
                }
            }
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Condition], by: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(by)?;
        }
        match part {
            Condition::All(_) | Condition::Any(_) => write!(f, "({part})")?,
            _ => write!(f, "{part}")?,
        }
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|it| *it != '"').collect();
    format!("\"{text}\"")
}
