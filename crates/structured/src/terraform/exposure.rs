//! Who can reach a resource: its own public switch, or the security groups it is in.

use cairn_model::{BoundaryClaim, BoundaryType, ComponentClaim, ControlType, Exposure};

use super::{File, Resource};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Who lets everyone in has no isolation at all, whatever way of isolating another source names.
const EVERYONE: &str = "";

/// Paths whose `true` means reachable from the internet.
const PUBLIC_WHEN_TRUE: &[&[&str]] = &[
    &["publicly_accessible"],
    &["public_network_access_enabled"],
    &["associate_public_ip_address"],
    &["vpc_config", "endpoint_public_access"],
    &["assign_public_ip"],
    &["network_configuration", "assign_public_ip"],
    &["settings", "ip_configuration", "ipv4_enabled"],
    &["allow_blob_public_access"],
    &["allow_nested_items_to_be_public"],
];
/// Paths whose `true` means reachable from inside only.
const INTERNAL_WHEN_TRUE: &[&[&str]] = &[&["internal"]];

/// Reads what the resource says of its reach.
pub(super) fn read(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    if resource.component.is_some() {
        for (paths, public) in [(PUBLIC_WHEN_TRUE, true), (INTERNAL_WHEN_TRUE, false)] {
            for entry in paths.iter().filter_map(|path| resource.body().entry_at(path)) {
                if let Some(on) = entry.value.as_bool() {
                    let exposure = if on == public { Exposure::Internet } else { Exposure::Internal };
                    expose(&resource.name, exposure, &resource.with([entry.place()]), facts);
                }
            }
        }
    }
    if let Some(acl) = resource.body().entry("acl")
        && acl.value.text().is_some_and(|acl| acl.starts_with("public-read"))
    {
        let bucket = resource.body().get("bucket").map(|value| file.references(value)).unwrap_or_default();
        let name = bucket.first().map_or(resource.name.as_str(), |bucket| bucket.name.as_str());
        expose(name, Exposure::Internet, &resource.with([acl.place()]), facts);
    }
    match resource.kind {
        "aws_security_group" => security_group(resource, file, facts),
        "aws_security_group_rule" | "aws_vpc_security_group_ingress_rule" => rule(resource, file, facts),
        "google_compute_firewall" => firewall(resource, facts),
        "google_sql_database_instance" => networks(resource, facts),
        "google_compute_instance" => {
            if let Some(entry) = resource.body().entry_at(&["network_interface", "access_config"]) {
                expose(&resource.name, Exposure::Internet, &resource.with([entry.place()]), facts);
            }
        }
        kind if kind.starts_with("azurerm_") && kind.ends_with("_firewall_rule") => addresses(resource, file, facts),
        "azurerm_network_security_rule" => azure_rule(resource, resource.body(), facts),
        "azurerm_network_security_group" => {
            for entry in resource.body().entries().iter().filter(|entry| entry.key == "security_rule") {
                azure_rule(resource, &entry.value, facts);
            }
        }
        _ => {}
    }
}

fn expose(name: &str, exposure: Exposure, places: &[Place], facts: &mut Facts<'_>) {
    let claim = ComponentClaim { name: name.to_owned(), exposure: Some(exposure), ..ComponentClaim::default() };
    facts.component(claim, places);
}

/// A security group is a wall around the resources in it; an ingress rule from everywhere is a hole.
fn security_group(group: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let members = members(group, file);
    let places = group.with(members.iter().map(|(_, entry)| entry.place()));
    let claim = BoundaryClaim {
        name: group.name.clone(),
        boundary_type: Some(BoundaryType::Network),
        members: members.iter().map(|(member, _)| member.name.clone()).collect(),
    };
    facts.boundary(claim, &places);
    for ingress in group.body().entries().iter().filter(|entry| entry.key == "ingress") {
        opening(group, &members, ingress.key_span.start, &ingress.value, &[], facts);
    }
}

fn members<'a, 'b>(group: &Resource<'_>, file: &'b File<'a>) -> Vec<(&'b Resource<'a>, &'a Entry)> {
    let keys = ["vpc_security_group_ids", "security_groups", "security_group_ids"];
    let users = file.users_of(group, &keys).into_iter();
    users.filter(|(user, _)| user.component.is_some()).collect()
}

fn rule(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let body = resource.body();
    let outward = body.text_of("type").is_some_and(|kind| kind == "egress");
    let group = body.get("security_group_id").map(|value| file.references(value)).unwrap_or_default();
    if let (false, Some(group)) = (outward, group.first()) {
        let members = members(group, file);
        opening(group, &members, resource.block.head.start, body, &[resource.head()], facts);
    }
}

