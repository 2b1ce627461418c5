//! All minimal ways of an attacker, not only the cheapest.
//!
//! A way is what is had on it beyond what the attacker begins with and beyond what words mean, and what is left open on it. It is
//! minimal when nothing of both can be left out: no other way does with fewer of its hops without resting on more that is not
//! certain. So a detour is a way of its own only where it is surer, and steps to the same hop that are equally sure are one way.
//!
//! Sets of marks spread from what is given along the steps, smaller ones first, and one that holds another of its fact is dropped.
//! Without bounds that lists all. There can be more than anybody could read, so sets of one fact and the work are bounded; whoever
//! asks is told when a bound was met.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::ahead::{Ahead, Field};
use crate::capability::{Fact, Grade};
use crate::graph::{CapabilityGraph, Step, StepIndex};
use crate::reach::Reached;

/// Sets that are followed further for one fact.
const SETS_MAX: usize = 64;

/// Sets that are noted for one fact before it is known which of them are small.
const NOTED_MAX: usize = 4 * SETS_MAX;

/// Sets that are made for one attacker in a graph of a few hundred parts.
const MADE_MAX: usize = 100_000;

/// Sets that are made for one attacker however large the graph is.
const MADE_MIN: usize = 500;

/// In a larger graph, where nobody could read all ways, fewer sets are made: this number divided by that of its facts.
const MADE_BY_FACTS: usize = 300_000_000;

/// No place.
const NOWHERE: u32 = u32::MAX;

/// That a fact is had by a step, that this is assumed at best, or that it is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark(u64);

impl Mark {
    fn hop(fact: Fact) -> Self {
        Self(u64::from(fact.0) << 2)
    }

    fn not_surer_than(fact: Fact, grade: Grade) -> Self {
        Self(u64::from(fact.0) << 2 | grade as u64)
    }

    /// What it marks a way with that the step is taken.
    fn all(step: &Step, grade: Grade) -> impl Iterator<Item = Self> {
        let is_hop = !step.is_definition() && !step.is_beginning();
        let to = step.to;
        let open = [Grade::Assumed, Grade::Unknown].into_iter().filter(move |it| *it <= grade);
        is_hop.then(|| Self::hop(to)).into_iter().chain(open.map(move |it| Self::not_surer_than(to, it)))
    }
}

/// A way as its marks, in order of their numbers.
pub(crate) type Marks = Box<[Mark]>;

/// Whether the step can be taken on a way with these marks.
pub(crate) fn is_on(marks: &[Mark], step: &Step, grade: Grade) -> bool {
    Mark::all(step, grade).all(|mark| marks.binary_search(&mark).is_ok())
}

/// The marks of steps.
pub(crate) fn marks_of<'s>(steps: impl Iterator<Item = (&'s Step, Grade)>) -> Marks {
    let mut marks: Vec<Mark> = steps.flat_map(|(step, grade)| Mark::all(step, grade)).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.into_boxed_slice()
}

/// The ways that one attacker has.
#[derive(Debug)]
pub(crate) struct Minimal {
    /// The goals by their places in the list that was asked for, with their ways.
    pub(crate) ways: Vec<(usize, Marks)>,
    /// Whether no bound was met: there are no others.
    pub(crate) is_complete: bool,
}

/// For whom ways are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'q> {
    pub(crate) ahead: &'q Ahead,
    pub(crate) reached: &'q Reached,
    pub(crate) attacker: u32,
}

impl Question<'_> {
    /// How sure a step is, if it can be taken.
    pub(crate) fn grade(&self, at: StepIndex) -> Option<Grade> {
        self.ahead.grade(at)
    }

    /// The steps by which the attacker begins.
    pub(crate) fn beginnings<'a>(&'a self, graph: &'a CapabilityGraph<'_>) -> impl Iterator<Item = StepIndex> + 'a {
        let theirs = graph.beginnings.iter().filter(|it| it.attacker == self.attacker);
        theirs.map(|it| it.step).filter(|step| self.grade(*step).is_some())
    }

    fn is_had(&self, fact: Fact) -> bool {
        self.reached.who(fact) & (1 << self.attacker) != 0
    }
}

/// All minimal ways to the goals, as far as the bounds allow. The goals are among those of the field.
pub(crate) fn minimal(graph: &CapabilityGraph<'_>, question: Question<'_>, field: &Field, goals: &[Fact]) -> Minimal {
    let mut spreading = Spreading {
        graph,
        question,
        field,
        places: vec![NOWHERE; graph.facts()],
        sets: Vec::new(),
        waiting: BinaryHeap::new(),
        made: 0,
        made_max: (MADE_BY_FACTS / graph.facts().max(1)).clamp(MADE_MIN, MADE_MAX),
        is_complete: true,
    };
    spreading.run();
    let found = |(at, goal): (usize, &Fact)| -> Vec<(usize, Marks)> {
        let Some(sets) = spreading.sets_of(*goal) else { return Vec::new() };
        sets.settled.iter().filter_map(|set| Some((at, sets.noted.get(*set)?.marks.clone()))).collect()
    };
    let ways = goals.iter().enumerate().flat_map(found).collect();
    Minimal { ways, is_complete: spreading.is_complete }
}

/// A set with what tells most of those apart that it cannot hold or be held by.
#[derive(Clone, Debug)]
struct Noted {
    marks: Marks,
    /// A bit for each mark, of which several may have the same.
    signature: u64,
}

