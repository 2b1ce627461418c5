//! Boundaries, what lies inside them, and the innermost one around each component.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use cairn_model::{Boundary, BoundaryType, Component, ElementId, Status};

use super::{attribute, evidence};
use crate::contribute::{Contribution, Contributions};
use crate::resolve::Names;

/// One for each boundary that some source does not deny.
pub(super) fn boundaries(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Boundary> {
    let there = |said: &&Contribution<'_, _>| said.claim.status != Status::Absent;
    let boundary = |(id, pile): (&ElementId, &Vec<Contribution<'_, cairn_model::BoundaryClaim>>)| {
        let mut members: Vec<ElementId> = pile
            .iter()
            .filter(there)
            .flat_map(|said| &said.body.members)
            .flat_map(|name| [names.component(name), names.boundary(name)])
            .flatten()
            .filter(|member| *member != id)
            .cloned()
            .collect();
        members.sort();
        members.dedup();
        Boundary {
            id: id.clone(),
            name: names.naming(id).name,
            boundary_type: attribute(pile, |body| body.boundary_type),
            members,
            evidence: evidence(pile),
        }
    };
    contributions.boundaries.iter().map(boundary).collect()
}

/// Gives each component the innermost boundary around it: the one most deeply nested, then the narrower kind of wall.
pub(crate) fn place(components: &mut [Component], boundaries: &[Boundary]) {
    let depths = depths(boundaries);
    let mut around: BTreeMap<&ElementId, Vec<&Boundary>> = BTreeMap::new();
    for boundary in boundaries {
        for member in &boundary.members {
            around.entry(member).or_default().push(boundary);
        }
    }
    for component in components {
        let candidates = around.get(&component.id).into_iter().flatten();
        let innermost = candidates.min_by_key(|boundary| {
            let depth = depths.get(&boundary.id).copied().unwrap_or_default();
            (Reverse(depth), width(boundary), &boundary.id)
        });
        component.boundary = innermost.map(|boundary| boundary.id.clone());
    }
}

/// How many boundaries lie around each, along its longest way out. Boundaries that enclose each other have no depth.
fn depths(boundaries: &[Boundary]) -> BTreeMap<&ElementId, usize> {
    let by_id: BTreeMap<&ElementId, &Boundary> = boundaries.iter().map(|boundary| (&boundary.id, boundary)).collect();
    let inside = |boundary: &Boundary| -> Vec<&Boundary> {
        boundary.members.iter().filter_map(|member| by_id.get(member).copied()).collect()
    };
    let mut enclosing: BTreeMap<&ElementId, usize> = BTreeMap::new();
    for inner in boundaries.iter().flat_map(inside) {
        *enclosing.entry(&inner.id).or_default() += 1;
    }
    let mut depths: BTreeMap<&ElementId, usize> = BTreeMap::new();
    let mut ready: Vec<&Boundary> =
        boundaries.iter().filter(|boundary| !enclosing.contains_key(&boundary.id)).collect();
    while let Some(outer) = ready.pop() {
        let depth = depths.get(&outer.id).copied().unwrap_or_default() + 1;
        for inner in inside(outer) {
            let known = depths.entry(&inner.id).or_default();
            *known = depth.max(*known);
            let Some(left) = enclosing.get_mut(&inner.id) else { continue };
            *left -= 1;
            if *left == 0 {
                ready.push(inner);
            }
        }
    }
    depths.retain(|id, _| enclosing.get(id) == Some(&0));
    depths
}

/// Narrow walls first.
fn width(boundary: &Boundary) -> u8 {
    match boundary.boundary_type.as_ref().map(|stated| stated.value) {
        Some(BoundaryType::Process) => 0,
        Some(BoundaryType::Device) => 1,
        Some(BoundaryType::Cluster) => 2,
        Some(BoundaryType::Network) => 3,
        Some(BoundaryType::Tenant) => 4,
        Some(BoundaryType::Account) => 5,
        Some(BoundaryType::Organisation) => 6,
        None => 7,
    }
}
