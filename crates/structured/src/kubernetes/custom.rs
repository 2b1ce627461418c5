//! Kinds of widely used controllers: secrets kept outside, certificates, hosts outside of the mesh, cloud roles of service
//! accounts, network policies of Cilium.

use cairn_model::{ComponentClaim, ComponentType, ControlType, PermissionClaim};

use super::Object;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Reads an object of one of the kinds; false when it is of another.
pub(super) fn read(object: &Object<'_>, facts: &mut Facts<'_>) -> bool {
    match (object.kind(), object.api_group()) {
        ("ServiceAccount", _) => service_account(object, facts),
        ("ExternalSecret" | "ClusterExternalSecret", _) => external_secret(object, facts),
        ("SecretStore" | "ClusterSecretStore", "external-secrets.io") => secret_store(object, facts),
        ("SealedSecret", _) => sealed(object, facts),
        ("SecretProviderClass", _) => provider_class(object, facts),
        ("Certificate", "cert-manager.io") => certificate(object, facts),
        ("ServiceEntry", _) => service_entry(object, facts),
        ("BackendTLSPolicy", _) => backend_tls(object, facts),
        ("CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy", _) => cilium(object, facts),
        _ => return false,
    }
    true
}

/// Whether pods get its token, and which role of the cloud it may take.
fn service_account(object: &Object<'_>, facts: &mut Facts<'_>) {
    let account = format!("service account {}", object.name());
    if let Some(entry) = object.node.entry("automountServiceAccountToken") {
        let places = object.with([entry.place()]);
        if let Some(mounted) = entry.value.as_bool() {
            let mechanism = "no service account token mounted";
            facts.switch(!mounted, ControlType::LeastPrivilege, &account, mechanism, &places);
        }
    }
    let roles = ["eks.amazonaws.com/role-arn", "iam.gke.io/gcp-service-account", "azure.workload.identity/client-id"];
    for entry in object.annotations().iter().filter(|entry| roles.contains(&entry.key.as_str())) {
        let Some(role) = entry.value.name() else { continue };
        let claim = PermissionClaim {
            principal: account.clone(),
            action: "act with cloud identity".to_owned(),
            resource: role.to_owned(),
            condition: None,
        };
        facts.permission(claim, &object.with([entry.place()]));
    }
}

fn external_secret(object: &Object<'_>, facts: &mut Facts<'_>) {
    let store = object.spec().and_then(|spec| spec.entry_at(&["secretStoreRef", "name"]));
    let places: Vec<Place> = object.places().into_iter().chain(store.map(Entry::place)).collect();
    facts.protects(ControlType::SecretManagement, object.name(), "External Secrets", &places);
}

fn secret_store(object: &Object<'_>, facts: &mut Facts<'_>) {
    let provider = object.spec().and_then(|spec| spec.get("provider")).and_then(|node| node.entries().first());
    let claim = ComponentClaim {
        name: object.name().to_owned(),
        component_type: Some(ComponentType::SecretStore),
        technology: provider.map(|entry| entry.key.clone()),
        ..ComponentClaim::default()
    };
    facts.component(claim, &object.places().into_iter().chain(provider.map(Entry::place)).collect::<Vec<_>>());
}

/// What is encrypted in the file for the cluster alone is no open secret.
fn sealed(object: &Object<'_>, facts: &mut Facts<'_>) {
    facts.protects(ControlType::SecretManagement, object.name(), "Sealed Secrets", &object.places());
}

fn provider_class(object: &Object<'_>, facts: &mut Facts<'_>) {
    let provider = object.spec().and_then(|spec| spec.entry("provider"));
    let places: Vec<Place> = object.places().into_iter().chain(provider.map(Entry::place)).collect();
    facts.protects(ControlType::SecretManagement, object.name(), "Secrets Store CSI driver", &places);
}

fn certificate(object: &Object<'_>, facts: &mut Facts<'_>) {
    let issuer = object.spec().and_then(|spec| spec.entry_at(&["issuerRef", "name"]));
    let places: Vec<Place> = object.places().into_iter().chain(issuer.map(Entry::place)).collect();
    facts.protects(ControlType::EncryptionInTransit, object.name(), "TLS certificate", &places);
}

/// Hosts that the mesh is told about; outside of it they are somebody else's.
fn service_entry(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let location = spec.entry("location");
    let external = location.is_none_or(|entry| entry.value.text() != Some("MESH_INTERNAL"));
    for host in spec.get("hosts").map(Node::items).unwrap_or_default() {
        let Some(name) = host.name() else { continue };
        let claim = ComponentClaim {
            name: name.to_owned(),
            component_type: external.then_some(ComponentType::External),
            ..ComponentClaim::default()
        };
        let places: Vec<Place> = [host.span.clone().into()].into_iter().chain(location.map(Entry::place)).collect();
        facts.component(claim, &object.with(places));
    }
}

fn backend_tls(object: &Object<'_>, facts: &mut Facts<'_>) {
    for target in object.spec().and_then(|spec| spec.get("targetRefs")).map(Node::items).unwrap_or_default() {
        let Some(name) = target.entry("name") else { continue };
        let places: Vec<Place> = object.places().into_iter().chain([name.place()]).collect();
        let on = name.value.name().unwrap_or_default();
        facts.protects(ControlType::EncryptionInTransit, on, "TLS to the backend", &places);
    }
}

fn cilium(object: &Object<'_>, facts: &mut Facts<'_>) {
    let Some(spec) = object.spec() else { return };
    let labels = spec.at(&["endpointSelector", "matchLabels"]).map(Node::entries).unwrap_or_default();
    let label = labels.iter().find(|entry| entry.value.name().is_some());
    let namespace = object.namespace().and_then(|entry| entry.value.name());
    let on = label.and_then(|entry| entry.value.name()).or(namespace).unwrap_or_default();
    let world = |rule: &Node| {
        rule.get("fromEntities").is_some_and(|from| from.texts().iter().any(|text| matches!(*text, "world" | "all")))
    };
    let open = spec.get("ingress").map(Node::items).unwrap_or_default().iter().find(|rule| world(rule));
    let mut places: Vec<Place> = object.places().into_iter().chain(label.map(Entry::place)).collect();
    match open.and_then(|rule| rule.entry("fromEntities")) {
        Some(entry) => {
            places.push(entry.whole());
            facts.lacks(ControlType::NetworkIsolation, on, "CiliumNetworkPolicy (lets the world in)", &places);
        }
        None => facts.protects(ControlType::NetworkIsolation, on, "CiliumNetworkPolicy", &places),
    }
}
