//! Contributions to conflicts: the same attribute of the same element, said in ways that cannot all be true.
//!
//! A conflict keeps every side with its quotes, also where a rule settled it. What only refines another value is no
//! conflict, nor is a plan that an equal or better source has since seen built.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{BoundaryType, Conflict, ControlClaim, ControlType, ElementId, Position, Status, Term as _};

use rayon::prelude::*;

use crate::contribute::{Contribution, Contributions, ControlKey, mechanism};
use crate::merge::{data_handlers, filled, speaking_of, status, voices};
use crate::resolve::Names;
use crate::settle::{Side, Voice, settle, sides};
use crate::value::{Value, is_tls};

/// So many sides of one question are compared with each other; further ones are the weakest and change no answer.
const SIDES_MAX: usize = 32;

/// The attribute under which sources disagree about the walls around a component.
pub(crate) const PLACE: &str = "boundary";

/// Finds all conflicts, sorted by id.
pub(crate) fn conflicts(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Conflict> {
    let ((parts, flows), (data, controls)) = rayon::join(
        || rayon::join(|| parts(contributions), || flows(contributions)),
        || rayon::join(|| data(contributions, names), || controls(contributions)),
    );
    let mut found = parts;
    found.extend(flows);
    found.extend(data);
    found.extend(controls);
    found.extend(places(contributions, names));
    found.par_sort_by(|left, right| left.id.cmp(&right.id));
    found
}

fn parts(contributions: &Contributions<'_>) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, pile) in &contributions.components {
        found.extend(existence(id, pile));
        found.extend(attribute(id, "type", pile, |body| body.component_type));
        found.extend(attribute(id, "exposure", pile, |body| body.exposure));
        found.extend(attribute(id, "owner", pile, |body| filled(body.owner.as_ref())));
    }
    for (id, pile) in &contributions.endpoints {
        found.extend(existence(id, pile));
        found.extend(attribute(id, "exposure", pile, |body| body.exposure));
        found.extend(attribute(id, "authentication", pile, |body| filled(body.authentication.as_ref())));
        found.extend(attribute(id, "authorization", pile, |body| filled(body.authorization.as_ref())));
    }
    found.extend(contributions.decisions.iter().filter_map(|(id, pile)| existence(id, pile)));
    found
}

fn flows(contributions: &Contributions<'_>) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, pile) in &contributions.flows {
        found.extend(existence(id, pile));
        found.extend(attribute(id, "protocol", pile, |body| {
            // TLS carries whatever protocol another source names; whether it is there is the encryption's matter.
            filled(body.protocol.as_ref()).filter(|protocol| !is_tls(protocol))
        }));
        found.extend(attribute(id, "authentication", pile, |body| filled(body.authentication.as_ref())));
        found.extend(attribute(id, "encryption", pile, |body| filled(body.encryption.as_ref())));
    }
    found
}

/// How data is kept may differ from component to component; the attribute then names the component.
fn data(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (id, pile) in contributions.data.iter().filter(|(_, pile)| pile.len() > 1) {
        found.extend(attribute(id, "classification", pile, |body| body.classification));
        for (component, pile) in data_handlers(pile, names) {
            let at = |name: &str| format!("{name} at {component}");
            found.extend(attribute(id, &at("retention"), &pile, |body| filled(body.retention.as_ref())));
            found.extend(attribute(id, &at("encrypted_at_rest"), &pile, |body| body.encrypted_at_rest));
        }
    }
    found
}

