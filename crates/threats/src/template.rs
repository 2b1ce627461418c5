//! Sentences with places: `{source} sends {data} to {target}`.

use std::ops::Range;

use crate::attributes;
use crate::condition::vocabulary::{Attribute, Relation, SubjectKind, attributes, nearest, relations};
use crate::graph::{Element, Graph, NodeIndex};

/// Names listed in a place before the rest is counted.
const LISTED_MAX: usize = 3;
/// Characters of a statement that are shown in a sentence.
const SHOWN_CHARS_MAX: usize = 120;

/// A checked sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
    written: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Subject,
    Related(Relation),
    Attribute(Attribute),
}

/// A place that the kind of element does not have, with its range in the text.
pub(crate) struct UnknownPlace {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Template {
    /// Reads a sentence about a `kind`.
    pub(crate) fn parse(text: &str, kind: SubjectKind) -> Result<Self, UnknownPlace> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let start = text.len() - after.len();
            let Some((name, tail)) = after.split_once('}') else {
                let message = "the place has no `}`".to_owned();
                return Err(UnknownPlace { span: start - 1..text.len(), message, hint: None });
            };
            parts.push(Part::Text(before.to_owned()));
            parts.push(part(name, kind).ok_or_else(|| unknown(name, kind, start..start + name.len()))?);
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts, written: text.to_owned() })
    }

    /// The sentence with its places, as the rule has it.
    pub(crate) fn as_written(&self) -> &str {
        &self.written
    }

    /// The sentence about the node.
    pub(crate) fn render(&self, graph: &Graph<'_>, at: NodeIndex) -> String {
        let node = graph.node(at);
        self.parts.iter().fold(String::new(), |mut sentence, part| {
            match part {
                Part::Text(text) => sentence.push_str(text),
                Part::Subject => sentence.push_str(&name(graph, at)),
                Part::Related(relation) => sentence.push_str(&names(graph, &graph.follow(at, &[*relation]).nodes)),
                Part::Attribute(Attribute::Name) => sentence.push_str(&name(graph, at)),
                Part::Attribute(attribute) => match attributes::find(node.element, *attribute) {
                    Some(found) => sentence.push_str(&shown(&found.texts.join(", "))),
                    None => sentence.extend(["unknown ", &attribute.as_str().replace('_', " ")]),
                },
            }
            sentence
        })
    }
}

/// What a reader calls the element.
pub(crate) fn name(graph: &Graph<'_>, at: NodeIndex) -> String {
    match graph.node(at).element {
        Element::Component(it) => shown(&it.name),
        Element::Boundary(it) => shown(&it.name),
        Element::Data(it) => shown(&it.name),
        Element::Flow(_) => {
            let node = graph.node(at);
            let end = |relation| names(graph, node.related(relation));
            format!("{} to {}", end(Relation::Source), end(Relation::Target))
        }
        Element::Holding(data, _) => {
            format!("{} in {}", shown(&data.name), names(graph, graph.node(at).related(Relation::Component)))
        }
        Element::Endpoint(it) => shown(&it.method.iter().chain([&it.path]).cloned().collect::<Vec<_>>().join(" ")),
        // A control that names nothing it protects speaks of the system as a whole.
        Element::Control(_) if graph.node(at).related(Relation::About).is_empty() => "the system".to_owned(),
        Element::Control(it) => {
            it.mechanism.as_deref().map_or_else(|| it.control_type.to_string().replace('_', " "), shown)
        }
        Element::Permission(it) => shown(&format!("{} may {} {}", it.principal, it.action, it.resource)),
        Element::AcceptedRisk(it) => quoted(&it.statement),
        Element::Assumption(it) => quoted(&it.statement),
        Element::Decision(it) => quoted(&it.statement),
        Element::Question(it) => quoted(&it.statement),
        Element::Incident(it) => quoted(&it.statement),
        Element::System(_) => "the system".to_owned(),
    }
}

/// The element's own words, for one that no name tells from others of its kind.
pub(crate) fn words_of(graph: &Graph<'_>, at: NodeIndex) -> Option<String> {
    let node = graph.node(at);
    let nameless = matches!(node.element, Element::Control(_)) && node.related(Relation::About).is_empty();
    node.element.evidence().first().filter(|_| nameless).map(|citation| quoted(&citation.quote))
}

fn quoted(statement: &str) -> String {
    format!("\"{}\"", shown(statement))
}

fn names(graph: &Graph<'_>, nodes: &[NodeIndex]) -> String {
    let listed: Vec<String> = nodes.iter().take(LISTED_MAX).map(|node| name(graph, *node)).collect();
    match (listed.as_slice(), nodes.len().saturating_sub(LISTED_MAX)) {
        ([], _) => "an unnamed part".to_owned(),
        (listed, 0) => listed.join(", "),
        (listed, more) => format!("{} and {more} more", listed.join(", ")),
    }
}

/// A document's text on one line, not longer than a sentence bears.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or(&line).trim_end()),
        None => line,
    }
}

fn part(name: &str, kind: SubjectKind) -> Option<Part> {
    if name == "subject" {
        return Some(Part::Subject);
    }
    let relation =
        relations(kind).into_iter().find(|(row, ..)| *row == name).map(|(_, relation, ..)| Part::Related(relation));
    let attribute = || attributes(kind).iter().find(|it| it.as_str() == name).map(|it| Part::Attribute(*it));
    relation.or_else(attribute)
}

fn unknown(name: &str, kind: SubjectKind, span: Range<usize>) -> UnknownPlace {
    let relations = relations(kind).into_iter().map(|(row, ..)| row);
    let known: Vec<&str> =
        ["subject"].into_iter().chain(relations).chain(attributes(kind).iter().map(|it| it.as_str())).collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{{{meant}}}`?"),
        None => format!("known are {}", known.iter().map(|it| format!("`{{{it}}}`")).collect::<Vec<_>>().join(", ")),
    };
    UnknownPlace {
        span,
        message: format!("unknown place `{{{name}}}` in a sentence about a {}", kind.as_str()),
        hint: Some(hint),
    }
}
