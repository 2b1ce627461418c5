//! Flows that no verb frame states: means ("… through the console"), enabling ("lets users …"), position ("in front of"),
//! network rules ("inbound traffic from …"), and headings or items made of two names.

use cairn_model::{ComponentType, Status};

use super::Claims;
use super::exchange::push;
use crate::lexicon::Mention;
use crate::status::status_at;
use crate::terms::Cue;
use crate::token::Token;
use crate::utterance::{PlaceKind, Utterance};
use crate::verbs::verbs;
use crate::words::{is_auxiliary, is_determiner, is_verb};

/// A means further from its verb belongs to something else.
const MEANS_REACH: usize = 12;

/// Reads the patterns of a sentence that speaks of the system.
pub(super) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    enabling(utterance, claims);
    means(utterance, claims);
    position(utterance, claims);
    protocol_item(utterance, claims);
    held_exchange(utterance, claims);
}

/// "Allow communication on port 443 from the gateway", under a heading that names who is called. Network rules are often
/// given as instructions, and are statements about the system all the same.
pub(super) fn read_network_rule(utterance: &Utterance<'_>, claims: &mut Claims) {
    const TRAFFIC: &[&str] = &["traffic", "communication", "connections", "access", "requests", "ingress", "egress"];
    const ALLOWS: &[&str] =
        &["allow", "allows", "permit", "permits", "restrict", "restricts", "limit", "limits", "accept", "accepts"];
    let tokens = &utterance.tokens;
    let Some(allow) = tokens.iter().take(4).position(|token| token.is_any(ALLOWS)) else { return };
    let Some(traffic) = tokens.iter().skip(allow).take(4).position(|token| token.is_any(TRAFFIC)).map(|at| at + allow)
    else {
        return;
    };
    let governed = |words: &[&str]| {
        utterance
            .mentions
            .iter()
            .filter(move |mention| mention.first > traffic)
            .find(|mention| governs(utterance, mention, words))
            .copied()
    };
    let (from, to) = (governed(&["from"]), governed(&["to", "towards"]));
    let topic = utterance.place.topic;
    let ends = match (from, to) {
        (Some(from), Some(to)) => Some((from.entity, to.entity, from, to)),
        (Some(from), None) => topic.map(|topic| (from.entity, topic, from, from)),
        (None, Some(to)) => topic.map(|topic| (topic, to.entity, to, to)),
        (None, None) => None,
    };
    let Some((source, target, first, last)) = ends else { return };
    push(utterance, (source, target), (first.first, last.last), Status::Implemented, None, claims);
}

/// "## orders to ledger", "- orders → ledger": a line of two names and what joins them.
pub(super) fn read_heading(utterance: &Utterance<'_>, claims: &mut Claims) {
    let [from, to] = utterance.mentions.as_slice() else { return };
    let tokens = &utterance.tokens;
    let between = tokens.get(from.last + 1..to.first).unwrap_or_default();
    let only_names = from.first == 0 && to.last + 1 == tokens.len();
    let joined = matches!(between, [word] if word.lower == "to");
    if only_names && joined && from.entity != to.entity {
        push(utterance, (from.entity, to.entity), (from.first, to.last), Status::Implemented, None, claims);
    }
}

/// "The portal lets customers download …": the customer uses the portal.
fn enabling(utterance: &Utterance<'_>, claims: &mut Claims) {
    const ENABLES: &[&str] = &["lets", "let", "allows", "enables", "letting", "allowing", "enabling"];
    for pair in utterance.mentions.windows(2) {
        let [system, actor] = pair else { continue };
        let between = utterance.tokens.get(system.last + 1..actor.first).unwrap_or_default();
        let enables = between.len() <= 4 && between.iter().any(|token| token.is_any(ENABLES));
        let acts = utterance.tokens.get(actor.last + 1).is_some_and(|token| token.lower == "to" || is_bare_verb(token));
        if enables && acts && is_person(utterance, actor) && !is_person(utterance, system) {
            let status = status_of(utterance, system.last + 1);
            push(utterance, (actor.entity, system.entity), (system.first, actor.last), status, None, claims);
        }
    }
}

/// "Admins clear the history through the console": who acts uses the means.
fn means(utterance: &Utterance<'_>, claims: &mut Claims) {
    for (index, tool) in utterance.mentions.iter().enumerate() {
        if !governs(utterance, tool, &["via", "through"]) {
            continue;
        }
        let actor = utterance.mentions.iter().take(index).find(|actor| {
            let after = utterance.tokens.get(actor.last + 1);
            let predicate = after.is_some_and(|token| {
                !token.mark && (is_verb(&token.lower) || is_auxiliary(&token.lower) || is_bare_verb(token))
            });
            predicate && tool.first - actor.last <= MEANS_REACH
        });
        if let Some(actor) = actor.filter(|actor| actor.entity != tool.entity) {
            let status = status_of(utterance, actor.last + 1);
            if status != Status::Absent {
                push(utterance, (actor.entity, tool.entity), (actor.first, tool.last), status, None, claims);
            }
        }
    }
}

