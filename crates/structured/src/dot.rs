//! Graphviz DOT: nodes and edges with their labels, clusters as walls.

use std::collections::BTreeMap;
use std::ops::Range;

use cairn_model::{ComponentType, Document};

use crate::Reading;
use crate::diagram::{self, Graph, Line, NodeText};
use crate::facts::{Facts, Place};

/// Deeper nesting of clusters is refused.
const DEPTH_MAX: usize = 50;

/// Reads every DOT graph of the document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/dot/1");
    for lines in diagram::sources(document, &["dot", "graphviz"]) {
        let tokens = tokens(&lines, facts.text());
        let mut reader = Reader { tokens: &tokens, at: 0, depth: 0, graph: Graph::default(), groups: Vec::new() };
        reader.read(&mut facts);
        reader.graph.claim(&mut facts);
    }
    facts.finish()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// An id, quoted or not.
    Word(String),
    /// `->` or `--`.
    Edge { directed: bool },
    /// Any other mark.
    Mark(char),
}

struct Token {
    kind: Kind,
    span: Range<usize>,
}

fn tokens(lines: &[Line<'_>], text: &str) -> Vec<Token> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Vec::new() };
    let base = first.at;
    let source = text.get(base..last.at + last.text.len()).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, kind) = next_token(rest);
        if let Some(kind) = kind {
            found.push(Token { kind, span: base + at..base + at + length });
        }
        at += length.max(1);
        at = source.ceil_char_boundary(at);
    }
    found
}

/// Length of the next token and what it is, nothing for space and comments.
fn next_token(rest: &str) -> (usize, Option<Kind>) {
    let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    match rest.chars().next() {
        None => (0, None),
        Some('#') => (until("\n"), None),
        Some('/') if rest.starts_with("//") => (until("\n"), None),
        Some('/') if rest.starts_with("/*") => (until("*/"), None),
        Some('-') if rest.starts_with("->") => (2, Some(Kind::Edge { directed: true })),
        Some('-') if rest.starts_with("--") => (2, Some(Kind::Edge { directed: false })),
        Some('"') => quoted(rest),
        Some('<') => html(rest),
        Some(c) if is_word(c) => {
            let word: String = rest.chars().take_while(|c| is_word(*c)).collect();
            (word.len(), Some(Kind::Word(word)))
        }
        Some(c) if c.is_whitespace() => (c.len_utf8(), None),
        Some(c) => (c.len_utf8(), Some(Kind::Mark(c))),
    }
}

fn quoted(rest: &str) -> (usize, Option<Kind>) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => {
                let inner = rest.get(1..at).unwrap_or_default().replace("\\\"", "");
                return (at + 1, Some(Kind::Word(inner)));
            }
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (rest.len(), None)
}

fn html(rest: &str) -> (usize, Option<Kind>) {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (at + 1, Some(Kind::Word(rest.get(1..at).unwrap_or_default().to_owned())));
        }
    }
    (rest.len(), None)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    graph: Graph,
    /// Whether each open brace opened a group.
    groups: Vec<bool>,
}

