//! Data: names whose last words tell what they are, and what the sentence's component does with them.

use cairn_model::{Classification, DataClaim, Handling, Statement, Status};

use super::Claims;
use crate::line::slice;
use crate::status::{stands_planned, status_at};
use crate::terms::{Cue, Hit, terms};
use crate::utterance::{PlaceKind, Utterance};
use crate::verbs::verbs;

/// Reads the data that a sentence names.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.has(Cue::Example) || utterance.is_advice() || utterance.place.kind == PlaceKind::Heading {
        return;
    }
    let handling = handling(utterance);
    let mut covered = utterance.start;
    for hit in &utterance.hits {
        let Some((classification, common)) = class(hit) else { continue };
        let longer = utterance.hits.iter().any(|other| {
            class(other).is_some()
                && other.start <= hit.start
                && other.end >= hit.end
                && (other.end - other.start) > (hit.end - hit.start)
        });
        if hit.start < covered || longer || utterance.is_in_name(hit) || !is_whole(utterance, hit) {
            continue;
        }
        covered = hit.end;
        let name = qualified(utterance, hit);
        let qualified_name = name.len() > hit.end - hit.start;
        if common && (handling.is_empty() || !qualified_name && classification.is_none() && !is_kept(utterance, hit)) {
            continue;
        }
        if handling.is_empty() && !qualified_name && utterance.mentions.is_empty() {
            continue;
        }
        let claim = DataClaim {
            name: name.to_owned(),
            component: utterance.names_or_topic().into_iter().next(),
            classification,
            handling: handling.clone(),
            encrypted_at_rest: at_rest(utterance),
            retention: retention(utterance),
        };
        let status = if stands_planned(utterance) { Status::Planned } else { Status::Implemented };
        claims.add(Statement::Data(claim), status, utterance.quote((hit.start, hit.end)), 500);
    }
}

fn class(hit: &Hit) -> Option<(Option<Classification>, bool)> {
    match hit.cue {
        Cue::Data(class) => Some((class, false)),
        Cue::CommonData(class) => Some((class, true)),
        _ => None,
    }
}

/// Whole words, and not those of "in order to": a part of an identifier or a path names something else.
fn is_whole(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    let (first, last) = (utterance.token_at(hit.start), utterance.token_at(hit.end.saturating_sub(1)));
    let starts = utterance.tokens.get(first).is_some_and(|token| token.start == hit.start);
    let ends = utterance.tokens.get(last).is_some_and(|token| token.end == hit.end || token.lower.ends_with("'s"));
    let idiom =
        first.checked_sub(1).and_then(|before| utterance.tokens.get(before)).is_some_and(|before| before.lower == "in")
            && utterance.hit_text(hit).eq_ignore_ascii_case("order");
    starts && ends && !idiom
}

/// The data's name with a qualifier before it: "order confirmation email", "bootstrap credential".
fn qualified<'u>(utterance: &Utterance<'u>, hit: &Hit) -> &'u str {
    let head = utterance.token_at(hit.start);
    let mut first = head;
    while first > 0 && head - first < 2 {
        let Some(token) = utterance.tokens.get(first - 1) else { break };
        let usable = !token.mark
            && !crate::words::is_stop(&token.lower)
            && !crate::words::is_verb(&token.lower)
            && verbs().get(&token.lower).is_none()
            && token.lower.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !token.lower.ends_with("ly")
            && !token.lower.ends_with("ing")
            && !crate::words::is_imperative(&token.lower)
            && !is_inside_mention(utterance, first - 1);
        if !usable {
            break;
        }
        first -= 1;
    }
    let from = utterance.tokens.get(first).map_or(hit.start, |token| token.start.min(hit.start));
    slice(&utterance.line.text, from, hit.end)
}

fn is_inside_mention(utterance: &Utterance<'_>, index: usize) -> bool {
    utterance.mentions.iter().any(|mention| mention.first <= index && index <= mention.last)
}

fn handling(utterance: &Utterance<'_>) -> Vec<Handling> {
    let mut found: Vec<Handling> = utterance
        .tokens
        .iter()
        .enumerate()
        .filter_map(|(index, token)| verbs().get(&token.lower).map(|verb| (index, verb)))
        .filter(|(index, verb)| verb.base != "log" || !signs_in(utterance, *index))
        .filter_map(|(_, verb)| terms().handling.get(&verb.base).copied())
        .filter(|handling| *handling != Handling::Processes)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// "conversations are stored": said of a word that alone could mean anything, it is data.
fn is_kept(utterance: &Utterance<'_>, hit: &Hit) -> bool {
    let after = utterance.token_at(hit.end.saturating_sub(1)) + 1;
    let [Some(auxiliary), Some(participle)] = [after, after + 1].map(|at| utterance.tokens.get(at)) else {
        return false;
    };
    let handling = verbs().get(&participle.lower).and_then(|verb| terms().handling.get(&verb.base));
    auxiliary.is_any(&["is", "are"])
        && matches!(handling, Some(Handling::Stores | Handling::Caches | Handling::Collects))
}

/// "log in", "logs into": nothing is written down.
fn signs_in(utterance: &Utterance<'_>, verb: usize) -> bool {
    let next = utterance.tokens.get(verb + 1);
    next.is_some_and(|next| next.is_any(&["in", "into", "on", "onto", "out", "off"]))
}

fn at_rest(utterance: &Utterance<'_>) -> Option<bool> {
    let hit = utterance.hits.iter().find(|hit| hit.cue == Cue::Control(cairn_model::ControlType::EncryptionAtRest))?;
    match status_at(utterance, hit.start, hit.end) {
        Status::Implemented => Some(true),
        Status::Absent => Some(false),
        Status::Planned | Status::Assumed | Status::Deprecated => None,
    }
}

/// "for 30 days", "after 24 months".
fn retention(utterance: &Utterance<'_>) -> Option<String> {
    let keeps = utterance.tokens.iter().any(|token| {
        token.is_any(&[
            "retained",
            "kept",
            "retention",
            "deleted",
            "purged",
            "stored",
            "expire",
            "expires",
            "removed",
            "retain",
            "retains",
            "keep",
            "keeps",
            "stores",
        ])
    });
    let unit = utterance
        .tokens
        .iter()
        .position(|token| token.is_any(&["days", "day", "months", "month", "years", "year", "weeks", "hours"]))?;
    let count = unit
        .checked_sub(1)
        .filter(|index| utterance.tokens.get(*index).is_some_and(|token| token.lower.chars().all(char::is_numeric)))?;
    keeps.then(|| utterance.words(count, unit).to_owned())
}
