//! Documents cut into passages: by section first, long sections where their structure allows.

use cairn_model::{Document, Format, Passage, Section, Span, content_hash};
use text_splitter::{MarkdownSplitter, TextSplitter};

use crate::lines::trim;

/// Longer sections are cut.
pub const PASSAGE_CHARACTERS_MAX: usize = 1200;

/// The splitter stops filling a passage here, so that a small edit moves few borders.
const PASSAGE_CHARACTERS_WANTED: usize = 800;

/// Cuts a document into passages: by section first, long sections by paragraphs.
pub fn passages(document: &Document) -> Vec<Passage> {
    document.sections.iter().flat_map(|section| of_section(document, section)).collect()
}

fn of_section(document: &Document, section: &Section) -> Vec<Passage> {
    let span = trim(&document.text, section.span);
    let headings = section.heading_path.join("\n");
    let passage = |span: Span| Passage {
        document: document.id.clone(),
        heading_path: section.heading_path.clone(),
        span,
        hash: content_hash(&[&headings, document.slice(span)]),
    };
    let text = document.slice(span);
    if text.is_empty() {
        return Vec::new();
    }
    if text.len() <= PASSAGE_CHARACTERS_MAX || text.chars().count() <= PASSAGE_CHARACTERS_MAX {
        return vec![passage(span)];
    }
    let in_document = |(at, chunk): (usize, &str)| Span::new(span.start + at, span.start + at + chunk.len());
    cut(document.format, text).into_iter().map(in_document).map(passage).collect()
}

fn cut(format: Format, text: &str) -> Vec<(usize, &str)> {
    let size = PASSAGE_CHARACTERS_WANTED..PASSAGE_CHARACTERS_MAX;
    match format {
        Format::Markdown | Format::Mdx => MarkdownSplitter::new(size).chunk_indices(text).collect(),
        _ => TextSplitter::new(size).chunk_indices(text).collect(),
    }
}
