//! Formats whose files refer to each other: which documents the reading of one depends on, and how they are found.
//!
//! What a document refers to is found in its text, without parsing, so that a cache can ask cheaply. The readers follow
//! references only into documents that they are given, so what [`references`] does not name cannot show in a reading.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use cairn_model::Document;
use regex::Regex;

/// Documents that one document may refer to.
const FILES_MAX: usize = 1_000;

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\$ref["']?\s*:\s*(?:"([^"\n]{1,500})"|'([^'\n]{1,500})'|([^\s"',}#]{1,500}))"#)
        .expect("a constant expression")
});

/// Documents beside the one that is read, by path.
#[derive(Clone, Debug, Default)]
pub struct Siblings<'a> {
    by_path: BTreeMap<&'a str, &'a Document>,
}

impl<'a> Siblings<'a> {
    /// The documents that may be followed into.
    pub fn of(documents: impl IntoIterator<Item = &'a Document>) -> Self {
        Self { by_path: documents.into_iter().map(|document| (document.path.as_str(), document)).collect() }
    }

    /// All of them, by path.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Document> {
        self.by_path.values().copied()
    }

    fn at(&self, path: &str) -> Option<&'a Document> {
        self.by_path.get(path).copied()
    }
}

/// The paths that the reading of `document` depends on, sorted: those it refers to, and those that they refer to in turn,
/// whether or not there is a document of that path.
pub fn references(document: &Document, among: &Siblings<'_>) -> Vec<String> {
    let is_root = ["openapi", "swagger", "asyncapi"].iter().any(|word| document.text.contains(word));
    let mut found = BTreeSet::new();
    let mut open: Vec<&Document> = if is_root { vec![document] } else { Vec::new() };
    while let Some(next) = open.pop() {
        for path in of_text(next) {
            if found.len() < FILES_MAX && path != document.path && found.insert(path.clone()) {
                open.extend(among.at(&path));
            }
        }
    }
    found.into_iter().collect()
}

/// The file that `reference` names, seen from the file at `from`; `None` for one that is elsewhere, such as a web address.
pub(crate) fn path_of(from: &str, reference: &str) -> Option<String> {
    let file = reference.split(['#', '?']).next().unwrap_or_default();
    if file.is_empty() || file.contains("://") || file.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/").replace("%20", " "))
}

/// What the text refers to, each path once.
fn of_text(document: &Document) -> BTreeSet<String> {
    let written = REFERENCE
        .captures_iter(&document.text)
        .filter_map(|found| (1..=3).find_map(|group| found.get(group)).map(|group| group.as_str()));
    written.filter_map(|reference| path_of(&document.path, reference)).collect()
}
