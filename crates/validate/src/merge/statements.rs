//! What is taken for granted, chosen, lived with, left open and learnt: one element for each statement.

use std::collections::BTreeMap;

use cairn_model::{AcceptedRisk, Assumption, AssumptionClaim, Date, Decision, ElementId, Incident, Question, Status};

use super::{about, evidence, filled, plain, status};
use crate::contribute::{Contribution, Contributions};
use crate::resolve::Names;

pub(super) fn assumptions(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Assumption> {
    let assumption = |(id, pile): (&ElementId, &Vec<Contribution<'_, AssumptionClaim>>)| {
        Some(Assumption {
            id: id.clone(),
            statement: plain(pile, |body| filled(Some(&body.statement)))?,
            about: about(pile, names, |body| &body.about),
            // Something taken for granted is not thereby built.
            status: match status(pile) {
                Status::Implemented => Status::Assumed,
                said => said,
            },
            evidence: evidence(pile),
        })
    };
    contributions.assumptions.iter().filter_map(assumption).collect()
}

pub(super) fn decisions(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Decision> {
    let decision = |(id, pile): (&ElementId, &Vec<Contribution<'_, cairn_model::DecisionClaim>>)| {
        Some(Decision {
            id: id.clone(),
            statement: plain(pile, |body| filled(Some(&body.statement)))?,
            rationale: plain(pile, |body| filled(body.rationale.as_ref())),
            about: about(pile, names, |body| &body.about),
            alternatives: distinct(pile.iter().flat_map(|said| &said.body.alternatives)),
            status: status(pile),
            evidence: evidence(pile),
        })
    };
    contributions.decisions.iter().filter_map(decision).collect()
}

pub(super) fn accepted_risks(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<AcceptedRisk> {
    let accepted_risk = |(id, pile): (&ElementId, &Vec<Contribution<'_, cairn_model::AcceptedRiskClaim>>)| {
        let expires_on = plain(pile, |body| filled(body.expires_on.as_ref()));
        Some(AcceptedRisk {
            id: id.clone(),
            statement: plain(pile, |body| filled(Some(&body.statement)))?,
            about: about(pile, names, |body| &body.about),
            owner: plain(pile, |body| filled(body.owner.as_ref())),
            accepted_on: plain(pile, |body| filled(body.accepted_on.as_ref())),
            expires: expires_on.as_deref().and_then(Date::parse),
            expires_on,
            rationale: plain(pile, |body| filled(body.rationale.as_ref())),
            status: status(pile),
            evidence: evidence(pile),
        })
    };
    contributions.accepted_risks.iter().filter_map(accepted_risk).collect()
}

pub(super) fn questions(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Question> {
    let question = |(id, pile): (&ElementId, &Vec<Contribution<'_, cairn_model::QuestionClaim>>)| {
        Some(Question {
            id: id.clone(),
            statement: plain(pile, |body| filled(Some(&body.statement)))?,
            about: about(pile, names, |body| &body.about),
            evidence: evidence(pile),
        })
    };
    contributions.questions.iter().filter_map(question).collect()
}

pub(super) fn incidents(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Incident> {
    let incident = |(id, pile): (&ElementId, &Vec<Contribution<'_, cairn_model::IncidentClaim>>)| {
        Some(Incident {
            id: id.clone(),
            statement: plain(pile, |body| filled(Some(&body.statement)))?,
            about: about(pile, names, |body| &body.about),
            occurred_on: plain(pile, |body| filled(body.occurred_on.as_ref())),
            cause: plain(pile, |body| filled(body.cause.as_ref())),
            follow_up: plain(pile, |body| filled(body.follow_up.as_ref())),
            evidence: evidence(pile),
        })
    };
    contributions.incidents.iter().filter_map(incident).collect()
}

/// Texts that differ in more than writing, sorted.
fn distinct<'t>(texts: impl IntoIterator<Item = &'t String>) -> Vec<String> {
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for text in texts {
        let kept = found.entry(crate::value::Value::key(text)).or_insert(text);
        *kept = text.as_str().min(kept);
    }
    found.into_values().map(str::to_owned).collect()
}
