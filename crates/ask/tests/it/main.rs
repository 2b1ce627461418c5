//! Questions, queries and answers at the border of the crate.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod answers;
mod check;
mod conversations;
mod forms;
mod gate;
mod queries;
mod written;
