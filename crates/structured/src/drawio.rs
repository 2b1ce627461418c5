//! draw.io files: cells of their XML as nodes, edges and containers. Pages that the editor stored compressed were written out
//! when the file became a document; one that could not be is named, so that somebody can save it uncompressed.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{ComponentType, Document};
use roxmltree::{Node, ParsingOptions};

use crate::Reading;
use crate::diagram::{Graph, NodeText};
use crate::facts::{Facts, Place};

/// Elements of one file; more is no drawing.
const NODES_MAX: u32 = 500_000;
/// Cells inside cells, beyond which containment is not followed.
const DEPTH_MAX: usize = 30;

/// Reads all pages.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/drawio/1");
    if nests_too_deep(&document.text) {
        facts.not_understood(0, "XML nested too deep");
        return facts.finish();
    }
    let options = ParsingOptions { nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    match roxmltree::Document::parse_with_options(&document.text, options) {
        Ok(xml) => {
            for page in xml.descendants().filter(|node| node.has_tag_name("mxGraphModel")) {
                read_page(page, &mut facts);
            }
            for page in xml.descendants().filter(|node| node.has_tag_name("diagram")) {
                if !page.children().any(|child| child.is_element()) {
                    let name = page.attribute("name").unwrap_or_default();
                    facts.not_understood(page.range().start, format!("page `{name}`, which is stored compressed"));
                }
            }
        }
        Err(error) => facts.not_understood(0, format!("not XML: {error}")),
    }
    facts.finish()
}

/// Elements inside each other, counted without parsing.
fn nests_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        match text.as_bytes().get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') => {}
            _ => {
                let end = text.get(at..).and_then(|tail| tail.find('>')).map_or(text.len(), |end| at + end);
                let closed = end > 0 && text.as_bytes().get(end - 1) == Some(&b'/');
                depth += usize::from(!closed);
            }
        }
        if depth > 200 {
            return true;
        }
    }
    false
}

/// A cell, whether it stands alone or in an `object` that holds its label.
struct Cell<'a> {
    id: &'a str,
    label: &'a str,
    style: &'a str,
    parent: &'a str,
    source: &'a str,
    target: &'a str,
    vertex: bool,
    edge: bool,
    place: Place,
}

fn read_page(page: Node<'_, '_>, facts: &mut Facts<'_>) {
    let cells: Vec<Cell<'_>> = page.descendants().filter(|node| node.has_tag_name("mxCell")).map(cell).collect();
    let containers: BTreeSet<&str> =
        cells.iter().filter(|cell| cell.vertex && !is_edge_label(cell)).map(|cell| cell.parent).collect();
    let labels: BTreeMap<&str, &str> =
        cells.iter().filter(|cell| is_edge_label(cell)).map(|cell| (cell.parent, cell.label)).collect();
    let mut graph = Graph::default();
    for cell in cells.iter().filter(|cell| cell.vertex && !is_edge_label(cell)) {
        if containers.contains(cell.id) && !cell.label.is_empty() {
            graph.open_group(cell.id, &cell.label.replace("<br>", " "), true, &cell.place);
            graph.close_group();
        } else {
            graph.node(cell.id, text(cell), &cell.place);
        }
    }
    let parents: BTreeMap<&str, &str> = cells.iter().map(|cell| (cell.id, cell.parent)).collect();
    for cell in cells.iter().filter(|cell| cell.vertex && !is_edge_label(cell)) {
        let above = std::iter::successors(Some(cell.parent), |id| parents.get(id).copied());
        for parent in above.take(DEPTH_MAX).take_while(|id| containers.contains(id)) {
            graph.join_group(parent, cell.id);
        }
    }
    for cell in cells.iter().filter(|cell| cell.edge) {
        edge(&mut graph, cell, labels.get(cell.id).copied(), facts);
    }
    graph.claim(facts);
}

fn cell<'a>(node: Node<'a, '_>) -> Cell<'a> {
    let wrapper = node.parent_element().filter(|parent| matches!(parent.tag_name().name(), "object" | "UserObject"));
    let owner = wrapper.unwrap_or(node);
    let start = owner.range().start;
    let end = owner.attributes().map(|attribute| attribute.range().end).max().unwrap_or(start);
    let attribute = |name: &'static str| node.attribute(name).unwrap_or_default();
    Cell {
        id: owner.attribute("id").unwrap_or_default(),
        label: owner.attribute("label").or_else(|| node.attribute("value")).unwrap_or_default(),
        style: attribute("style"),
        parent: attribute("parent"),
        source: attribute("source"),
        target: attribute("target"),
        vertex: attribute("vertex") == "1",
        edge: attribute("edge") == "1",
        place: (start..end).into(),
    }
}

fn is_edge_label(cell: &Cell<'_>) -> bool {
    cell.style.contains("edgeLabel")
}

fn text(cell: &Cell<'_>) -> NodeText {
    let style = cell.style.to_lowercase();
    let has = |word: &str| style.contains(word);
    let kind = if has("cylinder") || has("datastore") {
        Some(ComponentType::Datastore)
    } else if has("umlactor") || has("shape=actor") || has("mxgraph.c4.person") {
        Some(ComponentType::Actor)
    } else {
        None
    };
    let silent =
        cell.label.is_empty() || has("rhombus") || style.starts_with("text;") || has("shape=note") || has("group;");
    NodeText { label: Some(cell.label.to_owned()).filter(|label| !label.is_empty()), kind, technology: None, silent }
}

fn edge(graph: &mut Graph, cell: &Cell<'_>, apart: Option<&str>, facts: &mut Facts<'_>) {
    if cell.source.is_empty() || cell.target.is_empty() {
        facts.not_understood(cell.place.start(), "edge that is not tied to both of its ends");
        return;
    }
    let end = |key: &str| cell.style.split(';').find_map(|part| part.strip_prefix(key)).unwrap_or_default().to_owned();
    let forward = end("endArrow=") != "none";
    let backward = !matches!(end("startArrow=").as_str(), "" | "none");
    let label = Some(cell.label).filter(|label| !label.is_empty()).or(apart);
    if forward {
        graph.edge(cell.source, cell.target, label, &cell.place);
    }
    if backward {
        graph.edge(cell.target, cell.source, label, &cell.place);
    }
    if !forward && !backward {
        facts.not_understood(cell.place.start(), "connection without a direction");
    }
}
