//! Cuts a text into the word pieces that the shipped model knows, as the model learned them: without case and accents, words
//! and punctuation apart, each word from the left by the longest piece in the vocabulary.

use std::sync::LazyLock;

use indexmap::IndexSet;
use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One piece a line; the line's number, from 0, is the piece's.
const VOCABULARY: &str = include_str!("../model/vocabulary.txt");

/// More pieces are cut off. The model was made for texts of this length.
pub(crate) const PIECES_MAX: usize = 256;

/// What lies beyond so many bytes is not looked at: the pieces before it are enough in any language.
const TEXT_BYTES_MAX: usize = PIECES_MAX * 32;

/// Longer words are unknown ones.
const WORD_CHARACTERS_MAX: usize = 100;

/// How a piece begins that continues a word.
const CONTINUED: &str = "##";

const UNKNOWN: i32 = 100;
const BEGIN: i32 = 101;
const END: i32 = 102;

static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+").expect("the pattern is a constant that the tests use")
});

pub(crate) struct Pieces {
    known: IndexSet<&'static str>,
}

impl Pieces {
    pub(crate) fn load() -> Self {
        Self { known: VOCABULARY.lines().collect() }
    }

    /// The numbers of the pieces of `text`, with the marks for begin and end.
    pub(crate) fn of(&self, text: &str) -> Vec<i32> {
        let text = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default();
        let text = plain(text);
        let mut pieces = vec![BEGIN];
        for word in WORDS.find_iter(&text) {
            if pieces.len() >= PIECES_MAX {
                break;
            }
            self.cut(word.as_str(), &mut pieces);
        }
        pieces.truncate(PIECES_MAX - 1);
        pieces.push(END);
        pieces
    }

    /// Adds the pieces of `word`, or one unknown piece when it has a stretch that no piece begins with.
    fn cut(&self, word: &str, pieces: &mut Vec<i32>) {
        let before = pieces.len();
        let mut rest = word;
        while !rest.is_empty() && word.chars().count() <= WORD_CHARACTERS_MAX {
            let Some((piece, end)) = self.longest(rest, rest.len() < word.len()) else { break };
            pieces.push(piece);
            rest = rest.get(end..).unwrap_or_default();
        }
        if !rest.is_empty() {
            pieces.truncate(before);
            pieces.push(UNKNOWN);
        }
    }

    /// The longest piece that `rest` begins with, and where it ends.
    fn longest(&self, rest: &str, continued: bool) -> Option<(i32, usize)> {
        let mut candidate = if continued { CONTINUED.to_owned() } else { String::new() };
        let prefix = candidate.len();
        candidate.push_str(rest);
        while candidate.len() > prefix {
            if let Some(piece) = self.known.get_index_of(candidate.as_str()) {
                return Some((i32::try_from(piece).ok()?, candidate.len() - prefix));
            }
            candidate.pop();
        }
        None
    }
}

/// Lower case without accents and invisible characters, each ideograph as a word of its own.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.nfd().filter(|it| !is_combining_mark(*it) && !is_invisible(*it)) {
        if is_ideograph(character) {
            plain.extend([' ', character, ' ']);
        } else {
            plain.extend(character.to_lowercase());
        }
    }
    plain
}

fn is_invisible(character: char) -> bool {
    let is_control = character.is_control() && !matches!(character, '\t' | '\n' | '\r');
    let is_format =
        matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}');
    is_control || is_format || matches!(character, '\u{feff}' | '\u{fffd}')
}

fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character),
        0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2a6df | 0x2a700..=0x2ceaf | 0x2f800..=0x2fa1f)
}
