//! What each structured reader makes of real-shaped files.

mod check;

mod asyncapi;
mod graphql;
mod openapi;
mod openapi_files;
mod protobuf;

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

mod observed;
mod packages;

mod corpora;
mod hostile;
mod positions;