/// Components that different documents put into different walls of one kind. A document that puts a component into both knows
/// of both, and a wall inside the other is no contradiction.
fn places(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Conflict> {
    let mut around: BTreeMap<(&ElementId, BoundaryType), Vec<Voice<'_, Place>>> = BTreeMap::new();
    let mut nested: BTreeSet<(&ElementId, &ElementId)> = BTreeSet::new();
    for (id, pile) in &contributions.boundaries {
        let kind = settle(voices(pile, |body| body.boundary_type)).map(|stated| stated.value);
        for said in pile.iter().filter(|said| said.claim.status == Status::Implemented) {
            nested.extend(said.body.members.iter().filter_map(|name| names.boundary(name)).map(|inner| (inner, id)));
            let Some(kind) = kind else { continue };
            for member in said.body.members.iter().filter_map(|name| names.component(name)) {
                let value = Place { id: id.clone(), name: names.naming(id).name };
                around.entry((member, kind)).or_default().push(Voice { value, claim: said.claim });
            }
        }
    }
    let mut found = Vec::new();
    for ((component, _), said) in around {
        let sides = sides(said, |claim| claim.status);
        let is_nested = |left: &ElementId, right: &ElementId| nested.contains(&(left, right));
        found.extend(conflict(component, PLACE, &sides, |left, right| {
            let (one, other) = (&left.value.id, &right.value.id);
            one != other
                && !is_nested(one, other)
                && !is_nested(other, one)
                && left.documents().is_disjoint(&right.documents())
        }));
    }
    found.sort_by(|left, right| left.id.cmp(&right.id));
    found.dedup_by(|left, right| left.id == right.id);
    found
}

/// A wall as the value of the attribute `boundary`.
#[derive(Clone)]
struct Place {
    id: ElementId,
    name: String,
}

impl Value for Place {
    fn text(&self) -> String {
        self.name.clone()
    }

    fn key(&self) -> String {
        self.id.to_string()
    }
}

/// A control that one source has and another misses, on one element.
fn controls(contributions: &Contributions<'_>) -> Vec<Conflict> {
    let mut found = Vec::new();
    let missing = contributions.controls.keys().filter(|key| key.status == Status::Absent);
    let missing: BTreeSet<(&ElementId, ControlType)> =
        missing.flat_map(|key| key.on.iter().map(|subject| (subject, key.control_type))).collect();
    let mut said_of: BTreeMap<(&ElementId, ControlType), Vec<Contribution<'_, ControlClaim>>> = BTreeMap::new();
    for (ControlKey { control_type, on, .. }, pile) in &contributions.controls {
        for subject in on.iter().filter(|subject| missing.contains(&(*subject, *control_type))) {
            said_of.entry((subject, *control_type)).or_default().extend(pile);
        }
    }
    for ((subject, control_type), pile) in said_of {
        let contested = contested_controls(&pile);
        let voices = contested.iter().map(|said| Voice { value: said.claim.status, claim: said.claim });
        found.extend(conflict(subject, control_type.as_str(), &sides(voices, |claim| claim.status), contradicts));
    }
    found
}

/// Those of one family on one element that deny each other. Missing multi-factor sign-in does not deny a password.
fn contested_controls<'a>(pile: &[Contribution<'a, ControlClaim>]) -> Vec<Contribution<'a, ControlClaim>> {
    let mechanisms = |status: Status| -> BTreeMap<String, Option<&String>> {
        let of_status = pile.iter().filter(|said| said.claim.status == status);
        of_status.map(|said| mechanism(said.body)).map(|name| (key(name), name)).collect()
    };
    let (there, missing) = (mechanisms(Status::Implemented), mechanisms(Status::Absent));
    let mut contested: BTreeSet<(Status, String)> = BTreeSet::new();
    for (missing_key, missing_name) in missing.iter().take(SIDES_MAX) {
        for (there_key, there_name) in there.iter().take(SIDES_MAX) {
            let denied = match (missing_name, there_name) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(missing), Some(there)) => missing.agrees(there),
            };
            if denied {
                contested.insert((Status::Absent, missing_key.clone()));
                contested.insert((Status::Implemented, there_key.clone()));
            }
        }
    }
    let is_contested =
        |said: &&Contribution<'_, ControlClaim>| contested.contains(&(said.claim.status, key(mechanism(said.body))));
    pile.iter().filter(is_contested).copied().collect()
}

fn key(mechanism: Option<&String>) -> String {
    mechanism.map(Value::key).unwrap_or_default()
}

/// Whether the thing is there at all.
fn existence<B>(id: &ElementId, pile: &[Contribution<'_, B>]) -> Option<Conflict> {
    let first = pile.first()?.claim.status;
    if pile.iter().all(|said| said.claim.status == first) {
        return None;
    }
    let voices = pile.iter().map(|said| Voice { value: said.claim.status, claim: said.claim });
    conflict(id, "status", &sides(voices, |claim| claim.status), contradicts)
}

fn attribute<'p, 'a: 'p, B: 'a, T: Value + 'p>(
    id: &ElementId,
    name: &str,
    pile: &'p [Contribution<'a, B>],
    value: impl Fn(&'p B) -> Option<T>,
) -> Option<Conflict> {
    if pile.len() < 2 {
        return None;
    }
    let believed = speaking_of(pile, status(pile));
    let voices: Vec<Voice<'p, T>> = voices(believed, value).collect();
    if voices.len() < 2 {
        return None;
    }
    conflict(id, name, &sides(voices, |claim| claim.status), |left, right| !left.value.agrees(&right.value))
}

/// A plan contradicts what is built only when the plan is the better or newer source; being retired and being absent do.
fn contradicts(left: &Side<'_, Status>, right: &Side<'_, Status>) -> bool {
    let plan_prevails = |plan: &Side<'_, Status>, built: &Side<'_, Status>| plan.rank.beats(built.rank).is_some();
    match (left.value, right.value) {
        (Status::Implemented, Status::Absent | Status::Deprecated)
        | (Status::Absent | Status::Deprecated, Status::Implemented) => true,
        (Status::Planned, Status::Implemented) => plan_prevails(left, right),
        (Status::Implemented, Status::Planned) => plan_prevails(right, left),
        _ => false,
    }
}

/// A conflict of those sides that contradict another one. The strongest side comes first.
fn conflict<T: Value>(
    subject: &ElementId,
    attribute: &str,
    sides: &[Side<'_, T>],
    contradict: impl Fn(&Side<'_, T>, &Side<'_, T>) -> bool,
) -> Option<Conflict> {
    let mut contested = sides.iter().take(SIDES_MAX).filter(|side| sides.iter().any(|other| contradict(side, other)));
    let strongest = contested.next()?;
    let rivals: Vec<_> = contested.collect();
    let resolution =
        rivals.iter().find(|rival| contradict(strongest, rival)).and_then(|rival| strongest.rank.beats(rival.rank));
    let positions = std::iter::once(strongest).chain(rivals).map(|side| Position {
        value: side.value.text(),
        status: side.status,
        evidence: side.evidence(),
    });
    Some(Conflict {
        id: ElementId::hashed("conflict", &[subject.as_str(), attribute]),
        subject: subject.clone(),
        attribute: attribute.to_owned(),
        positions: positions.collect(),
        resolution,
        affects: Vec::new(),
    })
}
