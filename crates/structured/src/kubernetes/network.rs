//! What reaches a workload: services, ingresses, gateways and routes as exposure, endpoints and flows; network policies as
//! isolation.

use cairn_model::{
    BoundaryClaim, BoundaryType, ComponentClaim, ComponentType, ControlType, EndpointClaim, Exposure, FlowClaim, Status,
};

use super::{File, Object, workloads};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// A service is another name of the workload it selects, and may expose it.
pub(super) fn service(object: &Object<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let selected = selected(object, file);
    let name = selected.map_or(object.name(), |(name, _)| name);
    let kind = object.spec().and_then(|spec| spec.entry("type"));
    let exposure = kind.filter(|kind| kind.value.text() == Some("LoadBalancer")).map(|_| balancer_exposure(object));
    let mut places = object.places();
    places.extend(selected.map(|(_, place)| place.place()));
    if exposure.is_some() {
        places.extend(kind.map(Entry::place));
        places.extend(internal_annotation(object).map(Entry::place));
    }
    let claim = ComponentClaim {
        name: name.to_owned(),
        exposure,
        aliases: if name == object.name() { Vec::new() } else { vec![object.name().to_owned()] },
        ..ComponentClaim::default()
    };
    facts.component(claim, &places);
    if let Some(ranges) = object.spec().and_then(|spec| spec.entry("loadBalancerSourceRanges")) {
        let everyone = ranges.value.texts().contains(&"0.0.0.0/0");
        let mechanism = "source address allow list";
        facts.switch(!everyone, ControlType::NetworkIsolation, name, mechanism, &object.with([ranges.whole()]));
    }
    if let Some(external) = object.spec().and_then(|spec| spec.entry("externalName"))
        && let Some(target) = external.value.name()
    {
        let claim = FlowClaim { source: name.to_owned(), target: target.to_owned(), ..FlowClaim::default() };
        facts.flow(claim, &object.with([external.place()]));
    }
}

fn balancer_exposure(object: &Object<'_>) -> Exposure {
    if internal_annotation(object).is_some() { Exposure::Internal } else { Exposure::Internet }
}

fn internal_annotation<'a>(object: &Object<'a>) -> Option<&'a Entry> {
    object.annotations().iter().find(|entry| {
        let value = entry.value.text().unwrap_or_default().to_lowercase();
        (entry.key.contains("internal") && value != "false")
            || (entry.key.contains("load-balancer") && value == "internal")
            || (entry.key.ends_with("/scheme") && value == "internal")
    })
}

/// The workload of the same file that all of the selector's labels fit, or the one label that names it.
fn selected<'a>(object: &Object<'a>, file: &File<'a>) -> Option<(&'a str, &'a Entry)> {
    let selector = object.spec()?.get("selector")?.entries();
    let first = selector.first()?;
    let fits = |workload: &&Object<'a>| {
        let labels = workloads::pod_labels(workload);
        let same = |want: &Entry| labels.iter().any(|has| has.key == want.key && has.value.text() == want.value.text());
        workloads::is(workload) && selector.iter().all(|want| want.value.text().is_some() && same(want))
    };
    if let Some(workload) = file.objects.iter().find(fits) {
        return Some((workload.name(), first));
    }
    let naming = matches!(first.key.as_str(), "app" | "name" | "app.kubernetes.io/name" | "k8s-app");
    (selector.len() == 1 && naming).then(|| first.value.name().map(|name| (name, first))).flatten()
}

/// An ingress is a gateway; its rules are endpoints of the services behind it.
pub(super) fn ingress(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let class =
        spec.entry("ingressClassName").filter(|entry| entry.value.text().is_some_and(|c| c.contains("internal")));
    let inside = class.or_else(|| internal_annotation(object));
    let exposure = if inside.is_some() { Exposure::Internal } else { Exposure::Internet };
    let mut places = object.places();
    places.extend(inside.map(Entry::place));
    gateway_component(object, Some(exposure), &places, facts);
    if let Some(tls) = spec.entry("tls").filter(|entry| !entry.value.items().is_empty()) {
        facts.protects(ControlType::EncryptionInTransit, object.name(), "TLS", &object.with([tls.place()]));
    }
    ingress_annotations(object, facts);
    for rule in spec.get("rules").map(Node::items).unwrap_or_default() {
        for path in rule.at(&["http", "paths"]).map(Node::items).unwrap_or_default() {
            ingress_path(object, path, exposure, facts);
        }
    }
    for default in [&["defaultBackend", "service", "name"][..], &["backend", "serviceName"]] {
        if let Some(service) = spec.entry_at(default) {
            gateway_flow(object, service, None, facts);
        }
    }
}

