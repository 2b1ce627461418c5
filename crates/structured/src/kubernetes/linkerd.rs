//! Linkerd's policies: servers, who is authorized to call them, and how callers prove who they are.

use cairn_model::{ControlType, PermissionClaim};

use super::Object;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Reads a Linkerd policy object.
pub(super) fn read(object: &Object<'_>, facts: &mut Facts<'_>) {
    match object.kind() {
        "Server" => server(object, facts),
        "ServerAuthorization" => server_authorization(object, facts),
        "AuthorizationPolicy" => policy(object, facts),
        "MeshTLSAuthentication" => identities(object, facts),
        _ => networks(object, facts),
    }
}

/// The annotations by which a workload or namespace joins the mesh and says whom it lets in.
pub(super) fn annotations(object: &Object<'_>, on: &str, facts: &mut Facts<'_>) {
    let template = object.spec().and_then(|spec| spec.at(&["template", "metadata", "annotations"]));
    let inner = template.map(Node::entries).unwrap_or_default();
    for entry in object.annotations().iter().chain(inner) {
        let places = object.with([entry.place()]);
        match (entry.key.as_str(), entry.value.text().unwrap_or_default()) {
            ("linkerd.io/inject", "enabled" | "ingress") => {
                facts.protects(ControlType::EncryptionInTransit, on, "mTLS", &places);
            }
            ("linkerd.io/inject", "disabled") => facts.lacks(ControlType::EncryptionInTransit, on, "mTLS", &places),
            ("sidecar.istio.io/inject", "false") => facts.lacks(ControlType::EncryptionInTransit, on, "mTLS", &places),
            ("config.linkerd.io/default-inbound-policy", "deny" | "all-authenticated" | "cluster-authenticated") => {
                facts.protects(ControlType::Authorization, on, "default inbound policy", &places);
            }
            ("config.linkerd.io/default-inbound-policy", "all-unauthenticated" | "cluster-unauthenticated") => {
                facts.lacks(ControlType::Authentication, on, "callers must be in the mesh", &places);
            }
            ("config.linkerd.io/skip-inbound-ports" | "config.linkerd.io/skip-outbound-ports", ports) => {
                let mechanism = format!("mTLS (not on ports {ports})");
                facts.lacks(ControlType::EncryptionInTransit, on, &mechanism, &places);
            }
            _ => {}
        }
    }
}

/// The workload that a server's selector names, else the object's own name.
fn selected<'a>(object: &Object<'a>) -> (&'a str, Option<&'a Entry>) {
    let labels = object.spec().and_then(|spec| spec.at(&["podSelector", "matchLabels"])).map(Node::entries);
    let label = labels.unwrap_or_default().iter().find(|entry| entry.value.name().is_some());
    (label.and_then(|entry| entry.value.name()).unwrap_or_else(|| object.name()), label)
}

fn server(object: &Object<'_>, facts: &mut Facts<'_>) {
    let (on, label) = selected(object);
    let access = object.spec().and_then(|spec| spec.entry("accessPolicy"));
    let places: Vec<Place> =
        object.places().into_iter().chain([label, access].into_iter().flatten().map(Entry::place)).collect();
    match access.and_then(|entry| entry.value.text()) {
        Some("all-unauthenticated" | "cluster-unauthenticated") => {
            facts.lacks(ControlType::Authorization, on, "Linkerd Server", &places);
        }
        _ => facts.protects(ControlType::Authorization, on, "Linkerd Server", &places),
    }
}

fn server_authorization(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let server = spec.entry_at(&["server", "name"]);
    let on = server.and_then(|entry| entry.value.name()).unwrap_or_else(|| object.name());
    let open = spec.entry_at(&["client", "unauthenticated"]).filter(|entry| entry.value.as_bool() == Some(true));
    if let Some(open) = open {
        let places = object.with(server.into_iter().chain([open]).map(Entry::place));
        facts.lacks(ControlType::Authentication, on, "callers must be in the mesh", &places);
        return;
    }
    let accounts = spec.at(&["client", "meshTLS", "serviceAccounts"]).map(Node::items).unwrap_or_default();
    for account in accounts.iter().filter_map(|account| account.entry("name")) {
        call(object, account.value.name().unwrap_or_default(), on, server, account.place(), facts);
    }
    for identity in spec.at(&["client", "meshTLS", "identities"]).map(Node::items).unwrap_or_default() {
        call(object, identity.name().unwrap_or_default(), on, server, identity.span.clone().into(), facts);
    }
}

fn call(object: &Object<'_>, who: &str, on: &str, server: Option<&Entry>, place: Place, facts: &mut Facts<'_>) {
    if who.is_empty() {
        return;
    }
    let claim = PermissionClaim {
        principal: who.to_owned(),
        action: "call".to_owned(),
        resource: on.to_owned(),
        condition: None,
    };
    facts.permission(claim, &object.with(server.map(Entry::place).into_iter().chain([place])));
}

fn policy(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(target) = object.spec().and_then(|spec| spec.entry_at(&["targetRef", "name"])) else { return };
    let on = target.value.name().unwrap_or_default();
    let required = object.spec().and_then(|spec| spec.get("requiredAuthenticationRefs")).map(Node::items);
    let required: Vec<&Entry> = required.unwrap_or_default().iter().filter_map(|item| item.entry("name")).collect();
    let places: Vec<Place> =
        object.places().into_iter().chain([target.place()]).chain(required.iter().map(|entry| entry.place())).collect();
    facts.protects(ControlType::Authorization, on, "Linkerd AuthorizationPolicy", &places);
    for who in required {
        call(object, who.value.name().unwrap_or_default(), on, Some(target), who.place(), facts);
    }
}

fn identities(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(identities) =
        object.spec().and_then(|spec| spec.entry("identities").or_else(|| spec.entry("identityRefs")))
    else {
        return;
    };
    let places: Vec<Place> = object.places().into_iter().chain([identities.whole()]).collect();
    if identities.value.texts().contains(&"*") {
        facts.protects(ControlType::Authentication, object.name(), "mTLS (any identity of the mesh)", &places);
    } else {
        facts.protects(ControlType::Authentication, object.name(), "mTLS", &places);
    }
}

fn networks(object: &Object<'_>, facts: &mut Facts<'_>) {
    let networks = object.spec().and_then(|spec| spec.get("networks")).map(Node::items).unwrap_or_default();
    for cidr in networks.iter().filter_map(|network| network.entry("cidr")) {
        let everyone = matches!(cidr.value.text(), Some("0.0.0.0/0" | "::/0"));
        let places: Vec<Place> = object.places().into_iter().chain([cidr.place()]).collect();
        facts.switch(!everyone, ControlType::NetworkIsolation, object.name(), "allowed networks", &places);
    }
}
