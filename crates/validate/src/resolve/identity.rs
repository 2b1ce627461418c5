//! Which component names mean one component: disjoint sets of names, joined by evidence and kept apart by evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{ComponentType, ElementId, Join, Statement};
use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;

use super::lexicon::{Lexicon, Writing};
use super::references;
use super::words::Kind;
use crate::Policy;
use crate::settle::evidence_of;
use crate::value::Value as _;
use crate::verify::VerifiedClaim;

/// So many names may share an alias before it is taken for a word of the trade.
const OWNERS_MAX: usize = 8;

/// Words of a name that are looked at when "payment" is compared with "payment service".
const PREFIX_WORDS_MAX: usize = 6;

/// Two names that some evidence calls one and other evidence keeps apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refusal {
    /// One spelling.
    pub(crate) left: String,
    /// The other.
    pub(crate) right: String,
    /// The name by which both are called.
    pub(crate) shared: String,
}

/// Number of a normal name, in the order of names.
type Node = usize;

/// Names of components with what is known of each, as disjoint sets.
#[derive(Debug, Default)]
pub(super) struct Identities<'c, 'a> {
    nodes: IndexMap<&'a str, Node>,
    names: Vec<Name<'a>>,
    parent: Vec<Node>,
    /// For each set's root, what speaks against joining it.
    evidence: Vec<Evidence>,
    aliases: BTreeMap<Node, BTreeSet<Node>>,
    /// Where an alias is stated, by alias and owner.
    stated: BTreeMap<(Node, Node), Vec<&'c VerifiedClaim<'a>>>,
    /// Pairs of names that a person settled: the same, and never the same.
    same: Vec<(Node, Node)>,
    different: Vec<(Node, Node)>,
    joins: Vec<(Node, Node, Reason)>,
    refusals: BTreeSet<Refusal>,
}

/// Why two names were joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Writing,
    Alias,
    DroppedKind,
    Person,
}

impl Reason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Writing => "they differ only in writing",
            Self::Alias => "a document calls one by the other's name",
            Self::DroppedKind => "one only adds what kind of thing it is, and nothing else could be meant",
            Self::Person => "a reviewer said so",
        }
    }
}

/// A name that is another with its kind behind it.
struct Longer {
    node: Node,
    bare: Node,
    kind: Kind,
    /// Names that begin with the bare one, as many as matter.
    continuations: Vec<Node>,
}

/// A normal name.
#[derive(Debug)]
struct Name<'a> {
    spelling: &'a str,
    writing: Arc<Writing>,
    /// A component claim, alias or flow end has it; other names are only looked up.
    strong: bool,
    /// A component claim or flow end has it, so that it makes a component.
    makes_component: bool,
}

#[derive(Clone, Debug, Default)]
struct Evidence {
    types: BTreeSet<ComponentType>,
    talks_to: BTreeSet<Node>,
    makes_component: bool,
    /// How many names were joined to this one.
    joined: usize,
}

impl<'c, 'a> Identities<'c, 'a> {
    /// Collects all names that can mean a component.
    pub(super) fn read(claims: &[&'c VerifiedClaim<'a>], policy: &'a Policy, lexicon: &Lexicon<'a>) -> Self {
        let mut identities = Self::default();
        identities.number(claims, policy, lexicon);
        identities.same = identities.pairs(&policy.same);
        identities.different = identities.pairs(&policy.different);
        for claim in claims {
            match claim.statement {
                Statement::Component(body) => {
                    let node = identities.makes_component(&body.name);
                    if let (Some(node), Some(kind)) = (node, body.component_type) {
                        identities.evidence_mut(node, |evidence| evidence.types.insert(kind));
                    }
                    for alias in &body.aliases {
                        identities.alias(node, alias, claim);
                    }
                }
                Statement::Flow(body) => {
                    let ends = (identities.makes_component(&body.source), identities.makes_component(&body.target));
                    if let (Some(source), Some(target)) = ends {
                        identities.evidence_mut(source, |evidence| evidence.talks_to.insert(target));
                        identities.evidence_mut(target, |evidence| evidence.talks_to.insert(source));
                    }
                }
                _ => {}
            }
        }
        identities
    }

