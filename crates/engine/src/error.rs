//! What can go wrong around a run. What is wrong *in* documents is data: see [`cairn_model::Skipped`].

use std::path::PathBuf;

use cairn_index::IndexError;
use cairn_store::StoreError;

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A path that was given does not exist or cannot be looked at. The caller's mistake.
    #[error("cannot open `{}`", path.display())]
    Input {
        /// The path as given.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// There is no workspace here. The caller's mistake.
    #[error("no workspace in `{}` or a folder above it\nhint: run `cairn scan PATH…` to make one", from.display())]
    NoWorkspace {
        /// Where the search began.
        from: PathBuf,
    },
    /// The settings file does not say what it should. The caller's mistake.
    #[error("the settings in `{}` are not valid: {reason}", path.display())]
    Settings {
        /// The settings file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// The workspace's rules do not say what they should. The caller's mistake.
    #[error("the rules in `{}` are not valid: {reason}", path.display())]
    Rules {
        /// The folder of rules.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// The file of decisions does not say what it should. The caller's mistake.
    #[error("the decisions in `{}` are not valid: {reason}", path.display())]
    Decisions {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A file to be imported is not what it should be. The caller's mistake.
    #[error("nothing was imported from `{}`: {reason}", path.display())]
    Import {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A file of the workspace cannot be read or written: permissions, a full disk.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The number of threads asked for cannot be had.
    #[error("cannot start `{threads}` threads")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the thread library says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The model has no name. The caller's mistake.
    #[error("no model is named\nhint: set `name` in the section `[model]` of `cairn.toml`, or use `--model NAME`")]
    NoModelName,
    /// The model's endpoint cannot be used as it is described.
    #[error(transparent)]
    Endpoint(#[from] cairn_llm::EndpointError),
    /// A prompt of the project cannot be used.
    #[error(transparent)]
    Prompt(#[from] cairn_llm::PromptError),
    /// Rules of redaction of the project cannot be used.
    #[error(transparent)]
    Redaction(#[from] cairn_extract::prompted::RedactionError),
    /// The model's endpoint gave no answer where the run cannot go on without one.
    #[error("the model endpoint cannot be used")]
    Call(#[from] cairn_llm::CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing that makes vectors. The caller's mistake.
    #[error(
        "nothing makes vectors\nhint: set `embedding` in the section `[search]` of `cairn.toml` to `shipped` or `endpoint`"
    )]
    NoEmbedding,
    /// Another run makes the vectors of this workspace.
    #[error("another run makes the vectors already\nhint: `cairn index status` tells how far it is")]
    AlreadyBuilding,
    /// Vectors could not be made.
    #[error(transparent)]
    Embed(#[from] cairn_embed::EmbedError),
    /// Vectors could not be kept or searched.
    #[error(transparent)]
    Vectors(#[from] cairn_index::VectorError),
    /// The index failed, and building it anew did not help.
    #[error(transparent)]
    Index(#[from] IndexError),
}