/// Claims what a rule lets in from everywhere. Web ports on purpose; any other port is a missing wall too.
fn opening(
    group: &Resource<'_>,
    members: &[(&Resource<'_>, &Entry)],
    at: usize,
    rule: &Node,
    more: &[Place],
    facts: &mut Facts<'_>,
) {
    let sources = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6"];
    let everywhere = sources
        .iter()
        .filter_map(|key| rule.entry(key))
        .find(|entry| entry.value.texts().iter().any(|cidr| matches!(*cidr, "0.0.0.0/0" | "::/0")));
    let Some(everywhere) = everywhere else { return };
    let ports: Vec<&Entry> = ["from_port", "to_port"].iter().filter_map(|key| rule.entry(key)).collect();
    let numbers: Vec<&str> = ports.iter().filter_map(|entry| entry.value.text()).collect();
    let mut places = group.with(ports.iter().map(|entry| entry.place()));
    places.push(everywhere.place());
    places.extend_from_slice(more);
    for (member, entry) in members {
        let mut places = places.clone();
        places.push(member.head());
        places.push(entry.place());
        expose(&member.name, Exposure::Internet, &places, facts);
    }
    if numbers.is_empty() {
        facts.not_understood(at, "ports of a rule that lets everyone in");
    }
    if !numbers.iter().all(|port| matches!(*port, "80" | "443")) || numbers.is_empty() {
        if members.is_empty() {
            facts.lacks(ControlType::NetworkIsolation, &group.name, EVERYONE, &places);
        }
        for (member, _) in members {
            facts.lacks(ControlType::NetworkIsolation, &member.name, EVERYONE, &places);
        }
    }
}

/// Networks that may reach a Cloud SQL instance.
fn networks(resource: &Resource<'_>, facts: &mut Facts<'_>) {
    let Some(configuration) = resource.body().at(&["settings", "ip_configuration"]) else { return };
    for network in configuration.entries().iter().filter(|entry| entry.key == "authorized_networks") {
        let Some(value) = network.value.entry("value").filter(|entry| entry.value.text() == Some("0.0.0.0/0")) else {
            continue;
        };
        let places = resource.with([network.place(), value.place()]);
        facts.lacks(ControlType::NetworkIsolation, &resource.name, EVERYONE, &places);
    }
}

/// A range of addresses that a server lets in, where it is all of them.
fn addresses(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let ends = ["start_ip_address", "end_ip_address"].map(|key| resource.body().entry(key));
    let [Some(first), Some(last)] = ends else { return };
    if first.value.text() == Some("0.0.0.0") && last.value.text() == Some("255.255.255.255") {
        let server = resource.body().get("server_id").or_else(|| resource.body().get("server_name"));
        let server = server.map(|node| file.references(node)).unwrap_or_default();
        let name = server.first().map_or(resource.name.as_str(), |server| server.name.as_str());
        facts.lacks(ControlType::NetworkIsolation, name, EVERYONE, &resource.with([first.place(), last.place()]));
    }
}

fn firewall(resource: &Resource<'_>, facts: &mut Facts<'_>) {
    let Some(sources) = resource.body().entry("source_ranges") else { return };
    if sources.value.texts().contains(&"0.0.0.0/0") {
        let ports = resource.body().entry_at(&["allow", "ports"]);
        let web = ports.is_some_and(|entry| entry.value.texts().iter().all(|port| matches!(*port, "80" | "443")));
        let places = resource.with([sources.place()].into_iter().chain(ports.map(Entry::place)));
        if !web {
            facts.lacks(ControlType::NetworkIsolation, &resource.name, EVERYONE, &places);
        }
    }
}

fn azure_rule(resource: &Resource<'_>, rule: &Node, facts: &mut Facts<'_>) {
    let is = |key: &str, word: &str| rule.text_of(key).is_some_and(|text| text.eq_ignore_ascii_case(word));
    let Some(source) = rule.entry("source_address_prefix") else { return };
    let everywhere = matches!(source.value.text(), Some("*" | "0.0.0.0/0" | "Internet"));
    if !everywhere || !is("direction", "inbound") || !is("access", "allow") {
        return;
    }
    let port = rule.entry("destination_port_range");
    let web = port.and_then(|entry| entry.value.text()).is_some_and(|port| matches!(port, "80" | "443"));
    if !web {
        let places = resource.with([source.place()].into_iter().chain(port.map(Entry::place)));
        facts.lacks(ControlType::NetworkIsolation, &resource.name, EVERYONE, &places);
    }
}
