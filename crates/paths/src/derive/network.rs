//! Connections and requests: along flows, through gateways, within zones, and by requests that a part is made to send
//! (P-01, P-02, P-19, P-23).

use std::collections::BTreeMap;

use cairn_model::{Citation, ComponentType, Endpoint, Exposure, Status};

use super::{Builder, Draft, fact, proof};
use crate::capability::{Capability as C, Node};
use crate::gate::GateKind;
use crate::nodes::Kind;
use crate::parts::Link;
use crate::rule::Rule;
use crate::words;

pub(super) fn add(builder: &mut Builder<'_>) {
    let endpoints = endpoints(builder);
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts {
        builder.means(fact(C::Near, node), fact(C::Reach, node));
        if !builder.parts.is_store(node) {
            builder.means(fact(C::Use, node), fact(C::Call, node));
        }
        builder.means(fact(C::Call, node), fact(C::Feed, node));
        builder.means(fact(C::Exec, node), fact(C::Forge, node));
        call_openly(builder, node);
        for endpoint in endpoints.get(&node).into_iter().flatten() {
            call_endpoint(builder, node, endpoint);
        }
        lateral(builder, node);
    }
    for link in builder.parts.links.clone() {
        along(builder, &link);
    }
    nest(builder);
}

fn endpoints<'a>(builder: &Builder<'a>) -> BTreeMap<Node, Vec<&'a Endpoint>> {
    let mut found: BTreeMap<Node, Vec<&Endpoint>> = BTreeMap::new();
    let mut all: Vec<&Endpoint> =
        builder.parts.system.endpoints.iter().filter(|it| it.status != Status::Absent).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    for endpoint in all {
        if let Some(node) = endpoint.component.as_ref().and_then(|id| builder.parts.nodes.by_id(id)) {
            found.entry(node).or_default().push(endpoint);
        }
    }
    found
}

/// Whoever has a connection can send requests, unless the part finds out who calls.
fn call_openly(builder: &mut Builder<'_>, node: Node) {
    if builder.parts.is_outside(node) {
        return;
    }
    let incoming = builder.parts.links_into(node);
    let said = incoming.iter().filter_map(|link| proof(&link.flow.authentication)).min_by_key(|(closes, _)| *closes);
    let Some(gate) = builder.gate(GateKind::Authentication, node, &[], said) else { return };
    let Some(component) = builder.parts.nodes.component(node) else { return };
    let draft = Draft::new(Rule::OpenCall, &[fact(C::Reach, node)], fact(C::Call, node));
    let draft = draft.on(&component.evidence).on(open_evidence(said)).gated(gate);
    builder.add(draft.as_there(component.status));
}

fn open_evidence(said: Option<(bool, &[Citation])>) -> &[Citation] {
    said.filter(|(closes, _)| !closes).map(|(_, evidence)| evidence).unwrap_or_default()
}

/// A path that is said to be open is open whatever the part does elsewhere; one that takes events from outside has to check
/// them itself.
fn call_endpoint<'a>(builder: &mut Builder<'a>, node: Node, endpoint: &'a Endpoint) {
    let said = proof(&endpoint.authentication);
    let is_callback = ["webhook", "callback", "hook"].iter().any(|word| words::of(&endpoint.path).contains(*word));
    let (rule, kind) = match said {
        Some((false, _)) => (Rule::OpenCall, GateKind::OpenPath),
        None if is_callback => (Rule::Webhook, GateKind::Signature),
        _ => return,
    };
    let inside = endpoint.exposure.as_ref().is_some_and(|it| it.value == Exposure::Internal);
    let needs = if inside { C::Near } else { C::Reach };
    let Some(gate) = builder.gate(kind, node, &[&endpoint.id], said) else { return };
    let draft = Draft::new(rule, &[fact(needs, node)], fact(C::Call, node)).on(&endpoint.evidence).gated(gate);
    builder.add(draft.as_there(endpoint.status));
}

/// Whoever runs code in a part, or sends requests through it, has a foothold in the zones around it; from there every part of the
/// zone can be reached that nothing keeps apart.
fn lateral(builder: &mut Builder<'_>, node: Node) {
    if builder.parts.is(node, ComponentType::Actor) {
        return;
    }
    let zones: Vec<Node> = builder.parts.around(node).into_iter().filter(|it| builder.parts.is_zone(*it)).collect();
    let innermost = zones.first().copied();
    if let Some(zone) = innermost
        && let Kind::Boundary(boundary) = builder.parts.nodes.kind(zone)
    {
        for (rule, needs) in [(Rule::NetworkReach, C::Exec), (Rule::ForgedRequest, C::Forge)] {
            builder.add(Draft::new(rule, &[fact(needs, node)], fact(C::Near, zone)).on(&boundary.evidence));
        }
    }
    if builder.parts.is_outside(node) {
        return;
    }
    for zone in zones {
        let Kind::Boundary(boundary) = builder.parts.nodes.kind(zone) else { continue };
        if !boundary.members.iter().any(|it| it == builder.parts.nodes.id(node)) && Some(zone) != innermost {
            continue;
        }
        let Some(gate) = builder.gate(GateKind::NetworkIsolation, node, &[], None) else { continue };
        let draft = Draft::new(Rule::NetworkReach, &[fact(C::Near, zone)], fact(C::Near, node));
        builder.add(draft.on(&boundary.evidence).gated(gate));
    }
}

/// A foothold in an inner zone is one in the zones around it.
fn nest(builder: &mut Builder<'_>) {
    let zones: Vec<Node> =
        builder.parts.nodes.all().map(|(node, _)| node).filter(|it| builder.parts.is_zone(*it)).collect();
    for zone in zones {
        let outer = builder.parts.around(zone).into_iter().find(|it| builder.parts.is_zone(*it));
        let Some(outer) = outer else { continue };
        let Kind::Boundary(boundary) = builder.parts.nodes.kind(outer) else { continue };
        let draft = Draft::new(Rule::NetworkReach, &[fact(C::Near, zone)], fact(C::Near, outer));
        builder.add(draft.on(&boundary.evidence));
    }
}

fn along<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { flow, source, target, .. } = *link;
    let as_flow = |rule, needs: &[_], to| Draft::new(rule, needs, to).on(&flow.evidence).as_there(flow.status);
    if !builder.parts.is_outside(target) || builder.parts.is(target, ComponentType::External) {
        builder.add(as_flow(Rule::ForgedRequest, &[fact(C::Forge, source)], fact(C::Reach, target)));
        builder.add(as_flow(Rule::ExecIdentity, &[fact(C::Exec, source)], fact(C::Use, target)));
        let needs = [fact(C::Assume, source), fact(C::Reach, target)];
        builder.add(as_flow(Rule::ExecIdentity, &needs, fact(C::Use, target)));
    }
    if builder.parts.is(source, ComponentType::Gateway) {
        builder.add(as_flow(Rule::NetworkReach, &[fact(C::Call, source)], fact(C::Reach, target)));
        if !builder.parts.is_store(target) {
            builder.add(as_flow(Rule::NetworkReach, &[fact(C::Use, source)], fact(C::Use, target)));
        }
    }
}
