//! Who is who: what running code and governing a part means, secrets that open something, sessions, identity providers, people
//! (P-03, P-05, P-08, P-09, P-10, P-24, P-27).

use std::collections::BTreeMap;

use cairn_model::{Citation, Classification, ComponentType, Data, NormalName, name_words};

use super::{Builder, Draft, fact, proof};
use crate::capability::{Capability as C, Node};
use crate::gate::GateKind;
use crate::nodes::Kind;
use crate::rule::{Doubt, Rule};
use crate::words::{self, WORDS};

pub(super) fn add(builder: &mut Builder<'_>) {
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts {
        govern(builder, node);
        if builder.parts.is(node, ComponentType::IdentityProvider) {
            issue(builder, node);
        }
        if builder.parts.is(node, ComponentType::Actor) {
            deceive(builder, node);
        }
    }
    let proofs = named_proofs(builder);
    let secrets: Vec<(Node, &Data)> = builder.parts.nodes.data().collect();
    for (node, data) in secrets {
        secret(builder, node, data, &proofs);
    }
}

/// What code in a part, and power over it, amount to.
fn govern(builder: &mut Builder<'_>, node: Node) {
    builder.means(fact(C::Exec, node), fact(C::Assume, node));
    builder.means(fact(C::Exec, node), fact(C::Deny, node));
    builder.means(fact(C::Admin, node), fact(C::Deny, node));
    builder.means(fact(C::Admin, node), fact(C::Use, node));
    if builder.parts.is_store(node) {
        for had in [C::Exec, C::Admin] {
            builder.means(fact(had, node), fact(C::Read, node));
            builder.means(fact(had, node), fact(C::Write, node));
        }
    } else if !builder.parts.is_outside(node) {
        builder.means(fact(C::Admin, node), fact(C::Exec, node));
    }
}

/// Whoever issues identities is believed by all who rely on the issuer.
fn issue(builder: &mut Builder<'_>, node: Node) {
    builder.means(fact(C::Exec, node), fact(C::Issue, node));
    builder.means(fact(C::Admin, node), fact(C::Issue, node));
    let Some(component) = builder.parts.nodes.component(node) else { return };
    let draft = Draft::new(Rule::IdentityWrite, &[fact(C::Write, node)], fact(C::Issue, node));
    builder.add(draft.on(&component.evidence));
    let mut relying: BTreeMap<Node, &[Citation]> = BTreeMap::new();
    for link in builder.parts.out_of(node).into_iter().chain(builder.parts.links_into(node)) {
        let other = if link.source == node { link.target } else { link.source };
        relying.entry(other).or_insert(&link.flow.evidence);
    }
    for (other, evidence) in relying {
        let issued = fact(C::Issue, node);
        let gained = match builder.parts.nodes.component_type(other) {
            Some(ComponentType::Actor) => C::Assume,
            Some(ComponentType::IdentityProvider) => C::Issue,
            _ => C::Use,
        };
        builder.add(Draft::new(Rule::Federation, &[issued], fact(gained, other)).on(evidence));
        let users =
            builder.parts.links_into(other).into_iter().filter(|it| builder.parts.is(it.source, ComponentType::Actor));
        for user in users.collect::<Vec<_>>() {
            let draft = Draft::new(Rule::Federation, &[issued], fact(C::Assume, user.source));
            builder.add(draft.on(evidence).on(&user.flow.evidence));
        }
    }
}

/// People give away what they know, and their clients what they were given.
fn deceive(builder: &mut Builder<'_>, node: Node) {
    for link in builder.parts.out_of(node) {
        if builder.parts.is(link.target, ComponentType::Client) {
            let Some(gate) = builder.gate(GateKind::SecondFactor, link.target, &[&link.flow.id], None) else {
                continue;
            };
            let draft = Draft::new(Rule::TokenTheft, &[fact(C::Exec, link.target)], fact(C::Assume, node));
            builder.add(draft.on(&link.flow.evidence).gated(gate));
        }
        let said = link.flow.authentication.as_ref();
        let Some(said) = said.filter(|it| words::has(&it.value, &WORDS.mechanisms.password)) else { continue };
        let resists = words::has(&said.value, &WORDS.mechanisms.phishing_resistant);
        let attribute = resists.then_some((true, said.evidence.as_slice()));
        let Some(gate) = builder.gate(GateKind::PhishingResistant, node, &[&link.flow.id], attribute) else { continue };
        let draft = Draft::new(Rule::Phishing, &[fact(C::Feed, node)], fact(C::Assume, node));
        builder.add(draft.on(&said.evidence).gated(gate));
    }
}

