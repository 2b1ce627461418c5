//! The merged elements of the model. Each carries the citations of all claims that were merged into it, and each attribute
//! the citations of those that state it. Lists are sorted; evidence is sorted by document, then place.

use crate::{
    BoundaryType, Citation, Classification, ComponentType, ControlType, Date, ElementId, Exposure, FlowMode, Handling,
    Status, name_words,
};

/// An attribute's value with the passages that state it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value that won.
    pub value: T,
    /// What states it; never empty.
    pub evidence: Vec<Citation>,
}

/// An attribute that documents may or may not state: `None` is unknown, never "no".
pub type Known<T> = Option<Stated<T>>;

/// A part of the system or of its surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// `cmp-` and a slug of the name.
    pub id: ElementId,
    /// The most usual spelling.
    pub name: String,
    /// The other spellings that occur.
    pub aliases: Vec<String>,
    /// What it is.
    pub component_type: Known<ComponentType>,
    /// What it is built with.
    pub technology: Known<String>,
    /// Who can reach it.
    pub exposure: Known<Exposure>,
    /// Who answers for it.
    pub owner: Known<String>,
    /// The innermost boundary around it.
    pub boundary: Option<ElementId>,
    /// What the sources say of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// A wall between degrees of trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// `bnd-` and a slug of the name.
    pub id: ElementId,
    /// The most usual spelling.
    pub name: String,
    /// What kind of wall.
    pub boundary_type: Known<BoundaryType>,
    /// Components (and boundaries) inside.
    pub members: Vec<ElementId>,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// One component talks to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// `flow-` and a hash of both ends.
    pub id: ElementId,
    /// Who initiates.
    pub source: ElementId,
    /// Whom it talks to.
    pub target: ElementId,
    /// Protocol as written.
    pub protocol: Known<String>,
    /// Data sets exchanged.
    pub data: Vec<ElementId>,
    /// How the source proves who it is; `none` when a source says that it does not.
    pub authentication: Known<String>,
    /// How the exchange is encrypted; `none` when a source says that it is not.
    pub encryption: Known<String>,
    /// Whether the source waits.
    pub mode: Known<FlowMode>,
    /// What the sources say of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// A data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    /// `data-` and a slug of the name.
    pub id: ElementId,
    /// The most usual spelling.
    pub name: String,
    /// What it is to those it concerns.
    pub classification: Known<Classification>,
    /// Who handles it, one entry for each component.
    pub handled_by: Vec<Handled>,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// What one component does with a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// The component.
    pub component: ElementId,
    /// What it does.
    pub handling: Vec<Handling>,
    /// Whether it stores the data encrypted.
    pub encrypted_at_rest: Known<bool>,
    /// How long it keeps it, as written.
    pub retention: Known<String>,
    /// All passages that say so.
    pub evidence: Vec<Citation>,
}

/// A network path that can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `ep-` and a hash of component, method and path.
    pub id: ElementId,
    /// The component that serves it.
    pub component: Option<ElementId>,
    /// HTTP method, upper case.
    pub method: Option<String>,
    /// The path as written.
    pub path: String,
    /// Who can reach it.
    pub exposure: Known<Exposure>,
    /// How callers prove who they are; `none` when a source says that they do not.
    pub authentication: Known<String>,
    /// What callers need to be allowed; `none` when a source says that nothing is checked.
    pub authorization: Known<String>,
    /// What the sources say of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// Something that protects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// `ctl-` and a hash of type, mechanism, status and what it is on.
    pub id: ElementId,
    /// The family.
    pub control_type: ControlType,
    /// How, as written.
    pub mechanism: Option<String>,
    /// Elements it protects, of any kind. Empty: the passage names none.
    pub on: Vec<ElementId>,
    /// What the passage says of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// Who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// `perm-` and a hash of its parts.
    pub id: ElementId,
    /// Who, as written.
    pub principal: String,
    /// What.
    pub action: String,
    /// To what, as written.
    pub resource: String,
    /// When, or why.
    pub condition: Option<String>,
    /// What the passage says of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

impl Permission {
    /// Whoever is permitted, as an element of their own: `principal-` and the words of the name.
    pub fn principal_id(&self) -> ElementId {
        ElementId::named("principal", &name_words(&self.principal).join("-"))
    }
}

/// Something taken for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// `asm-` and a hash of the statement.
    pub id: ElementId,
    /// What.
    pub statement: String,
    /// Elements it is about.
    pub about: Vec<ElementId>,
    /// Always assumed unless a source says more.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// A choice with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// `dec-` and a hash of the statement.
    pub id: ElementId,
    /// What was chosen.
    pub statement: String,
    /// Why.
    pub rationale: Option<String>,
    /// Elements it is about.
    pub about: Vec<ElementId>,
    /// What was not chosen.
    pub alternatives: Vec<String>,
    /// Accepted, proposed, rejected or superseded, in the contract's words.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// A weakness lived with on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedRisk {
    /// `risk-` and a hash of the statement.
    pub id: ElementId,
    /// What is accepted.
    pub statement: String,
    /// Elements it is about.
    pub about: Vec<ElementId>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When it was accepted, as written.
    pub accepted_on: Option<String>,
    /// Until when, as written.
    pub expires_on: Option<String>,
    /// The expiry as a date, when the writing is one.
    pub expires: Option<Date>,
    /// Why.
    pub rationale: Option<String>,
    /// What the passage says of it.
    pub status: Status,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// Something the text itself leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// `q-` and a hash of the statement.
    pub id: ElementId,
    /// What is open.
    pub statement: String,
    /// Elements it is about.
    pub about: Vec<ElementId>,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// `inc-` and a hash of the statement.
    pub id: ElementId,
    /// What happened.
    pub statement: String,
    /// Elements it is about.
    pub about: Vec<ElementId>,
    /// When, as written.
    pub occurred_on: Option<String>,
    /// Why.
    pub cause: Option<String>,
    /// What was or will be done.
    pub follow_up: Option<String>,
    /// All passages about it.
    pub evidence: Vec<Citation>,
}
