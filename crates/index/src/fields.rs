//! How a passage lies in the index.

use cairn_model::{Date, DocumentId, SourceType, Span};
use tantivy::TantivyDocument;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions, Value as _,
};

use crate::{Hit, IndexedPassage, tokenizer};

/// The fields of an entry.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The document's id, by which its passages are dropped.
    pub(crate) document: Field,
    /// The document's path and each folder above it, for `path:`.
    pub(crate) folder: Field,
    /// The name of the document's type, for `kind:`.
    pub(crate) source_type: Field,
    /// One value for each heading above the passage.
    pub(crate) heading: Field,
    /// The passage itself.
    pub(crate) text: Field,
    /// The document's title and first words: what a passage from its middle is about.
    pub(crate) opening: Field,
    path: Field,
    title: Field,
    modified: Field,
    start: Field,
    end: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut schema = SchemaBuilder::default();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let document = schema.add_text_field("document", STRING | STORED);
        let folder = schema.add_text_field("folder", STRING);
        let source_type = schema.add_text_field("source_type", STRING | STORED);
        let heading = schema.add_text_field("heading", words.clone() | STORED);
        let text = schema.add_text_field("text", words.clone() | STORED);
        let opening = schema.add_text_field("opening", words);
        let path = schema.add_text_field("path", STORED);
        let title = schema.add_text_field("title", STORED);
        let modified = schema.add_text_field("modified", STORED);
        let start = schema.add_u64_field("start", STORED);
        let end = schema.add_u64_field("end", STORED);
        let schema = schema.build();
        Self { schema, document, folder, source_type, heading, text, opening, path, title, modified, start, end }
    }

    /// The entry for `added`, whose document begins with `opening`.
    pub(crate) fn entry(&self, added: &IndexedPassage, opening: &str) -> TantivyDocument {
        let mut entry = TantivyDocument::default();
        entry.add_text(self.document, added.passage.document.as_str());
        entry.add_text(self.path, &added.path);
        for folder in folders(&added.path) {
            entry.add_text(self.folder, folder);
        }
        entry.add_text(self.source_type, added.source_type.as_str());
        entry.add_text(self.title, &added.title);
        if let Some(modified) = added.modified {
            entry.add_text(self.modified, modified.to_string());
        }
        for heading in &added.passage.heading_path {
            entry.add_text(self.heading, heading);
        }
        entry.add_text(self.text, &added.text);
        entry.add_text(self.opening, &added.title);
        entry.add_text(self.opening, opening);
        entry.add_u64(self.start, added.passage.span.start as u64);
        entry.add_u64(self.end, added.passage.span.end as u64);
        entry
    }

    /// The hit that `entry` makes, without highlights, and the passage's text.
    pub(crate) fn hit(&self, entry: &TantivyDocument, score: f64) -> Option<(Hit, String)> {
        let text = |field| entry.get_first(field).and_then(|value| value.as_str()).map(str::to_owned);
        let offset = |field| entry.get_first(field).and_then(|value| value.as_u64()).and_then(|at| at.try_into().ok());
        let headings = entry.get_all(self.heading).filter_map(|value| value.as_str());
        let hit = Hit {
            document: DocumentId::from(text(self.document)?),
            path: text(self.path)?,
            title: text(self.title)?,
            source_type: SourceType::parse(&text(self.source_type)?)?,
            modified: text(self.modified).and_then(|date| Date::parse(&date)),
            heading_path: headings.map(str::to_owned).collect(),
            span: Span::new(offset(self.start)?, offset(self.end)?),
            score,
            highlights: Vec::new(),
        };
        Some((hit, text(self.text)?))
    }
}

/// The path itself and each folder above it, without a slash at the end.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.filter_map(|end| path.get(..end)).chain([path]).filter(|folder| !folder.is_empty())
}
