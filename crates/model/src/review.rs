//! What people add to what documents say: how far a source is trusted, what was decided about a threat, and what has grown old.

use crate::{Citation, Date, ElementId};

/// How far a document's word goes. Whoever may write a ticket must not be able to silence a threat with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// It may add to the model. That a control is there, or a risk accepted, is only asserted by it until another source or a
    /// person confirms it.
    Asserts,
    /// Its word is enough.
    #[default]
    Vouches,
}

impl Trust {
    /// The name used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserts => "asserts",
            Self::Vouches => "vouches",
        }
    }
}

/// What a person decided about a threat. It stands beside the status that the rules found and never replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The decision's id.
    pub id: String,
    /// What was decided.
    pub kind: RulingKind,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires: Option<Date>,
    /// Whether it holds on the day of the run.
    pub in_force: bool,
    /// Who decided.
    pub by: String,
    /// Where the decision is written down; never empty.
    pub evidence: Vec<Citation>,
}

/// What a person may decide about a threat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulingKind {
    /// It is lived with.
    Accepted,
    /// It is answered by something that no document tells.
    Mitigated,
}

impl RulingKind {
    /// The name used in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Mitigated => "mitigated",
        }
    }
}

/// A decision of a person that met nothing in the model. Listed, never dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The decision's id.
    pub id: String,
    /// What it wanted to do: `accept`, `reject`, `set` …
    pub action: String,
    /// What it was about when it was made.
    pub about: String,
    /// Why it met nothing.
    pub why: String,
    /// Where it is written down; never empty.
    pub evidence: Vec<Citation>,
}

/// Something that was true once and may not be any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// `stale-` and a hash of check and subject.
    pub id: ElementId,
    /// The check that found it, by name.
    pub check: String,
    /// The element; none where a document as a whole is old.
    pub subject: Option<ElementId>,
    /// What is old about it, in one sentence.
    pub statement: String,
    /// What shows it; never empty.
    pub evidence: Vec<Citation>,
}

/// Why two names mean one element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// The element.
    pub element: ElementId,
    /// One name.
    pub left: String,
    /// The other.
    pub right: String,
    /// The reason, in words.
    pub reason: String,
    /// Where both names stand for it, for a reason that a document gives.
    pub evidence: Vec<Citation>,
}
