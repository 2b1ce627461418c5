//! Claims checked document by document, so that a second state, which has most documents in common with the first, is checked
//! only where it differs.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{Claim, Document, DocumentId, Rejected, System};
use rayon::prelude::*;

use crate::verify::{QuoteOf, Verified, VerifiedClaim, by_id, faults, quotes};
use crate::{Policy, merged};

/// What the quote check leaves of the claims of one state.
#[derive(Debug)]
pub struct Checked<'a> {
    by_document: BTreeMap<&'a DocumentId, OfDocument<'a>>,
    /// Claims that no document could bear out.
    faults: Vec<Rejected>,
}

/// The quotes that name a document, and what the check leaves of them.
#[derive(Debug)]
struct OfDocument<'a> {
    document: Option<&'a Document>,
    quotes: Vec<QuoteOf<'a>>,
    verified: Arc<Verified<'a>>,
}

impl<'a> Checked<'a> {
    /// Checks every quote of every claim.
    pub fn new(documents: &'a [Document], claims: &'a [Claim], policy: &Policy) -> Self {
        Self::check(documents, claims, policy, &BTreeMap::new())
    }

    /// Checks the quotes of another state under the same policy. What names a document that is as it is here, in the same claims, is
    /// taken over.
    #[must_use]
    pub fn of_other(&self, documents: &'a [Document], claims: &'a [Claim], policy: &Policy) -> Self {
        Self::check(documents, claims, policy, &self.by_document)
    }

    fn check(
        documents: &'a [Document],
        claims: &'a [Claim],
        policy: &Policy,
        known: &BTreeMap<&'a DocumentId, OfDocument<'a>>,
    ) -> Self {
        let documents = by_id(documents);
        let mut by_document: BTreeMap<&DocumentId, Vec<QuoteOf<'a>>> = BTreeMap::new();
        for quote in quotes(claims) {
            by_document.entry(quote.0).or_default().push(quote);
        }
        let check = |(id, quotes): (&'a DocumentId, Vec<QuoteOf<'a>>)| {
            let document = documents.get(id).copied();
            let same = known.get(id).filter(|it| it.is_same(document, &quotes));
            let verified = match same {
                Some(known) => Arc::clone(&known.verified),
                None => Arc::new(Verified::of_document(document, &quotes, policy)),
            };
            (id, OfDocument { document, quotes, verified })
        };
        Self { by_document: by_document.into_par_iter().map(check).collect(), faults: faults(claims) }
    }

    /// The claims that passed, sorted.
    pub fn claims(&self) -> impl Iterator<Item = &VerifiedClaim<'a>> {
        // Claims are sorted by their citations, and those by document first.
        self.by_document.values().flat_map(|of_document| &of_document.verified.claims)
    }

    /// The model that the claims make, as of [`validate_under`](crate::validate_under).
    pub fn system(&self, documents: &[Document], policy: &Policy) -> System {
        let of_documents = self.by_document.values().flat_map(|of_document| &of_document.verified.rejected);
        let mut rejected: Vec<Rejected> = of_documents.chain(&self.faults).cloned().collect();
        rejected.sort();
        rejected.dedup();
        System { rejected, ..merged(&self.claims().collect::<Vec<_>>(), documents, policy) }
    }
}

impl OfDocument<'_> {
    fn is_same(&self, document: Option<&Document>, quotes: &[QuoteOf<'_>]) -> bool {
        let same_document = match (self.document, document) {
            (Some(one), Some(other)) => are_same(one, other),
            (None, None) => true,
            _ => false,
        };
        // By claim and by quote: two claims that are equal may have one quote each.
        same_document && self.quotes.iter().map(|it| (it.1, it.2)).eq(quotes.iter().map(|it| (it.1, it.2)))
    }
}

/// Whether two documents are alike in all that makes them; their structure follows from path and text.
fn are_same(one: &Document, other: &Document) -> bool {
    let named = |it: &Document| (it.source_type, it.format, it.modified);
    named(one) == named(other)
        && (&one.path, &one.title, &one.revision) == (&other.path, &other.title, &other.revision)
        && one.text == other.text
}
