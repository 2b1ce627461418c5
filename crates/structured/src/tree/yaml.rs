//! YAML events to trees. The parser's own index counts characters in some places and bytes in others, so positions are
//! taken from line and column, which it keeps in characters throughout.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::{ALIAS_NODES_MAX, DEPTH_MAX, Entry, Forest, Kind, NODES_MAX, Node};

/// Parses all documents of `text`; those before a syntax error are kept.
pub(super) fn parse(text: &str) -> Forest {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(body, text.len() - body.len());
    let mut parser = Parser::new_from_str(body);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => {
                if let Err(problem) = builder.take(event, span) {
                    builder.forest.problems.push(problem);
                    break;
                }
            }
            Err(error) => {
                let at = builder.positions.offset(error.marker());
                builder.forest.problems.push((at, format!("not YAML: {}", error.info())));
                break;
            }
        }
    }
    builder.forest
}

struct Builder<'a> {
    positions: Positions<'a>,
    open: Vec<Open>,
    /// Finished values that an alias may name.
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    alias_nodes: usize,
    forest: Forest,
}

/// A list or map that has not ended.
struct Open {
    anchor: usize,
    start: usize,
    kind: Kind,
    /// The function whose argument this is.
    function: Option<String>,
    /// A map's key that waits for its value.
    key: Option<(String, Range<usize>)>,
}

type Problem = (usize, String);

impl<'a> Builder<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        Self {
            positions: Positions::new(text, base),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            alias_nodes: 0,
            forest: Forest::default(),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let range = self.positions.range(&span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain;
                let kind = Kind::Scalar { text: text.into_owned(), quoted };
                self.finish(applied(function(tag.as_deref()), Node { span: range, kind }), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(anchor, range.start, Kind::List(Vec::new()), function(tag.as_deref()))
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, range.start, Kind::Map(Vec::new()), function(tag.as_deref()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&range),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, start: usize, kind: Kind, function: Option<String>) -> Result<(), Problem> {
        if self.open.len() >= DEPTH_MAX {
            return Err((start, format!("nested deeper than {DEPTH_MAX}")));
        }
        self.open.push(Open { anchor, start, kind, function, key: None });
        Ok(())
    }

    /// A block's end is only noticed at the next token; its last value says where it really ends.
    fn end(&mut self, event: &Range<usize>) -> Result<(), Problem> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if let Kind::Map(entries) = &mut open.kind {
            own_first(entries, open.start);
        }
        let last = match &open.kind {
            Kind::List(items) => items.last().map(|item| item.span.end),
            Kind::Map(entries) => entries.iter().map(|entry| entry.value.span.end.max(entry.key_span.end)).max(),
            Kind::Scalar { .. } => None,
        };
        let end = if event.is_empty() { last.unwrap_or(open.start) } else { event.end };
        let node = Node { span: open.start..end.max(open.start), kind: open.kind };
        self.finish(applied(open.function, node), open.anchor)
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), Problem> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            return Err((range.start, "alias without an anchor".to_owned()));
        };
        self.alias_nodes += node.count(ALIAS_NODES_MAX);
        if self.alias_nodes > ALIAS_NODES_MAX {
            return Err((range.start, format!("aliases repeat more than {ALIAS_NODES_MAX} values")));
        }
        self.finish(node, 0)
    }

    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err((node.span.start, format!("more than {NODES_MAX} values")));
        }
        if anchor != 0 {
            self.alias_nodes += node.count(ALIAS_NODES_MAX);
            if self.alias_nodes > ALIAS_NODES_MAX {
                return Err((node.span.start, format!("anchors hold more than {ALIAS_NODES_MAX} values")));
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.forest.trees.push(node);
            return Ok(());
        };
        match (&mut parent.kind, parent.key.take()) {
            (Kind::List(items), _) => items.push(node),
            (Kind::Map(_), None) => parent.key = Some((key_text(&node), node.span)),
            (Kind::Map(entries), Some((key, key_span))) => merge_or_push(entries, Entry { key, key_span, value: node }),
            (Kind::Scalar { .. }, _) => {}
        }
        Ok(())
    }
}

