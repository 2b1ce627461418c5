//! Workloads as components, and what their pod template says about all containers together.

use cairn_model::{ComponentClaim, ComponentType, ControlType, DataClaim, Handling, PermissionClaim};

use super::{Object, containers, linkerd};
use crate::facts::Facts;
use crate::technology;
use crate::tree::{Entry, Node};

/// Whether the object runs containers.
pub(super) fn is(object: &Object<'_>) -> bool {
    object.kind() != "Service" && pod_spec(object).is_some()
}

/// Claims the component and everything its pods state.
pub(super) fn read(object: &Object<'_>, facts: &mut Facts<'_>) {
    component(object, facts);
    let Some(spec) = pod_spec(object) else { return };
    let name = object.name();
    service_account(object, spec, facts);
    linkerd::annotations(object, name, facts);
    for (key, family, mechanism) in [
        ("hostNetwork", ControlType::NetworkIsolation, "own network namespace"),
        ("hostPID", ControlType::ProcessIsolation, "own process namespace"),
        ("hostIPC", ControlType::ProcessIsolation, "own IPC namespace"),
    ] {
        if let Some((entry, shared)) = spec.entry(key).and_then(|entry| Some((entry, entry.value.as_bool()?))) {
            facts.switch(!shared, family, name, mechanism, &object.with([entry.place()]));
        }
    }
    if let Some(context) = spec.get("securityContext") {
        containers::security_context(object, context, facts);
    }
    volumes(object, spec, facts);
    for container in containers::of(spec) {
        containers::read(object, container, facts);
    }
}

/// The labels that a service's selector is compared with.
pub(super) fn pod_labels<'a>(object: &Object<'a>) -> &'a [Entry] {
    let spec = object.spec();
    let labels = spec.and_then(|spec| spec.at(&["template", "metadata", "labels"]));
    labels.or_else(|| object.node.at(&["metadata", "labels"])).map(Node::entries).unwrap_or_default()
}

fn pod_spec<'a>(object: &Object<'a>) -> Option<&'a Node> {
    let spec = object.spec()?;
    match object.kind() {
        "Pod" => Some(spec),
        "CronJob" => spec.at(&["jobTemplate", "spec", "template", "spec"]),
        _ => spec.at(&["template", "spec"]),
    }
}

fn component(object: &Object<'_>, facts: &mut Facts<'_>) {
    let images = pod_spec(object).map(containers::of).unwrap_or_default();
    let product = match images.as_slice() {
        [only] => only.text_of("image").and_then(|image| technology::product(technology::image_name(image))),
        _ => None,
    };
    let kind = match object.kind() {
        "Job" | "CronJob" => ComponentType::Pipeline,
        _ => product.map_or(ComponentType::Service, |(kind, _)| kind),
    };
    let image = images.first().and_then(|container| container.entry("image")).filter(|_| product.is_some());
    let owner = owner(object);
    let claim = ComponentClaim {
        name: object.name().to_owned(),
        component_type: Some(kind),
        technology: product.map(|(_, spelling)| spelling.to_owned()),
        owner: owner.and_then(|entry| entry.value.name()).map(str::to_owned),
        ..ComponentClaim::default()
    };
    let mut places = object.places();
    places.extend(image.map(Entry::place));
    places.extend(owner.map(Entry::place));
    facts.component(claim, &places);
}

fn owner<'a>(object: &Object<'a>) -> Option<&'a Entry> {
    let labels = object.node.at(&["metadata", "labels"]).map(Node::entries).unwrap_or_default();
    labels.iter().chain(object.annotations()).find(|entry| matches!(entry.key.as_str(), "owner" | "team"))
}

fn service_account(object: &Object<'_>, spec: &Node, facts: &mut Facts<'_>) {
    let name = object.name();
    if let Some(entry) = spec.entry("serviceAccountName").or_else(|| spec.entry("serviceAccount"))
        && let Some(account) = entry.value.name()
    {
        let claim = PermissionClaim {
            principal: name.to_owned(),
            action: "run as".to_owned(),
            resource: format!("service account {account}"),
            condition: None,
        };
        facts.permission(claim, &object.with([entry.place()]));
    }
    if let Some(entry) = spec.entry("automountServiceAccountToken")
        && let Some(mounted) = entry.value.as_bool()
    {
        let mechanism = "no service account token mounted";
        facts.switch(!mounted, ControlType::LeastPrivilege, name, mechanism, &object.with([entry.place()]));
    }
}

/// A path of the host inside a container takes the wall down; a mounted secret says where secrets come from.
fn volumes(object: &Object<'_>, spec: &Node, facts: &mut Facts<'_>) {
    for volume in spec.get("volumes").map(Node::items).unwrap_or_default() {
        if let Some(host) = volume.entry("hostPath") {
            let path = host.value.entry("path");
            let mechanism = path
                .and_then(|entry| entry.value.name())
                .map_or("no host paths".to_owned(), |path| format!("no host paths (mounts `{path}`)"));
            let places = object.with(std::iter::once(host.place()).chain(path.map(Entry::place)));
            facts.lacks(ControlType::ProcessIsolation, object.name(), &mechanism, &places);
        }
        if let Some(map) = volume.entry("configMap") {
            configuration(object, map, facts);
        }
        let sources = volume.at(&["projected", "sources"]).map(Node::items).unwrap_or_default();
        let projected = sources.iter().filter_map(|source| source.entry("secret"));
        sources.iter().filter_map(|source| source.entry("configMap")).for_each(|map| configuration(object, map, facts));
        for secret in volume.entry("secret").into_iter().chain(projected) {
            let name = secret.value.entry("secretName").or_else(|| secret.value.entry("name"));
            let name = name.filter(|entry| entry.value.name().is_some());
            let places = object.with(std::iter::once(secret.place()).chain(name.map(Entry::place)));
            facts.protects(ControlType::SecretManagement, object.name(), "Kubernetes Secret", &places);
        }
        if let Some(csi) = volume.get("csi").and_then(|csi| csi.entry("driver"))
            && csi.value.text().is_some_and(|driver| driver.contains("secrets-store"))
        {
            let places = object.with([csi.place()]);
            facts.protects(ControlType::SecretManagement, object.name(), "Secrets Store CSI driver", &places);
        }
    }
}

/// Configuration that the workload reads: a config map, by mount or as variables.
pub(super) fn configuration(object: &Object<'_>, map: &Entry, facts: &mut Facts<'_>) {
    let Some(name) = map.value.entry("name") else { return };
    let Some(text) = name.value.name() else { return };
    let claim = DataClaim {
        name: text.to_owned(),
        component: Some(object.name().to_owned()),
        handling: vec![Handling::Processes],
        ..DataClaim::default()
    };
    facts.data(claim, &object.with([map.place(), name.place()]));
}
