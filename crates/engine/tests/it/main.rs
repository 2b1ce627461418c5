//! The façade over real folders: what is found, what the settings say, what a scan does and tells.

mod folder;

mod collecting;
mod rules;
mod scanning;
mod searching;
mod settings;
