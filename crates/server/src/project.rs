//! The projects in use: each a workspace of the engine in a folder of its own, with its newest view in memory.
//!
//! Reads are answered from the view and touch neither disk nor database, so that they are quick while a scan writes. What changes a
//! project makes a new view and puts it in place of the old one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use cairn_engine::{EngineError, Finder, WORKSPACE_FOLDER, Workspace};
use cairn_store::ServiceStore;

use crate::app::App;
use crate::edge;
use crate::problem::Problem;
use crate::view::View;

/// The folder of a project in which the documents of its sources lie, a folder for each.
pub(crate) const DOCUMENTS: &str = "documents";

/// How folders of projects are called that were removed. No project has such an id.
const GONE: &str = "_gone";
/// How long a first search waits for the scan that makes what it needs.
const INDEX_WAIT: Duration = Duration::from_secs(10);
/// How long a removal waits for a job that is under way.
const END_WAIT: Duration = Duration::from_secs(5);

/// The projects in use.
pub struct Projects {
    root: PathBuf,
    in_memory_max: usize,
    store: ServiceStore,
    open: Mutex<BTreeMap<String, Arc<Project>>>,
}

/// A project in use.
pub struct Project {
    /// Names it in paths.
    pub id: String,
    folder: PathBuf,
    view: RwLock<Option<Arc<View>>>,
    used_at: AtomicI64,
    /// Held while a view is made.
    viewing: tokio::sync::Mutex<()>,
    /// Held by whoever changes documents, scans them or makes an index.
    pub writing: tokio::sync::Mutex<()>,
    /// Held by whoever fetches a repository, which may take long and so is not done while writing.
    pub fetching: tokio::sync::Mutex<()>,
    /// Held by whoever decides, or changes the settings.
    pub deciding: tokio::sync::Mutex<()>,
    /// Open indexes of passages and of claims, with the revision that they are of.
    finders: [tokio::sync::Mutex<Option<(i64, Finder)>>; 2],
}

impl Projects {
    pub(crate) fn new(root: PathBuf, in_memory_max: usize, store: ServiceStore) -> Self {
        Self { root, in_memory_max, store, open: Mutex::default() }
    }

    /// The project of this id; none where there is none.
    pub async fn open(&self, id: &str) -> Result<Option<Arc<Project>>, Problem> {
        if let Some(project) = self.known().get(id) {
            return Ok(Some(Arc::clone(project)));
        }
        if self.store.project(id).await?.is_none() {
            return Ok(None);
        }
        let mut open = self.known();
        let project = open.entry(id.to_owned()).or_insert_with(|| Arc::new(Project::new(id, self.root.join(id))));
        Ok(Some(Arc::clone(project)))
    }

