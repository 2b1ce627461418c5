//! The service from its start to its end: stores are opened, jobs of a former process given back, connections served, and at the end
//! everything that is under way gets a little time.

use std::future::Future;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
#[cfg(feature = "oidc")]
use cairn_engine::Fetcher;
use cairn_store::{AuditEntry, Change, Person, Seal, ServiceStore, StoreError};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service as _;

use crate::access::OPERATOR_SCOPE;
use crate::api::keys::make_key;
use crate::app::{App, Outside};
use crate::config::Config;
use crate::config::oidc::check_together;
#[cfg(feature = "oidc")]
use crate::oidc::Provider;
use crate::problem::{Problem, causes};
use crate::router::router;
use crate::secrets::Secrets;
use crate::{edge, jobs};

/// The file by which one process at a time holds the data folder.
const LOCK_FILE: &str = "service.lock";
/// What rows of the trail are sealed for.
const TRAIL: &str = "audit";
/// The person that the first key is made for.
const FIRST_PERSON: &str = "admin";
/// How long the service waits after it could not take a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process uses the data folder.
    #[error("another service uses `{}`", .0.display())]
    InUse(PathBuf),
    /// A file or folder cannot be used.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The address cannot be listened at.
    #[error("cannot listen at `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The settings do not go together.
    #[error("the settings of the service are not valid: {0}")]
    Settings(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first key cannot be made.
    #[error("the first key cannot be made: {}", .0.detail)]
    FirstKey(Problem),
}

/// A service that is ready to run.
pub struct Service {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    /// The secret of the first key, at the first start only.
    pub first_key: Option<String>,
    /// Holds the data folder as long as it is open.
    _lock: std::fs::File,
}

impl Service {
    /// Opens everything and listens. Nothing is answered yet.
    pub async fn open(config: Config, outside: Outside) -> Result<Self, ServeError> {
        check_together(&config, cfg!(feature = "oidc")).map_err(ServeError::Settings)?;
        let data = config.data.clone();
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ServeError::File { path, source }
        };
        std::fs::create_dir_all(&data).map_err(failed(&data))?;
        let lock = lock(&data)?;
        let key_file = config.master_key_file();
        let secrets = Secrets::open(&key_file).map_err(failed(&key_file))?;
        let store = ServiceStore::open(&data, seal_of(&secrets)).await?;
        store.release_all(edge::now()).await?;
        let listen = |source| ServeError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        #[cfg(feature = "oidc")]
        let provider = provider(&config, &outside)?;
        let app = App::new(
            config,
            store,
            secrets,
            outside,
            #[cfg(feature = "oidc")]
            provider,
        );
        app.projects.tidy();
        let is_first = app.config.asks_for_keys() && app.store.people().await?.is_empty();
        let first_key = if is_first { Some(first_key(&app).await.map_err(ServeError::FirstKey)?) } else { None };
        Ok(Self { app, listener, address, first_key, _lock: lock })
    }

    /// Makes a key for the first operator, whatever became of those before.
    pub async fn make_first_key(&mut self) -> Result<(), ServeError> {
        if self.first_key.is_none() {
            self.first_key = Some(first_key(&self.app).await.map_err(ServeError::FirstKey)?);
        }
        Ok(())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its state, for whoever builds on it.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Serves until `stop` is over, then ends what is under way. Gives whether everything ended in time.
    pub async fn run(self, stop: impl Future<Output = ()>) -> bool {
        let app = self.app;
        let workers = jobs::start(&app);
        let open = Arc::new(Semaphore::new(app.config.connections_max));
        let router = router(&app);
        let mut stop = pin!(stop);
        tracing::info!(address = %self.address, "the service is ready");
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        // Who comes when all places are taken is turned away at once, not left to wait.
                        let Ok(place) = Arc::clone(&open).try_acquire_owned() else { continue };
                        let connection = serve(app.clone(), router.clone(), stream, peer);
                        tokio::spawn(async move {
                            connection.await;
                            drop(place);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "no connection can be taken");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
        drop(self.listener);
        tracing::info!("the service stops");
        app.stopping.send_replace(true);
        let all = u32::try_from(app.config.connections_max).unwrap_or(u32::MAX);
        let ended = async {
            // Every place is free again when the last connection is closed.
            let closed = open.acquire_many(all).await.is_ok();
            for worker in workers.into_iter().take(app.config.workers) {
                worker.await.ok();
            }
            closed
        };
        let in_time = tokio::time::timeout(Duration::from_millis(app.config.drain_ms), ended).await;
        tracing::info!(in_time = in_time.is_ok(), "the service has stopped");
        in_time.is_ok()
    }
}

/// Serves one connection until it is closed, the client takes nothing any more, or the service stops.
async fn serve(app: App, router: Router, stream: TcpStream, peer: SocketAddr) {
    app.metrics.connections.inc();
    // Small answers leave at once.
    stream.set_nodelay(true).ok();
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(Duration::from_millis(app.config.write_ms)));
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let mut router = router.clone();
        async move { router.call(request).await }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(Duration::from_millis(app.config.header_ms));
    let stream = Box::pin(stream);
    let mut connection = pin!(server.serve_connection(TokioIo::new(stream), service));
    let mut stopping = app.stopping.subscribe();
    if app.is_stopping() {
        connection.as_mut().graceful_shutdown();
    }
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            changed = stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                if changed.is_err() {
                    break connection.await;
                }
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %causes(&error), "a connection ended");
    }
    app.metrics.connections.dec();
}

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(
    #[expect(dead_code, reason = "read through its debug form by whoever looks at a request")] pub(crate) SocketAddr,
);

