//! Permissions: who may do what to what.

mod granting;

pub(crate) use granting::read_command;

use cairn_model::{ComponentType, PermissionClaim, Statement, Status};

use super::Claims;
use crate::heads::heads;
use crate::line::slice;
use crate::status::stands_planned;
use crate::terms::{Cue, Hit};
use crate::utterance::Utterance;
use crate::words::is_stop;

/// Words of the resource that are kept.
const RESOURCE_WORDS_MAX: usize = 10;

/// Words after "can" and the like that are no act upon a resource.
const NOT_ACTIONS: &[&str] = &[
    "still",
    "just",
    "simply",
    "then",
    "browse",
    "simplify",
    "be",
    "have",
    "want",
    "look",
    "option",
    "using",
    "need",
    "lead",
    "expect",
    "benefit",
    "find",
    "happen",
    "help",
    "become",
    "get",
    "take",
    "make",
    "also",
    "you",
    "easily",
    "quickly",
    "potentially",
    "result",
    "cause",
    "seem",
    "experience",
    "enjoy",
    "see",
    "focus",
    "do",
    "leverage",
    "try",
    "test",
    "observe",
    "covers",
    "no",
    "the",
    "a",
    "an",
    "any",
    "more",
    "right",
];

/// Acts of administration that need no modal: "operators manage the vault".
const ADMINISTERS: &[&str] = &[
    "manage",
    "manages",
    "administer",
    "administers",
    "approve",
    "approves",
    "promote",
    "promotes",
    "own",
    "owns",
    "configure",
    "configures",
    "revoke",
    "revokes",
    "deploy",
    "deploys",
];

/// Reads the permission a sentence states.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.has(Cue::Example) || utterance.text().ends_with('?') {
        return;
    }
    if granting::read(utterance, claims) || utterance.has(Cue::Advice) {
        return;
    }
    for hit in utterance.hits.iter().filter(|hit| hit.cue == Cue::Permission) {
        let Some((principal, is_role)) = principal(utterance, hit) else { continue };
        let modal = matches!(
            utterance.hit_text(hit).to_lowercase().as_str(),
            "can" | "may" | "could" | "able to" | "cannot" | "must not" | "has the" | "have the"
        );
        if modal && !is_role || utterance.hit_text(hit).eq_ignore_ascii_case("only") {
            continue;
        }
        let Some((action, resource)) = action(utterance, hit) else { continue };
        let claim = PermissionClaim { principal, action, resource, condition: condition(utterance, hit) };
        claims.add(Statement::Permission(claim), status(utterance, hit), utterance.quote((hit.start, hit.end)), 400);
        return;
    }
    administration(utterance, claims);
}

/// "Release managers promote the build": a role and what it does by office.
fn administration(utterance: &Utterance<'_>, claims: &mut Claims) {
    for mention in &utterance.mentions {
        let is_role = utterance
            .lexicon
            .entity(mention.entity)
            .is_some_and(|entity| entity.component_type == Some(ComponentType::Actor));
        let Some(verb) = utterance
            .tokens
            .get(mention.last + 1)
            .filter(|token| is_role && ADMINISTERS.contains(&token.lower.as_str()))
        else {
            continue;
        };
        let (Some(principal), Some(resource)) = (utterance.name(mention.entity), object(utterance, mention.last + 2))
        else {
            continue;
        };
        let status = if stands_planned(utterance) { Status::Planned } else { Status::Implemented };
        let claim = PermissionClaim { principal, action: verb.lower.clone(), resource, condition: None };
        claims.add(Statement::Permission(claim), status, utterance.quote((verb.start, verb.end)), 400);
        return;
    }
}

/// The name right before the phrase, and whether it is a person's or role's.
fn principal(utterance: &Utterance<'_>, hit: &Hit) -> Option<(String, bool)> {
    let at = utterance.token_at(hit.start);
    let mention = utterance.mentions.iter().rev().find(|mention| mention.last < at && at - mention.last <= 5);
    if let Some(mention) = mention {
        let is_role = utterance
            .lexicon
            .entity(mention.entity)
            .is_some_and(|entity| entity.component_type == Some(ComponentType::Actor));
        return Some((utterance.name(mention.entity)?, is_role));
    }
    let noun = at.checked_sub(1)?;
    let token = utterance.tokens.get(noun).filter(|token| !token.mark)?;
    let first = noun.saturating_sub(1);
    let before = utterance.tokens.get(first).map_or("", |token| token.lower.as_str());
    let head = heads().ending(&[before, &token.lower])?.1;
    let qualifier = utterance.tokens.get(first).is_some_and(|token| !token.mark && !is_stop(&token.lower));
    Some((
        utterance.words(if qualifier { first } else { noun }, noun).to_owned(),
        head.component_type == ComponentType::Actor,
    ))
}

