//! Turns texts into vectors: texts that mean similar things lie near each other.
//!
//! An [`Embedder`] gives one vector of length one for each text. [`Shipped`] is the model that comes with the product, a small
//! transformer in eight-bit integers that runs on the processor (`model/README.md` says where it is from); an endpoint is made
//! into an embedder by `cairn-engine`, because only `cairn-llm` speaks to endpoints.
//!
//! Where vectors are kept and how they are searched is the business of `cairn-index`. This is the only crate that knows the
//! runtime of the model.

mod embedder;
mod shipped;

mod pieces;

mod error;

pub use embedder::{Embedder, Vectors};
pub use error::EmbedError;
pub use shipped::{SHIPPED_NAME, Shipped, of_length_one};