    /// Joins what belongs together.
    pub(super) fn join(&mut self) {
        for (left, right) in std::mem::take(&mut self.same) {
            if !self.is_kept_apart(left, right) {
                self.unite(left, right, Reason::Person);
            }
        }
        self.join_same_writing();
        self.join_aliases();
        self.join_dropped_kinds();
    }

    /// The component that `spelling` means.
    pub(super) fn element(&self, spelling: &str) -> Option<Node> {
        let root = self.root(*self.nodes.get(spelling)?);
        self.evidence.get(root)?.makes_component.then_some(root)
    }

    /// All spellings that mean a component, in the order of their normal forms.
    pub(super) fn elements(&self) -> impl Iterator<Item = (&'a str, Node)> {
        let element = |node| {
            let root = self.root(node);
            self.evidence.get(root)?.makes_component.then_some(root)
        };
        self.nodes.iter().filter_map(move |(spelling, node)| Some((*spelling, element(*node)?)))
    }

    /// Why names were joined, for elements whose ids `id_of` knows, sorted.
    pub(super) fn joins(&self, id_of: impl Fn(Node) -> Option<ElementId>) -> Vec<Join> {
        let spelling = |node: Node| self.names.get(node).map_or_else(String::new, |name| name.spelling.to_owned());
        let join = |(left, right, reason): &(Node, Node, Reason)| {
            let stated = [(*left, *right), (*right, *left)].into_iter().filter_map(|pair| self.stated.get(&pair));
            let claims = stated.flatten().copied().filter(|_| *reason == Reason::Alias);
            Some(Join {
                element: id_of(self.root(*left))?,
                left: spelling(*left),
                right: spelling(*right),
                reason: reason.as_str().to_owned(),
                evidence: evidence_of(claims),
            })
        };
        let mut joins: Vec<Join> = self.joins.iter().filter_map(join).collect();
        joins.sort();
        joins
    }

    pub(super) fn into_refusals(self) -> Vec<Refusal> {
        self.refusals.into_iter().collect()
    }