/// The name that begins at or right after token `at`, but for articles, and its last token.
fn principal_at(utterance: &Utterance<'_>, at: usize) -> Option<(String, usize)> {
    if let Some(mention) = utterance.mentions.iter().find(|mention| mention.first >= at && mention.first <= at + 2) {
        let between = utterance.tokens.get(at..mention.first).unwrap_or_default();
        if between.iter().all(|token| is_stop(&token.lower)) {
            return Some((utterance.name(mention.entity)?, mention.last));
        }
    }
    let last = (at..at + 4).find(|last| {
        let words: Vec<&str> =
            utterance.tokens.get(at..=*last).unwrap_or_default().iter().map(|token| token.lower.as_str()).collect();
        let next_is_head =
            utterance.tokens.get(last + 1).is_some_and(|token| heads().ending(&[&token.lower]).is_some());
        !next_is_head
            && heads()
                .ending(&words)
                .is_some_and(|(_, head)| head.component_type == ComponentType::Actor || words.len() > 1)
    })?;
    let first = (at..=last).find(|index| utterance.tokens.get(*index).is_some_and(|token| !is_stop(&token.lower)))?;
    Some((utterance.words(first, last).to_owned(), last))
}

/// The verb after the phrase and the words it governs.
fn action(utterance: &Utterance<'_>, hit: &Hit) -> Option<(String, String)> {
    let phrase = utterance.hit_text(hit).to_lowercase();
    let mut at = utterance.token_at(hit.end.saturating_sub(1)) + 1;
    if phrase.contains("access to") {
        return Some(("access".to_owned(), object(utterance, at)?));
    }
    while utterance
        .tokens
        .get(at)
        .is_some_and(|token| token.is_any(&["only", "also", "then", "not", "be", "to", "always", "now", "never"]))
    {
        at += 1;
    }
    let verb = utterance.tokens.get(at).filter(|token| {
        !token.mark && token.lower.chars().all(char::is_alphabetic) && !NOT_ACTIONS.contains(&token.lower.as_str())
    })?;
    let mut last = at;
    while utterance.tokens.get(last + 1).is_some_and(|token| token.is_any(&["and", "or", ","]))
        && utterance.tokens.get(last + 2).is_some_and(|token| crate::verbs::verbs().get(&token.lower).is_some())
    {
        last += 2;
    }
    let action = if last == at { verb.lower.clone() } else { utterance.words(at, last).to_owned() };
    Some((action, object(utterance, last + 1)?))
}

fn object(utterance: &Utterance<'_>, first: usize) -> Option<String> {
    let tokens = utterance.tokens.get(first..)?;
    let end = tokens.iter().position(|token| {
        token.mark || token.is_any(&["if", "when", "because", "so", "which", "that", "but", "unless", "until", "using"])
    });
    let count = end.unwrap_or(tokens.len()).min(RESOURCE_WORDS_MAX);
    let last = count.checked_sub(1)?;
    Some(utterance.words(first, first + last).trim_start_matches("the ").to_owned()).filter(|object| object.len() > 2)
}

fn condition(utterance: &Utterance<'_>, hit: &Hit) -> Option<String> {
    let opener = utterance
        .tokens
        .iter()
        .find(|token| token.start >= hit.end && token.is_any(&["if", "when", "unless", "until", "only"]))?;
    let end = utterance
        .tokens
        .iter()
        .find(|token| token.start > opener.end && matches!(token.lower.as_str(), "," | ";"))
        .map_or(utterance.end, |token| token.start);
    Some(slice(&utterance.line.text, opener.start, end).trim_end_matches('.').trim().to_owned())
}

fn status(utterance: &Utterance<'_>, hit: &Hit) -> Status {
    let phrase = utterance.hit_text(hit).to_lowercase();
    let at = utterance.token_at(hit.end.saturating_sub(1));
    let negated = phrase.contains("not") || utterance.tokens.get(at + 1).is_some_and(|token| token.lower == "not");
    if negated {
        Status::Absent
    } else if stands_planned(utterance)
        || utterance.hits.iter().any(|other| other.cue == Cue::Status(Status::Planned) && other.end <= hit.start)
    {
        Status::Planned
    } else {
        Status::Implemented
    }
}
