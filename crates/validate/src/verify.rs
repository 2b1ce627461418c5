//! Claims to verified claims: every quote is looked up in its document, and what fails is kept with its reason.
//!
//! A verified claim speaks for one document. A claim that quotes several becomes one verified claim for each, so that
//! authority, recency and the withdrawal of a document need no case of their own later.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use cairn_model::{
    Citation, Claim, ClaimKind, Confidence, Document, DocumentId, ElementId, NormalName, Quote, Rejected,
    RejectedReason, Statement, Status, Term as _,
};
use rayon::prelude::*;

use crate::authority::Rank;
use crate::value::Value as _;
use crate::{Policy, QuoteChecker, Verdict};

/// What the quote check leaves of the claims.
#[derive(Debug, Default)]
pub struct Verified<'a> {
    /// Sorted; no two with the same statement, status and citations.
    pub claims: Vec<VerifiedClaim<'a>>,
    /// Sorted; no two alike.
    pub rejected: Vec<Rejected>,
}

/// A claim whose quotes stand in a document.
#[derive(Clone, Debug)]
pub struct VerifiedClaim<'a> {
    /// The statement, by kind, with its attributes.
    pub statement: &'a Statement,
    /// What the passages say of the thing.
    pub status: Status,
    /// The document that says it.
    pub document: &'a Document,
    /// Where it says it: at least one place, sorted.
    pub evidence: Vec<Citation>,
    /// Who read it.
    pub extractor: &'a str,
    /// The extractor's own estimate.
    pub confidence: Confidence,
    /// How far the document's statements weigh.
    pub(crate) rank: Rank,
}

impl VerifiedClaim<'_> {
    /// Names the claim by what it says and by the words it is read from, and by neither document, place nor reader: so it
    /// stays the same when the file is renamed, the text moves or the claim is read again.
    pub fn id(&self) -> ElementId {
        let words = |text: &str| text.to_owned().key();
        let mut parts = vec![self.statement.kind().as_str().to_owned(), self.status.as_str().to_owned()];
        parts.extend(identity(self.statement).into_iter().map(words));
        parts.extend(self.evidence.iter().map(|citation| words(&citation.quote)));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        ElementId::hashed("claim", &parts)
    }
}

/// What a statement is about, without the values it gives: those stand in its quote.
fn identity(statement: &Statement) -> Vec<&str> {
    match statement {
        Statement::Component(body) => vec![&body.name],
        Statement::Boundary(body) => vec![&body.name],
        Statement::Flow(body) => vec![&body.source, &body.target],
        Statement::Data(body) => vec![&body.name, body.component.as_deref().unwrap_or_default()],
        Statement::Endpoint(body) => {
            vec![body.component.as_deref().unwrap_or_default(), body.method.as_deref().unwrap_or_default(), &body.path]
        }
        Statement::Control(body) => {
            let mut parts = vec![body.control_type.as_str(), body.mechanism.as_deref().unwrap_or_default()];
            parts.extend(body.on.iter().map(String::as_str));
            parts
        }
        Statement::Permission(body) => vec![&body.principal, &body.action, &body.resource],
        Statement::Assumption(body) => vec![&body.statement],
        Statement::Decision(body) => vec![&body.statement],
        Statement::AcceptedRisk(body) => vec![&body.statement],
        Statement::Question(body) => vec![&body.statement],
        Statement::Incident(body) => vec![&body.statement],
    }
}

/// Checks every quote of every claim, document by document.
pub fn verify<'a>(documents: &'a [Document], claims: &'a [Claim]) -> Verified<'a> {
    verify_under(documents, claims, &Policy::default())
}

/// As [`verify()`], without the claims that a person turned away.
pub fn verify_under<'a>(documents: &'a [Document], claims: &'a [Claim], policy: &Policy) -> Verified<'a> {
    let documents = by_id(documents);
    let mut verified = Verified { rejected: faults(claims), ..Verified::default() };
    let mut quotes: Vec<QuoteOf<'a>> = quotes(claims).collect();
    // A stable sort: quotes of one claim stay together, whatever order the claims came in.
    quotes.sort_by_key(|(document, ..)| *document);
    let by_document: Vec<_> = quotes.chunk_by(|left, right| left.0 == right.0).collect();
    let read: Vec<Verified<'a>> =
        by_document.par_iter().map(|quotes| Verified::of_group(&documents, quotes, policy)).collect();
    // Claims are sorted by their citations, and those by document first: one document's after the other's is the order.
    for of_document in read {
        verified.claims.extend(of_document.claims);
        verified.rejected.extend(of_document.rejected);
    }
    verified.rejected.sort();
    verified.rejected.dedup();
    verified
}

/// A quote with the claim that it is evidence for and the document that it names.
pub(crate) type QuoteOf<'a> = (&'a DocumentId, &'a Claim, &'a Quote);

/// The quotes of all claims that could be believed.
pub(crate) fn quotes(claims: &[Claim]) -> impl Iterator<Item = QuoteOf<'_>> {
    let sound = claims.iter().filter(|claim| structural_fault(claim).is_none());
    sound.flat_map(|claim| claim.evidence.iter().map(move |quote| (&quote.document, claim, quote)))
}

/// Claims that no document could bear out.
pub(crate) fn faults(claims: &[Claim]) -> Vec<Rejected> {
    let fault = |claim: &Claim| Some(rejection(claim, claim.evidence.first(), structural_fault(claim)?));
    claims.iter().filter_map(fault).collect()
}

