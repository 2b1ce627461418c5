//! Traces: OpenTelemetry's JSON export (whole or a request a line), Tempo's and Jaeger's. Spans say which paths a service served,
//! and whom it called; a span and its parent in another service say who called it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use cairn_model::{ComponentClaim, ComponentType, EndpointClaim, FlowClaim, FlowMode};

use super::{Seen, paths};
use crate::facts::Place;
use crate::technology;
use crate::tree::{Entry, Forest, Node};

/// Values by key, with the place that states both.
pub(super) type Attributes<'a> = BTreeMap<&'a str, (&'a str, Place)>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Server,
    Client,
    Producer,
    Consumer,
}

/// A span, whoever exported it.
struct Span<'a> {
    service: &'a str,
    service_place: Place,
    kind: Option<Kind>,
    id: &'a str,
    parent: Option<&'a Entry>,
    attributes: Attributes<'a>,
}

/// Reads all spans; says whether there were any.
pub(super) fn read(forest: &Forest, seen: &mut Seen) -> bool {
    let mut spans = Vec::new();
    for tree in &forest.trees {
        // Tempo's API calls them batches.
        let resources = ["resourceSpans", "batches"].iter().filter_map(|key| tree.get(key));
        for resource in resources.flat_map(Node::items) {
            opentelemetry(resource, &mut spans);
        }
        let traces = tree.get("data").map(Node::items).unwrap_or_default();
        for trace in traces.iter().chain(std::iter::once(tree)) {
            jaeger(trace, &mut spans);
        }
    }
    let by_id: BTreeMap<&str, &Span<'_>> = spans.iter().map(|span| (span.id, span)).collect();
    let mut answered: BTreeSet<&str> = BTreeSet::new();
    for span in &spans {
        let caller = span.parent.and_then(|parent| by_id.get(parent.value.text()?)).copied();
        if let Some(caller) = caller.filter(|caller| caller.service != span.service) {
            answered.insert(caller.id);
            between(caller, span, seen);
        }
    }
    for span in &spans {
        service(span, seen);
        match span.kind {
            Some(Kind::Server) => served(span, seen),
            Some(Kind::Client) => called(span, answered.contains(span.id), seen),
            Some(Kind::Producer | Kind::Consumer) => exchanged(span, seen),
            None => {}
        }
    }
    !spans.is_empty()
}

fn opentelemetry<'a>(resource: &'a Node, spans: &mut Vec<Span<'a>>) {
    let of_resource = resource.at(&["resource", "attributes"]).map(attributes).unwrap_or_default();
    let Some((service, place)) = of_resource.get("service.name").filter(|(name, _)| is_name(name)) else { return };
    let scopes = ["scopeSpans", "instrumentationLibrarySpans"].iter().filter_map(|key| resource.get(key));
    for span in scopes.flat_map(Node::items).filter_map(|scope| scope.get("spans")).flat_map(Node::items) {
        spans.push(Span {
            service,
            service_place: place.clone(),
            kind: kind(span.text_of("kind").unwrap_or_default()),
            id: span.text_of("spanId").unwrap_or_default(),
            parent: span.entry("parentSpanId").filter(|parent| parent.value.name().is_some()),
            attributes: span.get("attributes").map(attributes).unwrap_or_default(),
        });
    }
}

fn jaeger<'a>(trace: &'a Node, spans: &mut Vec<Span<'a>>) {
    let processes = trace.get("processes");
    for span in trace.get("spans").map(Node::items).unwrap_or_default() {
        let process = span.text_of("processID").and_then(|id| processes?.get(id));
        let Some(service) = process.and_then(|process| process.entry("serviceName")) else { continue };
        let tags = span.get("tags").map(attributes).unwrap_or_default();
        let parents = span.get("references").map(Node::items).unwrap_or_default();
        spans.push(Span {
            service: service.value.text().unwrap_or_default(),
            service_place: Place::exact(service.key_span.start..service.value.span.end),
            kind: tags.get("span.kind").and_then(|(kind_name, _)| kind(kind_name)),
            id: span.text_of("spanID").unwrap_or_default(),
            parent: parents.first().and_then(|parent| parent.entry("spanID")),
            attributes: tags,
        });
    }
}

