//! Records of what was concluded: conflicts, gaps, threats, rejected claims.

use cairn_model::{self as model, Stride};
use serde::Serialize;

use super::review::Ruling;
use super::{Evidence, evidence, ids};

#[derive(Serialize)]
pub(super) struct Conflict<'a> {
    id: &'a str,
    subject: &'a str,
    attribute: &'a str,
    positions: Vec<Position<'a>>,
    resolution: Option<&'a str>,
    affects: Vec<&'a str>,
}

impl<'a> From<&'a model::Conflict> for Conflict<'a> {
    fn from(it: &'a model::Conflict) -> Self {
        Self {
            id: it.id.as_str(),
            subject: it.subject.as_str(),
            attribute: &it.attribute,
            positions: it.positions.iter().map(Into::into).collect(),
            resolution: it.resolution.as_deref(),
            affects: ids(&it.affects),
        }
    }
}

#[derive(Serialize)]
struct Position<'a> {
    value: &'a str,
    status: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Position> for Position<'a> {
    fn from(it: &'a model::Position) -> Self {
        Self { value: &it.value, status: model::Term::as_str(it.status), evidence: evidence(&it.evidence) }
    }
}

#[derive(Serialize)]
pub(super) struct Gap<'a> {
    id: &'a str,
    subject: &'a str,
    question: &'a str,
    rule: &'a str,
    answer: &'a str,
    ask: Option<&'a str>,
}

impl<'a> From<&'a model::Gap> for Gap<'a> {
    fn from(it: &'a model::Gap) -> Self {
        Self {
            id: it.id.as_str(),
            subject: it.subject.as_str(),
            question: &it.question,
            rule: &it.rule,
            answer: &it.answer,
            ask: it.ask.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Threat<'a> {
    id: &'a str,
    rule: &'a str,
    title: &'a str,
    stride: Vec<&'static str>,
    cwe: Option<String>,
    references: &'a [String],
    subject: &'a str,
    about: Vec<&'a str>,
    status: &'static str,
    severity: &'static str,
    score: f64,
    explanation: Vec<Premise<'a>>,
    questions: &'a [String],
    remediation: &'a str,
    paths: Vec<&'a str>,
    ruling: Option<Ruling<'a>>,
}

impl<'a> Threat<'a> {
    /// The threat with the paths that make use of it.
    pub(super) fn new(it: &'a model::Threat, paths: Vec<&'a str>) -> Self {
        Self {
            id: it.id.as_str(),
            rule: &it.rule,
            title: &it.title,
            stride: it.stride.iter().copied().map(Stride::letter).collect(),
            cwe: it.cwe.map(|number| format!("CWE-{number}")),
            references: &it.references,
            subject: it.subject.as_str(),
            about: ids(&it.about),
            status: it.status.as_str(),
            severity: it.severity.as_str(),
            // Tenths divided by ten print with at most one decimal: the shortest text that reads back as this number.
            score: f64::from(it.score_tenths) / 10.0,
            explanation: it.explanation.iter().map(Into::into).collect(),
            questions: &it.questions,
            remediation: &it.remediation,
            paths,
            ruling: it.ruling.as_ref().map(Into::into),
        }
    }
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the contract names the key so")]
struct Premise<'a> {
    premise: &'a str,
    truth: &'static str,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Premise> for Premise<'a> {
    fn from(it: &'a model::Premise) -> Self {
        Self { premise: &it.premise, truth: it.truth.as_str(), evidence: evidence(&it.evidence) }
    }
}

#[derive(Serialize)]
pub(super) struct Rejected<'a> {
    kind: &'static str,
    reason: &'static str,
    quote: &'a str,
    document: &'a str,
    extractor: &'a str,
}

impl<'a> From<&'a model::Rejected> for Rejected<'a> {
    fn from(it: &'a model::Rejected) -> Self {
        Self {
            kind: it.kind.as_str(),
            reason: it.reason.as_str(),
            quote: &it.quote,
            document: it.document.as_str(),
            extractor: &it.extractor,
        }
    }
}
