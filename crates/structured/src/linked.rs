//! Trees of several files that refer to each other with `$ref`, and places in them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Document;

use crate::facts::{Facts, Place};
use crate::siblings::{Siblings, path_of};
use crate::tree::{self, Entry, Forest, Node};

/// References that are followed from one to the next.
const HOPS_MAX: usize = 8;
/// Maps with more entries are indexed when something is looked up in them.
const ENTRIES_SEARCHED_MAX: usize = 32;
/// What is quoted of an entry before a value in it.
const BEFORE_BYTES_MAX: usize = 120;
/// Text of other files that one reading parses.
const OTHERS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The file that is read (number 0) and those it refers to.
pub(crate) struct Library<'a> {
    document: &'a Document,
    others: Vec<(&'a Document, Forest)>,
    numbers: BTreeMap<&'a str, usize>,
    wide: RefCell<Wide>,
}

/// Of maps with many entries, by file, place and size: where each key stands.
type Wide = BTreeMap<(usize, usize, usize), BTreeMap<String, usize>>;

impl<'a> Library<'a> {
    /// Parses the documents that `document` refers to, as far as they are among `siblings`.
    pub(crate) fn open(document: &'a Document, siblings: &Siblings<'a>) -> Self {
        let mut bytes = 0;
        let mut others = Vec::new();
        for other in siblings.all().filter(|other| other.path != document.path) {
            bytes += other.text.len();
            if bytes > OTHERS_BYTES_MAX {
                break;
            }
            others.push((other, tree::parse(&other.text)));
        }
        let numbers = others.iter().enumerate().map(|(at, (other, _))| (other.path.as_str(), at + 1)).collect();
        Self { document, others, numbers, wide: RefCell::default() }
    }

    /// The documents other than the one that is read, in the order of their numbers.
    pub(crate) fn others(&self) -> Vec<&'a Document> {
        self.others.iter().map(|(document, _)| *document).collect()
    }

    fn path(&self, file: usize) -> &'a str {
        if file == 0 { &self.document.path } else { self.others.get(file - 1).map_or("", |(other, _)| &other.path) }
    }
}

/// One tree of the file that is read, with what it refers to.
#[derive(Clone, Copy)]
pub(crate) struct Linked<'a> {
    library: &'a Library<'a>,
    /// The top of the tree.
    pub(crate) root: At<'a>,
}

impl<'a> Linked<'a> {
    pub(crate) fn new(library: &'a Library<'a>, root: &'a Node) -> Self {
        Self { library, root: At { file: 0, node: root } }
    }

    /// What is meant: the node itself or, for a reference, its target; a reference without a target is itself.
    pub(crate) fn resolve(&self, at: At<'a>) -> At<'a> {
        let mut at = at;
        for _ in 0..HOPS_MAX {
            let Some(target) = at.text_of("$ref").and_then(|reference| self.target(at.file, reference)) else { break };
            at = target;
        }
        at
    }

    /// What `reference`, written in the file of this number, names.
    pub(crate) fn target(&self, file: usize, reference: &str) -> Option<At<'a>> {
        let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let file = if path.is_empty() { file } else { self.number(file, reference)? };
        let top = if file == 0 { self.root.node } else { self.library.others.get(file - 1)?.1.trees.first()? };
        let mut node = top;
        for part in pointer.split('/').skip(1) {
            let key = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}");
            node = match part.parse::<usize>() {
                Ok(index) if !node.items().is_empty() => node.items().get(index)?,
                _ => self.get(At { file, node }, &key)?.node,
            };
        }
        (pointer.is_empty() || pointer.starts_with('/')).then_some(At { file, node })
    }

    /// The value under `key`, found in a time that does not grow with the map.
    pub(crate) fn get(&self, map: At<'a>, key: &str) -> Option<At<'a>> {
        let entries = map.node.entries();
        if entries.len() <= ENTRIES_SEARCHED_MAX {
            return map.get(key);
        }
        let mut wide = self.library.wide.borrow_mut();
        let by_key = wide.entry((map.file, map.node.span.start, entries.len())).or_insert_with(|| {
            // Of two entries with one key the first counts, as elsewhere.
            entries.iter().enumerate().rev().map(|(at, entry)| (entry.key.clone(), at)).collect()
        });
        entries.get(*by_key.get(key)?).map(|entry| At { file: map.file, node: &entry.value })
    }

    fn number(&self, from: usize, reference: &str) -> Option<usize> {
        let path = path_of(self.library.path(from), reference)?;
        if path == self.library.document.path { Some(0) } else { self.library.numbers.get(path.as_str()).copied() }
    }

    /// Names the references of the file that is read which lead nowhere, each target once.
    pub(crate) fn name_missing(&self, facts: &mut Facts<'_>) {
        let mut seen = BTreeSet::new();
        let mut open = vec![self.root.node];
        while let Some(node) = open.pop() {
            for entry in node.entries() {
                match entry.value.text() {
                    Some(target) if entry.key == "$ref" => {
                        if !seen.insert(target) {
                            continue;
                        }
                        let fault = match self.target(0, target) {
                            None => Some(self.missing(target)),
                            // What is still a reference when all hops are made comes back to itself.
                            Some(found) if self.resolve(found).text_of("$ref").is_some() => {
                                Some(format!("reference to `{target}`, which leads nowhere"))
                            }
                            Some(_) => None,
                        };
                        if let Some(fault) = fault {
                            facts.not_understood(entry.key_span.start, fault);
                        }
                    }
                    _ => open.push(&entry.value),
                }
            }
            open.extend(node.items());
        }
    }

    fn missing(&self, target: &str) -> String {
        let file = target.split('#').next().unwrap_or_default();
        if file.is_empty() {
            format!("reference to `{target}`, which is not in this file")
        } else if self.number(0, target).is_some() {
            format!("reference to `{target}`, which is not in that file")
        } else if file.contains("://") {
            format!("reference to `{file}`, which is not followed")
        } else {
            format!("reference to another file, `{file}`, which is not among the documents")
        }
    }
}

