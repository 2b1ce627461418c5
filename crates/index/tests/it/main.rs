//! What an index promises, and how well it finds.

mod fixture;

mod highlights;
mod queries;
mod spelling;

mod folder;
mod order;

mod retrieval;
