//! The tests of the pages: what is on them, how heavy they are, and that nothing of a document becomes markup.

mod fixture;
mod hostile;
mod pages;
mod weight;
