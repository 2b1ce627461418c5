//! Passages by the nearness of their vectors: what a store of vectors promises.
//!
//! [`Embedded`] keeps vectors in files of its own and asks the index of words which of them count; [`Qdrant`] keeps them on a
//! server, with everything that filters need. Both give the same passages in the same order, up to equal scores and to what the
//! server leaves out because it searches approximately.

mod embedded;
mod files;
mod qdrant;

use std::pin::Pin;

pub use embedded::{Embedded, Rows};
pub use files::VectorFiles;
pub use qdrant::{Qdrant, QdrantSettings, ServerProblem};

use crate::{Filter, PassageId, Stored};

/// Something that a store does, to be waited for.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, VectorError>> + Send + 'a>>;

/// A passage with its vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The passage.
    pub passage: Stored,
    /// Its vector, of length one.
    pub vector: Vec<f32>,
}

/// Passages by the nearness of their vectors.
///
/// Points are named by everything in them, so they are added and removed and never changed. Adding a point that is there and
/// removing one that is not must do nothing.
pub trait VectorStore: Send + Sync {
    /// Takes in points. When it returns, they are found.
    fn add<'a>(&'a mut self, points: &'a [Point]) -> Task<'a, ()>;

    /// Drops points.
    fn remove<'a>(&'a mut self, ids: &'a [PassageId]) -> Task<'a, ()>;

    /// The names of all points that are there, sorted.
    fn ids(&self) -> Task<'_, Vec<PassageId>>;

    /// The nearest `limit` passages that pass `filter`, nearest first, equally near ones by name.
    fn nearest<'a>(&'a self, vector: &'a [f32], filter: &'a Filter, limit: usize) -> Task<'a, Vec<(PassageId, f64)>>;
}

/// Why a store of vectors could not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum VectorError {
    /// A folder or file of vectors cannot be read or written: permissions, a full disk.
    #[error("cannot use the vectors in `{}`", path.display())]
    File {
        /// The folder.
        path: std::path::PathBuf,
        /// What the system says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Vectors of another length than those that are kept: another model under the same name.
    #[error("vectors of {given} dimensions do not go with kept ones of {kept}\nhint: run `cairn index rebuild`")]
    Dimensions {
        /// Of the vectors that are there.
        kept: usize,
        /// Of the vectors that came.
        given: usize,
    },
    /// The server is not as it should be.
    #[error("the server of vectors at `{url}` {}: {detail}\nhint: {}", problem.words(), problem.hint())]
    Server {
        /// Where it is.
        url: String,
        /// What is wrong.
        problem: ServerProblem,
        /// What it says.
        detail: String,
    },
    /// The index of words, which knows the passages, failed.
    #[error(transparent)]
    Index(#[from] crate::IndexError),
}
