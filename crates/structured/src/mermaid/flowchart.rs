//! Flowcharts: `subgraph`s as walls, shapes as types, links as flows. A chart with decisions in it shows steps of a
//! procedure instead of parts of a system, and is left to people.

use std::sync::LazyLock;

use cairn_model::ComponentType;
use regex::Regex;

use super::short;
use crate::diagram::{Graph, Line, NodeText};
use crate::facts::Facts;

/// A link with or without text inside or behind it.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    let plain = r"(?P<back>[<ox])?(?P<line>--+|==+|-\.+-?|~~~+)(?P<head>>|[ox](?:\s|$))?";
    let text =
        r"(?P<back_t>[<ox])?(?:--|==|-\.)\s*(?P<text>[^-=.|>\s][^|>]*?)\s*(?:--+|==+|\.+-)(?P<head_t>>|[ox](?:\s|$))";
    let behind = r"(?:\s*\|(?P<label>[^|]*)\|)?";
    Regex::new(&format!(r"^\s*(?:\w+@)?(?:{text}|{plain}){behind}\s*")).expect("a constant expression")
});

/// `e1@{ animate: true }`: the look of a link that has a name.
static LINK_STYLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\w+@\{\s*(?:animat|curve)").expect("a constant expression"));

const SHAPES: &[(&str, &str, Shape)] = &[
    ("(((", ")))", Shape::Plain),
    ("([", "])", Shape::Plain),
    ("[[", "]]", Shape::Plain),
    ("[(", ")]", Shape::Cylinder),
    ("((", "))", Shape::Plain),
    ("{{", "}}", Shape::Plain),
    ("[/", "]", Shape::Plain),
    ("[\\", "]", Shape::Plain),
    ("{", "}", Shape::Decision),
    ("[", "]", Shape::Plain),
    ("(", ")", Shape::Plain),
    (">", "]", Shape::Plain),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Plain,
    Cylinder,
    Decision,
}

/// Words that begin lines about the look of the chart.
const STYLE: &[&str] =
    &["style", "classDef", "class", "click", "linkStyle", "direction", "accTitle", "accDescr", "title"];

/// Reads the chart; false when it is one of decisions.
pub(super) fn read(graph: &mut Graph, lines: &[Line<'_>], facts: &mut Facts<'_>) -> bool {
    let mut decisions = false;
    for (number, line) in lines.iter().enumerate() {
        for statement in statements(*line, number == 0) {
            let word = statement.text.split([' ', ':', '\t']).next().unwrap_or_default();
            if word == "subgraph" {
                subgraph(graph, statement);
            } else if word == "end" {
                graph.close_group();
            } else if !STYLE.contains(&word) && !LINK_STYLE.is_match(statement.text) {
                let mut reader = Reader { rest: statement.text, statement, decisions: false };
                if !reader.chain(graph, facts) {
                    facts.not_understood(statement.at, format!("flowchart line `{}`", short(statement.text)));
                }
                decisions |= reader.decisions;
            }
        }
    }
    !decisions
}

/// Statements of a line, which semicolons outside of quotes and brackets part; the head is dropped.
fn statements(line: Line<'_>, is_head: bool) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    let cuts = line.text.char_indices().filter_map(|(at, c)| {
        quoted ^= c == '"';
        (c == ';' && !quoted).then_some(at)
    });
    let ends: Vec<usize> = cuts.chain(std::iter::once(line.text.len())).collect();
    for end in ends {
        let raw = line.text.get(start..end).unwrap_or_default();
        let at = line.at + start + (raw.len() - raw.trim_start().len());
        if !raw.trim().is_empty() {
            found.push(Line { at, text: raw.trim() });
        }
        start = end + 1;
    }
    if is_head && !found.is_empty() {
        found.remove(0);
    }
    found
}

fn subgraph(graph: &mut Graph, line: Line<'_>) {
    let rest = line.text.trim_start_matches("subgraph").trim();
    let (id, label) = match rest.split_once('[') {
        Some((id, label)) => (id.trim(), label.trim_end_matches(']')),
        None => (rest, rest),
    };
    let id = id.trim_matches('"');
    let label = if label.is_empty() { id } else { label };
    graph.open_group(id, label, true, &line.place());
}

struct Reader<'a> {
    rest: &'a str,
    statement: Line<'a>,
    decisions: bool,
}

struct Link<'a> {
    label: Option<&'a str>,
    forward: bool,
    backward: bool,
}

impl<'a> Reader<'a> {
    /// `A & B --> C --> D`: false when the statement is something else.
    fn chain(&mut self, graph: &mut Graph, facts: &mut Facts<'_>) -> bool {
        let mut sources = self.nodes(graph);
        if sources.is_empty() {
            return false;
        }
        while let Some(link) = self.link() {
            let targets = self.nodes(graph);
            if targets.is_empty() {
                return false;
            }
            self.connect(graph, &link, &sources, &targets, facts);
            sources = targets;
        }
        self.rest.trim().is_empty()
    }

