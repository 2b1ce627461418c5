//! Opening, changing and closing an index.

use std::path::Path;

use cairn_model::{Date, DocumentId, Passage, SourceType};

use crate::{Hit, IndexError, Query};

/// Passages that can be searched, in a folder or in memory.
pub struct Index {}

/// A passage with what is searched, filtered and shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedPassage {
    /// Where it stands.
    pub passage: Passage,
    /// The document's text under the passage's span.
    pub text: String,
    /// The document's path.
    pub path: String,
    /// The document's title.
    pub title: String,
    /// The document's type.
    pub source_type: SourceType,
    /// The date the document gives itself.
    pub modified: Option<Date>,
}

impl Index {
    /// Opens the index in `dir`, or creates an empty one there.
    ///
    /// [`IndexError::Unusable`] means that what is there is damaged or of another version: see [`Index::recreate`].
    pub fn open(_dir: &Path) -> Result<Self, IndexError> {
        todo!()
    }

    /// Throws away what is in `dir` and creates an empty index there.
    pub fn recreate(_dir: &Path) -> Result<Self, IndexError> {
        todo!()
    }

    /// An empty index that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, IndexError> {
        todo!()
    }

    /// Drops the passages of the documents in `removed` and of every document that occurs in `added`, then adds `added`: all or
    /// nothing, in one commit. A document's passages are always given together.
    pub fn update(&mut self, _removed: &[DocumentId], _added: &[IndexedPassage]) -> Result<(), IndexError> {
        todo!()
    }

    /// How many passages can be found.
    pub fn passages(&self) -> usize {
        todo!()
    }

    /// The passages that answer `query`, best first; equal scores by path, then by place in the document.
    pub fn search(&self, _query: &Query) -> Result<Vec<Hit>, IndexError> {
        todo!()
    }
}
