//! Tags and automatic links: `<b>`, `<a href="…">`, `<https://…>`.
//!
//! Placeholders such as `<path>` are text, so only the names of HTML's formatting elements count, and only with attributes
//! that look like attributes: `a <b and c> d` is a comparison.

/// A tag longer than this is text.
const TAG_BYTES_MAX: usize = 1_024;

/// Elements that set text in HTML embedded in documents.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Attributes that stand without a value.
const FLAGS: &[&str] = &["open", "reversed", "nowrap", "hidden"];

/// Length in bytes of the tag that `text` begins with.
pub(super) fn tag(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('<')?;
    let (rest, closing) = match rest.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (name, mut rest) = split_name(rest)?;
    if !ELEMENTS.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix("/>").or_else(|| trimmed.strip_prefix('>')) {
            let length = text.len() - after.len();
            return (length <= TAG_BYTES_MAX).then_some(length);
        }
        let apart = trimmed.len() < rest.len();
        if closing || !apart || text.len() - trimmed.len() > TAG_BYTES_MAX {
            return None;
        }
        rest = after_attribute(trimmed)?;
    }
}

/// Length in bytes of the automatic link that `text` begins with.
pub(super) fn automatic_link(text: &str) -> Option<usize> {
    let body = text.strip_prefix('<')?;
    let end =
        body.bytes().take(TAG_BYTES_MAX).position(|byte| byte == b'>' || byte == b'<' || byte.is_ascii_whitespace())?;
    let address = body.get(..end)?;
    let closed = body.as_bytes().get(end) == Some(&b'>');
    let is_link = ["http://", "https://", "mailto:", "ftp://"].iter().any(|scheme| address.starts_with(scheme));
    (closed && is_link).then_some(end + 2)
}

fn split_name(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    text.split_at_checked(length).filter(|(name, _)| !name.is_empty() && name.len() <= 12)
}

/// What follows the attribute that `text` begins with.
fn after_attribute(text: &str) -> Option<&str> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let length = text.bytes().take(TAG_BYTES_MAX).take_while(is_name).count();
    let (name, rest) = text.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
    let Some(value) = rest.strip_prefix('=') else {
        return FLAGS.contains(&name.to_ascii_lowercase().as_str()).then_some(rest);
    };
    let quote = value.bytes().next()?;
    if matches!(quote, b'"' | b'\'') {
        let end = value.bytes().skip(1).take(TAG_BYTES_MAX).position(|byte| byte == quote)?;
        return value.get(end + 2..);
    }
    let plain = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`');
    let length = value.bytes().take(TAG_BYTES_MAX).take_while(plain).count();
    if length == 0 { None } else { value.get(length..) }
}
