//! Files that state facts, read exactly: API specs, deployment files, schemas and diagrams to claims.

use cairn_model::{Claim, Document};

/// Name and version of the structured readers as a whole: part of every cache key, raised when any reader changes.
pub const EXTRACTOR: &str = "structured/1";

/// What a structured reader made of a document.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The facts.
    pub claims: Vec<Claim>,
    /// Parts that no reader understands: what, and where. Counted and shown, never dropped silently.
    pub not_understood: Vec<String>,
}

/// Reads `document` when it is of a structured format that a reader knows, or holds diagrams in code blocks.
pub fn read(document: &Document) -> Reading {
    let _ = document;
    Reading::default()
}
