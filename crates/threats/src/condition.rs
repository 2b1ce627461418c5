//! The condition language of rules, after its text has been checked.
//!
//! A condition is written about one element: `target.type in [datastore, cache] and encryption is none`. [`parse`] turns
//! the text into the tree below and knows from [`vocabulary`] which attributes and relations an element has, so that a
//! condition that loads can be evaluated without errors. What a condition is worth on a model is decided in `evaluate`.

mod lexer;
pub(crate) mod parse;
pub(crate) mod vocabulary;

use cairn_model::{Classification, ControlType};

use vocabulary::{Attribute, Relation};

/// A checked condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// One of the related elements meets the inner condition.
    Any(Relation, Box<Self>),
    /// All of them do.
    Every(Relation, Box<Self>),
    /// A predicate on the element found by following single relations.
    At(Vec<Relation>, Predicate),
}

/// What can be said of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    /// Some document speaks of it.
    Documented,
    /// A record of traffic shows it.
    Observed,
    /// A document other than a record of traffic speaks of it.
    Described,
    /// The attribute is one of these words.
    Among(Attribute, Vec<String>),
    /// The attribute has a value other than `none`.
    Stated(Attribute),
    /// The attribute is a date before the day of the review.
    Past(Attribute),
    /// The attribute's text has one of these phrases.
    Mentions(Attribute, Vec<Phrase>),
    /// It carries, handles, stores or logs data of one of these classes.
    Touches(Touch, Vec<Classification>),
    /// A control of one of these families stands in this relation to it.
    Control(Stance, Vec<ControlType>),
    /// The flow leaves one boundary for another.
    Crosses(Crossing),
}

/// How an element has to do with data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    Carries,
    Handles,
    Stores,
    Logs,
}

/// What the documents say of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stance {
    Has,
    Lacks,
    Plans,
    Assumes,
    Retires,
}

/// Which boundaries count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// All.
    Any,
    /// All but those of processes: containers and sandboxes on one network do not separate it.
    Network,
}

/// Words that follow each other in a text; a word that ends in `*` stands for all that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase(Vec<String>);

impl Phrase {
    pub(crate) fn new(text: &str) -> Self {
        Self(
            text.split(|c: char| !c.is_alphanumeric() && c != '*')
                .filter(|w| !w.is_empty())
                .map(str::to_lowercase)
                .collect(),
        )
    }

    /// Whether the phrase stands in `words`.
    pub(crate) fn is_in(&self, words: &[String]) -> bool {
        !self.0.is_empty()
            && words.windows(self.0.len()).any(|window| self.0.iter().zip(window).all(|(p, w)| fits(p, w)))
    }
}

fn fits(pattern: &str, word: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == word, |start| word.starts_with(start))
}

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
