//! How a passage lies in the index.

use std::sync::Arc;

use cairn_model::{ClaimKind, Date, DocumentId, SourceType, Span, Trust};
use tantivy::collector::DocSetCollector;
use tantivy::columnar::ColumnValues;
use tantivy::query::TermQuery;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
    Value as _,
};
use tantivy::{DocAddress, Searcher, SegmentReader, TantivyDocument, Term};

use crate::filter::day_number;
use crate::passage::{Stored, meaning};
use crate::{Hit, IndexedPassage, PassageId, tokenizer};

/// One number for each entry of a segment.
pub(crate) type Numbers = Arc<dyn ColumnValues<u64>>;

const ID: &str = "id";
const VECTOR_KEY: &str = "vector_key";

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
    /// The names of the kinds of claims, for `kind:` too.
    pub(crate) claim_kind: Field,
    /// Names of components, for `component:`.
    pub(crate) component: Field,
    /// The date as a number, for `after:` and `before:`.
    pub(crate) day: Field,
    /// How far the document's word goes, for `trust:`.
    pub(crate) trust: Field,
    /// One value for each heading above the passage.
    pub(crate) heading: Field,
    /// The passage itself.
    pub(crate) text: Field,
    /// The document's title and first words: what a passage from its middle is about.
    pub(crate) opening: Field,
    id: Field,
    vector_key: Field,
    claim: Field,
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
        let claim_kind = schema.add_text_field("claim_kind", STRING | STORED);
        let component = schema.add_text_field("component", words.clone() | STORED);
        let day = schema.add_u64_field("day", INDEXED | FAST);
        let trust = schema.add_text_field("trust", STRING | STORED);
        let heading = schema.add_text_field("heading", words.clone() | STORED);
        let text = schema.add_text_field("text", words.clone() | STORED);
        let opening = schema.add_text_field("opening", words);
        let id = schema.add_u64_field(ID, INDEXED | FAST | STORED);
        let vector_key = schema.add_u64_field(VECTOR_KEY, FAST | STORED);
        let claim = schema.add_text_field("claim", STORED);
        let path = schema.add_text_field("path", STORED);
        let title = schema.add_text_field("title", STORED);
        let modified = schema.add_text_field("modified", STORED);
        let start = schema.add_u64_field("start", STORED);
        let end = schema.add_u64_field("end", STORED);
        let schema = schema.build();
        Self {
            schema,
            document,
            folder,
            source_type,
            claim_kind,
            component,
            day,
            trust,
            heading,
            text,
            opening,
            id,
            vector_key,
            claim,
            path,
            title,
            modified,
            start,
            end,
        }
    }

    /// The entry for `added`, whose document begins with `opening`.
    pub(crate) fn entry(&self, added: &IndexedPassage, opening: &str) -> TantivyDocument {
        let mut entry = TantivyDocument::default();
        entry.add_u64(self.id, added.id().0);
        entry.add_u64(self.vector_key, added.vector_key());
        entry.add_text(self.document, added.passage.document.as_str());
        entry.add_text(self.path, &added.path);
        for folder in folders(&added.path) {
            entry.add_text(self.folder, folder);
        }
        entry.add_text(self.source_type, added.source_type.as_str());
        entry.add_text(self.trust, added.trust.as_str());
        for kind in &added.claim_kinds {
            entry.add_text(self.claim_kind, kind.as_str());
        }
        for component in &added.components {
            entry.add_text(self.component, component);
        }
        if let Some(claim) = &added.claim {
            entry.add_text(self.claim, claim);
        }
        entry.add_text(self.title, &added.title);
        if let Some(modified) = added.modified {
            entry.add_text(self.modified, modified.to_string());
            entry.add_u64(self.day, day_number(modified));
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
        let stored = self.stored(entry)?;
        let hit = Hit {
            document: stored.document,
            path: stored.path,
            title: text_of(entry, self.title)?,
            source_type: stored.source_type,
            modified: stored.modified,
            heading_path: texts_of(entry, self.heading),
            span: stored.span,
            score,
            highlights: Vec::new(),
            trust: stored.trust,
            components: stored.components,
            claim_kinds: stored.claim_kinds,
            claim: text_of(entry, self.claim),
        };
        Some((hit, text_of(entry, self.text)?))
    }

    /// The passage that `entry` was made of, as far as it is kept.
    pub(crate) fn stored(&self, entry: &TantivyDocument) -> Option<Stored> {
        let offset = |field| number_of(entry, field).and_then(|at| at.try_into().ok());
        let kinds = texts_of(entry, self.claim_kind);
        let trust = text_of(entry, self.trust)?;
        Some(Stored {
            id: PassageId(number_of(entry, self.id)?),
            vector_key: number_of(entry, self.vector_key)?,
            meaning: meaning(&text_of(entry, self.title)?, &texts_of(entry, self.heading), &text_of(entry, self.text)?),
            document: DocumentId::from(text_of(entry, self.document)?),
            path: text_of(entry, self.path)?,
            source_type: SourceType::parse(&text_of(entry, self.source_type)?)?,
            modified: text_of(entry, self.modified).and_then(|date| Date::parse(&date)),
            trust: [Trust::Asserts, Trust::Vouches].into_iter().find(|it| it.as_str() == trust)?,
            components: texts_of(entry, self.component),
            claim_kinds: ClaimKind::ALL.into_iter().filter(|kind| kinds.iter().any(|it| it == kind.as_str())).collect(),
            span: Span::new(offset(self.start)?, offset(self.end)?),
        })
    }

    /// The names and the vector keys of a segment's entries.
    pub(crate) fn names(segment: &SegmentReader) -> tantivy::Result<(Numbers, Numbers)> {
        let numbers =
            |name: &str| Ok::<_, tantivy::TantivyError>(segment.fast_fields().u64(name)?.first_or_default_col(0));
        Ok((numbers(ID)?, numbers(VECTOR_KEY)?))
    }

    /// Where the entries of this name lie: one place, or none.
    pub(crate) fn addresses(&self, searcher: &Searcher, id: PassageId) -> tantivy::Result<Vec<DocAddress>> {
        let query = TermQuery::new(Term::from_field_u64(self.id, id.0), IndexRecordOption::Basic);
        let mut addresses: Vec<DocAddress> = searcher.search(&query, &DocSetCollector)?.into_iter().collect();
        addresses.sort_unstable();
        Ok(addresses)
    }
}

fn text_of(entry: &TantivyDocument, field: Field) -> Option<String> {
    entry.get_first(field).and_then(|value| value.as_str()).map(str::to_owned)
}

fn texts_of(entry: &TantivyDocument, field: Field) -> Vec<String> {
    entry.get_all(field).filter_map(|value| value.as_str()).map(str::to_owned).collect()
}

fn number_of(entry: &TantivyDocument, field: Field) -> Option<u64> {
    entry.get_first(field).and_then(|value| value.as_u64())
}

/// The path itself and each folder above it, without a slash at the end.
pub(crate) fn folders(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.filter_map(|end| path.get(..end)).chain([path]).filter(|folder| !folder.is_empty())
}
