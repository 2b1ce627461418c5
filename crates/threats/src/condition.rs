//! The condition language of rules, after its text has been checked.
//!
//! A condition is written about one element: `target.type in [datastore, cache] and encryption is none`. [`parse`] turns
//! the text into the tree below and knows from [`vocabulary`] which attributes and relations an element has, so that a
//! condition that loads can be evaluated without errors. What a condition is worth on a model is decided in `evaluate`.

mod lexer;
pub(crate) mod parse;
pub(crate) mod vocabulary;

use std::borrow::Cow;

use cairn_model::{BoundaryType, Classification, ControlType};

use crate::factors::Aspect;
use vocabulary::{Attribute, Relation};

/// A checked condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// One of the elements found by following the relations meets the inner condition.
    Any(Vec<Relation>, Box<Self>),
    /// All of them do.
    Every(Vec<Relation>, Box<Self>),
    /// So many of them do.
    AtLeast(usize, Vec<Relation>, Box<Self>),
    /// A predicate on the element found by following single relations.
    At(Vec<Relation>, Predicate),
    /// Two attributes, each of the element found by following single relations, have the same value.
    Same(Place, Place),
}

impl Condition {
    /// About how much work it is to evaluate, compared with other conditions.
    pub(crate) fn effort(&self) -> usize {
        const NEIGHBOURS: usize = 10;
        match self {
            Self::Not(inner) => inner.effort(),
            Self::And(sides) | Self::Or(sides) => sides.iter().map(Self::effort).sum(),
            Self::Any(path, inner) | Self::Every(path, inner) | Self::AtLeast(_, path, inner) => {
                path.len() * NEIGHBOURS * inner.effort()
            }
            Self::At(path, predicate) => path.len() + predicate.effort(),
            Self::Same(..) => 2,
        }
    }

    /// Whether it looks at what a factor of the severity looks at.
    pub(crate) fn looks_at(&self, aspect: Aspect) -> bool {
        match self {
            Self::Not(inner) => inner.looks_at(aspect),
            Self::And(sides) | Self::Or(sides) => sides.iter().any(|side| side.looks_at(aspect)),
            Self::Any(path, inner) | Self::Every(path, inner) | Self::AtLeast(_, path, inner) => {
                inner.looks_at(aspect) || (aspect == Aspect::Privileges && path.contains(&Relation::Permissions))
            }
            Self::At(_, predicate) => predicate.looks_at(aspect),
            Self::Same(..) => false,
        }
    }
}

impl Predicate {
    const fn effort(&self) -> usize {
        match self {
            Self::Mentions(..) | Self::Says(_) | Self::Crosses(_) => 5,
            Self::Reaches(_) => 8,
            _ => 1,
        }
    }

    fn looks_at(&self, aspect: Aspect) -> bool {
        match (self, aspect) {
            (Self::Reaches(reach), _) if reach.wanted.looks_at(aspect) => true,
            (Self::Among(Attribute::Exposure, _) | Self::Crosses(_), Aspect::Exposure)
            | (Self::Among(Attribute::Classification, _) | Self::Touches(..), Aspect::Data)
            | (Self::Mentions(Attribute::Action | Attribute::Principal | Attribute::Resource, _), Aspect::Privileges) => {
                true
            }
            _ => false,
        }
    }
}

/// An attribute of the element found by following single relations.
pub(crate) type Place = (Vec<Relation>, Attribute);

/// What can be said of one element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Predicate {
    /// Some document speaks of it.
    Documented,
    /// Documents of these kinds speak of it.
    SpokenOf(Speaker),
    /// One of its citations has one of these phrases.
    Says(Vec<Phrase>),
    /// The attribute is one of these words.
    Among(Attribute, Vec<String>),
    /// The attribute has a value other than `none`.
    Stated(Attribute),
    /// The attribute is a date before the day of the review.
    Past(Attribute),
    /// The attribute is a date so many days or more before the day of the review.
    Older(Attribute, i32),
    /// The attribute's text is a path with a segment that callers choose.
    Parameter(Attribute),
    /// The attribute's text has one of these phrases.
    Mentions(Attribute, Vec<Phrase>),
    /// It carries, handles, stores or logs data of one of these classes.
    Touches(Touch, Vec<Classification>),
    /// A control of one of these families stands in this relation to it.
    Control(Stance, Vec<ControlType>),
    /// The flow leaves one boundary for another.
    Crosses(Crossing),
    /// Flows lead from the component to another, or from another to it.
    Reaches(Box<Reach>),
}

/// Which documents speak of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Speaker {
    /// A record of traffic.
    Traffic,
    /// Any but a record of traffic.
    Description,
    /// Configuration that something is deployed from, and pipelines.
    Deployment,
    /// Design documents, decisions, guides, diagrams and interface descriptions.
    Design,
}

/// A closure over flows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reach {
    pub(crate) way: Way,
    /// What the component at the other end has to be.
    pub(crate) wanted: Condition,
    /// What every flow on the way has to be.
    pub(crate) through: Option<Condition>,
}

/// In which direction a closure follows flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// From source to target.
    Forth,
    /// From target to source.
    Back,
    /// From where content comes: back along flows, and forth to what is read: stores and third parties.
    Content,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stance {
    Has,
    Lacks,
    Plans,
    Assumes,
    Retires,
}

/// Which boundaries count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Crossing {
    /// All.
    Any,
    /// All but those of processes: containers and sandboxes on one network do not separate it.
    Network,
    /// Those of one type.
    Of(BoundaryType),
}

/// Words that follow each other in a text; a word that ends in `*` stands for all that begin so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    pub(crate) fn is_in(&self, words: &[Cow<'_, str>]) -> bool {
        !self.0.is_empty()
            && words.windows(self.0.len()).any(|window| self.0.iter().zip(window).all(|(p, w)| fits(p, w)))
    }
}

fn fits(pattern: &str, word: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == word, |start| word.starts_with(start))
}

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<Cow<'_, str>> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // Most words are in lower case already, and conditions ask for them often.
    let is_lower = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    words.map(|word| if is_lower(word) { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }).collect()
}
