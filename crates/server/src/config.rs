//! The settings of the service: `config/server.toml` under a file, the environment and flags, each key with where it is from.

pub(crate) mod oidc;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::sources::remote;

/// The defaults, which are also the documentation of every key.
const DEFAULTS: &str = include_str!("../../../config/server.toml");

/// How the names of environment variables begin that set a key.
const ENVIRONMENT_PREFIX: &str = "CAIRN_SERVER_";

/// Name of the file in the data folder that is read where none is given.
pub const CONFIG_FILE: &str = "server.toml";

/// The settings in force. The keys are explained in `config/server.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/server.toml`, in the same order")]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub auth: AuthMode,
    pub public_url: String,
    pub hosts: Vec<String>,
    pub key_file: String,
    pub oidc_issuer: String,
    pub oidc_client_id: String,
    pub oidc_secret_file: String,
    pub oidc_scopes: Vec<String>,
    pub oidc_groups_claim: String,
    pub oidc_roles: Vec<String>,
    pub oidc_new_people: bool,
    pub source_roots: Vec<PathBuf>,
    pub git_hosts: Vec<String>,
    pub git_tokens: Vec<String>,
    pub git_bytes_max: u64,
    pub git_ms: u64,
    pub git_connect_ms: u64,
    pub model_endpoints: Vec<String>,
    pub workers: usize,
    pub computing: usize,
    pub scan_threads: usize,
    pub queue_max: i64,
    pub attempts_max: i64,
    pub backoff_ms: i64,
    pub backoff_ms_max: i64,
    pub lease_ms: i64,
    pub poll_minutes: u64,
    pub projects_in_memory: usize,
    pub body_bytes_max: usize,
    pub upload_bytes_max: usize,
    pub webhook_bytes_max: usize,
    pub request_ms: u64,
    pub upload_ms: u64,
    pub header_ms: u64,
    pub write_ms: u64,
    pub connections_max: usize,
    pub drain_ms: u64,
    pub session_hours: i64,
    pub key_days: i64,
    pub log: String,
    pub log_format: LogFormat,
}

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// Everybody on this machine, and elsewhere whoever has a key.
    Auto,
    /// Whoever has a key.
    On,
    /// Everybody.
    Off,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Some keys with where their values are from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Where they are from, for people.
    pub origin: String,
    /// The keys.
    pub keys: toml::Table,
}

