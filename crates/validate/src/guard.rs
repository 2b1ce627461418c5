//! Claims of readers that may invent, held to what a reader of the document sees.
//!
//! A quote that stands in a document proves that the words are there, and not that the claim follows from them. So the claim's
//! numbers, names and identifiers must stand in its quote or its table's header, what it denies must be denied there, and what it
//! plans or assumes must be planned or assumed there. What fails is mended towards the source only: an attribute is left out,
//! a status gets the more careful word of the quote, a paraphrase becomes the quote. Where nothing is left, the claim is
//! rejected with its reason.
//!
//! Exact readers do not pass here: `encrypted = false` in a deployment file denies without any word of denial.

mod cues;
mod evidence;
mod fields;
mod mood;
mod nature;
mod order;
mod status;

use std::cell::OnceCell;

use cairn_model::{Citation, Claim, ClaimKind, Document, Quote, Rejected, RejectedReason, Span, VisibleText};

use crate::{QuoteChecker, Verdict};
use cues::{cues, words};
use evidence::Evidence;
pub use mood::{Mood, mood};

/// What came through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admitted {
    /// Claims whose quotes are the document's own bytes.
    pub claims: Vec<Claim>,
    /// What did not come through.
    pub rejected: Vec<Rejected>,
    /// How many claims were mended towards their quotes.
    pub mended: usize,
}

/// Holds `claims` to `document`, of which a reader sees `visible`.
pub fn admit(document: &Document, visible: &VisibleText, claims: &[Claim]) -> Admitted {
    let shown = QuoteChecker::of_text(document.id.clone(), document.revision.clone(), visible.text());
    let sources = Sources { document, visible, shown, whole: OnceCell::new() };
    let mut admitted = Admitted::default();
    for claim in claims {
        match admit_one(&sources, claim) {
            Ok(held) => {
                admitted.mended += usize::from(held.statement != claim.statement || held.status != claim.status);
                admitted.claims.push(held);
            }
            Err(reason) => admitted.rejected.push(rejection(claim, reason)),
        }
    }
    admitted
}

/// Whether a claim of the kind may rest on a text, which holds its quote, its table's header and its headings. Where it may not,
/// every such claim would be rejected because nothing there speaks of it, so that nobody need be asked.
pub fn may_rest_on(kind: ClaimKind, text: &str) -> bool {
    let words = words(text);
    let spoken_of = |list: &str| cues().list(list).occurs_in(&words);
    match kind {
        ClaimKind::Component | ClaimKind::Boundary | ClaimKind::Flow | ClaimKind::Data | ClaimKind::Endpoint => true,
        ClaimKind::Control => cues().speak_of_any_control(&words),
        ClaimKind::Permission => spoken_of("permission"),
        ClaimKind::Assumption => spoken_of("assumption"),
        ClaimKind::Decision => spoken_of("decision"),
        ClaimKind::AcceptedRisk => spoken_of("accepted_risk"),
        ClaimKind::Question => spoken_of("question"),
        ClaimKind::Incident => spoken_of("incident"),
    }
}

/// What a claim is held to.
struct Sources<'a> {
    document: &'a Document,
    visible: &'a VisibleText,
    /// Finds quotes in what a reader sees.
    shown: QuoteChecker,
    /// Finds quotes in all of the document; made when the first one is not in what a reader sees.
    whole: OnceCell<QuoteChecker>,
}

fn admit_one(sources: &Sources<'_>, claim: &Claim) -> Result<Claim, RejectedReason> {
    let document = sources.document;
    let quote = claim.evidence.first().ok_or(RejectedReason::NoEvidence)?;
    if quote.document != document.id {
        return Err(RejectedReason::UnknownDocument);
    }
    let (source, seen) = find(sources, quote)?;
    let evidence = Evidence::around(document, source, &seen);
    let mut held = claim.clone();
    fields::hold(&mut held.statement, &evidence)?;
    held.status = status::hold(&held, document, &evidence)?;
    held.evidence =
        vec![Quote { document: document.id.clone(), text: document.slice(source).to_owned(), at: Some(source.start) }];
    Ok(held)
}

/// Where the quote stands in the document, and how a reader sees it.
fn find(sources: &Sources<'_>, quote: &Quote) -> Result<(Span, String), RejectedReason> {
    let visible = sources.visible;
    let at = quote.at.map(|at| visible.position(at));
    let Some(citation) = cited(sources.shown.check(&quote.text, at)) else {
        let whole = sources.whole.get_or_init(|| QuoteChecker::new(sources.document));
        let hidden = cited(whole.check(&quote.text, quote.at)).is_some();
        return Err(if hidden { RejectedReason::NotVisible } else { RejectedReason::NotVerbatim });
    };
    let source = visible.source(citation.span).ok_or(RejectedReason::NotVerbatim)?;
    Ok((source, citation.quote.to_string()))
}

fn cited(verdict: Verdict) -> Option<Citation> {
    match verdict {
        Verdict::Verbatim(citation) | Verdict::VerbatimUpToFormatting(citation) => Some(citation),
        Verdict::NotVerbatim => None,
    }
}

fn rejection(claim: &Claim, reason: RejectedReason) -> Rejected {
    let quote = claim.evidence.first();
    Rejected {
        kind: claim.statement.kind(),
        reason,
        quote: quote.map(|quote| quote.text.clone()).unwrap_or_default(),
        document: quote.map_or_else(|| String::new().into(), |quote| quote.document.clone()),
        extractor: claim.extractor.clone(),
    }
}
