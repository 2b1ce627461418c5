//! `CloudFormation` and SAM templates, YAML with short tags or JSON. Resources are put into the words of the Terraform reader,
//! whose tables then say what they are, which protections they turn on and who may do what with them.

mod names;
mod properties;

use cairn_model::{ControlType, Document, EndpointClaim, FlowClaim, FlowMode, Status};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::terraform::{self, Notation};
use crate::tree::hcl::Block;
use crate::tree::{Entry, Forest, Kind, Node};

/// Functions inside functions, beyond which nothing is looked for.
const DEPTH_MAX: usize = 12;

/// Whether the tree is a template.
pub(crate) fn is(root: &Node) -> bool {
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    let typed = |entry: &Entry| entry.value.text_of("Type").is_some_and(|kind| kind.contains("::"));
    root.get("AWSTemplateFormatVersion").is_some() || resources.iter().any(typed)
}

/// Reads the resources of a template.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/cloudformation/1", forest);
    for root in forest.trees.iter().filter(|root| is(root)) {
        let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
        for authorizer in resources.iter().flat_map(events).filter_map(authorizer) {
            facts.pass_over(authorizer.range());
        }
        let blocks: Vec<Block> = resources.iter().filter_map(block).collect();
        terraform::blocks(&blocks, Notation::LogicalIds, &mut facts);
        for resource in resources {
            serverless(resource, &mut facts);
            conditional(resource, &mut facts);
        }
        parameters(root, &mut facts);
        for key in ["Transform", "Rules", "Hooks"] {
            elsewhere(root, key, &mut facts);
        }
    }
    facts.finish()
}

/// The logical ids that functions in `node` name.
pub(crate) fn references(node: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    collect(node, 0, &mut found);
    found
}

fn collect<'a>(node: &'a Node, depth: usize, found: &mut Vec<&'a str>) {
    if depth > DEPTH_MAX {
        return;
    }
    for entry in node.entries() {
        let argument = entry.value.items().first().unwrap_or(&entry.value);
        match entry.key.as_str() {
            "Ref" => found.extend(entry.value.text()),
            "Fn::GetAtt" => found.extend(argument.text().and_then(|text| text.split('.').next())),
            "Fn::Sub" => found.extend(argument.text().into_iter().flat_map(in_text)),
            _ => {}
        }
        collect(&entry.value, depth + 1, found);
    }
    for item in node.items() {
        collect(item, depth + 1, found);
    }
}

/// The ids in `${Name}` and `${Name.Attribute}`.
fn in_text(text: &str) -> Vec<&str> {
    let inner = text.split("${").skip(1).filter_map(|part| part.split_once('}').map(|(inner, _)| inner));
    inner.filter(|inner| !inner.starts_with('!')).filter_map(|inner| inner.split('.').next()).collect()
}

fn block(resource: &Entry) -> Option<Block> {
    let kind = resource.value.entry("Type")?;
    let name = names::terraform(kind.value.name()?);
    let body = resource.value.get("Properties").map(|node| properties::of(&name, node)).unwrap_or_default();
    let head = resource.key_span.start..kind.range().end;
    let head = if head.start < head.end && head.len() <= 200 { head } else { kind.range() };
    let span = resource.value.span.clone();
    Some(Block {
        kind: "resource".to_owned(),
        labels: vec![name, resource.key.clone()],
        head,
        body: Node { span, kind: Kind::Map(body) },
    })
}

/// What triggers a serverless function: calls of an API are endpoints, queues and streams are flows.
fn serverless(resource: &Entry, facts: &mut Facts<'_>) {
    for properties in events(resource) {
        if let Some(path) = properties.entry("Path") {
            api_event(resource, properties, path, facts);
        }
        for key in ["Queue", "Stream", "Topic", "Bucket"] {
            let Some(source) = properties.entry(key) else { continue };
            for id in references(&source.value) {
                let claim = FlowClaim {
                    source: id.to_owned(),
                    target: resource.key.clone(),
                    mode: Some(FlowMode::Async),
                    ..FlowClaim::default()
                };
                facts.flow(claim, &[resource.place(), source.whole()]);
            }
        }
    }
}

/// The properties of the events of a serverless function.
fn events(resource: &Entry) -> impl Iterator<Item = &Node> {
    let is_function = resource.value.text_of("Type") == Some("AWS::Serverless::Function");
    let events = resource.value.at(&["Properties", "Events"]).filter(|_| is_function).map(Node::entries);
    events.unwrap_or_default().iter().filter_map(|event| event.value.get("Properties"))
}

fn authorizer(event: &Node) -> Option<&Entry> {
    event.entry_at(&["Auth", "Authorizer"])
}

fn api_event(resource: &Entry, properties: &Node, path: &Entry, facts: &mut Facts<'_>) {
    let method = properties.entry("Method");
    let authorizer = authorizer(properties);
    let mut places: Vec<Place> = vec![resource.place(), path.place()];
    places.extend([method, authorizer].into_iter().flatten().map(Entry::place));
    let claim = EndpointClaim {
        path: path.value.name().unwrap_or("/").to_owned(),
        component: Some(resource.key.clone()),
        method: method.and_then(|entry| entry.value.name()).map(str::to_uppercase),
        authentication: authorizer.and_then(|entry| entry.value.name()).map(|name| match name {
            "NONE" => "none".to_owned(),
            name => name.to_owned(),
        }),
        ..EndpointClaim::default()
    };
    facts.endpoint(claim, Status::Implemented, &places);
}

/// A resource under a condition may not be there.
fn conditional(resource: &Entry, facts: &mut Facts<'_>) {
    if let Some(condition) = resource.value.entry("Condition") {
        let what = format!("condition under which `{}` exists", resource.key);
        facts.not_understood(condition.key_span.start, what);
    }
}

/// A parameter with a secret's name: shown to everyone who may read the stack, unless `NoEcho` hides it.
fn parameters(root: &Node, facts: &mut Facts<'_>) {
    for parameter in root.get("Parameters").map(Node::entries).unwrap_or_default() {
        if let Some(hidden) =
            parameter.value.entry("NoEcho").and_then(|entry| entry.value.as_bool().map(|on| (entry, on)))
        {
            let (entry, on) = hidden;
            let places = [parameter.place(), entry.place()];
            facts.switch(on, ControlType::SecretManagement, &parameter.key, "NoEcho", &places);
        }
        let default = parameter.value.entry("Default").filter(|entry| entry.value.name().is_some());
        if let Some(default) = default.filter(|_| crate::sensitive::is_secret(&parameter.key)) {
            let places = [parameter.place(), default.key_place()];
            facts.lacks(ControlType::SecretManagement, &parameter.key, "secrets kept out of the file", &places);
        }
    }
}

fn elsewhere(root: &Node, key: &str, facts: &mut Facts<'_>) {
    let Some(entry) = root.entry(key) else { return };
    let is_serverless = entry.value.texts().iter().all(|text| text.starts_with("AWS::Serverless"));
    if !(key == "Transform" && is_serverless) {
        facts.not_understood(entry.key_span.start, format!("what `{key}` makes of the template"));
    }
}
