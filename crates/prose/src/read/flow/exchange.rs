//! From two names and a verb to the claim: whether their kinds allow the flow, and what the sentence says of the exchange.

use cairn_model::{ComponentType, FlowClaim, Statement, Status};

use super::Claims;
use crate::lexicon::Mention;
use crate::terms::Cue;
use crate::utterance::Utterance;
use crate::verbs::{Verb, verbs};

/// Claims that `source` initiates towards `target`; `first` and `last` are the tokens that say so, `verb` the one whose object is data.
pub(super) fn push(
    utterance: &Utterance<'_>,
    (source, target): (usize, usize),
    (first, last): (usize, usize),
    status: Status,
    verb: Option<usize>,
    claims: &mut Claims,
) {
    let (Some(source_name), Some(target_name)) = (utterance.name(source), utterance.name(target)) else { return };
    let base = verb_at(utterance, first);
    if source == target || !is_plausible(utterance, source, target, base) {
        return;
    }
    let anchor = match (utterance.tokens.get(first), utterance.tokens.get(last)) {
        (Some(first), Some(last)) => (first.start, last.end),
        _ => (utterance.start, utterance.end),
    };
    let text_of = |cue: Cue| utterance.first(cue).map(|hit| utterance.hit_text(hit).to_owned());
    let plaintext = utterance.has(Cue::Plaintext);
    let claim = FlowClaim {
        source: source_name,
        target: target_name,
        protocol: longest(utterance, Cue::Protocol),
        data: verb.map(|verb| data_between(utterance, verb, last)).unwrap_or_default(),
        authentication: if utterance.has(Cue::Unauthenticated) {
            Some("none".to_owned())
        } else {
            text_of(Cue::Scheme)
        },
        encryption: if plaintext {
            Some("none".to_owned())
        } else {
            longest(utterance, Cue::Encrypted).filter(|_| status != Status::Absent)
        },
        mode: None,
    };
    claims.add(Statement::Flow(claim), status, utterance.quote(anchor), 500);
}

/// The base form of the verb at token `at`, empty when there is none.
fn verb_at<'v>(utterance: &Utterance<'_>, at: usize) -> &'v str {
    utterance.tokens.get(at).and_then(|token| verbs().get(&token.lower)).map_or("", |verb| verb.base.as_str())
}

fn longest(utterance: &Utterance<'_>, cue: Cue) -> Option<String> {
    let hit = utterance
        .hits
        .iter()
        .filter(|hit| hit.cue == cue)
        .max_by_key(|hit| (hit.end - hit.start, std::cmp::Reverse(hit.start)))?;
    Some(utterance.hit_text(hit).to_owned())
}

/// Data named between the verb and the other end.
fn data_between(utterance: &Utterance<'_>, verb: usize, last: usize) -> Vec<String> {
    let (Some(from), Some(to)) = (utterance.tokens.get(verb), utterance.tokens.get(last)) else { return Vec::new() };
    let mut names: Vec<String> = utterance
        .hits
        .iter()
        .filter(|hit| {
            hit.start >= from.end
                && hit.end <= to.start
                && matches!(hit.cue, Cue::Data(_) | Cue::CommonData(_))
                && !utterance.is_in_name(hit)
        })
        .map(|hit| utterance.hit_text(hit).to_owned())
        .collect();
    names.dedup();
    names
}

/// Verbs that say little ("uses the console") make a flow only with an end that is there to be used.
pub(super) fn is_loose(utterance: &Utterance<'_>, verb: &Verb, mention: Mention) -> bool {
    let usable = utterance.lexicon.entity(mention.entity).and_then(|entity| entity.component_type).is_some_and(
        |component_type| {
            !matches!(
                component_type,
                ComponentType::Actor | ComponentType::Client | ComponentType::Infrastructure | ComponentType::Pipeline
            )
        },
    );
    matches!(
        verb.base.as_str(),
        "use"
            | "leverage"
            | "create"
            | "generate"
            | "check"
            | "configure"
            | "search"
            | "control"
            | "manage"
            | "open"
            | "list"
            | "get"
    ) && !usable
}

/// Whether the types of both ends allow the source to initiate towards the target.
fn is_plausible(utterance: &Utterance<'_>, source: usize, target: usize, verb: &str) -> bool {
    let type_of = |entity: usize| utterance.lexicon.entity(entity).and_then(|entity| entity.component_type);
    let initiates =
        !matches!(type_of(source), Some(ComponentType::Datastore | ComponentType::Cache | ComponentType::SecretStore))
            || matches!(
                verb,
                "replicate" | "stream" | "trigger" | "notify" | "export" | "sync" | "copy" | "push" | "send" | ""
            );
    let addressed = type_of(target) != Some(ComponentType::Actor)
        || matches!(verb, "notify" | "page" | "email" | "send" | "return" | "deliver" | "escalate" | "");
    initiates && addressed
}
