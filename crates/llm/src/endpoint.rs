//! Where the model is and how carefully it is spoken to.

use std::fmt;

use crate::EndpointError;

/// An endpoint with its key and the rules for speaking to it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Whose dialect of paths and headers it speaks.
    pub kind: EndpointKind,
    /// Address up to and without `/chat/completions`.
    pub base_url: String,
    /// The key, where the endpoint wants one.
    pub api_key: Option<ApiKey>,
    /// The proxy through which it is reached, if any. The environment is not looked at here.
    pub proxy: Option<Proxy>,
    /// Rules for speaking to it.
    pub policy: Policy,
}

/// Dialects of paths and headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// OpenAI and all that copy its paths: Ollama, vLLM, llama.cpp, LM Studio, gateways.
    OpenAi,
    /// Azure: the deployment is part of the path, the version part of the query.
    Azure {
        /// The deployment's name.
        deployment: String,
        /// The `api-version` of the query.
        api_version: String,
    },
}

impl EndpointKind {
    /// The path that a line of a batch file asks for.
    pub const fn batch_path(&self) -> &'static str {
        match self {
            Self::OpenAi => "/v1/chat/completions",
            Self::Azure { .. } => "/chat/completions",
        }
    }
}

/// A proxy on the way to the endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its address, which may hold a name and a password.
    pub address: String,
    /// Hosts that are reached without it, as in `NO_PROXY`.
    pub except: String,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", shown(&self.address))
    }
}

impl Proxy {
    pub(crate) fn checked(&self) -> Result<reqwest::Proxy, EndpointError> {
        let built = reqwest::Proxy::all(&self.address).map_err(|_| EndpointError::Address {
            address: shown(&self.address),
            reason: "it is not the address of a proxy".to_owned(),
        })?;
        Ok(built.no_proxy(reqwest::NoProxy::from_string(&self.except)))
    }
}

/// A key that shows itself to nobody but the endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The key in `text`, without the white space around it. `None` when there is none, or when it cannot stand in a header.
    pub fn new(text: &str) -> Option<Self> {
        let key = text.trim();
        let printable = !key.is_empty() && key.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
        printable.then(|| Self(key.to_owned()))
    }

    /// The key itself, for the header that it is sent in and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// Bounds on every call. All of them are explained in `config/default.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a connection may take.
    pub connect_ms: u64,
    /// How long the first byte of an answer may take.
    pub first_byte_ms: u64,
    /// How long one attempt may take altogether.
    pub attempt_ms: u64,
    /// How often a call is tried.
    pub attempts_max: u32,
    /// The first pause between attempts; it doubles each time.
    pub backoff_ms: u64,
    /// The longest pause, also when the endpoint asks for a longer one: then the call ends and can be made later.
    pub backoff_ms_max: u64,
    /// Calls in a minute; 0 for no limit.
    pub requests_per_minute: u32,
    /// Tokens in a minute; 0 for no limit.
    pub tokens_per_minute: u32,
    /// Calls at the same time.
    pub concurrency: usize,
    /// So many failures in a row stop all calls for a while.
    pub breaker_failures: u32,
    /// How long calls stay stopped before one is let through to see.
    pub breaker_pause_ms: u64,
    /// A longer answer is cut off and counts as failed.
    pub response_bytes_max: usize,
    /// Makes the pauses of two programs differ. Comes from the edge; any value gives correct behaviour.
    pub jitter_seed: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            connect_ms: 10_000,
            first_byte_ms: 120_000,
            attempt_ms: 300_000,
            attempts_max: 5,
            backoff_ms: 500,
            backoff_ms_max: 60_000,
            requests_per_minute: 0,
            tokens_per_minute: 0,
            concurrency: 4,
            breaker_failures: 5,
            breaker_pause_ms: 60_000,
            response_bytes_max: 8 << 20,
            jitter_seed: 0,
        }
    }
}

impl Endpoint {
    /// The address in its parts, checked: `http` or `https`, a host, no credentials in it.
    pub(crate) fn checked_url(&self) -> Result<reqwest::Url, EndpointError> {
        let wrong = |reason: &str| EndpointError::Address { address: shown(&self.base_url), reason: reason.to_owned() };
        let url = reqwest::Url::parse(&self.base_url).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it begins neither with `http://` nor with `https://`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a key belongs into the environment or a file, never into an address"));
        }
        if self.api_key.is_some() && url.scheme() == "http" && !is_loopback(&url) {
            return Err(wrong("a key would travel in clear text; use `https://`"));
        }
        Ok(url)
    }
}

pub(crate) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address without anything that could be a secret in it.
fn shown(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => address.to_owned(),
    }
}