    fn connect(
        &self,
        graph: &mut Graph,
        link: &Link<'_>,
        sources: &[String],
        targets: &[String],
        facts: &mut Facts<'_>,
    ) {
        if !link.forward && !link.backward {
            facts.not_understood(self.statement.at, "connection without a direction");
            return;
        }
        let place = self.statement.place();
        for source in sources {
            for target in targets {
                if link.forward {
                    graph.edge(source, target, link.label, &place);
                }
                if link.backward {
                    graph.edge(target, source, link.label, &place);
                }
            }
        }
    }

    fn link(&mut self) -> Option<Link<'a>> {
        let found = LINK.captures(self.rest)?;
        let rest = self.rest.get(found.get(0)?.end()..)?;
        let has = |name: &str| found.name(name).is_some_and(|part| !part.as_str().trim().is_empty());
        let invisible = found.name("line").is_some_and(|line| line.as_str().starts_with('~'));
        let label = found.name("text").or_else(|| found.name("label")).map(|text| text.as_str());
        let forward = !invisible && (has("head") || has("head_t"));
        let backward = !invisible && (has("back") || has("back_t"));
        self.rest = rest;
        Some(Link { label, forward, backward })
    }

    /// Nodes joined by `&`.
    fn nodes(&mut self, graph: &mut Graph) -> Vec<String> {
        let mut ids = Vec::new();
        while let Some(id) = self.node(graph) {
            ids.push(id);
            let rest = self.rest.trim_start();
            match rest.strip_prefix('&') {
                Some(after) => self.rest = after.trim_start(),
                None => break,
            }
        }
        ids
    }

    fn node(&mut self, graph: &mut Graph) -> Option<String> {
        let rest = self.rest.trim_start();
        let end = id_end(rest);
        let id = rest.get(..end).filter(|id| !id.is_empty())?;
        self.rest = rest.get(end..)?;
        let mut text = self.shape();
        // `A@{ shape: cyl, label: "Orders" }` and `e1@-->`, which names the link.
        if let Some(after) = self.rest.strip_prefix("@{") {
            let (inner, rest) = after.split_once('}')?;
            self.rest = rest;
            text = described(inner);
        }
        if let Some(after) = self.rest.strip_prefix(":::") {
            self.rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        }
        graph.node(id, text, &self.statement.place());
        Some(id.to_owned())
    }

    fn shape(&mut self) -> NodeText {
        let rest = self.rest.trim_start();
        for (open, close, shape) in SHAPES {
            let Some(after) = rest.strip_prefix(open) else { continue };
            let from = after.strip_prefix('"').and_then(|quoted| quoted.find('"')).map_or(0, |at| at + 2);
            let Some(end) = after.get(from..).and_then(|tail| tail.find(close)).map(|at| at + from) else { continue };
            let label = after.get(..end).unwrap_or_default();
            self.rest = after.get(end + close.len()..).unwrap_or_default();
            self.decisions |= *shape == Shape::Decision;
            return NodeText {
                label: Some(label.trim_matches(['/', '\\', ' ', '"', '(', '[']).to_owned()),
                kind: (*shape == Shape::Cylinder).then_some(ComponentType::Datastore),
                silent: *shape == Shape::Decision,
                technology: None,
            };
        }
        NodeText::default()
    }
}

/// Ids end before a space, a shape, or what begins a link.
fn id_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let at_link = |at: usize| {
        let next = bytes.get(at + 1).copied().unwrap_or_default();
        matches!(next, b'-' | b'.' | b'=' | b'>') || !(next.is_ascii_alphanumeric() || next == b'_')
    };
    for (at, c) in text.char_indices() {
        let ends = match c {
            '-' => at_link(at),
            '.' | '/' | '_' => false,
            c => !c.is_alphanumeric(),
        };
        if ends {
            return at;
        }
    }
    text.len()
}

/// The attributes of the newer notation for shapes.
fn described(inner: &str) -> NodeText {
    let value = |key: &str| {
        let rest = inner.split_once(key)?.1.trim_start().strip_prefix(':')?.trim_start();
        let text = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => rest.split(',').next(),
        };
        text.map(|text| text.trim().to_owned())
    };
    let shape = value("shape").unwrap_or_default();
    NodeText {
        label: value("label"),
        kind: matches!(shape.as_str(), "cyl" | "cylinder" | "database" | "db" | "lin-cyl")
            .then_some(ComponentType::Datastore),
        silent: matches!(shape.as_str(), "diam" | "decision" | "diamond" | "question" | "comment" | "text" | "brace"),
        technology: None,
    }
}
