//! The quote check: whether a quote stands in its document, and where.
//!
//! There is no score. A quote stands there to the byte, or it stands there word for word with the same symbols and only the
//! formatting differs (`projection.rs` says what that is), or it does not. Whatever the extractor wrote, the citation's
//! quote is the source's own slice.

mod characters;
mod edges;
mod markup;
mod projection;
mod search;
mod tags;

use std::sync::{Arc, OnceLock};

use cairn_model::{Citation, Document, DocumentId, Format, LineIndex, Quote, Revision, Span};
use memchr::memmem;

use projection::{Notation, Projection};
use search::{TokenIndex, Tokens};

/// What the quote check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The quote stands in the document to the byte.
    Verbatim(Citation),
    /// It stands there but for formatting; the citation is the source's own slice.
    VerbatimUpToFormatting(Citation),
    /// It does not stand there.
    NotVerbatim,
}

/// Checks one quote against its document. For many quotes of one document, keep a [`QuoteChecker`].
pub fn check_quote(quote: &Quote, document: &Document) -> Verdict {
    QuoteChecker::new(document).check(&quote.text, quote.at)
}

/// A document prepared for checking quotes against it.
#[derive(Clone, Debug)]
pub struct QuoteChecker {
    document: DocumentId,
    revision: Revision,
    text: Arc<str>,
    lines: LineIndex,
    notation: Notation,
    /// Made for the first quote that does not stand in the text to the byte; most documents never need it.
    tokens: OnceLock<(Projection, TokenIndex)>,
}

impl QuoteChecker {
    /// Prepares `document`.
    pub fn new(document: &Document) -> Self {
        let notation = match document.format {
            Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc | Format::Plain => Notation::Prose,
            Format::Json | Format::Yaml | Format::Hcl | Format::Diagram | Format::Source | Format::Log => {
                Notation::Literal
            }
        };
        Self::prepare(document.id.clone(), document.revision.clone(), Arc::clone(&document.text), notation)
    }

    /// Prepares a text in Markdown.
    pub fn of_text(document: DocumentId, revision: Revision, text: impl Into<Arc<str>>) -> Self {
        Self::prepare(document, revision, text.into(), Notation::Prose)
    }

    fn prepare(document: DocumentId, revision: Revision, text: Arc<str>, notation: Notation) -> Self {
        let lines = LineIndex::new(&text);
        Self { document, revision, text, lines, notation, tokens: OnceLock::new() }
    }

    fn tokens(&self) -> &(Projection, TokenIndex) {
        self.tokens.get_or_init(|| {
            let projection = Projection::of(&self.text, self.notation);
            let index = TokenIndex::of(&projection);
            (projection, index)
        })
    }

    /// Looks for `quote`. Of several occurrences the one nearest to byte `at` counts, without `at` the first.
    pub fn check(&self, quote: &str, at: Option<usize>) -> Verdict {
        if !quote.contains(char::is_alphanumeric) {
            return Verdict::NotVerbatim;
        }
        if let Some(span) = self.to_the_byte(quote, at) {
            return self.cite(span).map_or(Verdict::NotVerbatim, Verdict::Verbatim);
        }
        let span = self.up_to_formatting(quote, at);
        span.and_then(|span| self.cite(span)).map_or(Verdict::NotVerbatim, Verdict::VerbatimUpToFormatting)
    }

    fn to_the_byte(&self, quote: &str, at: Option<usize>) -> Option<Span> {
        let mut starts = memmem::find_iter(self.text.as_bytes(), quote);
        let start = match at {
            Some(at) => starts.min_by_key(|start| start.abs_diff(at)),
            None => starts.next(),
        }?;
        Some(Span::new(start, start + quote.len()))
    }

    fn up_to_formatting(&self, quote: &str, at: Option<usize>) -> Option<Span> {
        let quote = characters::decode_entities(quote);
        let projection = Projection::of(&quote, Notation::Literal);
        if !projection.tokens.iter().any(projection::Token::is_word) {
            return None;
        }
        let quote = Tokens { text: &quote, projection: &projection };
        let (projection, index) = self.tokens();
        let source = Tokens { text: &self.text, projection };
        let (first, last) = search::find(source, index, quote, at)?;
        edges::cited_span(source, first, last, quote)
    }

    fn cite(&self, span: Span) -> Option<Citation> {
        Some(Citation {
            document: self.document.clone(),
            span,
            revision: self.revision.clone(),
            line: self.lines.line_of(span.start),
            quote: span.of(&self.text)?.into(),
        })
    }
}
