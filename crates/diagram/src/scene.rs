//! What is drawn of a model: parts, walls that hold some of them, and lines between parts.
//!
//! What the sources say is not there is left out. A wall that holds nothing is left out as well.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Boundary, Component, ElementId, Flow, Status, System};

use crate::View;

/// Walls within walls beyond this depth stand beside each other: nobody could tell them apart any more.
const DEPTH_MAX: usize = 5;

/// What is drawn. Everything is in the model's order, which is that of ids.
#[derive(Clone, Debug, Default)]
pub struct Scene<'m> {
    /// The parts.
    pub parts: Vec<Part<'m>>,
    /// The walls.
    pub walls: Vec<Wall<'m>>,
    /// The lines.
    pub lines: Vec<Line<'m>>,
}

/// A component.
#[derive(Clone, Copy, Debug)]
pub struct Part<'m> {
    /// What it is.
    pub component: &'m Component,
    /// The innermost wall around it.
    pub wall: Option<usize>,
}

/// A boundary.
#[derive(Clone, Copy, Debug)]
pub struct Wall<'m> {
    /// What it is.
    pub boundary: &'m Boundary,
    /// The wall around it.
    pub outer: Option<usize>,
}

/// A flow between two parts.
#[derive(Clone, Copy, Debug)]
pub struct Line<'m> {
    /// What it is.
    pub flow: &'m Flow,
    /// Where it begins.
    pub source: usize,
    /// Where it ends.
    pub target: usize,
}

impl<'m> Scene<'m> {
    /// What `view` shows of a model.
    pub fn of(system: &'m System, view: &View) -> Self {
        let near = view.focus.as_ref().map(|(id, hops)| neighbourhood(system, id, *hops));
        let is_shown =
            |it: &&Component| it.status != Status::Absent && near.as_ref().is_none_or(|near| near.contains(&it.id));
        let components: Vec<&Component> = system.components.iter().filter(is_shown).collect();
        let (walls, by_id) = walls(system, &components);
        let parts: Vec<Part<'m>> = components
            .iter()
            .map(|component| Part {
                component,
                wall: component.boundary.as_ref().and_then(|id| by_id.get(id).copied()),
            })
            .collect();
        let places: BTreeMap<&ElementId, usize> = components.iter().enumerate().map(|(at, it)| (&it.id, at)).collect();
        let line = |flow: &'m Flow| {
            let (source, target) = (*places.get(&flow.source)?, *places.get(&flow.target)?);
            (source != target && flow.status != Status::Absent).then_some(Line { flow, source, target })
        };
        Self { parts, walls, lines: system.flows.iter().filter_map(line).collect() }
    }
}

/// The components at most `hops` flows away from `id`, in whichever direction.
fn neighbourhood(system: &System, id: &ElementId, hops: usize) -> BTreeSet<ElementId> {
    let mut near = BTreeSet::from([id.clone()]);
    for _ in 0..hops {
        let ends = system.flows.iter().filter(|flow| near.contains(&flow.source) || near.contains(&flow.target));
        let further: Vec<ElementId> = ends.flat_map(|flow| [flow.source.clone(), flow.target.clone()]).collect();
        let before = near.len();
        near.extend(further);
        if near.len() == before {
            break;
        }
    }
    near
}

/// The walls around components, and around these walls.
fn walls<'m>(system: &'m System, components: &[&'m Component]) -> (Vec<Wall<'m>>, BTreeMap<&'m ElementId, usize>) {
    let outer = outer_of(system);
    let mut shown: BTreeSet<&ElementId> = BTreeSet::new();
    for component in components {
        let mut next = component.boundary.as_ref();
        while let Some(id) = next {
            if !shown.insert(id) {
                break;
            }
            next = outer.get(id).copied();
        }
    }
    let boundaries: Vec<&Boundary> = system.boundaries.iter().filter(|it| shown.contains(&it.id)).collect();
    let by_id: BTreeMap<&ElementId, usize> = boundaries.iter().enumerate().map(|(at, it)| (&it.id, at)).collect();
    let wall = |boundary: &&'m Boundary| Wall {
        boundary,
        outer: outer.get(&boundary.id).and_then(|id| by_id.get(*id).copied()),
    };
    (boundaries.iter().map(wall).collect(), by_id)
}

/// The wall around each wall. Texts may say that two walls are inside each other: the first that is said, by id, counts.
fn outer_of(system: &System) -> BTreeMap<&ElementId, &ElementId> {
    let known: BTreeSet<&ElementId> = system.boundaries.iter().map(|it| &it.id).collect();
    let mut outer: BTreeMap<&ElementId, &ElementId> = BTreeMap::new();
    for boundary in &system.boundaries {
        for member in boundary.members.iter().filter(|id| known.contains(id)) {
            let around = ancestors(&outer, &boundary.id);
            if !outer.contains_key(member) && !around.contains(&member) && around.len() < DEPTH_MAX {
                outer.insert(member, &boundary.id);
            }
        }
    }
    // What was deep only when the walls around it were found as well stands beside them.
    let deep: Vec<&ElementId> = outer.keys().copied().filter(|id| ancestors(&outer, id).len() > DEPTH_MAX).collect();
    for id in deep {
        outer.remove(id);
    }
    outer
}

/// A wall and those around it.
fn ancestors<'m>(outer: &BTreeMap<&'m ElementId, &'m ElementId>, id: &'m ElementId) -> Vec<&'m ElementId> {
    let mut around = vec![id];
    while let Some(next) = around.last().and_then(|id| outer.get(*id)).filter(|next| !around.contains(next)) {
        around.push(*next);
    }
    around
}
