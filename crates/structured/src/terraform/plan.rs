//! Plans as JSON (`terraform show -json`): planned values are the bodies of the resources, and where a value is only known
//! after the run, the configuration's references stand in for it. What the plan destroys is being retired.
//!
//! Each module is read by itself, as its own folder of files would be.

use cairn_model::{ComponentClaim, Document, Status};

use super::{Notation, blocks, resources, shape};
use crate::Reading;
use crate::facts::Facts;
use crate::tree::hcl::Block;
use crate::tree::{Entry, Forest, Kind, Node, json};

/// Modules inside modules, beyond which nothing is read.
const DEPTH_MAX: usize = 20;

/// Whether the tree is a plan or a state that `show -json` printed.
pub(crate) fn is(root: &Node) -> bool {
    root.get("format_version").is_some()
        && (root.get("planned_values").is_some() || root.get("resource_changes").is_some())
}

/// Reads all modules of the plan.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/terraform-plan/1", forest);
    for root in &forest.trees {
        hide_sensitive(root, &mut facts);
        if let Some(module) = root.at(&["planned_values", "root_module"]) {
            self::module(module, root.at(&["configuration", "root_module"]), 0, &mut facts);
        }
        for change in root.get("resource_changes").map(Node::items).unwrap_or_default() {
            destroyed(change, &mut facts);
        }
        if let Some(checks) = root.entry("deferred_changes") {
            facts.not_understood(checks.key_span.start, "changes that the plan defers");
        }
    }
    facts.finish()
}

fn module(node: &Node, configuration: Option<&Node>, depth: usize, facts: &mut Facts<'_>) {
    let text = facts.text();
    let read: Vec<Block> =
        items(node, "resources").iter().filter_map(|resource| block(resource, configuration, text)).collect();
    blocks(&read, Notation::Addresses, facts);
    for child in items(node, "child_modules") {
        if depth >= DEPTH_MAX {
            facts.not_understood(child.span.start, "modules nested too deep");
            continue;
        }
        let name = child.text_of("address").and_then(|address| address.rsplit("module.").next()).unwrap_or_default();
        let name = name.split('[').next().unwrap_or(name);
        let called = configuration.and_then(|node| node.at(&["module_calls", name, "module"]));
        module(child, called, depth + 1, facts);
    }
}

fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}

fn block(resource: &Node, configuration: Option<&Node>, text: &str) -> Option<Block> {
    let (kind, name) = (resource.text_of("type")?, resource.text_of("name")?);
    let mode = if resource.text_of("mode") == Some("data") { "data" } else { "resource" };
    let head = resource.entry("address").or_else(|| resource.entry("type"))?;
    let configured = configuration.map(|node| items(node, "resources")).unwrap_or_default();
    let same = |node: &&Node| node.text_of("type") == Some(kind) && node.text_of("name") == Some(name);
    let expressions = configured.iter().find(same).and_then(|node| node.get("expressions"));
    let values = resource.get("values").map(|node| shape::entries(node, &str::to_owned)).unwrap_or_default();
    let mut body: Vec<Entry> = values.into_iter().map(|entry| decoded(entry, text)).collect();
    for entry in expressions.map(|node| shape::entries(node, &str::to_owned)).unwrap_or_default() {
        add_references(&mut body, entry);
    }
    Some(Block {
        kind: mode.to_owned(),
        labels: vec![kind.to_owned(), name.to_owned()],
        head: head.range(),
        body: Node { span: resource.span.clone(), kind: Kind::Map(body) },
    })
}

/// Values that are nothing are unknown; policies are JSON in a string.
fn decoded(entry: Entry, text: &str) -> Entry {
    let is_policy = matches!(entry.key.as_str(), "policy" | "assume_role_policy" | "container_definitions");
    match json::embedded(text, &entry.value.span).filter(|_| is_policy && entry.value.text().is_some()) {
        Some(value) => Entry { value, ..entry },
        None => entry,
    }
}

/// An expression that refers to a resource says more than an unknown value.
fn add_references(body: &mut Vec<Entry>, expression: Entry) {
    if !refers_to_resource(&expression.value, 0) {
        return;
    }
    let known = body.iter().position(|entry| entry.key == expression.key && !is_empty(&entry.value));
    match known {
        // What the plan knows of a block is kept; its references come as a block of the same name beside it.
        Some(_) if expression.value.get("references").is_none() => body.push(expression),
        Some(at) => {
            if let Some(entry) = body.get_mut(at)
                && !entry.value.is_map()
            {
                *entry = expression;
            }
        }
        None => {
            body.retain(|entry| entry.key != expression.key);
            body.push(expression);
        }
    }
}

fn is_empty(node: &Node) -> bool {
    node.is_null() || (node.is_list() && node.items().is_empty())
}

fn refers_to_resource(node: &Node, depth: usize) -> bool {
    let is_resource = |text: &str| {
        let first = text.split('.').next().unwrap_or_default();
        text.contains('.') && !matches!(first, "var" | "local" | "each" | "count" | "path" | "module" | "terraform")
    };
    depth < DEPTH_MAX
        && (node.get("references").is_some_and(|found| found.texts().iter().any(|text| is_resource(text)))
            || node.entries().iter().any(|entry| refers_to_resource(&entry.value, depth + 1))
            || node.items().iter().any(|item| refers_to_resource(item, depth + 1)))
}

fn destroyed(change: &Node, facts: &mut Facts<'_>) {
    let (Some(actions), Some(kind)) = (change.entry_at(&["change", "actions"]), change.text_of("type")) else { return };
    let (Some(address), Some(name)) = (change.entry("address"), change.text_of("name")) else { return };
    let Some((component_type, technology)) = resources::component(kind) else { return };
    if actions.value.texts() != ["delete"] {
        return;
    }
    let claim = ComponentClaim {
        name: name.to_owned(),
        component_type: Some(component_type),
        technology: Some(technology.to_owned()),
        aliases: address.value.name().map(str::to_owned).into_iter().collect(),
        ..ComponentClaim::default()
    };
    facts.component_as(claim, Status::Deprecated, &[address.place(), actions.whole()]);
}

/// What the plan itself marks as sensitive: `sensitive_values` has the shape of `values`, with `true` where a secret stands.
fn hide_sensitive(node: &Node, facts: &mut Facts<'_>) {
    for (values, marks) in
        [("values", "sensitive_values"), ("before", "before_sensitive"), ("after", "after_sensitive")]
    {
        if let (Some(values), Some(marks)) = (node.get(values), node.get(marks)) {
            hide_marked(values, marks, facts);
        }
    }
    node.entries().iter().for_each(|entry| hide_sensitive(&entry.value, facts));
    node.items().iter().for_each(|item| hide_sensitive(item, facts));
}

fn hide_marked(values: &Node, marks: &Node, facts: &mut Facts<'_>) {
    if marks.as_bool() == Some(true) {
        facts.hide_all(values);
    }
    for mark in marks.entries() {
        if let Some(value) = values.get(&mark.key) {
            hide_marked(value, &mark.value, facts);
        }
    }
    for (value, mark) in values.items().iter().zip(marks.items()) {
        hide_marked(value, mark, facts);
    }
}
