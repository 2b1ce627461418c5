//! Threat models of Threagile: technical assets as components, links as flows, data assets with what handles them, trust
//! boundaries as walls, and tracked risks that were accepted.
//!
//! Threagile's words for confidentiality and integrity become the nearest class of data; where its file says nothing, nothing is
//! said. What it means by an asset's `encryption: none` is a statement, since its author had to choose.

use std::collections::BTreeMap;

use cairn_model::{
    AcceptedRiskClaim, BoundaryClaim, BoundaryType, Classification, ComponentClaim, ComponentType, ControlType,
    DataClaim, Document, Exposure, FlowClaim, Handling,
};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Forest, Node};

/// Whether the tree is such a model.
pub(crate) fn is(root: &Node) -> bool {
    root.get("technical_assets").is_some()
        && (root.get("threagile_version").is_some() || root.get("data_assets").is_some())
}

/// Reads the model.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/threagile/1", forest);
    for root in forest.trees.iter().filter(|root| is(root)) {
        let model = Model::of(root);
        model.assets.values().for_each(|asset| component(&model, asset, &mut facts));
        model.data.values().for_each(|data| classification(data, &mut facts));
        for entry in entries(root, "trust_boundaries") {
            boundary(&model, entry, &mut facts);
        }
        for entry in entries(root, "risk_tracking") {
            tracked(&model, entry, &mut facts);
        }
    }
    facts.finish()
}

/// Assets by id, which is how the file refers to them.
struct Model<'a> {
    assets: BTreeMap<&'a str, &'a Entry>,
    data: BTreeMap<&'a str, &'a Entry>,
    boundaries: BTreeMap<&'a str, &'a Entry>,
}

impl<'a> Model<'a> {
    fn of(root: &'a Node) -> Self {
        let by_id = |key| {
            let with_id = |entry: &'a Entry| Some((entry.value.text_of("id")?, entry));
            entries(root, key).iter().filter_map(with_id).collect()
        };
        Self { assets: by_id("technical_assets"), data: by_id("data_assets"), boundaries: by_id("trust_boundaries") }
    }

    fn names(of: &BTreeMap<&str, &Entry>, list: Option<&Node>) -> Vec<String> {
        let ids = list.map(Node::texts).unwrap_or_default();
        ids.into_iter().filter_map(|id| of.get(id)).map(|entry| entry.key.clone()).collect()
    }
}

fn entries<'a>(node: &'a Node, key: &str) -> &'a [Entry] {
    node.get(key).map(Node::entries).unwrap_or_default()
}

fn with(entry: &Entry, keys: &[&str]) -> Vec<Place> {
    let fields = keys.iter().filter_map(|key| entry.value.entry(key)).map(Entry::place);
    std::iter::once(entry.place()).chain(fields).collect()
}

fn component(model: &Model<'_>, asset: &Entry, facts: &mut Facts<'_>) {
    let node = &asset.value;
    let technology = node.text_of("technology").or_else(|| node.get("technologies")?.texts().first().copied());
    let claim = ComponentClaim {
        name: asset.key.clone(),
        component_type: component_type(node.text_of("type"), technology, node.text_of("used_as_client_by_human")),
        technology: technology.map(str::to_owned),
        exposure: (node.text_of("internet") == Some("true")).then_some(Exposure::Internet),
        owner: node.text_of("owner").map(str::to_owned),
        aliases: node.text_of("id").map(str::to_owned).into_iter().collect(),
    };
    facts.component(claim, &with(asset, &["id", "type", "technology", "technologies", "internet", "owner"]));
    handled(model, asset, facts);
    for link in entries(node, "communication_links") {
        flow(model, asset, link, facts);
    }
}

fn component_type(kind: Option<&str>, technology: Option<&str>, human: Option<&str>) -> Option<ComponentType> {
    use ComponentType as T;
    let by_technology = match technology.unwrap_or_default() {
        "browser" | "desktop" | "mobile-app" | "devops-client" | "cli" => Some(T::Client),
        "load-balancer" | "reverse-proxy" | "waf" | "gateway" | "service-mesh" => Some(T::Gateway),
        "identity-provider" | "identity-store-ldap" | "identity-store-database" => Some(T::IdentityProvider),
        "vault" | "hsm" => Some(T::SecretStore),
        "message-queue" | "stream-processing" | "event-listener" => Some(T::Queue),
        "build-pipeline" | "batch-processing" => Some(T::Pipeline),
        "container-platform" | "mainframe" => Some(T::Infrastructure),
        "monitoring" | "ids" | "ips" => Some(T::Observability),
        "ai" => Some(T::AiModel),
        _ => None,
    };
    let by_kind = match kind {
        Some("external-entity") if human == Some("true") => Some(T::Client),
        Some("external-entity") => Some(T::External),
        Some("datastore") => Some(T::Datastore),
        Some("process") => Some(T::Service),
        _ => None,
    };
    by_technology.or(by_kind)
}

