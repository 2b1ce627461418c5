//! docker-compose files: services as components, networks as walls around them, variables as flows and secrets, switches as
//! controls. `depends_on` orders starts and says nothing about an exchange, so it is no flow.

use std::collections::BTreeMap;

use cairn_model::{
    BoundaryClaim, BoundaryType, Classification, ComponentClaim, ComponentType, ControlType, DataClaim, Document,
    Exposure, FlowClaim,
};

use crate::Reading;
use crate::environment::{Variable, image_pin};
use crate::facts::{Facts, Place};
use crate::leftovers;
use crate::sensitive;
use crate::technology;
use crate::tree::{Entry, Forest, Node};

/// Whether the tree is a compose file: services, each of which has an image or is built.
pub(crate) fn is(root: &Node) -> bool {
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    let runs = |entry: &Entry| ["image", "build", "extends"].iter().any(|key| entry.value.get(key).is_some());
    services.iter().any(runs) && root.get("apiVersion").is_none()
}

/// Reads the services and networks of the file.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/compose/2", forest);
    let contents = forest.trees.iter().filter_map(|root| root.get("secrets")).flat_map(Node::entries);
    for content in contents.filter_map(|secret| secret.value.get("content")) {
        facts.hide_all(content);
    }
    for root in forest.trees.iter().filter(|root| is(root)) {
        let services = root.get("services").map(Node::entries).unwrap_or_default();
        for entry in services {
            service(&Service { entry, node: &entry.value }, &mut facts);
        }
        networks(root, services, &mut facts);
        secrets(root, &mut facts);
        leftovers::name([root], &mut facts);
        if let Some(include) = root.entry("include") {
            facts.not_understood(include.key_span.start, "included files");
        }
    }
    facts.finish()
}

struct Service<'a> {
    entry: &'a Entry,
    node: &'a Node,
}

impl<'a> Service<'a> {
    fn name(&self) -> &'a str {
        &self.entry.key
    }

    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        std::iter::once(self.entry.place()).chain(places).collect()
    }
}

fn service(service: &Service<'_>, facts: &mut Facts<'_>) {
    component(service, facts);
    switches(service, facts);
    ports(service, facts);
    volumes(service, facts);
    environment(service, facts);
    for link in service.node.get("links").map(Node::items).unwrap_or_default() {
        let Some(target) = link.name().and_then(|text| text.split(':').next()) else { continue };
        let claim = FlowClaim { source: service.name().to_owned(), target: target.to_owned(), ..FlowClaim::default() };
        facts.flow(claim, &service.with([link.span.clone().into()]));
    }
}

fn component(service: &Service<'_>, facts: &mut Facts<'_>) {
    let image = service.node.entry("image").filter(|entry| entry.value.name().is_some());
    let reference = image.and_then(|entry| entry.value.name()).unwrap_or_default();
    let product = technology::product(technology::image_name(reference));
    let container = service.node.entry("container_name").filter(|entry| entry.value.name().is_some());
    let other_name = container.and_then(|entry| entry.value.name()).filter(|name| *name != service.name());
    let claim = ComponentClaim {
        name: service.name().to_owned(),
        component_type: Some(product.map_or(ComponentType::Service, |(kind, _)| kind)),
        technology: product.map(|(_, spelling)| spelling.to_owned()),
        aliases: other_name.filter(|name| !name.contains('$')).map(str::to_owned).into_iter().collect(),
        ..ComponentClaim::default()
    };
    facts.component(claim, &service.with([image, container].into_iter().flatten().map(Entry::place)));
    if let Some(entry) = image {
        image_pin(facts, service.name(), reference, &service.with([entry.place()]));
    }
}

