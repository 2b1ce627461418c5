//! Drives the binary over small folders of documents, as a user would.

mod project;

mod commands;
mod endings;
mod hostile;
mod output;
mod reproducible;
mod workspaces;