    /// Numbers normal names in their own order, so that nothing depends on the order of claims.
    fn number(&mut self, claims: &[&'c VerifiedClaim<'a>], policy: &'a Policy, lexicon: &Lexicon<'a>) {
        let mut spellings = IndexSet::new();
        for claim in claims {
            match claim.statement {
                Statement::Component(body) => {
                    spellings.insert(body.name.as_str());
                    spellings.extend(body.aliases.iter().map(String::as_str));
                }
                Statement::Flow(body) => spellings.extend([body.source.as_str(), &body.target]),
                statement => spellings.extend(references(statement)),
            }
        }
        let settled = policy.same.iter().chain(&policy.different);
        spellings.extend(settled.flat_map(|(left, right)| [left.as_str(), right]));
        let written = |spelling: &'a str| Some((lexicon.get(spelling)?, spelling));
        let mut written: Vec<(&Arc<Writing>, &'a str)> = spellings.into_iter().filter_map(written).collect();
        written.retain(|(writing, _)| !writing.normal.is_empty());
        written.par_sort_unstable_by(|left, right| (&left.0.normal, left.1).cmp(&(&right.0.normal, right.1)));
        for same in written.chunk_by(|left, right| left.0.normal == right.0.normal) {
            let node = self.names.len();
            self.nodes.extend(same.iter().map(|(_, spelling)| (*spelling, node)));
            let Some((writing, spelling)) = same.first() else { continue };
            let writing = Arc::clone(writing);
            self.names.push(Name { spelling, writing, strong: false, makes_component: false });
        }
        self.parent = (0..self.names.len()).collect();
        self.evidence = vec![Evidence::default(); self.names.len()];
    }

    fn pairs(&self, named: &[(String, String)]) -> Vec<(Node, Node)> {
        let node = |name: &String| self.nodes.get(name.as_str()).copied();
        named.iter().filter_map(|(left, right)| Some((node(left)?, node(right)?))).collect()
    }

    fn makes_component(&mut self, spelling: &str) -> Option<Node> {
        let node = *self.nodes.get(spelling)?;
        let name = self.names.get_mut(node)?;
        (name.strong, name.makes_component) = (true, true);
        self.evidence_mut(node, |evidence| evidence.makes_component = true);
        Some(node)
    }

    fn alias(&mut self, owner: Option<Node>, spelling: &str, claim: &'c VerifiedClaim<'a>) {
        let (Some(owner), Some(&alias)) = (owner, self.nodes.get(spelling)) else { return };
        if let Some(name) = self.names.get_mut(alias) {
            name.strong = true;
        }
        if alias != owner {
            self.aliases.entry(alias).or_default().insert(owner);
            self.stated.entry((alias, owner)).or_default().push(claim);
        }
    }

    fn join_same_writing(&mut self) {
        let mut writings: Vec<(Arc<Writing>, Node)> =
            self.names.iter().enumerate().map(|(node, name)| (Arc::clone(&name.writing), node)).collect();
        writings.par_sort_unstable_by(|left, right| (&left.0.key, left.1).cmp(&(&right.0.key, right.1)));
        for same in writings.chunk_by(|left, right| left.0.key == right.0.key) {
            let Some(((_, first), others)) = same.split_first() else { continue };
            for (_, other) in others {
                self.join_or_refuse(*first, *other, *first, Reason::Writing);
            }
        }
    }

    /// An alias of one name is that name's. One that several different names claim is nobody's, unless each of them only
    /// says more words than the next.
    fn join_aliases(&mut self) {
        for (alias, owners) in std::mem::take(&mut self.aliases) {
            let mut sets: BTreeMap<Node, Node> = BTreeMap::new();
            for owner in owners {
                if self.root(owner) != self.root(alias) {
                    sets.entry(self.root(owner)).or_insert(owner);
                }
            }
            let owners: Vec<Node> = sets.into_values().collect();
            if owners.len() == 1 || self.say_more_and_more(&owners) {
                for owner in owners {
                    self.join_or_refuse(owner, alias, alias, Reason::Alias);
                }
            } else if let Some((&first, others)) = owners.split_first() {
                for &other in others.iter().take(OWNERS_MAX) {
                    self.refuse(first, other, alias);
                }
            }
        }
    }

    /// "payment service" is "payment" when no other "payment …" is known.
    fn join_dropped_kinds(&mut self) {
        for Longer { node, bare, kind, continuations } in self.longer() {
            let alone = continuations.len() <= OWNERS_MAX
                && continuations.iter().all(|other| [self.root(node), self.root(bare)].contains(&self.root(*other)));
            if alone && self.kind_fits(bare, kind) && self.may_join(node, bare) {
                self.unite(node, bare, Reason::DroppedKind);
            }
        }
    }

    /// Names of components that only add a kind to another name, in the order of names.
    fn longer(&self) -> Vec<Longer> {
        let by_words: IndexMap<&[String], Node> =
            self.names.iter().enumerate().map(|(node, name)| (name.writing.folded.words(), node)).collect();
        let mut longer = Vec::new();
        let mut continued: IndexMap<&[String], BTreeSet<Node>> = IndexMap::new();
        for (node, name) in self.names.iter().enumerate().filter(|(_, name)| name.makes_component) {
            let Some((base, kind)) = name.writing.folded.without_kind() else { continue };
            let Some(&bare) = by_words.get(base) else { continue };
            continued.entry(base).or_default();
            longer.push((node, bare, kind, base));
        }
        for (node, name) in self.names.iter().enumerate().filter(|(_, name)| name.strong) {
            let words = name.writing.folded.words();
            for length in 1..words.len().min(PREFIX_WORDS_MAX) {
                let known = words.get(..length).and_then(|prefix| continued.get_mut(prefix));
                known.map(|nodes| nodes.insert(node));
            }
        }
        let with_continuations = |(node, bare, kind, base): (Node, Node, Kind, &[String])| {
            // A base that is too long to be looked at continues nowhere that is known.
            let continuations = continued.get(base).filter(|nodes| !nodes.is_empty())?.iter().copied();
            Some(Longer { node, bare, kind, continuations: continuations.take(OWNERS_MAX + 1).collect() })
        };
        longer.into_iter().filter_map(with_continuations).collect()
    }

    fn kind_fits(&self, bare: Node, kind: Kind) -> bool {
        let types = self.evidence.get(self.root(bare)).map(|evidence| &evidence.types);
        match kind {
            Kind::Running => true,
            Kind::Only(needed) => types.is_some_and(|types| types.contains(&needed)),
        }
    }

    fn say_more_and_more(&self, owners: &[Node]) -> bool {
        if owners.len() > OWNERS_MAX {
            return false;
        }
        let mut words: Vec<BTreeSet<&String>> = owners
            .iter()
            .filter_map(|owner| self.names.get(*owner))
            .map(|name| name.writing.folded.words().iter().collect())
            .collect();
        words.sort_by_key(BTreeSet::len);
        words.windows(2).all(|pair| matches!(pair, [fewer, more] if fewer.is_subset(more)))
    }

    fn join_or_refuse(&mut self, left: Node, right: Node, shared: Node, reason: Reason) {
        if self.may_join(left, right) {
            self.unite(left, right, reason);
        } else {
            self.refuse(left, right, shared);
        }
    }

    /// What a person keeps apart needs no question.
    fn refuse(&mut self, left: Node, right: Node, shared: Node) {
        if self.is_kept_apart(left, right) {
            return;
        }
        let spelling = |node: Node| self.names.get(node).map_or_else(String::new, |name| name.spelling.to_owned());
        let refusal = Refusal { left: spelling(left), right: spelling(right), shared: spelling(shared) };
        self.refusals.insert(refusal);
    }

    /// Two names are not one when one talks to the other, or when both are stated with types that exclude each other.
    fn may_join(&self, left: Node, right: Node) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        if left == right {
            return true;
        }
        if self.is_kept_apart(left, right) {
            return false;
        }
        let (Some(one), Some(other)) = (self.evidence.get(left), self.evidence.get(right)) else { return false };
        let types_agree = one.types.is_empty()
            || other.types.is_empty()
            || one.types.iter().any(|kind| other.types.iter().any(|of_other| kind.agrees(of_other)));
        let (fewer, root_of_more) =
            if one.talks_to.len() <= other.talks_to.len() { (one, right) } else { (other, left) };
        types_agree && !fewer.talks_to.iter().any(|neighbour| self.root(*neighbour) == root_of_more)
    }