/// `[{"key": …, "value": {"stringValue": …}}]`, and Jaeger's with the value itself.
pub(super) fn attributes(list: &Node) -> Attributes<'_> {
    let mut found = Attributes::new();
    for item in list.items() {
        let Some(value) = item.get("value") else { continue };
        let text = value.text().or_else(|| value.entries().first().and_then(|inner| inner.value.text()));
        if let (Some(key), Some(text)) = (item.text_of("key"), text) {
            found.entry(key).or_insert_with(|| (text, Place::exact(item.span.clone())));
        }
    }
    found
}

fn kind(written: &str) -> Option<Kind> {
    Some(match written {
        "2" | "SPAN_KIND_SERVER" | "server" => Kind::Server,
        "3" | "SPAN_KIND_CLIENT" | "client" => Kind::Client,
        "4" | "SPAN_KIND_PRODUCER" | "producer" => Kind::Producer,
        "5" | "SPAN_KIND_CONSUMER" | "consumer" => Kind::Consumer,
        _ => return None,
    })
}

/// Exporters write `unknown_service:node` when nobody named the program.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with("unknown_service")
}

impl<'a> Span<'a> {
    /// The first of these attributes that there is: older and newer names of one thing.
    fn first(&self, keys: &[&str]) -> Option<(&'a str, Place)> {
        let found = keys.iter().find_map(|key| self.attributes.get(*key));
        found.filter(|(text, _)| !text.is_empty()).cloned()
    }

    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        std::iter::once(self.service_place.clone()).chain(places).collect()
    }
}

fn service(span: &Span<'_>, seen: &mut Seen) {
    let claim = ComponentClaim {
        name: span.service.to_owned(),
        component_type: Some(ComponentType::Service),
        ..ComponentClaim::default()
    };
    seen.component(claim, vec![span.service_place.clone()]);
}

/// What a server span says: a path of HTTP, or a method of a remote procedure call.
fn served(span: &Span<'_>, seen: &mut Seen) {
    let endpoint = |path: String, method: Option<String>, places: Vec<Place>, seen: &mut Seen| {
        let claim =
            EndpointClaim { path, method, component: Some(span.service.to_owned()), ..EndpointClaim::default() };
        seen.endpoint(claim, span.with(places));
    };
    if let (Some((of, first)), Some((method, second))) = (span.first(&["rpc.service"]), span.first(&["rpc.method"])) {
        endpoint(format!("/{of}/{method}"), None, vec![first, second], seen);
        return;
    }
    let Some((method, method_place)) = span.first(&["http.request.method", "http.method"]) else { return };
    let route = span.first(&["http.route"]).map(|(route, place)| (Some(route.to_owned()), place));
    let called = || {
        let (path, place) = span.first(&["url.path", "http.target"])?;
        // A path may hold a secret, so that it is quoted only where it holds no id at all.
        let is_plain = paths::quotable(path) == path;
        Some((paths::template(path), if is_plain { place } else { method_place.clone() }))
    };
    let status = span.first(&["http.response.status_code", "http.status_code"]);
    let is_served = status.is_none_or(|(code, _)| !matches!(code, "404" | "405" | "400"));
    if let Some((Some(path), place)) = route.or_else(called).filter(|_| is_served) {
        endpoint(path, Some(method.to_uppercase()), vec![method_place, place], seen);
    }
}

/// What a client span says: whom it called. The service that answered is known better from its own span.
fn called(span: &Span<'_>, is_answered: bool, seen: &mut Seen) {
    let host = span.first(&["server.address", "net.peer.name", "http.host"]).filter(|(host, _)| is_host(host));
    let database = span.first(&["db.system.name", "db.system"]);
    if is_answered {
        return;
    }
    let peer = span.first(&["peer.service"]).or(host);
    if let Some((system, system_place)) = database {
        let product = technology::product(system);
        let spelled = product.map_or(system, |(_, spelling)| spelling);
        let (name, place) = peer.unwrap_or((spelled, system_place.clone()));
        let name = inner_name(name).to_owned();
        let claim = ComponentClaim {
            name: name.clone(),
            component_type: Some(product.map_or(ComponentType::Datastore, |(kind, _)| kind)),
            technology: Some(spelled.to_owned()),
            ..ComponentClaim::default()
        };
        seen.component(claim, vec![place.clone(), system_place.clone()]);
        let claim = FlowClaim {
            source: span.service.to_owned(),
            target: name,
            protocol: Some(spelled.to_owned()),
            ..FlowClaim::default()
        };
        seen.flow(claim, span.with([place, system_place]));
        return;
    }
    let Some((name, place)) = peer else { return };
    let (protocol, encryption, further) = protocol(span);
    let claim = FlowClaim {
        source: span.service.to_owned(),
        target: inner_name(name).to_owned(),
        protocol,
        encryption,
        ..FlowClaim::default()
    };
    seen.flow(claim, span.with(std::iter::once(place).chain(further)));
}

