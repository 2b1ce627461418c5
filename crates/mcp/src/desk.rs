//! Where what an agent writes goes: a person's decision, a claim proposed for review. Whoever serves the agent says how each is written, and under whose name.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use cairn_engine::{Entry, NewDecision, Proposal, Workspace, world};
use cairn_model::Date;
use serde_json::Value;

use crate::state::{apart, told};

/// Something that is being written. The error is for the agent, and for the person who reads it there.
pub type Writing<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Writes what an agent brings. An implementation checks who may, and leaves the trail that its service promises; it writes nothing else.
pub trait Desk: Send + Sync {
    /// Writes a decision that a person confirmed.
    fn decide(&self, new: NewDecision) -> Writing<Entry>;

    /// Writes a proposal, which is no claim before a person takes it over.
    fn propose(&self, proposal: Proposal) -> Writing<Value>;
}

/// The desk of one workspace on this machine, whose user is asked by the agent's own program.
pub(crate) struct OwnDesk {
    pub(crate) folder: PathBuf,
    pub(crate) day: Option<Date>,
}

impl Desk for OwnDesk {
    fn decide(&self, new: NewDecision) -> Writing<Entry> {
        let (folder, today) = (self.folder.clone(), self.day.unwrap_or_else(world::today));
        Box::pin(apart(async move || {
            let workspace = Workspace::open_existing(&folder).await.map_err(told)?;
            cairn_engine::decide(&workspace, new, today).await.map_err(told)
        }))
    }

    fn propose(&self, proposal: Proposal) -> Writing<Value> {
        let (folder, today) = (self.folder.clone(), self.day.unwrap_or_else(world::today));
        Box::pin(apart(async move || {
            let workspace = Workspace::open_existing(&folder).await.map_err(told)?;
            let documents = cairn_engine::model(&workspace, today).await.map_err(told)?.documents;
            cairn_engine::propose(&workspace, &documents, &proposal).map_err(told)?
        }))
    }
}
