//! The records of the model as the API gives them. Version 1: a field may be added, none changes its meaning or goes.

mod threats;

use cairn_engine::{Entry, ReadClaim};
use cairn_model::{Citation, Conflict, Document, Gap, Position, Rejected, Term as _};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::view::{Asked, Element, View};

pub(crate) use threats::{PathRecord, ThreatExplanation, ThreatRecord, path, premise, threat};

/// A passage that says something: `quote` is the text of the document from byte `start` to byte `end`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceRecord {
    /// The document's id.
    pub document: String,
    /// The document's path.
    pub path: String,
    /// The line that the quote begins in, counted from 1.
    pub line: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The words.
    pub quote: String,
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentRecord {
    /// Its id.
    pub id: String,
    /// Its path: the source's folder, then where it lies in the source.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is to its team.
    pub source_type: String,
    /// The date it gives itself, or of the commit that last changed it.
    #[schema(format = Date)]
    pub modified: Option<String>,
    /// Digest of its bytes.
    pub digest: String,
    /// Its length.
    pub bytes: usize,
    /// How many claims quote it.
    pub claims: usize,
}

/// A document with its text and what is claimed of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentText {
    /// The document.
    pub document: DocumentRecord,
    /// Its text, in which evidence counts bytes.
    pub text: String,
    /// The claims that quote it.
    pub claims: Vec<ClaimRecord>,
}

/// A claim: one statement that passages make about the system.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimRecord {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// What it is about, in a few words.
    pub subject: String,
    /// The statement with its attributes, by the claim contract.
    #[schema(value_type = Object)]
    pub statement: Value,
    /// What the passage says of the thing.
    pub status: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// Who read it.
    pub extractor: String,
    /// Where it is said.
    pub evidence: Vec<EvidenceRecord>,
}

/// A claim that was turned away.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RejectedRecord {
    /// Its kind.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// The quote that failed.
    pub quote: String,
    /// The document that it named.
    pub document: String,
    /// Who made the claim.
    pub extractor: String,
}

/// An element of the model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ElementRecord {
    /// Its id.
    pub id: String,
    /// What it is: `component`, `flow`, `control` …
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// The record of `cairn.model/1`, evidence included.
    #[schema(value_type = Object)]
    pub record: Value,
}

/// Sources that disagree about an attribute of an element.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConflictRecord {
    /// Its id.
    pub id: String,
    /// The element, by id.
    pub subject: String,
    /// What people call the element.
    pub subject_label: String,
    /// The attribute.
    pub attribute: String,
    /// What is said.
    pub positions: Vec<PositionRecord>,
    /// What settled it; none while it is open.
    pub resolution: Option<String>,
    /// Threats that hang on the answer, by id.
    pub affects: Vec<String>,
}

/// One side of a conflict.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PositionRecord {
    /// The value as the source gives it.
    pub value: String,
    /// The status under which it is said.
    pub status: String,
    /// Who says so.
    pub evidence: Vec<EvidenceRecord>,
}

/// A question: something that a reviewer needs and no document says, or that documents leave open themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionRecord {
    /// Its id.
    pub id: String,
    /// `gap` for what nobody wrote down, `open` for what a document leaves open.
    pub kind: String,
    /// The question.
    pub question: String,
    /// The elements it is about, by id.
    pub about: Vec<String>,
    /// A sentence that would answer it.
    pub answer: Option<String>,
    /// Who probably knows.
    pub ask: Option<String>,
    /// Where a document leaves it open.
    pub evidence: Vec<EvidenceRecord>,
}

/// A decision of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionRecord {
    /// Its id.
    pub id: String,
    /// `accept`, `mitigated`, `reject`, `confirm`, `same`, `different` or `set`.
    pub action: String,
    /// The threat, claim or element, by id.
    pub on: Option<String>,
    /// The two names, for `same` and `different`.
    pub names: Vec<String>,
    /// The attribute, for `set`.
    pub attribute: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// What it was about when it was made.
    pub about: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    #[schema(format = Date)]
    pub expires: Option<String>,
    /// Who decided.
    pub by: String,
    /// When.
    #[schema(format = Date)]
    pub decided_on: String,
}