/// Sent to a queue, or received from one.
fn exchanged(span: &Span<'_>, seen: &mut Seen) {
    let destination = span.first(&["messaging.destination.name", "messaging.destination"]);
    let Some((queue, place)) = destination.filter(|(queue, _)| is_name(queue)) else { return };
    let system = span.first(&["messaging.system"]);
    let technology = system.as_ref().map(|(system, _)| {
        technology::product(system).map_or_else(|| (*system).to_owned(), |(_, spelling)| spelling.to_owned())
    });
    let places: Vec<Place> = std::iter::once(place).chain(system.map(|(_, place)| place)).collect();
    let claim = ComponentClaim {
        name: queue.to_owned(),
        component_type: Some(ComponentType::Queue),
        technology: technology.clone(),
        ..ComponentClaim::default()
    };
    seen.component(claim, places.clone());
    let (source, target) =
        if span.kind == Some(Kind::Producer) { (span.service, queue) } else { (queue, span.service) };
    let claim = FlowClaim {
        source: source.to_owned(),
        target: target.to_owned(),
        protocol: technology,
        mode: Some(FlowMode::Async),
        ..FlowClaim::default()
    };
    seen.flow(claim, span.with(places));
}

/// A span of one service whose parent is a span of another.
fn between(caller: &Span<'_>, answer: &Span<'_>, seen: &mut Seen) {
    let through_queue = matches!(answer.kind, Some(Kind::Consumer)) || matches!(caller.kind, Some(Kind::Producer));
    let Some(parent) = answer.parent.filter(|_| !through_queue) else { return };
    let (protocol, encryption, further) = protocol(answer);
    let claim = FlowClaim {
        source: caller.service.to_owned(),
        target: answer.service.to_owned(),
        protocol,
        encryption,
        ..FlowClaim::default()
    };
    let link = Place::exact(parent.key_span.start..parent.value.span.end);
    seen.flow(
        claim,
        [caller.service_place.clone(), answer.service_place.clone(), link].into_iter().chain(further).collect(),
    );
}

/// Protocol and encryption, where the span's attributes say, with their place.
fn protocol(span: &Span<'_>) -> (Option<String>, Option<String>, Option<Place>) {
    if let Some((system, place)) = span.first(&["rpc.system"]) {
        let spelled = if system == "grpc" { "gRPC" } else { system };
        return (Some(spelled.to_owned()), None, Some(place));
    }
    match span.first(&["url.scheme", "http.scheme"]) {
        Some(("https", place)) => (Some("HTTPS".to_owned()), Some("TLS".to_owned()), Some(place)),
        Some(("http", place)) => (Some("HTTP".to_owned()), Some("none".to_owned()), Some(place)),
        _ => {
            let method = span.first(&["http.request.method", "http.method"]);
            (method.is_some().then(|| "HTTP".to_owned()), None, method.map(|(_, place)| place))
        }
    }
}

/// An address names nothing, and one's own machine is no other part.
fn is_host(host: &str) -> bool {
    let bare = host.split(':').next().unwrap_or(host);
    bare.parse::<IpAddr>().is_err() && bare != "localhost" && bare.contains(|c: char| c.is_ascii_alphabetic())
}

/// The name by which a host is known inside.
fn inner_name(name: &str) -> &str {
    let bare = name.rsplit_once(':').map_or(name, |(bare, port)| if port.parse::<u16>().is_ok() { bare } else { name });
    if bare.contains(".svc") { bare.split('.').next().unwrap_or(bare) } else { bare }
}
