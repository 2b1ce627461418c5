//! What people settle before any document is weighed: how far each source is trusted, which names are one thing and which are
//! not, and which claims are turned away.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Document, DocumentId, ElementId, SourceType, Trust};

/// The rules of the house for one run. The default trusts sources by their kind and knows no decision of a person.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// How far documents are trusted; what is not listed, by its kind.
    pub trust: BTreeMap<DocumentId, Trust>,
    /// The file of decisions of people: its word outranks every other.
    pub decided: Option<DocumentId>,
    /// Pairs of names that mean one component, whatever documents say.
    pub same: Vec<(String, String)>,
    /// Pairs of names that never mean one component.
    pub different: Vec<(String, String)>,
    /// Ids of claims that a person turned away ([`crate::VerifiedClaim::id`]).
    pub rejected: BTreeSet<ElementId>,
}

impl Policy {
    /// How far the document's word goes. Anybody can write a ticket, a comment or a message.
    pub fn trust_of(&self, document: &Document) -> Trust {
        let by_kind = match document.source_type {
            SourceType::Ticket | SourceType::PullRequest | SourceType::Discussion => Trust::Asserts,
            _ => Trust::Vouches,
        };
        self.trust.get(&document.id).copied().unwrap_or(by_kind)
    }

    /// Whether the document is the file of decisions.
    pub fn is_decided_by(&self, document: &Document) -> bool {
        self.decided.as_ref() == Some(&document.id)
    }
}
