//! Questions to answers with citations.
//!
//! [`Query`] is the query language over the model; [`evaluate`] looks a query up in [`Facts`]. [`answer()`] answers a question in
//! plain words: it is read against the names and words of a [`Library`] (`question`), taken for one of the forms in `config/questions/`
//! (`forms`) and turned into a query, and sentences of the documents are ranked for it (`rank`); `compose` makes an [`Answer`] of both, the
//! model first. What no sentence of the documents answers is "not documented", with what was looked at and whom to ask. [`gate()`] withholds every
//! sentence whose citations do not hold, whoever wrote it; [`hold`] holds what a language model wrote to the material that it was given.
//!
//! Everything here is pure and deterministic. Documents, models and passages found by a search are handed in by the caller;
//! language models, terminals and servers are elsewhere.

mod answer;
mod compose;
mod conversation;
mod gate;
mod written;

mod query;

mod facts;
mod library;

mod question;
mod rank;

mod forms;
mod from_model;
mod from_text;

mod lexicon;
mod names;
mod similar;
mod units;
mod words;

pub use answer::{
    Answer, AnswerStatus, Focus, LookedAt, LookedAtPlace, OpenQuestion, Origin, Sentence, Understood, Wording,
};
pub use compose::{Asked, answer, changes_since, search_words};
pub use conversation::{Conversation, Turn};
pub use facts::Facts;
pub use forms::question_forms;
pub use gate::gate;
pub use library::Library;
pub use query::{Condition, Kind, Link, Operator, Query, QueryError, Row, Rows, Target, evaluate};
pub use rank::Found;
pub use written::{Draft, Material, Struck, hold};
