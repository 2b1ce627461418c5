//! The embedded extractor: engineering prose to claims, offline and deterministic.
//!
//! Two passes. [`survey()`] collects from each document the names it offers; [`gather`] weighs them over the corpus into a
//! [`Lexicon`]; [`read()`] then goes through a document's sentences and claims what they say of those names and of the system.
//!
//! The words it knows are data in `config/lexicon/`: head nouns of component types, verb frames, families of controls, data
//! classes, cues of status and of statements. Structured files (API specs, deployment files, diagrams) are read by
//! `cairn-structured`; whether a claim is believed is decided by `cairn-validate`.

mod line;
mod token;

mod terms;
mod verbs;
mod word_table;
mod words;

mod census;
mod context;
mod heads;
mod instruction;
mod lexicon;
mod noun_phrase;
mod outline;
mod spoken;
mod survey;
mod weights;

mod read;
mod status;
mod utterance;

pub use census::Census;
pub use lexicon::{Lexicon, context, context_digest, gather};
pub use read::read;
pub use spoken::Spoken;
pub use survey::{Survey, survey};
pub use weights::{Candidate, Weights, candidates};

/// Name and version of this extractor, part of every claim and of every cache key. Raised with every change of what it reads.
pub const EXTRACTOR: &str = "embedded/3";
