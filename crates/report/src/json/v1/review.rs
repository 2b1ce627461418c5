//! Records of what people decided, of what has grown old, and of why names were joined.

use cairn_model as model;
use serde::Serialize;

use super::{Evidence, evidence};

#[derive(Serialize)]
pub(super) struct Ruling<'a> {
    id: &'a str,
    decision: &'static str,
    owner: Option<&'a str>,
    reason: &'a str,
    expires: Option<String>,
    in_force: bool,
    by: &'a str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Ruling> for Ruling<'a> {
    fn from(it: &'a model::Ruling) -> Self {
        Self {
            id: &it.id,
            decision: it.kind.as_str(),
            owner: it.owner.as_deref(),
            reason: &it.reason,
            expires: it.expires.map(|date| date.to_string()),
            in_force: it.in_force,
            by: &it.by,
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Join<'a> {
    element: &'a str,
    names: [&'a str; 2],
    reason: &'a str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Join> for Join<'a> {
    fn from(it: &'a model::Join) -> Self {
        Self {
            element: it.element.as_str(),
            names: [&it.left, &it.right],
            reason: &it.reason,
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Stale<'a> {
    id: &'a str,
    check: &'a str,
    subject: Option<&'a str>,
    statement: &'a str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Stale> for Stale<'a> {
    fn from(it: &'a model::Stale) -> Self {
        Self {
            id: it.id.as_str(),
            check: &it.check,
            subject: it.subject.as_ref().map(model::ElementId::as_str),
            statement: &it.statement,
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Unmatched<'a> {
    id: &'a str,
    action: &'a str,
    about: &'a str,
    why: &'a str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Unmatched> for Unmatched<'a> {
    fn from(it: &'a model::Unmatched) -> Self {
        Self { id: &it.id, action: &it.action, about: &it.about, why: &it.why, evidence: evidence(&it.evidence) }
    }
}
