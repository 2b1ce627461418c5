//! The tests of the pages: what is on them, how heavy they are, and that nothing of a document becomes markup.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may end where it is wrong")]

mod fixture;
mod hostile;
mod pages;
mod weight;
