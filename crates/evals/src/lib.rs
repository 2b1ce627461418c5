//! Scores the pipeline against sets whose right answers are known: quotes with their verdicts, documents with their claims.
//!
//! Reads files, because a set is a folder; the clock is the caller's.

mod claims;
mod files;
mod quotes;
mod training;

pub use claims::{ClaimsReport, KindReport, claims};
pub use files::EvalError;
pub use quotes::{CategoryReport, QuoteReport, ScopeReport, quotes};
pub use training::{AnnotatedSystem, NameTraining, train_names};
