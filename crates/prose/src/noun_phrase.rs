//! Noun phrases that may name a component.

use cairn_model::{ComponentType, NormalName};

use crate::heads::{Head, heads};
use crate::line::slice;
use crate::token::Token;
use crate::verbs::{Form, verbs};
use crate::words::{is_determiner, is_stop, is_verb};

/// A stretch of tokens that may be a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NounPhrase {
    /// Index of the first and last token.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// What its head or its product says it is.
    pub(crate) component_type: Option<ComponentType>,
    pub(crate) grade: Grade,
}

/// How much the phrase alone says that it is a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// A capitalised or code word without a head.
    Proper,
    /// A qualified head that is too general, or a bare head.
    Weak,
    /// A qualified head.
    Typed,
    /// A well-known product, or a compound identifier with a head.
    Known,
}

/// Most words before the head that belong to the name.
const MODIFIERS_MAX: usize = 3;
/// Most words of a product's name.
const PRODUCT_WORDS_MAX: usize = 4;

/// The phrases in `tokens` (of `text`), in order and without overlap.
pub(crate) fn noun_phrases(tokens: &[Token], text: &str) -> Vec<NounPhrase> {
    let mut phrases: Vec<NounPhrase> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let found = typed(tokens, index, reach_back(phrases.last(), index))
            .or_else(|| product(tokens, text, index))
            .or_else(|| vendor_product(tokens, index))
            .or_else(|| proper(tokens, index));
        match found {
            Some(phrase) => {
                index = phrase.last + 1;
                while phrases.last().is_some_and(|before| before.last >= phrase.first) {
                    phrases.pop();
                }
                phrases.push(phrase);
            }
            None => index += 1,
        }
    }
    phrases
}

/// How far left a name that has its head at `at` may reach: over a name or product right before it ("Heron" in "Heron router"),
/// never into a phrase that has a head of its own.
fn reach_back(before: Option<&NounPhrase>, at: usize) -> usize {
    let Some(before) = before else { return 0 };
    let adjacent = before.last + 1 == at;
    if adjacent && matches!(before.grade, Grade::Proper | Grade::Known) { before.first } else { before.last + 1 }
}

/// A phrase whose head ends at or shortly after token `at`.
fn typed(tokens: &[Token], at: usize, from: usize) -> Option<NounPhrase> {
    let last = head_end(tokens, at)?;
    let words: Vec<&str> = tokens.get(at..=last)?.iter().map(|token| token.lower.as_str()).collect();
    let (count, head) =
        heads().ending(&words).filter(|(count, _)| *count == words.len()).or_else(|| compound(tokens, at, &words))?;
    let first = modifiers_start(tokens, last + 1 - count, from);
    let word = tokens.get(first)?;
    let qualified = first < last + 1 - count;
    let is_compound = count == 1 && word_is_compound(word);
    if !qualified && !head.bare && !is_compound {
        return None;
    }
    let grade = if is_compound && (word.code || word.lower.contains(['-', '_'])) {
        Grade::Known
    } else if !qualified {
        Grade::Weak
    } else if has_proper_modifier(tokens, first, last + 1 - count) {
        if head.weak { Grade::Typed } else { Grade::Known }
    } else if head.weak {
        Grade::Weak
    } else {
        Grade::Typed
    };
    Some(NounPhrase { first, last, component_type: Some(head.component_type), grade })
}

/// "Heron dashboard": a capital inside the sentence makes a name of a general head.
fn has_proper_modifier(tokens: &[Token], first: usize, head: usize) -> bool {
    tokens
        .get(first..head)
        .unwrap_or_default()
        .iter()
        .enumerate()
        .any(|(offset, token)| token.code || token.capital && first + offset > 0)
}

fn compound(tokens: &[Token], at: usize, words: &[&str]) -> Option<(usize, Head)> {
    let word = tokens.get(at)?;
    if words.len() != 1 || word.lower.contains('/') || word.lower.contains('.') {
        return None;
    }
    heads().inside(&word.lower).map(|head| (1, head))
}

fn word_is_compound(word: &Token) -> bool {
    heads().inside(&word.lower).is_some()
}

/// The last token of the longest head that begins at `at`.
fn head_end(tokens: &[Token], at: usize) -> Option<usize> {
    let is_head = |last: &usize| {
        let words: Option<Vec<&str>> =
            tokens.get(at..=*last).map(|span| span.iter().map(|token| token.lower.as_str()).collect());
        words.is_some_and(|words| heads().ending(&words).is_some_and(|(count, _)| count == words.len()))
    };
    let token = tokens.get(at)?;
    if token.mark || !heads().opens_head(&token.lower) {
        return None;
    }
    let longest = (at..(at + 3).min(tokens.len())).rev().find(is_head);
    let longest = longest.or_else(|| heads().inside(&token.lower).map(|_| at))?;
    // A head that qualifies another head is not the end of the name: "the queue worker" is a worker.
    let next = tokens.get(longest + 1);
    let followed_by_head =
        next.is_some_and(|next| !next.mark && (head_alone(&next.lower) || heads().inside(&next.lower).is_some()));
    (!followed_by_head).then_some(longest)
}

