//! What every handler and worker works with.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use cairn_engine::{ApiKey, EngineError, Proxy};
use cairn_store::{AuditEntry, Change, ServiceStore};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{Notify, Semaphore, watch};

use crate::access::Caller;
use crate::config::Config;
use crate::conversing::Askers;
use crate::edge;
use crate::mcp::Workbenches;
use crate::metrics::Metrics;
#[cfg(feature = "oidc")]
use crate::oidc::Provider;
use crate::problem::Problem;
use crate::project::Projects;
use crate::secrets::Secrets;

/// How long a request waits for its turn to compute.
const TURN_WAIT: Duration = Duration::from_secs(20);
/// So many questions wait for a language model at once.
const CONVERSING_MAX: usize = 16;
/// When it is worth trying again after that, in seconds.
const TURN_RETRY: u64 = 5;

/// The state of the service. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<State>);

/// See [`App`].
pub struct State {
    /// The settings in force.
    pub config: Config,
    /// People, keys, sources, jobs, the trail.
    pub store: ServiceStore,
    /// The master key.
    pub secrets: Secrets,
    /// The projects that are in use.
    pub projects: Projects,
    /// What is counted.
    pub metrics: Metrics,
    /// How the model is reached.
    pub outside: Outside,
    /// Where people sign in beside with keys.
    #[cfg(feature = "oidc")]
    pub(crate) provider: Option<Arc<Provider>>,
    /// Wakes workers when there is work.
    pub work: Notify,
    /// True once the service is told to stop.
    pub stopping: watch::Sender<bool>,
    /// The description of the API.
    pub openapi: String,
    /// Those who answer questions.
    pub(crate) askers: Askers,
    /// The projects as agents see them.
    pub(crate) workbenches: Workbenches,
    /// Places of questions that wait for a language model.
    pub(crate) conversing: Arc<Semaphore>,
    /// Turns at computing for requests.
    computing: Arc<Semaphore>,
}

/// What of the environment projects may use through the service.
#[derive(Clone, Default)]
pub struct Outside {
    /// The key for models.
    pub model_key: Option<ApiKey>,
    /// From an endpoint's address to the proxy that leads there.
    pub proxy: Option<ProxyOf>,
    /// The secret that the identity provider gave the service.
    pub sign_in_secret: Option<String>,
    /// The tokens for repositories, by the entry of `git_hosts` that each is for. They are sent there and kept nowhere.
    pub git_tokens: BTreeMap<String, ApiKey>,
}

/// From an endpoint's address to the proxy that leads there, where one does.
pub type ProxyOf = Arc<dyn Fn(&str) -> Option<Proxy> + Send + Sync>;

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl App {
    /// The state over stores that are open.
    pub(crate) fn new(
        config: Config,
        store: ServiceStore,
        secrets: Secrets,
        outside: Outside,
        #[cfg(feature = "oidc")] provider: Option<Arc<Provider>>,
    ) -> Self {
        let projects = Projects::new(config.data.join("projects"), config.projects_in_memory, store.clone());
        let computing = Arc::new(Semaphore::new(config.computing));
        let (stopping, _) = watch::channel(false);
        let (metrics, work) = (Metrics::new(), Notify::new());
        let openapi = crate::router::openapi().to_pretty_json().expect("a description serialises");
        let (askers, workbenches) = (Askers::default(), Workbenches::new(&config));
        let conversing = Arc::new(Semaphore::new(CONVERSING_MAX));
        Self(Arc::new(State {
            config,
            store,
            secrets,
            projects,
            metrics,
            outside,
            #[cfg(feature = "oidc")]
            provider,
            work,
            stopping,
            openapi,
            askers,
            workbenches,
            conversing,
            computing,
        }))
    }

    /// Whether the service was told to stop.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Does work that takes a while off the threads that answer requests, when its turn comes.
    pub async fn compute<T, F>(&self, work: impl FnOnce() -> F + Send + 'static) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, EngineError>>,
    {
        let turn = tokio::time::timeout(TURN_WAIT, Arc::clone(&self.computing).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Problem::unavailable("much is being computed just now", TURN_RETRY));
        };
        let done = blocking(move || {
            let _turn = turn;
            Handle::current().block_on(work())
        });
        Ok(done.await??)
    }

    /// Makes changes with their row of the trail.
    pub(crate) async fn change(&self, changes: &[Change], entry: &AuditEntry) -> Result<(), Problem> {
        self.store.change(changes, Some(entry)).await.map_err(|error| self.not_in_trail(&error))
    }

    /// Adds to the trail what is about to be done; without that, it is not done.
    pub(crate) async fn record(&self, entry: &AuditEntry) -> Result<(), Problem> {
        self.store.append(entry).await.map_err(|error| self.not_in_trail(&error))
    }

    fn not_in_trail(&self, error: &cairn_store::StoreError) -> Problem {
        self.metrics.audit_failures.inc();
        tracing::error!(error = %crate::problem::causes(error), "the trail cannot be written");
        Problem::unavailable("what you asked for cannot be recorded, so it was not done", TURN_RETRY)
    }
}

/// Runs work that blocks.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.map_err(|error| Problem::internal(&error))
}

/// What a caller does, for the trail.
pub(crate) fn entry(caller: &Caller, project: Option<&str>, action: &str, object: &str) -> AuditEntry {
    AuditEntry {
        at: edge::now(),
        actor: caller.person.id.clone(),
        key: caller.key.as_ref().map(|key| key.id.clone()),
        project: project.map(str::to_owned),
        action: action.to_owned(),
        object: object.to_owned(),
        before: None,
        after: None,
        request: Some(caller.request.clone()),
    }
}

/// The entry with how its object was and is.
pub(crate) fn changed(entry: AuditEntry, before: Option<Value>, after: Option<Value>) -> AuditEntry {
    AuditEntry { before, after, ..entry }
}
