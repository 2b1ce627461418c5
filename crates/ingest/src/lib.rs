//! Bytes to [`Document`]: one reader per format, every span a range of the text as stored.
//!
//! [`read`] decides what a file is (`detect`, `source_type`), hands its text to the reader of its format
//! (`readers`) and finishes what all formats share: title, date and header entries (`header`) and the stretches
//! from heading to heading (`sections`). [`passages()`] cuts a document for the index and for a model's prompt.
//!
//! No text is ever copied or normalised, but for the compressed pages of draw.io (`drawio`): a run is a slice of the source. What the text *says* is read elsewhere, by
//! `cairn-prose` from the blocks and by `cairn-structured` from the formats that have a schema.

mod detect;
mod drawio;
mod shape;
mod source_type;
mod traffic;

mod readers;

mod front_matter;
mod header;
mod sections;

mod passages;

mod inline;
mod lines;

use std::sync::Arc;

use cairn_model::{Document, DocumentId, Format, Revision, Skipped};

pub use passages::{PASSAGE_CHARACTERS_MAX, passages};

/// Bounds on one document.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longer files are skipped with a reason.
    pub document_bytes_max: usize,
}

/// Names this way of turning bytes into documents, so that what follows from another way is not taken for what a document says.
pub const CONVERTER: &str = "ingest/1";

/// Reads one file. `path` is relative to the scanned root.
pub fn read(path: &str, bytes: &[u8], limits: Limits) -> Result<Document, Skipped> {
    let skip = |reason| Skipped { path: path.to_owned(), reason };
    let text = detect::text(path, bytes, limits).map_err(skip)?;
    let format = detect::format(path, text).map_err(skip)?;

    let written_out =
        (format == Format::Diagram).then(|| drawio::written_out(text, limits.document_bytes_max)).flatten();
    let text = written_out.as_deref().unwrap_or(text);

    let front = front_matter::read(text, format);
    let mut blocks = readers::read(path, text, format, &front);
    blocks.sort_by_key(|block| block.span.start);
    let sections = sections::read(text, &blocks);
    let header = header::read(path, text, &blocks, front.entries);
    let source_type = source_type::guess(path, text, format, &sections);

    Ok(Document {
        id: DocumentId::of_path(path),
        path: path.to_owned(),
        title: header.title,
        source_type,
        format,
        modified: header.modified,
        revision: Revision::of_bytes(bytes),
        text: Arc::from(text),
        blocks,
        sections,
        front_matter: header.entries,
    })
}
