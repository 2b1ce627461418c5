//! What the embedded extractor reads out of small documents.

#![expect(clippy::tests_outside_test_module, reason = "an integration test is a test module")]

mod check;

mod components;
mod controls;
mod data;
mod endpoints;
mod flow_grammar;
mod flows;
mod names;
mod properties;
mod statements;
mod status;