pub(crate) fn evidence(view: &View, citations: &[Citation]) -> Vec<EvidenceRecord> {
    let record = |citation: &Citation| EvidenceRecord {
        document: citation.document.as_str().to_owned(),
        path: view.path_of(&citation.document).to_owned(),
        line: citation.line,
        start: citation.span.start,
        end: citation.span.end,
        quote: citation.quote.to_string(),
    };
    citations.iter().map(record).collect()
}

pub(crate) fn document(view: &View, document: &Document) -> DocumentRecord {
    DocumentRecord {
        id: document.id.as_str().to_owned(),
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type.as_str().to_owned(),
        modified: document.modified.map(|date| date.to_string()),
        digest: document.revision.as_str().to_owned(),
        bytes: document.text.len(),
        claims: view.claims_of(&document.id).len(),
    }
}

pub(crate) fn claim(view: &View, claim: &ReadClaim) -> ClaimRecord {
    ClaimRecord {
        id: claim.id.to_string(),
        kind: claim.kind().as_str().to_owned(),
        subject: claim.subject(),
        statement: serde_json::to_value(&claim.statement).expect("a statement serialises"),
        status: claim.status.as_str().to_owned(),
        confidence: f64::from(claim.confidence),
        extractor: claim.extractor.clone(),
        evidence: evidence(view, &claim.evidence),
    }
}

pub(crate) fn rejected(rejected: &Rejected) -> RejectedRecord {
    RejectedRecord {
        kind: rejected.kind.as_str().to_owned(),
        reason: rejected.reason.as_str().to_owned(),
        quote: rejected.quote.clone(),
        document: rejected.document.as_str().to_owned(),
        extractor: rejected.extractor.clone(),
    }
}

pub(crate) fn element(element: &Element) -> ElementRecord {
    ElementRecord {
        id: element.id.clone(),
        kind: element.kind.to_owned(),
        label: element.label.clone(),
        record: element.record(),
    }
}

pub(crate) fn conflict(view: &View, conflict: &Conflict) -> ConflictRecord {
    let position = |position: &Position| PositionRecord {
        value: position.value.clone(),
        status: position.status.as_str().to_owned(),
        evidence: evidence(view, &position.evidence),
    };
    ConflictRecord {
        id: conflict.id.to_string(),
        subject: conflict.subject.to_string(),
        subject_label: view.labels.get(&conflict.subject).to_owned(),
        attribute: conflict.attribute.clone(),
        positions: conflict.positions.iter().map(position).collect(),
        resolution: conflict.resolution.clone(),
        affects: conflict.affects.iter().map(ToString::to_string).collect(),
    }
}

/// The question that stands there.
pub(crate) fn question(view: &View, asked: Asked) -> QuestionRecord {
    let system = &view.model.system;
    match asked {
        Asked::Gap(at) => gap(system.gaps.get(at).expect("places are those of this list")),
        Asked::Open(at) => open_question(view, system.questions.get(at).expect("places are those of this list")),
    }
}

fn gap(gap: &Gap) -> QuestionRecord {
    QuestionRecord {
        id: gap.id.to_string(),
        kind: "gap".to_owned(),
        question: gap.question.clone(),
        about: vec![gap.subject.to_string()],
        answer: Some(gap.answer.clone()).filter(|answer| !answer.is_empty()),
        ask: gap.ask.clone(),
        evidence: Vec::new(),
    }
}

fn open_question(view: &View, question: &cairn_model::Question) -> QuestionRecord {
    QuestionRecord {
        id: question.id.to_string(),
        kind: "open".to_owned(),
        question: question.statement.clone(),
        about: question.about.iter().map(ToString::to_string).collect(),
        answer: None,
        ask: None,
        evidence: evidence(view, &question.evidence),
    }
}

pub(crate) fn decision(entry: &Entry) -> DecisionRecord {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    DecisionRecord {
        id: entry.id.clone(),
        action: entry.action.as_str().to_owned(),
        on: some(&entry.on),
        names: entry.names.clone(),
        attribute: entry.attribute.clone(),
        value: entry.value.clone(),
        about: some(&entry.about),
        owner: entry.owner.clone(),
        reason: entry.reason.clone(),
        expires: entry.expires.clone(),
        by: entry.by.clone(),
        decided_on: entry.decided_on.clone(),
    }
}
