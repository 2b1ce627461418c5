//! The folder in which a project's documents and claims are kept.

use std::path::{Path, PathBuf};

use cairn_index::{Index, IndexError};
use cairn_store::Store;

use crate::{EngineError, Settings};

/// Name of the workspace folder in a project.
pub const WORKSPACE_FOLDER: &str = ".cairn";

/// Name of the settings file beside it.
pub const SETTINGS_FILE: &str = "cairn.toml";

/// Where a project keeps rules of its own without saying so in the settings.
const PROJECT_RULES: &str = "config/rules";

/// Where a project keeps profiles of attackers of its own.
const PROJECT_ATTACKERS: &str = "config/attackers";

/// The index's folder in the workspace, and the file that says what it was made of.
const INDEX_FOLDER: &str = "index";
const INDEX_STATE: &str = "index.state";

/// An open workspace. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Workspace {
    folder: PathBuf,
    project: PathBuf,
    settings: Settings,
    /// Folders of rules for this run only.
    rules: Vec<PathBuf>,
    /// The revision whose decisions count in this run; the working tree's where there is none.
    decisions_from: Option<String>,
    pub(crate) store: Store,
}

impl Workspace {
    /// The workspace folder of the project that `from` is in: in `from` itself or in the nearest folder above it.
    pub fn find(from: &Path) -> Result<PathBuf, EngineError> {
        from.ancestors()
            .map(|folder| folder.join(WORKSPACE_FOLDER))
            .find(|folder| folder.is_dir())
            .ok_or_else(|| EngineError::NoWorkspace { from: from.to_owned() })
    }

    /// Opens the workspace in `folder` and creates what is missing of it.
    ///
    /// The project's settings are beside a folder named `.cairn`, and inside one of any other name.
    pub async fn open(folder: &Path) -> Result<Self, EngineError> {
        let project = project_of(folder);
        let settings = read_settings(&project.join(SETTINGS_FILE))?;
        std::fs::create_dir_all(folder).map_err(|source| file_error(folder, source))?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(&ignore, "# Made by `cairn`; can be made again from the documents.\n*\n")
                .map_err(|source| file_error(&ignore, source))?;
        }
        let store = Store::open(folder).await?;
        Ok(Self { folder: folder.to_owned(), project, settings, rules: Vec::new(), decisions_from: None, store })
    }

    /// Opens the workspace in `folder`, which must exist.
    pub async fn open_existing(folder: &Path) -> Result<Self, EngineError> {
        if !folder.is_dir() {
            return Err(EngineError::NoWorkspace { from: folder.to_owned() });
        }
        Self::open(folder).await
    }

    /// Opens the workspace in `folder` and writes a settings file for it, unless there is one. Says whether it wrote it.
    pub async fn initialise(folder: &Path) -> Result<(Self, bool), EngineError> {
        let workspace = Self::open(folder).await?;
        let path = workspace.settings_file();
        let missing = !path.exists();
        if missing {
            std::fs::write(&path, Settings::sample()).map_err(|source| file_error(&path, source))?;
        }
        Ok((workspace, missing))
    }

    /// The workspace's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the settings file is, or would be.
    pub fn settings_file(&self) -> PathBuf {
        self.project.join(SETTINGS_FILE)
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A path that the settings give relative to the project.
    pub(crate) fn project_path(&self, path: &str) -> PathBuf {
        self.project.join(path)
    }

    /// The workspace with further folders of rules, for this run only.
    #[must_use]
    pub fn with_rules(self, folders: Vec<PathBuf>) -> Self {
        Self { rules: folders, ..self }
    }

    /// The workspace with the decisions of a revision of the repository in place of the working tree's, for this run only: a gate
    /// must not heed a decision that came with the change it judges.
    #[must_use]
    pub fn with_decisions_from(self, revision: Option<String>) -> Self {
        Self { decisions_from: revision, ..self }
    }

    /// The project's folder, and the revision whose decisions count.
    pub(crate) fn decided_at(&self) -> (&Path, Option<&str>) {
        (&self.project, self.decisions_from.as_deref())
    }

    /// The folders of rules beyond those built in: the project's `config/rules` where there is one, the one that the settings
    /// name, and those given for this run.
    pub fn rules_folders(&self) -> Vec<PathBuf> {
        let project = self.project.join(PROJECT_RULES);
        let named = (!self.settings.rules_dir.is_empty()).then(|| self.project.join(&self.settings.rules_dir));
        Some(project).filter(|folder| folder.is_dir()).into_iter().chain(named).chain(self.rules.clone()).collect()
    }

    /// The folders of attackers beyond those built in: the project's `config/attackers` where there is one, and the one that the
    /// settings name.
    pub fn attackers_folders(&self) -> Vec<PathBuf> {
        let project = self.project.join(PROJECT_ATTACKERS);
        let named = (!self.settings.attackers_dir.is_empty()).then(|| self.project.join(&self.settings.attackers_dir));
        Some(project).filter(|folder| folder.is_dir()).into_iter().chain(named).collect()
    }

    /// The index, when it holds what `state` names. One that is missing, broken or behind is `None`.
    pub(crate) fn index_at(&self, state: &str) -> Result<Option<Index>, EngineError> {
        let recorded = std::fs::read_to_string(self.folder.join(INDEX_STATE)).unwrap_or_default();
        if recorded != state || !self.folder.join(INDEX_FOLDER).is_dir() {
            return Ok(None);
        }
        match Index::open(&self.folder.join(INDEX_FOLDER)) {
            Ok(index) => Ok(Some(index)),
            Err(IndexError::Unusable { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// An empty index in place of what there is.
    pub(crate) fn new_index(&self) -> Result<Index, EngineError> {
        Ok(Index::recreate(&self.folder.join(INDEX_FOLDER))?)
    }

    /// Records that the index holds what `state` names. Before a change of the index it is recorded as holding nothing, so
    /// that a run that dies in between leaves an index that the next one builds anew.
    pub(crate) fn record_index_state(&self, state: &str) -> Result<(), EngineError> {
        let path = self.folder.join(INDEX_STATE);
        std::fs::write(&path, state).map_err(|source| file_error(&path, source))
    }
}

fn project_of(folder: &Path) -> PathBuf {
    if folder.file_name().is_some_and(|name| name == WORKSPACE_FOLDER) {
        folder.parent().unwrap_or(folder).to_owned()
    } else {
        folder.to_owned()
    }
}

fn read_settings(path: &Path) -> Result<Settings, EngineError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Settings::parse(&text, path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
        Err(source) => Err(file_error(path, source)),
    }
}

fn file_error(path: &Path, source: std::io::Error) -> EngineError {
    EngineError::File { path: path.to_owned(), source }
}
