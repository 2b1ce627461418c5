//! The model of the workspace, kept as long as what it follows from is the same.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_engine::{Model, Workspace, world};
use cairn_model::Date;
use serde_json::Value;
use tokio::sync::Mutex;

/// A workspace folder and what was derived from it last.
pub(crate) struct State {
    folder: PathBuf,
    /// The day on which everything is judged; that of the call when not given.
    day: Option<Date>,
    /// With what it follows from.
    kept: Mutex<Option<(String, Arc<Loaded>)>>,
}

/// A model with its export.
pub(crate) struct Loaded {
    pub(crate) model: Model,
    /// In the form of the claim contract.
    pub(crate) export: Value,
}

impl State {
    pub(crate) fn new(folder: PathBuf, day: Option<Date>) -> Self {
        Self { folder, day, kept: Mutex::new(None) }
    }

    /// The day on which everything is judged.
    pub(crate) fn today(&self) -> Date {
        self.day.unwrap_or_else(world::today)
    }

    /// What the project is called: the name of the folder that it is in.
    pub(crate) fn project(&self) -> String {
        let inner = self.folder.file_name().is_some_and(|name| name == cairn_engine::WORKSPACE_FOLDER);
        let folder = if inner { self.folder.parent().unwrap_or(&self.folder) } else { &self.folder };
        let name = std::path::absolute(folder).ok().and_then(|folder| name_of(&folder));
        name.unwrap_or_else(|| "project".to_owned())
    }

    /// The workspace, opened anew: settings and rules may be others than at the last call.
    pub(crate) async fn workspace(&self) -> Result<Workspace, String> {
        Workspace::open_existing(&self.folder).await.map_err(told)
    }

    /// What the model follows from, in short; none as long as that cannot be told.
    pub(crate) async fn fingerprint(&self) -> Option<String> {
        self.key(&self.workspace().await.ok()?).await.ok()
    }

    /// Whether the model follows from something else than `known`, which is then put right. While a scan writes, nothing can be told.
    pub(crate) async fn has_changed(&self, known: &mut Option<String>) -> bool {
        let now = self.fingerprint().await;
        let has_changed = now.is_some() && now != *known;
        if has_changed {
            *known = now;
        }
        has_changed
    }

    async fn key(&self, workspace: &Workspace) -> Result<String, String> {
        Ok(format!("{} {}", self.today(), workspace.fingerprint().await.map_err(told)?))
    }

    /// The model as it is now. Deriving it is work, which is done beside the threads that wait for clients.
    pub(crate) async fn loaded(&self) -> Result<Arc<Loaded>, String> {
        let workspace = self.workspace().await?;
        let today = self.today();
        let key = self.key(&workspace).await?;
        let mut kept = self.kept.lock().await;
        if let Some((_, loaded)) = kept.as_ref().filter(|(known, _)| *known == key) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(apart(async move || load(&workspace, today).await).await?);
        *kept = Some((key, Arc::clone(&loaded)));
        Ok(loaded)
    }
}

async fn load(workspace: &Workspace, today: Date) -> Result<Loaded, String> {
    let model = cairn_engine::model(workspace, today).await.map_err(told)?;
    if !model.scanned {
        return Err("nothing was scanned yet\nhint: run `cairn scan PATH…` in the project".to_owned());
    }
    let export = cairn_report::json_with_paths(&model.system, &model.threats, &model.exported_paths());
    let export = serde_json::from_str(&export).map_err(|error| format!("cannot read the export back: {error}"))?;
    Ok(Loaded { model, export })
}

/// Runs work that takes the processor for long on a thread of its own.
pub(crate) async fn apart<T: Send + 'static, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, String>
where
    F: Future<Output = Result<T, String>>,
{
    let handle = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || handle.block_on(work())).await;
    done.map_err(|error| format!("the work was broken off: {error}"))?
}

/// An error for the other end: what happened, and its causes.
pub(crate) fn told(error: impl std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn name_of(folder: &Path) -> Option<String> {
    Some(folder.file_name()?.to_string_lossy().into_owned())
}
