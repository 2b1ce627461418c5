//! Names and words as the comparison sees them.

use std::collections::BTreeSet;

use serde_json::Value;

/// The text of `field`, or `default` when it is missing, null or empty.
pub(crate) fn text<'a>(value: &'a Value, field: &str, default: &'a str) -> &'a str {
    value.get(field).and_then(Value::as_str).filter(|text| !text.is_empty()).unwrap_or(default)
}

/// The texts of a list.
pub(crate) fn texts<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    value.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Words run together: without articles, without the plural's `s`, `camelCase` taken apart first.
pub(crate) fn normal(name: &str) -> String {
    let mut apart = String::with_capacity(name.len() + 4);
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
            apart.push(' ');
        }
        apart.push(c);
        previous = c;
    }
    let apart = apart.to_lowercase();
    let words = split_words(&apart).filter(|word| !matches!(*word, "the" | "a" | "an"));
    words.map(singular).collect()
}

fn singular(word: &str) -> &str {
    let plural = word.len() > 3 && !word.ends_with("ss");
    if plural { word.strip_suffix('s').unwrap_or(word) } else { word }
}

/// The words that tell one data set from another.
pub(crate) fn words_of(name: &str) -> BTreeSet<String> {
    let name = name.to_lowercase();
    let idle = |word: &str| matches!(word, "the" | "a" | "an" | "of" | "and" | "data" | "s");
    split_words(&name).filter(|word| !idle(word)).map(str::to_owned).collect()
}

/// The element's name and aliases.
pub(crate) fn names_of(element: &Value) -> BTreeSet<String> {
    let names = std::iter::once(text(element, "name", "")).chain(texts(element, "aliases"));
    names.map(normal).filter(|name| !name.is_empty()).collect()
}

fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}
