//! How nodes come to be related, whoever relates them.

use std::sync::Arc;

use cairn_model::{Conflict, ElementId};

use super::{Element, Graph, Node, NodeIndex};
use crate::condition::vocabulary::Relation;

impl<'a> Graph<'a> {
    pub(super) fn relate(&mut self, at: NodeIndex, relation: Relation, other: NodeIndex) {
        self.change(at, |node| node.relate(relation, other));
    }

    pub(super) fn relate_component(&mut self, at: NodeIndex, other: NodeIndex) {
        if matches!(self.node(other).element, Element::Component(_)) {
            self.relate(at, Relation::Components, other);
        }
    }

    /// Relates both to each other, where the other is there.
    pub(super) fn link_back(
        &mut self,
        at: NodeIndex,
        id: &ElementId,
        forth: Relation,
        back: Relation,
    ) -> Option<NodeIndex> {
        let other = self.find(id)?;
        self.relate(at, forth, other);
        self.relate(other, back, at);
        Some(other)
    }

    /// Relates what is about another to that; whether the other is there.
    pub(super) fn link_about(&mut self, at: NodeIndex, id: &ElementId, back: Relation) -> bool {
        let other = self.link_back(at, id, Relation::About, back);
        if let Some(other) = other {
            self.relate_component(at, other);
        }
        other.is_some()
    }

    /// Hangs conflicts on the elements they name, and gives those that name none.
    pub(super) fn place(&mut self, conflicts: impl IntoIterator<Item = &'a Conflict>) -> Vec<&'a Conflict> {
        let mut left = Vec::new();
        for conflict in conflicts {
            match self.find(&conflict.subject) {
                Some(at) => self.change(at, |node| node.conflicts.push(conflict)),
                None => left.push(conflict),
            }
        }
        left
    }

    /// Changes a node of this graph, and of no other that shares it.
    pub(super) fn change(&mut self, at: NodeIndex, change: impl FnOnce(&mut Node<'a>)) {
        if let Some(node) = self.nodes.get_mut(at) {
            change(Arc::make_mut(node));
        }
    }
}
