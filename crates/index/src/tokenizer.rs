//! Cuts text into the words that are indexed and searched.
//!
//! An identifier yields its parts, each at a position of its own, and itself without its separators at the position of its
//! first part. So `PaymentService`, `payment_service` and `payment-service` all yield `paymentservice`, `payment` and `service`:
//! they find each other by the first and `payment service` by the others, and the phrase `"payment service"` finds all four.
//! Paths and dotted names nest once more: `/api/UserList` yields `apiuserlist`, `api`, `userlist`, `user`, `list`.
//! A number keeps its dots, so that `1.2` of `TLS 1.2` is one word.
//!
//! Afterwards words lose case and accents and are reduced to English stems.

use std::ops::Range;

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// The name in the schema. Count it up when the words change: an index made with other words is then not opened.
pub(crate) const NAME: &str = "identifiers-1";

/// Longer words and identifiers are not indexed: nobody types them, and encoded data is full of them.
const WORD_BYTES_MAX: usize = 100;

/// Cuts, lowers, folds and stems.
pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(IdentifierTokenizer)
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The words of `text` in order of their position.
pub(crate) fn words(text: &str) -> Vec<Token> {
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    let mut words = Vec::new();
    while let Some(word) = stream.next() {
        words.push(word.clone());
    }
    words
}

/// `word` as the beginning of a word: without case and accents, and not reduced to a stem.
pub(crate) fn folded(word: &str) -> String {
    let mut analyzer =
        TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).filter(AsciiFoldingFilter).build();
    let mut stream = analyzer.token_stream(word);
    stream.next().map(|word| word.text.clone()).unwrap_or_default()
}

/// Whether `word` is a part: the parts of a text have successive positions, longer words stand over several.
pub(crate) fn is_part(word: &Token) -> bool {
    word.position_length == 1
}

#[derive(Clone)]
struct IdentifierTokenizer;

impl Tokenizer for IdentifierTokenizer {
    type TokenStream<'a> = Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words {
        Words { words: cut(text).into_iter(), current: Token::default() }
    }
}

struct Words {
    words: std::vec::IntoIter<Token>,
    current: Token,
}

impl TokenStream for Words {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.current = word;
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

/// A part and how it hangs together with the one before it.
struct Part {
    span: Range<usize>,
    join: Join,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Join {
    /// Nothing but a space or a sentence's end between them.
    None,
    /// Parts of one path or dotted name.
    Path,
    /// Parts of one identifier.
    Identifier,
}

fn cut(text: &str) -> Vec<Token> {
    let parts = parts(text);
    let mut words = Vec::with_capacity(parts.len());
    let mut position = 0;
    for path in parts.chunk_by(|_, next| next.join != Join::None) {
        let identifiers: Vec<&[Part]> = path.chunk_by(|_, next| next.join == Join::Identifier).collect();
        if identifiers.len() > 1 {
            words.extend(joined(text, path, position));
        }
        for identifier in identifiers {
            if identifier.len() > 1 {
                words.extend(joined(text, identifier, position));
            }
            for part in identifier {
                words.extend(joined(text, std::slice::from_ref(part), position));
                position += 1;
            }
        }
    }
    words
}

/// The parts in a row as one word, unless it would be too long.
fn joined(text: &str, parts: &[Part], position: usize) -> Option<Token> {
    let (first, last) = (parts.first()?, parts.last()?);
    let (offset_from, offset_to) = (first.span.start, last.span.end);
    if offset_to - offset_from > WORD_BYTES_MAX {
        return None;
    }
    let word = parts.iter().filter_map(|part| text.get(part.span.clone())).flat_map(str::chars);
    let text = word.filter(|character| !is_combining_accent(*character)).collect();
    Some(Token { offset_from, offset_to, position, text, position_length: parts.len() })
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut open: Option<Part> = None;
    let mut previous = ' ';
    let mut gap = Join::None;
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let after_next = characters.clone().nth(1).map_or(' ', |(_, after_next)| after_next);
        let is_accent = open.is_some() && is_combining_accent(character);
        if !is_accent && !belongs_to_word(previous, character, next) {
            gap = if let Some(part) = open.take() {
                parts.push(part);
                join_by(character)
            } else {
                gap.min(join_by(character))
            };
        } else if let Some(part) =
            open.as_mut().filter(|_| is_accent || !begins_part(previous, character, [next, after_next]))
        {
            part.span.end = at + character.len_utf8();
        } else {
            let join = if open.is_some() { Join::Identifier } else { gap };
            parts.extend(open.replace(Part { span: at..at + character.len_utf8(), join }));
        }
        previous = character;
    }
    parts.extend(open);
    parts
}

fn join_by(separator: char) -> Join {
    match separator {
        '_' | '-' => Join::Identifier,
        '.' | '/' | ':' | '@' | '\\' => Join::Path,
        _ => Join::None,
    }
}

fn belongs_to_word(previous: char, character: char, next: char) -> bool {
    let dot_in_number = character == '.' && previous.is_ascii_digit() && next.is_ascii_digit();
    character.is_alphanumeric() || dot_in_number
}

/// Whether a part ends before `character`, inside a run of letters and digits.
fn begins_part(previous: char, character: char, [next, after_next]: [char; 2]) -> bool {
    // `APIs` is one word.
    let is_plural = next == 's' && !after_next.is_alphabetic();
    let begins_word = character.is_uppercase() && (previous.is_lowercase() || (next.is_lowercase() && !is_plural));
    begins_word || is_numeric(previous) != is_numeric(character)
}

fn is_numeric(character: char) -> bool {
    character.is_numeric() || character == '.'
}

/// The accents that follow their letter in decomposed text.
fn is_combining_accent(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}
