//! Passages for tests, in few words.

use cairn_index::{Index, IndexedPassage, Query};
use cairn_model::{Date, DocumentId, Passage, SourceType, Span, Trust, content_hash};

/// A passage at the start of a guide, without headings.
pub(crate) fn passage(path: &str, text: &str) -> IndexedPassage {
    IndexedPassage {
        passage: Passage {
            document: DocumentId::of_path(path),
            heading_path: Vec::new(),
            span: Span::new(0, text.len()),
            hash: content_hash(&[text]),
        },
        text: text.to_owned(),
        path: path.to_owned(),
        title: path.to_owned(),
        source_type: SourceType::Guide,
        modified: Date::parse("2024-05-01"),
        trust: Trust::Vouches,
        components: Vec::new(),
        claim_kinds: Vec::new(),
        claim: None,
    }
}

/// The same passage further down in its document.
pub(crate) fn at(start: usize, mut passage: IndexedPassage) -> IndexedPassage {
    passage.passage.span = Span::new(start, start + passage.text.len());
    passage
}

/// The same passage under headings.
pub(crate) fn under(headings: &[&str], mut passage: IndexedPassage) -> IndexedPassage {
    passage.passage.heading_path = headings.iter().map(|heading| (*heading).to_owned()).collect();
    passage
}

/// The same passage in a document of another type.
pub(crate) fn of_type(source_type: SourceType, passage: IndexedPassage) -> IndexedPassage {
    IndexedPassage { source_type, ..passage }
}

pub(crate) fn index(passages: &[IndexedPassage]) -> Index {
    let mut index = Index::in_memory().unwrap();
    index.update(&[], passages).unwrap();
    index
}

/// The paths of the hits, best first.
pub(crate) fn found(index: &Index, query: &str) -> Vec<String> {
    index.search(&Query::new(query, 100)).unwrap().into_iter().map(|hit| hit.path).collect()
}
