//! Flows: subject, verb, other end; and arrows between names.
//!
//! One pass from left to right keeps the current subject and the last verb. A name followed by a verb becomes the subject;
//! a name in the place where the verb's frame expects the other end makes a flow. Coordinated names share their role.

mod exchange;
mod pattern;

use cairn_model::Status;

use self::exchange::{is_loose, push};
use super::Claims;
use crate::lexicon::Mention;
use crate::status::status_at;
use crate::terms::Cue;
use crate::token::is_arrow;
use crate::utterance::{PlaceKind, Utterance};
use crate::verbs::{Form, Verb, verbs};
use crate::words::{is_auxiliary, is_be, is_determiner, is_verb};

/// A name further away from its verb than this belongs to something else.
const REACH_TOKENS: usize = 14;
/// Between a name and its ", which" stands the comma, and at most a noun that says what it is.
const ANTECEDENT_TOKENS: usize = 3;

/// Reads the flows of a sentence.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.mentions.is_empty() || utterance.has(Cue::Example) {
        return;
    }
    pattern::read_network_rule(utterance, claims);
    if utterance.is_advice() {
        return;
    }
    if utterance.tokens.iter().any(is_arrow) {
        read_arrows(utterance, claims);
        return;
    }
    if pattern::read_passage(utterance, claims) {
        return;
    }
    read_exchanges(utterance, claims);
    pattern::read(utterance, claims);
    let mut scan = Scan::new(utterance);
    for index in 0..utterance.tokens.len() {
        scan.step(index, claims);
    }
}

/// Reads a heading that names both ends.
pub(crate) fn read_heading(utterance: &Utterance<'_>, claims: &mut Claims) {
    pattern::read_heading(utterance, claims);
}

/// Reads "A -> B" in a line of any kind.
pub(crate) fn read_arrows(utterance: &Utterance<'_>, claims: &mut Claims) {
    for pair in utterance.mentions.windows(2) {
        let [from, to] = pair else { continue };
        let between = utterance.tokens.get(from.last + 1..to.first).unwrap_or_default();
        if from.entity != to.entity && between.len() <= 6 && between.iter().any(is_arrow) {
            push(utterance, (from.entity, to.entity), (from.first, to.last), Status::Implemented, None, claims);
        }
    }
}

/// Reads "traffic from A to B", "communication between A and B".
fn read_exchanges(utterance: &Utterance<'_>, claims: &mut Claims) {
    for pair in utterance.mentions.windows(2) {
        let [from, to] = pair else { continue };
        let before = utterance.tokens.get(from.first.saturating_sub(4)..from.first).unwrap_or_default();
        let between = utterance.tokens.get(from.last + 1..to.first).unwrap_or_default();
        let exchange = before.iter().any(|token| token.is_any(EXCHANGES));
        let opens = |word: &str| before.iter().rev().take(2).any(|token| token.lower == word);
        let joins = |word: &str| between.len() <= 2 && between.first().is_some_and(|token| token.lower == word);
        if exchange && (opens("from") && joins("to") || opens("between") && joins("and")) && from.entity != to.entity {
            push(utterance, (from.entity, to.entity), (from.first, to.last), Status::Implemented, None, claims);
        }
    }
}

/// What travels, and words for travelling.
const EXCHANGES: &[&str] = &[
    "traffic",
    "communication",
    "communications",
    "requests",
    "calls",
    "connection",
    "connections",
    "messages",
    "data",
    "events",
    "go",
    "goes",
    "flow",
    "flows",
    "travel",
    "travels",
    "move",
    "moves",
    "replicated",
    "copied",
    "forwarded",
    "shipped",
    "synced",
    "streamed",
];

/// A verb of a frame, waiting for its other end.
struct Pending<'v> {
    verb: &'v Verb,
    at: usize,
    passive: bool,
    subjects: Vec<usize>,
    /// Where a passive says its subject goes ("is sent to X"), waiting for who sends it ("from Y", "by Y").
    goal: Option<Mention>,
}

