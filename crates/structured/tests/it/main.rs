//! What each structured reader makes of real-shaped files.

mod check;

mod openapi;

mod codeowners;
mod compose;
mod github;
mod kubernetes;
mod sql;
mod terraform;

mod dot;
mod drawio;
mod mermaid;
mod plantuml;

mod corpora;
mod hostile;
mod positions;
