//! The service as its users meet it: over HTTP, against a running server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing field is a failed test")]
#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]
#![expect(clippy::format_collect, reason = "short texts, built where they are read")]

mod client;
mod fixture;
mod forms;
mod git_server;
#[cfg(feature = "oidc")]
mod idp;

#[expect(dead_code, reason = "the client's own tests use the rest of it")]
#[path = "../../../llm/tests/it/stub.rs"]
mod stub;

mod access;
mod agents;
mod assistant;
mod decisions;
mod description;
mod history;
mod jobs;
mod limits;
mod matrix;
mod model;
#[cfg(feature = "oidc")]
mod oidc;
mod openai;
mod operations;
mod pages;
mod repositories;
mod sessions;
mod settings;
mod sources;
mod webhooks;