/// A node and the number of the file it stands in.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) file: usize,
    pub(crate) node: &'a Node,
}

impl<'a> At<'a> {
    /// The value under `key`.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.node.get(key).map(|node| Self { node, ..self })
    }

    /// The value at the end of `path`.
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        self.node.at(path).map(|node| Self { node, ..self })
    }

    /// The entry under `key`.
    pub(crate) fn entry(self, key: &str) -> Option<Keyed<'a>> {
        self.node.entry(key).map(|entry| Keyed { file: self.file, entry })
    }

    /// The entries of a map, none for anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = Keyed<'a>> {
        self.node.entries().iter().map(move |entry| Keyed { file: self.file, entry })
    }

    /// The entries of the map under `key`.
    pub(crate) fn entries_of(self, key: &str) -> impl Iterator<Item = Keyed<'a>> {
        self.get(key).into_iter().flat_map(At::entries)
    }

    /// The items of the list under `key`.
    pub(crate) fn items_of(self, key: &str) -> impl Iterator<Item = Self> {
        let items = self.get(key).map(|list| list.node.items()).unwrap_or_default();
        items.iter().map(move |node| Self { node, ..self })
    }

    /// The text under `key`.
    pub(crate) fn text_of(self, key: &str) -> Option<&'a str> {
        self.node.text_of(key)
    }
}

/// An entry and the number of the file it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Keyed<'a> {
    pub(crate) file: usize,
    entry: &'a Entry,
}

impl<'a> Keyed<'a> {
    pub(crate) fn key(self) -> &'a str {
        &self.entry.key
    }

    pub(crate) fn value(self) -> At<'a> {
        At { file: self.file, node: &self.entry.value }
    }

    /// As [`Entry::place`].
    pub(crate) fn place(self) -> Place {
        self.entry.place().in_file(self.file)
    }

    /// As [`Entry::whole`].
    pub(crate) fn whole(self) -> Place {
        self.entry.whole().in_file(self.file)
    }

    /// The lines of the entry or, when one of these keys holds a value in it, only what stands before that value; values of
    /// others on the same lines are left out too.
    pub(crate) fn place_before(self, keys: &[&str]) -> Place {
        let start = self.entry.key_span.start;
        let value = self.entry.value.entries().iter().find(|entry| keys.contains(&entry.key.as_str()));
        value.map_or_else(
            || Place::without_values(self.entry.range()).in_file(self.file),
            |entry| Place::exact(start..entry.key_span.end.min(start + BEFORE_BYTES_MAX)).in_file(self.file),
        )
    }

    /// Names the entry as not understood.
    pub(crate) fn not_understood(self, facts: &mut Facts<'_>, what: impl std::fmt::Display) {
        facts.not_understood_in(self.file, self.entry.key_span.start, what);
    }
}
