//! Architecture diagrams: `group`, `service` and `junction` lines with icons, and edges between their sides.

use std::sync::LazyLock;

use cairn_model::ComponentType;
use regex::Regex;

use super::short;
use crate::diagram::{Graph, Line, NodeText};
use crate::facts::Facts;

static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<word>group|service|junction)\s+(?P<id>[\w-]+)(?:\((?P<icon>[^)]*)\))?(?:\[(?P<label>[^\]]*)\])?(?:\s+in\s+(?P<in>[\w-]+))?$")
        .expect("a constant expression")
});
static EDGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<from>[\w-]+)(?:\{group\})?:[LRTB]\s*(?P<back><)?-(?:\[[^\]]*\])?-(?P<head>>)?\s*[LRTB]:(?P<to>[\w-]+)(?:\{group\})?$",
    )
    .expect("a constant expression")
});

/// Reads parts and edges.
pub(super) fn read(graph: &mut Graph, lines: &[Line<'_>], facts: &mut Facts<'_>) {
    for line in lines {
        if let Some(found) = PART.captures(line.text) {
            let text = |name: &str| found.name(name).map(|part| part.as_str());
            let id = text("id").unwrap_or_default();
            let label = text("label").unwrap_or(id);
            match text("word") {
                Some("group") => {
                    graph.open_group(id, label, true, &line.place());
                    graph.close_group();
                }
                word => graph.node(id, node(label, text("icon"), word == Some("junction")), &line.place()),
            }
            if let Some(group) = text("in") {
                graph.join_group(group, id);
            }
        } else if let Some(found) = EDGE.captures(line.text) {
            let id = |name: &str| found.name(name).map_or("", |part| part.as_str());
            if found.name("head").is_some() {
                graph.edge(id("from"), id("to"), None, &line.place());
            }
            if found.name("back").is_some() {
                graph.edge(id("to"), id("from"), None, &line.place());
            }
            if found.name("head").or_else(|| found.name("back")).is_none() {
                facts.not_understood(line.at, "connection without a direction");
            }
        } else {
            facts.not_understood(line.at, format!("architecture line `{}`", short(line.text)));
        }
    }
}

fn node(label: &str, icon: Option<&str>, silent: bool) -> NodeText {
    let kind = match icon {
        Some("database" | "disk") => Some(ComponentType::Datastore),
        Some("server") => Some(ComponentType::Service),
        _ => None,
    };
    NodeText { label: Some(label.to_owned()), kind, technology: None, silent }
}
