//! Reads what a person typed. Everything has a meaning, so that nothing is an error.

use std::collections::BTreeSet;

use cairn_model::SourceType;

use crate::{Query, tokenizer};

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
    /// Types of which the document must have one; any when empty.
    pub(crate) source_types: BTreeSet<SourceType>,
    /// Folders or paths of which one must hold the document; any when empty.
    pub(crate) folders: BTreeSet<String>,
}

impl Wanted {
    /// Whether nothing is asked of the passages' words, so that filters alone decide.
    pub(crate) fn is_filter_only(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty()
    }
}

pub(crate) fn parse(query: &Query) -> Wanted {
    let mut wanted = Wanted { source_types: query.source_types.iter().copied().collect(), ..Wanted::default() };
    let mut plain = String::new();
    let mut rest = query.text.trim_start();
    while !rest.is_empty() {
        let (piece, after) = next_piece(rest);
        match piece {
            Piece::Plain(word) => {
                plain.push_str(word);
                plain.push(' ');
            }
            Piece::Phrase(phrase) => insert_unless_empty(&mut wanted.phrases, parts_of(phrase)),
            Piece::Excluded(phrase) => insert_unless_empty(&mut wanted.excluded, parts_of(phrase)),
            Piece::SourceType(source_type) => _ = wanted.source_types.insert(source_type),
            Piece::Folder(folder) => _ = wanted.folders.insert(folder.to_owned()),
        }
        rest = after.trim_start();
    }
    wanted.words = words_of(&plain);
    wanted
}

enum Piece<'a> {
    Plain(&'a str),
    Phrase(&'a str),
    Excluded(&'a str),
    SourceType(SourceType),
    Folder(&'a str),
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
    if let Some(source_type) = word.strip_prefix("kind:").and_then(SourceType::parse) {
        return Piece::SourceType(source_type);
    }
    if let Some(folder) = word.strip_prefix("path:").map(|path| path.trim_matches('/')).filter(|path| !path.is_empty())
    {
        return Piece::Folder(folder);
    }
    match word.strip_prefix('-') {
        Some(excluded) if excluded.starts_with(char::is_alphanumeric) => Piece::Excluded(excluded),
        _ => Piece::Plain(word),
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
