//! The validator from outside: documents and claims in, one system out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "an index that is out of range is a failed test")]

mod conflicts;
mod gaps;
mod guard;
mod identity;
mod incremental;
mod merge;
mod resolve;
mod review;
mod sample;
mod verify;
mod whole;
