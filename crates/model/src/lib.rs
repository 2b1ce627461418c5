//! The words of the domain, in the order in which the data meets them.
//!
//! [`Document`] is text with its structure. [`Claim`] is one statement an extractor read in it, with quotes that nobody
//! has checked yet ([`Quote`]). [`System`] is the merged model: every element carries [`Citation`]s, which only the quote
//! check of `cairn-validate` makes. [`Threat`] is what the rules derive from it, premise by premise, each with a
//! [`Truth`]; an [`AttackPath`] chains them, hop by hop.
//!
//! Nothing here reads files, talks to a network or knows an outside format. Claims derive `serde` because the claim
//! contract *is* their wire form (cache, import, model replies); elements, the system and threats do not: their outside
//! forms live in `cairn-report`.

mod document;
mod span;
mod visible;

mod claim;
mod date;
mod vocabulary;

mod element;
mod id;
mod label;
mod name;
mod system;

mod path;
mod review;
mod threat;
mod truth;

pub use claim::{
    AcceptedRiskClaim, AssumptionClaim, BoundaryClaim, Claim, ClaimKind, ComponentClaim, Confidence, ControlClaim,
    DataClaim, DecisionClaim, EndpointClaim, FlowClaim, IncidentClaim, PermissionClaim, QuestionClaim, Quote,
    Statement,
};
pub use date::Date;
pub use document::{
    Block, BlockKind, Document, DocumentId, Format, Inline, NotUnderstood, Passage, Revision, Run, Section, Skipped,
    SourceType, Style,
};
pub use element::{
    AcceptedRisk, Assumption, Boundary, Component, Control, Data, Decision, Endpoint, Flow, Handled, Incident, Known,
    Permission, Question, Stated,
};
pub use id::{ElementId, content_hash, digest};
pub use name::{NormalName, name_words};
pub use path::{AttackPath, Breaker, Goal, Hop};
pub use review::{Join, Ruling, RulingKind, Stale, Trust, Unmatched};
pub use span::{Citation, Excerpt, LineIndex, Span};
pub use system::{Conflict, DocumentSummary, Gap, Position, Rejected, RejectedReason, System};
pub use threat::{Premise, PremiseRole, Severity, Stride, Threat, ThreatStatus};
pub use truth::Truth;
pub use visible::VisibleText;
pub use vocabulary::{
    BoundaryType, Classification, ComponentType, ControlType, Exposure, FlowMode, Handling, Status, Term,
};