struct Scan<'a, 'v> {
    utterance: &'a Utterance<'a>,
    subjects: Vec<usize>,
    pending: Option<Pending<'v>>,
    /// Names seen after the last verb, by entity and place.
    next_mention: usize,
    /// The token right after a subject, where even a form that could be a noun is its verb.
    verb_due: Option<usize>,
}

impl<'a> Scan<'a, '_> {
    fn new(utterance: &'a Utterance<'a>) -> Self {
        let subjects = inherited_subject(utterance).into_iter().collect();
        Self { utterance, subjects, pending: None, next_mention: 0, verb_due: None }
    }

    fn step(&mut self, index: usize, claims: &mut Claims) {
        let utterance = self.utterance;
        let Some(token) = utterance.tokens.get(index) else { return };
        if let Some(mention) =
            utterance.mentions.get(self.next_mention).copied().filter(|mention| mention.first <= index)
        {
            if mention.last == index {
                self.next_mention += 1;
                self.name(mention, claims);
            }
            return;
        }
        if matches!(token.lower.as_str(), ";" | ":" | "but") {
            self.pending = None;
        }
        if let Some(antecedent) = self.antecedent(index) {
            self.subjects = vec![antecedent.entity];
            self.pending = None;
            self.verb_due = Some(index + 1);
        }
        if let Some(verb) =
            verbs().get(&token.lower).filter(|verb| acts(utterance, index, verb, self.verb_due == Some(index)))
        {
            let passive = is_passive(utterance, index, verb.form);
            self.pending = Some(Pending { verb, at: index, passive, subjects: self.subjects.clone(), goal: None });
        }
    }

    fn name(&mut self, mention: Mention, claims: &mut Claims) {
        // In "the user's cart" the cart takes part, not the user.
        if self
            .utterance
            .tokens
            .get(mention.last)
            .is_some_and(|token| token.lower.ends_with("'s") || token.lower.ends_with("s'"))
        {
            return;
        }
        if self.opens_predicate(mention) {
            let joined = self.utterance.mentions.get(..self.next_mention.saturating_sub(1)).unwrap_or_default();
            self.subjects = coordinated(self.utterance, joined, mention);
            self.pending = None;
            self.verb_due = Some(mention.last + 1);
            return;
        }
        if let Some(pending) = &mut self.pending {
            close(self.utterance, pending, mention, claims);
        } else if self.subjects.is_empty() {
            self.subjects = vec![mention.entity];
        }
    }

    /// ", which": the name right before is the subject of what follows.
    fn antecedent(&self, index: usize) -> Option<Mention> {
        let tokens = &self.utterance.tokens;
        let relative = tokens.get(index).is_some_and(|token| token.is_any(&["which", "who"]));
        let comma = index.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.lower == ",");
        let last = self.next_mention.checked_sub(1).and_then(|at| self.utterance.mentions.get(at))?;
        (relative && comma && index - last.last <= ANTECEDENT_TOKENS).then_some(*last)
    }

    /// Whether a verb follows the name, so that the name is its subject.
    fn opens_predicate(&self, mention: Mention) -> bool {
        let tokens = &self.utterance.tokens;
        if self.is_told_to_act(mention) {
            return true;
        }
        let mut rest = tokens.iter().skip(mention.last + 1).skip_while(|token| {
            token.lower.ends_with("ly")
                || token.is_any(&[
                    "that", "which", "who", "also", "then", "only", "itself", "now", "still", "not", "never", "always",
                ])
        });
        let mut next = rest.next();
        if next.is_some_and(|token| token.lower == "(") {
            next = rest.by_ref().skip_while(|token| token.lower != ")").nth(1);
        }
        let Some(next) = next else { return false };
        let is_predicate = is_verb(&next.lower)
            || verbs()
                .get(&next.lower)
                .is_some_and(|verb| verb.form == Form::Base && is_plural(self.utterance, mention));
        is_predicate && !next.mark && !next.lower.ends_with("ing")
    }

    /// "allow the importer to read …": the name acts though its verb is an infinitive.
    fn is_told_to_act(&self, mention: Mention) -> bool {
        let tokens = &self.utterance.tokens;
        let before = tokens.get(mention.first.saturating_sub(4)..mention.first).unwrap_or_default();
        let told = before.iter().any(|token| {
            token.is_any(&[
                "allow",
                "allows",
                "allowing",
                "enable",
                "enables",
                "enabling",
                "let",
                "lets",
                "cause",
                "causes",
                "causing",
                "permit",
                "permits",
                "for",
                "configure",
                "configured",
                "requires",
                "allowed",
                "enabled",
                "caused",
            ])
        });
        let infinitive = tokens.get(mention.last + 1).is_some_and(|token| token.lower == "to")
            && tokens
                .get(mention.last + 2)
                .is_some_and(|token| verbs().get(&token.lower).is_some_and(|verb| verb.form == Form::Base));
        told && infinitive
    }
}

