//! What a character is to the comparison: part of a word, a symbol that means something, or mere dress.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The longest entity read, `&` and `;` included.
const ENTITY_BYTES_MAX: usize = 12;

/// The part a character plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Letter, digit or mark inside a word.
    Word,
    /// A word by itself: scripts written without spaces, and digits that compatibility folding would melt into others.
    Alone,
    /// One or two symbols that must be equal, such as `<` and `=` for `≤`.
    Symbol(char, Option<char>),
    /// Blank.
    Space,
    /// Takes no room: zero-width characters, soft hyphens, direction marks.
    Invisible,
    /// Punctuation and markup, ignored.
    Mark,
}

/// What `c` is. Whatever is not known to be dress must be equal, so that a new symbol can only lead to a rejection.
pub(super) fn class(c: char) -> Class {
    if c.is_ascii() { ascii_class(c) } else { wide_class(c) }
}

fn ascii_class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Word,
        '<' | '>' | '=' | '%' | '$' | '+' | '!' => Class::Symbol(c, None),
        _ if c.is_ascii_whitespace() || c == '\u{b}' => Class::Space,
        _ => Class::Mark,
    }
}

fn wide_class(c: char) -> Class {
    match c {
        '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => Class::Invisible,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => Class::Invisible,
        '\u{e0100}'..='\u{e01ef}' => Class::Invisible,
        '≤' | '⩽' | '⇐' => Class::Symbol('<', Some('=')),
        '≥' | '⩾' => Class::Symbol('>', Some('=')),
        '⇒' => Class::Symbol('=', Some('>')),
        '≠' => Class::Symbol('!', Some('=')),
        '→' | '⟶' => Class::Symbol('>', None),
        '←' | '⟵' => Class::Symbol('<', None),
        '‰' | '‱' => Class::Symbol(c, None),
        '\u{2b9}'..='\u{2bc}' | '\u{2c8}' => Class::Mark,
        '¡' | '¦' | '§' | '¨' | '«' | '¯' | '´' | '¶' | '·' | '¸' | '»' | '¿' => Class::Mark,
        '\u{2010}'..='\u{2027}' | '\u{2032}'..='\u{205e}' | '\u{2212}' | '\u{30fb}' => Class::Mark,
        '\u{2500}'..='\u{257f}' | '\u{25a0}'..='\u{25ff}' | '\u{2e00}'..='\u{2e7f}' => Class::Mark,
        '\u{3001}'..='\u{3020}' | '\u{fe30}'..='\u{fe4f}' => Class::Mark,
        '０'..='９' | '\u{1d7ce}'..='\u{1d7ff}' => Class::Word,
        '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' => Class::Alone,
        '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Class::Alone,
        _ if c.is_whitespace() => Class::Space,
        _ if c.is_numeric() => Class::Alone,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Class::Word,
        '\u{fe50}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffef}' => compatibility_class(c),
        _ => Class::Symbol(c, None),
    }
}

/// Small and full-width forms are what they stand for.
fn compatibility_class(c: char) -> Class {
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(plain), None) if plain.is_ascii() => ascii_class(plain),
        _ => Class::Symbol(c, None),
    }
}

/// Whether `c` can be the sign of a negative number.
pub(super) fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether a number after `c` and a minus is negative, rather than the end of a range or the second half of a name.
pub(super) fn opens_number(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '=' | '<' | '>' | ',' | ':' | '"' | '\'' | '`' | '“' | '‘')
}

/// Whether `c` sets text off without being read: it goes with the word it touches.
pub(super) fn is_markup(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '~' | '[' | ']' | '|' | '#' | '\\')
}

/// `c` with the variants of quotation marks and hyphens made one, for comparing punctuation at a quote's ends.
pub(super) fn plain_mark(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' => '"',
        '‘' | '’' | '‚' | '‛' | '\u{2bc}' | '′' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '…' => '.',
        _ => c,
    }
}

/// Appends the word written as `raw` in the form in which words are compared.
pub(super) fn fold_word(raw: &str, folded: &mut String) {
    let letters = raw.chars().filter(|c| !matches!(c, '*' | '`' | '~') && class(*c) != Class::Invisible);
    for c in letters.nfkc().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            _ => folded.push(c),
        }
    }
}

/// `text` with its entities read.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find('&').and_then(|at| rest.split_at_checked(at)) {
        decoded.push_str(before);
        let (c, length) = entity(from).unwrap_or(('&', 1));
        decoded.push(c);
        rest = from.get(length..).unwrap_or_default();
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character of the entity at the start of `text` and the entity's length in bytes.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let head = text.as_bytes().get(1..text.len().min(ENTITY_BYTES_MAX))?;
    let length = head.iter().position(|byte| *byte == b';')?;
    let name = text.get(1..=length)?;
    let c = match name.strip_prefix('#') {
        Some(number) => numeric_entity(number)?,
        None => named_entity(name)?,
    };
    Some((c, length + 2))
}

fn numeric_entity(number: &str) -> Option<char> {
    let value = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(value)
}

/// The entities met in documentation; one that is not here stays as it is written, which can only lead to a rejection.
fn named_entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ensp" => '\u{2002}',
        "emsp" => '\u{2003}',
        "thinsp" => '\u{2009}',
        "shy" => '\u{ad}',
        "zwj" => '\u{200d}',
        "zwnj" => '\u{200c}',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '\u{2212}',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "sbquo" => '‚',
        "bdquo" => '„',
        "laquo" => '«',
        "raquo" => '»',
        "bull" => '•',
        "middot" => '·',
        "sect" => '§',
        "para" => '¶',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "deg" => '°',
        "plusmn" => '±',
        "times" => '×',
        "divide" => '÷',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "larr" => '←',
        "rarr" => '→',
        "rArr" => '⇒',
        "euro" => '€',
        "pound" => '£',
        "yen" => '¥',
        "cent" => '¢',
        "permil" => '‰',
        "ast" => '*',
        "lowbar" => '_',
        "grave" => '`',
        "num" => '#',
        "vert" => '|',
        "lbrack" | "lsqb" => '[',
        "rbrack" | "rsqb" => ']',
        "lpar" => '(',
        "rpar" => ')',
        "lbrace" | "lcub" => '{',
        "rbrace" | "rcub" => '}',
        "sol" => '/',
        "bsol" => '\\',
        "colon" => ':',
        "semi" => ';',
        "comma" => ',',
        "period" => '.',
        "equals" => '=',
        "percnt" => '%',
        "plus" => '+',
        "dollar" => '$',
        "excl" => '!',
        _ => return None,
    })
}
