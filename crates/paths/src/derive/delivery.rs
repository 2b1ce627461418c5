//! What runs because of what somebody else put there: messages, artifacts, pipelines, shared machines (P-12 to P-18, P-20).

use cairn_model::{BoundaryType, ComponentType, Status};

use super::{Builder, Draft, fact};
use crate::capability::{Capability as C, Node};
use crate::gate::GateKind;
use crate::nodes::Kind;
use crate::parts::Link;
use crate::rule::{Doubt, Rule};

pub(super) fn add(builder: &mut Builder<'_>) {
    for link in builder.parts.links.clone() {
        messages(builder, &link);
        artifacts(builder, &link);
        pipeline(builder, &link);
        dependence(builder, &link);
    }
    shared_process(builder);
}

/// Who takes from a queue acts on what somebody put there.
fn messages<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { flow, source, target, .. } = *link;
    let takes = link.reads && !link.writes;
    let (queue, consumer) = if builder.parts.is(source, ComponentType::Queue) {
        (source, target)
    } else if builder.parts.is(target, ComponentType::Queue) && takes {
        (target, source)
    } else {
        return;
    };
    if builder.parts.is_outside(consumer) {
        return;
    }
    if let Some(gate) = builder.gate(GateKind::MessageCheck, consumer, &[&flow.id], None) {
        let draft = Draft::new(Rule::QueuePublish, &[fact(C::Write, queue)], fact(C::Call, consumer));
        builder.add(draft.on(&flow.evidence).gated(gate).as_there(flow.status));
    }
    let draft = Draft::new(Rule::QueuePurge, &[fact(C::Deny, queue)], fact(C::Deny, consumer));
    builder.add(draft.on(&flow.evidence).unsure(Doubt::Depends));
}

/// Who loads what a store of artifacts holds runs it.
fn artifacts<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { flow, source, target, .. } = *link;
    for (store, loads) in [(target, source), (source, target)] {
        if !builder.parts.called(store).artifact || !runs(builder, loads) {
            continue;
        }
        let puts = store == target && link.writes && !link.reads;
        if puts || builder.parts.is(store, ComponentType::Actor) {
            continue;
        }
        let rule =
            if builder.parts.is(store, ComponentType::External) { Rule::Dependency } else { Rule::StorageAsCode };
        let Some(gate) = builder.gate(GateKind::Provenance, loads, &[&flow.id, builder_id(builder, store)], None)
        else {
            continue;
        };
        let draft = Draft::new(rule, &[fact(C::Write, store)], fact(C::Exec, loads)).on(&flow.evidence);
        builder.add(draft.gated(gate).as_there(flow.status));
        if builder.parts.is(store, ComponentType::External) {
            builder.means(fact(C::Exec, store), fact(C::Write, store));
        }
    }
}

fn builder_id<'a>(builder: &Builder<'a>, node: Node) -> &'a cairn_model::ElementId {
    &builder.parts.nodes.component(node).expect("only components are asked for").id
}

/// Whether the part runs code at all.
fn runs(builder: &Builder<'_>, node: Node) -> bool {
    use ComponentType as T;
    matches!(
        builder.parts.nodes.component_type(node),
        Some(T::Service | T::Gateway | T::Pipeline | T::Infrastructure | T::AiAgent | T::AiModel | T::Client)
    )
}

/// A pipeline runs what its repository says, and what it delivers runs what it built.
fn pipeline<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    let Link { flow, source, target, .. } = *link;
    for (runner, repository) in [(source, target), (target, source)] {
        let is_source = builder.parts.is(runner, ComponentType::Pipeline)
            && !builder.parts.is(repository, ComponentType::Pipeline)
            && builder.parts.called(repository).repository;
        if !is_source {
            continue;
        }
        let near = [&flow.id, builder_id(builder, repository)];
        let Some(gate) = builder.gate(GateKind::Approval, runner, &near, None) else { continue };
        let draft = Draft::new(Rule::Pipeline, &[fact(C::Write, repository)], fact(C::Exec, runner));
        builder.add(draft.on(&flow.evidence).gated(gate).as_there(flow.status));
        if builder.parts.is(repository, ComponentType::External) {
            builder.means(fact(C::Exec, repository), fact(C::Write, repository));
        }
    }
    if !builder.parts.is(source, ComponentType::Pipeline) {
        return;
    }
    if builder.parts.called(target).artifact {
        let draft = Draft::new(Rule::Pipeline, &[fact(C::Exec, source)], fact(C::Write, target));
        builder.add(draft.on(&flow.evidence).as_there(flow.status));
    } else if runs(builder, target) && !builder.parts.called(target).repository {
        let Some(gate) = builder.gate(GateKind::Approval, target, &[&flow.id], None) else { return };
        let delivers = link.deploys;
        let draft = Draft::new(Rule::Pipeline, &[fact(C::Exec, source)], fact(C::Exec, target)).on(&flow.evidence);
        let draft = draft.as_there(flow.status).unsure_unless(delivers, Doubt::Delivers);
        // Silence about who looks at a delivery leaves it as sure as the delivery is: a step is no less taken for that.
        builder.add(if delivers { draft } else { draft.gated(gate) });
    }
}

/// What needs keys stops without them.
fn dependence<'a>(builder: &mut Builder<'a>, link: &Link<'a>) {
    if builder.parts.is(link.target, ComponentType::SecretStore) && !builder.parts.is_outside(link.source) {
        for had in [C::Admin, C::Deny] {
            let draft = Draft::new(Rule::KeyAdministration, &[fact(had, link.target)], fact(C::Deny, link.source));
            builder.add(draft.on(&link.flow.evidence).unsure(Doubt::Depends));
        }
    }
}

/// Parts of one process or device have no wall between them but what documents tell of; who gets out of a part of a cluster is in
/// its machines.
fn shared_process(builder: &mut Builder<'_>) {
    let mut boundaries: Vec<_> = builder.parts.system.boundaries.iter().collect();
    boundaries.sort_by(|one, other| one.id.cmp(&other.id));
    for boundary in boundaries {
        let Some(node) = builder.parts.nodes.by_id(&boundary.id) else { continue };
        let kind = boundary.boundary_type.as_ref().map(|it| it.value);
        let is_shared = matches!(kind, Some(BoundaryType::Process | BoundaryType::Device));
        if !is_shared && kind != Some(BoundaryType::Cluster) {
            continue;
        }
        let members = boundary.members.iter().filter_map(|id| builder.parts.nodes.by_id(id)).collect::<Vec<_>>();
        for member in members {
            let Kind::Component(component) = builder.parts.nodes.kind(member) else { continue };
            if component.status == Status::Absent || builder.parts.is(member, ComponentType::Actor) {
                continue;
            }
            builder.add(
                Draft::new(Rule::RuntimeEscape, &[fact(C::Exec, node)], fact(C::Exec, member)).on(&boundary.evidence),
            );
            if is_shared && let Some(gate) = builder.gate(GateKind::ProcessIsolation, member, &[], None) {
                let draft = Draft::new(Rule::RuntimeEscape, &[fact(C::Exec, member)], fact(C::Exec, node));
                builder.add(draft.on(&boundary.evidence).gated(gate));
            }
        }
    }
}