fn ingress_path(object: &Object<'_>, path: &Node, exposure: Exposure, facts: &mut Facts<'_>) {
    let backend = path.entry_at(&["backend", "service", "name"]).or_else(|| path.entry_at(&["backend", "serviceName"]));
    let Some(service) = backend else { return };
    gateway_flow(object, service, Some("HTTP"), facts);
    let (Some(name), Some(entry)) = (service.value.name(), path.entry("path")) else { return };
    let claim = EndpointClaim {
        path: entry.value.name().unwrap_or("/").to_owned(),
        component: Some(name.to_owned()),
        exposure: Some(exposure),
        ..EndpointClaim::default()
    };
    facts.endpoint(claim, Status::Implemented, &[object.kind.place(), entry.place(), service.place()]);
}

fn gateway_component(object: &Object<'_>, exposure: Option<Exposure>, places: &[Place], facts: &mut Facts<'_>) {
    let claim = ComponentClaim {
        name: object.name().to_owned(),
        component_type: Some(ComponentType::Gateway),
        exposure,
        ..ComponentClaim::default()
    };
    facts.component(claim, places);
}

fn gateway_flow(object: &Object<'_>, service: &Entry, protocol: Option<&str>, facts: &mut Facts<'_>) {
    let Some(target) = service.value.name() else { return };
    let claim = FlowClaim {
        source: object.name().to_owned(),
        target: target.to_owned(),
        protocol: protocol.map(str::to_owned),
        ..FlowClaim::default()
    };
    facts.flow(claim, &object.with([service.place()]));
}

/// What ingress controllers are told by annotation.
fn ingress_annotations(object: &Object<'_>, facts: &mut Facts<'_>) {
    for entry in object.annotations() {
        let short = entry.key.rsplit('/').next().unwrap_or_default();
        let value = entry.value.text().unwrap_or_default();
        let places = object.with([entry.place()]);
        let name = object.name();
        match (short, value) {
            ("ssl-redirect" | "force-ssl-redirect", "true" | "false") => {
                let on = value == "true";
                facts.switch(on, ControlType::EncryptionInTransit, name, "redirect to HTTPS", &places);
            }
            ("limit-rps" | "limit-rpm" | "limit-connections", _) => {
                facts.protects(ControlType::RateLimiting, name, &format!("{short} {value}"), &places);
            }
            ("whitelist-source-range" | "allowlist-source-range", _) if !value.contains("0.0.0.0/0") => {
                facts.protects(ControlType::NetworkIsolation, name, "source address allow list", &places);
            }
            ("auth-type", "basic" | "digest") => {
                facts.protects(ControlType::Authentication, name, &format!("HTTP {value}"), &places);
            }
            ("auth-url", _) => facts.protects(ControlType::Authentication, name, "external authentication", &places),
            ("auth-tls-secret" | "auth-tls-verify-client", _) if value != "off" => {
                facts.protects(ControlType::Authentication, name, "client certificate", &places);
            }
            ("backend-protocol", "HTTPS" | "GRPCS") => {
                facts.protects(ControlType::EncryptionInTransit, name, "TLS to the backend", &places);
            }
            ("enable-modsecurity", "true") => {
                facts.protects(ControlType::InputValidation, name, "ModSecurity", &places);
            }
            _ => {}
        }
    }
}

/// Gateways of the Gateway API and of Istio.
pub(super) fn gateway(object: &Object<'_>, facts: &mut Facts<'_>) {
    gateway_component(object, None, &object.places(), facts);
    let Some(spec) = object.spec() else { return };
    let listeners = spec.get("listeners").or_else(|| spec.get("servers"));
    for listener in listeners.map(Node::items).unwrap_or_default() {
        let protocol = listener.entry("protocol").or_else(|| listener.entry_at(&["port", "protocol"]));
        let Some(protocol) = protocol else { continue };
        if matches!(protocol.value.text(), Some("HTTPS" | "TLS")) {
            facts.protects(ControlType::EncryptionInTransit, object.name(), "TLS", &object.with([protocol.place()]));
        }
        if listener.at(&["tls", "mode"]).and_then(Node::text) == Some("MUTUAL") {
            facts.protects(ControlType::Authentication, object.name(), "mTLS", &object.with([protocol.place()]));
        }
    }
}

