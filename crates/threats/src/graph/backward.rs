//! From elements back along relations: from where they can be seen.
//!
//! What is found may be more than what [`Graph::follow`] would lead back to the elements, and never less: a condition may look at the
//! first of several boundaries only, or stop after many elements.

use std::collections::BTreeSet;

use super::{Element, Graph, NodeIndex};
use crate::condition::vocabulary::Relation;

/// The relations of a graph by where they lead, but for those of the system as a whole, which leads everywhere.
#[derive(Debug)]
pub(crate) struct Backward {
    /// Where each element's links begin among all, and one number more.
    bounds: Vec<usize>,
    /// By which link an element is related to the one, and which that is.
    links: Vec<(Link, NodeIndex)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Related(Relation),
    /// The boundary lists it.
    Inside,
}

/// Elements of a graph.
pub(crate) type Elements = BTreeSet<NodeIndex>;

impl Backward {
    pub(crate) fn of(graph: &Graph<'_>) -> Self {
        let links = || {
            let nodes = graph.nodes().filter(|(_, node)| !matches!(node.element, Element::System(_)));
            nodes.flat_map(|(at, node)| {
                let related = node.related.iter().flat_map(move |(relation, others)| {
                    others.as_slice().iter().map(move |other| (*other, (Link::Related(*relation), at)))
                });
                related.chain(node.inside.iter().map(move |boundary| (*boundary, (Link::Inside, at))))
            })
        };
        let mut bounds = vec![0; graph.nodes.len() + 1];
        for (to, _) in links() {
            if let Some(count) = bounds.get_mut(to + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for bound in &mut bounds {
            sum += *bound;
            *bound = sum;
        }
        let mut next = bounds.clone();
        let mut placed = vec![(Link::Inside, 0); sum];
        for (to, link) in links() {
            let Some(at) = next.get_mut(to) else { continue };
            if let Some(place) = placed.get_mut(*at) {
                *place = link;
            }
            *at += 1;
        }
        Self { bounds, links: placed }
    }

    /// The elements from which the relation may lead to one of `ends`.
    pub(crate) fn step(&self, ends: &Elements, relation: Relation) -> Elements {
        match relation {
            Relation::Boundary => self.enclosed(ends),
            Relation::Boundaries => self.all_enclosed(ends),
            Relation::Callers => self.related(&self.related(ends, Relation::Source), Relation::Incoming),
            Relation::Callees => self.related(&self.related(ends, Relation::Target), Relation::Outgoing),
            Relation::Siblings => self.enclosed(&self.related(ends, Relation::Components)),
            relation => self.related(ends, relation),
        }
    }

    /// Everything that one of the boundaries is around, however many are between.
    pub(crate) fn all_enclosed(&self, boundaries: &Elements) -> Elements {
        let mut found = Elements::new();
        let mut next = boundaries.clone();
        while !next.is_empty() {
            next = self.enclosed(&next);
            next.retain(|at| found.insert(*at));
        }
        found
    }

    fn enclosed(&self, boundaries: &Elements) -> Elements {
        self.linked(boundaries, |link| matches!(link, Link::Inside | Link::Related(Relation::Boundary)))
    }

    fn related(&self, ends: &Elements, relation: Relation) -> Elements {
        self.linked(ends, |link| link == Link::Related(relation))
    }

    fn linked(&self, ends: &Elements, is_meant: impl Fn(Link) -> bool) -> Elements {
        let bound = |at: usize| self.bounds.get(at).copied().unwrap_or_default();
        let links = |at: &NodeIndex| self.links.get(bound(*at)..bound(*at + 1)).unwrap_or_default();
        ends.iter().flat_map(links).filter(|(link, _)| is_meant(*link)).map(|(_, at)| *at).collect()
    }
}
