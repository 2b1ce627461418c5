//! One line of the notation: words, `key=value` pairs, and the values that they stand for.

use std::collections::BTreeMap;
use std::ops::Range;

use cairn_model::{Citation, Known, Stated, Status, Term};

pub(super) struct Line<'t> {
    pub(super) number: usize,
    pub(super) span: Range<usize>,
    pub(super) text: &'t str,
    pub(super) words: Vec<String>,
    pub(super) attributes: BTreeMap<String, String>,
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut offset = 0;
    let mut found = Vec::new();
    for (index, raw) in text.split_inclusive('\n').enumerate() {
        let trimmed = raw.trim();
        if !trimmed.is_empty() {
            let start = offset + (raw.len() - raw.trim_start().len());
            let (words, attributes) = split(trimmed);
            found.push(Line {
                number: index + 1,
                span: start..start + trimmed.len(),
                text: trimmed,
                words,
                attributes,
            });
        }
        offset += raw.len();
    }
    found
}

/// Words and `key=value` pairs; quotes hold spaces together.
fn split(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let mut token = String::new();
    let mut quoted = false;
    let mut key = None;
    let mut words = Vec::new();
    let mut attributes = BTreeMap::new();
    for c in line.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            '=' if !quoted && key.is_none() => key = Some(std::mem::take(&mut token)),
            ' ' if !quoted && (!token.is_empty() || key.is_some()) => {
                let value = std::mem::take(&mut token);
                match key.take() {
                    Some(key) => drop(attributes.insert(key, value)),
                    None => words.push(value),
                }
            }
            ' ' if !quoted => {}
            c => token.push(c),
        }
    }
    (words, attributes)
}

/// Attributes that every line may have: where it stands, and further words of the passage.
const EVERYWHERE: [&str; 2] = ["source", "says"];

pub(super) struct Reader<'l> {
    pub(super) line: &'l Line<'l>,
    pub(super) evidence: &'l [Citation],
}

impl Reader<'_> {
    pub(super) fn word(&self, at: usize) -> Result<&str, String> {
        self.line.words.get(at).map(String::as_str).ok_or_else(|| format!("the line has no word {}", at + 1))
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.line.attributes.get(key).cloned()
    }

    pub(super) fn list(&self, key: &str) -> Vec<String> {
        self.get(key).iter().flat_map(|list| list.split(',')).map(|item| item.trim().to_owned()).collect()
    }

    pub(super) fn text(&self, key: &str) -> Known<String> {
        self.get(key).map(|value| Stated { value, evidence: self.evidence.to_vec() })
    }

    pub(super) fn term<T: Term>(&self, key: &str) -> Result<Known<T>, String> {
        let Some(word) = self.get(key) else { return Ok(None) };
        let value = T::parse(&word).ok_or_else(|| format!("unknown `{key}`: `{word}`"))?;
        Ok(Some(Stated { value, evidence: self.evidence.to_vec() }))
    }

    pub(super) fn terms<T: Term>(&self, key: &str) -> Result<Vec<T>, String> {
        self.list(key).iter().map(|word| T::parse(word).ok_or_else(|| format!("unknown `{key}`: `{word}`"))).collect()
    }

    pub(super) fn status(&self, usual: Status) -> Result<Status, String> {
        Ok(self.term("status")?.map_or(usual, |stated| stated.value))
    }

    pub(super) fn only(&self, known: &[&str]) -> Result<(), String> {
        match self
            .line
            .attributes
            .keys()
            .find(|key| !EVERYWHERE.contains(&key.as_str()) && !known.contains(&key.as_str()))
        {
            Some(key) => Err(format!("unknown attribute `{key}`")),
            None => Ok(()),
        }
    }
}
