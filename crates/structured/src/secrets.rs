//! Where values stand that no quote may repeat: passwords, tokens and keys that somebody wrote into a file. Found by the keys
//! of a tree, and in any text by how secrets are written; a quote ends where one of them begins.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::sensitive;
use crate::tree::{Entry, Node};

/// Words in keys that may name a secret; [`sensitive`] decides about the whole key.
static KEY_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?i)passw|passphrase|pwd|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key",
    )
    .expect("a constant expression")
});
/// Behind a key: `=value` without space, `: "value"` or ` = "value"`.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    let quoted = r#"\\?["']?[ \t]*[:=]>?[ \t]*(?:\\?"(?P<double>[^"\n]+)|'(?P<single>[^'\n]+))"#;
    Regex::new(&format!(r#"^(?:{quoted}|=(?P<bare>[^\s"',;)}}\]]+))"#)).expect("a constant expression")
});
/// The password in `scheme://user:password@host`.
static IN_ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"://[^\s/:@"']*:(?P<value>[^\s@"'/][^\s@"']*)@"#).expect("a constant expression"));
/// Values that show by their form what they are.
static BY_FORM: LazyLock<Regex> = LazyLock::new(|| {
    let tokens = "gh[pousr]_[0-9A-Za-z]{20}[0-9A-Za-z]*|glpat-[0-9A-Za-z_-]{16}[0-9A-Za-z_-]*|xox[abprs]-[0-9A-Za-z-]+|[sr]k_live_[0-9A-Za-z]+|AKIA[A-Z0-9]{16}|eyJ[0-9A-Za-z_-]+[.]eyJ[0-9A-Za-z_-]+[.][0-9A-Za-z_-]*";
    let key = "-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*";
    let header = "(?:[Bb]earer|[Bb]asic) (?P<value>[0-9A-Za-z_.~+/-]{16}[0-9A-Za-z_.~+/=-]*)";
    Regex::new(&format!("{tokens}|{key}|{header}")).expect("a constant expression")
});
/// Longest key that is looked at.
const KEY_BYTES_MAX: usize = 100;
/// How far behind a key its value is looked for; longer than any quote.
const VALUE_BYTES_MAX: usize = 600;

/// Keys beside a `name` that hold the value of what is named.
const VALUES: &[&str] = &["value", "Value", "default", "Default", "example", "const", "constant_value"];
/// Words of configuration, which are values of keys such as `http_tokens` and hide nothing.
const PLAIN_WORDS: &[&str] = &[
    "true", "false", "null", "none", "yes", "no", "on", "off", "read", "write", "admin", "required", "optional",
    "enabled", "disabled", "string", "integer", "number", "boolean", "string!", "id",
];

/// The values in `text` that are written as secrets are.
pub(crate) fn in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut key_end = 0;
    for word in KEY_WORDS.find_iter(text).filter(|word| text.is_char_boundary(word.start())) {
        if word.start() < key_end {
            continue;
        }
        let key = key_around(text, word.range());
        key_end = key.end;
        if !text.get(key.clone()).is_some_and(sensitive::is_secret) {
            continue;
        }
        let end = text.floor_char_boundary(text.len().min(key.end + VALUE_BYTES_MAX));
        let Some(captures) = text.get(key.end..end).and_then(|rest| ASSIGNED.captures(rest)) else { continue };
        let value = ["double", "single", "bare"].iter().find_map(|name| captures.name(name));
        if let Some(value) = value.filter(|value| is_literal(value.as_str())) {
            found.push(key.end + value.start()..key.end + value.end());
        }
    }
    let passwords = IN_ADDRESS.captures_iter(text).filter_map(|captures| captures.name("value"));
    found.extend(passwords.filter(|value| !value.as_str().starts_with(['$', '{'])).map(|value| value.range()));
    let by_form = BY_FORM.captures_iter(text).filter_map(|captures| captures.name("value").or_else(|| captures.get(0)));
    found.extend(by_form.map(|value| value.range()));
    found
}

/// The whole key that holds the word.
fn key_around(text: &str, word: Range<usize>) -> Range<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.as_bytes();
    let first = word.start.saturating_sub(KEY_BYTES_MAX);
    let before = bytes.get(first..word.start).unwrap_or_default().iter().rev().take_while(|byte| is_part(byte)).count();
    let behind = bytes.get(word.end..).unwrap_or_default().iter().take(KEY_BYTES_MAX);
    let after = behind.take_while(|byte| is_part(byte)).count();
    word.start - before..word.end + after
}

/// The values in `text` replaced by a mark, for messages.
pub(crate) fn without(text: &str) -> String {
    let mut out = text.to_owned();
    let mut ranges = in_text(text);
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    for range in ranges {
        if range.end <= out.len() {
            out.replace_range(range, "…");
        }
    }
    out
}

/// The values in `node` whose keys, or whose neighbours' names, say that they are secrets.
pub(crate) fn in_tree(node: &Node, found: &mut Vec<Range<usize>>) {
    walk(node, &mut BTreeMap::new(), found);
}

/// `known` keeps what was decided about a name: the same keys stand in a file a thousand times.
fn walk<'a>(node: &'a Node, known: &mut BTreeMap<&'a str, bool>, found: &mut Vec<Range<usize>>) {
    for item in node.items() {
        walk(item, known, found);
    }
    let mut is_secret = |name: &'a str| *known.entry(name).or_insert_with(|| sensitive::is_secret(name));
    let named = ["name", "Name", "key", "Key", "ParameterKey", "variable"];
    let is_named = named.iter().any(|key| node.text_of(key).is_some_and(&mut is_secret));
    for entry in node.entries() {
        if is_secret(&entry.key) {
            hide(&entry.value, found);
            entry.value.entries().iter().filter(|inner| is_value(inner)).for_each(|inner| hide(&inner.value, found));
        } else if is_named && is_value(entry) {
            hide(&entry.value, found);
        }
    }
    for entry in node.entries() {
        walk(&entry.value, known, found);
    }
}

/// Every scalar in `node`: for maps that hold nothing but secrets.
pub(crate) fn all(node: &Node, found: &mut Vec<Range<usize>>) {
    hide(node, found);
    node.items().iter().for_each(|item| all(item, found));
    node.entries().iter().for_each(|entry| all(&entry.value, found));
}

fn is_value(entry: &Entry) -> bool {
    VALUES.contains(&entry.key.as_str())
}

fn hide(node: &Node, found: &mut Vec<Range<usize>>) {
    let written = !node.is_map() && !node.is_list() && !node.is_null();
    if written && node.text().is_none_or(is_literal) {
        found.push(node.span.clone());
    }
}

/// Whether the value is one, and not a reference to where it is kept.
fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let lower = value.to_lowercase();
    let refers =
        value.starts_with('$') || value.starts_with("{{") || value.starts_with("var.") || value.starts_with('<');
    let is_plain = PLAIN_WORDS.contains(&lower.as_str());
    !value.is_empty() && !refers && !is_plain
}