    /// Whether a person said that something of one set is nothing of the other.
    fn is_kept_apart(&self, left: Node, right: Node) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        self.different.iter().any(|(one, other)| {
            let pair = (self.root(*one), self.root(*other));
            pair == (left, right) || pair == (right, left)
        })
    }

    fn unite(&mut self, left: Node, right: Node, reason: Reason) {
        let names = (left, right);
        let (left, right) = (self.root(left), self.root(right));
        if left == right {
            return;
        }
        self.joins.push((names.0, names.1, reason));
        // The larger set keeps its root and the larger list takes in the smaller, so that no chain of joins is slow.
        let joined = |root: Node| self.evidence.get(root).map_or(0, |evidence| evidence.joined);
        let (kept, gone) = if joined(left) >= joined(right) { (left, right) } else { (right, left) };
        if let Some(parent) = self.parent.get_mut(gone) {
            *parent = kept;
        }
        let mut gone = self.evidence.get_mut(gone).map(std::mem::take).unwrap_or_default();
        self.evidence_mut(kept, |evidence| {
            if gone.talks_to.len() > evidence.talks_to.len() {
                std::mem::swap(&mut gone.talks_to, &mut evidence.talks_to);
            }
            evidence.talks_to.extend(gone.talks_to);
            evidence.types.extend(gone.types);
            evidence.makes_component |= gone.makes_component;
            evidence.joined += gone.joined + 1;
        });
    }

    fn root(&self, mut node: Node) -> Node {
        while let Some(&parent) = self.parent.get(node).filter(|parent| **parent != node) {
            node = parent;
        }
        node
    }

    fn evidence_mut<R>(&mut self, node: Node, change: impl FnOnce(&mut Evidence) -> R) {
        if let Some(evidence) = self.evidence.get_mut(node) {
            change(evidence);
        }
    }
}
