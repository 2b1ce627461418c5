//! Who trusts whom with what as a drawing: Mermaid for pages, DOT for Graphviz. What nobody states is dashed.
//!
//! Every arrow has the place where its trust is written in its label, and the words that stand there beside it: in a comment of
//! Mermaid, in the tooltip of DOT. Names and words come from documents and are escaped.

use std::collections::BTreeMap;

use crate::drawing::{escaped_for_dot, escaped_for_mermaid, shortened};

/// Characters of a quote.
const QUOTE_MAX: usize = 160;

/// A trust as an arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustArrow {
    /// Who is trusted.
    pub from: String,
    /// With what, or by whom.
    pub to: String,
    /// How, in a few words.
    pub label: String,
    /// Whether documents say it outright.
    pub is_stated: bool,
    /// Where they say it, or what the question hangs on: the place, and its words.
    pub cited: Vec<(String, String)>,
}

/// The arrows as a Mermaid flowchart.
pub fn trust_mermaid(arrows: &[TrustArrow]) -> String {
    let nodes = nodes(arrows);
    let mut lines = vec!["flowchart LR".to_owned()];
    for (name, number) in in_order(&nodes) {
        lines.push(format!("  n{number}[\"{}\"]", escaped_for_mermaid(&shortened(name))));
    }
    for it in arrows {
        let arrow = if it.is_stated { "-->" } else { "-.->" };
        let label = escaped_for_mermaid(&labelled(it));
        lines.push(format!("  n{} {arrow}|\"{label}\"| n{}", number(&nodes, &it.from), number(&nodes, &it.to)));
        for (place, quote) in &it.cited {
            let (place, quote) = (escaped_for_mermaid(place), escaped_for_mermaid(&cut(quote)));
            lines.push(format!("  %% {place}: {quote}"));
        }
    }
    lines.join("\n") + "\n"
}

/// The arrows in the DOT language.
pub fn trust_dot(arrows: &[TrustArrow]) -> String {
    let nodes = nodes(arrows);
    let mut lines = vec!["digraph trust {".to_owned(), "  rankdir=LR;".to_owned(), "  node [shape=box];".to_owned()];
    for (name, number) in in_order(&nodes) {
        lines.push(format!("  n{number} [label=\"{}\"];", escaped_for_dot(&shortened(name))));
    }
    for it in arrows {
        let style = if it.is_stated { "solid" } else { "dashed" };
        let words: Vec<String> = it.cited.iter().map(|(place, quote)| format!("{place}: {}", cut(quote))).collect();
        lines.push(format!(
            "  n{} -> n{} [label=\"{}\", tooltip=\"{}\", style={style}];",
            number(&nodes, &it.from),
            number(&nodes, &it.to),
            escaped_for_dot(&labelled(it)),
            escaped_for_dot(&words.join(" / ")),
        ));
    }
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

/// The label with the first place.
fn labelled(arrow: &TrustArrow) -> String {
    let place = arrow.cited.first().map(|(place, _)| format!(": {place}")).unwrap_or_default();
    shortened(&arrow.label) + &place
}

fn cut(quote: &str) -> String {
    let line = crate::visible(&quote.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned();
    if line.chars().count() <= QUOTE_MAX {
        return line;
    }
    line.chars().take(QUOTE_MAX - 1).chain(['…']).collect()
}

/// The ends, numbered in the order in which they are met.
fn nodes(arrows: &[TrustArrow]) -> BTreeMap<&str, usize> {
    let mut nodes = BTreeMap::new();
    for end in arrows.iter().flat_map(|it| [&it.from, &it.to]) {
        let next = nodes.len();
        nodes.entry(end.as_str()).or_insert(next);
    }
    nodes
}

fn number(nodes: &BTreeMap<&str, usize>, name: &str) -> usize {
    nodes.get(name).copied().unwrap_or_default()
}

fn in_order<'a>(nodes: &BTreeMap<&'a str, usize>) -> Vec<(&'a str, usize)> {
    let mut ordered: Vec<(&str, usize)> = nodes.iter().map(|(name, number)| (*name, *number)).collect();
    ordered.sort_unstable_by_key(|(_, number)| *number);
    ordered
}