/// Parts by the words with which documents name their proof of identity.
fn named_proofs<'a>(builder: &Builder<'a>) -> BTreeMap<NormalName, Vec<(Node, &'a [Citation])>> {
    let mut found: BTreeMap<NormalName, Vec<(Node, &[Citation])>> = BTreeMap::new();
    for link in &builder.parts.links {
        if let (Some(stated), Some((true, evidence))) = (&link.flow.authentication, proof(&link.flow.authentication)) {
            found.entry(NormalName::of(&stated.value)).or_default().push((link.target, evidence));
        }
    }
    let mut endpoints: Vec<_> = builder.parts.system.endpoints.iter().collect();
    endpoints.sort_by(|one, other| one.id.cmp(&other.id));
    for endpoint in endpoints {
        let node = endpoint.component.as_ref().and_then(|id| builder.parts.nodes.by_id(id));
        if let (Some(node), Some(stated)) = (node, &endpoint.authentication) {
            found.entry(NormalName::of(&stated.value)).or_default().push((node, &stated.evidence));
        }
    }
    found
}

/// Data that is a secret is held by whoever reads it, and opens what its name says or what asks for it by that name.
fn secret<'a>(
    builder: &mut Builder<'a>,
    node: Node,
    data: &'a Data,
    proofs: &BTreeMap<NormalName, Vec<(Node, &'a [Citation])>>,
) {
    let Some(class) = &data.classification else { return };
    if !matches!(class.value, Classification::Credential | Classification::Secret) {
        return;
    }
    let held = fact(C::Hold, node);
    builder.add(Draft::new(Rule::SecretInStore, &[fact(C::Read, node)], held).on(&class.evidence));
    for (target, evidence) in proofs.get(&NormalName::of(&data.name)).into_iter().flatten() {
        let needs = [held, fact(C::Reach, *target)];
        builder.add(Draft::new(Rule::CredentialCall, &needs, fact(C::Use, *target)).on(evidence).on(&data.evidence));
    }
    let is_key = name_words(&data.name).iter().any(|word| word == "key");
    for other in named_in(builder, &data.name) {
        if other == node {
            continue;
        }
        let (needs, to) = match builder.parts.nodes.kind(other) {
            Kind::Data(_) if is_key => (vec![held], fact(C::Decrypt, other)),
            Kind::Component(_) if is_key && builder.parts.is_store(other) => (vec![held], fact(C::Decrypt, other)),
            Kind::Component(_) if builder.parts.is(other, ComponentType::Actor) => (vec![held], fact(C::Assume, other)),
            Kind::Component(_) => (vec![held, fact(C::Reach, other)], fact(C::Use, other)),
            Kind::Principal => (vec![held], fact(C::Assume, other)),
            _ => continue,
        };
        let mut draft = Draft::new(Rule::CredentialCall, &needs, to).on(&data.evidence);
        if builder.parts.is(other, ComponentType::Actor) {
            let Some(gate) = builder.gate(GateKind::SecondFactor, other, &[], None) else { continue };
            draft = draft.gated(gate);
        }
        builder.add(draft.unsure_unless(!data.evidence.is_empty(), Doubt::NotThere));
    }
}

/// Elements whose whole name stands in a longer name: `Ledger` in `Ledger password`.
fn named_in(builder: &Builder<'_>, name: &str) -> Vec<Node> {
    let words = name_words(name);
    let mut found = Vec::new();
    for from in 0..words.len() {
        for to in from + 1..=words.len() {
            let part = words.get(from..to).unwrap_or_default();
            if part.len() < words.len() {
                found.extend(builder.parts.nodes.by_name(&part.join(" ")));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
