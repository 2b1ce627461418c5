//! The service: projects of a team behind an HTTP API, with people, jobs and a trail of what was done.
//!
//! [`Service::open`] opens a data folder: the service's own store, and under `projects` a folder for each project, which is an ordinary
//! workspace of the engine. [`Service::run`] serves. Reads are answered from a [`view::View`] in memory; work that takes longer is a job
//! (`jobs`), which a worker leases from the store. [`router::router`] is the contents page of all routes, [`access`] says who may use them.
//!
//! Async lives here and in `cairn-llm` alone: the engine's work runs on threads of its own, a bounded number at a time.
//! Arguments, the environment and the terminal belong to `cairn-cli`.

mod router;
mod serve;

pub mod access;
mod api;
mod idempotency;
mod input;
mod middleware;
mod origin;
mod page;
mod problem;

mod app;
mod conversing;
mod mcp;
mod openai;
mod project;
mod view;

mod pages;

#[cfg(feature = "oidc")]
mod oidc;

mod jobs;
mod sources;
mod webhooks;

mod backup;
mod config;
mod edge;
mod metrics;
mod secrets;

pub use api::audit::{AuditVerdict, check_audit};
pub use api::sources::Sender;
pub use app::{App, Outside, ProxyOf};
pub use backup::{BackupError, back_up, restore};
pub use config::{AuthMode, CONFIG_FILE, Config, ConfigError, Layer, LogFormat, Origin};
pub use problem::Problem;
pub use project::{Project, Projects};
pub use router::{openapi, router};
pub use secrets::Secrets;
pub use serve::{ServeError, Service, seal_of};
pub use view::View;
pub use webhooks::{Verified, verify};