fn is_plural(utterance: &Utterance<'_>, mention: Mention) -> bool {
    utterance.tokens.get(mention.last).is_some_and(|token| token.lower.ends_with('s'))
        || utterance
            .tokens
            .get(..mention.first)
            .and_then(|before| before.iter().rev().find(|token| !is_determiner(&token.lower)))
            .is_some_and(|token| token.lower == "and")
}

/// Sentences without a subject of their own speak of the row, the item or the section; so do those that open with a pronoun.
fn inherited_subject(utterance: &Utterance<'_>) -> Option<usize> {
    let first = utterance.tokens.first()?;
    let pronoun = first.is_any(&["it", "they", "this", "which", "these"]);
    let verb = verbs().get(&first.lower).is_some_and(|verb| verb.form != Form::Past) || is_verb(&first.lower);
    let imperative = verbs().get(&first.lower).is_some_and(|verb| verb.form == Form::Base)
        && utterance.place.kind == PlaceKind::Paragraph;
    ((pronoun || verb) && !imperative).then_some(utterance.place.topic?)
}

/// The mentions joined to `last` by "and", commas: "A, B and C".
fn coordinated(utterance: &Utterance<'_>, before: &[Mention], last: Mention) -> Vec<usize> {
    let mut entities = vec![last.entity];
    let mut next = last;
    for mention in before.iter().rev() {
        let between = utterance.tokens.get(mention.last + 1..next.first).unwrap_or_default();
        let joined = !between.is_empty()
            && between.iter().all(|token| token.is_any(&["and", "or", ",", "the", "a", "an", "both", "/", "&", "our"]));
        if !joined {
            break;
        }
        entities.push(mention.entity);
        next = *mention;
    }
    entities
}

/// Whether the word is a verb here and not a noun ("a call", "the store", "read replica").
fn acts(utterance: &Utterance<'_>, index: usize, verb: &Verb, after_subject: bool) -> bool {
    let before = index.checked_sub(1).and_then(|index| utterance.tokens.get(index));
    let after = utterance.tokens.get(index + 1);
    match verb.form {
        Form::Base => {
            before.is_none_or(|token| {
                after_subject
                    || token.lower == "to"
                    || is_auxiliary(&token.lower)
                    || token.is_any(&["and", "or", "not", "then", "also", "that", "which", "they", "we", "who", ","])
                    || token.lower.ends_with('s')
            }) && after.is_none_or(|token| !is_verb(&token.lower))
        }
        Form::Third => before.is_none_or(|token| {
            !token.is_any(&["the", "a", "an", "of", "these", "all", "with", "for", "in", "by", "no", "any"])
        }),
        Form::Past | Form::Gerund => true,
    }
}

fn is_passive(utterance: &Utterance<'_>, index: usize, form: Form) -> bool {
    if form == Form::Base {
        // "is read by": some participles look like the base form.
        let before = utterance.tokens.get(..index).unwrap_or_default();
        return before.iter().rev().find(|token| !token.lower.ends_with("ly")).is_some_and(|token| is_be(&token.lower));
    }
    if form != Form::Past {
        return false;
    }
    let before = utterance.tokens.get(index.saturating_sub(3)..index).unwrap_or_default();
    before.iter().any(|token| is_be(&token.lower))
        || !before.iter().any(|token| token.is_any(&["has", "have", "had"]))
            && utterance.tokens.get(index + 1).is_some_and(|token| token.lower == "by")
}

