//! YAML and JSON as one tree in which every key and value knows its bytes. Duplicate keys are kept, aliases are copied
//! within a budget, and nesting is bounded, so that walking the tree by recursion is safe.

pub(crate) mod hcl;
pub(crate) mod json;
mod template;
mod yaml;

use std::ops::Range;

use crate::facts::Place;

/// Deeper files are refused.
const DEPTH_MAX: usize = 100;
/// Values in one file, copies of aliases included.
const NODES_MAX: usize = 2_000_000;
/// Values that copies of aliases may add.
const ALIAS_NODES_MAX: usize = 50_000;

/// What stands for template expressions while the rest is parsed: never part of a real file.
const TEMPLATE_MARK: char = '\u{1a}';

/// The documents of a file and what could not be read of it.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    /// One tree for each document of the file.
    pub(crate) trees: Vec<Node>,
    /// Offset and reason.
    pub(crate) problems: Vec<(usize, String)>,
}

/// Parses JSON when the text begins like it, YAML otherwise.
pub(crate) fn parse(text: &str) -> Forest {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') && !start.starts_with("{{") {
        let json = json::parse(text);
        if json.problems.is_empty() {
            return json;
        }
    }
    let (masked, mut problems) = template::mask(text);
    let mut forest = yaml::parse(&masked);
    forest.problems.append(&mut problems);
    forest.problems.sort();
    forest
}

/// Parses JSON values that follow each other, as exporters write one a line. A broken one costs its line.
pub(crate) fn parse_stream(text: &str) -> Forest {
    json::parse_stream(text)
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its bytes.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// The kinds of value.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A string, number, boolean or nothing.
    Scalar {
        /// As written, escapes resolved.
        text: String,
        /// Whether it stands in quotes or as a block, so that `true` and `~` are words.
        quoted: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the file.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The key's text.
    pub(crate) key: String,
    /// The key's bytes.
    pub(crate) key_span: Range<usize>,
    /// The value.
    pub(crate) value: Node,
}

impl Entry {
    /// The lines that state this entry: key and value for a scalar, otherwise the key.
    pub(crate) fn place(&self) -> Place {
        self.range().into()
    }

    /// Key and value, the value only when it is a scalar or short.
    pub(crate) fn range(&self) -> Range<usize> {
        let value = &self.value.span;
        let short = value.end.saturating_sub(self.key_span.start) <= 200;
        match &self.value.kind {
            Kind::Scalar { .. } if value.end > self.key_span.end && short => self.key_span.start..value.end,
            Kind::List(items) if short && items.iter().all(|item| item.text().is_some()) && !items.is_empty() => {
                self.key_span.start..value.end.max(self.key_span.end)
            }
            _ => self.key_span.clone(),
        }
    }

    /// Key and value, whatever the value is, as long as both are short enough to read.
    pub(crate) fn whole(&self) -> Place {
        let (start, end) = (self.key_span.start, self.value.span.end);
        if start < end && end - start <= 300 { (start..end).into() } else { self.place() }
    }

    /// The key alone: for values that must not be repeated.
    pub(crate) fn key_place(&self) -> Place {
        Place::exact(self.key_span.clone())
    }
}

impl Node {
    /// The entry under `key`.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value under `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at the end of `path`.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entry at the end of `path`.
    pub(crate) fn entry_at(&self, path: &[&str]) -> Option<&Entry> {
        let (last, parents) = path.split_last()?;
        self.at(parents)?.entry(last)
    }

    /// The entries of a map, none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, none for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar, unless a template decides it.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if !text.contains(TEMPLATE_MARK) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that names something.
    pub(crate) fn name(&self) -> Option<&str> {
        self.text().filter(|text| !text.is_empty() && !self.is_null())
    }

    /// The texts of a list's scalars, or of a single scalar.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match &self.kind {
            Kind::List(items) => items.iter().filter_map(Self::text).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// The text under `key`.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::name)
    }

    /// A plain `true` or `false`.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Scalar { text, .. } => match text.as_str() {
                "true" | "True" | "TRUE" | "yes" | "on" => Some(true),
                "false" | "False" | "FALSE" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Nothing: `null`, `~` or an empty value.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, quoted: false } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// Whether it is a map.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// The values in it, itself included, no further than `limit`.
    fn count(&self, limit: usize) -> usize {
        let children: Box<dyn Iterator<Item = &Self>> = match &self.kind {
            Kind::Scalar { .. } => return 1,
            Kind::List(items) => Box::new(items.iter()),
            Kind::Map(entries) => Box::new(entries.iter().map(|entry| &entry.value)),
        };
        let mut count = 1;
        for child in children {
            if count > limit {
                break;
            }
            count += child.count(limit);
        }
        count
    }
}
