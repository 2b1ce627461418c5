//! Which attributes and relations each kind of element has: the types of the condition language.

use cairn_model::{
    BoundaryType, Classification, ComponentType, ControlType, Exposure, FlowMode, Handling, Status, Term,
};
use serde::Deserialize;

/// What a rule is about: each element of the kind is looked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A part of the system.
    Component,
    /// One component talks to another.
    Flow,
    /// A data set.
    Data,
    /// What one component does with one data set.
    Holding,
    /// A path that can be called.
    Endpoint,
    /// A wall between degrees of trust.
    Boundary,
    /// Something that protects.
    Control,
    /// Who may do what.
    Permission,
    /// A weakness lived with on purpose.
    AcceptedRisk,
    /// Something taken for granted.
    Assumption,
    /// Something that went wrong.
    Incident,
    /// A choice with a reason.
    Decision,
    /// Something that a text leaves open.
    Question,
    /// The system as a whole.
    System,
    /// Any element that a control is said to be on or to be missing on; a control that names no element is its own.
    Protected,
}

impl SubjectKind {
    /// The name used in rule files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Flow => "flow",
            Self::Data => "data",
            Self::Holding => "holding",
            Self::Endpoint => "endpoint",
            Self::Boundary => "boundary",
            Self::Control => "control",
            Self::Permission => "permission",
            Self::AcceptedRisk => "accepted_risk",
            Self::Assumption => "assumption",
            Self::Incident => "incident",
            Self::Decision => "decision",
            Self::Question => "question",
            Self::System => "system",
            Self::Protected => "protected",
        }
    }
}

/// From one element to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    Source,
    Target,
    Component,
    Boundary,
    Data,
    Incoming,
    Outgoing,
    Holdings,
    Endpoints,
    Components,
    /// Everything that a control, risk, assumption, decision, question or incident names.
    About,
    Flows,
    Permissions,
    Grants,
    Holder,
    Object,
    Controls,
    Risks,
    Assumptions,
    Decisions,
    Questions,
    Incidents,
    Boundaries,
    /// The components that call a component.
    Callers,
    /// The components that a component calls.
    Callees,
    /// Other components of the innermost boundary.
    Siblings,
}

/// A row of the relation table: name, relation, kind it leads to, whether it leads to at most one.
pub(crate) type RelationRow = (&'static str, Relation, SubjectKind, bool);

/// The relations that conditions on a `kind` may follow.
pub(crate) fn relations(kind: SubjectKind) -> Vec<RelationRow> {
    let own = own_relations(kind).iter();
    let common = if kind == SubjectKind::System { [].iter() } else { COMMON.iter() };
    own.chain(common).copied().collect()
}

/// What documents hang on any element.
const COMMON: [RelationRow; 6] = [
    ("controls", Relation::Controls, SubjectKind::Control, false),
    ("risks", Relation::Risks, SubjectKind::AcceptedRisk, false),
    ("assumptions", Relation::Assumptions, SubjectKind::Assumption, false),
    ("decisions", Relation::Decisions, SubjectKind::Decision, false),
    ("questions", Relation::Questions, SubjectKind::Question, false),
    ("incidents", Relation::Incidents, SubjectKind::Incident, false),
];

fn own_relations(kind: SubjectKind) -> &'static [RelationRow] {
    use SubjectKind as K;
    match kind {
        K::Flow => &[
            ("source", Relation::Source, K::Component, true),
            ("target", Relation::Target, K::Component, true),
            ("data", Relation::Data, K::Data, false),
        ],
        K::Component => &[
            ("boundary", Relation::Boundary, K::Boundary, true),
            ("boundaries", Relation::Boundaries, K::Boundary, false),
            ("incoming", Relation::Incoming, K::Flow, false),
            ("outgoing", Relation::Outgoing, K::Flow, false),
            ("callers", Relation::Callers, K::Component, false),
            ("callees", Relation::Callees, K::Component, false),
            ("siblings", Relation::Siblings, K::Component, false),
            ("holdings", Relation::Holdings, K::Holding, false),
            ("endpoints", Relation::Endpoints, K::Endpoint, false),
            ("permissions", Relation::Permissions, K::Permission, false),
            ("grants", Relation::Grants, K::Permission, false),
        ],
        K::Endpoint => &[("component", Relation::Component, K::Component, true)],
        K::Holding => {
            &[("component", Relation::Component, K::Component, true), ("data", Relation::Data, K::Data, true)]
        }
        K::Data => &[
            ("holdings", Relation::Holdings, K::Holding, false),
            ("flows", Relation::Flows, K::Flow, false),
            ("grants", Relation::Grants, K::Permission, false),
        ],
        K::Boundary => &[
            ("components", Relation::Components, K::Component, false),
            ("members", Relation::Components, K::Component, false),
            ("parent", Relation::Boundary, K::Boundary, true),
        ],
        K::Control | K::AcceptedRisk | K::Assumption | K::Decision | K::Question | K::Incident => {
            &[("components", Relation::Components, K::Component, false)]
        }
        K::Permission => {
            &[("holder", Relation::Holder, K::Component, true), ("object", Relation::Object, K::Component, true)]
        }
        K::System => &[
            ("components", Relation::Components, K::Component, false),
            ("boundaries", Relation::Boundaries, K::Boundary, false),
            ("flows", Relation::Flows, K::Flow, false),
            ("data", Relation::Data, K::Data, false),
            ("holdings", Relation::Holdings, K::Holding, false),
            ("endpoints", Relation::Endpoints, K::Endpoint, false),
            ("controls", Relation::Controls, K::Control, false),
            ("permissions", Relation::Permissions, K::Permission, false),
            ("risks", Relation::Risks, K::AcceptedRisk, false),
            ("assumptions", Relation::Assumptions, K::Assumption, false),
            ("decisions", Relation::Decisions, K::Decision, false),
            ("questions", Relation::Questions, K::Question, false),
            ("incidents", Relation::Incidents, K::Incident, false),
        ],
        K::Protected => &[],
    }
}

