//! Data in parts: what is read and changed with them, keys, copies, and what is lost (P-05, P-06, P-11, P-21).

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, ComponentType, ElementId, Endpoint, Status};

use super::{Builder, Draft, fact, proof};
use crate::capability::{Capability as C, Fact, Node};
use crate::gate::GateKind;
use crate::nodes::Kind;
use crate::parts::{Link, Touch};
use crate::rule::{Doubt, Rule};

pub(super) fn add(builder: &mut Builder<'_>) {
    let with_keys: BTreeSet<Fact> =
        builder.steps.iter().map(|step| step.to).filter(|to| to.capability() == C::Decrypt).collect();
    let checks = checks(builder);
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts {
        let touched = builder.parts.touched(node);
        if builder.parts.is_store(node) {
            open_store(builder, node);
            for touch in &touched {
                kept(builder, node, touch, &with_keys);
            }
        } else {
            let check = checks.get(&node);
            for touch in &touched {
                worked_on(builder, node, touch, check);
            }
        }
    }
    for link in builder.parts.links.clone() {
        used_store(builder, &link);
        copied(builder, &link);
    }
}

/// What the paths of a part say of what they check, by part: an open one first.
fn checks<'a>(builder: &Builder<'a>) -> BTreeMap<Node, (bool, &'a [Citation], Vec<&'a ElementId>)> {
    let mut found: BTreeMap<Node, (bool, &[Citation], Vec<&ElementId>)> = BTreeMap::new();
    let mut endpoints: Vec<&Endpoint> =
        builder.parts.system.endpoints.iter().filter(|it| it.status != Status::Absent).collect();
    endpoints.sort_by(|one, other| one.id.cmp(&other.id));
    for endpoint in endpoints {
        let node = endpoint.component.as_ref().and_then(|id| builder.parts.nodes.by_id(id));
        let (Some(node), Some((closes, evidence))) = (node, proof(&endpoint.authorization)) else { continue };
        let entry = found.entry(node).or_insert((closes, evidence, Vec::new()));
        if entry.0 && !closes {
            (entry.0, entry.1) = (closes, evidence);
        }
        entry.2.push(&endpoint.id);
    }
    found
}

/// A store gives what it is asked for, and a broker takes what it is given.
fn open_store(builder: &mut Builder<'_>, node: Node) {
    builder.means(fact(C::Call, node), fact(C::Read, node));
    builder.means(fact(C::Call, node), fact(C::Write, node));
    builder.means(fact(C::Write, node), fact(C::Feed, node));
    if !builder.parts.is(node, ComponentType::Queue) {
        builder.means(fact(C::Use, node), fact(C::Read, node));
    }
}

/// Data that a store keeps. Where documents say who has the key, reading the store is not reading the data.
fn kept<'a>(builder: &mut Builder<'a>, node: Node, touch: &Touch<'a>, with_keys: &BTreeSet<Fact>) {
    let data = touch.data;
    let Kind::Data(element) = builder.parts.nodes.kind(data) else { return };
    let rule = match builder.parts.nodes.component_type(node) {
        Some(ComponentType::Queue) => Rule::QueueConsume,
        Some(ComponentType::Observability) => Rule::LogPivot,
        _ => Rule::Content,
    };
    let read = Draft::new(rule, &[fact(C::Read, node)], fact(C::Read, data)).on(touch.evidence);
    let keys = [fact(C::Decrypt, node), fact(C::Decrypt, data)];
    let keys: Vec<Fact> = keys.into_iter().filter(|key| with_keys.contains(key)).collect();
    if keys.is_empty() {
        builder.add(read);
    } else if let Some(gate) = builder.gate(GateKind::Keyed, node, &[&element.id], touch.encrypted) {
        builder.add(read.gated(gate));
        for key in keys {
            let draft = Draft::new(Rule::KeyUse, &[fact(C::Read, node), key], fact(C::Read, data));
            builder.add(draft.on(touch.evidence));
        }
    }
    builder.add(Draft::new(Rule::Content, &[fact(C::Write, node)], fact(C::Write, data)).on(touch.evidence));
    if let Some(gate) = builder.gate(GateKind::Recovery, node, &[&element.id], None) {
        for lost in [C::Write, C::Deny] {
            let draft = Draft::new(Rule::Content, &[fact(lost, node)], fact(C::Deny, data));
            builder.add(draft.on(touch.evidence).gated(gate));
        }
    }
}

