//! Bodies of resources in the shape that HCL gives them, made of JSON and YAML: a list of maps is a block that repeats.

use crate::tree::{Entry, Kind, Node};

/// Keys whose content is the user's own and keeps its names and its shape.
const OPAQUE: &[&str] = &[
    "policy",
    "assume_role_policy",
    "environment",
    "environment_variables",
    "variables",
    "tags",
    "policy_document",
    "assume_role_policy_document",
];

/// The entries of `node` with `rename` applied to every key and lists of maps as repeated entries.
pub(crate) fn entries(node: &Node, rename: &dyn Fn(&str) -> String) -> Vec<Entry> {
    let mut shaped = Vec::new();
    for entry in node.entries() {
        let key = rename(&entry.key);
        let is_opaque = OPAQUE.contains(&key.as_str());
        let maps = entry.value.items();
        if !is_opaque && !maps.is_empty() && maps.iter().all(|item| item.is_map() && !is_function(item)) {
            for item in maps {
                shaped.push(Entry { key: key.clone(), key_span: entry.key_span.clone(), value: body(item, rename) });
            }
        } else if !is_opaque && entry.value.is_map() && !is_function(&entry.value) {
            shaped.push(Entry { key, key_span: entry.key_span.clone(), value: body(&entry.value, rename) });
        } else {
            shaped.push(Entry { key, ..entry.clone() });
        }
    }
    shaped
}

fn body(node: &Node, rename: &dyn Fn(&str) -> String) -> Node {
    Node { span: node.span.clone(), kind: Kind::Map(entries(node, rename)) }
}

/// Whether the map is one of `CloudFormation`'s functions instead of a block.
pub(super) fn is_function(node: &Node) -> bool {
    match node.entries() {
        [only] => matches!(only.key.as_str(), "Ref" | "Condition") || only.key.starts_with("Fn::"),
        _ => false,
    }
}