/// Routes lead from their gateways to their backends.
pub(super) fn route(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let parents = spec.get("parentRefs").map(Node::items).unwrap_or_default();
    let named = spec.get("gateways").map(Node::items).unwrap_or_default();
    let last_part = |item: &'_ Node| item.name().map(|name| name.rsplit('/').next().unwrap_or(name).to_owned());
    let by_reference = parents.iter().filter_map(|parent| parent.entry("name"));
    let sources: Vec<(String, Place)> = by_reference
        .filter_map(|entry| entry.value.name().map(|name| (name.to_owned(), entry.place())))
        .chain(named.iter().filter_map(|item| last_part(item).map(|name| (name, item.span.clone().into()))))
        .filter(|(name, _)| name != "mesh")
        .collect();
    let protocol = match object.kind() {
        "GRPCRoute" => "gRPC",
        "TLSRoute" => "TLS",
        "TCPRoute" => "TCP",
        "UDPRoute" => "UDP",
        _ => "HTTP",
    };
    for backend in backends(spec) {
        let Some(target) = backend.value.name() else { continue };
        let target = target.split('.').next().unwrap_or(target);
        for (source, place) in &sources {
            let claim = FlowClaim {
                source: source.clone(),
                target: target.to_owned(),
                protocol: Some(protocol.to_owned()),
                ..FlowClaim::default()
            };
            facts.flow(claim, &object.with([place.clone(), backend.place()]));
        }
    }
}

fn backends(spec: &Node) -> Vec<&Entry> {
    let mut found = Vec::new();
    for key in ["rules", "http", "tcp", "tls"] {
        for rule in spec.get(key).map(Node::items).unwrap_or_default() {
            let references = rule.get("backendRefs").map(Node::items).unwrap_or_default();
            found.extend(references.iter().filter_map(|backend| backend.entry("name")));
            let destinations = rule.get("route").map(Node::items).unwrap_or_default();
            found.extend(destinations.iter().filter_map(|route| route.entry_at(&["destination", "host"])));
        }
    }
    found
}

/// A network policy isolates the pods it selects, unless a rule of it lets everything in.
pub(super) fn policy(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let selector = spec.entry("podSelector");
    let labels = selector.and_then(|entry| entry.value.get("matchLabels")).map(Node::entries).unwrap_or_default();
    let label = labels.iter().find(|entry| entry.value.name().is_some());
    let namespace = object.namespace().and_then(|entry| entry.value.name());
    let on = label.and_then(|entry| entry.value.name()).or(namespace).unwrap_or_default();
    let mut places = object.places();
    places.extend(selector.map(Entry::place));
    places.extend(label.map(Entry::place));
    let open = spec.entry("ingress").filter(|rules| rules.value.items().iter().any(allows_all));
    if let Some(open) = open {
        places.push(open.whole());
        facts.lacks(ControlType::NetworkIsolation, on, "NetworkPolicy (lets everything in)", &places);
        return;
    }
    places.extend(spec.entry("policyTypes").map(Entry::place));
    facts.protects(ControlType::NetworkIsolation, on, "NetworkPolicy", &places);
    if let Some(member) = label.and_then(|entry| entry.value.name()) {
        let claim = BoundaryClaim {
            name: object.name().to_owned(),
            boundary_type: Some(BoundaryType::Network),
            members: vec![member.to_owned()],
        };
        facts.boundary(claim, &places);
    }
}

/// An empty rule, or one from everywhere without ports.
fn allows_all(rule: &Node) -> bool {
    let everywhere = |peer: &Node| {
        peer.at(&["ipBlock", "cidr"]).and_then(Node::text) == Some("0.0.0.0/0")
            && peer.at(&["ipBlock", "except"]).is_none()
    };
    let sources = rule.get("from").map(Node::items).unwrap_or_default();
    (rule.is_map() && rule.entries().is_empty()) || (rule.get("ports").is_none() && sources.iter().any(everywhere))
}
