//! How a request gets to the endpoint and back: bounded in time, size and number, retried on status alone.
//!
//! One call goes through these gates in order: the circuit breaker (`breaker`), a permit for its place among the calls at the
//! same time, the limits on calls and tokens in a minute (`limits`), and then attempts (`attempt`) with pauses between them
//! (`retry`). Whatever happens is handed up as a successful response with an [`Envelope`] in it, because the library above logs
//! what does not succeed, and what endpoints say in errors can be the text of a document.

mod attempt;
mod breaker;
mod limits;
mod retry;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::stream::Heard;
use crate::{CallError, CallFailure, EndpointError, Policy};
use attempt::Attempt;
use breaker::Breaker;
use limits::Limits;

/// The way to one endpoint. Clones share their limits.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    shared: Arc<Shared>,
    /// Who is told what comes while it comes.
    heard: Option<Heard>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    policy: Policy,
    /// As many as calls may run at the same time.
    permits: Semaphore,
    limits: Limits,
    breaker: Breaker,
}

/// What a call came to, for the trip through the library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Envelope {
    /// A status of 2xx and its body.
    Answer { body: String, attempts: u32 },
    /// Anything else.
    Failure { failure: WireFailure, attempts: u32 },
}

/// [`CallFailure`] as it travels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum WireFailure {
    Unreachable,
    TimedOut { what: String, limit_ms: u64 },
    RateLimited,
    OutOfQuota,
    Unauthorized { status: u16 },
    Refused { status: u16, code: Option<String> },
    Redirected { status: u16 },
    Server { status: u16 },
    TooLong { limit: usize },
    BrokenOff,
    Paused,
    NotBuilt,
}

impl Transport {
    pub(crate) fn new(policy: Policy, proxy: Option<reqwest::Proxy>) -> Result<Self, EndpointError> {
        let http = http_client(Duration::from_millis(policy.connect_ms), proxy)?;
        let shared = Shared {
            http,
            permits: Semaphore::new(policy.concurrency.max(1)),
            limits: Limits::new(policy.requests_per_minute, policy.tokens_per_minute),
            breaker: Breaker::new(policy.breaker_failures, Duration::from_millis(policy.breaker_pause_ms)),
            policy,
        };
        Ok(Self { shared: Arc::new(shared), heard: None })
    }

    /// The same way, on which `heard` is told what comes while it comes.
    pub(crate) fn heard_by(&self, heard: Heard) -> Self {
        Self { shared: Arc::clone(&self.shared), heard: Some(heard) }
    }

    /// The client that the library builds requests with; it sends none itself.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }
}

pub(crate) fn http_client(
    connect_time: Duration,
    proxy: Option<reqwest::Proxy>,
) -> Result<reqwest::Client, EndpointError> {
    // An error only means that another client of this process has installed it before.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder()
        .connect_timeout(connect_time)
        // The key and the text are for one endpoint alone.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")));
    let client = match proxy {
        Some(proxy) => client.proxy(proxy),
        None => client,
    };
    client.build().map_err(|source| EndpointError::Connections { source: Box::new(source) })
}

impl tower_service::Service<HttpRequestFactory> for Transport {
    type Response = reqwest::Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<reqwest::Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        let (shared, heard) = (Arc::clone(&self.shared), self.heard.clone());
        Box::pin(async move { Ok(shared.call(&request, heard.as_ref()).await.into_response()) })
    }
}

impl Shared {
    async fn call(&self, request: &HttpRequestFactory, heard: Option<&Heard>) -> Envelope {
        let Ok(_permit) = self.permits.acquire().await else { return Envelope::failure(WireFailure::Paused, 0) };
        let mut attempts = 0;
        loop {
            let Some(pass) = self.breaker.pass() else { return Envelope::failure(WireFailure::Paused, attempts) };
            let Ok(built) = request.build().await else { return Envelope::failure(WireFailure::NotBuilt, attempts) };
            let starts_batch = starts_batch(&built);
            let tokens = built.body().and_then(|body| body.as_bytes()).map_or(0, |body| body.len() / 4) as u64;
            self.limits.wait_for_turn(tokens).await;
            attempts += 1;
            let attempt = attempt::send(&self.http, built, &self.policy, heard).await;
            pass.report(attempt.shows_trouble());
            let failure = match attempt {
                Attempt::Answer { body } => return Envelope::Answer { body, attempts },
                Attempt::Failure { failure, .. } if attempts >= self.policy.attempts_max => {
                    return Envelope::failure(failure, attempts);
                }
                // Another answer would not go on where this one was broken off.
                Attempt::Failure { failure, .. } if heard.is_some_and(Heard::has_begun) => {
                    return Envelope::failure(failure, attempts);
                }
                // A batch may have been started by an attempt whose answer was lost, and would be paid for twice.
                Attempt::Failure { failure, .. } if starts_batch && !failure.shows_that_nothing_was_done() => {
                    return Envelope::failure(failure, attempts);
                }
                Attempt::Failure { failure, retry_after, .. } => {
                    let Some(pause) = retry::pause(&failure, retry_after, attempts, &self.policy) else {
                        return Envelope::failure(failure, attempts);
                    };
                    if matches!(failure, WireFailure::RateLimited) {
                        // Calls that are already waiting would only be refused as well.
                        self.limits.hold_all(pause);
                    }
                    tracing::debug!(attempt = attempts, pause_ms = pause.as_millis(), "another attempt follows");
                    pause
                }
            };
            tokio::time::sleep(failure).await;
        }
    }
}

fn starts_batch(request: &reqwest::Request) -> bool {
    request.method() == reqwest::Method::POST && request.url().path().ends_with("/batches")
}

impl WireFailure {
    fn shows_that_nothing_was_done(&self) -> bool {
        matches!(self, Self::Unreachable | Self::RateLimited)
    }
}

impl Envelope {
    fn failure(failure: WireFailure, attempts: u32) -> Self {
        Self::Failure { failure, attempts }
    }

    fn into_response(self) -> reqwest::Response {
        let json = serde_json::to_vec(&self).expect("an envelope serialises");
        http::Response::new(json).into()
    }

    /// The body, or why there is none.
    pub(crate) fn open(self) -> Result<(String, u32), CallError> {
        match self {
            Self::Answer { body, attempts } => Ok((body, attempts)),
            Self::Failure { failure, attempts } => Err(CallError { failure: failure.into(), attempts }),
        }
    }
}

impl From<WireFailure> for CallFailure {
    fn from(failure: WireFailure) -> Self {
        match failure {
            WireFailure::Unreachable => Self::Unreachable,
            WireFailure::TimedOut { what, limit_ms } => Self::TimedOut { what, limit_ms },
            WireFailure::RateLimited => Self::RateLimited,
            WireFailure::OutOfQuota => Self::OutOfQuota,
            WireFailure::Unauthorized { status } => Self::Unauthorized { status },
            WireFailure::Refused { status, code } => Self::Refused { status, code },
            WireFailure::Redirected { status } => Self::Redirected { status },
            WireFailure::Server { status } => Self::Server { status },
            WireFailure::TooLong { limit } => Self::TooLong { limit },
            WireFailure::BrokenOff => Self::BrokenOff,
            WireFailure::Paused => Self::Paused,
            WireFailure::NotBuilt => Self::NotBuilt,
        }
    }
}