fn switches(service: &Service<'_>, facts: &mut Facts<'_>) {
    let name = service.name();
    for entry in service.node.entries() {
        let places = service.with([entry.place()]);
        let text = entry.value.text().unwrap_or_default();
        match (entry.key.as_str(), entry.value.as_bool()) {
            ("privileged", Some(on)) => {
                facts.switch(!on, ControlType::ProcessIsolation, name, "unprivileged container", &places);
            }
            ("use_api_socket", Some(true)) => {
                facts.lacks(ControlType::ProcessIsolation, name, "no engine socket", &places);
            }
            ("read_only", Some(on)) => {
                facts.switch(on, ControlType::Hardening, name, "read-only root file system", &places);
            }
            ("network_mode", _) if text == "host" => {
                facts.lacks(ControlType::NetworkIsolation, name, "own network namespace", &places);
            }
            ("pid", _) if text == "host" => {
                facts.lacks(ControlType::ProcessIsolation, name, "own process namespace", &places);
            }
            ("user", _) if matches!(text.split(':').next(), Some("root" | "0")) => {
                facts.lacks(ControlType::LeastPrivilege, name, "runs as non-root", &places);
            }
            ("user", _) if !text.is_empty() && !text.contains('$') => {
                facts.protects(ControlType::Hardening, name, "runs as non-root", &places);
            }
            ("ipc" | "uts" | "userns_mode" | "cgroup", _) if text == "host" => {
                let mechanism = format!("own {} namespace", entry.key.trim_end_matches("_mode"));
                facts.lacks(ControlType::ProcessIsolation, name, &mechanism, &places);
            }
            ("env_file" | "extends" | "label_file", _) => {
                facts.not_understood(
                    entry.key_span.start,
                    format!("`{}` of `{name}`, which is another file", entry.key),
                );
            }
            ("mem_limit" | "cpus" | "pids_limit", _) => {
                facts.protects(ControlType::RateLimiting, name, "resource limits", &places);
            }
            ("secrets", _) => {
                facts.protects(ControlType::SecretManagement, name, "Compose secrets", &service.with([entry.whole()]));
            }
            ("cap_drop", _) if entry.value.texts().iter().any(|cap| cap.eq_ignore_ascii_case("all")) => {
                facts.protects(
                    ControlType::LeastPrivilege,
                    name,
                    "all capabilities dropped",
                    &service.with([entry.whole()]),
                );
            }
            ("cap_add", _) => added_capabilities(service, entry, facts),
            ("security_opt", _) => security_options(service, entry, facts),
            _ => {}
        }
    }
    if let Some(limits) = service.node.entry_at(&["deploy", "resources", "limits"]) {
        facts.protects(ControlType::RateLimiting, name, "resource limits", &service.with([limits.whole()]));
    }
}

fn added_capabilities(service: &Service<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    for item in entry.value.items() {
        let Some(name) = item.text().filter(|name| crate::kubernetes::is_strong_capability(name)) else { continue };
        let places = service.with([entry.place(), item.span.clone().into()]);
        let mechanism = format!("no extra capabilities (adds `{name}`)");
        facts.lacks(ControlType::LeastPrivilege, service.name(), &mechanism, &places);
    }
}

fn security_options(service: &Service<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    for item in entry.value.items() {
        let places = service.with([entry.place(), item.span.clone().into()]);
        match item.text().unwrap_or_default() {
            "no-new-privileges:true" | "no-new-privileges" => {
                facts.protects(ControlType::LeastPrivilege, service.name(), "no privilege escalation", &places);
            }
            "seccomp:unconfined" | "seccomp=unconfined" => {
                facts.lacks(ControlType::Hardening, service.name(), "seccomp profile", &places);
            }
            "apparmor:unconfined" | "apparmor=unconfined" => {
                facts.lacks(ControlType::Hardening, service.name(), "AppArmor profile", &places);
            }
            _ => {}
        }
    }
}

/// A port bound to the machine's own address is for that machine; whom any other port reaches the file does not say.
fn ports(service: &Service<'_>, facts: &mut Facts<'_>) {
    let items = service.node.get("ports").map(Node::items).unwrap_or_default();
    let own = |item: &Node| {
        let short = item.text().is_some_and(|text| text.starts_with("127.0.0.1:") || text.starts_with("localhost:"));
        short || item.text_of("host_ip") == Some("127.0.0.1")
    };
    if !items.is_empty() && items.iter().all(own) {
        let claim = ComponentClaim {
            name: service.name().to_owned(),
            exposure: Some(Exposure::Internal),
            ..ComponentClaim::default()
        };
        facts.component(claim, &service.with(items.iter().map(|item| item.span.clone().into())));
    }
}

