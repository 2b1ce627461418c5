//! Chokepoints: what to do first, and the smallest set that cuts everything that can be cut.
//!
//! A set that stops all attackers hits every path. Paths are too many to list, so those are listed that the set so far leaves
//! open: find the smallest set that hits the paths listed, sweep with it, list a way that is still open, and again. When no way is left
//! the set is a smallest one, if each of the small problems was solved to the end; past a bound of work the greedy choice is
//! taken, and the result says so.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::ahead::Ahead;
use crate::analysis::Analysis;
use crate::breakable::{Breakables, Remedy};
use crate::capability::{Fact, Grade};
use crate::reach::{Reached, Trial};
use crate::search::Search;

/// Remedies that are tried one by one for what each does alone.
const TRIED_MAX: usize = 256;

/// Rounds of listing, and ways listed in each.
const ROUNDS_MAX: usize = 64;
const LISTED_MAX: usize = 32;

/// Nodes of the exact search before the greedy choice is taken.
const EXACT_NODES_MAX: usize = 20_000;

/// What one remedy does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chokepoint {
    /// The remedy.
    pub remedy: Remedy,
    /// How many ways of attackers to goals it takes away by itself, an attacker and a goal counted once.
    pub cuts: usize,
    /// How many it makes no longer certain, beyond those.
    pub unsettles: usize,
    /// How many ways of least cost go through it.
    pub carries: usize,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chokepoints {
    /// What to do first: by what each remedy cuts alone.
    pub ranked: Vec<Chokepoint>,
    /// A set that cuts every way that any remedy can cut.
    pub cut: Vec<Remedy>,
    /// Whether no smaller set does.
    pub is_smallest: bool,
    /// How many ways there are, an attacker and a goal counted once.
    pub ways: usize,
    /// How many of them no remedy cuts.
    pub uncut: usize,
}

impl Analysis<'_> {
    /// What to do against what attackers reach now.
    pub fn chokepoints(&self) -> Chokepoints {
        let breakables = Breakables::of(&self.graph, &self.trial);
        let ways = self.cheapest_ways();
        let mut carries = vec![0usize; breakables.remedies.len()];
        for way in &ways {
            let steps = way.steps.iter().map(|at| self.graph.step(*at));
            let through: BTreeSet<usize> = steps.flat_map(|step| breakables.of_step(step)).collect();
            for number in through {
                if let Some(count) = carries.get_mut(number) {
                    *count += 1;
                }
            }
        }
        let mut tried: Vec<usize> = (0..breakables.remedies.len()).collect();
        let carried = |number: &usize| carries.get(*number).copied().unwrap_or_default();
        tried.retain(|number| carried(number) > 0);
        tried.sort_by_key(|number| (usize::MAX - carried(number), *number));
        tried.truncate(TRIED_MAX);
        let all = self.pairs(&self.reached);
        let certain = self.pairs(&Reached::of(&self.graph, &self.ahead, Grade::Stated));
        let mut ranked: Vec<Chokepoint> = tried
            .par_iter()
            .filter_map(|number| {
                let after = breakables.with(&self.trial, [*number]);
                let (left, sure) = Reached::both(&self.graph, &Ahead::of(&self.graph, &after));
                let (left, sure) = (self.pairs(&left), self.pairs(&sure));
                let cuts = all.difference(&left).count();
                let unsettles = certain.difference(&sure).filter(|pair| left.contains(pair)).count();
                let remedy = breakables.remedies.get(*number)?.clone();
                Some(Chokepoint { remedy, cuts, unsettles, carries: carried(number) })
            })
            .collect();
        ranked.sort_by(|one, other| {
            let rank = |it: &Chokepoint| (usize::MAX - it.cuts, usize::MAX - it.unsettles, usize::MAX - it.carries);
            rank(one).cmp(&rank(other)).then_with(|| one.remedy.cmp(&other.remedy))
        });
        let (cut, is_smallest, uncut) = self.smallest_cut(&breakables);
        Chokepoints { ranked, cut, is_smallest, ways: all.len(), uncut }
    }

    /// Attackers with the goals that they reach.
    fn pairs(&self, reached: &Reached) -> BTreeSet<(u32, Fact)> {
        let attackers = 0u32..u32::try_from(self.graph.attackers.len()).unwrap_or(u32::MAX);
        let of_goal = |fact: Fact| {
            let who = reached.who(fact);
            attackers.clone().filter(move |attacker| who & (1 << attacker) != 0).map(move |attacker| (attacker, fact))
        };
        self.goals.iter().flat_map(|goal| of_goal(goal.fact)).collect()
    }

    fn reached_when(&self, trial: &Trial) -> BTreeSet<(u32, Fact)> {
        self.pairs(&Reached::of(&self.graph, &Ahead::of(&self.graph, trial), Grade::Unknown))
    }

    fn smallest_cut(&self, breakables: &Breakables) -> (Vec<Remedy>, bool, usize) {
        let everything = breakables.with(&self.trial, 0..breakables.remedies.len());
        let uncut = self.reached_when(&everything);
        let mut listed: Vec<BTreeSet<usize>> = Vec::new();
        let mut is_smallest = true;
        let mut set = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let after = breakables.with(&self.trial, set.iter().copied());
            let mut open = self.reached_when(&after);
            open.retain(|pair| !uncut.contains(pair));
            if open.is_empty() {
                let remedies = set.iter().filter_map(|number| breakables.remedies.get(*number).cloned()).collect();
                return (remedies, is_smallest, uncut.len());
            }
            listed.extend(self.open_ways(breakables, &after, &open));
            let (hitting, exact) = smallest_hitting(&listed);
            is_smallest &= exact;
            set = hitting;
        }
        // Too many rounds: what is still open is closed by whatever breaks it.
        let mut after = breakables.with(&self.trial, set.iter().copied());
        loop {
            let mut open = self.reached_when(&after);
            open.retain(|pair| !uncut.contains(pair));
            let more = self.open_ways(breakables, &after, &open);
            let before = set.len();
            set.extend(more.iter().filter_map(|way| way.first().copied()));
            if open.is_empty() || set.len() == before {
                break;
            }
            after = breakables.with(&self.trial, set.iter().copied());
        }
        let remedies = set.iter().filter_map(|number| breakables.remedies.get(*number).cloned()).collect();
        (remedies, false, uncut.len())
    }

    /// What would break ways that are still open, one way for each of some pairs.
    fn open_ways(&self, breakables: &Breakables, trial: &Trial, open: &BTreeSet<(u32, Fact)>) -> Vec<BTreeSet<usize>> {
        let mut found: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        let ahead = Ahead::of(&self.graph, trial);
        let mut search: Option<(u32, Search)> = None;
        for (attacker, fact) in open {
            if found.len() >= LISTED_MAX {
                break;
            }
            if search.as_ref().is_none_or(|(of, _)| of != attacker) {
                search = Some((*attacker, Search::of_attacker(&self.graph, &ahead, *attacker)));
            }
            let Some((_, search)) = &search else { continue };
            let steps = search.way(&self.graph, *fact);
            let broken: BTreeSet<usize> =
                steps.iter().flat_map(|at| breakables.of_step(self.graph.step(*at))).collect();
            if !broken.is_empty() {
                found.insert(broken);
            }
        }
        found.into_iter().collect()
    }
}

