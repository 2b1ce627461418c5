//! C4 macros, which mermaid and `PlantUML` write alike: `Container(id, "label", "technology", "description")`.

use cairn_model::ComponentType;

use super::{Graph, Line, NodeText};

/// What a line of macros turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Understood, or without meaning for the model.
    Yes,
    /// Not a C4 macro.
    No,
}

/// Reads one line into `graph`.
pub(crate) fn line(graph: &mut Graph, line: Line<'_>) -> Read {
    let Some((name, rest)) = line.text.split_once('(') else { return Read::No };
    let name = name.trim();
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let Some(kind) = is_word.then(|| macro_kind(name)).flatten() else { return Read::No };
    let arguments = arguments(rest);
    let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
    match kind {
        Macro::Node { kind, technology_at } => {
            let text = NodeText {
                label: Some(argument(1).to_owned()).filter(|label| !label.is_empty()),
                kind,
                technology: technology_at.map(|at| argument(at).to_owned()).filter(|technology| !technology.is_empty()),
                silent: false,
            };
            graph.node(argument(0), text, &line.place());
        }
        Macro::Relation { both, back } => {
            let (from, to) = if back { (argument(1), argument(0)) } else { (argument(0), argument(1)) };
            let technology = Some(argument(3)).filter(|technology| !technology.is_empty());
            let label = Some(argument(2)).filter(|label| !label.is_empty());
            graph.edge_with(from, to, label, technology, None, &line.place());
            if both {
                graph.edge_with(to, from, label, technology, None, &line.place());
            }
        }
        Macro::Boundary => {
            let label = if argument(1).is_empty() { argument(0) } else { argument(1) };
            graph.open_group(argument(0), label, true, &line.place());
            if !line.text.trim_end().ends_with('{') {
                graph.close_group();
            }
        }
        Macro::Style => {}
    }
    Read::Yes
}

enum Macro {
    Node { kind: Option<ComponentType>, technology_at: Option<usize> },
    Relation { both: bool, back: bool },
    Boundary,
    Style,
}

fn macro_kind(name: &str) -> Option<Macro> {
    if name == "BiRel" || name.starts_with("BiRel_") {
        return Some(Macro::Relation { both: true, back: false });
    }
    if name == "Rel" || name.starts_with("Rel_") || name == "RelIndex" {
        return Some(Macro::Relation { both: false, back: name.starts_with("Rel_Back") });
    }
    if name.ends_with("Boundary") || name.starts_with("Deployment_Node") || matches!(name, "Node" | "Node_L" | "Node_R")
    {
        return Some(Macro::Boundary);
    }
    let styles = ["Add", "Set", "HIDE", "WITHOUT"];
    if styles.iter().any(|style| name.starts_with(style))
        || name.starts_with("Update")
        || name.starts_with("LAYOUT")
        || name.starts_with("SHOW")
        || name.starts_with("Lay_")
    {
        return Some(Macro::Style);
    }
    let external = name.ends_with("_Ext");
    let base = name.trim_end_matches("_Ext");
    let kind = match base {
        "Person" => Some(ComponentType::Actor),
        "SystemDb" | "ContainerDb" | "ComponentDb" => Some(ComponentType::Datastore),
        "SystemQueue" | "ContainerQueue" | "ComponentQueue" => Some(ComponentType::Queue),
        "System" | "Container" | "Component" => None,
        _ => return None,
    };
    let kind = if external && base != "Person" { Some(ComponentType::External) } else { kind };
    let technology_at = (base.starts_with("Container") || base.starts_with("Component")).then_some(2);
    Some(Macro::Node { kind, technology_at })
}

/// Arguments up to the closing bracket, quotes removed, named ones (`$tags=…`) dropped.
fn arguments(rest: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    for c in rest.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => found.push(std::mem::take(&mut current)),
            ')' if !quoted => break,
            _ => current.push(c),
        }
    }
    found.push(current);
    found.iter().map(|argument| argument.trim().to_owned()).filter(|argument| !argument.starts_with('$')).collect()
}
