//! The model of one system: what the validator believes, what it holds in dispute, and what it turned away.

use crate::{
    AcceptedRisk, Assumption, Boundary, Citation, ClaimKind, Component, Control, Data, Date, Decision, DocumentId,
    ElementId, Endpoint, Flow, Incident, Join, Permission, Question, Revision, SourceType, Stale, Status, Trust,
    Unmatched,
};

/// The merged model. Every list is sorted by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// The documents it was read from, whether or not they said anything.
    pub documents: Vec<DocumentSummary>,
    /// Parts.
    pub components: Vec<Component>,
    /// Walls.
    pub boundaries: Vec<Boundary>,
    /// Who talks to whom.
    pub flows: Vec<Flow>,
    /// Data sets.
    pub data: Vec<Data>,
    /// Paths that can be called.
    pub endpoints: Vec<Endpoint>,
    /// What protects.
    pub controls: Vec<Control>,
    /// Who may do what.
    pub permissions: Vec<Permission>,
    /// What is taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What was chosen.
    pub decisions: Vec<Decision>,
    /// What is lived with.
    pub accepted_risks: Vec<AcceptedRisk>,
    /// What the texts leave open.
    pub questions: Vec<Question>,
    /// What went wrong.
    pub incidents: Vec<Incident>,
    /// Where sources disagree.
    pub conflicts: Vec<Conflict>,
    /// What no source says and a reviewer needs.
    pub gaps: Vec<Gap>,
    /// Claims that did not pass.
    pub rejected: Vec<Rejected>,
    /// Why names were taken for one element, by element.
    pub joins: Vec<Join>,
    /// What has grown old.
    pub stale: Vec<Stale>,
    /// Decisions of people that met nothing.
    pub unmatched: Vec<Unmatched>,
}

/// What the model keeps of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSummary {
    /// Named by path.
    pub id: DocumentId,
    /// Path relative to the scanned root.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is to its team.
    pub source_type: SourceType,
    /// The date it gives itself.
    pub modified: Option<Date>,
    /// Digest of its bytes.
    pub revision: Revision,
    /// Its length.
    pub bytes: usize,
    /// How far its word goes.
    pub trust: Trust,
}

/// Sources that disagree about one attribute of one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `conflict-` and a hash of subject and attribute.
    pub id: ElementId,
    /// The element.
    pub subject: ElementId,
    /// The attribute: `encryption`, `exposure`, `status`, a control type.
    pub attribute: String,
    /// What is said, at least two different things.
    pub positions: Vec<Position>,
    /// Which rule settled it, or `None` while it is open.
    pub resolution: Option<String>,
    /// Threats that hang on the answer, sorted.
    pub affects: Vec<ElementId>,
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The value as the source gives it.
    pub value: String,
    /// The status under which it is said.
    pub status: Status,
    /// Who says so; never empty.
    pub evidence: Vec<Citation>,
}

/// Something a reviewer needs that no source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// `gap-` and a hash of subject and check.
    pub id: ElementId,
    /// The element.
    pub subject: ElementId,
    /// The question to ask.
    pub question: String,
    /// The check that found it, by name.
    pub rule: String,
    /// A sentence that would answer it, with what is not known left open.
    pub answer: String,
    /// Who probably knows: an owner, or else the document that says most of the subject.
    pub ask: Option<String>,
}

/// A claim that did not pass, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// The claim's kind.
    pub kind: ClaimKind,
    /// Why.
    pub reason: RejectedReason,
    /// The quote that failed, or the first one.
    pub quote: String,
    /// The document it named.
    pub document: DocumentId,
    /// Who made the claim.
    pub extractor: String,
}

/// Why a claim did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectedReason {
    /// It has no quote.
    NoEvidence,
    /// Its document is not among those read.
    UnknownDocument,
    /// Its quote does not stand in the document.
    NotVerbatim,
    /// Its quote has no word.
    EmptyQuote,
    /// It names nothing: an empty name, path or statement.
    Unnamed,
    /// Its quote stands in the document, but where no reader sees it.
    NotVisible,
    /// A name that it needs stands neither in its quote nor in the headings around.
    NameNotInQuote,
    /// A number, path or identifier that it needs does not stand in its quote.
    ValueNotInQuote,
    /// It says of something that it is there and its quote denies it, or the other way round.
    NegationNotInQuote,
    /// It speaks of a plan, an assumption or a farewell, and its quote does not.
    ModalityNotInQuote,
    /// Its quote does not speak of what it says at all.
    NotSpokenOf,
    /// A person rejected it.
    ByReviewer,
}

impl RejectedReason {
    /// The reason as it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoEvidence => "no quote was given",
            Self::UnknownDocument => "the document is not among those read",
            Self::NotVerbatim => "the quote does not stand in the document",
            Self::EmptyQuote => "the quote has no word",
            Self::Unnamed => "the claim names nothing",
            Self::NotVisible => "the quote stands where no reader of the document sees it",
            Self::NameNotInQuote => "a name of the claim does not stand in its quote",
            Self::ValueNotInQuote => "a number or identifier of the claim does not stand in its quote",
            Self::NegationNotInQuote => "the claim and its quote disagree about whether it is there",
            Self::ModalityNotInQuote => "the quote speaks of no plan, assumption or retirement as the claim does",
            Self::NotSpokenOf => "the quote does not speak of what the claim says",
            Self::ByReviewer => "a reviewer rejected it",
        }
    }
}
