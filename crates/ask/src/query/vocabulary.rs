//! What can be asked for: kinds, their attributes and links. The whole language is closed over these lists.

use cairn_model::{
    BoundaryType, Classification, ComponentType, ControlType, Exposure, FlowMode, Handling, Severity, Status, Stride,
    Term, ThreatStatus, Truth,
};

/// What a query looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the kinds of the claim contract, by their own names")]
pub enum Kind {
    Component,
    Boundary,
    Flow,
    Data,
    Endpoint,
    Control,
    Permission,
    Assumption,
    Decision,
    AcceptedRisk,
    Question,
    Incident,
    /// Where sources disagree.
    Conflict,
    /// What no source says and a reviewer needs.
    Gap,
    Threat,
    /// Ways of attack.
    Path,
    /// What is otherwise than in an earlier revision.
    Change,
    /// How much of what a reviewer asks of an element is said.
    Coverage,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Component,
        Self::Boundary,
        Self::Flow,
        Self::Data,
        Self::Endpoint,
        Self::Control,
        Self::Permission,
        Self::Assumption,
        Self::Decision,
        Self::AcceptedRisk,
        Self::Question,
        Self::Incident,
        Self::Conflict,
        Self::Gap,
        Self::Threat,
        Self::Path,
        Self::Change,
        Self::Coverage,
    ];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "components",
            Self::Boundary => "boundaries",
            Self::Flow => "flows",
            Self::Data => "data",
            Self::Endpoint => "endpoints",
            Self::Control => "controls",
            Self::Permission => "permissions",
            Self::Assumption => "assumptions",
            Self::Decision => "decisions",
            Self::AcceptedRisk => "accepted_risks",
            Self::Question => "questions",
            Self::Incident => "incidents",
            Self::Conflict => "conflicts",
            Self::Gap => "gaps",
            Self::Threat => "threats",
            Self::Path => "paths",
            Self::Change => "changes",
            Self::Coverage => "coverage",
        }
    }

    /// The word for one of them.
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Boundary => "boundary",
            Self::Flow => "flow",
            Self::Data => "data set",
            Self::Endpoint => "endpoint",
            Self::Control => "control",
            Self::Permission => "permission",
            Self::Assumption => "assumption",
            Self::Decision => "decision",
            Self::AcceptedRisk => "accepted risk",
            Self::Question => "question",
            Self::Incident => "incident",
            Self::Conflict => "conflict",
            Self::Gap => "gap",
            Self::Threat => "threat",
            Self::Path => "path",
            Self::Change => "change",
            Self::Coverage => "element",
        }
    }

    /// The kind of this word, in the plural or the singular.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.to_lowercase().replace('-', "_");
        Self::ALL.into_iter().find(|it| it.as_str() == word || it.singular().replace(' ', "_") == word)
    }

    /// The attributes of such elements, in the order in which tables show them.
    pub const fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::Component => COMPONENT,
            Self::Boundary => BOUNDARY,
            Self::Flow => FLOW,
            Self::Data => DATA,
            Self::Endpoint => ENDPOINT,
            Self::Control => CONTROL,
            Self::Permission => PERMISSION,
            Self::Assumption => STATEMENT,
            Self::Question => QUESTION,
            Self::Decision => DECISION,
            Self::AcceptedRisk => ACCEPTED_RISK,
            Self::Incident => INCIDENT,
            Self::Conflict => CONFLICT,
            Self::Gap => GAP,
            Self::Threat => THREAT,
            Self::Path => PATH,
            Self::Change => CHANGE,
            Self::Coverage => COVERAGE,
        }
    }

    /// The attribute of this name.
    pub(crate) fn attribute(self, name: &str) -> Option<Attribute> {
        self.attributes().iter().chain(COMMON).copied().find(|it| it.name == name)
    }

    /// The links that such elements have to others.
    pub const fn links(self) -> &'static [Link] {
        match self {
            Self::Component => &[
                Link::Calls,
                Link::CalledBy,
                Link::Reaches,
                Link::ReachedFrom,
                Link::In,
                Link::Handles,
                Link::Stores,
                Link::Serves,
                Link::ProtectedBy,
                Link::ThreatenedBy,
            ],
            Self::Boundary => &[Link::Contains, Link::ProtectedBy, Link::ThreatenedBy],
            Self::Flow => &[Link::From, Link::To, Link::Carries, Link::ProtectedBy, Link::ThreatenedBy],
            Self::Data => &[Link::HandledBy, Link::StoredBy, Link::ProtectedBy, Link::ThreatenedBy],
            Self::Endpoint => &[Link::Of, Link::ProtectedBy, Link::ThreatenedBy],
            Self::Control => &[Link::On],
            Self::Assumption
            | Self::Decision
            | Self::AcceptedRisk
            | Self::Question
            | Self::Incident
            | Self::Conflict
            | Self::Gap
            | Self::Coverage
            | Self::Permission
            | Self::Change => &[Link::About],
            Self::Threat => &[Link::On, Link::About],
            Self::Path => &[Link::From, Link::To, Link::Through],
        }
    }
}

/// An attribute with what its values may be.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What its values may be.
    pub values: Values,
}

/// What the values of an attribute may be.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Any text.
    Text,
    /// One of a closed list, in which a later one is more where they can be compared.
    OneOf(fn() -> Vec<&'static str>),
    /// A number.
    Number,
}

const fn text(name: &'static str) -> Attribute {
    Attribute { name, values: Values::Text }
}

const fn one_of(name: &'static str, values: fn() -> Vec<&'static str>) -> Attribute {
    Attribute { name, values: Values::OneOf(values) }
}

const fn number(name: &'static str) -> Attribute {
    Attribute { name, values: Values::Number }
}

