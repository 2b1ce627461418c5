//! What a document states of an element, attribute by attribute.

use cairn_model::{Citation, Handling, Stated, Status, Term};

use crate::condition::vocabulary::Attribute;
use crate::graph::Element;

/// A value as it is compared and shown, with what states it.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) texts: Texts<'a>,
    pub(crate) evidence: &'a [Citation],
}

/// One text, or several where the attribute is a list.
#[derive(Clone, Debug)]
pub(crate) enum Texts<'a> {
    One(&'a str),
    Many(Vec<&'a str>),
}

impl<'a> Texts<'a> {
    pub(crate) fn as_slice(&self) -> &[&'a str] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

/// The attribute of the element; `None` when no document states it.
pub(crate) fn find(element: Element<'_>, attribute: Attribute) -> Option<Found<'_>> {
    use Attribute as A;
    let own = element.evidence();
    match (element, attribute) {
        (Element::Component(it), A::Name) => {
            let names = || std::iter::once(&it.name).chain(&it.aliases).map(String::as_str);
            let texts = if it.aliases.is_empty() { Texts::One(&it.name) } else { Texts::Many(names().collect()) };
            Some(Found { texts, evidence: own })
        }
        (Element::Component(it), A::Type) => term(it.component_type.as_ref()),
        (Element::Component(it), A::Technology) => text(it.technology.as_ref()),
        (Element::Component(it), A::Exposure) => term(it.exposure.as_ref()),
        (Element::Component(it), A::Owner) => text(it.owner.as_ref()),
        (Element::Component(it), A::Status) => status(it.status, own),
        (Element::Flow(it), A::Protocol) => text(it.protocol.as_ref()),
        (Element::Flow(it), A::Authentication) => text(it.authentication.as_ref()),
        (Element::Flow(it), A::Encryption) => text(it.encryption.as_ref()),
        (Element::Flow(it), A::Mode) => term(it.mode.as_ref()),
        (Element::Flow(it), A::Status) => status(it.status, own),
        (Element::Data(it), A::Name) => plain(&it.name, own),
        (Element::Data(it), A::Classification) => term(it.classification.as_ref()),
        (Element::Holding(_, it), A::Handling) => handling(&it.handling, own),
        (Element::Holding(_, it), A::EncryptedAtRest) => flag(it.encrypted_at_rest.as_ref()),
        (Element::Holding(_, it), A::Retention) => text(it.retention.as_ref()),
        (Element::Endpoint(it), A::Method) => optional(it.method.as_deref(), own),
        (Element::Endpoint(it), A::Path) => plain(&it.path, own),
        (Element::Endpoint(it), A::Exposure) => term(it.exposure.as_ref()),
        (Element::Endpoint(it), A::Authentication) => text(it.authentication.as_ref()),
        (Element::Endpoint(it), A::Authorization) => text(it.authorization.as_ref()),
        (Element::Endpoint(it), A::Status) => status(it.status, own),
        (Element::Boundary(it), A::Name) => plain(&it.name, own),
        (Element::Boundary(it), A::Type) => term(it.boundary_type.as_ref()),
        (Element::Control(it), A::Type) => plain(it.control_type.as_str(), own),
        (Element::Control(it), A::Mechanism) => optional(it.mechanism.as_deref(), own),
        (Element::Control(it), A::Status) => status(it.status, own),
        (Element::Permission(it), A::Principal) => plain(&it.principal, own),
        (Element::Permission(it), A::Action) => plain(&it.action, own),
        (Element::Permission(it), A::Resource) => plain(&it.resource, own),
        (Element::Permission(it), A::Condition) => optional(it.condition.as_deref(), own),
        (Element::Permission(it), A::Status) => status(it.status, own),
        (Element::AcceptedRisk(it), A::Statement) => plain(&it.statement, own),
        (Element::AcceptedRisk(it), A::Owner) => optional(it.owner.as_deref(), own),
        (Element::AcceptedRisk(it), A::Accepted) => optional(it.accepted_on.as_deref(), own),
        (Element::AcceptedRisk(it), A::Expires) => optional(it.expires_on.as_deref(), own),
        (Element::AcceptedRisk(it), A::Rationale) => optional(it.rationale.as_deref(), own),
        (Element::AcceptedRisk(it), A::Status) => status(it.status, own),
        (Element::Assumption(it), A::Statement) => plain(&it.statement, own),
        (Element::Assumption(it), A::Status) => status(it.status, own),
        (Element::Incident(it), A::Statement) => plain(&it.statement, own),
        (Element::Decision(it), A::Statement) => plain(&it.statement, own),
        (Element::Decision(it), A::Rationale) => optional(it.rationale.as_deref(), own),
        (Element::Decision(it), A::Status) => status(it.status, own),
        (Element::Question(it), A::Statement) => plain(&it.statement, own),
        (Element::Incident(it), A::Occurred) => optional(it.occurred_on.as_deref(), own),
        (Element::Incident(it), A::Cause) => optional(it.cause.as_deref(), own),
        (Element::Incident(it), A::FollowUp) => optional(it.follow_up.as_deref(), own),
        _ => None,
    }
}

fn one<'a>(text: &'a str, evidence: &'a [Citation]) -> Option<Found<'a>> {
    (!text.trim().is_empty()).then_some(Found { texts: Texts::One(text), evidence })
}

fn plain<'a>(text: &'a str, evidence: &'a [Citation]) -> Option<Found<'a>> {
    one(text, evidence)
}

fn optional<'a>(text: Option<&'a str>, evidence: &'a [Citation]) -> Option<Found<'a>> {
    text.and_then(|text| one(text, evidence))
}

fn status(status: Status, evidence: &[Citation]) -> Option<Found<'_>> {
    one(status.as_str(), evidence)
}

fn text(known: Option<&Stated<String>>) -> Option<Found<'_>> {
    known.and_then(|stated| one(&stated.value, &stated.evidence))
}

fn term<T: Term>(known: Option<&Stated<T>>) -> Option<Found<'_>> {
    known.and_then(|stated| one(stated.value.as_str(), &stated.evidence))
}

fn flag(known: Option<&Stated<bool>>) -> Option<Found<'_>> {
    known.and_then(|stated| one(if stated.value { "true" } else { "false" }, &stated.evidence))
}

fn handling<'a>(list: &[Handling], evidence: &'a [Citation]) -> Option<Found<'a>> {
    (!list.is_empty()).then(|| Found { texts: Texts::Many(list.iter().map(|it| it.as_str()).collect()), evidence })
}
