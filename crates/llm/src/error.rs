//! What can go wrong between this program and a model.

/// Why a client cannot be made. The settings' fault.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The address is not one.
    #[error("`{address}` is not the address of a model endpoint: {reason}")]
    Address {
        /// The address without credentials.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client cannot be built: no certificates, no system entropy.
    #[error("cannot prepare connections to the model endpoint")]
    Connections {
        /// What the library says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why a prompt cannot be used. Its author's fault.
#[derive(Debug, thiserror::Error)]
#[error("the prompt `{name}` is not valid: {reason}")]
pub struct PromptError {
    /// The prompt's name.
    pub name: String,
    /// What is wrong, and where.
    pub reason: String,
}

/// A call that brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{failure}{}", after(*attempts))]
pub struct CallError {
    /// What happened at the last attempt.
    pub failure: CallFailure,
    /// How often the call was tried; 0 when it was not sent at all.
    pub attempts: u32,
}

/// What ends a call. None of the texts holds words of a document or of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// No connection.
    #[error("cannot reach the endpoint")]
    Unreachable,
    /// A time limit passed.
    #[error("the endpoint took longer than {limit_ms} ms for {what}")]
    TimedOut {
        /// Which limit.
        what: String,
        /// The limit.
        limit_ms: u64,
    },
    /// The endpoint wants fewer calls.
    #[error("the endpoint asks for fewer calls (status 429)")]
    RateLimited,
    /// The account is out of money.
    #[error("the account has no quota left (status 429)\nhint: check the plan and the billing of the account")]
    OutOfQuota,
    /// The key is missing or wrong.
    #[error(
        "the endpoint refuses the key (status {status})\nhint: `api_key_env` and `api_key_file` say where it is read"
    )]
    Unauthorized {
        /// 401 or 403.
        status: u16,
    },
    /// The endpoint does not understand the request.
    #[error("the endpoint refuses the request (status {status}{})", code.as_ref().map(|code| format!(", `{code}`")).unwrap_or_default())]
    Refused {
        /// 4xx.
        status: u16,
        /// The endpoint's short code for it, if it has one.
        code: Option<String>,
    },
    /// The endpoint sends elsewhere. It is not followed: the key and the text are for this endpoint alone.
    #[error("the endpoint redirects (status {status}), which is never followed")]
    Redirected {
        /// 3xx.
        status: u16,
    },
    /// The endpoint failed.
    #[error("the endpoint failed (status {status})")]
    Server {
        /// 5xx.
        status: u16,
    },
    /// The answer does not end.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The answer broke off.
    #[error("the answer broke off")]
    BrokenOff,
    /// The answer is no chat completion: HTML, half of a JSON document, another schema.
    #[error("the answer is not a chat completion")]
    NotACompletion,
    /// Too many failures in a row; calls are stopped for a while.
    #[error("the endpoint failed too often; calls are paused")]
    Paused,
    /// A replay has no answer to this request.
    #[error("the recording has no answer to this request: {why}")]
    NotRecorded {
        /// How the request differs from what was recorded.
        why: String,
    },
    /// The request could not be built.
    #[error("the request could not be built")]
    NotBuilt,
}

impl CallFailure {
    /// A short name for metrics and for `error.type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut { .. } => "timeout",
            Self::RateLimited => "rate_limited",
            Self::OutOfQuota => "out_of_quota",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Refused { .. } => "refused",
            Self::Redirected { .. } => "redirected",
            Self::Server { .. } => "server_error",
            Self::TooLong { .. } => "too_long",
            Self::BrokenOff => "broken_off",
            Self::NotACompletion => "not_a_completion",
            Self::Paused => "paused",
            Self::NotRecorded { .. } => "not_recorded",
            Self::NotBuilt => "not_built",
        }
    }

    /// Whether the endpoint may have done what it was asked for, although its answer did not come.
    pub fn may_have_been_done(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { .. } | Self::Server { .. } | Self::BrokenOff | Self::TooLong { .. } | Self::NotACompletion
        )
    }

    /// Whether every other call would end the same way, so that a run had better stop.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::OutOfQuota | Self::Unauthorized { .. } | Self::Redirected { .. } | Self::Paused)
    }
}

fn after(attempts: u32) -> String {
    if attempts > 1 { format!(" after {attempts} attempts") } else { String::new() }
}
