//! The validator from outside: documents and claims in, one system out.

mod conflicts;
mod gaps;
mod guard;
mod identity;
mod merge;
mod resolve;
mod review;
mod sample;
mod verify;
mod whole;
