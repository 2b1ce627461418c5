//! What an extractor says that a document says. Not believed until `cairn-validate` has found its quotes.

use serde::{Deserialize, Serialize};

use crate::{
    BoundaryType, Classification, ComponentType, ControlType, DocumentId, Exposure, FlowMode, Handling, Status,
};

/// One statement that one passage of one document makes about the system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Claim {
    /// The statement, by kind, with its attributes.
    #[serde(flatten)]
    pub statement: Statement,
    /// What the passage says of the thing.
    #[serde(default)]
    pub status: Status,
    /// The passages that make the statement; none means that the claim is rejected.
    pub evidence: Vec<Quote>,
    /// Who read it: name and version of rules, prompt and model.
    #[serde(default)]
    pub extractor: String,
    /// The extractor's own estimate.
    #[serde(default)]
    pub confidence: Confidence,
}

/// A passage as an extractor reports it: unchecked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quote {
    /// The document quoted.
    pub document: DocumentId,
    /// The words, supposed to be the document's.
    #[serde(rename = "quote")]
    pub text: String,
    /// Byte offset at which the extractor saw it, if it knows; of several occurrences the one here is meant.
    #[serde(rename = "start", default, skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
}

/// An estimate from 0 to 1, kept in thousandths so that it compares and prints exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct Confidence(u16);

impl Confidence {
    /// The estimate of so many thousandths; more than 1000 is 1000.
    pub const fn thousandths(value: u16) -> Self {
        Self(if value > 1000 { 1000 } else { value })
    }
}

impl From<f64> for Confidence {
    fn from(value: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=1000 before the cast"
        )]
        let thousandths = (value.clamp(0.0, 1.0) * 1000.0).round() as u16;
        Self(thousandths)
    }
}

impl From<Confidence> for f64 {
    fn from(value: Confidence) -> Self {
        Self::from(value.0) / 1000.0
    }
}

/// The kinds of claim with their attributes. An attribute that the passage does not state is left out, never guessed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Statement {
    /// A part of the system or of its surroundings.
    Component(ComponentClaim),
    /// A wall between degrees of trust.
    Boundary(BoundaryClaim),
    /// One component talks to another.
    Flow(FlowClaim),
    /// A field or data set.
    Data(DataClaim),
    /// A network path that can be called.
    Endpoint(EndpointClaim),
    /// Something that protects.
    Control(ControlClaim),
    /// Who may do what.
    Permission(PermissionClaim),
    /// Something taken for granted.
    Assumption(AssumptionClaim),
    /// A choice with a reason.
    Decision(DecisionClaim),
    /// A weakness lived with on purpose.
    AcceptedRisk(AcceptedRiskClaim),
    /// Something the text itself leaves open.
    Question(QuestionClaim),
    /// Something that went wrong.
    Incident(IncidentClaim),
}

impl Statement {
    /// The statement's kind.
    pub const fn kind(&self) -> ClaimKind {
        match self {
            Self::Component(_) => ClaimKind::Component,
            Self::Boundary(_) => ClaimKind::Boundary,
            Self::Flow(_) => ClaimKind::Flow,
            Self::Data(_) => ClaimKind::Data,
            Self::Endpoint(_) => ClaimKind::Endpoint,
            Self::Control(_) => ClaimKind::Control,
            Self::Permission(_) => ClaimKind::Permission,
            Self::Assumption(_) => ClaimKind::Assumption,
            Self::Decision(_) => ClaimKind::Decision,
            Self::AcceptedRisk(_) => ClaimKind::AcceptedRisk,
            Self::Question(_) => ClaimKind::Question,
            Self::Incident(_) => ClaimKind::Incident,
        }
    }
}

/// The kinds of claim, in the contract's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKind {
    /// See [`Statement::Component`].
    Component,
    /// See [`Statement::Boundary`].
    Boundary,
    /// See [`Statement::Flow`].
    Flow,
    /// See [`Statement::Data`].
    Data,
    /// See [`Statement::Endpoint`].
    Endpoint,
    /// See [`Statement::Control`].
    Control,
    /// See [`Statement::Permission`].
    Permission,
    /// See [`Statement::Assumption`].
    Assumption,
    /// See [`Statement::Decision`].
    Decision,
    /// See [`Statement::AcceptedRisk`].
    AcceptedRisk,
    /// See [`Statement::Question`].
    Question,
    /// See [`Statement::Incident`].
    Incident,
}

impl ClaimKind {
    /// All kinds in the contract's order.
    pub const ALL: [Self; 12] = [
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
    ];

    /// The contract's spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Boundary => "boundary",
            Self::Flow => "flow",
            Self::Data => "data",
            Self::Endpoint => "endpoint",
            Self::Control => "control",
            Self::Permission => "permission",
            Self::Assumption => "assumption",
            Self::Decision => "decision",
            Self::AcceptedRisk => "accepted_risk",
            Self::Question => "question",
            Self::Incident => "incident",
        }
    }

    /// The name of the list that holds such elements in exports and such claims in answers.
    pub const fn list(self) -> &'static str {
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
        }
    }
}

