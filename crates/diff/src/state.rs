//! What is compared.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, Date, Document, DocumentId, ElementId, Statement, Status, System, Threat};

/// A model, what it was made of, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// The documents with their texts, the file of decisions included.
    pub documents: &'a [Document],
    /// The claims whose quotes hold.
    pub claims: &'a [KnownClaim],
    /// The merged model.
    pub system: &'a System,
    /// Its threats, sorted by id.
    pub threats: &'a [Threat],
    /// Digests of what results depend on beside documents, by name. The rule with id `x` is in one whose name ends in `/x.toml`.
    pub engine: &'a BTreeMap<String, String>,
    /// Which of the documents is the file of decisions.
    pub decided: Option<&'a DocumentId>,
    /// Threats of still earlier states: one of them that comes back is not new.
    pub known_before: &'a BTreeSet<ElementId>,
    /// The goals that attackers reach; none where nobody asked for them.
    pub reached: &'a [ReachedGoal],
    /// The day on which acceptances are judged.
    pub as_of: Date,
}

/// A goal that an attacker reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedGoal {
    /// The attacker, by id of the profile.
    pub attacker: String,
    /// The element.
    pub element: ElementId,
    /// What is had there.
    pub gains: String,
    /// Whether every step there is stated.
    pub is_certain: bool,
}

/// A claim whose quotes hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownClaim {
    /// Made of what it says and the words it is read from, so that it stays when the text moves.
    pub id: ElementId,
    /// The statement.
    pub statement: Statement,
    /// What the passage says of the thing.
    pub status: Status,
    /// Where it says it.
    pub evidence: Vec<Citation>,
    /// Who read it.
    pub extractor: String,
}
