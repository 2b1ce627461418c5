//! The service as its users meet it: over HTTP, against a running server.

mod client;
mod fixture;

mod access;
mod decisions;
mod description;
mod history;
mod jobs;
mod limits;
mod matrix;
mod model;
mod operations;
mod pages;
mod sessions;
mod settings;
mod sources;
mod webhooks;