impl Reader<'_> {
    fn read(&mut self, facts: &mut Facts<'_>) {
        let tokens = self.tokens;
        while let Some(token) = tokens.get(self.at) {
            match &token.kind {
                Kind::Mark('{') => self.open(None, &token.span.clone().into()),
                Kind::Mark('}') => {
                    self.at += 1;
                    if self.groups.pop() == Some(true) {
                        self.graph.close_group();
                    }
                }
                Kind::Word(word) => self.statement(word, facts),
                _ => self.at += 1,
            }
            if self.depth > DEPTH_MAX {
                facts.not_understood(token.span.start, format!("clusters nested deeper than {DEPTH_MAX}"));
                return;
            }
        }
    }

    fn open(&mut self, cluster: Option<(&str, &str)>, place: &Place) {
        self.at += 1;
        if let Some((id, label)) = cluster {
            self.graph.open_group(id, label, true, place);
        }
        self.groups.push(cluster.is_some());
        self.depth = self.groups.len();
    }

    fn statement(&mut self, word: &str, facts: &mut Facts<'_>) {
        let start = self.tokens.get(self.at).map_or(0, |token| token.span.start);
        match word {
            "strict" | "graph" | "digraph" => {
                self.at += 1;
                if word != "strict" && matches!(self.kind(0), Some(Kind::Word(_))) {
                    self.at += 1;
                }
                self.attributes();
            }
            "node" | "edge" if matches!(self.kind(1), Some(Kind::Mark('['))) => {
                self.at += 1;
                self.attributes();
            }
            "subgraph" => self.subgraph(),
            _ if matches!(self.kind(1), Some(Kind::Mark('='))) => self.at += 3,
            _ => self.chain(start, facts),
        }
    }

    fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn subgraph(&mut self) {
        let start = self.tokens.get(self.at).map_or(0..0, |token| token.span.clone());
        self.at += 1;
        let id = match self.kind(0) {
            Some(Kind::Word(id)) => id.clone(),
            _ => String::new(),
        };
        self.at += usize::from(!id.is_empty());
        if !matches!(self.kind(0), Some(Kind::Mark('{'))) {
            return;
        }
        if !id.starts_with("cluster") {
            self.open(None, &start.into());
            return;
        }
        let (label, end) = self.cluster_label(&id);
        self.open(Some((&id, &label)), &(start.start..end.max(start.end)).into());
    }

    /// The label is an assignment, or an attribute of `graph`, soon after the brace.
    fn cluster_label(&self, id: &str) -> (String, usize) {
        let ahead = self.tokens.get(self.at..).unwrap_or_default();
        let body = ahead.iter().skip(1).take_while(|token| !matches!(token.kind, Kind::Mark('{' | '}')));
        let body: Vec<&Token> = body.take(60).collect();
        for window in body.windows(3) {
            if let [key, equals, value] = window
                && key.kind == Kind::Word("label".to_owned())
                && equals.kind == Kind::Mark('=')
                && let Kind::Word(label) = &value.kind
            {
                return (label.clone(), value.span.end);
            }
        }
        let plain = id.trim_start_matches("cluster").trim_start_matches('_').to_owned();
        (plain, ahead.first().map_or(0, |token| token.span.end))
    }

    /// `a -> {b c} -> d [label="…"]`, or a node with attributes.
    fn chain(&mut self, start: usize, facts: &mut Facts<'_>) {
        let mut sides = vec![self.side()];
        let mut directed = true;
        while let Some(Kind::Edge { directed: arrow }) = self.kind(0) {
            directed &= *arrow;
            self.at += 1;
            sides.push(self.side());
        }
        let attributes = self.attributes();
        let end = self.tokens.get(self.at.saturating_sub(1)).map_or(start, |token| token.span.end);
        let place: Place = (start..end.max(start)).into();
        if let [only] = sides.as_slice() {
            for id in only {
                self.graph.node(id, node(&attributes), &place);
            }
            return;
        }
        for id in sides.iter().flatten() {
            self.graph.node(id, NodeText::default(), &place);
        }
        let direction = attributes.get("dir").map_or("forward", String::as_str);
        if !directed || direction == "none" {
            facts.not_understood(start, "connection without a direction");
            return;
        }
        let label = attributes.get("label").map(String::as_str);
        for pair in sides.windows(2) {
            let [from, to] = pair else { continue };
            for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                if direction != "back" {
                    self.graph.edge(from, to, label, &place);
                }
                if matches!(direction, "back" | "both") {
                    self.graph.edge(to, from, label, &place);
                }
            }
        }
    }

    /// One id, with its port passed over, or several in braces.
    fn side(&mut self) -> Vec<String> {
        let mut ids = Vec::new();
        let braces = matches!(self.kind(0), Some(Kind::Mark('{')));
        self.at += usize::from(braces);
        while let Some(Kind::Word(id)) = self.kind(0) {
            ids.push(id.clone());
            self.at += 1;
            while matches!(self.kind(0), Some(Kind::Mark(':'))) {
                self.at += 2;
            }
            if !braces {
                return ids;
            }
            while matches!(self.kind(0), Some(Kind::Mark(',' | ';'))) {
                self.at += 1;
            }
        }
        self.at += usize::from(braces && matches!(self.kind(0), Some(Kind::Mark('}'))));
        ids
    }

    fn attributes(&mut self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        while matches!(self.kind(0), Some(Kind::Mark('['))) {
            self.at += 1;
            while let Some(kind) = self.kind(0).filter(|kind| **kind != Kind::Mark(']')) {
                match (kind, self.kind(1), self.kind(2)) {
                    (Kind::Word(key), Some(Kind::Mark('=')), Some(Kind::Word(value))) => {
                        found.insert(key.clone(), value.clone());
                        self.at += 3;
                    }
                    _ => self.at += 1,
                }
            }
            self.at += 1;
        }
        found
    }
}

fn node(attributes: &BTreeMap<String, String>) -> NodeText {
    let shape = attributes.get("shape").map_or("", String::as_str);
    let label = attributes.get("label").filter(|label| *label != "\\N").cloned();
    NodeText {
        label,
        kind: (shape == "cylinder").then_some(ComponentType::Datastore),
        technology: None,
        silent: matches!(shape, "point" | "none" | "plaintext" | "note" | "diamond"),
    }
}
