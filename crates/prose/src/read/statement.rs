//! Assumptions and accepted risks: whole sentences, recognised by their words or by the heading they stand under.

use std::sync::OnceLock;

use cairn_model::{AcceptedRiskClaim, AssumptionClaim, Statement, Status};
use regex::Regex;

use super::Claims;
use crate::terms::Cue;
use crate::utterance::{PlaceKind, Utterance};

/// Reads the assumption or the accepted risk a sentence states.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.text().ends_with('?') || utterance.tokens.len() < 4 {
        return;
    }
    let in_list = matches!(utterance.place.kind, PlaceKind::ListItem { .. } | PlaceKind::TableCell);
    if utterance.has(Cue::AcceptedRisk) && !negated(utterance, Cue::AcceptedRisk) {
        let claim = AcceptedRiskClaim {
            statement: statement(utterance),
            about: utterance.names_or_topic(),
            owner: owner(utterance.text()),
            accepted_on: None,
            expires_on: expiry(utterance.text()),
            rationale: rationale(utterance),
        };
        claims.add(Statement::AcceptedRisk(claim), Status::Implemented, quote(utterance, Cue::AcceptedRisk), 500);
        return;
    }
    let stated = utterance.has(Cue::Assumption) && !utterance.has(Cue::Advice) && !takes_a_role(utterance);
    if stated
        || (utterance.place.outline.assumptions
            && in_list
            && !utterance.is_advice()
            && utterance.place.kind != PlaceKind::TableCell)
    {
        let claim = AssumptionClaim { statement: statement(utterance), about: utterance.names_or_topic() };
        claims.add(Statement::Assumption(claim), Status::Assumed, quote(utterance, Cue::Assumption), 500);
    }
}

/// "the worker assumes the backup role": a word of access control.
fn takes_a_role(utterance: &Utterance<'_>) -> bool {
    utterance.tokens.iter().enumerate().any(|(at, token)| {
        token.lower.starts_with("assum")
            && utterance
                .tokens
                .iter()
                .skip(at + 1)
                .take(4)
                .any(|next| next.is_any(&["role", "roles", "identity", "iam"]))
    })
}

/// The sentence without the full stop.
pub(crate) fn statement(utterance: &Utterance<'_>) -> String {
    utterance.text().trim().trim_end_matches(['.', ';']).to_owned()
}

/// What follows "because" and the like, to the end of the sentence.
pub(crate) fn rationale(utterance: &Utterance<'_>) -> Option<String> {
    let hit = utterance.first(Cue::Rationale)?;
    let reason = crate::line::slice(&utterance.line.text, hit.start, utterance.end);
    Some(reason.trim_end_matches('.').trim().to_owned()).filter(|reason| reason.len() > 12)
}

fn quote(utterance: &Utterance<'_>, cue: Cue) -> Option<cairn_model::Quote> {
    utterance.first(cue).map_or_else(|| utterance.quote_all(), |hit| utterance.quote((hit.start, hit.end)))
}

fn negated(utterance: &Utterance<'_>, cue: Cue) -> bool {
    let Some(hit) = utterance.first(cue) else { return false };
    let at = utterance.token_at(hit.start);
    utterance
        .tokens
        .get(at.saturating_sub(3)..at)
        .unwrap_or_default()
        .iter()
        .any(|token| token.is_any(&["not", "never", "no", "isn't", "un"]))
}

/// "until 2026-12-31", "expires on 31 March 2027", "review by 2027-01-01".
fn expiry(text: &str) -> Option<String> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r"(?i)\b(?:until|expir\w+(?:\s+on)?|valid\s+(?:to|until)|review(?:ed)?\s+by|revisit(?:ed)?\s+(?:by|on|in))[\s:]+(?:the\s+end\s+of\s+)?(?P<date>\d{4}-\d{2}-\d{2}|\d{1,2}\s+\p{L}+\s+\d{4}|\p{L}+\s+\d{1,2},?\s+\d{4}|\p{L}+\s+\d{4}|Q[1-4]\s+\d{4})")
            .expect("the pattern is constant and tested")
    });
    pattern.captures(text).and_then(|found| found.name("date")).map(|date| date.as_str().to_owned())
}

/// "accepted by Dana Whitfield", "Owner: platform team".
fn owner(text: &str) -> Option<String> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r"(?:(?i:accepted by|signed off by|approved by|owned by|owner(?: is)?:?|risk owner:?))\s+(?:the\s+)?(?P<owner>\p{Lu}[\p{L}.]*(?:\s+\p{Lu}[\p{L}.]*){0,3}|[a-z]+(?:\s[a-z]+)?\s+team|@[\w-]+)")
            .expect("the pattern is constant and tested")
    });
    pattern
        .captures(text)
        .and_then(|found| found.name("owner"))
        .map(|owner| owner.as_str().trim_end_matches('.').to_owned())
}
