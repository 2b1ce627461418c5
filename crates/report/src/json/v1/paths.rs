//! Records of paths of attack.

use cairn_model::{self as model, Term as _};
use serde::Serialize;

use super::{Evidence, evidence, ids};

#[derive(Serialize)]
pub(super) struct AttackPath<'a> {
    id: &'a str,
    attackers: &'a [String],
    entry: &'a str,
    target: &'a str,
    gains: &'a str,
    goals: Vec<Goal<'a>>,
    hops: Vec<Hop<'a>>,
    truth: &'static str,
    score: f64,
    variants: usize,
}

impl<'a> From<&'a model::AttackPath> for AttackPath<'a> {
    fn from(it: &'a model::AttackPath) -> Self {
        Self {
            id: it.id.as_str(),
            attackers: &it.attackers,
            entry: it.entry.as_str(),
            target: it.target.as_str(),
            gains: &it.gains,
            goals: it.goals.iter().map(Into::into).collect(),
            hops: it.hops.iter().map(Into::into).collect(),
            truth: it.truth.as_str(),
            score: f64::from(it.score_tenths) / 10.0,
            variants: it.variants,
        }
    }
}

#[derive(Serialize)]
struct Goal<'a> {
    element: &'a str,
    gains: &'a str,
    why: &'a str,
    worth: u8,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Goal> for Goal<'a> {
    fn from(it: &'a model::Goal) -> Self {
        Self {
            element: it.element.as_str(),
            gains: &it.gains,
            why: &it.why,
            worth: it.worth,
            evidence: evidence(&it.evidence),
        }
    }
}

#[derive(Serialize)]
struct Hop<'a> {
    from: &'a str,
    also: Vec<&'a str>,
    to: &'a str,
    gains: &'a str,
    rule: &'a str,
    means: &'a str,
    truth: &'static str,
    evidence: Vec<Evidence<'a>>,
    questions: &'a [String],
    broken_by: Vec<Breaker<'a>>,
    threat: Option<&'a str>,
}

impl<'a> From<&'a model::Hop> for Hop<'a> {
    fn from(it: &'a model::Hop) -> Self {
        Self {
            from: it.from.as_str(),
            also: ids(&it.also),
            to: it.to.as_str(),
            gains: &it.gains,
            rule: &it.rule,
            means: &it.means,
            truth: it.truth.as_str(),
            evidence: evidence(&it.evidence),
            questions: &it.questions,
            broken_by: it.broken_by.iter().map(Into::into).collect(),
            threat: it.threat.as_ref().map(model::ElementId::as_str),
        }
    }
}

#[derive(Serialize)]
struct Breaker<'a> {
    control: Option<&'a str>,
    r#type: &'static str,
    on: &'a str,
    status: Option<&'static str>,
    evidence: Vec<Evidence<'a>>,
}

impl<'a> From<&'a model::Breaker> for Breaker<'a> {
    fn from(it: &'a model::Breaker) -> Self {
        Self {
            control: it.control.as_ref().map(model::ElementId::as_str),
            r#type: it.control_type.as_str(),
            on: it.on.as_str(),
            status: it.status.map(model::Term::as_str),
            evidence: evidence(&it.evidence),
        }
    }
}
