//! The façade over real folders: what is found, what the settings say, what a scan does and tells.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing field is a failed test")]
#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]

mod folder;
mod repository;

mod collecting;
mod commits;
mod history;
mod observed;
mod rebuilt;
mod rules;
mod scanning;
mod searching;
mod settings;
mod trials;
mod watching;
