//! Threats as steps: a weakness that the rules found gives what its kind of weakness gives (P-04, and what stands in
//! `config/paths/effects.toml`).

use std::collections::BTreeMap;

use cairn_model::{Citation, ComponentType, ElementId, Premise, PremiseRole, RulingKind, Threat, ThreatStatus, Truth};

use super::{Builder, Draft, fact};
use crate::capability::{Capability as C, Fact, Grade, Node};
use crate::effects::{EFFECTS, Gained, Needs};
use crate::nodes::SUPPLY;
use crate::parts::Parts;
use crate::rule::Rule;

/// Passages of a threat that its step shows.
const PREMISES_MAX: usize = 3;

/// Whether an attacker could make anything of the threat if nothing answered it.
pub(crate) fn is_useful(threat: &Threat) -> bool {
    EFFECTS.of_threat(threat).is_some() && sureness(threat).is_some()
}

/// Steps for every threat that is of use to somebody. How sure each is, is the trial's: what answers a threat may fail.
pub(super) fn add<'a>(builder: &mut Builder<'a>, threats: &'a [Threat]) {
    for draft in drafts(&builder.parts, (0..).zip(threats)) {
        builder.add(draft);
    }
}

/// The same as drafts, in order of the threats' ids; each threat comes with the number that it is known by.
pub(super) fn drafts<'t>(parts: &Parts<'_>, threats: impl Iterator<Item = (u32, &'t Threat)>) -> Vec<Draft<'t>> {
    let mut numbered: Vec<(u32, &Threat)> = threats.collect();
    numbered.sort_by(|one, other| one.1.id.cmp(&other.1.id));
    let places = Places::of(parts);
    let mut drafts = Vec::new();
    for (at, threat) in numbered {
        let Some(effect) = EFFECTS.of_threat(threat) else { continue };
        let Some(place) = places.find(&threat.subject) else { continue };
        for (needs, to) in effect.gains.iter().flat_map(|gained| ends(parts, effect.needs, *gained, &place)) {
            let mut draft = Draft::new(rule(effect.needs, to), &[needs], to).by_threat(at);
            for evidence in passages(threat).take(PREMISES_MAX) {
                draft = draft.on(evidence);
            }
            drafts.push(draft);
        }
    }
    drafts
}

/// Where a threat is: the part that must be had, and the part that is gained. They differ for a flow.
struct Place {
    at: Node,
    end: Node,
    data: Vec<Node>,
}

/// Parts by the elements that threats are about.
struct Places<'p, 'a> {
    parts: &'p Parts<'a>,
    endpoints: BTreeMap<&'a ElementId, Node>,
    holders: BTreeMap<&'a ElementId, Node>,
}

impl<'p, 'a> Places<'p, 'a> {
    fn of(parts: &'p Parts<'a>) -> Self {
        let endpoints = parts.system.endpoints.iter();
        let holders = parts.system.permissions.iter();
        Self {
            parts,
            endpoints: endpoints.filter_map(|it| Some((&it.id, parts.nodes.by_id(it.component.as_ref()?)?))).collect(),
            holders: holders.filter_map(|it| Some((&it.id, parts.nodes.by_name(&it.principal)?))).collect(),
        }
    }

    fn find(&self, subject: &ElementId) -> Option<Place> {
        let by_id = |id: &ElementId| self.parts.nodes.by_id(id);
        if let Some(link) = self.parts.link(subject) {
            let data = link.flow.data.iter().filter_map(by_id).collect();
            return Some(Place { at: link.source, end: link.target, data });
        }
        let node = self.endpoints.get(subject).or_else(|| self.holders.get(subject)).copied();
        let node = node.or_else(|| by_id(subject))?;
        self.parts.nodes.component(node)?;
        Some(Place { at: node, end: node, data: Vec::new() })
    }
}

/// What the step needs and what it gives, for one gain.
fn ends(parts: &Parts<'_>, needs: Needs, gained: Gained, place: &Place) -> Vec<(Fact, Fact)> {
    let at = match gained {
        Gained::Call | Gained::Deny => place.end,
        _ => place.at,
    };
    let had = match needs {
        Needs::Reach => fact(C::Reach, at),
        Needs::Call => fact(C::Call, at),
        Needs::Feed => fact(C::Feed, at),
        Needs::Near => fact(C::Near, at),
        Needs::Exec => fact(C::Exec, at),
        Needs::Forge => fact(C::Forge, at),
        Needs::Supply => fact(C::Write, SUPPLY),
    };
    let one = |capability, node| vec![(had, fact(capability, node))];
    match gained {
        Gained::Call => one(C::Call, place.end),
        Gained::Exec => one(C::Exec, place.end),
        Gained::Read => one(C::Read, place.end).into_iter().chain(read_with(parts, had, place)).collect(),
        Gained::Write => one(C::Write, place.end).into_iter().chain(written_with(parts, had, place)).collect(),
        Gained::Deny => one(C::Deny, place.end),
        Gained::Forge => one(C::Forge, place.at),
        Gained::Assume => one(C::Assume, place.at),
        Gained::Script => {
            let clients = parts.links_into(place.at).into_iter().map(|link| link.source);
            let clients = clients.filter(|it| parts.is(*it, ComponentType::Client));
            clients.map(|client| (had, fact(C::Exec, client))).collect()
        }
        Gained::Escape => {
            let host = parts.around(place.at).into_iter().find(|it| parts.is_zone(*it));
            host.map(|host| (had, fact(C::Exec, host))).into_iter().collect()
        }
        Gained::Overhear => {
            let zones = [place.at, place.end].into_iter().flat_map(|it| parts.around(it));
            let zones: Vec<Node> = zones.filter(|it| parts.is_zone(*it)).collect();
            let heard =
                |zone: &Node| place.data.iter().map(|data| (fact(C::Near, *zone), fact(C::Read, *data))).collect();
            zones.iter().flat_map(|zone| -> Vec<_> { heard(zone) }).collect()
        }
    }
}

/// A part that keeps nothing itself gives the data that it works on.
fn read_with(parts: &Parts<'_>, had: Fact, place: &Place) -> Vec<(Fact, Fact)> {
    with(parts, had, place, C::Read)
}

fn written_with(parts: &Parts<'_>, had: Fact, place: &Place) -> Vec<(Fact, Fact)> {
    with(parts, had, place, C::Write)
}

fn with(parts: &Parts<'_>, had: Fact, place: &Place, gained: C) -> Vec<(Fact, Fact)> {
    if parts.is_store(place.end) {
        return Vec::new();
    }
    parts.touched(place.end).iter().map(|touch| (had, fact(gained, touch.data))).collect()
}

fn rule(needs: Needs, to: Fact) -> Rule {
    match (needs, to.capability()) {
        (Needs::Supply, _) => Rule::Dependency,
        (Needs::Forge, _) => Rule::ForgedRequest,
        (Needs::Exec, _) => Rule::RuntimeEscape,
        (Needs::Feed, _) => Rule::Context,
        _ => Rule::Weakness,
    }
}

/// How sure the weakness is; `None` where a control answers it.
pub(crate) fn sureness(threat: &Threat) -> Option<Grade> {
    let is_decided = threat.ruling.as_ref().is_some_and(|it| it.in_force && it.kind == RulingKind::Mitigated);
    match threat.status {
        ThreatStatus::Mitigated => None,
        // A person's word that it is answered is no control, and is not nothing either.
        _ if is_decided => Some(Grade::Assumed),
        ThreatStatus::Open | ThreatStatus::AcceptanceExpired | ThreatStatus::Accepted | ThreatStatus::Planned => {
            let is_cited = passages(threat).next().is_some();
            Some(if is_cited { Grade::Stated } else { Grade::Unknown })
        }
        ThreatStatus::Assumed => Some(Grade::Assumed),
        ThreatStatus::Disputed | ThreatStatus::Unverified => Some(Grade::Unknown),
    }
}

/// The passages that make the threat one: of its condition, and of controls that are not there.
fn passages(threat: &Threat) -> impl Iterator<Item = &[Citation]> {
    let tells = |premise: &&Premise| {
        premise.truth == Truth::True && matches!(premise.role, PremiseRole::Condition | PremiseRole::Control)
    };
    threat.explanation.iter().filter(tells).map(|premise| premise.evidence.as_slice()).filter(|it| !it.is_empty())
}