impl<'a> Verified<'a> {
    fn of_group(documents: &BTreeMap<&DocumentId, &'a Document>, quotes: &[QuoteOf<'a>], policy: &Policy) -> Self {
        let document = quotes.first().and_then(|(id, ..)| documents.get(*id));
        Self::of_document(document.copied(), quotes, policy)
    }

    /// Checks quotes that all name one document, if it is among those read.
    pub(crate) fn of_document(document: Option<&'a Document>, quotes: &[QuoteOf<'a>], policy: &Policy) -> Self {
        let mut verified = Self::default();
        match document {
            Some(document) => verified.read(document, quotes, policy),
            None => verified.rejected.extend(
                quotes.iter().map(|(_, claim, quote)| rejection(claim, Some(quote), RejectedReason::UnknownDocument)),
            ),
        }
        verified
    }

    fn read(&mut self, document: &'a Document, quotes: &[QuoteOf<'a>], policy: &Policy) {
        let checker = QuoteChecker::new(document);
        let rank = Rank::of(document, policy);
        for of_claim in quotes.chunk_by(|left, right| std::ptr::eq(left.1, right.1)) {
            let mut evidence = Vec::new();
            for (_, claim, quote) in of_claim {
                match checked(&checker, quote) {
                    Ok(citation) => evidence.push(citation),
                    Err(reason) => self.rejected.push(rejection(claim, Some(quote), reason)),
                }
            }
            evidence.sort();
            evidence.dedup();
            let Some((_, claim, _)) = of_claim.first().filter(|_| !evidence.is_empty()) else { continue };
            self.claims.push(VerifiedClaim {
                statement: &claim.statement,
                status: claim.status,
                document,
                evidence,
                extractor: &claim.extractor,
                confidence: claim.confidence,
                rank,
            });
        }
        self.claims.sort_by(|left, right| said(left).cmp(&said(right)).then_with(|| reader(left).cmp(&reader(right))));
        self.claims.dedup_by(|left, right| said(left) == said(right));
        if !policy.rejected.is_empty() {
            let claims = std::mem::take(&mut self.claims);
            let (gone, kept) = claims.into_iter().partition(|claim| policy.rejected.contains(&claim.id()));
            self.claims = kept;
            self.rejected.extend(gone.iter().map(turned_away));
        }
    }
}

/// What makes two verified claims one.
fn said<'c>(claim: &'c VerifiedClaim<'_>) -> (&'c [Citation], Status, &'c Statement) {
    (&claim.evidence, claim.status, claim.statement)
}

/// Of claims that say the same, the most confident reader's stays.
fn reader<'c>(claim: &'c VerifiedClaim<'_>) -> (Reverse<Confidence>, &'c str) {
    (Reverse(claim.confidence), claim.extractor)
}

/// Documents by id; of two revisions under one id always the same one.
pub(crate) fn by_id(documents: &[Document]) -> BTreeMap<&DocumentId, &Document> {
    let mut found = BTreeMap::new();
    for document in documents {
        let kept = found.entry(&document.id).or_insert(document);
        if (&document.revision, &document.text) < (&kept.revision, &kept.text) {
            *kept = document;
        }
    }
    found
}

fn checked(checker: &QuoteChecker, quote: &Quote) -> Result<Citation, RejectedReason> {
    if !quote.text.chars().any(char::is_alphanumeric) {
        return Err(RejectedReason::EmptyQuote);
    }
    match checker.check(&quote.text, quote.at) {
        Verdict::Verbatim(citation) | Verdict::VerbatimUpToFormatting(citation) => Ok(citation),
        Verdict::NotVerbatim => Err(RejectedReason::NotVerbatim),
    }
}

fn structural_fault(claim: &Claim) -> Option<RejectedReason> {
    if names_nothing(&claim.statement) {
        return Some(RejectedReason::Unnamed);
    }
    claim.evidence.is_empty().then_some(RejectedReason::NoEvidence)
}

fn names_nothing(statement: &Statement) -> bool {
    let wordless = |text: &str| NormalName::of(text).is_empty();
    // Everyone, every action, every resource: the widest permission there is.
    let is_wildcard = |text: &str| text.trim() == "*";
    match statement {
        Statement::Component(body) => wordless(&body.name),
        Statement::Boundary(body) => wordless(&body.name),
        Statement::Flow(body) => wordless(&body.source) || wordless(&body.target),
        Statement::Data(body) => wordless(&body.name),
        Statement::Endpoint(body) => body.path.trim().is_empty(),
        Statement::Control(_) => false,
        Statement::Permission(body) => {
            let parts = [&body.principal, &body.action, &body.resource];
            parts.into_iter().any(|part| wordless(part) && !is_wildcard(part))
        }
        Statement::Assumption(body) => wordless(&body.statement),
        Statement::Decision(body) => wordless(&body.statement),
        Statement::AcceptedRisk(body) => wordless(&body.statement),
        Statement::Question(body) => wordless(&body.statement),
        Statement::Incident(body) => wordless(&body.statement),
    }
}

fn turned_away(claim: &VerifiedClaim<'_>) -> Rejected {
    Rejected {
        kind: claim.statement.kind(),
        reason: RejectedReason::ByReviewer,
        quote: claim.evidence.first().map(|citation| citation.quote.to_string()).unwrap_or_default(),
        document: claim.document.id.clone(),
        extractor: claim.extractor.to_owned(),
    }
}

fn rejection(claim: &Claim, quote: Option<&Quote>, reason: RejectedReason) -> Rejected {
    let kind: ClaimKind = claim.statement.kind();
    let (text, document) = match quote {
        Some(quote) => (quote.text.clone(), quote.document.clone()),
        None => (String::new(), DocumentId::from(String::new())),
    };
    Rejected { kind, reason, quote: text, document, extractor: claim.extractor.clone() }
}
