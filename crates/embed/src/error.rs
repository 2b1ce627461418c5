//! Why there are no vectors.

/// What can go wrong when vectors are made.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The model that comes with the program cannot be run: a bug, or a build from damaged files.
    #[error("the shipped embedding model cannot be used: {reason}")]
    Model {
        /// What the runtime says.
        reason: String,
    },
    /// The endpoint gave no vectors: it is gone, refuses, or answers something else.
    #[error("the embeddings endpoint gave no vectors")]
    Endpoint(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl EmbedError {
    pub(crate) fn of_model(error: impl std::fmt::Display) -> Self {
        Self::Model { reason: error.to_string() }
    }
}