fn head_alone(word: &str) -> bool {
    heads().ending(&[word]).is_some()
}

/// Walks left over the words that qualify a head.
fn modifiers_start(tokens: &[Token], head: usize, from: usize) -> usize {
    let mut first = head;
    while first > from && head - first < MODIFIERS_MAX {
        let Some(token) = tokens.get(first - 1) else { break };
        let before = (first - 1).checked_sub(1).and_then(|index| tokens.get(index));
        if !is_modifier(token, before) {
            break;
        }
        first -= 1;
    }
    first
}

fn is_modifier(token: &Token, before: Option<&Token>) -> bool {
    if token.mark
        || token.lower.starts_with(|c: char| c.is_numeric() || c == '/' || c == '$' || c == '<')
        || is_stop(&token.lower)
    {
        return false;
    }
    let after_determiner = before.is_some_and(|before| is_determiner(&before.lower));
    if token.code || token.lower.contains(['-', '_']) {
        return !token.lower.contains(['/', '=', '(']);
    }
    match verbs().get(&token.lower) {
        Some(verb) if verb.form == Form::Base => (token.capital && before.is_some()) || after_determiner,
        Some(_) => (token.capital && before.is_some()) || after_determiner && token.lower.ends_with("ing"),
        None => {
            let gerund = token.lower.ends_with("ing") && !after_determiner && !token.capital;
            !(gerund || is_verb(&token.lower) || token.lower.ends_with("ly"))
        }
    }
}

/// A well-known product that begins at `at`.
fn product(tokens: &[Token], text: &str, at: usize) -> Option<NounPhrase> {
    if !tokens.get(at).is_some_and(|token| heads().opens_product(&token.lower)) {
        return None;
    }
    (at..(at + PRODUCT_WORDS_MAX).min(tokens.len())).rev().find_map(|last| {
        let (from, to) = (tokens.get(at)?, tokens.get(last)?);
        if tokens.get(at..=last)?.iter().any(|token| token.mark) {
            return None;
        }
        let surface = slice(text, from.start, to.end);
        let is_name_like = from.capital || from.code || surface.contains(['-', '_']) || surface.len() > 4;
        let component_type = heads().product(&NormalName::of(surface)).filter(|_| is_name_like)?;
        Some(NounPhrase { first: at, last, component_type: Some(component_type), grade: Grade::Known })
    })
}

/// What a vendor sells under its own name: "Acme Cloud Ledger" for a known vendor, the capitalised words after it.
fn vendor_product(tokens: &[Token], at: usize) -> Option<NounPhrase> {
    let vendor_words = heads().vendor_words(tokens.get(at..)?)?;
    let named = tokens
        .iter()
        .skip(at + vendor_words)
        .take(MODIFIERS_MAX)
        .take_while(|token| {
            !token.mark && token.capital && !is_stop(&token.lower) && !heads().is_not_name(&token.lower)
        })
        .count();
    (named > 0).then(|| NounPhrase {
        first: at,
        last: at + vendor_words + named - 1,
        component_type: Some(ComponentType::Service),
        grade: Grade::Known,
    })
}

/// A capitalised name or identifier without a head, inside a sentence.
fn proper(tokens: &[Token], at: usize) -> Option<NounPhrase> {
    let is_part = |index: usize| {
        tokens.get(index).is_some_and(|token| {
            !token.mark
                && !is_stop(&token.lower)
                && !heads().is_not_name(&token.lower)
                && !token.lower.contains(['/', '=', '{', '$', '<', '(', '_', '*', ':'])
                && (token.code && token.lower.len() > 2 || token.capital && index > 0 || is_dotted_name(&token.lower))
        })
    };
    if !is_part(at) {
        return None;
    }
    let last = (at..at + MODIFIERS_MAX).take_while(|index| is_part(*index)).last()?;
    Some(NounPhrase { first: at, last, component_type: None, grade: Grade::Proper })
}

/// `status.example.org`: a site named by its host.
fn is_dotted_name(lower: &str) -> bool {
    if !lower.contains('.') {
        return false;
    }
    let mut parts = lower.rsplit('.');
    let top = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    !rest.is_empty()
        && matches!(top, "com" | "org" | "io" | "net" | "dev" | "rs" | "app" | "cloud" | "ai" | "co" | "uk" | "eu")
        && rest.iter().all(|part| part.len() > 1 && part.chars().all(|c| c.is_alphanumeric() || c == '-'))
}
