//! What a service asks of a workspace: what a source holds that is not scanned in place, which revision is the newest, what was spent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_model::{Date, Skipped};
use cairn_store::Spend;

use crate::revisions::{Revision, day};
use crate::world::{self, SourceFile};
use crate::{EngineError, Workspace, sources};

/// What a source holds, by the patterns of a workspace's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFiles {
    /// The documents, by path.
    pub files: Vec<SourceFile>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
    /// The days of the last commits that changed them, by path.
    pub dates: BTreeMap<String, Date>,
}

/// The files below a folder as they lie there, or as a commit of its repository has them. Their contents may still have to be
/// read ([`world::read`]).
pub fn source_files(workspace: &Workspace, root: &Path, commit: Option<&str>) -> Result<SourceFiles, EngineError> {
    let (roots, settings): ([PathBuf; 1], _) = ([root.to_owned()], workspace.settings());
    let collected = match commit {
        Some(commit) => world::collect_at(&roots, commit, settings, &workspace.settings_file())?,
        None => world::collect(&roots, settings, &workspace.settings_file())?,
    };
    let dates = sources::dates(&collected, commit, settings);
    Ok(SourceFiles { files: collected.files, skipped: collected.skipped, dates })
}

/// The newest revision; none where nothing was ever scanned.
pub async fn newest(workspace: &Workspace) -> Result<Option<Revision>, EngineError> {
    let newest = workspace.store.newest_revision().await?;
    Ok(newest.map(|(number, at)| Revision { number, day: day(&at) }))
}

/// What calls to the model took on a day.
pub async fn spent(workspace: &Workspace, on: Date) -> Result<Spend, EngineError> {
    Ok(workspace.store.spent(&on.to_string()).await?)
}
