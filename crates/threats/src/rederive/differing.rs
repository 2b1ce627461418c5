//! What differs between two models of the same parts.

use std::collections::BTreeSet;

use cairn_model::ControlType;

use crate::condition::vocabulary::Relation;
use crate::graph::{Element, Elements, Graph, NodeIndex};

/// Which elements of two graphs are the same.
#[derive(Debug, Default)]
pub(super) struct Same {
    before: Vec<Option<NodeIndex>>,
    after: Vec<Option<NodeIndex>>,
    is_all: bool,
}

impl Same {
    /// Of a graph and itself.
    pub(super) fn all() -> Self {
        Self { is_all: true, ..Self::default() }
    }

    /// Both graphs list what they share in the same order, but for controls, which are found by their ids.
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>) -> Self {
        let mut same = Self {
            before: vec![None; after.nodes().count()],
            after: vec![None; before.nodes().count()],
            is_all: false,
        };
        let is_shifting = |element: Element<'_>| matches!(element, Element::Control(_) | Element::Assumption(_));
        let fixed = |graph: &Graph<'_>| -> Vec<NodeIndex> {
            graph.nodes().filter(|(_, node)| !is_shifting(node.element)).map(|(at, _)| at).collect()
        };
        for (one, other) in fixed(before).into_iter().zip(fixed(after)) {
            same.note(one, other);
        }
        for (at, node) in before.nodes().filter(|(_, node)| is_shifting(node.element)) {
            if let Some(other) = after.find(node.element.id()) {
                same.note(at, other);
            }
        }
        same
    }

    fn note(&mut self, before: NodeIndex, after: NodeIndex) {
        if let (Some(there), Some(back)) = (self.after.get_mut(before), self.before.get_mut(after)) {
            (*there, *back) = (Some(after), Some(before));
        }
    }

    /// The element of the former graph.
    pub(super) fn before(&self, after: NodeIndex) -> Option<NodeIndex> {
        if self.is_all { Some(after) } else { self.before.get(after).copied().flatten() }
    }

    /// The element of the changed graph.
    pub(super) fn after(&self, before: NodeIndex) -> Option<NodeIndex> {
        if self.is_all { Some(before) } else { self.after.get(before).copied().flatten() }
    }
}

/// Controls and assumptions that differ, and the elements that they are on.
#[derive(Debug, Default)]
pub(super) struct Differing {
    /// Elements of the former graph that differ, or on which something differs, before or after.
    pub(super) marked: Elements,
    /// Elements of the changed graph that there were not.
    pub(super) new: Vec<NodeIndex>,
    /// Elements of the former graph that are no more, and those that they were about.
    pub(super) removed: Vec<NodeIndex>,
    pub(super) types: BTreeSet<ControlType>,
    /// What the assumptions state that differ.
    pub(super) statements: Vec<String>,
}

impl Differing {
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>, same: &Same) -> Self {
        let mut differing = Self::default();
        for (at, node) in before.nodes() {
            let other = same.after(at).map(|at| after.node(at));
            if other.is_some_and(|other| !is_otherwise(node.element, other.element)) {
                continue;
            }
            let about = node.related(Relation::About).iter().copied().chain([at]);
            if let Some(other) = other {
                // What it is about now may be something else.
                differing.marked.extend(other.related(Relation::About).iter().filter_map(|at| same.before(*at)));
            } else {
                // What it was on may not be protected any more.
                differing.removed.extend(about.clone());
            }
            differing.note(node.element);
            differing.marked.extend(about);
        }
        for (at, node) in after.nodes().filter(|(at, _)| same.before(*at).is_none()) {
            differing.note(node.element);
            differing.new.push(at);
            differing.marked.extend(node.related(Relation::About).iter().filter_map(|at| same.before(*at)));
        }
        differing
    }

    fn note(&mut self, element: Element<'_>) {
        match element {
            Element::Control(control) => drop(self.types.insert(control.control_type)),
            Element::Assumption(assumption) => self.statements.push(assumption.statement.clone()),
            _ => {}
        }
    }
}

/// Whether the same control or assumption says something else.
fn is_otherwise(before: Element<'_>, after: Element<'_>) -> bool {
    match (before, after) {
        (Element::Control(one), Element::Control(other)) => one != other,
        (Element::Assumption(one), Element::Assumption(other)) => one != other,
        _ => false,
    }
}
