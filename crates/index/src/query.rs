//! What is asked and what is answered.

use cairn_model::{Date, DocumentId, SourceType, Span};

/// A question to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What a person types: words (any may match, more and rarer ones rank higher), `"quoted phrases"` (must match),
    /// `-word` and `-"phrase"` (must not), `kind:adr` and `path:docs/` (only such documents; several of one kind widen).
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
    /// The headings above the passage, outermost first.
    pub heading_path: Vec<String>,
    /// The passage's bytes in the document.
    pub span: Span,
    /// Higher is better; comparable within one answer only.
    pub score: f64,
    /// Where the query's words stand: byte ranges of the document inside `span`, in order, not overlapping.
    pub highlights: Vec<Span>,
}
