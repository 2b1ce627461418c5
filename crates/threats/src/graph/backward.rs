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
    /// Where a link leads, by what, and from where; in order of where they lead.
    links: Vec<(NodeIndex, Link, NodeIndex)>,
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
        let nodes = graph.nodes().filter(|(_, node)| !matches!(node.element, Element::System(_)));
        let from = nodes.flat_map(|(at, node)| {
            let related = node.related.iter().flat_map(move |(relation, others)| {
                others.as_slice().iter().map(move |other| (*other, Link::Related(*relation), at))
            });
            related.chain(node.inside.iter().map(move |boundary| (*boundary, Link::Inside, at)))
        });
        let mut links: Vec<_> = from.collect();
        links.sort_by_key(|(to, ..)| *to);
        Self { links }
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
        let links_to = |to: &NodeIndex| {
            let to = *to;
            let first = self.links.partition_point(|(it, ..)| *it < to);
            self.links.iter().skip(first).take_while(move |(it, ..)| *it == to)
        };
        ends.iter().flat_map(links_to).filter(|(_, link, _)| is_meant(*link)).map(|(.., at)| *at).collect()
    }
}
