//! Claims to one [`System`]: the gate behind which everything is believed, and the only maker of
//! citations.
//!
//! The way through is [`validate`], from top to bottom: quotes are checked ([`verify`](verify())), names are matched
//! (`resolve`), claims about one element are laid together (`contribute`), each pile becomes an element (`merge`), and
//! what does not fit together or is not said becomes conflicts and gaps. Claims of readers that may invent pass [`admit`]
//! before: their values must stand in their quotes, and their quotes where a reader sees them. [`Checked`] and [`Incremental`] do the same for
//! states that have most documents in common. Everything is pure, and the order of documents
//! and claims changes nothing. Reading documents is the work of `cairn-ingest`, deriving threats that of `cairn-threats`.

mod guard;

mod contribute;
mod merge;
mod resolve;
mod verify;

mod checked;
mod incremental;

mod conflicts;
mod crosscheck;
mod freshness;
mod gaps;

mod authority;
mod policy;
mod quote;
mod settle;
mod value;

use cairn_model::{Claim, Document, DocumentSummary, System};

pub use checked::Checked;
pub use crosscheck::{CrossCheck, Disputed, cross_check};
pub use freshness::{Ages, stale};
pub use gaps::{Coverage, coverage};
pub use guard::{Admitted, Mood, admit, may_rest_on, mood};
pub use incremental::Incremental;
pub use policy::Policy;
pub use quote::{QuoteChecker, Verdict, check_quote};
pub use verify::{Verified, VerifiedClaim, verify, verify_under};

/// Merges all claims about the documents into one model.
pub fn validate(documents: &[Document], claims: &[Claim]) -> System {
    validate_under(documents, claims, &Policy::default())
}

/// As [`validate`], with what people settled beforehand.
pub fn validate_under(documents: &[Document], claims: &[Claim], policy: &Policy) -> System {
    let verified = verify_under(documents, claims, policy);
    let claims: Vec<&VerifiedClaim<'_>> = verified.claims.iter().collect();
    System { rejected: verified.rejected, ..merged(&claims, documents, policy) }
}

/// The model of claims that were verified.
fn merged(claims: &[&VerifiedClaim<'_>], documents: &[Document], policy: &Policy) -> System {
    let mut lexicon = resolve::Lexicon::default();
    lexicon.learn(claims.iter().copied(), policy);
    let names = resolve::resolve(claims, policy, &lexicon);
    let documents = verify::by_id(documents).into_values().map(|document| summary(document, policy)).collect();
    settled(claims, &names, documents)
}

/// The model of claims whose names are resolved.
fn settled(claims: &[&VerifiedClaim<'_>], names: &resolve::Names<'_>, documents: Vec<DocumentSummary>) -> System {
    let contributions = contribute::contribute(claims, names);
    let (mut system, conflicts) =
        rayon::join(|| merge::merge(&contributions, names), || conflicts::conflicts(&contributions, names));
    system.conflicts = conflicts;
    system.joins = names.joins().to_vec();
    system.documents = documents;
    system.gaps = gaps::asked(&system, names);
    system
}

fn summary(document: &Document, policy: &Policy) -> DocumentSummary {
    DocumentSummary {
        id: document.id.clone(),
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type,
        modified: document.modified,
        revision: document.revision.clone(),
        bytes: document.text.len(),
        trust: policy.trust_of(document),
    }
}
