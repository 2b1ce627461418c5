//! Questions, queries and answers at the border of the crate.
