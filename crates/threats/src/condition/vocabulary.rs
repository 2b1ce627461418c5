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
    /// Everything that a control, risk, assumption or incident names.
    About,
}

impl Relation {
    pub(crate) const COUNT: usize = 11;
}

/// A row of the relation table: name, relation, kind it leads to, whether it leads to at most one.
pub(crate) type RelationRow = (&'static str, Relation, SubjectKind, bool);

/// The relations that conditions on a `kind` may follow.
pub(crate) fn relations(kind: SubjectKind) -> &'static [RelationRow] {
    use SubjectKind as K;
    match kind {
        K::Flow => &[
            ("source", Relation::Source, K::Component, true),
            ("target", Relation::Target, K::Component, true),
            ("data", Relation::Data, K::Data, false),
        ],
        K::Component => &[
            ("boundary", Relation::Boundary, K::Boundary, true),
            ("incoming", Relation::Incoming, K::Flow, false),
            ("outgoing", Relation::Outgoing, K::Flow, false),
            ("holdings", Relation::Holdings, K::Holding, false),
            ("endpoints", Relation::Endpoints, K::Endpoint, false),
        ],
        K::Endpoint => &[("component", Relation::Component, K::Component, true)],
        K::Holding => {
            &[("component", Relation::Component, K::Component, true), ("data", Relation::Data, K::Data, true)]
        }
        K::Data => &[("holdings", Relation::Holdings, K::Holding, false)],
        K::Boundary | K::Control | K::AcceptedRisk | K::Assumption | K::Incident => {
            &[("components", Relation::Components, K::Component, false)]
        }
        K::Permission | K::Protected => &[],
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
        SubjectKind::AcceptedRisk => &[A::Statement, A::Owner, A::Expires, A::Rationale, A::Status],
        SubjectKind::Assumption => &[A::Statement, A::Status],
        SubjectKind::Incident => &[A::Statement, A::Cause, A::FollowUp],
        SubjectKind::Protected => &[],
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
        (Attribute::Expires, _) => Domain::Date,
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
