//! Closures over flows: which components lead to one that is wanted, and by which flows.
//!
//! One search from all wanted components at once answers for every component of the model, so that a closure costs the same
//! as looking at each flow once, however many elements ask for it.

use std::collections::VecDeque;

use cairn_model::{ComponentType, Status, Truth};

use super::{Context, Evidence, Verdict, unknown};
use crate::condition::vocabulary::Relation;
use crate::condition::{Reach, Way};
use crate::graph::{Element, NodeIndex};

/// Flows whose citations a verdict shows; a longer way is shown by its beginning.
const SHOWN_MAX: usize = 8;

/// What a closure is worth on each component.
#[derive(Debug)]
pub(crate) struct Closure<'a> {
    /// The next flow on the shortest way that is known to lead there, and the component behind it.
    next: Vec<Option<(NodeIndex, NodeIndex)>>,
    /// Whether a way may lead there, for all that is known.
    maybe: Vec<bool>,
    /// What states that a component at the end is wanted.
    wanted: Vec<Option<Evidence<'a>>>,
}

/// A flow as a closure takes it: from the end that asks to the other.
struct Edge {
    flow: NodeIndex,
    to: NodeIndex,
    from: NodeIndex,
}

impl<'a> Closure<'a> {
    pub(crate) fn new(context: Context<'_, 'a>, reach: &Reach) -> Self {
        let count = context.graph.nodes().count();
        let mut closure = Self { next: vec![None; count], maybe: vec![false; count], wanted: vec![None; count] };
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for (at, node) in context.graph.nodes() {
            if !matches!(node.element, Element::Component(it) if it.status != Status::Absent) {
                continue;
            }
            let verdict = context.evaluate(&reach.wanted, at);
            if verdict.truth == Truth::True {
                certain.push(at);
                if let Some(wanted) = closure.wanted.get_mut(at) {
                    *wanted = Some(verdict.evidence);
                }
            }
            if verdict.truth != Truth::False {
                possible.push(at);
            }
        }
        let mut known: Vec<Vec<Edge>> = std::iter::repeat_with(Vec::new).take(count).collect();
        let mut usable: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
        for edge in edges(context, reach.way) {
            let truth = reach.through.as_ref().map_or(Truth::True, |it| context.evaluate(it, edge.flow).truth);
            if truth != Truth::False
                && let Some(list) = usable.get_mut(edge.to)
            {
                list.push(edge.from);
            }
            if truth == Truth::True
                && let Some(list) = known.get_mut(edge.to)
            {
                list.push(edge);
            }
        }
        closure.search_known(&known, certain);
        closure.search_possible(&usable, possible);
        closure
    }

    fn search_known(&mut self, known: &[Vec<Edge>], certain: Vec<NodeIndex>) {
        let mut queue = VecDeque::from(certain);
        while let Some(to) = queue.pop_front() {
            for edge in known.get(to).into_iter().flatten() {
                let Some(next @ None) = self.next.get_mut(edge.from) else { continue };
                *next = Some((edge.flow, to));
                if self.wanted.get(edge.from).is_some_and(Option::is_none) {
                    queue.push_back(edge.from);
                }
            }
        }
    }

    fn search_possible(&mut self, usable: &[Vec<NodeIndex>], possible: Vec<NodeIndex>) {
        let mut queue = VecDeque::from(possible);
        while let Some(to) = queue.pop_front() {
            for from in usable.get(to).into_iter().flatten() {
                if let Some(maybe @ false) = self.maybe.get_mut(*from) {
                    *maybe = true;
                    queue.push_back(*from);
                }
            }
        }
    }

    /// What the closure is worth on one component. That no way leads there rests on the flows that are known.
    pub(crate) fn verdict(&self, context: Context<'_, 'a>, way: Way, at: NodeIndex) -> Verdict<'a> {
        let evidence = self.way_from(context, at);
        if !evidence.is_empty() {
            return Verdict { truth: Truth::True, evidence, disputed: false };
        }
        if self.maybe.get(at).copied().unwrap_or_default() {
            return unknown();
        }
        let relation = if way == Way::Back { Relation::Incoming } else { Relation::Outgoing };
        let flows = context.graph.node(at).related(relation).iter().take(SHOWN_MAX);
        let evidence: Evidence<'_> =
            flows.filter_map(|flow| context.graph.node(*flow).element.evidence().get(..1)).collect();
        let truth = if evidence.is_empty() { Truth::Unknown } else { Truth::False };
        Verdict { truth, evidence, disputed: false }
    }

    /// The citations of the flows on the shortest way, and of what is at its end.
    fn way_from(&self, context: Context<'_, 'a>, at: NodeIndex) -> Evidence<'a> {
        let mut shown = Vec::new();
        let mut node = at;
        while let Some(Some((flow, to))) = self.next.get(node).filter(|_| shown.len() < SHOWN_MAX) {
            shown.extend(context.graph.node(*flow).element.evidence().get(..1));
            node = *to;
            if let Some(Some(wanted)) = self.wanted.get(node) {
                shown.extend(wanted.iter().map(std::slice::from_ref).take(SHOWN_MAX));
                break;
            }
        }
        shown.into_iter().collect()
    }
}

/// All flows that are there, in the direction in which the closure goes.
fn edges(context: Context<'_, '_>, way: Way) -> Vec<Edge> {
    let graph = context.graph;
    let mut found = Vec::new();
    for (flow, node) in graph.nodes() {
        if !matches!(node.element, Element::Flow(it) if it.status != Status::Absent) {
            continue;
        }
        let end = |relation| node.related(relation).first().copied();
        let (Some(source), Some(target)) = (end(Relation::Source), end(Relation::Target)) else { continue };
        match way {
            Way::Forth => found.push(Edge { flow, from: source, to: target }),
            Way::Back => found.push(Edge { flow, from: target, to: source }),
            Way::Content => {
                found.push(Edge { flow, from: target, to: source });
                if is_read_from(graph.node(target).element) {
                    found.push(Edge { flow, from: source, to: target });
                }
            }
        }
    }
    found
}

/// What is called to get content: stores and third parties.
fn is_read_from(element: Element<'_>) -> bool {
    use ComponentType as T;
    let Element::Component(component) = element else { return false };
    component
        .component_type
        .as_ref()
        .is_some_and(|it| matches!(it.value, T::Datastore | T::Cache | T::Queue | T::External))
}
