//! What is made of the facts once, for as many questions as one likes: records of the model, names, sentences of the texts.

use std::collections::BTreeMap;

use cairn_model::{Citation, DocumentId, ElementId, Span};
use cairn_validate::{QuoteChecker, Verdict};

use crate::Facts;
use crate::names::{Named, Names};
use crate::query::Records;
use crate::units::Units;

/// The facts, prepared for questions. Must be used with the facts that it was made of.
#[derive(Clone, Debug)]
pub struct Library {
    pub(crate) records: Records,
    pub(crate) names: Names,
    pub(crate) units: Units,
    documents: BTreeMap<DocumentId, usize>,
    checkers: Vec<QuoteChecker>,
}

impl Library {
    /// Prepares facts.
    pub fn new(facts: &Facts<'_>) -> Self {
        let records = Records::of(facts);
        Self {
            names: Names::of(&records),
            records,
            units: Units::of(facts.documents),
            documents: facts.documents.iter().enumerate().map(|(at, it)| (it.id.clone(), at)).collect(),
            checkers: facts.documents.iter().map(QuoteChecker::new).collect(),
        }
    }

    /// How many elements of the model there are.
    pub fn elements(&self) -> usize {
        self.records.all().len()
    }

    pub(crate) fn named(&self, id: &ElementId) -> Option<Named> {
        let record = self.records.get(id)?;
        Some(Named { kind: record.kind, id: record.id.clone(), name: record.label.clone() })
    }

    pub(crate) fn document(&self, id: &DocumentId) -> Option<usize> {
        self.documents.get(id).copied()
    }

    /// The citation of a passage, with at most so many bytes of it; none where it does not stand in its document.
    pub fn citation(&self, facts: &Facts<'_>, document: &DocumentId, span: Span, bytes_max: usize) -> Option<Citation> {
        let at = self.document(document)?;
        let text = facts.documents.get(at)?.slice(span);
        let text = text.get(..text.floor_char_boundary(bytes_max)).unwrap_or_default().trim_end();
        self.cite(facts, at, Span::new(span.start, span.start + text.len()))
    }

    /// The citation of a stretch of a document: made by the quote check like every other.
    pub(crate) fn cite(&self, facts: &Facts<'_>, document: usize, span: Span) -> Option<Citation> {
        let quote = facts.documents.get(document)?.slice(span);
        match self.checkers.get(document)?.check(quote, Some(span.start)) {
            Verdict::Verbatim(citation) => Some(citation),
            Verdict::VerbatimUpToFormatting(_) | Verdict::NotVerbatim => None,
        }
    }
}
