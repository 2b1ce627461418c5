//! Document text that may be shown: what would steer a terminal or turn the reading direction is made visible.

use std::borrow::Cow;

/// `text` with control characters and invisible direction marks replaced by visible stand-ins. Line ends and tabs stay.
///
/// A document may hold escape sequences that repaint a terminal, or direction overrides that make a line read as another;
/// neither may reach a reader of a report.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| stand_in(c).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| stand_in(c).unwrap_or(c)).collect())
}

/// What to show instead of `c`, or `None` when it is harmless.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => None,
        // U+2400 and its successors picture the C0 controls one by one.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' => Some(char::REPLACEMENT_CHARACTER),
        '\u{ad}' | '\u{61c}' | '\u{feff}' => Some(char::REPLACEMENT_CHARACTER),
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            Some(char::REPLACEMENT_CHARACTER)
        }
        // Tag characters: a whole invisible alphabet.
        '\u{e0000}'..='\u{e007f}' => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}
