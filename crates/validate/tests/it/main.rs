//! The validator from outside: documents and claims in, one system out.

mod conflicts;
mod gaps;
mod guard;
mod merge;
mod resolve;
mod sample;
mod verify;
mod whole;
