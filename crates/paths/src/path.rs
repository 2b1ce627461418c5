//! From ways to paths that a person reads: ways that differ only in what is taken at the end or in who takes it laid together,
//! ranked, and only then worded.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{AttackPath, ElementId, Goal, Hop, Truth};

use crate::capability::{Capability, Fact, Grade, Node};
use crate::goal::GoalFact;
use crate::graph::{CapabilityGraph, Step, StepIndex};
use crate::nodes::Kind;
use crate::reach::Trial;
use crate::rule::Doubt;
use crate::search::parts;
use crate::ways::Way;

/// Citations that a hop shows.
const CITED_MAX: usize = 4;

/// Ways that are one path: the same hops up to what is taken at the end, equally sure.
#[derive(Debug)]
pub(crate) struct Group<'w> {
    /// The way that stands for all.
    pub(crate) best: &'w Way,
    pub(crate) ways: Vec<&'w Way>,
    pub(crate) score: u16,
    key: Key,
}

/// What makes ways one path: what is had on them but for where they begin and what is taken at the end, and how sure the whole and
/// the end are. A loss that hangs on an answer is no variant of one that does not.
type Key = (Grade, Grade, Vec<Fact>, Vec<Fact>);

/// Ways laid together, most pressing first.
pub(crate) fn grouped<'w>(
    graph: &CapabilityGraph<'_>,
    trial: &Trial,
    goals: &[GoalFact<'_>],
    ways: &'w [Way],
) -> Vec<Group<'w>> {
    let mut by_key: BTreeMap<Key, Vec<&Way>> = BTreeMap::new();
    for way in ways {
        by_key.entry(key(graph, trial, goals, way)).or_default().push(way);
    }
    let worth = |way: &Way| goals.get(way.goal).map_or(0, |goal| goal.worth);
    let mut groups: Vec<Group<'_>> = by_key
        .into_iter()
        .filter_map(|(key, ways)| {
            let best = ways.iter().copied().min_by_key(|way| {
                let score = score(worth(way), way.cost);
                (u16::MAX - score, way.cost, way.goal, way.attacker)
            })?;
            Some(Group { best, score: score(worth(best), best.cost), ways, key })
        })
        .collect();
    groups.sort_by(|one, other| {
        let rank = |it: &Group<'_>| (it.best.grade != Grade::Stated, u16::MAX - it.score, it.best.cost);
        rank(one).cmp(&rank(other)).then_with(|| one.key.cmp(&other.key))
    });
    groups
}

fn key(graph: &CapabilityGraph<'_>, trial: &Trial, goals: &[GoalFact<'_>], way: &Way) -> Key {
    let goal = goals.get(way.goal).map_or(Fact::NONE, |goal| goal.fact);
    let mut last = Grade::Stated;
    let (mut had, mut begun) = (Vec::new(), Vec::new());
    for at in &way.steps {
        let step = graph.step(*at);
        if step.to == goal {
            last = trial.grade(step).unwrap_or(Grade::Unknown);
            if takes_content(graph, step) {
                had.extend(step.needs().map(|need| Fact::new(Capability::Near, need.node())));
            } else {
                had.push(goal);
            }
        } else if step.is_beginning() {
            begun.push(step.to);
        } else if !step.is_definition() {
            had.push(step.to);
        }
    }
    // What is taken at once is told apart by what it is taken from.
    if !had.iter().all(|fact| fact.capability() == Capability::Near) {
        begun.clear();
    }
    had.sort_unstable();
    begun.sort_unstable();
    (way.grade, last, had, begun)
}

/// Whether the step only takes or changes data at the end.
fn takes_content(graph: &CapabilityGraph<'_>, step: &Step) -> bool {
    matches!(graph.parts.nodes.kind(step.to.node()), Kind::Data(_))
}

