//! A path of attack as a drawing: Mermaid for pages, DOT for Graphviz. What is not certain is dashed.
//!
//! Names come from documents. They stand in quotes, and whatever could end a quote or begin markup is written as an entity or
//! taken out.

use std::collections::BTreeMap;

use cairn_model::{AttackPath, ElementId, Truth};

use crate::{Labels, visible};

/// Characters of a label; a drawing is no place for more.
const LABEL_MAX: usize = 80;

/// The path as a Mermaid flowchart.
pub fn mermaid(path: &AttackPath, labels: &Labels) -> String {
    let nodes = nodes(path);
    let mut lines = vec!["flowchart LR".to_owned()];
    for (number, id) in in_order(&nodes) {
        lines.push(format!("  n{number}[\"{}\"]", escaped_for_mermaid(&name(id, labels))));
    }
    for hop in &path.hops {
        let arrow = if hop.truth == Truth::True { "-->" } else { "-.->" };
        let text = escaped_for_mermaid(&format!("{} {}", hop.rule, hop.gains));
        for from in std::iter::once(&hop.from).chain(&hop.also) {
            lines.push(format!("  n{} {arrow}|\"{text}\"| n{}", number(&nodes, from), number(&nodes, &hop.to)));
        }
    }
    lines.join("\n") + "\n"
}

/// The path in the DOT language.
pub fn dot(path: &AttackPath, labels: &Labels) -> String {
    let nodes = nodes(path);
    let mut lines = vec!["digraph path {".to_owned(), "  rankdir=LR;".to_owned(), "  node [shape=box];".to_owned()];
    for (number, id) in in_order(&nodes) {
        lines.push(format!("  n{number} [label=\"{}\"];", escaped_for_dot(&name(id, labels))));
    }
    for hop in &path.hops {
        let style = if hop.truth == Truth::True { "solid" } else { "dashed" };
        let text = escaped_for_dot(&format!("{} {}", hop.rule, hop.gains));
        for from in std::iter::once(&hop.from).chain(&hop.also) {
            let (from, to) = (number(&nodes, from), number(&nodes, &hop.to));
            lines.push(format!("  n{from} -> n{to} [label=\"{text}\", style={style}];"));
        }
    }
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

/// The elements of a path, numbered in the order in which it meets them.
fn nodes(path: &AttackPath) -> BTreeMap<&ElementId, usize> {
    let mut nodes = BTreeMap::new();
    for hop in &path.hops {
        for id in std::iter::once(&hop.from).chain(&hop.also).chain([&hop.to]) {
            let next = nodes.len();
            nodes.entry(id).or_insert(next);
        }
    }
    nodes
}

fn in_order<'p>(nodes: &BTreeMap<&'p ElementId, usize>) -> Vec<(usize, &'p ElementId)> {
    let mut ordered: Vec<(usize, &ElementId)> = nodes.iter().map(|(id, number)| (*number, *id)).collect();
    ordered.sort_unstable();
    ordered
}

fn number(nodes: &BTreeMap<&ElementId, usize>, id: &ElementId) -> usize {
    nodes.get(id).copied().unwrap_or_default()
}

fn name(id: &ElementId, labels: &Labels) -> String {
    shortened(labels.get(id))
}

/// A text on one line, no longer than a drawing has room for.
pub(crate) fn shortened(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = visible(&text.join(" ")).into_owned();
    if text.chars().count() <= LABEL_MAX {
        return text;
    }
    text.chars().take(LABEL_MAX - 1).chain(['…']).collect()
}

pub(crate) fn escaped_for_mermaid(text: &str) -> String {
    let escaped = |c: char| match c {
        c if c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '-' | '_' | '/' | ':' | '…') => c.to_string(),
        c => format!("#{};", u32::from(c)),
    };
    text.chars().map(escaped).collect()
}

pub(crate) fn escaped_for_dot(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
