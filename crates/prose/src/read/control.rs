//! Controls: a family's words in a statement about the system, with the status that grammar gives them.

use cairn_model::{ControlClaim, ControlType, Statement, Status};

use super::Claims;
use crate::status::status_at;
use crate::terms::{Cue, Hit, terms};
use crate::utterance::{PlaceKind, Utterance};
use crate::words::{is_stop, is_verb};

/// A line without verb or function word that is not longer names a topic.
const LABEL_WORDS_MAX: usize = 4;
/// So many tokens after the control an exception may begin, and so many words it may have.
const EXCEPTION_REACH: usize = 4;
const EXCEPTION_WORDS_MAX: usize = 8;
/// How many tokens away a weak word's company may stand.
const COMPANY_REACH: usize = 6;

/// Reads the controls of a sentence: at most one for each family.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.has(Cue::Example)
        || utterance.text().ends_with('?')
        || utterance.tokens.len() < 4
        || is_label(utterance)
    {
        return;
    }
    let mut done: Vec<ControlType> = Vec::new();
    for hit in &utterance.hits {
        let Some((control_type, strong)) = control(utterance, hit) else { continue };
        if done.contains(&control_type) {
            continue;
        }
        let status = status(utterance, hit);
        if !strong && utterance.mentions.is_empty() && status == Status::Implemented {
            continue;
        }
        if utterance.is_advice() && status == Status::Implemented {
            continue;
        }
        done.push(control_type);
        let claim = ControlClaim {
            control_type,
            on: utterance.names_or_topic(),
            mechanism: Some(mechanism(utterance, hit, control_type)),
        };
        claims.add(
            Statement::Control(claim),
            status,
            utterance.quote((hit.start, hit.end)),
            if strong { 600 } else { 400 },
        );
    }
}

/// "Authorization (Access Control)": a topic, about which the line says nothing.
fn is_label(utterance: &Utterance<'_>) -> bool {
    let words = utterance.tokens.iter().filter(|token| !token.mark).count();
    let says_something = utterance
        .tokens
        .iter()
        .any(|token| is_verb(&token.lower) || is_stop(&token.lower) || token.lower.ends_with("ed"));
    words <= LABEL_WORDS_MAX
        && !says_something
        && utterance.mentions.is_empty()
        && !utterance.hits.iter().any(|hit| matches!(hit.cue, Cue::Status(_)))
        && utterance.place.kind != PlaceKind::TableCell
}

/// The family a phrase names here, and whether it does so without help.
fn control(utterance: &Utterance<'_>, hit: &Hit) -> Option<(ControlType, bool)> {
    if names_a_place(utterance, hit)
        || in_identifier(utterance, hit)
        || utterance.is_in_name(hit)
        || in_longer_phrase(utterance, hit)
    {
        return None;
    }
    match hit.cue {
        Cue::Control(control_type) => Some((control_type, true)),
        Cue::WeakControl(control_type) => {
            let company = utterance.hits.iter().any(|other| {
                other.cue == Cue::Company(control_type)
                    && (other.end <= hit.start || other.start >= hit.end)
                    && utterance.token_at(other.start).abs_diff(utterance.token_at(hit.start)) <= COMPANY_REACH
            });
            // Nobody writes the name of a column in passing.
            let is_identifier = utterance.hit_text(hit).contains('_');
            company.then_some((control_type, is_identifier))
        }
        _ => None,
    }
}

/// "the sandbox environment", "monitoring team": the word says which one, not that something is controlled.
fn names_a_place(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    let last = utterance.token_at(hit.end.saturating_sub(1));
    utterance.tokens.get(last + 1).is_some_and(|next| {
        next.is_any(&[
            "environment",
            "environments",
            "cluster",
            "clusters",
            "account",
            "accounts",
            "team",
            "teams",
            "page",
            "documentation",
            "docs",
            "section",
            "issue",
            "issues",
        ])
    })
}

/// A word in a URL, a path or an identifier names no control.
fn in_identifier(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    utterance.tokens.get(utterance.token_at(hit.start)).is_some_and(|token| {
        let is_whole = token.start == hit.start && token.end == hit.end;
        token.lower.contains("://")
            || token.lower.contains('_') && !is_whole
            || token.lower.matches('/').count() > 1
            || token.lower.starts_with('/')
    })
}

/// "MFA delete" is no multi-factor authentication.
fn in_longer_phrase(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    utterance.hits.iter().any(|other| {
        matches!(other.cue, Cue::Control(_))
            && other.start <= hit.start
            && other.end >= hit.end
            && other.end - other.start > hit.end - hit.start
            && other.cue != hit.cue
    })
}

/// Words that state the absence of their own control ("plain HTTP") need no negation.
fn status(utterance: &Utterance<'_>, hit: &Hit) -> Status {
    let words = utterance.hit_text(hit).to_lowercase();
    let is_bare = terms().bare.iter().any(|bare| words.starts_with(bare));
    let status = status_at(utterance, hit.start, hit.end);
    if is_bare && status == Status::Implemented { Status::Absent } else { status }
}

/// The longest phrase of the family, with the word before it when that belongs to its name.
fn mechanism(utterance: &Utterance<'_>, hit: &Hit, control_type: ControlType) -> String {
    let longest = utterance
        .hits
        .iter()
        .filter(|other| other.start <= hit.start && other.end >= hit.end && other.cue == Cue::Control(control_type))
        .max_by_key(|other| other.end - other.start)
        .unwrap_or(hit);
    if utterance.place.kind == PlaceKind::TableCell {
        return utterance.hit_text(longest).to_owned();
    }
    let first = utterance.token_at(longest.start);
    let qualifier = first
        .checked_sub(1)
        .and_then(|index| utterance.tokens.get(index))
        .filter(|token| !token.mark && (token.capital || token.code || token.lower.contains('-')) && first > 1);
    let from = qualifier.map_or(longest.start, |token| token.start);
    crate::line::slice(&utterance.line.text, from, exception(utterance, longest).unwrap_or(longest.end)).to_owned()
}

/// Where an exception from the control ends: "filtered by `customer_id`, except for exports" is another thing than without it.
fn exception(utterance: &Utterance<'_>, hit: &Hit) -> Option<usize> {
    let after = utterance.token_at(hit.end.saturating_sub(1)) + 1;
    let rest = utterance.tokens.get(after..)?;
    let except = rest.iter().take(EXCEPTION_REACH).position(|token| token.is_any(&["except", "excluding"]))?;
    let words = rest.get(except + 1..)?.iter().take_while(|token| !token.mark);
    words.take(EXCEPTION_WORDS_MAX).last().map(|token| token.end)
}