/// A key in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The key.
    pub key: String,
    /// Its value as TOML.
    pub value: String,
    /// Where it is from.
    pub origin: String,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A layer says something that is not so.
    #[error("the settings of the service are not valid ({origin}): {reason}")]
    Invalid {
        /// Where it is from.
        origin: String,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl Config {
    /// The defaults under the layers, of which a later one counts before an earlier one.
    pub fn resolve(layers: &[Layer]) -> Result<(Self, Vec<Origin>), ConfigError> {
        let mut keys = defaults();
        let mut origins: Vec<Origin> = Vec::new();
        for (key, value) in &keys {
            origins.push(Origin { key: key.clone(), value: value.to_string(), origin: "default".to_owned() });
        }
        for layer in layers {
            let wrong = |reason: String| ConfigError::Invalid { origin: layer.origin.clone(), reason };
            for (key, value) in &layer.keys {
                let Some(known) = origins.iter_mut().find(|it| it.key == *key) else {
                    return Err(wrong(format!("there is no key `{key}`")));
                };
                known.value = value.to_string();
                known.origin.clone_from(&layer.origin);
                keys.insert(key.clone(), value.clone());
            }
            // Each layer must make sense over those below it, so that the message names the right one.
            Self::of(keys.clone()).map_err(wrong)?;
        }
        let config = Self::of(keys).map_err(|reason| ConfigError::Invalid { origin: "default".to_owned(), reason })?;
        Ok((config, origins))
    }

    fn of(keys: toml::Table) -> Result<Self, String> {
        let one_line = |error: toml::de::Error| error.message().lines().collect::<Vec<_>>().join("; ");
        let config: Self = keys.try_into().map_err(one_line)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.auth == AuthMode::Off && !self.listens_locally() {
            return Err("`auth` may be `off` only where `listen` is an address of this machine alone".to_owned());
        }
        let least = [self.workers, self.computing, self.projects_in_memory, self.connections_max];
        let times =
            [self.queue_max, self.attempts_max, self.backoff_ms, self.lease_ms, self.session_hours, self.key_days];
        if least.contains(&0) || times.iter().any(|it| *it <= 0) {
            return Err("numbers of workers, connections, attempts, hours and days begin at 1".to_owned());
        }
        if !matches!(self.log.as_str(), "error" | "warn" | "info" | "debug") {
            return Err(format!("`log` is `{}`, expected `error`, `warn`, `info` or `debug`", self.log));
        }
        for entry in &self.git_hosts {
            remote::host(entry).map_err(|reason| format!("`git_hosts`: {reason}"))?;
        }
        remote::token_variables(self)?;
        if !(self.public_url.is_empty()
            || self.public_url.starts_with("https://")
            || self.public_url.starts_with("http://"))
        {
            return Err(format!("`public_url` is `{}`, expected an address with `https://`", self.public_url));
        }
        oidc::check(self)
    }

    /// Whether only this machine can reach the service.
    pub fn listens_locally(&self) -> bool {
        match self.listen.ip() {
            IpAddr::V4(address) => address.is_loopback(),
            IpAddr::V6(address) => address.is_loopback(),
        }
    }

    /// Whether nobody comes in without a key.
    pub fn asks_for_keys(&self) -> bool {
        match self.auth {
            AuthMode::On => true,
            AuthMode::Off => false,
            AuthMode::Auto => !self.listens_locally(),
        }
    }

    /// Whether browsers reach the service by TLS only.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The file with the master key.
    pub fn master_key_file(&self) -> PathBuf {
        if self.key_file.is_empty() { self.data.join("service.key") } else { PathBuf::from(&self.key_file) }
    }

    /// The variables of the environment that hold tokens for repositories, by the entry of `git_hosts` that each is for.
    pub fn git_token_variables(&self) -> BTreeMap<String, String> {
        remote::token_variables(self).unwrap_or_default()
    }

    /// How many threads a scan uses.
    pub(crate) fn threads_of_scan(&self) -> usize {
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        if self.scan_threads > 0 { self.scan_threads } else { most.saturating_sub(1).max(1) }
    }

    pub(crate) fn request_time(&self) -> Duration {
        Duration::from_millis(self.request_ms)
    }
}

impl Layer {
    /// The keys of a file.
    pub fn of_file(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let origin = path.display().to_string();
        let keys = text.parse().map_err(|error: toml::de::Error| ConfigError::Invalid {
            origin: origin.clone(),
            reason: error.message().lines().collect::<Vec<_>>().join("; "),
        })?;
        Ok(Self { origin, keys })
    }

    /// The keys that environment variables set. One layer for each, so that its origin names the variable.
    pub fn of_environment(variables: impl IntoIterator<Item = (String, String)>) -> Result<Vec<Self>, ConfigError> {
        let known = defaults();
        let mut layers = Vec::new();
        for (name, value) in variables {
            let Some(key) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
            let key = key.to_lowercase();
            let wrong = |reason: String| ConfigError::Invalid { origin: name.clone(), reason };
            let Some(default) = known.get(&key) else { return Err(wrong(format!("there is no key `{key}`"))) };
            let number = || value.trim().parse().map_err(|_| wrong(format!("`{value}` is no number")));
            let is_yes = || value.trim().parse().map_err(|_| wrong(format!("`{value}` is neither `true` nor `false`")));
            let value = match default {
                toml::Value::Integer(_) => toml::Value::Integer(number()?),
                toml::Value::Boolean(_) => toml::Value::Boolean(is_yes()?),
                toml::Value::Array(_) => {
                    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                    toml::Value::Array(parts.map(toml::Value::from).collect())
                }
                _ => toml::Value::String(value),
            };
            layers.push(Self { origin: name, keys: [(key, value)].into_iter().collect() });
        }
        layers.sort_by(|one, other| one.origin.cmp(&other.origin));
        Ok(layers)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::of(defaults()).expect("`config/server.toml` gives every key, as the tests of this crate show")
    }
}

fn defaults() -> toml::Table {
    DEFAULTS.parse().expect("`config/server.toml` is TOML, as the tests of this crate show")
}