/// What the asset does with data, and whether what it stores is encrypted.
fn handled(model: &Model<'_>, asset: &Entry, facts: &mut Facts<'_>) {
    let node = &asset.value;
    let encrypted = node.text_of("encryption").map(|how| how != "none");
    for (key, handling) in [("data_assets_processed", Handling::Processes), ("data_assets_stored", Handling::Stores)] {
        let Some(list) = node.entry(key) else { continue };
        for name in Model::names(&model.data, Some(&list.value)) {
            let claim = DataClaim {
                name,
                component: Some(asset.key.clone()),
                handling: vec![handling],
                encrypted_at_rest: encrypted.filter(|_| handling == Handling::Stores),
                ..DataClaim::default()
            };
            let mut places = with(asset, &["encryption"]);
            places.push(list.whole());
            facts.data(claim, &places);
        }
    }
}

fn flow(model: &Model<'_>, asset: &Entry, link: &Entry, facts: &mut Facts<'_>) {
    let node = &link.value;
    let Some(target) = node.text_of("target").and_then(|id| model.assets.get(id)) else { return };
    let protocol = node.text_of("protocol");
    let mut data = Model::names(&model.data, node.get("data_assets_sent"));
    data.extend(Model::names(&model.data, node.get("data_assets_received")));
    data.sort();
    data.dedup();
    let claim = FlowClaim {
        source: asset.key.clone(),
        target: target.key.clone(),
        protocol: protocol.map(str::to_owned),
        data,
        authentication: node.text_of("authentication").map(str::to_owned),
        encryption: encryption(protocol, node.text_of("vpn")),
        mode: None,
    };
    let mut places = vec![asset.key_place()];
    places.extend(with(link, &["target", "protocol", "authentication", "vpn"]));
    places.extend(
        ["data_assets_sent", "data_assets_received"].iter().filter_map(|key| node.entry(key)).map(Entry::whole),
    );
    facts.flow(claim, &places);
    if node.text_of("ip_filtered") == Some("true") {
        facts.protects(ControlType::NetworkIsolation, &target.key, "IP filter", &with(link, &["ip_filtered"]));
    }
}

/// Threagile's protocols say by their names whether they are encrypted.
fn encryption(protocol: Option<&str>, vpn: Option<&str>) -> Option<String> {
    const ENCRYPTED: [&str; 11] =
        ["https", "wss", "ssh", "ssh-tunnel", "sftp", "scp", "ftps", "ldaps", "smb-encrypted", "mqtts", "nrpe"];
    const LOCAL: [&str; 5] =
        ["in-process-library-call", "inter-process-communication", "local-file-access", "container-spawning", ""];
    let protocol = protocol?;
    if vpn == Some("true") {
        return Some("VPN".to_owned());
    }
    match protocol {
        protocol if protocol.ends_with("-encrypted") || ENCRYPTED.contains(&protocol) => Some(protocol.to_owned()),
        protocol if LOCAL.contains(&protocol) || protocol.starts_with("unknown") => None,
        _ => Some("none".to_owned()),
    }
}

fn classification(data: &Entry, facts: &mut Facts<'_>) {
    let class = match data.value.text_of("confidentiality") {
        Some("public") => Classification::Public,
        Some("internal" | "restricted") => Classification::Internal,
        Some("confidential" | "strictly-confidential") => Classification::Confidential,
        _ => return,
    };
    let claim = DataClaim { name: data.key.clone(), classification: Some(class), ..DataClaim::default() };
    facts.data(claim, &with(data, &["confidentiality"]));
}

fn boundary(model: &Model<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    let node = &entry.value;
    let kind = match node.text_of("type") {
        Some("network-cloud-provider") => Some(BoundaryType::Account),
        Some("execution-environment") => Some(BoundaryType::Process),
        Some("network-policy-namespace-isolation") => Some(BoundaryType::Cluster),
        Some(other) if other.starts_with("network-") => Some(BoundaryType::Network),
        _ => None,
    };
    let mut members = Model::names(&model.assets, node.get("technical_assets_inside"));
    members.extend(Model::names(&model.boundaries, node.get("trust_boundaries_nested")));
    let mut places = with(entry, &["type"]);
    let lists = ["technical_assets_inside", "trust_boundaries_nested"].iter().filter_map(|key| node.entry(key));
    places.extend(lists.map(Entry::whole));
    facts.boundary(BoundaryClaim { name: entry.key.clone(), boundary_type: kind, members }, &places);
}

/// Risks that were accepted. That one was mitigated does not say by what, and is no statement about a control.
fn tracked(model: &Model<'_>, entry: &Entry, facts: &mut Facts<'_>) {
    let node = &entry.value;
    if node.text_of("status") != Some("accepted") {
        return;
    }
    let parts: Vec<&str> = entry.key.split('@').collect();
    let about = parts.iter().skip(1).filter_map(|id| model.assets.get(id)).map(|asset| asset.key.clone()).collect();
    let claim = AcceptedRiskClaim {
        statement: format!("{} is accepted", parts.first().copied().unwrap_or_default().replace('-', " ")),
        about,
        owner: node.text_of("checked_by").map(str::to_owned),
        accepted_on: node.text_of("date").map(str::to_owned),
        rationale: node.text_of("justification").map(str::to_owned),
        expires_on: None,
    };
    facts.accepted_risk(claim, &with(entry, &["status", "justification", "date", "checked_by"]));
}
