//! All paths of small systems, found a second time by nothing but trying.
//!
//! The oracle knows the steps of a system as a list and nothing of how the product searches. What a way is made of are marks: hops,
//! and that a hop or a beginning is not certain. The one question it asks is whether a set of marks is enough: go through all
//! steps again and again until nothing more is had. It takes marks away from all there are until none can be missed, which
//! gives one minimal way; every other way lacks one of that way's marks, so it looks again without each of them in turn.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{AttackPath, ElementId, Hop, System, Threat, Truth};
use cairn_paths::{Analysis, Attackers, ListedStep};
use proptest::prelude::*;

use super::properties::systems;
use super::suite::cases;
use super::system::{system, threats};

/// Sets that are looked through for one goal before a system counts as too large for this.
const SETS_MAX: usize = 4_000;

/// What a way is marked with, a bit each.
type Marks = u128;

/// An element and what is had there.
type Goal = (String, String);

/// A step: what it needs, what it gives, and its marks.
struct Step {
    needs: Vec<usize>,
    to: usize,
    marks: Marks,
    listed: ListedStep,
}

/// All steps of a system, facts and marks as numbers.
struct Steps {
    all: Vec<Step>,
    facts: BTreeMap<Goal, usize>,
    names: Vec<String>,
}

impl Steps {
    /// `None` where there are more marks than bits.
    fn of(listed: Vec<ListedStep>) -> Option<Self> {
        let mut steps = Self { all: Vec::new(), facts: BTreeMap::new(), names: Vec::new() };
        for step in listed {
            let needs = step.needs.iter().map(|(element, gains)| steps.fact(element, gains)).collect();
            let to = steps.fact(&step.to.0, step.to.1);
            let name = format!("{}.{}", step.to.0, step.to.1);
            let mut marks = 0;
            for (is_marked, mark) in [
                (!step.needs.is_empty() && !step.is_definition, ""),
                (!step.is_stated, "~"),
                (!step.is_stated && !step.is_assumed, "?"),
            ] {
                if is_marked {
                    marks |= steps.mark(format!("{name}{mark}"))?;
                }
            }
            steps.all.push(Step { needs, to, marks, listed: step });
        }
        Some(steps)
    }

    fn fact(&mut self, element: &ElementId, gains: &str) -> usize {
        let next = self.facts.len();
        *self.facts.entry((element.to_string(), gains.to_owned())).or_insert(next)
    }

