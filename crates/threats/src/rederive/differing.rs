//! What differs between two graphs that have all but controls and assumptions in common.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::ControlType;

use crate::condition::vocabulary::Relation;
use crate::graph::{Element, Elements, Graph, NodeIndex};

/// Which elements of two graphs are the same: all but controls and assumptions, and of these those with the same id.
#[derive(Debug, Default)]
pub(super) struct Same {
    /// Controls and assumptions of the changed graph with their places in the former one, if they had any, and the other way round.
    before: BTreeMap<NodeIndex, Option<NodeIndex>>,
    after: BTreeMap<NodeIndex, Option<NodeIndex>>,
}

impl Same {
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>) -> Self {
        let places = |one: &Graph<'_>, other: &Graph<'_>| {
            one.stated().map(|(at, node)| (at, other.find(node.element.id()))).collect()
        };
        Self { before: places(after, before), after: places(before, after) }
    }

    /// The element of the former graph.
    pub(super) fn before(&self, after: NodeIndex) -> Option<NodeIndex> {
        self.before.get(&after).copied().unwrap_or(Some(after))
    }

    /// The element of the changed graph.
    pub(super) fn after(&self, before: NodeIndex) -> Option<NodeIndex> {
        self.after.get(&before).copied().unwrap_or(Some(before))
    }
}

/// Controls and assumptions that differ, and the elements that they are on.
#[derive(Debug, Default)]
pub(super) struct Differing {
    /// Elements of the former graph that differ, or on which something differs, before or after.
    pub(super) marked: Elements,
    /// Elements of the changed graph that there were not.
    pub(super) new: Vec<NodeIndex>,
    /// Elements of the former graph that differ, or may be no more, and those that they were about.
    pub(super) removed: Vec<NodeIndex>,
    pub(super) types: BTreeSet<ControlType>,
    /// What the assumptions state that differ.
    pub(super) statements: Vec<String>,
}

impl Differing {
    pub(super) fn of(before: &Graph<'_>, after: &Graph<'_>, same: &Same) -> Self {
        let mut differing = Self::default();
        for (at, node) in before.stated() {
            let other = same.after(at).map(|at| after.node(at));
            if other.is_some_and(|other| !is_otherwise(node.element, other.element)) {
                continue;
            }
            let about = node.related(Relation::About).iter().copied().chain([at]);
            if let Some(other) = other {
                // What it is about now may be something else.
                differing.marked.extend(other.neighbours().filter_map(|at| same.before(at)));
                differing.note(other.element);
            }
            // What it was on may not be protected any more.
            differing.removed.extend(about.clone());
            differing.note(node.element);
            differing.marked.extend(about);
        }
        for (at, node) in after.stated().filter(|(at, _)| same.before(*at).is_none()) {
            differing.note(node.element);
            differing.new.push(at);
            differing.marked.extend(node.neighbours().filter_map(|at| same.before(at)));
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