/// The function that seals rows of the trail.
pub fn seal_of(secrets: &Secrets) -> Seal {
    let secrets = secrets.clone();
    Arc::new(move |previous, body| secrets.sign(TRAIL, &format!("{previous}\n{body}")))
}

fn lock(data: &Path) -> Result<std::fs::File, ServeError> {
    let path = data.join(LOCK_FILE);
    let failed = |source| ServeError::File { path: path.clone(), source };
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            (&file).write_all(std::process::id().to_string().as_bytes()).ok();
            Ok(file)
        }
        Err(std::fs::TryLockError::WouldBlock) => Err(ServeError::InUse(data.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The identity provider of the settings. Nothing is asked of it before somebody signs in, as it may be away.
#[cfg(feature = "oidc")]
fn provider(config: &Config, outside: &Outside) -> Result<Option<Arc<Provider>>, ServeError> {
    if !config.has_provider() {
        return Ok(None);
    }
    let mut secret = outside.sign_in_secret.clone();
    if secret.is_none() && !config.oidc_secret_file.is_empty() {
        let path = PathBuf::from(&config.oidc_secret_file);
        let text = std::fs::read_to_string(&path).map_err(|source| ServeError::File { path, source })?;
        secret = Some(text.trim().to_owned());
    }
    let proxy = outside.proxy.as_ref().and_then(|of| of(&config.oidc_issuer));
    let fetcher = Fetcher::new(proxy.as_ref()).map_err(|error| ServeError::Settings(causes(&error)))?;
    let provider = Provider::new(config, secret.filter(|it| !it.is_empty()), fetcher).map_err(ServeError::Settings)?;
    Ok(Some(Arc::new(provider)))
}

/// Lets the first operator in, and gives the secret of a new key of theirs.
async fn first_key(app: &App) -> Result<String, Problem> {
    let person = Person {
        id: FIRST_PERSON.to_owned(),
        name: "First operator".to_owned(),
        is_operator: true,
        is_disabled: false,
        created_at: edge::now(),
    };
    let (secret, key, record) = make_key(FIRST_PERSON, "made at the start", OPERATOR_SCOPE, None, app.config.key_days);
    let entry = AuditEntry {
        at: edge::now(),
        actor: "service".to_owned(),
        key: None,
        project: None,
        action: "key.create".to_owned(),
        object: record.id,
        before: None,
        after: None,
        request: None,
    };
    app.change(&[Change::Person(person), key], &entry).await?;
    Ok(secret)
}