    /// Takes a project out of use; its folder goes too. A new project of the same id begins with nothing.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), Problem> {
        let project = self.known().remove(id);
        if let Some(project) = project {
            // A job that is under way hears that it is not wanted any more; whoever takes longer writes into a folder that is gone.
            drop(tokio::time::timeout(END_WAIT, project.writing.lock()).await);
        }
        let (folder, gone) = (self.root.join(id), self.root.join(edge::new_id(GONE)));
        let moved = crate::app::blocking(move || match std::fs::rename(&folder, &gone) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            moved => moved.map(|()| drop(std::thread::spawn(move || std::fs::remove_dir_all(&gone)))),
        });
        moved.await?.map_err(|error| Problem::internal(&error))
    }

    /// Takes away what is left of projects that were removed before the program ended.
    pub(crate) fn tidy(&self) {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(GONE)) {
            if let Err(error) = std::fs::remove_dir_all(entry.path()) {
                tracing::warn!(error = %error, "what is left of a project cannot be taken away");
            }
        }
    }

    /// How many views are in memory.
    pub(crate) fn in_memory(&self) -> usize {
        self.known().values().filter(|project| project.current().is_some()).count()
    }

    /// Lets go of the views that were not used for longest, where there are more than may be.
    fn make_room(&self) {
        let open = self.known();
        let mut loaded: Vec<&Arc<Project>> = open.values().filter(|project| project.current().is_some()).collect();
        loaded.sort_by_key(|project| std::cmp::Reverse(project.used_at.load(Ordering::Relaxed)));
        for project in loaded.into_iter().skip(self.in_memory_max) {
            *project.view.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Project>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Project {
    fn new(id: &str, folder: PathBuf) -> Self {
        Self {
            id: id.to_owned(),
            folder,
            view: RwLock::default(),
            used_at: AtomicI64::new(0),
            viewing: tokio::sync::Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
            deciding: tokio::sync::Mutex::default(),
            finders: Default::default(),
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that is scanned.
    pub fn documents_folder(&self) -> PathBuf {
        self.folder.join(DOCUMENTS)
    }

    /// The folder of a source's documents.
    pub fn source_folder(&self, source: &str) -> PathBuf {
        self.documents_folder().join(source)
    }

    /// Opens its workspace, with a connection to its store of its own.
    pub async fn workspace(&self) -> Result<Workspace, EngineError> {
        Workspace::open(&self.folder.join(WORKSPACE_FOLDER)).await
    }

    /// Where things stand. Made when it is not in memory, or of another day.
    pub async fn view(&self, app: &App) -> Result<Arc<View>, Problem> {
        self.used_at.store(edge::now(), Ordering::Relaxed);
        if let Some(view) = self.fresh() {
            return Ok(view);
        }
        let _viewing = self.viewing.lock().await;
        match self.fresh() {
            Some(view) => Ok(view),
            None => self.make_view(app).await,
        }
    }

    /// Makes a new view after something changed.
    pub async fn refresh(&self, app: &App) -> Result<Arc<View>, Problem> {
        let _viewing = self.viewing.lock().await;
        self.make_view(app).await
    }

    async fn make_view(&self, app: &App) -> Result<Arc<View>, Problem> {
        let workspace_folder = self.folder.join(WORKSPACE_FOLDER);
        let view = app.compute(move || async move { View::make(&workspace_folder).await }).await?;
        let view = Arc::new(view);
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&view));
        app.projects.make_room();
        Ok(view)
    }

    fn current(&self) -> Option<Arc<View>> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self) -> Option<Arc<View>> {
        self.current().filter(|view| view.as_of == edge::today())
    }

    /// Asks an index. It is opened when it is not yet, or is of an older revision; as that may change files, it has to wait for
    /// whoever writes.
    pub async fn find(&self, app: &App, request: cairn_engine::SearchRequest) -> Result<cairn_engine::Answer, Problem> {
        let revision = self.view(app).await?.revision;
        let [passages, claims] = &self.finders;
        let mut finder = if request.claims { claims } else { passages }.lock().await;
        let is_open = finder.as_ref().is_some_and(|(of, _)| *of == revision);
        // An index that is of the revision before still answers while a scan goes on.
        let writing = match (is_open, finder.is_some()) {
            (true, _) => None,
            (false, true) => self.writing.try_lock().ok(),
            (false, false) => tokio::time::timeout(INDEX_WAIT, self.writing.lock()).await.ok(),
        };
        let (of, mut opened) = match (finder.take(), &writing) {
            (Some((of, finder)), None) => (of, Some(finder)),
            (None, None) => return Err(Problem::unavailable("the index is being made", 5)),
            (_, Some(_)) => (revision, None),
        };
        let folder = self.folder.join(WORKSPACE_FOLDER);
        let asked = app.compute(move || async move {
            let mut open = match opened.take() {
                Some(open) => open,
                None => Box::pin(Finder::open(&Workspace::open(&folder).await?, request.claims)).await?,
            };
            let answer = Box::pin(open.find(&request)).await;
            Ok((open, answer))
        });
        let (open, answer) = asked.await?;
        *finder = Some((of, open));
        Ok(answer?)
    }
}
