//! What an index promises, and how well it finds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing hit is a failed test")]
#![expect(clippy::cast_precision_loss, reason = "small numbers that vectors are made of")]
#![expect(clippy::print_stdout, reason = "the figures are what the retrieval tests are for")]

mod fixture;

mod highlights;
mod queries;
mod spelling;

mod folder;
mod order;

mod retrieval;

mod fusion;
mod server;
mod stand_in;
mod vector_files;
mod vector_stores;
