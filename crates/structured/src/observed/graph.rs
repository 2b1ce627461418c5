//! Service graphs: Jaeger's dependencies, and the service-graph metrics of Tempo and of the OpenTelemetry collector, as the
//! Prometheus API answers them or as exported metrics.

use cairn_model::{ComponentClaim, ComponentType, FlowClaim, FlowMode};

use super::Seen;
use super::traces::attributes;
use crate::facts::Place;
use crate::technology;
use crate::tree::{Entry, Forest, Node};

/// Reads every edge in the file; says whether there was any.
pub(super) fn read(forest: &Forest, seen: &mut Seen) -> bool {
    let mut open: Vec<&Node> = forest.trees.iter().rev().collect();
    let mut any = false;
    while let Some(node) = open.pop() {
        any |= dependency(node, seen) || series(node, seen) || point(node, seen);
        open.extend(node.items().iter().rev());
        open.extend(node.entries().iter().rev().map(|entry| &entry.value));
    }
    any
}

/// `{"parent": …, "child": …, "callCount": …}`
fn dependency(node: &Node, seen: &mut Seen) -> bool {
    let (Some(parent), Some(child), Some(_)) = (node.entry("parent"), node.entry("child"), node.get("callCount"))
    else {
        return false;
    };
    edge(End::of(parent), End::of(child), None, seen);
    true
}

/// `{"metric": {"client": …, "server": …}, "value": …}`
fn series(node: &Node, seen: &mut Seen) -> bool {
    let Some(metric) = node.get("metric") else { return false };
    let (Some(client), Some(server)) = (metric.entry("client"), metric.entry("server")) else { return false };
    edge(End::of(client), End::of(server), metric.entry("connection_type").map(End::of).as_ref(), seen);
    true
}

/// A data point with the attributes `client` and `server`.
fn point(node: &Node, seen: &mut Seen) -> bool {
    let Some(list) = node.get("attributes").filter(|list| list.is_list()) else { return false };
    let found = attributes(list);
    let end = |key| found.get(key).map(|(name, place)| End { name, place: place.clone() });
    let (Some(client), Some(server)) = (end("client"), end("server")) else { return false };
    edge(client, server, end("connection_type").as_ref(), seen);
    true
}

/// One end of an edge, or its kind.
struct End<'a> {
    name: &'a str,
    place: Place,
}

impl<'a> End<'a> {
    fn of(entry: &'a Entry) -> Self {
        let place = Place::exact(entry.key_span.start..entry.value.span.end);
        Self { name: entry.value.text().unwrap_or_default(), place }
    }
}

fn edge(client: End<'_>, server: End<'_>, kind: Option<&End<'_>>, seen: &mut Seen) {
    if matches!(client.name, "" | "unknown") || matches!(server.name, "" | "unknown") {
        return;
    }
    let stated = match kind.map(|kind| kind.name) {
        Some("database") => Some(ComponentType::Datastore),
        Some("messaging_system") => Some(ComponentType::Queue),
        _ => None,
    };
    if let (Some(component_type), Some(kind)) = (stated, kind) {
        let product = technology::product(server.name);
        let claim = ComponentClaim {
            name: server.name.to_owned(),
            component_type: Some(product.map_or(component_type, |(product, _)| product)),
            technology: product.map(|(_, spelling)| spelling.to_owned()),
            ..ComponentClaim::default()
        };
        seen.component(claim, vec![server.place.clone(), kind.place.clone()]);
    }
    let claim = FlowClaim {
        source: client.name.to_owned(),
        target: server.name.to_owned(),
        mode: (stated == Some(ComponentType::Queue)).then_some(FlowMode::Async),
        ..FlowClaim::default()
    };
    seen.flow(claim, vec![client.place, server.place]);
}
