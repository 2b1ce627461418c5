//! The quote check: whether a quote stands in its document, and where.

use cairn_model::{Citation, Document, Quote};

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

/// Checks one quote against its document.
pub fn check_quote(quote: &Quote, document: &Document) -> Verdict {
    let _ = (quote, document);
    unimplemented!()
}
