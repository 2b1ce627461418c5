//! Mermaid diagrams, in files of their own and in code blocks: flowcharts, sequences, C4 and architecture diagrams. Kinds
//! that show no exchange between parts (Gantt charts, class diagrams …) are passed over; unknown kinds are named.

mod architecture;
mod flowchart;
mod sequence;

use cairn_model::Document;

use crate::Reading;
use crate::diagram::{self, Graph, Line, c4};
use crate::facts::Facts;

/// Kinds that say nothing about parts and what passes between them.
const SILENT_KINDS: &[&str] = &[
    "classDiagram",
    "classDiagram-v2",
    "stateDiagram",
    "stateDiagram-v2",
    "erDiagram",
    "gantt",
    "pie",
    "journey",
    "gitGraph",
    "mindmap",
    "timeline",
    "quadrantChart",
    "xychart-beta",
    "xychart",
    "requirementDiagram",
    "kanban",
    "sankey-beta",
    "sankey",
    "block-beta",
    "block",
    "packet-beta",
    "packet",
    "radar-beta",
    "treemap-beta",
];

/// Reads every mermaid diagram of the document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/mermaid/1");
    for lines in diagram::sources(document, &["mermaid", "mmd"]) {
        diagram(&lines, &mut facts);
    }
    facts.finish()
}

fn diagram(lines: &[Line<'_>], facts: &mut Facts<'_>) {
    let lines = content(lines);
    let Some((head, body)) = lines.split_first() else { return };
    let kind = head.text.split([' ', '\t', ';', ':']).next().unwrap_or_default();
    let mut graph = Graph::default();
    match kind {
        "flowchart" | "graph" | "flowchart-elk" => {
            if !flowchart::read(&mut graph, &lines, facts) {
                facts.not_understood(head.at, "flowchart of decisions, not of parts");
                return;
            }
        }
        "sequenceDiagram" => sequence::read(&mut graph, body, facts),
        "architecture-beta" | "architecture" => architecture::read(&mut graph, body, facts),
        kind if kind.starts_with("C4") => c4_lines(&mut graph, body, facts),
        kind if SILENT_KINDS.contains(&kind) => return,
        kind => {
            facts.not_understood(head.at, format!("mermaid diagram of kind `{kind}`"));
            return;
        }
    }
    if graph.is_full() {
        facts.not_understood(head.at, "the rest of a very large diagram");
    }
    graph.claim(facts);
}

/// The lines that are neither comments, directives nor front matter.
fn content<'a>(lines: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut kept = Vec::new();
    let mut front_matter = false;
    let mut directive = false;
    for (at, line) in lines.iter().enumerate() {
        let fence = line.text == "---";
        if fence && (front_matter || lines.iter().take(at).all(|before| before.text.is_empty())) {
            front_matter = !front_matter;
            continue;
        }
        directive |= line.text.starts_with("%%{");
        let skip = front_matter || directive || line.text.is_empty() || line.text.starts_with("%%");
        directive &= !line.text.ends_with("}%%");
        if !skip {
            kept.push(*line);
        }
    }
    kept
}

fn c4_lines(graph: &mut Graph, lines: &[Line<'_>], facts: &mut Facts<'_>) {
    for line in lines {
        if line.text.starts_with('}') {
            graph.close_group();
        } else if c4::line(graph, *line) == c4::Read::No && !line.text.starts_with("title") {
            facts.not_understood(line.at, format!("C4 line `{}`", short(line.text)));
        }
    }
}

/// The start of a line, for messages.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
