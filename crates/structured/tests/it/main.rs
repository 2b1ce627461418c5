//! What each structured reader makes of real-shaped files.

mod check;

mod asyncapi;
mod graphql;
mod openapi;
mod openapi_files;
mod protobuf;

mod cloudformation;
mod codeowners;
mod compose;
mod github;
mod gitlab;
mod kubernetes;
mod mesh;
mod plan;
mod sql;
mod terraform;

mod d2;
mod dot;
mod drawio;
mod mermaid;
mod plantuml;
mod structurizr;
mod threagile;

mod observed;
mod packages;

mod company;
mod corpora;
mod fuzz;
mod hostile;
mod mutations;
mod positions;
mod secrets;
mod unknown;
