//! Questions, queries and answers at the border of the crate.

mod answers;
mod check;
mod conversations;
mod forms;
mod gate;
mod queries;
