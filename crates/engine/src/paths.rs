//! Ways of attack through the model of a workspace, and the profiles of those who go them.

use std::path::PathBuf;

use cairn_model::AttackPath;
use cairn_paths::{Analysis, Attackers, Paths};

use crate::{EngineError, Model, Workspace, ground, world};

/// Paths that an export holds at most. More would bury those that matter; the count of the rest is told beside them.
pub const EXPORTED_PATHS_MAX: usize = 500;

/// The profiles in force: those built in, then those of the project's folders. A later one replaces an earlier one of its id. A
/// workspace that looks at a revision has those that were in force then.
pub fn attackers(workspace: &Workspace) -> Result<Attackers, EngineError> {
    match workspace.past() {
        Some(past) => ground::attackers(&past.inputs),
        None => attackers_of(&workspace.attackers_folders()),
    }
}

/// The profiles that are built in and those of these folders.
pub(crate) fn attackers_of(folders: &[PathBuf]) -> Result<Attackers, EngineError> {
    let mut attackers = Attackers::built_in();
    for folder in folders {
        let files = world::read_rules(folder)?;
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        attackers = attackers
            .with(&files)
            .map_err(|error| EngineError::Attackers { path: folder.clone(), reason: error.to_string() })?;
    }
    Ok(attackers)
}

impl Model {
    /// The graph of what attackers can do, for every question about paths.
    pub fn analysis(&self) -> Analysis<'_> {
        Analysis::new(&self.system, &self.threats, &self.attackers)
    }

    /// The paths as exports hold them.
    pub fn exported_paths(&self) -> Vec<AttackPath> {
        self.paths_of_export().paths
    }

    /// The same, with whether there are others.
    pub fn paths_of_export(&self) -> Paths {
        self.analysis().paths(EXPORTED_PATHS_MAX)
    }
}
