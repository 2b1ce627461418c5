//! What each structured reader makes of real-shaped files.

mod check;

mod corpora;
mod kubernetes;
mod mermaid;
mod openapi;
mod terraform;
