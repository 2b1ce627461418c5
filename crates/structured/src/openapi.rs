//! OpenAPI 3.0 and 3.1 and Swagger 2.0: operations as endpoints with what callers must show, security schemes and
//! transport as controls, sensitive fields as data, webhooks and callbacks as flows.
//!
//! References inside the file are followed; references to other files are named as not understood, because a reader sees
//! one document. Operation ids and tags are no components: the API's own name is its title.

mod endpoints;
mod fields;
mod security;

use std::collections::BTreeSet;

use cairn_model::{ComponentClaim, ComponentType, ControlType, Document};

use crate::Reading;
use crate::facts::Facts;
use crate::tree::{Entry, Forest, Node};

/// Whether the tree is an API description.
pub(crate) fn is(root: &Node) -> bool {
    let version = root.text_of("openapi").or_else(|| root.text_of("swagger"));
    version.is_some_and(|version| version.starts_with(['2', '3']))
        && ["paths", "webhooks", "components", "definitions", "info"].iter().any(|key| root.get(key).is_some())
}

/// Reads the API description.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::new(document, "structured/openapi/1");
    for (at, problem) in &forest.problems {
        facts.not_understood(*at, problem);
    }
    forest.trees.iter().for_each(|root| facts.hide_secrets(root));
    for root in forest.trees.iter().filter(|root| is(root)) {
        let api = Api { root, component: component(root) };
        describe(&api, &mut facts);
        endpoints::read(&api, &mut facts);
        fields::read(&api, &mut facts);
        name_other_files(root, &mut facts);
    }
    facts.finish()
}

/// An API description and the name of what it describes.
struct Api<'a> {
    root: &'a Node,
    component: Option<&'a str>,
}

impl<'a> Api<'a> {
    fn name(&self) -> Option<String> {
        self.component.map(str::to_owned)
    }

    /// What is meant: the node itself or, for a reference inside this file, its target.
    fn resolve(&self, node: &'a Node) -> &'a Node {
        let mut node = node;
        for _ in 0..8 {
            let Some(target) = node.text_of("$ref").and_then(|reference| self.lookup(reference)) else { break };
            node = &target.value;
        }
        node
    }

    /// The entry that a reference such as `#/components/schemas/User` names.
    fn lookup(&self, reference: &str) -> Option<&'a Entry> {
        let unescape = |part: &str| part.replace("~1", "/").replace("~0", "~");
        let path: Vec<String> = reference.strip_prefix("#/")?.split('/').map(unescape).collect();
        let (last, parents) = path.split_last()?;
        parents.iter().try_fold(self.root, |node, key| node.get(key))?.entry(last)
    }
}

/// The title, unless it names no system.
fn component(root: &Node) -> Option<&str> {
    let title = root.at(&["info", "title"])?.name()?;
    let generic = ["api", "rest api", "openapi", "swagger", "title", "my api", "api documentation", "untitled"];
    (!generic.contains(&title.trim().to_lowercase().as_str())).then_some(title)
}

fn describe(api: &Api<'_>, facts: &mut Facts<'_>) {
    if let (Some(name), Some(title)) = (api.component, api.root.entry_at(&["info", "title"])) {
        let claim = ComponentClaim {
            name: name.to_owned(),
            component_type: Some(ComponentType::Service),
            ..ComponentClaim::default()
        };
        facts.component(claim, &[title.place()]);
    }
    for server in api.root.get("servers").map(Node::items).unwrap_or_default() {
        if let Some(url) = server.entry("url") {
            transport(api, url, url.value.name(), facts);
        }
    }
    if let Some(schemes) = api.root.entry("schemes") {
        for scheme in schemes.value.texts() {
            transport(api, schemes, Some(&format!("{scheme}://")), facts);
        }
    }
    security::schemes(api, facts);
}

/// A server's scheme says whether calls to it are encrypted; one on the author's own machine says nothing.
fn transport(api: &Api<'_>, entry: &Entry, url: Option<&str>, facts: &mut Facts<'_>) {
    let (Some(url), name) = (url, api.component.unwrap_or_default()) else { return };
    if ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].iter().any(|host| url.contains(host)) {
        return;
    }
    let places = [entry.place()];
    if url.starts_with("https://") || url.starts_with("wss://") {
        facts.protects(ControlType::EncryptionInTransit, name, "HTTPS", &places);
    } else if url.starts_with("http://") || url.starts_with("ws://") {
        facts.lacks(ControlType::EncryptionInTransit, name, "HTTPS", &places);
    }
}

/// References that lead out of the file, each target once.
fn name_other_files(root: &Node, facts: &mut Facts<'_>) {
    let mut seen = BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for entry in node.entries() {
            match entry.value.text() {
                Some(target) if entry.key == "$ref" && !target.starts_with('#') => {
                    let file = target.split('#').next().unwrap_or(target);
                    if seen.insert(file.to_owned()) {
                        facts.not_understood(entry.key_span.start, format!("reference to another file, `{file}`"));
                    }
                }
                _ => open.push(&entry.value),
            }
        }
        open.extend(node.items());
    }
}
