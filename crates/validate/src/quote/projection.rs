//! A text as the sequence of words and symbols that a reader takes from it, each with its bytes.
//!
//! The words of a text do not depend on its notation; only which of them may be left out in a quote does. Those are in
//! [`Group`]s (`markup.rs` finds them): list numerals, link targets, tags and the like. A quote has no groups: all that it
//! says must be in the source.

use super::characters::{Class, class, entity, fold_word, is_minus, opens_number};
use super::markup::Markup;
use cairn_model::Span;

/// Marks longer than this between two halves of a word are not read as emphasis.
const JOINER_BYTES_MAX: usize = 8;
/// Set in every word's key, so that no word has the key of a symbol.
const WORD_KEY: u64 = 1 << 63;
/// The symbol of an open task box: a box that is ticked reads `x`.
const OPEN_BOX: char = '☐';
/// The symbol of a number's sign.
const MINUS: char = '−';

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// Prose with markup.
    Prose,
    /// Every character counts as written: code, data, and quotes.
    Literal,
}

/// A word or symbol.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Its bytes.
    pub(super) span: Span,
    /// Equal for equal tokens. Different words may share a key, so equal keys of words need a look at the text.
    pub(super) key: u64,
    /// One more than the index of the group it belongs to, or 0.
    pub(super) group: u32,
}

impl Token {
    /// Whether this is a word, not a symbol.
    pub(super) fn is_word(&self) -> bool {
        self.key & WORD_KEY != 0
    }
}

/// Tokens that a quote may leave out, all together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// The first token.
    pub(super) first: usize,
    /// One past the last token.
    pub(super) end: usize,
    /// All bytes of the markup.
    pub(super) span: Span,
    /// Where the construct begins that this closes, such as the `[` of a link.
    pub(super) opener: Option<usize>,
}

/// A text's tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct Projection {
    /// In order.
    pub(super) tokens: Vec<Token>,
    /// In order, not overlapping.
    pub(super) groups: Vec<Group>,
}

impl Projection {
    /// Reads `text`.
    pub(super) fn of(text: &str, notation: Notation) -> Self {
        let mut reader = Reader { text, at: 0, folded: String::new(), projection: Self::default(), open: None };
        reader.projection.tokens.reserve(text.len() / 5);
        let mut markup = match notation {
            Notation::Prose => Some(Markup::of(text)),
            Notation::Literal => None,
        };
        while reader.at < text.len() {
            if let Some(markup) = &mut markup {
                reader.close_group();
                if let Some((span, opener)) = markup.group_at(reader.at, reader.open.is_some()) {
                    reader.open_group(span, opener);
                }
            }
            reader.step();
        }
        reader.at = text.len();
        reader.close_group();
        reader.projection
    }

    /// The group of `token`.
    pub(super) fn group_of(&self, token: &Token) -> Option<&Group> {
        self.groups.get((token.group as usize).checked_sub(1)?)
    }
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
    folded: String,
    projection: Projection,
    open: Option<usize>,
}

