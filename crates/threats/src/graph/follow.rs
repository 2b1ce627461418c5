//! From an element along relations to others, also along those that are made of several.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Graph, NodeIndex};
use crate::condition::vocabulary::Relation;

/// Elements looked at on the way of several relations, and members of one boundary; what lies beyond is not known.
const FOLLOWED_MAX: usize = 1000;

/// Where relations lead.
#[derive(Debug)]
pub(crate) struct Followed<'g> {
    pub(crate) nodes: Cow<'g, [NodeIndex]>,
    /// Whether these are all that the model has.
    pub(crate) is_complete: bool,
}

impl Graph<'_> {
    /// The elements that the relations lead to, one relation after the other.
    pub(crate) fn follow(&self, at: NodeIndex, relations: &[Relation]) -> Followed<'_> {
        let [first, rest @ ..] = relations else { return Followed::all(vec![at]) };
        let mut found = self.step(at, *first);
        for relation in rest {
            let mut next = BTreeSet::new();
            for node in found.nodes.iter() {
                let step = self.step(*node, *relation);
                next.extend(step.nodes.iter().copied());
                found.is_complete &= step.is_complete;
                if next.len() > FOLLOWED_MAX {
                    found.is_complete = false;
                    break;
                }
            }
            found.nodes = Cow::Owned(next.into_iter().take(FOLLOWED_MAX).collect());
        }
        found
    }

    /// The element that relations lead to which lead to at most one.
    pub(crate) fn end(&self, at: NodeIndex, relations: &[Relation]) -> Option<NodeIndex> {
        relations.iter().try_fold(at, |node, relation| self.step(node, *relation).nodes.first().copied())
    }

    fn step(&self, at: NodeIndex, relation: Relation) -> Followed<'_> {
        match relation {
            Relation::Boundary => Followed::all(self.enclosing(at).into_iter().collect()),
            Relation::Boundaries if self.node(at).related(relation).is_empty() => Followed::all(self.all_around(at)),
            Relation::Callers => self.ends(at, Relation::Incoming, Relation::Source),
            Relation::Callees => self.ends(at, Relation::Outgoing, Relation::Target),
            Relation::Siblings => self.siblings(at),
            relation => Followed { nodes: Cow::Borrowed(self.node(at).related(relation)), is_complete: true },
        }
    }

    fn ends(&self, at: NodeIndex, flows: Relation, end: Relation) -> Followed<'_> {
        let flows = self.node(at).related(flows).iter();
        let ends: BTreeSet<NodeIndex> = flows.flat_map(|flow| self.node(*flow).related(end)).copied().collect();
        Followed::all(ends.into_iter().collect())
    }

    fn siblings(&self, at: NodeIndex) -> Followed<'_> {
        let members = self.enclosing(at).map_or(&[] as &[NodeIndex], |it| self.node(it).related(Relation::Components));
        let others = members.iter().copied().filter(|member| *member != at);
        Followed { nodes: others.take(FOLLOWED_MAX).collect(), is_complete: members.len() <= FOLLOWED_MAX }
    }
}

impl Followed<'_> {
    fn all(nodes: Vec<NodeIndex>) -> Self {
        Self { nodes: Cow::Owned(nodes), is_complete: true }
    }
}