/// Functions of `CloudFormation` templates whose short form is a tag.
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];

/// The long name of the function that a tag stands for; `!reference` is GitLab's.
fn function(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    match tag.suffix.as_str() {
        "Ref" | "Condition" | "reference" => Some(tag.suffix.clone()),
        name if FUNCTIONS.contains(&name) => Some(format!("Fn::{name}")),
        _ => None,
    }
}

/// The argument under the name of its function, as the long form writes it.
fn applied(function: Option<String>, argument: Node) -> Node {
    let Some(key) = function else { return argument };
    let span = argument.span.clone();
    let entry = Entry { key, key_span: span.start..span.start, value: argument };
    Node { span, kind: Kind::Map(vec![entry]) }
}

/// Puts the entries that a map has itself before those merged into it, and drops merged ones under the same key: what a map says
/// outranks what it inherits, wherever its `<<` stands, and an earlier map outranks a later one.
fn own_first(entries: &mut Vec<Entry>, start: usize) {
    if entries.iter().all(|entry| entry.key_span.start >= start) {
        return;
    }
    let (own, merged): (Vec<Entry>, Vec<Entry>) =
        std::mem::take(entries).into_iter().partition(|entry| entry.key_span.start >= start);
    let mut seen: BTreeSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    *entries = own;
    entries.extend(merged.into_iter().filter(|entry| seen.insert(entry.key.clone())));
}

/// `<<` adds the entries of another map; [`own_first`] sorts out which count.
fn merge_or_push(entries: &mut Vec<Entry>, entry: Entry) {
    if entry.key != "<<" {
        entries.push(entry);
        return;
    }
    let merged = match entry.value.kind {
        Kind::Map(merged) => merged,
        Kind::List(maps) => maps.into_iter().flat_map(|map| map.entries().to_vec()).collect(),
        Kind::Scalar { .. } => Vec::new(),
    };
    entries.extend(merged);
}

fn key_text(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar { text, .. } => text.clone(),
        _ => String::new(),
    }
}

/// Characters from one checkpoint to the next.
const CHECKPOINT_CHARS: usize = 128;

/// Turns lines and columns into bytes, with checkpoints, so that a file of one long line costs no more than one of many.
struct Positions<'a> {
    text: &'a str,
    base: usize,
    /// Number of the character with which each line begins.
    line_starts: Vec<usize>,
    /// Byte offset of every so many-th character.
    checkpoints: Vec<usize>,
}

impl<'a> Positions<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        let mut line_starts = vec![0];
        let mut checkpoints = Vec::new();
        let mut characters = text.char_indices().enumerate().peekable();
        while let Some((number, (at, c))) = characters.next() {
            if number % CHECKPOINT_CHARS == 0 {
                checkpoints.push(at);
            }
            let before_newline = matches!(characters.peek(), Some((_, (_, '\n'))));
            if c == '\n' || (c == '\r' && !before_newline) {
                line_starts.push(number + 1);
            }
        }
        Self { text, base, line_starts, checkpoints }
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let start = self.offset(&span.start);
        let end = self.offset(&span.end).max(start);
        start..end
    }

    fn offset(&self, marker: &Marker) -> usize {
        let end = self.base + self.text.len();
        let Some(line_start) = self.line_starts.get(marker.line().saturating_sub(1)) else { return end };
        let number = line_start + marker.col();
        let Some(checkpoint) = self.checkpoints.get(number / CHECKPOINT_CHARS) else { return end };
        let rest = self.text.get(*checkpoint..).unwrap_or_default();
        rest.char_indices().nth(number % CHECKPOINT_CHARS).map_or(end, |(at, _)| self.base + checkpoint + at)
    }
}