/// The engine's socket, or the host's root, inside a container takes the wall down.
fn volumes(service: &Service<'_>, facts: &mut Facts<'_>) {
    for item in service.node.get("volumes").map(Node::items).unwrap_or_default() {
        let source = item.text().and_then(|text| text.split(':').next()).or_else(|| item.text_of("source"));
        let Some(source) =
            source.filter(|source| source.contains("docker.sock") || matches!(*source, "/" | "/etc" | "/proc"))
        else {
            continue;
        };
        let place = item.entry("source").map_or_else(|| item.span.clone().into(), Entry::place);
        let mechanism = format!("no host paths (mounts `{source}`)");
        facts.lacks(ControlType::ProcessIsolation, service.name(), &mechanism, &service.with([place]));
    }
}

/// Variables as a map or as a list of `NAME=value`.
fn environment(service: &Service<'_>, facts: &mut Facts<'_>) {
    let Some(environment) = service.node.get("environment") else { return };
    for entry in environment.entries() {
        let Some(value) = entry.value.name() else { continue };
        Variable {
            program: service.name(),
            name: &entry.key,
            value,
            whole: service.with([entry.place()]),
            name_only: service.with([entry.key_place()]),
        }
        .claim(facts);
    }
    for item in environment.items() {
        let Some((name, value)) = item.text().and_then(|text| text.split_once('=')) else { continue };
        let written = facts.text().get(item.span.clone()).unwrap_or_default();
        let name_end = item.span.start + written.find('=').unwrap_or(0);
        Variable {
            program: service.name(),
            name,
            value,
            whole: service.with([item.span.clone().into()]),
            name_only: service.with([Place::exact(item.span.start..name_end)]),
        }
        .claim(facts);
    }
}

/// Where each secret comes from; a value written in place stands in the open.
fn secrets(root: &Node, facts: &mut Facts<'_>) {
    for secret in root.get("secrets").map(Node::entries).unwrap_or_default() {
        let content = secret.value.entry("content").filter(|entry| entry.value.name().is_some());
        let source = ["external", "file", "environment"].iter().find_map(|key| secret.value.entry(key));
        if let Some(content) = content {
            let places = [secret.place(), content.key_place()];
            facts.lacks(ControlType::SecretManagement, &secret.key, "secrets kept out of the file", &places);
        }
        let claim = DataClaim {
            name: secret.key.clone(),
            classification: Some(sensitive::classify(&secret.key).unwrap_or(Classification::Secret)),
            ..DataClaim::default()
        };
        facts.data(claim, &[Some(secret.place()), source.map(Entry::place)].into_iter().flatten().collect::<Vec<_>>());
    }
}

/// Networks that services name; one that is `internal` has no way out.
fn networks(root: &Node, services: &[Entry], facts: &mut Facts<'_>) {
    let mut members: BTreeMap<&str, (Vec<String>, Vec<Place>)> = BTreeMap::new();
    for service in services {
        let Some(entry) = service.value.entry("networks") else { continue };
        let named = entry.value.entries().iter().map(|network| (network.key.as_str(), network.place()));
        let listed = entry
            .value
            .items()
            .iter()
            .filter_map(|item| item.name().map(|name| (name, Place::from(item.span.clone()))));
        for (network, place) in named.chain(listed) {
            let (names, places) = members.entry(network).or_default();
            names.push(service.key.clone());
            places.push(service.place());
            places.push(place);
        }
    }
    for network in root.get("networks").map(Node::entries).unwrap_or_default() {
        members.entry(&network.key).or_default().1.insert(0, network.place());
        if let Some(internal) = network.value.entry("internal").filter(|entry| entry.value.as_bool() == Some(true)) {
            let places = [network.place(), internal.place()];
            facts.protects(ControlType::NetworkIsolation, &network.key, "internal network", &places);
        }
    }
    for (name, (members, places)) in members {
        let claim = BoundaryClaim { name: name.to_owned(), boundary_type: Some(BoundaryType::Network), members };
        facts.boundary(claim, &places);
    }
}