impl Noted {
    fn new(marks: Marks) -> Self {
        // Marks that follow each other differ in their lowest bits; the product spreads them over the highest.
        let bit = |mark: &Mark| 1u64 << (mark.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58);
        Self { signature: marks.iter().fold(0, |all, mark| all | bit(mark)), marks }
    }

    /// Whether all of it is in `whole`.
    fn is_within(&self, whole: &Self) -> bool {
        self.signature & !whole.signature == 0 && is_within(&self.marks, &whole.marks)
    }
}

/// The sets of one fact.
#[derive(Clone, Debug, Default)]
struct Sets {
    noted: Vec<Noted>,
    /// Those of them that are known to hold no other.
    settled: Vec<usize>,
}

/// A set that waits to be followed, by size, then by when it was found: its fact's place and its own among the fact's.
type Waiting = Reverse<(usize, usize, usize, usize)>;

struct Spreading<'q, 'a> {
    graph: &'q CapabilityGraph<'a>,
    question: Question<'q>,
    field: &'q Field,
    /// Where the sets of each fact are that has any.
    places: Vec<u32>,
    sets: Vec<(Fact, Sets)>,
    waiting: BinaryHeap<Waiting>,
    made: usize,
    made_max: usize,
    is_complete: bool,
}

impl Spreading<'_, '_> {
    fn run(&mut self) {
        let (graph, question) = (self.graph, self.question);
        for at in question.beginnings(graph) {
            let step = graph.step(at);
            self.note(step.to, marks_of(question.grade(at).map(|grade| (step, grade)).into_iter()));
        }
        while let Some(Reverse((_, _, place, at))) = self.waiting.pop() {
            let Some((fact, set)) = self.settle(place, at) else { continue };
            for onward in question.ahead.from(fact).iter().filter(|it| self.field.has(it.to) && question.is_had(it.to))
            {
                let step = graph.step(onward.step);
                let own = marks_of(std::iter::once((step, onward.grade)));
                let mut unions: Vec<Marks> = vec![joined(&set, &own)];
                for need in onward.others().filter(|need| *need != fact) {
                    unions = self.with_sets_of(need, &unions);
                }
                for union in unions {
                    self.note(step.to, union);
                }
                if self.made > self.made_max {
                    self.is_complete = false;
                    return;
                }
            }
        }
    }

    fn sets_of(&self, fact: Fact) -> Option<&Sets> {
        let place = self.places.get(fact.index()).copied().filter(|place| *place != NOWHERE)?;
        self.sets.get(place as usize).map(|(_, sets)| sets)
    }

    /// Whether the fact is had and leads to a goal.
    fn matters(&self, fact: Fact) -> bool {
        self.field.has(fact) && self.question.is_had(fact)
    }

    /// The place of the fact's sets, whether it has any or not; none for a fact that does not matter.
    fn place(&mut self, fact: Fact) -> Option<usize> {
        if !self.matters(fact) {
            return None;
        }
        let place = self.places.get_mut(fact.index())?;
        if *place == NOWHERE {
            *place = u32::try_from(self.sets.len()).unwrap_or(NOWHERE);
            self.sets.push((fact, Sets::default()));
        }
        Some(*place as usize)
    }

    /// The set and its fact, unless it holds another of its fact by now or its fact has enough of them.
    fn settle(&mut self, place: usize, at: usize) -> Option<(Fact, Marks)> {
        let (fact, sets) = self.sets.get_mut(place)?;
        let set = sets.noted.get(at)?;
        if sets.noted.iter().any(|other| other.marks.len() < set.marks.len() && other.is_within(set)) {
            return None;
        }
        if sets.settled.len() >= SETS_MAX {
            self.is_complete = false;
            return None;
        }
        let marks = set.marks.clone();
        sets.settled.push(at);
        Some((*fact, marks))
    }

    /// Each of the sets with each settled set of another need.
    fn with_sets_of(&mut self, need: Fact, sets: &[Marks]) -> Vec<Marks> {
        let Some(others) = self.sets_of(need) else { return Vec::new() };
        let others = || others.settled.iter().filter_map(|at| others.noted.get(*at).map(|it| &it.marks));
        let unions: Vec<Marks> = sets.iter().flat_map(|set| others().map(|other| joined(set, other))).collect();
        self.made += unions.len();
        unions
    }

    fn note(&mut self, fact: Fact, set: Marks) {
        self.made += 1;
        let Some(place) = self.place(fact) else { return };
        let Some((_, sets)) = self.sets.get_mut(place) else { return };
        let set = Noted::new(set);
        if sets.noted.iter().any(|other| other.is_within(&set)) {
            return;
        }
        if sets.noted.len() >= NOTED_MAX {
            self.is_complete = false;
            return;
        }
        self.waiting.push(Reverse((set.marks.len(), self.made, place, sets.noted.len())));
        sets.noted.push(set);
    }
}

/// Both sets in one.
fn joined(one: &[Mark], other: &[Mark]) -> Marks {
    let mut all: Vec<Mark> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.into_boxed_slice()
}

/// Whether all of `part` is in `whole`.
fn is_within(part: &[Mark], whole: &[Mark]) -> bool {
    let mut rest = whole.iter();
    part.len() <= whole.len() && part.iter().all(|mark| rest.by_ref().find(|it| *it >= mark) == Some(mark))
}
