//! Arguments of `query`, `ask`, `chat` and `review`.

use std::path::PathBuf;

use clap::Args;

use super::ModelOptions;

/// What `cairn query` understands.
#[derive(Debug, Args)]
pub(crate) struct QueryArguments {
    /// Such as `components where type = datastore and exposure = internet`, `flows to payment where encryption is unknown`,
    /// `threats on ledger where severity >= high`; docs/query.md has it all.
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
}

/// What `cairn ask` understands.
#[derive(Debug, Args)]
pub(crate) struct AskArguments {
    /// The question, in plain words.
    #[arg(required = true)]
    pub(crate) question: Vec<String>,
    #[command(flatten)]
    pub(crate) model: ModelOptions,
}

/// What `cairn chat` understands.
#[derive(Debug, Args)]
pub(crate) struct ChatArguments {
    /// Who decides when a decision is recorded [default: the user's name].
    #[arg(long, value_name = "NAME", env = "CAIRN_REVIEWER")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) model: ModelOptions,
}

/// What `cairn review` understands.
#[derive(Debug, Args)]
pub(crate) struct ReviewArguments {
    /// A document that is new or replaces one of its path, or a unified diff; `-` for standard input.
    pub(crate) file: PathBuf,
    /// The path that the document has, or would have, among those that were scanned.
    #[arg(long, value_name = "PATH")]
    pub(crate) r#as: Option<String>,
}
