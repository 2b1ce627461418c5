//! What is wrong with a server, in words that tell what to do.

use qdrant_client::QdrantError;

use super::QdrantSettings;
use crate::vectors::VectorError;

/// What is wrong with a server of vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerProblem {
    /// Nobody answers there, or too few nodes are left.
    Gone,
    /// It does not answer in time.
    Slow,
    /// Its disk or its memory is full.
    Full,
    /// It wants another key.
    Denied,
    /// The collection was made for other vectors.
    WrongSchema,
    /// It is older than what is asked of it.
    TooOld,
    /// It refuses what it was asked for another reason.
    Refused,
}

impl ServerProblem {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Gone => "cannot be reached",
            Self::Slow => "does not answer in time",
            Self::Full => "has no space left",
            Self::Denied => "wants another key",
            Self::WrongSchema => "holds a collection of another form",
            Self::TooOld => "is too old",
            Self::Refused => "refused what it was asked",
        }
    }

    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Gone => "start it, or set `store = \"embedded\"` in the section `[search]`",
            Self::Slow => "raise `qdrant_timeout_ms` in the section `[search]`, or look at the server's load",
            Self::Full => "free some space there; what is missing is sent again by the next search",
            Self::Denied => "set the variable that `qdrant_api_key_env` names",
            Self::WrongSchema => "name another `qdrant_collection` in the section `[search]`, or delete that one",
            Self::TooOld => "version 1.10 or a newer one is needed",
            Self::Refused => "`cairn index status` looks at the server",
        }
    }
}

pub(super) fn failed(settings: &QdrantSettings, error: &QdrantError) -> VectorError {
    let (problem, detail) = match error {
        QdrantError::ResponseError { status } => {
            (problem_of(status.code() as i32, status.message()), status.message().to_owned())
        }
        QdrantError::ResourceExhaustedError { status, .. } => (ServerProblem::Full, status.message().to_owned()),
        QdrantError::InvalidUri(_) => (ServerProblem::Gone, "the address is none".to_owned()),
        other => (ServerProblem::Refused, other.to_string()),
    };
    VectorError::Server { url: settings.url.clone(), problem, detail }
}

/// By the code of the protocol, and by words where the server gives one code to many things.
fn problem_of(code: i32, message: &str) -> ServerProblem {
    const CANCELLED: i32 = 1;
    const DEADLINE_EXCEEDED: i32 = 4;
    const PERMISSION_DENIED: i32 = 7;
    const RESOURCE_EXHAUSTED: i32 = 8;
    const UNAVAILABLE: i32 = 14;
    const UNAUTHENTICATED: i32 = 16;
    let message = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    match code {
        _ if says(&["no space left", "disk is full", "not enough space", "out of memory"]) => ServerProblem::Full,
        _ if says(&["vector dimension error", "not existing vector name"]) => ServerProblem::WrongSchema,
        CANCELLED | DEADLINE_EXCEEDED => ServerProblem::Slow,
        _ if says(&["timeout", "timed out"]) => ServerProblem::Slow,
        RESOURCE_EXHAUSTED => ServerProblem::Full,
        PERMISSION_DENIED | UNAUTHENTICATED => ServerProblem::Denied,
        UNAVAILABLE => ServerProblem::Gone,
        _ if says(&["failed to connect", "replica", "transport error", "consensus", "peer"]) => ServerProblem::Gone,
        _ => ServerProblem::Refused,
    }
}