/// A smallest set that has something of each of the sets, and whether it is certain to be one.
fn smallest_hitting(sets: &[BTreeSet<usize>]) -> (BTreeSet<usize>, bool) {
    let mut best = greedy(sets);
    let mut nodes = 0;
    branch(sets, &mut BTreeSet::new(), &mut best, &mut nodes);
    (best, nodes < EXACT_NODES_MAX)
}

/// Always what hits most of what is left.
fn greedy(sets: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    let mut left: Vec<&BTreeSet<usize>> = sets.iter().collect();
    while !left.is_empty() {
        let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
        for number in left.iter().flat_map(|set| set.iter()) {
            *counts.entry(*number).or_default() += 1;
        }
        let Some((number, _)) = counts.into_iter().max_by_key(|(number, count)| (*count, usize::MAX - number)) else {
            break;
        };
        chosen.insert(number);
        left.retain(|set| !set.contains(&number));
    }
    chosen
}

/// Goes through all choices for the first set that is not hit yet, as long as they can be better than the best.
fn branch(sets: &[BTreeSet<usize>], chosen: &mut BTreeSet<usize>, best: &mut BTreeSet<usize>, nodes: &mut usize) {
    *nodes += 1;
    if *nodes >= EXACT_NODES_MAX {
        return;
    }
    let open = sets.iter().filter(|set| set.is_disjoint(chosen));
    let Some(next) = open.clone().min_by_key(|set| set.len()) else {
        if chosen.len() < best.len() {
            best.clone_from(chosen);
        }
        return;
    };
    if chosen.len() + disjoint(open) >= best.len() {
        return;
    }
    for number in next {
        chosen.insert(*number);
        branch(sets, chosen, best, nodes);
        chosen.remove(number);
    }
}

/// How many of the sets have nothing in common: so many more choices are needed at least.
fn disjoint<'s>(sets: impl Iterator<Item = &'s BTreeSet<usize>>) -> usize {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for set in sets {
        if set.is_disjoint(&seen) {
            seen.extend(set);
            count += 1;
        }
    }
    count
}
