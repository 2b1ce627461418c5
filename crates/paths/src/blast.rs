//! Blast radius: what follows when something is in the wrong hands, and what stops it from going further.

use std::collections::BTreeSet;

use cairn_model::{Breaker, ElementId, Goal, Hop};

use crate::analysis::Analysis;
use crate::capability::{Capability, Fact, Grade, Node};
use crate::gate::State;
use crate::nodes::{EVERYTHING, Kind, SUPPLY};
use crate::path::{as_goal, does, hops};
use crate::reach::Reached;
use crate::search::Search;

/// What of an element is in the wrong hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// The whole of it: a part runs an attacker's code, a secret is known, data is read and changed, a principal is acted as.
    Whole,
    /// What stands in it, and no more: it is a source of documents or messages, and an attacker writes some of them.
    Content,
}

/// What follows when an element is in the wrong hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blast {
    /// The element.
    pub origin: ElementId,
    /// What is had to begin with.
    pub begins: Vec<String>,
    /// Elements that are lost too, the nearest first.
    pub lost: Vec<Lost>,
    /// Goals among them.
    pub goals: Vec<Goal>,
    /// Boundaries with parts on both sides of which something is had.
    pub crossed: Vec<ElementId>,
    /// What holds.
    pub contained: Vec<Contained>,
}

/// An element that is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The element.
    pub element: ElementId,
    /// What is had there, by name.
    pub gains: Vec<String>,
    /// Whether every step to some of it is stated.
    pub is_certain: bool,
    /// Whether it is data.
    pub is_data: bool,
    /// How it comes to that: the way to the least that is worth saying.
    pub hops: Vec<Hop>,
}

/// A step that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contained {
    /// The element that is kept.
    pub element: ElementId,
    /// What would be had, as a sentence.
    pub step: String,
    /// What stops it, cited.
    pub by: Vec<Breaker>,
}