/// Data that a part works on: had by whoever runs code in it, and by whoever it answers without a check.
fn worked_on<'a>(
    builder: &mut Builder<'a>,
    node: Node,
    touch: &Touch<'a>,
    check: Option<&(bool, &'a [Citation], Vec<&'a ElementId>)>,
) {
    let data = touch.data;
    let rule = if builder.parts.is(node, ComponentType::External) { Rule::Vendor } else { Rule::Content };
    for gained in [C::Read, C::Write] {
        let draft = Draft::new(rule, &[fact(C::Exec, node)], fact(gained, data));
        builder.add(draft.on(touch.evidence));
    }
    if builder.parts.is_outside(node) {
        return;
    }
    let Kind::Data(element) = builder.parts.nodes.kind(data) else { return };
    let attribute = check.map(|(closes, evidence, _)| (*closes, *evidence));
    let mut places = vec![&element.id];
    places.extend(check.into_iter().flat_map(|(.., endpoints)| endpoints.iter().copied()));
    let Some(gate) = builder.gate(GateKind::Authorization, node, &places, attribute) else { return };
    let open = attribute.filter(|(closes, _)| !closes).map(|(_, evidence)| evidence).unwrap_or_default();
    for gained in [C::Read, C::Write] {
        let draft = Draft::new(Rule::Content, &[fact(C::Call, node)], fact(gained, data));
        builder.add(draft.on(touch.evidence).on(open).gated(gate));
    }
}

/// Whoever acts as a part that uses a store changes what is in it, if the part does.
fn used_store<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { flow, source, target, .. } = *link;
    let is_queue = builder.parts.is(target, ComponentType::Queue);
    if builder.parts.is_store(target) {
        let takes = link.reads && !link.writes;
        let writes = link.writes || is_queue && !takes;
        let doubt = if takes { None } else { Some(Doubt::Writes).filter(|_| !writes) };
        if !takes {
            for needs in [vec![fact(C::Exec, source)], vec![fact(C::Assume, source), fact(C::Reach, target)]] {
                let draft = Draft::new(Rule::ExecIdentity, &needs, fact(C::Write, target)).on(&flow.evidence);
                builder.add(draft.as_there(flow.status).unsure_unless(doubt.is_none(), Doubt::Writes));
            }
        }
        if is_queue && takes {
            take(builder, source, target, link);
        }
    }
    if builder.parts.is(source, ComponentType::Queue) {
        take(builder, target, source, link);
    }
}

/// A consumer reads what passes through a queue.
fn take<'a>(builder: &mut Builder<'a>, consumer: Node, queue: Node, link: &Link<'a>) {
    let draft = Draft::new(Rule::ExecIdentity, &[fact(C::Exec, consumer)], fact(C::Read, queue));
    builder.add(draft.on(&link.flow.evidence).as_there(link.flow.status));
}

/// A copy gives what the original gives.
fn copied<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    for (copy, original) in [(link.target, link.source), (link.source, link.target)] {
        if !builder.parts.is_store(original) || !builder.parts.called(copy).backup {
            continue;
        }
        let Some(gate) = builder.gate(GateKind::Encryption, copy, &[], None) else { continue };
        let draft = Draft::new(Rule::Backup, &[fact(C::Read, copy)], fact(C::Read, original));
        builder.add(draft.on(&link.flow.evidence).gated(gate).as_there(link.flow.status));
    }
}