/// How pressing a way is, in tenths: what it leads to is worth most, then how sure it is, then how long.
fn score(worth: u8, cost: u64) -> u16 {
    let (unknown, assumed, steps) = parts(cost);
    let base: u64 = match worth {
        4.. => 95,
        3 => 78,
        _ => 50,
    };
    let loss = (unknown * 10).min(40) + (assumed * 5).min(20) + (steps.saturating_sub(3) * 2).min(15);
    u16::try_from(base.saturating_sub(loss).max(5)).unwrap_or(5)
}

/// A group in words.
pub(crate) fn worded(
    graph: &CapabilityGraph<'_>,
    trial: &Trial,
    goals: &[GoalFact<'_>],
    group: &Group<'_>,
) -> Option<AttackPath> {
    let hops = hops(graph, trial, &group.best.steps, graph.attackers.get(group.best.attacker as usize).copied());
    let goal = goals.get(group.best.goal)?;
    let mut attackers: Vec<String> = group
        .ways
        .iter()
        .filter_map(|way| graph.attackers.get(way.attacker as usize))
        .map(|attacker| attacker.id.clone())
        .collect();
    attackers.sort();
    attackers.dedup();
    let mut numbers: Vec<usize> = group.ways.iter().map(|way| way.goal).filter(|at| *at != group.best.goal).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let others = numbers.iter().filter_map(|at| goals.get(*at));
    let entry = hops.first().map_or_else(|| graph.parts.nodes.id(goal.fact.node()).clone(), |hop| hop.to.clone());
    let target = graph.parts.nodes.id(goal.fact.node()).clone();
    let gains = goal.fact.capability().as_str().to_owned();
    Some(AttackPath {
        id: id(&entry, &target, &gains, &hops),
        attackers,
        entry,
        target,
        gains,
        goals: std::iter::once(goal).chain(others).map(|goal| as_goal(graph, goal)).collect(),
        truth: truth(graph, trial, group),
        hops,
        score_tenths: group.score,
        variants: group.ways.len() - 1,
    })
}

/// How sure the way is that stands for the group.
pub(crate) fn truth(graph: &CapabilityGraph<'_>, trial: &Trial, group: &Group<'_>) -> Truth {
    let steps = group.best.steps.iter().map(|at| graph.step(*at)).filter(|step| !step.is_definition());
    steps.map(|step| trial.grade(step).unwrap_or(Grade::Unknown).truth()).min().unwrap_or(Truth::True)
}

/// The ids of the paths of one list. Paths whose hops are the same and that differ in how sure they are get ids of their own.
#[derive(Debug, Default)]
pub(crate) struct Named(BTreeSet<ElementId>);

impl Named {
    /// The id of the next path of the list, which its hops alone would give `id`.
    pub(crate) fn next(&mut self, mut id: ElementId, truth: Truth) -> ElementId {
        while !self.0.insert(id.clone()) {
            id = ElementId::hashed("path", &[id.as_str(), truth.as_str()]);
        }
        id
    }

    pub(crate) fn into_ids(self) -> BTreeSet<ElementId> {
        self.0
    }
}

/// A path is known by where it begins, where it ends, and by which hops.
fn id(entry: &ElementId, target: &ElementId, gains: &str, hops: &[Hop]) -> ElementId {
    let hops = hops.iter().skip(1).flat_map(|hop| [hop.rule.as_str(), hop.to.as_str(), hop.gains.as_str()]);
    let parts: Vec<&str> = [entry.as_str(), target.as_str(), gains].into_iter().chain(hops).collect();
    ElementId::hashed("path", &parts)
}

pub(crate) fn as_goal(graph: &CapabilityGraph<'_>, goal: &GoalFact<'_>) -> Goal {
    Goal {
        element: graph.parts.nodes.id(goal.fact.node()).clone(),
        gains: goal.fact.capability().as_str().to_owned(),
        why: goal.why.clone(),
        worth: goal.worth,
        evidence: goal.evidence.get(..CITED_MAX).unwrap_or(goal.evidence).to_vec(),
    }
}

/// The steps of a way as hops; what a word means is no hop.
pub(crate) fn hops(
    graph: &CapabilityGraph<'_>,
    trial: &Trial,
    steps: &[StepIndex],
    attacker: Option<&crate::attacker::Attacker>,
) -> Vec<Hop> {
    let shown = steps.iter().map(|at| graph.step(*at)).filter(|step| !step.is_definition());
    shown.map(|step| hop(graph, trial, step, attacker)).collect()
}

fn hop(graph: &CapabilityGraph<'_>, trial: &Trial, step: &Step, attacker: Option<&crate::attacker::Attacker>) -> Hop {
    let to = step.to.node();
    let mut needs = step.needs();
    let first = needs.next();
    let mut also: Vec<Node> = needs.map(Fact::node).filter(|node| *node != to).collect();
    also.dedup();
    let from_name = first.map_or_else(
        || attacker.map_or_else(|| "an attacker".to_owned(), |it| it.title.clone()),
        |fact| graph.parts.nodes.name(fact.node()).to_owned(),
    );
    let from_id = match (first, attacker) {
        (Some(fact), _) => graph.parts.nodes.id(fact.node()).clone(),
        (None, Some(attacker)) => ElementId::named("attacker", &attacker.id),
        (None, None) => graph.parts.nodes.id(to).clone(),
    };
    let to_name = graph.parts.nodes.name(to);
    let gate = graph.gate_of(step);
    let grade = trial.grade(step).unwrap_or(Grade::Unknown);
    let threat = step.threat.and_then(|at| graph.threat(at));
    let mut means = step.rule.means(&from_name, to_name, &does(step.to.capability(), to_name));
    if let Some(threat) = threat {
        means = format!("{means}: {}", threat.title);
    }
    let mut evidence: Vec<_> = graph.evidence(step).cloned().collect();
    evidence.extend(gate.into_iter().flat_map(crate::gate::Gate::open_by).cloned());
    evidence.sort();
    evidence.dedup();
    evidence.truncate(CITED_MAX);
    let mut questions: Vec<String> = Vec::new();
    if grade != Grade::Stated {
        questions.extend(step.doubt.question(&from_name, to_name));
        if step.doubt == Doubt::Threat {
            questions.extend(threat.into_iter().flat_map(|it| it.questions.iter().cloned()));
        }
        let is_open = step.gate.and_then(|at| trial.states.get(at as usize)?.grade()) != Some(Grade::Stated);
        let ask = |gate: &crate::gate::Gate<'_>| {
            let on = graph.node_of(gate.on).map_or(to_name, |node| graph.parts.nodes.name(node));
            gate.kind.question(&from_name, to_name, on)
        };
        questions.extend(gate.filter(|_| is_open).map(ask));
    }
    Hop {
        from: from_id,
        also: also.into_iter().map(|node| graph.parts.nodes.id(node).clone()).collect(),
        to: graph.parts.nodes.id(to).clone(),
        gains: step.to.capability().as_str().to_owned(),
        rule: step.rule.id().to_owned(),
        means,
        truth: grade.truth(),
        evidence,
        questions,
        broken_by: gate.map(crate::gate::Gate::breakers).unwrap_or_default(),
        threat: threat.map(|it| it.id.clone()),
    }
}

/// What is had, as a verb with its object.
pub(crate) fn does(capability: Capability, name: &str) -> String {
    match capability {
        Capability::Reach => format!("connects to {name}"),
        Capability::Near => format!("gets a foothold beside {name}"),
        Capability::Call => format!("sends requests that {name} answers"),
        Capability::Use => format!("is served by {name} as somebody entitled"),
        Capability::Exec => format!("runs code in {name}"),
        Capability::Read => format!("reads {name}"),
        Capability::Write => format!("changes {name}"),
        Capability::Deny => format!("takes {name} away"),
        Capability::Admin => format!("governs {name}"),
        Capability::Assume => format!("acts as {name}"),
        Capability::Hold => format!("knows {name}"),
        Capability::Feed => format!("gets words into {name}"),
        Capability::Forge => format!("makes {name} send requests"),
        Capability::Issue => format!("issues identities as {name}"),
        Capability::Decrypt => format!("decrypts what the key of {name} protects"),
        Capability::Tenant => format!("is a tenant of {name}"),
    }
}