/// Something that a document may state of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attribute {
    Name,
    Type,
    Technology,
    Exposure,
    Owner,
    Status,
    Protocol,
    Authentication,
    Authorization,
    Encryption,
    Mode,
    Classification,
    Handling,
    EncryptedAtRest,
    Retention,
    Method,
    Path,
    Mechanism,
    Principal,
    Action,
    Resource,
    Condition,
    Statement,
    Expires,
    Rationale,
    Cause,
    FollowUp,
    Accepted,
    Occurred,
}

impl Attribute {
    /// The contract's spelling, which conflicts use too.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::Technology => "technology",
            Self::Exposure => "exposure",
            Self::Owner => "owner",
            Self::Status => "status",
            Self::Protocol => "protocol",
            Self::Authentication => "authentication",
            Self::Authorization => "authorization",
            Self::Encryption => "encryption",
            Self::Mode => "mode",
            Self::Classification => "classification",
            Self::Handling => "handling",
            Self::EncryptedAtRest => "encrypted_at_rest",
            Self::Retention => "retention",
            Self::Method => "method",
            Self::Path => "path",
            Self::Mechanism => "mechanism",
            Self::Principal => "principal",
            Self::Action => "action",
            Self::Resource => "resource",
            Self::Condition => "condition",
            Self::Statement => "statement",
            Self::Expires => "expires_on",
            Self::Rationale => "rationale",
            Self::Cause => "cause",
            Self::FollowUp => "follow_up",
            Self::Accepted => "accepted_on",
            Self::Occurred => "occurred_on",
        }
    }
}

/// The attributes that conditions on a `kind` may ask for.
pub(crate) fn attributes(kind: SubjectKind) -> &'static [Attribute] {
    use Attribute as A;
    match kind {
        SubjectKind::Component => &[A::Name, A::Type, A::Technology, A::Exposure, A::Owner, A::Status],
        SubjectKind::Flow => &[A::Protocol, A::Authentication, A::Encryption, A::Mode, A::Status],
        SubjectKind::Data => &[A::Name, A::Classification],
        SubjectKind::Holding => &[A::Handling, A::EncryptedAtRest, A::Retention],
        SubjectKind::Endpoint => &[A::Method, A::Path, A::Exposure, A::Authentication, A::Authorization, A::Status],
        SubjectKind::Boundary => &[A::Name, A::Type],
        SubjectKind::Control => &[A::Type, A::Mechanism, A::Status],
        SubjectKind::Permission => &[A::Principal, A::Action, A::Resource, A::Condition, A::Status],
        SubjectKind::AcceptedRisk => &[A::Statement, A::Owner, A::Accepted, A::Expires, A::Rationale, A::Status],
        SubjectKind::Assumption => &[A::Statement, A::Status],
        SubjectKind::Incident => &[A::Statement, A::Occurred, A::Cause, A::FollowUp],
        SubjectKind::Decision => &[A::Statement, A::Rationale, A::Status],
        SubjectKind::Question => &[A::Statement],
        SubjectKind::System | SubjectKind::Protected => &[],
    }
}

/// The values an attribute can have.
pub(crate) enum Domain {
    Words(Vec<&'static str>),
    Date,
    Text,
}

/// The values of `attribute` on a `kind`.
pub(crate) fn domain(kind: SubjectKind, attribute: Attribute) -> Domain {
    match (attribute, kind) {
        (Attribute::Type, SubjectKind::Component) => spellings::<ComponentType>(),
        (Attribute::Type, SubjectKind::Boundary) => spellings::<BoundaryType>(),
        (Attribute::Type, _) => spellings::<ControlType>(),
        (Attribute::Exposure, _) => spellings::<Exposure>(),
        (Attribute::Status, _) => spellings::<Status>(),
        (Attribute::Mode, _) => spellings::<FlowMode>(),
        (Attribute::Classification, _) => spellings::<Classification>(),
        (Attribute::Handling, _) => spellings::<Handling>(),
        (Attribute::EncryptedAtRest, _) => Domain::Words(vec!["true", "false"]),
        (Attribute::Expires | Attribute::Accepted | Attribute::Occurred, _) => Domain::Date,
        _ => Domain::Text,
    }
}

fn spellings<T: Term>() -> Domain {
    Domain::Words(T::ALL.iter().map(|term| term.as_str()).collect())
}

/// Names for lists of data classes.
pub(crate) const CLASS_SETS: [(&str, &[Classification]); 3] = [
    (
        "sensitive",
        &[
            Classification::Personal,
            Classification::Payment,
            Classification::Health,
            Classification::Credential,
            Classification::Secret,
            Classification::Financial,
            Classification::Confidential,
        ],
    ),
    ("private", &[Classification::Personal, Classification::Payment, Classification::Health]),
    ("secrets", &[Classification::Credential, Classification::Secret]),
];

/// The word of `known` that `word` was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const DISTANCE_MAX: usize = 3;
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= DISTANCE_MAX && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}
