//! Finds passages by the words and identifiers in them.
//!
//! [`Index`] keeps one entry for each [`IndexedPassage`] and answers a [`Query`] with [`Hit`]s, best first. Ranking is BM25 over
//! headings and text; spellings of one identifier (`PaymentService`, `payment_service`, `payment-service`, `payment service`)
//! find each other, see `tokenizer`. What a person may type is described at [`Query::text`].
//!
//! The same passages give the same hits in the same order, however many updates brought them in: `search` says how.
//! Everything here is derived from documents and can be thrown away: when [`Index::open`] answers
//! [`IndexError::Unusable`], call [`Index::recreate`] and add all passages again.
//!
//! Cutting documents into passages is `cairn-ingest`'s work; this crate is the only one that knows tantivy.

mod index;
mod passage;
mod query;

mod filter;

mod fields;
mod tokenizer;

mod fusion;
mod vectors;

mod parse;
mod search;

mod board;
mod highlight;
mod statistics;

mod error;

pub use error::IndexError;
pub use filter::Filter;
pub use fusion::{FUSED_DEPTH, fuse};
pub use index::Index;
pub use passage::{IndexedPassage, PassageId, Stored};
pub use query::{Hit, Query};
pub use vectors::{
    Embedded, Point, Qdrant, QdrantSettings, Rows, ServerProblem, Task, VectorError, VectorFiles, VectorStore,
};
