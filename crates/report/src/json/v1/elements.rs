//! Records of the model's elements.

use cairn_model::{self as model, ElementId, Term as _};
use serde::Serialize;

use super::{Evidence, evidence, ids, term, text};

#[derive(Serialize)]
pub(super) struct Component<'a> {
    id: &'a str,
    name: &'a str,
    aliases: &'a [String],
    r#type: Option<&'static str>,
    technology: Option<&'a str>,
    exposure: Option<&'static str>,
    owner: Option<&'a str>,
    boundary: Option<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Component> for Component<'a> {
    fn from(it: &'a model::Component) -> Self {
        Self {
            id: it.id.as_str(),
            name: &it.name,
            aliases: &it.aliases,
            r#type: term(&it.component_type),
            technology: text(&it.technology),
            exposure: term(&it.exposure),
            owner: text(&it.owner),
            boundary: it.boundary.as_ref().map(ElementId::as_str),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Boundary<'a> {
    id: &'a str,
    name: &'a str,
    r#type: Option<&'static str>,
    members: Vec<&'a str>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Boundary> for Boundary<'a> {
    fn from(it: &'a model::Boundary) -> Self {
        Self {
            id: it.id.as_str(),
            name: &it.name,
            r#type: term(&it.boundary_type),
            members: ids(&it.members),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Flow<'a> {
    id: &'a str,
    source: &'a str,
    target: &'a str,
    protocol: Option<&'a str>,
    data: Vec<&'a str>,
    authentication: Option<&'a str>,
    encryption: Option<&'a str>,
    mode: Option<&'static str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Flow> for Flow<'a> {
    fn from(it: &'a model::Flow) -> Self {
        Self {
            id: it.id.as_str(),
            source: it.source.as_str(),
            target: it.target.as_str(),
            protocol: text(&it.protocol),
            data: ids(&it.data),
            authentication: text(&it.authentication),
            encryption: text(&it.encryption),
            mode: term(&it.mode),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Data<'a> {
    id: &'a str,
    name: &'a str,
    classification: Option<&'static str>,
    handled_by: Vec<Handled<'a>>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Data> for Data<'a> {
    fn from(it: &'a model::Data) -> Self {
        Self {
            id: it.id.as_str(),
            name: &it.name,
            classification: term(&it.classification),
            handled_by: it.handled_by.iter().map(Into::into).collect(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Handled<'a> {
    component: &'a str,
    handling: Vec<&'static str>,
    encrypted_at_rest: Option<bool>,
    retention: Option<&'a str>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Handled> for Handled<'a> {
    fn from(it: &'a model::Handled) -> Self {
        Self {
            component: it.component.as_str(),
            handling: it.handling.iter().map(|handling| handling.as_str()).collect(),
            encrypted_at_rest: it.encrypted_at_rest.as_ref().map(|stated| stated.value),
            retention: text(&it.retention),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Endpoint<'a> {
    id: &'a str,
    component: Option<&'a str>,
    method: Option<&'a str>,
    path: &'a str,
    exposure: Option<&'static str>,
    authentication: Option<&'a str>,
    authorization: Option<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Endpoint> for Endpoint<'a> {
    fn from(it: &'a model::Endpoint) -> Self {
        Self {
            id: it.id.as_str(),
            component: it.component.as_ref().map(ElementId::as_str),
            method: it.method.as_deref(),
            path: &it.path,
            exposure: term(&it.exposure),
            authentication: text(&it.authentication),
            authorization: text(&it.authorization),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Control<'a> {
    id: &'a str,
    r#type: &'static str,
    mechanism: Option<&'a str>,
    on: Vec<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Control> for Control<'a> {
    fn from(it: &'a model::Control) -> Self {
        Self {
            id: it.id.as_str(),
            r#type: it.control_type.as_str(),
            mechanism: it.mechanism.as_deref(),
            on: ids(&it.on),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Permission<'a> {
    id: &'a str,
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    condition: Option<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Permission> for Permission<'a> {
    fn from(it: &'a model::Permission) -> Self {
        Self {
            id: it.id.as_str(),
            principal: &it.principal,
            action: &it.action,
            resource: &it.resource,
            condition: it.condition.as_deref(),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Assumption<'a> {
    id: &'a str,
    statement: &'a str,
    about: Vec<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Assumption> for Assumption<'a> {
    fn from(it: &'a model::Assumption) -> Self {
        Self {
            id: it.id.as_str(),
            statement: &it.statement,
            about: ids(&it.about),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Decision<'a> {
    id: &'a str,
    statement: &'a str,
    rationale: Option<&'a str>,
    about: Vec<&'a str>,
    alternatives: &'a [String],
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Decision> for Decision<'a> {
    fn from(it: &'a model::Decision) -> Self {
        Self {
            id: it.id.as_str(),
            statement: &it.statement,
            rationale: it.rationale.as_deref(),
            about: ids(&it.about),
            alternatives: &it.alternatives,
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct AcceptedRisk<'a> {
    id: &'a str,
    statement: &'a str,
    about: Vec<&'a str>,
    owner: Option<&'a str>,
    accepted_on: Option<&'a str>,
    expires_on: Option<&'a str>,
    rationale: Option<&'a str>,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::AcceptedRisk> for AcceptedRisk<'a> {
    fn from(it: &'a model::AcceptedRisk) -> Self {
        Self {
            id: it.id.as_str(),
            statement: &it.statement,
            about: ids(&it.about),
            owner: it.owner.as_deref(),
            accepted_on: it.accepted_on.as_deref(),
            expires_on: it.expires_on.as_deref(),
            rationale: it.rationale.as_deref(),
            status: it.status.as_str(),
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Question<'a> {
    id: &'a str,
    statement: &'a str,
    about: Vec<&'a str>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Question> for Question<'a> {
    fn from(it: &'a model::Question) -> Self {
        Self { id: it.id.as_str(), statement: &it.statement, about: ids(&it.about), evidence: evidence(&it.evidence) }
    }
}

#[derive(Serialize)]
pub(super) struct Incident<'a> {
    id: &'a str,
    statement: &'a str,
    about: Vec<&'a str>,
    occurred_on: Option<&'a str>,
    cause: Option<&'a str>,
    follow_up: Option<&'a str>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Incident> for Incident<'a> {
    fn from(it: &'a model::Incident) -> Self {
        Self {
            id: it.id.as_str(),
            statement: &it.statement,
            about: ids(&it.about),
            occurred_on: it.occurred_on.as_deref(),
            cause: it.cause.as_deref(),
            follow_up: it.follow_up.as_deref(),
            evidence: evidence(&it.evidence),
        }
    }
}