/// Declares a claim body: required fields first, then those that are left out when the passage does not state them.
macro_rules! claim_body {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* ; $($(#[$opt_doc:meta])* $(@$rename:literal)? $opt:ident: $opt_type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
            $($(#[$opt_doc])* #[serde(default, skip_serializing_if = "is_default" $(, rename = $rename)?)] pub $opt: $opt_type,)*
        }
    };
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

claim_body! {
    /// A part of the system or of its surroundings.
    ComponentClaim {
        /// The name as the passage writes it.
        name: String,
        ;
        /// What it is.
        @"type" component_type: Option<ComponentType>,
        /// What it is built with.
        technology: Option<String>,
        /// Who can reach it.
        exposure: Option<Exposure>,
        /// Who answers for it.
        owner: Option<String>,
        /// Other names the passage gives it.
        aliases: Vec<String>,
    }
}

claim_body! {
    /// A wall between degrees of trust.
    BoundaryClaim {
        /// The name as the passage writes it.
        name: String,
        ;
        /// What kind of wall.
        @"type" boundary_type: Option<BoundaryType>,
        /// Names of components inside.
        members: Vec<String>,
    }
}

claim_body! {
    /// One component talks to another; the source initiates.
    FlowClaim {
        /// Name of the initiating component.
        source: String,
        /// Name of the other.
        target: String,
        ;
        /// Protocol as written.
        protocol: Option<String>,
        /// Names of what is exchanged.
        data: Vec<String>,
        /// How the source proves who it is; `none` when the text says that it does not.
        authentication: Option<String>,
        /// How the exchange is encrypted; `none` when the text says that it is not.
        encryption: Option<String>,
        /// Whether the source waits.
        mode: Option<FlowMode>,
    }
}

claim_body! {
    /// A field or data set.
    DataClaim {
        /// The name as the passage writes it.
        name: String,
        ;
        /// Name of the component that handles it.
        component: Option<String>,
        /// What it is to those it concerns.
        classification: Option<Classification>,
        /// What the component does with it.
        handling: Vec<Handling>,
        /// Whether it is stored encrypted.
        encrypted_at_rest: Option<bool>,
        /// How long it is kept, as written.
        retention: Option<String>,
    }
}

claim_body! {
    /// A network path that can be called.
    EndpointClaim {
        /// The path as written.
        path: String,
        ;
        /// Name of the component that serves it.
        component: Option<String>,
        /// HTTP method, upper case.
        method: Option<String>,
        /// Who can reach it.
        exposure: Option<Exposure>,
        /// How callers prove who they are; `none` when the text says that they do not.
        authentication: Option<String>,
        /// What callers need to be allowed; `none` when the text says that nothing is checked.
        authorization: Option<String>,
    }
}

/// Something that protects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ControlClaim {
    /// The family.
    #[serde(rename = "type")]
    pub control_type: ControlType,
    /// Names of the components, flows, endpoints or data it protects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// How, as written: `mTLS`, `RBAC`, `AES-256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mechanism: Option<String>,
}

claim_body! {
    /// Who may do what.
    PermissionClaim {
        /// Who.
        principal: String,
        /// What.
        action: String,
        /// To what.
        resource: String,
        ;
        /// When, or why.
        condition: Option<String>,
    }
}

claim_body! {
    /// Something taken for granted.
    AssumptionClaim {
        /// What.
        statement: String,
        ;
        /// Names of the elements it is about.
        about: Vec<String>,
    }
}

claim_body! {
    /// A choice with a reason.
    DecisionClaim {
        /// What was chosen.
        statement: String,
        ;
        /// Why.
        rationale: Option<String>,
        /// Names of the elements it is about.
        about: Vec<String>,
        /// What was not chosen.
        alternatives: Vec<String>,
    }
}

claim_body! {
    /// A weakness lived with on purpose.
    AcceptedRiskClaim {
        /// What is accepted.
        statement: String,
        ;
        /// Names of the elements it is about.
        about: Vec<String>,
        /// Who answers for it.
        owner: Option<String>,
        /// When it was accepted, as written.
        accepted_on: Option<String>,
        /// Until when, as written.
        expires_on: Option<String>,
        /// Why.
        rationale: Option<String>,
    }
}

claim_body! {
    /// Something the text itself leaves open.
    QuestionClaim {
        /// What is open.
        statement: String,
        ;
        /// Names of the elements it is about.
        about: Vec<String>,
    }
}

claim_body! {
    /// Something that went wrong.
    IncidentClaim {
        /// What happened.
        statement: String,
        ;
        /// Names of the elements it is about.
        about: Vec<String>,
        /// When, as written.
        occurred_on: Option<String>,
        /// Why.
        cause: Option<String>,
        /// What was or will be done.
        follow_up: Option<String>,
    }
}