fn terms<T: Term>() -> Vec<&'static str> {
    T::ALL.iter().map(|it| it.as_str()).collect()
}

fn severities() -> Vec<&'static str> {
    [Severity::Low, Severity::Medium, Severity::High, Severity::Critical].map(Severity::as_str).to_vec()
}

fn threat_statuses() -> Vec<&'static str> {
    ThreatStatus::ALL.iter().map(|it| it.as_str()).collect()
}

fn stride() -> Vec<&'static str> {
    Stride::ALL.iter().map(|it| it.letter()).collect()
}

fn truths() -> Vec<&'static str> {
    [Truth::False, Truth::Unknown, Truth::True].map(Truth::as_str).to_vec()
}

fn yes_no() -> Vec<&'static str> {
    vec!["no", "yes"]
}

fn classes() -> Vec<&'static str> {
    cairn_diff::Class::ALL.iter().map(|it| it.as_str()).collect()
}

/// What every kind has: what it is called, its id, and the documents that speak of it.
const COMMON: &[Attribute] = &[text("name"), text("id"), text("document")];
const STATUS: Attribute = one_of("status", terms::<Status>);
const COMPONENT: &[Attribute] = &[
    one_of("type", terms::<ComponentType>),
    text("technology"),
    one_of("exposure", terms::<Exposure>),
    text("owner"),
    STATUS,
];
const BOUNDARY: &[Attribute] = &[one_of("type", terms::<BoundaryType>)];
const FLOW: &[Attribute] =
    &[text("protocol"), text("authentication"), text("encryption"), one_of("mode", terms::<FlowMode>), STATUS];
const DATA: &[Attribute] = &[
    one_of("classification", terms::<Classification>),
    one_of("handling", terms::<Handling>),
    one_of("encrypted_at_rest", yes_no),
    text("retention"),
];
const ENDPOINT: &[Attribute] = &[
    text("method"),
    text("path"),
    one_of("exposure", terms::<Exposure>),
    text("authentication"),
    text("authorization"),
    STATUS,
];
const CONTROL: &[Attribute] = &[one_of("type", terms::<ControlType>), text("mechanism"), STATUS];
const PERMISSION: &[Attribute] = &[text("principal"), text("action"), text("resource"), text("condition"), STATUS];
const STATEMENT: &[Attribute] = &[STATUS];
const QUESTION: &[Attribute] = &[];
const DECISION: &[Attribute] = &[text("rationale"), STATUS];
const ACCEPTED_RISK: &[Attribute] =
    &[text("owner"), text("accepted_on"), text("expires_on"), text("rationale"), STATUS];
const INCIDENT: &[Attribute] = &[text("occurred_on"), text("cause"), text("follow_up")];
const CONFLICT: &[Attribute] = &[text("attribute"), text("resolution"), one_of("settled", yes_no)];
const GAP: &[Attribute] = &[text("rule"), text("ask")];
const THREAT: &[Attribute] = &[
    one_of("severity", severities),
    one_of("status", threat_statuses),
    one_of("stride", stride),
    text("rule"),
    number("score"),
    number("cwe"),
    one_of("decided", yes_no),
];
const PATH: &[Attribute] = &[text("attacker"), text("gains"), one_of("truth", truths), number("score"), number("hops")];
const CHANGE: &[Attribute] = &[one_of("class", classes), text("kind")];
const COVERAGE: &[Attribute] = &[number("answered"), number("asked"), number("percent")];

/// How elements hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// A flow begins there, a path is entered there.
    From,
    /// A flow or path ends there.
    To,
    /// A hop of a path leads there.
    Through,
    /// A flow has this data.
    Carries,
    /// A flow leads from the one to the other.
    Calls,
    /// The same the other way round.
    CalledBy,
    /// Flows lead there, over others if need be.
    Reaches,
    /// The same the other way round.
    ReachedFrom,
    /// It lies in this boundary, or in one in it.
    In,
    /// The same the other way round.
    Contains,
    /// It does something with this data.
    Handles,
    /// The same the other way round.
    HandledBy,
    /// It keeps this data.
    Stores,
    /// The same the other way round.
    StoredBy,
    /// It answers at this endpoint.
    Serves,
    /// The same the other way round.
    Of,
    /// A control or threat is on it.
    On,
    /// The same the other way round, of controls.
    ProtectedBy,
    /// The same the other way round, of threats.
    ThreatenedBy,
    /// A statement speaks of it.
    About,
}

impl Link {
    /// All links.
    pub const ALL: [Self; 20] = [
        Self::From,
        Self::To,
        Self::Through,
        Self::Carries,
        Self::Calls,
        Self::CalledBy,
        Self::Reaches,
        Self::ReachedFrom,
        Self::In,
        Self::Contains,
        Self::Handles,
        Self::HandledBy,
        Self::Stores,
        Self::StoredBy,
        Self::Serves,
        Self::Of,
        Self::On,
        Self::ProtectedBy,
        Self::ThreatenedBy,
        Self::About,
    ];

    /// The word in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Through => "through",
            Self::Carries => "carries",
            Self::Calls => "calls",
            Self::CalledBy => "called_by",
            Self::Reaches => "reaches",
            Self::ReachedFrom => "reached_from",
            Self::In => "in",
            Self::Contains => "contains",
            Self::Handles => "handles",
            Self::HandledBy => "handled_by",
            Self::Stores => "stores",
            Self::StoredBy => "stored_by",
            Self::Serves => "serves",
            Self::Of => "of",
            Self::On => "on",
            Self::ProtectedBy => "protected_by",
            Self::ThreatenedBy => "threatened_by",
            Self::About => "about",
        }
    }

    /// The link of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}
