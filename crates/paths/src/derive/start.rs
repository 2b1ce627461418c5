//! Where the attackers of the profiles begin.

use cairn_model::{BoundaryType, Citation, Component, ComponentType, ElementId, Exposure, Status};

use super::{Builder, Draft, fact};
use crate::attacker::{Attackers, Gains, Start};
use crate::capability::{Capability as C, Node};
use crate::gate::GateKind;
use crate::graph::Beginning;
use crate::nodes::{Kind, SUPPLY};
use crate::rule::{Doubt, Rule};
use crate::words::{self, WORDS};

/// An element that a start is on: what says so, and whether it is certain.
struct Place<'a> {
    node: Node,
    evidence: Vec<&'a [Citation]>,
    doubt: Doubt,
}

pub(super) fn add(builder: &mut Builder<'_>, attackers: &Attackers) -> Vec<Beginning> {
    tenants(builder);
    let mut found = Vec::new();
    for (attacker, profile) in (0..).zip(attackers.profiles()) {
        for start in &profile.start {
            let steps = begin(builder, start);
            found.extend(steps.into_iter().map(|step| Beginning { attacker, step }));
        }
    }
    found
}

fn begin(builder: &mut Builder<'_>, start: &Start) -> Vec<u32> {
    let Some(capability) = start.gains.capability() else {
        return vec![builder.add(Draft::new(Rule::Meaning, &[], fact(C::Write, SUPPLY)))];
    };
    let named = start
        .on
        .iter()
        .filter_map(|it| builder.parts.nodes.by_written_id(it).or_else(|| builder.parts.nodes.by_name(it)));
    let all: Vec<(Node, Kind<'_>)> = if start.on.is_empty() {
        builder.parts.nodes.all().collect()
    } else {
        named.map(|node| (node, builder.parts.nodes.kind(node))).collect()
    };
    let mentions: words::List = start.mentions.iter().flat_map(|it| words::of(it)).collect();
    let mut steps = Vec::new();
    for (node, kind) in all {
        let Some(place) = place(builder, start, &mentions, node, kind) else { continue };
        // An account at a part that keeps things says nothing of what is in it.
        let is_entry = matches!(capability, C::Call | C::Use);
        let capability = if is_entry && builder.parts.is_store(node) { C::Reach } else { capability };
        let mut draft = Draft::new(Rule::Start, &[], fact(capability, place.node));
        for evidence in place.evidence {
            draft = draft.on(evidence);
        }
        if place.doubt != Doubt::None {
            draft = draft.unsure(place.doubt);
        }
        let by_network = matches!(start.gains, Gains::Reach | Gains::Call | Gains::Use | Gains::Feed);
        if by_network
            && start.exposure.contains(&Exposure::Internet)
            && let Some(gate) = builder.gate(GateKind::NetworkEntry, node, &[], None)
        {
            draft = draft.gated(gate);
        }
        if start.on.is_empty()
            && is_foothold(start.gains)
            && builder.parts.is(node, ComponentType::External)
            && let Some(component) = builder.parts.nodes.component(node)
        {
            // That a third party is in the wrong hands is what the profile supposes, and no document's word.
            let hostile = said_to_be_hostile(builder, component).map(|evidence| (false, evidence));
            if let Some(gate) = builder.gate(GateKind::Trustworthy, node, &[&component.id], hostile) {
                draft = draft.gated(gate);
            }
        }
        steps.push(builder.add(draft));
    }
    steps
}

/// Whether whoever has it has the part in hand, and not only speaks with it.
const fn is_foothold(gains: Gains) -> bool {
    matches!(gains, Gains::Exec | Gains::Read | Gains::Write | Gains::Assume | Gains::Hold)
}

/// What says that a third party is in the wrong hands, or is to be treated as if it were.
fn said_to_be_hostile<'a>(builder: &Builder<'a>, component: &'a Component) -> Option<&'a [Citation]> {
    let says = |text: &str| words::has(text, &WORDS.trust.hostile) && !words::has(text, &WORDS.trust.denial);
    let is_about = |about: &[ElementId]| about.contains(&component.id);
    let incidents = builder.parts.system.incidents.iter();
    let incidents = incidents.filter(|it| is_about(&it.about) && says(&it.statement)).map(|it| it.evidence.as_slice());
    let assumptions = builder.parts.system.assumptions.iter().filter(|it| it.status != Status::Absent);
    let assumptions =
        assumptions.filter(|it| is_about(&it.about) && says(&it.statement)).map(|it| it.evidence.as_slice());
    let own = component.evidence.iter().position(|citation| says(&citation.quote));
    let own = own.and_then(|at| component.evidence.get(at..=at));
    own.into_iter().chain(incidents).chain(assumptions).min()
}