/// "the balancer in front of the frontend".
fn position(utterance: &Utterance<'_>, claims: &mut Claims) {
    for pair in utterance.mentions.windows(2) {
        let [front, back] = pair else { continue };
        let between: Vec<&str> = utterance
            .tokens
            .get(front.last + 1..back.first)
            .unwrap_or_default()
            .iter()
            .map(|token| token.lower.as_str())
            .filter(|word| !is_determiner(word))
            .collect();
        let stands_before = between.windows(3).any(|words| words == ["in", "front", "of"]) && between.len() <= 5;
        let stands_behind = between.last() == Some(&"behind") && between.len() <= 4;
        let ends = if stands_before {
            (front.entity, back.entity)
        } else if stands_behind {
            (back.entity, front.entity)
        } else {
            continue;
        };
        push(utterance, ends, (front.first, back.last), status_of(utterance, front.last + 1), None, claims);
    }
}

/// "keeps a connection to the broker open", "has read access to the store": the noun says what the verb does not.
fn held_exchange(utterance: &Utterance<'_>, claims: &mut Claims) {
    const HOLDS: &[&str] = &[
        "keeps",
        "keep",
        "holds",
        "hold",
        "opens",
        "open",
        "makes",
        "make",
        "maintains",
        "maintain",
        "establishes",
        "establish",
        "has",
        "have",
        "gets",
        "get",
        "needs",
        "need",
        "starts",
        "initiates",
        "issues",
    ];
    const EXCHANGES: &[&str] = &[
        "connection",
        "connections",
        "request",
        "requests",
        "call",
        "calls",
        "session",
        "sessions",
        "access",
        "query",
        "queries",
        "subscription",
        "tunnel",
    ];
    for pair in utterance.mentions.windows(2) {
        let [subject, target] = pair else { continue };
        let between = utterance.tokens.get(subject.last + 1..target.first).unwrap_or_default();
        let Some(verb) = between.iter().take(4).position(|token| token.is_any(HOLDS)) else { continue };
        let object: Vec<&Token> = between.iter().skip(verb + 1).take(5).collect();
        let denied = object.iter().any(|token| token.is_any(&["no", "neither", "without"]));
        let noun = !denied && object.iter().any(|token| token.is_any(EXCHANGES));
        if noun && between.len() <= MEANS_REACH && governs(utterance, target, &["to", "with", "against"]) {
            let status = status_of(utterance, subject.last + 1 + verb);
            if status != Status::Absent && subject.entity != target.entity {
                push(utterance, (subject.entity, target.entity), (subject.first, target.last), status, None, claims);
            }
        }
    }
}

/// "Requests to the shop pass through the balancer": who is passed stands in front. Whether the sentence is such a one.
pub(super) fn read_passage(utterance: &Utterance<'_>, claims: &mut Claims) -> bool {
    let mut found = false;
    for pair in utterance.mentions.windows(2) {
        let [behind, front] = pair else { continue };
        if is_passage(utterance, behind, front) {
            let status = status_of(utterance, behind.last + 1);
            push(utterance, (front.entity, behind.entity), (behind.first, front.last), status, None, claims);
            found = true;
        }
    }
    found
}

/// Whether the sentence says of what goes to `behind` that it takes its way through `front`.
fn is_passage(utterance: &Utterance<'_>, behind: &Mention, front: &Mention) -> bool {
    const TRAVELLERS: &[&str] = &["traffic", "requests", "request", "calls", "connections", "messages", "access"];
    const PASSES: &[&str] = &["pass", "passes", "go", "goes", "come", "comes", "flow", "flows", "routed", "travel"];
    let before = utterance.tokens.get(behind.first.saturating_sub(5)..behind.first).unwrap_or_default();
    let between = utterance.tokens.get(behind.last + 1..front.first).unwrap_or_default();
    governs(utterance, behind, &["to", "for"])
        && governs(utterance, front, &["through", "via"])
        && before.iter().any(|token| token.is_any(TRAVELLERS))
        && between.iter().take(4).any(|token| token.is_any(PASSES))
}

/// "- HTTPS to the ledger", under a heading or lead that names who speaks.
fn protocol_item(utterance: &Utterance<'_>, claims: &mut Claims) {
    let (Some(topic), PlaceKind::ListItem { .. }) = (utterance.place.topic, utterance.place.kind) else { return };
    let Some(target) = utterance.mentions.first().filter(|target| target.entity != topic) else { return };
    let opens = utterance.hits.iter().any(|hit| hit.cue == Cue::Protocol && utterance.token_at(hit.start) <= 1);
    let before: Vec<&Token> =
        utterance.tokens.iter().take(target.first).filter(|token| !is_determiner(&token.lower)).collect();
    if opens && before.len() <= 4 && before.last().is_some_and(|token| token.lower == "to") {
        push(utterance, (topic, target.entity), (0, target.last), status_of(utterance, 0), None, claims);
    }
}

/// Whether one of these prepositions stands right before the name, but for articles and modifiers.
fn governs(utterance: &Utterance<'_>, mention: &Mention, prepositions: &[&str]) -> bool {
    let before = utterance.tokens.get(mention.first.saturating_sub(3)..mention.first).unwrap_or_default();
    let mut nearest = before.iter().rev();
    nearest.find(|token| !is_determiner(&token.lower)).is_some_and(|token| token.is_any(prepositions))
}

fn is_bare_verb(token: &Token) -> bool {
    verbs().get(&token.lower).is_some()
}

fn is_person(utterance: &Utterance<'_>, mention: &Mention) -> bool {
    utterance.lexicon.entity(mention.entity).and_then(|entity| entity.component_type) == Some(ComponentType::Actor)
}

fn status_of(utterance: &Utterance<'_>, token: usize) -> Status {
    utterance.tokens.get(token).map_or(Status::Implemented, |token| status_at(utterance, token.start, token.end))
}
