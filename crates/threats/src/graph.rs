//! The model as a graph: every element a node with its neighbours, its controls and its open conflicts at hand.
//!
//! Built once for each run, so that a rule on one element never searches the model. Nothing is decided here. What controls and
//! assumptions say comes last (`stated`), on top of what the rest of the model makes (`fixed`), so that others can be tried in their
//! place without building the whole again.

mod backward;
mod element;
mod fixed;
mod follow;
mod links;
mod stated;

pub(crate) use backward::{Backward, Elements};
pub(crate) use element::Element;
pub(crate) use fixed::Fixed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{Citation, Classification, Conflict, Control, DocumentId, ElementId, SourceType, System};

use crate::condition::Touch;
use crate::condition::vocabulary::Relation;
use crate::key::Key;

/// Boundaries around an element that are looked at; more are a loop of boundaries that contain each other.
const NESTING_MAX: usize = 32;

/// Position of a node in the graph.
pub(crate) type NodeIndex = usize;

/// An element with its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) element: Element<'a>,
    /// Only the relations that it has: a model has many nodes, and each has few.
    related: Vec<(Relation, Neighbours)>,
    /// Controls on the element; on a control that names no element, the control itself.
    pub(crate) controls: Vec<&'a Control>,
    /// The boundaries that list this boundary or component.
    inside: Vec<NodeIndex>,
    /// Open conflicts about the element.
    pub(crate) conflicts: Vec<&'a Conflict>,
    touches: BTreeMap<Touch, Touched<'a>>,
}

/// Nodes in one relation to another; mostly a single one.
#[derive(Clone, Debug)]
enum Neighbours {
    One(NodeIndex),
    Many(Vec<NodeIndex>),
}

impl Neighbours {
    fn as_slice(&self) -> &[NodeIndex] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Many(nodes) => nodes,
        }
    }

    fn push(&mut self, other: NodeIndex) {
        match self {
            Self::One(node) => *self = Self::Many(vec![*node, other]),
            Self::Many(nodes) => nodes.push(other),
        }
    }
}

/// Which classes of data an element has to do with in one way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched<'a> {
    /// The first data set of each class: what states the class, and what states the touch.
    pub(crate) witnesses: BTreeMap<Classification, (&'a [Citation], &'a [Citation])>,
    /// Whether there is data whose class nobody states.
    pub(crate) unclassified: bool,
}

/// All nodes: those that controls and assumptions have no part in first, the system as a whole, then controls and assumptions.
#[derive(Clone, Debug)]
pub(crate) struct Graph<'a> {
    nodes: Vec<Arc<Node<'a>>>,
    /// How many of them are neither controls nor assumptions.
    fixed: usize,
    /// Nodes by their ids, but for controls and assumptions.
    index: Arc<BTreeMap<Key<'a>, NodeIndex>>,
    /// Controls and assumptions by their ids.
    stated: BTreeMap<Key<'a>, NodeIndex>,
    documents: Arc<Documents<'a>>,
}

/// What documents are worth.
#[derive(Debug)]
struct Documents<'a> {
    /// What each document is to its team.
    sources: BTreeMap<&'a DocumentId, SourceType>,
    /// Documents whose word alone settles nothing.
    asserting: BTreeSet<&'a DocumentId>,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(system: &'a System) -> Self {
        Fixed::of(system).into_graph(&system.controls, &system.assumptions)
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node<'a>)> {
        self.nodes.iter().map(Arc::as_ref).enumerate()
    }

    /// Controls and assumptions.
    pub(crate) fn stated(&self) -> impl Iterator<Item = (NodeIndex, &Node<'a>)> {
        self.nodes().skip(self.fixed)
    }

    pub(crate) fn node(&self, at: NodeIndex) -> &Node<'a> {
        self.nodes.get(at).expect("indices come from this graph")
    }

    /// What the document is to its team, where the model knows it.
    pub(crate) fn source_of(&self, document: &DocumentId) -> Option<SourceType> {
        self.documents.sources.get(document).copied()
    }

    /// Whether nothing but documents that may only assert says so.
    pub(crate) fn is_only_asserted<'c>(&self, evidence: impl IntoIterator<Item = &'c Citation>) -> bool {
        let mut evidence = evidence.into_iter().peekable();
        evidence.peek().is_some() && evidence.all(|citation| self.documents.asserting.contains(&citation.document))
    }

    pub(crate) fn find(&self, id: &ElementId) -> Option<NodeIndex> {
        let key = Key::of(id);
        self.index.get(&key).or_else(|| self.stated.get(&key)).copied()
    }

    /// The boundaries around a node, innermost first.
    pub(crate) fn around(&self, at: NodeIndex) -> impl Iterator<Item = NodeIndex> {
        std::iter::successors(self.enclosing(at), |boundary| self.enclosing(*boundary)).take(NESTING_MAX)
    }

    pub(crate) fn enclosing(&self, at: NodeIndex) -> Option<NodeIndex> {
        let node = self.node(at);
        node.related(Relation::Boundary).first().or(node.inside.first()).copied()
    }

    /// The boundaries around a node, the chain of the innermost first, then those of another kind that list it as well.
    pub(crate) fn all_around(&self, at: NodeIndex) -> Vec<NodeIndex> {
        let mut found: Vec<NodeIndex> = self.around(at).collect();
        let mut next = 0;
        let mut listing = self.node(at).inside.clone();
        while found.len() < NESTING_MAX {
            listing.retain(|boundary| !found.contains(boundary));
            found.append(&mut listing);
            let Some(boundary) = found.get(next) else { break };
            listing.clone_from(&self.node(*boundary).inside);
            next += 1;
        }
        found.truncate(NESTING_MAX);
        found
    }
}

impl<'a> Node<'a> {
    fn new(element: Element<'a>) -> Self {
        Self {
            element,
            related: Vec::new(),
            controls: Vec::new(),
            inside: Vec::new(),
            conflicts: Vec::new(),
            touches: BTreeMap::new(),
        }
    }

    pub(crate) fn related(&self, relation: Relation) -> &[NodeIndex] {
        self.related.iter().find(|(own, _)| *own == relation).map_or(&[], |(_, nodes)| nodes.as_slice())
    }

    /// Everything that it has a relation to.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        self.related.iter().flat_map(|(_, others)| others.as_slice()).copied()
    }

    fn relate(&mut self, relation: Relation, other: NodeIndex) {
        match self.related.iter_mut().find(|(own, _)| *own == relation) {
            Some((_, nodes)) => nodes.push(other),
            None => self.related.push((relation, Neighbours::One(other))),
        }
    }

    pub(crate) fn touched(&self, touch: Touch) -> Option<&Touched<'a>> {
        self.touches.get(&touch)
    }

    pub(crate) fn conflict(&self, attribute: &str) -> Option<&'a Conflict> {
        self.conflicts.iter().find(|conflict| conflict.attribute == attribute).copied()
    }
}