impl Reader<'_> {
    fn open_group(&mut self, span: Span, opener: Option<usize>) {
        let first = self.projection.tokens.len();
        self.projection.groups.push(Group { first, end: first, span, opener });
        self.open = Some(span.end);
    }

    fn close_group(&mut self) {
        if self.open.is_some_and(|end| end <= self.at) {
            self.open = None;
            let end = self.projection.tokens.len();
            if let Some(group) = self.projection.groups.last_mut() {
                group.end = end;
            }
        }
    }

    /// Reads what stands at the current place and moves behind it.
    fn step(&mut self) {
        let Some(byte) = self.byte(self.at) else { return };
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => self.word(),
            b'&' => self.ampersand(),
            b'[' => match self.open_box_length() {
                Some(length) => self.symbol_to(OPEN_BOX, length),
                None => self.at += 1,
            },
            0x80.. => self.wide(),
            _ => self.mark(char::from(byte)),
        }
    }

    fn wide(&mut self) {
        let Some(c) = self.char_at(self.at) else { return };
        match class(c) {
            Class::Word => self.word(),
            Class::Alone => {
                let end = self.at + c.len_utf8();
                self.push_word(end, false);
            }
            _ => self.mark(c),
        }
    }

    /// A character that is no word.
    fn mark(&mut self, c: char) {
        let length = c.len_utf8();
        match class(c) {
            Class::Symbol(first, second) => self.symbols(first, second, length),
            _ if is_minus(c) && self.is_sign(length) => self.symbol_to(MINUS, length),
            _ => self.at += length,
        }
    }

    fn symbols(&mut self, first: char, second: Option<char>, length: usize) {
        let at = self.at;
        self.symbol_to(first, length);
        if let Some(second) = second {
            self.at = at;
            self.symbol_to(second, length);
        }
    }

    /// An entity, the `&&` of programs, or a mere mark.
    fn ampersand(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with("&&") {
            return self.symbol_to('&', 2);
        }
        match entity(rest) {
            Some((c, length)) => match class(c) {
                Class::Symbol(first, second) => self.symbols(first, second, length),
                Class::Word | Class::Alone => self.symbol_to(c, length),
                Class::Space | Class::Invisible | Class::Mark => self.at += length,
            },
            None => self.at += 1,
        }
    }

    fn word(&mut self) {
        let (mut end, mut plain) = (self.at, true);
        loop {
            while self.byte(end).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
                end += 1;
            }
            match self.continuation(end) {
                Some((next, still_plain)) => {
                    plain &= still_plain;
                    end = next;
                }
                None => break,
            }
        }
        self.push_word(end, plain);
    }

    /// Where the word goes on that has come to `end`, and whether what lies between can be compared as it stands.
    fn continuation(&self, end: usize) -> Option<(usize, bool)> {
        match self.byte(end)? {
            b'.' | b',' | b':' => {
                (self.is_digit(end.checked_sub(1)?) && self.is_digit(end + 1)).then_some((end + 1, true))
            }
            b'*' | b'`' | b'~' => self.behind_emphasis(end).map(|next| (next, false)),
            0x80.. => self.behind_wide(end).map(|next| (next, false)),
            _ => None,
        }
    }

    /// Marks of emphasis inside a word vanish with it; between digits they may be a product.
    fn behind_emphasis(&self, end: usize) -> Option<usize> {
        let marks = self.text.as_bytes().get(end..)?.iter().take_while(|byte| matches!(byte, b'*' | b'`' | b'~'));
        let length = marks.take(JOINER_BYTES_MAX).count();
        let lone_tilde = length == 1 && self.byte(end) == Some(b'~');
        let next = end + length;
        let between_digits = self.is_digit(end.checked_sub(1)?) && self.is_digit(next);
        let word_goes_on = self.char_at(next).is_some_and(|c| class(c) == Class::Word);
        (!lone_tilde && !between_digits && word_goes_on).then_some(next)
    }

    fn behind_wide(&self, end: usize) -> Option<usize> {
        let mut at = end;
        while let Some(c) = self.char_at(at) {
            match class(c) {
                Class::Word => return Some(at + c.len_utf8()),
                Class::Invisible => at += c.len_utf8(),
                _ => return None,
            }
        }
        None
    }

    fn push_word(&mut self, end: usize, plain: bool) {
        let raw = self.text.get(self.at..end).unwrap_or_default();
        let key = if plain && raw.is_ascii() {
            key_of(raw.bytes().map(|byte| byte.to_ascii_lowercase()))
        } else {
            self.folded.clear();
            fold_word(raw, &mut self.folded);
            key_of(self.folded.bytes())
        };
        self.push(end, key | WORD_KEY);
    }

    fn symbol_to(&mut self, symbol: char, length: usize) {
        self.push(self.at + length, u64::from(u32::from(symbol)));
    }

    fn push(&mut self, end: usize, key: u64) {
        let group = if self.open.is_some() { u32::try_from(self.projection.groups.len()).unwrap_or(0) } else { 0 };
        self.projection.tokens.push(Token { span: Span::new(self.at, end), key, group });
        self.at = end;
    }

    fn is_sign(&self, length: usize) -> bool {
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        before.is_none_or(opens_number) && self.is_digit(self.at + length)
    }

    fn open_box_length(&self) -> Option<usize> {
        let inside = self.char_at(self.at + 1).filter(|c| c.is_whitespace())?.len_utf8();
        (self.byte(self.at + 1 + inside) == Some(b']')).then_some(inside + 2)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }
}

/// FNV-1a: short words, and equal keys are looked at again.
fn key_of(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |key, byte| (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
