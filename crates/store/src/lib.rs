//! What is kept between runs, in one embedded database: the documents as read, the claims by unit of extraction, and what
//! the last scan was made of.
//!
//! [`Store::commit`] takes over one scan in one transaction, so that a reader, or a run after a crash, sees either the whole
//! scan or nothing of it. [`Store::load`] gives everything back as a [`Snapshot`], sorted. The merged model and the threats are
//! not kept: they are computed from a snapshot.
//!
//! A commit that changes something is a revision. Rows say from which revision to which they hold, and what they hold is kept once
//! by its digest, so that [`Store::load_at`] gives back any revision, and one that changes one document costs one document.
//!
//! What was paid for (answers of a model, batches on their way) is kept call by call, whatever becomes of the scan that asked. Changes of decisions are only ever added to.
//!
//! A service keeps what it needs beside projects (people, keys, jobs, the trail of what was done) in a [`ServiceStore`].
//!
//! The database is SQLite (`cairn.db` in the store's folder, `service.db` for a service). The SQL is of the kind that PostgreSQL accepts as well, and no
//! other crate knows either.

mod record;
mod store;

mod answers;
mod decisions;
mod revisions;
mod threats;

mod carry_over;
mod manifest;
mod read;
mod schema;
mod write;

mod copy;
mod service;

mod error;

pub use answers::{KeptAnswer, Spend, StoredBatch};
pub use copy::copy_databases;
pub use decisions::DecisionChange;
pub use error::StoreError;
pub use manifest::Manifest;
pub use record::{ClaimUnit, Inputs, ScanCommit, Settings, Snapshot, StoredDocument};
pub use revisions::{Mark, RevisionRecord, Touched};
pub use service::{
    ApiKey, Aside, AuditCheck, AuditEntry, AuditRow, Begun, Broken, Change, Identity, Job, JobEnd, Member, Millis,
    NewJob, Person, Project, Seal, ServiceStore, Session, Source, Webhook,
};
pub use store::Store;
pub use threats::ThreatState;
