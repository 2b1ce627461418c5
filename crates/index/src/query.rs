//! What is asked and what is answered.

use cairn_model::{ClaimKind, Date, DocumentId, SourceType, Span, Trust};

use crate::Filter;
use crate::parse::parse;

/// A question to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What a person types: words (any may match, more and rarer ones rank higher), `"quoted phrases"` (must match),
    /// `-word` and `-"phrase"` (must not), `begin*` (any ending), `mispelt~` (a letter or two may differ), and filters:
    /// `kind:adr` (a type of document) or `kind:control` (a kind of claim), `path:docs/`, `component:payments`, `after:2025-01`,
    /// `before:2026`, `trust:vouches`. Several filters of one name widen, of several names narrow.
    /// Nothing in it is an error: what is not understood counts as plain words.
    pub text: String,
    /// How many hits at most.
    pub limit: usize,
    /// Only documents of these types; empty for all.
    pub source_types: Vec<SourceType>,
}

impl Query {
    /// The best `limit` passages for `text`, from documents of any type.
    pub fn new(text: impl Into<String>, limit: usize) -> Self {
        Self { text: text.into(), limit, source_types: Vec::new() }
    }

    /// The text without filters, exclusions and marks: what is asked, in plain words.
    pub fn plain(&self) -> String {
        parse(self).plain
    }

    /// The filters in the text and beside it.
    pub fn filter(&self) -> Filter {
        parse(self).filter
    }

    /// Whether the text demands or excludes words, which only an index of words can tell of.
    pub fn demands_words(&self) -> bool {
        let wanted = parse(self);
        !wanted.phrases.is_empty() || !wanted.excluded.is_empty()
    }
}

/// A passage that answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The document it is from.
    pub document: DocumentId,
    /// That document's path.
    pub path: String,
    /// That document's title.
    pub title: String,
    /// That document's type.
    pub source_type: SourceType,
    /// The date that document gives itself.
    pub modified: Option<Date>,
    /// How far that document's word goes.
    pub trust: Trust,
    /// The headings above the passage, outermost first; for a claim, what it says.
    pub heading_path: Vec<String>,
    /// Names of the components that claims from it are about.
    pub components: Vec<String>,
    /// The kinds of claims from it.
    pub claim_kinds: Vec<ClaimKind>,
    /// The claim's id, when the hit is the quote of a claim.
    pub claim: Option<String>,
    /// The passage's bytes in the document.
    pub span: Span,
    /// Higher is better; comparable within one answer only.
    pub score: f64,
    /// Where the query's words stand: byte ranges of the document inside `span`, in order, not overlapping.
    pub highlights: Vec<Span>,
}
