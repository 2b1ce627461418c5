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
        let mut sentence = String::new();
        self.add_to(&mut sentence, graph, at);
        sentence
    }

    /// Adds the sentence about the node to what is there.
    pub(crate) fn add_to(&self, sentence: &mut String, graph: &Graph<'_>, at: NodeIndex) {
        let node = graph.node(at);
        sentence.reserve(self.written.len());
        for part in &self.parts {
            match part {
                Part::Text(text) => sentence.push_str(text),
                Part::Subject | Part::Attribute(Attribute::Name) => add_name(sentence, graph, at),
                Part::Related(relation) => add_names(sentence, graph, &graph.follow(at, &[*relation]).nodes),
                Part::Attribute(attribute) => match attributes::find(node.element, *attribute) {
                    Some(found) => add_shown(sentence, &found.texts.as_slice().join(", ")),
                    None => sentence.extend(["unknown ", &attribute.as_str().replace('_', " ")]),
                },
            }
        }
    }
}

/// What a reader calls the element.
pub(crate) fn name(graph: &Graph<'_>, at: NodeIndex) -> String {
    let mut name = String::new();
    add_name(&mut name, graph, at);
    name
}

/// Adds what a reader calls the element.
pub(crate) fn add_name(sentence: &mut String, graph: &Graph<'_>, at: NodeIndex) {
    match graph.node(at).element {
        Element::Component(it) => add_shown(sentence, &it.name),
        Element::Boundary(it) => add_shown(sentence, &it.name),
        Element::Data(it) => add_shown(sentence, &it.name),
        Element::Flow(_) => {
            let node = graph.node(at);
            add_names(sentence, graph, node.related(Relation::Source));
            sentence.push_str(" to ");
            add_names(sentence, graph, node.related(Relation::Target));
        }
        Element::Holding(data, _) => {
            add_shown(sentence, &data.name);
            sentence.push_str(" in ");
            add_names(sentence, graph, graph.node(at).related(Relation::Component));
        }
        Element::Endpoint(it) => {
            add_shown(sentence, &it.method.iter().chain([&it.path]).cloned().collect::<Vec<_>>().join(" "));
        }
        // A control that names nothing it protects speaks of the system as a whole.
        Element::Control(_) if graph.node(at).related(Relation::About).is_empty() => sentence.push_str("the system"),
        Element::Control(it) => match it.mechanism.as_deref() {
            Some(mechanism) => add_shown(sentence, mechanism),
            None => sentence.push_str(&it.control_type.to_string().replace('_', " ")),
        },
        Element::Permission(it) => {
            add_shown(sentence, &format!("{} may {} {}", it.principal, it.action, it.resource));
        }
        Element::AcceptedRisk(it) => sentence.push_str(&quoted(&it.statement)),
        Element::Assumption(it) => sentence.push_str(&quoted(&it.statement)),
        Element::Decision(it) => sentence.push_str(&quoted(&it.statement)),
        Element::Question(it) => sentence.push_str(&quoted(&it.statement)),
        Element::Incident(it) => sentence.push_str(&quoted(&it.statement)),
        Element::System(_) => sentence.push_str("the system"),
    }
}

/// The element's own words, for one that no name tells from others of its kind.
pub(crate) fn words_of(graph: &Graph<'_>, at: NodeIndex) -> Option<String> {
    let node = graph.node(at);
    let nameless = matches!(node.element, Element::Control(_)) && node.related(Relation::About).is_empty();
    node.element.evidence().first().filter(|_| nameless).map(|citation| quoted(&citation.quote))
}

fn quoted(statement: &str) -> String {
    let mut quoted = String::from("\"");
    add_shown(&mut quoted, statement);
    quoted.push('"');
    quoted
}

fn add_names(sentence: &mut String, graph: &Graph<'_>, nodes: &[NodeIndex]) {
    if nodes.is_empty() {
        sentence.push_str("an unnamed part");
    }
    for (position, node) in nodes.iter().take(LISTED_MAX).enumerate() {
        sentence.push_str(if position == 0 { "" } else { ", " });
        add_name(sentence, graph, *node);
    }
    if let Some(more @ 1..) = nodes.len().checked_sub(LISTED_MAX) {
        sentence.extend([" and ", &more.to_string(), " more"]);
    }
}

/// Adds a document's text on one line, not longer than a sentence bears.
fn add_shown(sentence: &mut String, text: &str) {
    let start = sentence.len();
    for (position, word) in text.split_whitespace().enumerate() {
        sentence.push_str(if position == 0 { "" } else { " " });
        sentence.push_str(word);
    }
    let line = sentence.get(start..).unwrap_or_default();
    if let Some((cut, _)) = line.char_indices().nth(SHOWN_CHARS_MAX) {
        let kept = line.get(..cut).unwrap_or(line).trim_end().len();
        sentence.truncate(start + kept);
        sentence.push('…');
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
