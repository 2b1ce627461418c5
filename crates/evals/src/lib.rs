//! Scores the pipeline against sets whose right answers are known: quotes with their verdicts, documents with their claims.
//!
//! [`claims()`] compares a model with a gold folder ([`GoldSet`]), [`Totals`] adds several such comparisons up, [`table()`] writes
//! them as the table that is committed, and [`show_one()`] explains a single case. [`Reading`] goes the whole way from files to
//! the model that is scored; [`sample()`] draws claims from it for a reader to check, and [`speed()`] times it.
//! [`train_names()`] learns from gold folders what tells a component from other names.
//!
//! [`growth()`] puts documents in the order of their days. [`retrieval()`] measures how well passages are found, [`questions()`] how well questions are answered.
//!
//! Reads files, because a set is a folder; the clock is the caller's.

mod claims;
mod gold;
mod reading;

mod resolution;
mod threats;

mod show_one;
mod table;
mod totals;

mod growth;
pub mod made;
mod sample;
mod speed;

mod questions;
mod quotes;
mod retrieval;
mod training;

mod files;

pub use claims::{ClaimsReport, Counts, KindReport, PathRule, claims};
pub use files::EvalError;
pub use gold::{GoldSet, SystemFolders, systems};
pub use growth::{Added, growth};
pub use questions::{QuestionFigures, QuestionReport, QuestionsRequest, question_figures, questions};
pub use quotes::{CategoryReport, QuoteReport, ScopeReport, quotes};
pub use reading::Reading;
pub use resolution::{Aliases, NameSet, ResolutionReport, resolution};
pub use retrieval::{RetrievalRequest, RetrievalRow, retrieval};
pub use sample::sample;
pub use show_one::{Case, show_one};
pub use speed::{Pass, SpeedRow, speed};
pub use table::table;
pub use threats::{Cover, Covered, Judged, KnownThreat, ThreatCounts};
pub use totals::{Scored, Totals};
pub use training::{NameTraining, train_names};
