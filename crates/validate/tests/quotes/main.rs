//! The quote check seen from outside: every kind of formatting passes, every kind of changed meaning does not.

#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::format_collect, reason = "short texts, built where they are read")]

mod accepted;
mod properties;
mod quote_set;
mod rejected;

use cairn_model::{Citation, DocumentId, Revision};
use cairn_validate::{QuoteChecker, Verdict};

fn checker(text: &str) -> QuoteChecker {
    QuoteChecker::of_text(DocumentId::of_path("design.md"), Revision::of_bytes(text.as_bytes()), text)
}

/// The citation of an accepted quote, having made sure that it cites the text.
fn citation(text: &str, verdict: Verdict) -> Option<Citation> {
    let (Verdict::Verbatim(citation) | Verdict::VerbatimUpToFormatting(citation)) = verdict else { return None };
    assert_eq!(citation.span.of(text), Some(citation.quote.as_str()));
    assert_eq!(citation.line, 1 + text[..citation.span.start].matches('\n').count());
    Some(citation)
}
