//! What a service mesh is told: mutual TLS, who may call whom, whose tokens are believed.

use cairn_model::{ControlType, PermissionClaim};

use super::Object;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Reads an Istio security object.
pub(super) fn read(object: &Object<'_>, facts: &mut Facts<'_>) {
    match object.kind() {
        "PeerAuthentication" => peer(object, facts),
        "DestinationRule" => destination(object, facts),
        "RequestAuthentication" => request(object, facts),
        _ => authorization(object, facts),
    }
}

/// The workload selected, else the namespace, else the policy's own name.
fn target<'a>(object: &Object<'a>) -> &'a str {
    let labels = object.spec().and_then(|spec| spec.at(&["selector", "matchLabels"])).map(Node::entries);
    let selected = labels.unwrap_or_default().first().and_then(|entry| entry.value.name());
    let namespace = object.namespace().and_then(|entry| entry.value.name());
    selected.or(namespace).unwrap_or_else(|| object.name())
}

fn peer(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(mode) = object.spec().and_then(|spec| spec.entry_at(&["mtls", "mode"])) else { return };
    let places: Vec<Place> = object.places().into_iter().chain([mode.place()]).collect();
    match mode.value.text() {
        Some("STRICT") => facts.protects(ControlType::EncryptionInTransit, target(object), "mTLS", &places),
        Some("DISABLE") => facts.lacks(ControlType::EncryptionInTransit, target(object), "mTLS", &places),
        Some("PERMISSIVE") => {
            facts.lacks(ControlType::EncryptionInTransit, target(object), "mTLS required (mode PERMISSIVE)", &places);
        }
        _ => {}
    }
}

fn destination(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let (Some(host), Some(mode)) = (spec.entry("host"), spec.entry_at(&["trafficPolicy", "tls", "mode"])) else {
        return;
    };
    let name = host.value.name().unwrap_or_default();
    let name = name.split('.').next().unwrap_or(name);
    let places = object.with([host.place(), mode.place()]);
    match mode.value.text() {
        Some("ISTIO_MUTUAL" | "MUTUAL") => facts.protects(ControlType::EncryptionInTransit, name, "mTLS", &places),
        Some("SIMPLE") => facts.protects(ControlType::EncryptionInTransit, name, "TLS", &places),
        Some("DISABLE") => facts.lacks(ControlType::EncryptionInTransit, name, "TLS", &places),
        _ => {}
    }
}

fn request(object: &Object<'_>, facts: &mut Facts<'_>) {
    for rule in object.spec().and_then(|spec| spec.get("jwtRules")).map(Node::items).unwrap_or_default() {
        let places: Vec<Place> = object.places().into_iter().chain(rule.entry("issuer").map(Entry::place)).collect();
        facts.protects(ControlType::Authentication, target(object), "JWT", &places);
    }
}

fn authorization(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let action = spec.entry("action");
    let denies = action.is_some_and(|entry| entry.value.text() == Some("DENY"));
    let places: Vec<Place> = object.places().into_iter().chain(action.map(Entry::place)).collect();
    facts.protects(ControlType::Authorization, target(object), "AuthorizationPolicy", &places);
    if denies {
        return;
    }
    for rule in spec.get("rules").map(Node::items).unwrap_or_default() {
        for from in rule.get("from").map(Node::items).unwrap_or_default() {
            for principal in from.at(&["source", "principals"]).map(Node::items).unwrap_or_default() {
                permission(object, rule, principal, facts);
            }
        }
    }
}

fn permission(object: &Object<'_>, rule: &Node, principal: &Node, facts: &mut Facts<'_>) {
    let Some(name) = principal.name() else { return };
    let operations = rule.get("to").map(Node::items).unwrap_or_default();
    let listed = |key: &str| -> Vec<&str> {
        operations.iter().filter_map(|to| to.at(&["operation", key])).flat_map(Node::texts).collect()
    };
    let (methods, paths) = (listed("methods"), listed("paths"));
    let claim = PermissionClaim {
        principal: name.rsplit('/').next().unwrap_or(name).to_owned(),
        action: if methods.is_empty() { "call".to_owned() } else { methods.join(", ") },
        resource: target(object).to_owned(),
        condition: (!paths.is_empty()).then(|| format!("paths {}", paths.join(", "))),
    };
    let places =
        operations.iter().flat_map(|to| to.get("operation").map(Node::entries).unwrap_or_default()).map(Entry::place);
    facts.permission(claim, &object.with(std::iter::once(principal.span.clone().into()).chain(places)));
}