/// Makes the flow that `mention` completes, if its place fits the verb's frame.
fn close(utterance: &Utterance<'_>, pending: &mut Pending<'_>, mention: Mention, claims: &mut Claims) {
    if mention.first.saturating_sub(pending.at) > REACH_TOKENS {
        return;
    }
    let preposition = preposition_before(utterance, pending.at, mention.first);
    let status = utterance
        .tokens
        .get(pending.at)
        .map_or(Status::Implemented, |token| status_at(utterance, token.start, token.end));
    // "cannot call", "unable to reach": what is out of reach is no flow that is missing.
    let status = match status {
        Status::Absent if was_out_of_reach(utterance, pending.at) => Status::Implemented,
        Status::Absent if !is_denied(utterance, pending.at) => return,
        other => other,
    };
    let anchor = (pending.at.min(mention.first), mention.last);
    for frame in pending.verb.frames.iter().filter_map(|index| verbs().frames.get(*index)) {
        if pending.passive && matches!(preposition, Some("by" | "from")) {
            if let Some(goal) = pending.goal.filter(|_| frame.data) {
                push(
                    utterance,
                    (mention.entity, goal.entity),
                    (pending.at, mention.last),
                    status,
                    Some(pending.at),
                    claims,
                );
                return;
            }
            // "are scraped by the collector from the pods": the agent takes the place of the subject.
            if preposition == Some("by") && pending.subjects.is_empty() {
                pending.subjects = vec![mention.entity];
                pending.passive = false;
                return;
            }
            if preposition == Some("by") && frame.object {
                for subject in &pending.subjects {
                    let ends = if frame.reversed { (*subject, mention.entity) } else { (mention.entity, *subject) };
                    push(utterance, ends, anchor, status, Some(pending.at), claims);
                }
                return;
            }
        }
        let fits = match preposition {
            Some(word) => frame.prepositions.iter().any(|expected| expected == word),
            None => frame.object && !pending.passive,
        };
        if !fits || is_loose(utterance, pending.verb, mention) {
            continue;
        }
        pending.goal.get_or_insert(mention);
        for subject in &pending.subjects {
            let ends = if frame.reversed { (mention.entity, *subject) } else { (*subject, mention.entity) };
            push(utterance, ends, anchor, status, Some(pending.at).filter(|_| frame.data), claims);
        }
        return;
    }
}

/// "were unable to log in to", "could not reach": what failed once is what is done otherwise.
fn was_out_of_reach(utterance: &Utterance<'_>, verb: usize) -> bool {
    let before = utterance.tokens.get(verb.saturating_sub(4)..verb).unwrap_or_default();
    let past = before.iter().any(|token| token.is_any(&["was", "were", "couldn't", "failed"]));
    let could_not = before.windows(2).any(|pair| matches!(pair, [a, b] if a.lower == "could" && b.lower == "not"));
    let unable = before.iter().any(|token| token.is_any(&["unable", "failed", "couldn't"]));
    past && unable || could_not
}

/// "does not call", "never calls": the flow itself is denied.
fn is_denied(utterance: &Utterance<'_>, verb: usize) -> bool {
    let before = utterance.tokens.get(verb.saturating_sub(3)..verb).unwrap_or_default();
    before.iter().any(|token| token.is_any(&["not", "never", "doesn't", "don't", "isn't", "aren't"]))
        && !before.iter().any(|token| token.is_any(&["can", "could", "able", "should", "must", "may", "need", "want"]))
}

/// The preposition that governs the name at `first`, looking back to the verb.
fn preposition_before<'u>(utterance: &'u Utterance<'_>, verb: usize, first: usize) -> Option<&'u str> {
    const PREPOSITIONS: &[&str] = &[
        "to", "from", "in", "into", "on", "onto", "by", "with", "via", "through", "against", "at", "for", "of", "over",
        "using", "between", "within", "towards", "out", "behind", "as", "about", "without", "per", "after", "before",
        "inside", "during", "when", "if", "that", "which", "than",
    ];
    utterance
        .tokens
        .get(verb + 1..first)?
        .iter()
        .rev()
        .map(|token| token.lower.as_str())
        .find(|word| PREPOSITIONS.contains(word))
}
