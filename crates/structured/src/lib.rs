//! Files that state facts, read exactly: API specs, deployment files, schemas and diagrams to claims.
//!
//! Each format has a reader of its own, which knows nothing of the others and sees one document at a time, with those that it
//! refers to where the format has references across files (`siblings`). What they share: `facts` collects claims, `quotes`
//! cuts what they cite, `secrets` says what no quote may hold, `leftovers` names what nobody read, `tree` is YAML and JSON
//! with positions, `sensitive` knows what a field's name says.
//! Prose is read elsewhere; of a prose document only its diagrams and records (risk entries, tables) are read here. Nothing is guessed: an attribute that a
//! file does not state is left out, and a part that no reader understands is named in [`Reading::not_understood`].

mod dispatch;

mod asyncapi;
mod cloudformation;
mod codeowners;
mod compose;
mod github;
mod gitlab;
mod graphql;
mod kubernetes;
mod openapi;
mod protobuf;
mod sql;
mod terraform;

mod observed;
mod packages;
mod records;

mod d2;
mod dot;
mod drawio;
mod mermaid;
mod plantuml;
mod structurizr;
mod threagile;

mod address;
mod diagram;
mod environment;
mod facts;
mod leftovers;
mod linked;
mod quotes;
mod schema_fields;
mod secrets;
mod sensitive;
mod siblings;
mod technology;
mod tree;

use cairn_model::{Claim, Document, NotUnderstood};

pub use siblings::{Siblings, references};

/// Name and version of the structured readers as a whole: part of every cache key, raised when any reader changes.
pub const EXTRACTOR: &str = "structured/3";

/// What a structured reader made of a document.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The facts.
    pub claims: Vec<Claim>,
    /// Parts that no reader understands: what, and where. Counted and shown, never dropped silently.
    pub not_understood: Vec<NotUnderstood>,
}

/// Reads `document` when it is of a structured format that a reader knows, or holds diagrams in code blocks.
pub fn read(document: &Document) -> Reading {
    read_among(document, &Siblings::default())
}

/// As [`read`], following references into `siblings`, whose text is quoted where it states the fact. The reading depends on
/// those of them that [`references`] names, and on no others.
pub fn read_among(document: &Document, siblings: &Siblings<'_>) -> Reading {
    dispatch::read(document, siblings)
}