    fn mark(&mut self, name: String) -> Option<Marks> {
        let known = self.names.iter().position(|it| *it == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        1u128.checked_shl(u32::try_from(at).unwrap())
    }

    fn shown(&self, marks: Marks) -> String {
        let names = self.names.iter().enumerate().filter(|(at, _)| marks & (1 << at) != 0);
        names.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether the goal is had with these marks.
    fn is_enough(&self, marks: Marks, goal: usize) -> bool {
        let mut had = vec![false; self.facts.len()];
        loop {
            let mut is_new = false;
            for step in &self.all {
                if !had[step.to] && step.marks & !marks == 0 && step.needs.iter().all(|need| had[*need]) {
                    had[step.to] = true;
                    is_new = true;
                }
            }
            if had[goal] || !is_new {
                return had[goal];
            }
        }
    }

    /// All minimal sets of marks with which the goal is had. `None` when there is too much to look through.
    fn all_minimal(&self, goal: usize) -> Option<BTreeSet<Marks>> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![self.all.iter().fold(0, |all, step| all | step.marks)];
        while let Some(allowed) = open.pop() {
            if !seen.insert(allowed) || !self.is_enough(allowed, goal) {
                continue;
            }
            if seen.len() > SETS_MAX {
                return None;
            }
            let mut least = allowed;
            for mark in bits(allowed) {
                if self.is_enough(least & !mark, goal) {
                    least &= !mark;
                }
            }
            open.extend(bits(least).map(|mark| allowed & !mark));
            found.insert(least);
        }
        Some(found)
    }
}

fn bits(marks: Marks) -> impl Iterator<Item = Marks> {
    (0..128).map(|at| 1 << at).filter(move |bit| marks & bit != 0)
}

/// What a listed path may be marked with on its way to one of its goals. Which of several steps to a hop it takes, and whether one
/// that is not certain is assumed or unknown, is not told; so there may be several.
fn marks_of(path: &AttackPath, steps: &Steps, goal: &Goal) -> BTreeSet<Marks> {
    let own = (path.target.to_string(), path.gains.clone());
    let is_end = |hop: &Hop| (hop.to.to_string(), hop.gains.clone()) == own;
    let mut all = BTreeSet::from([0]);
    for hop in path.hops.iter().filter(|hop| *goal == own || !is_end(hop)) {
        let is_it = |step: &&Step| {
            let listed = &step.listed;
            let leads_there = listed.to.0 == hop.to && listed.to.1 == hop.gains && !listed.is_definition;
            leads_there && listed.is_stated == (hop.truth == Truth::True)
        };
        let mut marks: Vec<Marks> = steps.all.iter().filter(is_it).map(|step| step.marks).collect();
        assert!(!marks.is_empty(), "a step leads to {} of {}", hop.gains, hop.to);
        if hop.truth == Truth::True {
            // What is had to begin with needs no step.
            marks = marks.into_iter().min().into_iter().collect();
        }
        all = all.iter().flat_map(|known| marks.iter().map(move |marks| known | marks)).collect();
    }
    if *goal == own {
        return all;
    }
    let ends: Vec<Marks> = (steps.all.iter().filter(|step| Some(&step.to) == steps.facts.get(goal)))
        .map(|step| step.marks)
        .chain([0])
        .collect();
    all.iter().flat_map(|known| ends.iter().map(move |marks| known | marks)).collect()
}

/// Compares all paths of one attacker with what the oracle finds. How many ways were compared; `None` when it is too much for
/// one of them.
fn compare(model: &System, weaknesses: &[Threat], attacker: &str) -> Result<Option<usize>, String> {
    let attackers = Attackers::built_in().only(|it| it.id == attacker);
    let analysis = Analysis::new(model, weaknesses, &attackers);
    let found = analysis.paths(usize::MAX);
    let Some(steps) = Steps::of(analysis.steps()).filter(|_| found.is_complete) else { return Ok(None) };
    let mut listed: BTreeMap<Goal, Vec<BTreeSet<Marks>>> = BTreeMap::new();
    for path in &found.paths {
        for goal in &path.goals {
            let goal = (goal.element.to_string(), goal.gains.clone());
            let ways = marks_of(path, &steps, &goal);
            listed.entry(goal).or_default().push(ways);
        }
    }
    let mut compared = 0;
    for goal in analysis.goals() {
        let goal = (goal.element.to_string(), goal.gains);
        let known = match steps.facts.get(&goal) {
            Some(fact) => steps.all_minimal(*fact),
            None => Some(BTreeSet::new()),
        };
        let Some(known) = known else { return Ok(None) };
        let listed = listed.remove(&goal).unwrap_or_default();
        compared += known.len();
        let shown = |ways: &BTreeSet<Marks>| ways.iter().map(|way| steps.shown(*way)).collect::<Vec<_>>();
        for way in &known {
            if !listed.iter().any(|it| it.contains(way)) {
                return Err(format!("{attacker} to {goal:?}: not listed: {}", steps.shown(*way)));
            }
        }
        for ways in &listed {
            if ways.is_disjoint(&known) {
                return Err(format!("{attacker} to {goal:?}: {:?} is none of {:?}", shown(ways), shown(&known)));
            }
        }
    }
    Ok(Some(compared))
}

#[test]
fn the_paths_of_the_suite_are_all_there_are() {
    let (mut systems, mut ways) = (0, 0);
    for case in cases() {
        let model = system(&case.text);
        let weaknesses = if case.with_threats { threats(&model) } else { Vec::new() };
        let compared =
            compare(&model, &weaknesses, &case.attacker).unwrap_or_else(|error| panic!("{}: {error}", case.title));
        ways += compared.unwrap_or_else(|| panic!("{} is too large", case.title));
        systems += 1;
    }
    println!("{ways} minimal ways in {systems} systems, none missing and none too many");
    assert!(systems > 0 && ways > systems / 2);
}

#[test]
fn no_mark_of_a_way_can_be_missed() {
    let model = system(
        "component Ledger type=datastore exposure=internet\ndata People classification=personal\n\
         holding People in Ledger handling=stores\n",
    );
    let attackers = Attackers::built_in().only(|it| it.id == "internet");
    let steps = Steps::of(Analysis::new(&model, &[], &attackers).steps()).unwrap();
    let goal = steps.facts[&(model.data[0].id.to_string(), "read".to_owned())];
    let known = steps.all_minimal(goal).unwrap();
    let shown: Vec<String> = known.iter().map(|way| steps.shown(*way)).collect();
    assert_eq!(shown, ["cmp-ledger.call, cmp-ledger.call~, cmp-ledger.call?, data-people.read"]);
    assert!(known.iter().all(|way| bits(*way).all(|mark| !steps.is_enough(way & !mark, goal))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_global_rejects: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_paths_of_any_small_system_are_all_there_are(text in systems(3..6, 4..14), with_threats in any::<bool>()) {
        let model = system(&text);
        let weaknesses = if with_threats { threats(&model) } else { Vec::new() };
        for attacker in ["internet", "compromised-vendor", "insider", "document-author", "other-tenant"] {
            match compare(&model, &weaknesses, attacker) {
                Ok(Some(_)) => {}
                // Too much to look through: another system is taken, and there must be enough of the others.
                Ok(None) => return Err(TestCaseError::reject("too large")),
                Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}"))),
            }
        }
    }
}
