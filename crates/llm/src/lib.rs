//! Talks to a language model behind any OpenAI-compatible endpoint, and trusts nothing it says.
//!
//! [`Client`] sends a [`ChatRequest`] and gives back a [`Completion`] or a [`CallError`]; [`probe()`] finds out what an endpoint
//! really does ([`Capabilities`]); [`Prompt`]s are files with a template and a schema. Every call of a client can be recorded and
//! replayed ([`Recording`]), and the same requests can go through the batch interface ([`batch`]).
//!
//! This is the only crate that names `async-openai`. The library builds requests and knows the paths of the endpoints; what
//! happens on the wire (time limits, retries, rate limits, bounds on answers) is decided in `transport`, because the library's
//! own retry loses the status of errors in foreign dialects, never times out, and logs whole answers when they do not parse.
//! Other hosts than a model's are asked by [`Outward`], so that there is one HTTP client with one set of rules.
//!
//! [`Fetcher`] makes single requests for those who need HTTP and no model, so that the program has one client of HTTP.
//!
//! What is asked, and what an answer means, is the business of `cairn-extract`; whether it is believed that of `cairn-validate`.

mod client;
mod request;

mod embeddings;

mod endpoint;
mod reply;

pub mod batch;
mod probe;
mod prompt;
mod recording;

mod metrics;
mod stream;
mod transport;

mod fetch;
mod outward;

mod error;
mod json;
mod tokens;
mod wire;

pub use client::{Client, Observation};
pub use endpoint::{ApiKey, Endpoint, EndpointKind, Policy, Proxy};
pub use error::{CallError, CallFailure, EndpointError, PromptError};
pub use fetch::{FetchError, Fetcher};
pub use json::parse_leniently;
pub use outward::{Address, Answered, NoAnswer, Outward};
pub use probe::{Capabilities, ContextCheck, SchemaSupport, probe};
pub use prompt::{
    ASSISTANT_PROMPT, BUILT_IN_ASSISTANT_PROMPT, BUILT_IN_PROMPTS, BUILT_IN_SHARED_PROMPT, Prompt, SHARED_PROMPT,
};
pub use recording::{Exchange, Recording, RecordingError};
pub use reply::{Completion, Finish, Usage};
pub use request::{ChatRequest, Parameters, Structured, TokenLimitField};
pub use tokens::{Prices, estimate_tokens};
