//! Sequences: participants as components, messages as flows. An answer, drawn dotted against an earlier message, belongs
//! to that message's flow.

use std::sync::LazyLock;

use cairn_model::{ComponentType, FlowMode};
use regex::Regex;

use super::short;
use crate::diagram::{Graph, Line, NodeText};
use crate::facts::Facts;

static MESSAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<from>[^:]+?)\s*(?P<both><<)?(?P<line>--?)(?P<head>>>?|x|\))\s*[+-]?\s*(?P<to>[^:]+?)\s*:(?P<text>.*)$",
    )
    .expect("a constant expression")
});

/// Lines that frame or decorate messages.
const FRAMES: &[&str] = &[
    "loop",
    "alt",
    "else",
    "opt",
    "par",
    "and",
    "critical",
    "option",
    "break",
    "rect",
    "autonumber",
    "activate",
    "deactivate",
    "destroy",
    "title",
    "accTitle",
    "accDescr",
    "link",
    "links",
    "properties",
    "details",
    "create",
];

/// Reads participants and messages.
pub(super) fn read(graph: &mut Graph, lines: &[Line<'_>], facts: &mut Facts<'_>) {
    // What `end` closes: true for a box, which is a group.
    let mut frames: Vec<bool> = Vec::new();
    for line in lines {
        let text = line.text.trim_end_matches(';').trim_start_matches("create ").trim();
        let word = text.split([' ', ':', '\t']).next().unwrap_or_default();
        match word {
            "participant" | "actor" => participant(graph, *line, text, word),
            "box" => {
                let label = box_label(text);
                graph.open_group(&format!("box {label}"), label, !label.is_empty(), &line.place());
                frames.push(true);
            }
            "end" => {
                if frames.pop() == Some(true) {
                    graph.close_group();
                }
            }
            "note" | "Note" => {}
            _ if FRAMES.contains(&word) => {
                if matches!(word, "loop" | "alt" | "opt" | "par" | "critical" | "break" | "rect") {
                    frames.push(false);
                }
            }
            _ => {
                if !message(graph, *line, text) {
                    facts.not_understood(line.at, format!("sequence line `{}`", short(text)));
                }
            }
        }
    }
}

fn participant(graph: &mut Graph, line: Line<'_>, text: &str, word: &str) {
    let rest = text.trim_start_matches(word).trim();
    let (id, label) = rest.split_once(" as ").map_or((rest, None), |(id, label)| (id.trim(), Some(label.trim())));
    // `A@{ "type": "database" }` is the newer notation.
    let (id, attributes) = id.split_once("@{").unwrap_or((id, ""));
    let kind = match word {
        "actor" => Some(ComponentType::Actor),
        _ if attributes.contains("database") => Some(ComponentType::Datastore),
        _ if attributes.contains("queue") => Some(ComponentType::Queue),
        _ => None,
    };
    let text = NodeText { label: Some(label.unwrap_or(id).to_owned()), kind, ..NodeText::default() };
    graph.node(id.trim(), text, &line.place());
}

/// `box rgb(33,66,99) Name`, `box Aqua Name`, `box Name`.
fn box_label(text: &str) -> &str {
    let rest = text.trim_start_matches("box").trim();
    if let Some((_, after)) = rest.split_once(')').filter(|_| rest.starts_with("rgb")) {
        return after.trim();
    }
    match rest.split_once(' ') {
        Some((first, after)) if COLOURS.contains(&first.to_lowercase().as_str()) => after.trim(),
        _ => rest,
    }
}

const COLOURS: &[&str] = &[
    "transparent",
    "aqua",
    "black",
    "blue",
    "gray",
    "grey",
    "green",
    "lightblue",
    "lightgreen",
    "lightgrey",
    "lightyellow",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
    "yellow",
];

fn message(graph: &mut Graph, line: Line<'_>, text: &str) -> bool {
    let Some(found) = MESSAGE.captures(text) else { return false };
    let part = |name: &str| found.name(name).map_or("", |part| part.as_str().trim());
    let (from, to, label) = (part("from"), part("to"), part("text"));
    let place = line.place();
    for id in [from, to] {
        graph.node(id, NodeText::default(), &place);
    }
    let answer = part("line") == "--" && graph.has_edge(to, from);
    if !answer {
        let mode = (part("head") == ")").then_some(FlowMode::Async);
        graph.edge_with(from, to, Some(label), None, mode, &place);
        if !part("both").is_empty() {
            graph.edge_with(to, from, Some(label), None, mode, &place);
        }
    }
    true
}
