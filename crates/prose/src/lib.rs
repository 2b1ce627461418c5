//! The embedded extractor: engineering prose to claims, offline and deterministic.

use cairn_model::{Claim, Document};

/// Name and version of this extractor, part of every claim and of every cache key.
pub const EXTRACTOR: &str = "embedded/1";

/// What one document offers to the corpus-wide lexicon.
#[derive(Clone, Debug, Default)]
pub struct Survey {}

/// The names of the corpus: gathered over all documents before any relation is read.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {}

/// First pass over one document: candidate names with their evidence.
pub fn survey(document: &Document) -> Survey {
    let _ = document;
    Survey::default()
}

/// Merges the surveys, given in order of document path.
pub fn gather(surveys: &[Survey]) -> Lexicon {
    let _ = surveys;
    Lexicon::default()
}

/// Digest of the part of the lexicon that can influence the reading of `document`.
pub fn context_digest(document: &Document, lexicon: &Lexicon) -> String {
    let _ = (document, lexicon);
    String::new()
}

/// Second pass over one document: all claims of all kinds.
pub fn read(document: &Document, lexicon: &Lexicon) -> Vec<Claim> {
    let _ = (document, lexicon);
    Vec::new()
}
