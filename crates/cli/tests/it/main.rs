//! Drives the binary over small folders of documents, as a user would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing field is a failed test")]
#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]
#![expect(clippy::cast_possible_truncation, reason = "offsets of small test files")]
#![expect(clippy::format_collect, reason = "short texts, built where they are read")]
#![expect(clippy::naive_bytecount, reason = "small test files")]

mod project;

mod endpoint;

#[path = "../../../extract/tests/it/canaries.rs"]
mod canaries;
#[expect(dead_code, reason = "the service's own tests use the rest of it")]
#[path = "../../../server/tests/it/client.rs"]
mod client;
#[path = "../../../llm/tests/it/stub.rs"]
mod stub;

mod asking;
mod assistant;
mod attack;
mod commands;
mod company;
mod decisions;
mod endings;
mod evals;
mod findings;
mod hostile;
mod hostile_assistant;
mod hostile_model;
mod import;
mod injection;
mod killed;
mod living;
mod mcp;
mod model;
mod output;
mod redaction;
mod repositories;
mod reproducible;
mod sarif;
mod searching;
mod service;
mod traces;
mod workspaces;