/// Whether the element is one that the start means. All that the start says must hold.
fn place<'a>(
    builder: &Builder<'a>,
    start: &Start,
    mentions: &words::List,
    node: Node,
    kind: Kind<'a>,
) -> Option<Place<'a>> {
    if !start.on.is_empty() {
        let evidence = match kind {
            Kind::Component(it) => it.evidence.as_slice(),
            Kind::Data(it) => &it.evidence,
            Kind::Boundary(it) => &it.evidence,
            Kind::Supply | Kind::Everything | Kind::Principal => &[],
        };
        return Some(Place { node, evidence: vec![evidence], doubt: Doubt::None });
    }
    let Kind::Component(component) = kind else { return None };
    let mut place = Place { node, evidence: Vec::new(), doubt: Doubt::None };
    if !start.component_type.is_empty() {
        let stated = component.component_type.as_ref().filter(|it| start.component_type.contains(&it.value))?;
        place.evidence.push(&stated.evidence);
    }
    if !start.mentions.is_empty() {
        builder.parts.is_called(node, mentions).then_some(())?;
        place.evidence.push(&component.evidence);
    }
    if !start.exposure.is_empty() {
        exposed(builder, start, component, &mut place)?;
    }
    if start.tenants {
        place.evidence.push(shared_by_tenants(builder, node, component)?);
    }
    Some(place)
}

/// Whether documents put the part where the start says. Where they do not say, a part that somebody from there talks to may be.
fn exposed<'a>(builder: &Builder<'a>, start: &Start, component: &'a Component, place: &mut Place<'a>) -> Option<()> {
    if let Some(stated) = &component.exposure {
        start.exposure.contains(&stated.value).then_some(())?;
        place.evidence.push(&stated.evidence);
        return Some(());
    }
    if builder.parts.is_outside(place.node) {
        return None;
    }
    let callers: &[ComponentType] = match start.exposure.first()? {
        Exposure::Internet => &[ComponentType::Actor, ComponentType::Client],
        Exposure::Partner => &[ComponentType::External],
        Exposure::Internal => &[],
    };
    let mut calls = builder.parts.links_into(place.node).into_iter();
    let link = calls.find(|link| callers.iter().any(|it| builder.parts.is(link.source, *it)))?;
    place.evidence.push(&link.flow.evidence);
    place.doubt = Doubt::Exposure;
    Some(())
}

/// What says that several tenants share the part: a boundary between tenants, a control that is said to separate them or not to.
fn shared_by_tenants<'a>(builder: &Builder<'a>, node: Node, component: &'a Component) -> Option<&'a [Citation]> {
    let boundary = builder.parts.around(node).into_iter().find_map(|it| match builder.parts.nodes.kind(it) {
        Kind::Boundary(boundary) => {
            let stated = boundary.boundary_type.as_ref().filter(|it| it.value == BoundaryType::Tenant)?;
            Some(stated.evidence.as_slice())
        }
        _ => None,
    });
    let control = || builder.parts.separated.get(&component.id).map(|it| it.evidence.as_slice());
    boundary.or_else(control)
}

/// A tenant gets at what belongs to another where nothing keeps them apart.
fn tenants(builder: &mut Builder<'_>) {
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts {
        for touch in builder.parts.touched(node) {
            let Kind::Data(data) = builder.parts.nodes.kind(touch.data) else { continue };
            let Some(gate) = builder.gate(GateKind::TenantIsolation, node, &[&data.id], None) else { continue };
            for gained in [C::Read, C::Write] {
                let draft = Draft::new(Rule::TenantHop, &[fact(C::Tenant, node)], fact(gained, touch.data));
                builder.add(draft.on(touch.evidence).gated(gate));
            }
        }
    }
}