impl Analysis<'_> {
    /// What follows when the element, or what stands in it, is in the wrong hands. `None` for an element that nobody can have in
    /// hand in this way.
    pub fn blast(&self, element: &ElementId, hands: Hands) -> Option<Blast> {
        let node = self.graph.node_of(element)?;
        let given = match hands {
            Hands::Whole => whole(self, node),
            Hands::Content => content(self, node),
        };
        if given.is_empty() {
            return None;
        }
        let begins: BTreeSet<&str> = given.iter().map(|fact| fact.capability().as_str()).collect();
        let ones = || given.iter().map(|fact| (*fact, 1));
        let all = Reached::from(&self.graph, &self.ahead, Grade::Unknown, ones());
        let certain = Reached::from(&self.graph, &self.ahead, Grade::Stated, ones());
        let search = Search::of_facts(&self.graph, &self.ahead, &given);
        let goals = self.goals.iter().filter(|goal| all.who(goal.fact) != 0 && goal.fact.node() != node);
        let mut lost: Vec<(u64, Lost)> = Vec::new();
        for (other, kind) in self.graph.parts.nodes.all() {
            if hands == Hands::Whole && other == node || matches!(other, SUPPLY | EVERYTHING) {
                continue;
            }
            let is_lost = |fact: Fact| all.who(fact) != 0 && !given.contains(&fact);
            let had = Capability::ALL.into_iter().filter(|it| is_shown(*it) && is_lost(Fact::new(*it, other)));
            let had: Vec<Capability> = had.collect();
            let nearest = had.iter().filter_map(|it| Some((search.effort(Fact::new(*it, other))?, *it))).min();
            let Some((cost, nearest)) = nearest else { continue };
            let way = search.way(&self.graph, Fact::new(nearest, other));
            lost.push((
                cost,
                Lost {
                    element: self.graph.parts.nodes.id(other).clone(),
                    gains: had.iter().map(|it| it.as_str().to_owned()).collect(),
                    is_certain: had.iter().any(|it| certain.who(Fact::new(*it, other)) != 0),
                    is_data: matches!(kind, Kind::Data(_)),
                    hops: hops(&self.graph, &self.trial, &way, None),
                },
            ));
        }
        lost.sort_by(|one, other| (one.0, &one.1.element).cmp(&(other.0, &other.1.element)));
        Some(Blast {
            origin: element.clone(),
            begins: begins.into_iter().map(str::to_owned).collect(),
            goals: goals.map(|goal| as_goal(&self.graph, goal)).collect(),
            crossed: self.crossed(&all),
            contained: self.contained(&all),
            lost: lost.into_iter().map(|(_, lost)| lost).collect(),
        })
    }

    /// Steps that everything is there for but an open gate.
    fn contained(&self, reached: &Reached) -> Vec<Contained> {
        let mut found = BTreeSet::new();
        for step in &self.graph.steps {
            let is_shut = step.gate.and_then(|at| self.trial.states.get(at as usize)) == Some(&State::Closed);
            if !is_shut || reached.who(step.to) != 0 || step.body.iter().all(|need| *need == Fact::NONE) {
                continue;
            }
            if step.needs().all(|need| reached.who(need) != 0)
                && let Some(gate) = self.graph.gate_of(step)
            {
                let name = self.graph.parts.nodes.name(step.to.node());
                found.insert(Contained {
                    element: self.graph.parts.nodes.id(step.to.node()).clone(),
                    step: does(step.to.capability(), name),
                    by: gate.breakers(),
                });
            }
        }
        found.into_iter().collect()
    }

    /// Boundaries that are entered: something inside is had and something outside as well.
    fn crossed(&self, reached: &Reached) -> Vec<ElementId> {
        let had: BTreeSet<Node> = reached
            .facts()
            .filter(|fact| is_shown(fact.capability()))
            .map(Fact::node)
            .filter(|node| self.graph.parts.nodes.component(*node).is_some())
            .collect();
        let mut found = Vec::new();
        for (_, kind) in self.graph.parts.nodes.all() {
            let Kind::Boundary(boundary) = kind else { continue };
            let members: BTreeSet<Node> =
                boundary.members.iter().filter_map(|id| self.graph.parts.nodes.by_id(id)).collect();
            if !members.is_disjoint(&had) && !had.is_subset(&members) {
                found.push(boundary.id.clone());
            }
        }
        found
    }
}

/// Capabilities that are losses. A connection or a foothold beside a part is none yet.
const fn is_shown(capability: Capability) -> bool {
    use Capability as C;
    matches!(
        capability,
        C::Use | C::Call | C::Exec | C::Read | C::Write | C::Deny | C::Admin | C::Assume | C::Hold | C::Issue
    )
}

/// What the wrong hands have of an element as a whole.
fn whole(analysis: &Analysis<'_>, node: Node) -> Vec<Fact> {
    use Capability as C;
    let had: &[Capability] = match analysis.graph.parts.nodes.kind(node) {
        Kind::Component(_) => &[C::Exec, C::Feed],
        Kind::Data(_) => &[C::Read, C::Write, C::Hold],
        Kind::Boundary(_) => &[C::Near],
        Kind::Principal => &[C::Assume],
        Kind::Supply | Kind::Everything => &[],
    };
    had.iter().map(|capability| Fact::new(*capability, node)).collect()
}

/// What whoever writes some of the content has: the content arrives in the part, or in every part that has to do with the data.
fn content(analysis: &Analysis<'_>, node: Node) -> Vec<Fact> {
    use Capability as C;
    let parts = &analysis.graph.parts;
    match parts.nodes.kind(node) {
        Kind::Component(_) => vec![Fact::new(C::Feed, node)],
        Kind::Data(_) => {
            let handles = |part: Node| parts.touched(part).iter().any(|touch| touch.data == node);
            let fed = parts.nodes.components().map(|(part, _)| part).filter(|part| handles(*part));
            fed.map(|part| Fact::new(C::Feed, part)).chain([Fact::new(C::Write, node)]).collect()
        }
        Kind::Boundary(_) | Kind::Principal | Kind::Supply | Kind::Everything => Vec::new(),
    }
}
