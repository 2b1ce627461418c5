//! What a store promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

mod commit;
mod revisions;
mod round_trip;

mod answers;

mod service;

mod identity;

mod opening;
