//! Files that a pipeline includes. What they hold is not known here, so each is named; whether it can change behind the
//! pipeline's back is known: a commit or a digest fixes it, a branch or a bare address does not.

use cairn_model::ControlType;

use super::Pipeline;
use crate::facts::Facts;
use crate::tree::{Entry, Node};

/// Reads all includes of the file.
pub(super) fn read(root: &Node, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    let Some(include) = root.entry("include") else { return };
    if include.value.is_list() {
        include.value.items().iter().for_each(|item| one(item, pipeline, facts));
    } else {
        one(&include.value, pipeline, facts);
    }
}

fn one(node: &Node, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    if let Some(text) = node.name() {
        if text.contains("://") {
            pinned(false, text, node, pipeline, facts);
        }
        facts.not_understood(node.span.start, format!("included file `{text}`"));
        return;
    }
    for kind in ["local", "template", "remote", "project", "component"] {
        let Some(entry) = node.entry(kind) else { continue };
        let text = entry.value.name().unwrap_or_default();
        match kind {
            "remote" => pinned(node.get("integrity").is_some(), text, node, pipeline, facts),
            "project" => {
                let commit = node.text_of("ref").is_some_and(is_commit);
                pinned(commit, text, node, pipeline, facts);
            }
            "component" => {
                let (name, version) = text.rsplit_once('@').unwrap_or((text, ""));
                pinned(is_commit(version), name, node, pipeline, facts);
            }
            _ => {}
        }
        facts.not_understood(entry.key_span.start, format!("included {kind} `{text}`"));
    }
}

fn pinned(on: bool, name: &str, node: &Node, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    let mut places = pipeline.with(node.entries().iter().map(Entry::place));
    if node.entries().is_empty() {
        places.push(node.span.clone().into());
    }
    facts.switch(on, ControlType::Integrity, pipeline.name, &format!("`{name}` pinned"), &places);
}

fn is_commit(version: &str) -> bool {
    version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}
