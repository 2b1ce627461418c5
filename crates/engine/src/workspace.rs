//! The folder in which a project's documents and claims are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_index::{Index, IndexError, IndexedPassage};
use cairn_model::content_hash;
use cairn_store::{Snapshot, Store};

use crate::{EngineError, Settings};

/// Name of the workspace folder in a project.
pub const WORKSPACE_FOLDER: &str = ".cairn";

/// Name of the settings file beside it.
pub const SETTINGS_FILE: &str = "cairn.toml";

/// Where a project keeps rules of its own without saying so in the settings.
pub(crate) const PROJECT_RULES: &str = "config/rules";

/// Where a project keeps profiles of attackers of its own.
pub(crate) const PROJECT_ATTACKERS: &str = "config/attackers";

/// The folders of the indexes of passages and of claims in the workspace. Beside each, a file says what it was made of.
pub(crate) const PASSAGE_INDEX: &str = "index";
pub(crate) const CLAIM_INDEX: &str = "claim-index";

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
    /// What is looked at in this run in place of what is kept now and lies in the working tree.
    past: Option<Arc<Snapshot>>,
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
        Ok(Self {
            folder: folder.to_owned(),
            project,
            settings,
            rules: Vec::new(),
            decisions_from: None,
            past: None,
            store,
        })
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

    /// The workspace as it looks with `snapshot` in place of what is kept and lies in the working tree, for this run only.
    pub(crate) fn with_snapshot(self, snapshot: Snapshot) -> Result<Self, EngineError> {
        let settings = match snapshot.inputs.get(SETTINGS_FILE) {
            Some(text) => Settings::parse(text, &self.settings_file())?,
            None => Settings::default(),
        };
        Ok(Self { settings, past: Some(Arc::new(snapshot)), ..self })
    }

    /// What is looked at in place of what is kept now.
    pub(crate) fn past(&self) -> Option<&Snapshot> {
        self.past.as_deref()
    }

    /// Whether something else is looked at than what is kept now and lies in the working tree.
    pub fn looks_at_past(&self) -> bool {
        self.past.is_some()
    }

    /// What is kept, or what is looked at in its place.
    pub(crate) async fn snapshot(&self) -> Result<Arc<Snapshot>, EngineError> {
        match &self.past {
            Some(past) => Ok(Arc::clone(past)),
            None => Ok(Arc::new(self.store.load().await?)),
        }
    }

    /// What was derived under this name from the newest revision, if it was derived under the same circumstances.
    pub async fn derived(&self, name: &str, circumstances: &[&str]) -> Result<Option<String>, EngineError> {
        match self.state_key(circumstances).await? {
            Some(key) => Ok(self.store.derived(name, &key).await?),
            None => Ok(None),
        }
    }

    /// Keeps what was derived under this name from the newest revision.
    pub async fn keep_derived(&self, name: &str, circumstances: &[&str], body: &str) -> Result<(), EngineError> {
        match self.state_key(circumstances).await? {
            Some(key) => Ok(self.store.keep_derived(name, &key, body).await?),
            None => Ok(()),
        }
    }

    /// Names all that the model follows from, but for the day: while it is the same, so is the model.
    pub async fn fingerprint(&self) -> Result<String, EngineError> {
        let inputs = crate::ground::inputs(self)?;
        let inputs: Vec<&str> = inputs.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]).collect();
        let inputs = content_hash(&inputs);
        Ok(self.state_key(&[&inputs]).await?.unwrap_or(inputs))
    }

    /// Names what is kept and derived from: the newest revision, the program, and what else the caller says that counts.
    async fn state_key(&self, circumstances: &[&str]) -> Result<Option<String>, EngineError> {
        let Some((number, at)) = self.store.newest_revision().await? else { return Ok(None) };
        let (number, version) = (number.to_string(), env!("CARGO_PKG_VERSION"));
        Ok(Some(content_hash(&[&[number.as_str(), at.as_str(), version], circumstances].concat())))
    }

    /// The project's folder, and the revision whose decisions count.
    pub(crate) fn decided_at(&self) -> (&Path, Option<&str>) {
        (&self.project, self.decisions_from.as_deref())
    }

    /// The folders of rules beyond those built in: the project's `config/rules` where there is one, the one that the settings
    /// name, and those given for this run.
    pub fn rules_folders(&self) -> Vec<PathBuf> {
        [self.kept_rules_folders(), self.rules_for_this_run()].concat()
    }

    /// The folders of rules that belong to the project.
    pub(crate) fn kept_rules_folders(&self) -> Vec<PathBuf> {
        let project = self.project.join(PROJECT_RULES);
        let named = (!self.settings.rules_dir.is_empty()).then(|| self.project.join(&self.settings.rules_dir));
        Some(project).filter(|folder| folder.is_dir()).into_iter().chain(named).collect()
    }

    /// The folders of rules that were given for this run.
    pub(crate) fn rules_for_this_run(&self) -> Vec<PathBuf> {
        self.rules.clone()
    }

    /// The folders of attackers beyond those built in: the project's `config/attackers` where there is one, and the one that the
    /// settings name.
    pub fn attackers_folders(&self) -> Vec<PathBuf> {
        let project = self.project.join(PROJECT_ATTACKERS);
        let named = (!self.settings.attackers_dir.is_empty()).then(|| self.project.join(&self.settings.attackers_dir));
        Some(project).filter(|folder| folder.is_dir()).into_iter().chain(named).collect()
    }

    /// The index in this folder, when it holds what `state` names. One that is missing, broken or behind is `None`.
    pub(crate) fn index_at(&self, folder: &str, state: &str) -> Result<Option<Index>, EngineError> {
        let recorded = std::fs::read_to_string(self.index_state_file(folder)).unwrap_or_default();
        if recorded != state || !self.folder.join(folder).is_dir() {
            return Ok(None);
        }
        match Index::open(&self.folder.join(folder)) {
            Ok(index) => Ok(Some(index)),
            Err(IndexError::Unusable { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// An index of `passages` in place of what there is, which is then what `state` names.
    pub(crate) fn rebuild_index(
        &self,
        folder: &str,
        state: &str,
        passages: &[IndexedPassage],
    ) -> Result<Index, EngineError> {
        self.record_index_state(folder, "")?;
        let mut index = Index::recreate(&self.folder.join(folder))?;
        index.update(&[], passages)?;
        self.record_index_state(folder, state)?;
        Ok(index)
    }

    /// Records that the index holds what `state` names. Before a change of the index it is recorded as holding nothing, so
    /// that a run that dies in between leaves an index that the next one builds anew.
    pub(crate) fn record_index_state(&self, folder: &str, state: &str) -> Result<(), EngineError> {
        let path = self.index_state_file(folder);
        std::fs::write(&path, state).map_err(|source| file_error(&path, source))
    }

    fn index_state_file(&self, folder: &str) -> PathBuf {
        self.folder.join(format!("{folder}.state"))
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
