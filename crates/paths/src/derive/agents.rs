//! Content that travels, and what it does where words are followed (P-26).

use cairn_model::ComponentType;

use super::{Builder, Draft, fact};
use crate::capability::{Capability as C, Node};
use crate::gate::GateKind;
use crate::parts::Link;
use crate::rule::{Doubt, Rule};

pub(super) fn add(builder: &mut Builder<'_>) {
    for link in builder.parts.links.clone() {
        content(builder, &link);
    }
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts.into_iter().filter(|it| builder.parts.is(*it, ComponentType::AiAgent)).collect::<Vec<_>>() {
        steered(builder, node);
    }
}

/// Content goes along flows, and comes back from what is asked for content.
fn content<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { source, target, .. } = *link;
    carry(builder, link, source, target);
    if answers(builder, target) {
        carry(builder, link, target, source);
    }
}

fn carry<'a>(builder: &mut Builder<'a>, link: &Link<'a>, from: Node, to: Node) {
    if builder.parts.is(to, ComponentType::Actor) || builder.parts.is(to, ComponentType::External) {
        return;
    }
    let draft = Draft::new(Rule::Context, &[fact(C::Feed, from)], fact(C::Feed, to)).on(&link.flow.evidence);
    builder.add(draft.as_there(link.flow.status).unsure_unless(!link.flow.data.is_empty(), Doubt::Passes));
}

/// Whether the part is asked for content: stores, models and third parties.
fn answers(builder: &Builder<'_>, node: Node) -> bool {
    use ComponentType as T;
    matches!(
        builder.parts.nodes.component_type(node),
        Some(T::Datastore | T::Cache | T::Queue | T::External | T::AiModel)
    )
}

/// An agent acts on words as if they were orders, with its own rights, from where it stands.
fn steered(builder: &mut Builder<'_>, node: Node) {
    let Some(component) = builder.parts.nodes.component(node) else { return };
    let Some(gate) = builder.gate(GateKind::AgentFence, node, &[], None) else { return };
    let draft = Draft::new(Rule::Context, &[fact(C::Feed, node)], fact(C::Assume, node));
    builder.add(draft.on(&component.evidence).gated(gate));
    for link in builder.parts.out_of(node) {
        let as_agent = |to| {
            let draft = Draft::new(Rule::Context, &[fact(C::Assume, node)], to);
            draft.on(&link.flow.evidence).as_there(link.flow.status)
        };
        if builder.parts.is(link.target, ComponentType::Actor) {
            continue;
        }
        builder.add(as_agent(fact(C::Use, link.target)));
        if builder.parts.is_store(link.target) {
            let writes = link.writes || builder.parts.is(link.target, ComponentType::Queue);
            let draft = as_agent(fact(C::Write, link.target));
            builder.add(draft.unsure_unless(writes, Doubt::Writes));
        }
    }
}
