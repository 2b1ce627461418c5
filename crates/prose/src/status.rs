//! What a sentence says of the thing at one place in it: there, planned, missing, taken for granted, on its way out.
//!
//! Grammar before vocabulary: a negation counts when it stands in the same clause and close before the thing, or closes a
//! predicate right after it; modals count for what follows them. Headings, task boxes and the document's own standing give the
//! status of what the sentence leaves unsaid.

use cairn_model::Status;

use crate::terms::{Cue, Hit};
use crate::utterance::{PlaceKind, Utterance};

/// How many tokens before the thing a negation reaches, and how many after it.
const NEGATION_BEFORE: usize = 6;
const NEGATION_AFTER: usize = 7;

/// The status of what stands at bytes `start..end` of the line.
pub(crate) fn status_at(utterance: &Utterance<'_>, start: usize, end: usize) -> Status {
    let (from, to) = clause(utterance, start, end);
    let here: Vec<&Hit> = utterance.hits.iter().filter(|hit| hit.start >= from && hit.end <= to).collect();
    let protective = here.iter().any(|hit| hit.cue == Cue::Protective);
    if !protective
        && here.iter().any(|hit| hit.cue == Cue::Status(Status::Absent) && negates(utterance, hit, start, end))
    {
        return Status::Absent;
    }
    if here.iter().any(|hit| hit.cue == Cue::Status(Status::Deprecated)) {
        return Status::Deprecated;
    }
    let says = |status: Status| {
        here.iter()
            .any(|hit| hit.cue == Cue::Status(status) && (hit.start <= start || is_predicated(utterance, hit, end)))
    };
    let closes = here.iter().any(|hit| hit.cue == Cue::Status(Status::Planned) && is_closing(utterance, hit));
    if says(Status::Planned) || closes || stands_planned(utterance) {
        Status::Planned
    } else if says(Status::Assumed) {
        Status::Assumed
    } else {
        Status::Implemented
    }
}

/// Whether the place alone makes a statement a plan.
pub(crate) fn stands_planned(utterance: &Utterance<'_>) -> bool {
    let place = utterance.place;
    place.stance == Status::Planned
        || place.outline.planned
        || matches!(place.kind, PlaceKind::ListItem { task: Some(false) })
}

/// The clause around `start..end`: between semicolons, dashes, and conjunctions that open a new predicate.
pub(crate) fn clause(utterance: &Utterance<'_>, start: usize, end: usize) -> (usize, usize) {
    let breaks = |lower: &str| {
        matches!(lower, ";" | "—" | "–" | "but" | "however" | "although" | "whereas" | "while" | "because")
    };
    let before =
        utterance.tokens.iter().take_while(|token| token.end <= start).filter(|token| breaks(&token.lower)).last();
    let after = utterance.tokens.iter().find(|token| token.start >= end && breaks(&token.lower));
    (before.map_or(utterance.start, |token| token.end), after.map_or(utterance.end, |token| token.start))
}

fn negates(utterance: &Utterance<'_>, hit: &Hit, start: usize, end: usize) -> bool {
    let (at, to) = (utterance.token_at(hit.start), utterance.token_at(hit.end.saturating_sub(1)));
    let (first, last) = (utterance.token_at(start), utterance.token_at(end.saturating_sub(1)));
    let overlaps = hit.start < end && start < hit.end;
    overlaps
        || (to < first && first - to <= NEGATION_BEFORE)
        || (at > last && at - last <= NEGATION_AFTER && follows_predicate(utterance, last, at))
}

/// "… is not enabled", "… are missing": the negation speaks of what stands before it.
fn follows_predicate(utterance: &Utterance<'_>, last: usize, at: usize) -> bool {
    let between = utterance.tokens.get(last + 1..=at).unwrap_or_default();
    !between.iter().any(|token| token.mark || token.is_any(&["and", "or", "that", "which", "so", "if", "when"]))
}

/// "rate limits will be added": the modal right after the thing speaks of it.
fn is_predicated(utterance: &Utterance<'_>, hit: &Hit, end: usize) -> bool {
    let (last, at) = (utterance.token_at(end.saturating_sub(1)), utterance.token_at(hit.start));
    at > last && at - last <= NEGATION_AFTER && follows_predicate(utterance, last, at)
}

/// "… is planned", "… coming soon": a plan said after the thing.
fn is_closing(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    !matches!(utterance.hit_text(hit).to_lowercase().as_str(), "will" | "would" | "later" | "shall" | "consider")
}
