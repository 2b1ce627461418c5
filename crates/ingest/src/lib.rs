//! Bytes to [`Document`](cairn_model::Document): one reader per format, every span a range of the text as stored.

use cairn_model::{Document, Passage, Skipped};

/// Bounds on one document.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longer files are skipped with a reason.
    pub document_bytes_max: usize,
}

/// Reads one file. `path` is relative to the scanned root.
pub fn read(path: &str, bytes: &[u8], limits: Limits) -> Result<Document, Skipped> {
    let _ = (path, bytes, limits);
    unimplemented!()
}

/// Cuts a document into passages: by section first, long sections by paragraphs.
pub fn passages(document: &Document) -> Vec<Passage> {
    let _ = document;
    unimplemented!()
}
