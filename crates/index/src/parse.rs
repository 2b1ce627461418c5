//! Reads what a person typed. Everything has a meaning, so that nothing is an error.

use std::collections::BTreeSet;

use cairn_model::{ClaimKind, Date, SourceType, Trust};

use crate::filter::first_day;
use crate::{Filter, Query, tokenizer};

/// Words that stand in every text, as the tokenizer leaves them. In a question they only add noise; in a phrase they count.
const FUNCTION_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "doe",
    "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "me", "my", "no", "not", "of",
    "on", "or", "our", "should", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
    "we", "were", "what", "when", "where", "which", "whi", "who", "whose", "will", "with", "would", "you", "your",
];

/// A query by what each of its pieces asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Words of which each adds to the score.
    pub(crate) words: BTreeSet<String>,
    /// Successive parts that must occur.
    pub(crate) phrases: BTreeSet<Vec<String>>,
    /// Successive parts that must not occur.
    pub(crate) excluded: BTreeSet<Vec<String>>,
    /// Beginnings of words.
    pub(crate) prefixes: BTreeSet<String>,
    /// Words that may be spelt a little otherwise.
    pub(crate) fuzzy: BTreeSet<String>,
    /// Which passages are asked about at all.
    pub(crate) filter: Filter,
    /// The text in plain words.
    pub(crate) plain: String,
}

/// How many letters of a word may differ from one that was typed with `~`.
pub(crate) fn letters_off(word: &str) -> u8 {
    if word.chars().count() <= 5 { 1 } else { 2 }
}

impl Wanted {
    /// Whether nothing is asked of the passages' words, so that filters alone decide.
    pub(crate) fn is_filter_only(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty() && self.prefixes.is_empty() && self.fuzzy.is_empty()
    }
}

pub(crate) fn parse(query: &Query) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.filter.source_types = query.source_types.iter().copied().collect();
    let mut plain = String::new();
    let mut rest = query.text.trim_start();
    while !rest.is_empty() {
        let (piece, after) = next_piece(rest);
        let shown = match piece {
            Piece::Plain(word) => {
                plain.extend([word, " "]);
                Some(word)
            }
            Piece::Phrase(phrase) => {
                insert_unless_empty(&mut wanted.phrases, parts_of(phrase));
                Some(phrase)
            }
            Piece::Prefix(word) => {
                wanted.prefixes.insert(tokenizer::folded(word));
                Some(word)
            }
            Piece::Fuzzy(word) => {
                wanted.fuzzy.extend(parts_of(word));
                Some(word)
            }
            Piece::Excluded(phrase) => {
                insert_unless_empty(&mut wanted.excluded, parts_of(phrase));
                None
            }
            Piece::Condition(condition) => {
                condition.add_to(&mut wanted.filter);
                None
            }
        };
        wanted.plain.extend(shown.into_iter().flat_map(|shown| [shown, " "]));
        rest = after.trim_start();
    }
    wanted.plain.truncate(wanted.plain.trim_end().len());
    wanted.words = words_of(&plain);
    wanted
}

enum Piece<'a> {
    Plain(&'a str),
    Phrase(&'a str),
    Prefix(&'a str),
    Fuzzy(&'a str),
    Excluded(&'a str),
    Condition(Condition),
}

enum Condition {
    SourceType(SourceType),
    ClaimKind(ClaimKind),
    Folder(String),
    Component(Vec<String>),
    After(Date),
    Before(Date),
    Trust(Trust),
}

impl Condition {
    fn add_to(self, filter: &mut Filter) {
        match self {
            Self::SourceType(source_type) => _ = filter.source_types.insert(source_type),
            Self::ClaimKind(kind) => _ = filter.claim_kinds.insert(kind),
            Self::Folder(folder) => _ = filter.folders.insert(folder),
            Self::Component(parts) => _ = filter.components.insert(parts),
            // Of two bounds the wider one, as several filters of one name widen.
            Self::After(date) => filter.after = Some(filter.after.map_or(date, |other| other.min(date))),
            Self::Before(date) => filter.before = Some(filter.before.map_or(date, |other| other.max(date))),
            // Both together are no condition, but whoever types both means the one typed last.
            Self::Trust(trust) => filter.trust = Some(trust),
        }
    }
}

/// The piece at the start of `text`, which does not begin with a space, and what follows it.
fn next_piece(text: &str) -> (Piece<'_>, &str) {
    if let Some((phrase, after)) = quoted(text) {
        return (Piece::Phrase(phrase), after);
    }
    if let Some((phrase, after)) = text.strip_prefix('-').and_then(quoted) {
        return (Piece::Excluded(phrase), after);
    }
    let (word, after) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (piece_of(word), after)
}

/// What stands between the quotation marks that `text` begins with.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

fn piece_of(word: &str) -> Piece<'_> {
    if let Some(condition) = word.split_once(':').and_then(|(name, value)| condition(name, value)) {
        return Piece::Condition(condition);
    }
    let is_word = |word: &&str| word.chars().next().is_some_and(char::is_alphanumeric);
    match (word.strip_prefix('-'), word.strip_suffix('*'), word.strip_suffix('~')) {
        (Some(excluded), _, _) if is_word(&excluded) => Piece::Excluded(excluded),
        (_, Some(begin), _) if begin.chars().all(char::is_alphanumeric) && is_word(&begin) => Piece::Prefix(begin),
        (_, _, Some(fuzzy)) if is_word(&fuzzy) => Piece::Fuzzy(fuzzy),
        _ => Piece::Plain(word),
    }
}

fn condition(name: &str, value: &str) -> Option<Condition> {
    match name {
        "kind" => SourceType::parse(value)
            .map(Condition::SourceType)
            .or_else(|| ClaimKind::ALL.into_iter().find(|kind| kind.as_str() == value).map(Condition::ClaimKind)),
        "path" => {
            Some(value.trim_matches('/')).filter(|path| !path.is_empty()).map(|it| Condition::Folder(it.to_owned()))
        }
        "component" => Some(parts_of(value)).filter(|parts| !parts.is_empty()).map(Condition::Component),
        "after" => first_day(value).map(Condition::After),
        "before" => first_day(value).map(Condition::Before),
        "trust" => [Trust::Asserts, Trust::Vouches].into_iter().find(|it| it.as_str() == value).map(Condition::Trust),
        _ => None,
    }
}

fn insert_unless_empty(phrases: &mut BTreeSet<Vec<String>>, phrase: Vec<String>) {
    if !phrase.is_empty() {
        phrases.insert(phrase);
    }
}

fn parts_of(phrase: &str) -> Vec<String> {
    tokenizer::words(phrase).into_iter().filter(tokenizer::is_part).map(|part| part.text).collect()
}

/// The words of `text` without articles, prepositions and the like, unless there are no others.
fn words_of(text: &str) -> BTreeSet<String> {
    let words = tokenizer::words(text);
    let telling: BTreeSet<String> = words
        .iter()
        .filter(|word| !FUNCTION_WORDS.contains(&word.text.as_str()))
        .map(|word| word.text.clone())
        .collect();
    if telling.is_empty() { words.into_iter().map(|word| word.text).collect() } else { telling }
}
