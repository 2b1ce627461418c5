//! Changes tried one after the other in one graph: gates and weaknesses stand as a change leaves them, and ways are looked for again
//! only of attackers whom a step concerns that is otherwise.
//!
//! A threat that nobody had found before adds steps to the graph. A control that says that there are tenants, and a word about who is
//! hostile, would make another graph; then [`Trials::after`] gives nothing, and the whole has to be built anew.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{AttackPath, ControlType, ElementId, System, Threat};

use crate::again::Changed;
use crate::ahead::{Ahead, Field};
use crate::analysis::{Analysis, Loss};
use crate::capability::{Fact, Grade};
use crate::change::Change;
use crate::derive::{is_useful, sureness};
use crate::graph::{CapabilityGraph, Extended, Places, StepIndex};
use crate::path::{Group, Named, grouped, truth, worded};
use crate::reach::{Reached, Trial};
use crate::search::Search;
use crate::ways::{Asked, Before, Way, Ways, ways_of};
use crate::words::{self, WORDS};

/// An analysis with what all trials are compared with.
#[derive(Debug)]
pub struct Trials<'a> {
    analysis: Analysis<'a>,
    system: &'a System,
    /// What leads to a goal: all that the trials look at.
    field: Field,
    certain: Reached,
    /// The ways of each attacker.
    ways: Vec<Ways>,
    /// The searches of those who have more ways than are listed.
    searches: Vec<Option<Search>>,
    /// What their hops alone would call the paths, by what they are made of, so that only new ones are put into words.
    known: BTreeMap<Made, ElementId>,
    /// The paths as they are listed.
    listed: BTreeSet<ElementId>,
    /// The places of threats in the list by their ids.
    threats: BTreeMap<&'a ElementId, usize>,
}

/// A trial with the graph that it is about.
#[derive(Clone, Copy)]
struct OnTrial<'o, 'g> {
    graph: &'o CapabilityGraph<'g>,
    trial: &'o Trial,
    field: &'o Field,
    /// Where the steps are that there were before.
    places: Places<'o>,
}

/// A goal and the steps that lead there.
type Made = (usize, Vec<StepIndex>);

/// Which threats are otherwise after a change.
#[derive(Clone, Copy, Debug, Default)]
pub struct OtherThreats<'t> {
    /// New ones, and those in which anything differs.
    pub changed: &'t [Threat],
    /// Those that are no more.
    pub gone: &'t [ElementId],
}

/// What a change makes different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Goals that are reached and were not.
    pub gained: Vec<Loss>,
    /// Goals that are not reached any more.
    pub averted: Vec<Loss>,
    /// Goals that were reached by steps that are not certain, and now for certain.
    pub settled: Vec<Loss>,
    /// Goals that were reached for certain, and now by steps that are not.
    pub unsettled: Vec<Loss>,
    /// Paths that there were not.
    pub new_paths: Vec<AttackPath>,
    /// Paths that are no more, sorted.
    pub gone_paths: Vec<ElementId>,
    /// Whether ways were not looked for to the end, before or after: there may be other paths that come and go.
    pub is_bounded: bool,
}

impl<'a> Trials<'a> {
    /// Finds everything that is reached as documents leave it, and all ways.
    pub fn new(analysis: Analysis<'a>, system: &'a System) -> Self {
        let field = analysis.field();
        let (ways, searches) = analysis.all_ways(&field, |ways, search| (ways, search)).into_iter().unzip();
        let certain = Reached::of(&analysis.graph, &analysis.ahead, Grade::Stated);
        let threats = analysis.graph.threats.iter().enumerate().map(|(at, threat)| (&threat.id, at)).collect();
        let known = BTreeMap::new();
        let listed = BTreeSet::new();
        let mut trials = Self { analysis, system, field, certain, ways, searches, known, listed, threats };
        trials.list();
        trials
    }

    /// What the change makes different, when threats are otherwise as told. `None` when the graph would be another one.
    pub fn after(&self, change: &Change, threats: OtherThreats<'_>) -> Option<Tried> {
        let trial = self.trial(change, threats)?;
        let new = self.new_threats(threats);
        let graph = &self.analysis.graph;
        if new.is_empty() {
            return Some(self.tried(OnTrial { graph, trial: &trial, field: &self.field, places: Places(None) }));
        }
        let Extended { graph, places, new: steps } = graph.with_threats(&new);
        let field = self.field.with(&graph, steps.into_iter());
        let trial = Trial { weak: trial.weak.iter().copied().chain(new.iter().map(sureness)).collect(), ..trial };
        Some(self.tried(OnTrial { graph: &graph, trial: &trial, field: &field, places: Places(Some(&places)) }))
    }

    /// What a trial makes different.
    fn tried(&self, on_trial: OnTrial<'_, '_>) -> Tried {
        let grades = on_trial.trial.grades(on_trial.graph);
        let differing = self.differing(on_trial, &grades);
        if differing.is_empty() {
            return Tried::default();
        }
        let ahead = Ahead::within(on_trial.graph, grades, on_trial.field);
        let (reached, certain) = Reached::both(on_trial.graph, &ahead);
        let mut tried = self.losses(&reached, &certain);
        let touched = self.touched(on_trial.graph, &reached, &differing);
        let heads = self.heads(on_trial, &differing);
        let changed = Changed { places: on_trial.places, heads: &heads };
        let before = Some(Before { searches: &self.searches, changed });
        let OnTrial { graph, field, .. } = on_trial;
        let asked = Asked { graph, ahead: &ahead, field, goals: &self.analysis.goals, reached: &reached, before };
        self.compare_paths(on_trial.trial, asked, changed, touched, &mut tried);
        tried
    }

    /// The steps to what leads to a goal that are not as sure as they were, or that there were not.
    fn differing(&self, on_trial: OnTrial<'_, '_>, grades: &[Option<Grade>]) -> Vec<StepIndex> {
        let mut before: Vec<Option<Grade>> = vec![None; grades.len()];
        for (at, grade) in (0u32..).zip(&self.analysis.ahead.grades) {
            if let Some(before) = on_trial.places.of(at).and_then(|place| before.get_mut(place as usize)) {
                *before = *grade;
            }
        }
        let both = (0u32..).zip(before.iter().zip(grades));
        let differing = both.filter(|(_, (before, after))| before != after).map(|(at, _)| at);
        differing.filter(|at| on_trial.field.has(on_trial.graph.step(*at).to)).collect()
    }

    /// Facts to which one of the steps leads, or that lead to a goal only now.
    fn heads(&self, on_trial: OnTrial<'_, '_>, differing: &[StepIndex]) -> Vec<Fact> {
        let new = on_trial.field.beyond(&self.field);
        differing.iter().map(|at| on_trial.graph.step(*at).to).chain(new).collect()
    }

    /// The attackers who could take one of the steps, before or after, a bit for each.
    fn touched(&self, graph: &CapabilityGraph<'_>, reached: &Reached, differing: &[StepIndex]) -> u64 {
        let begun = graph.beginnings.iter().filter(|it| differing.binary_search(&it.step).is_ok());
        let mut touched = begun.fold(0u64, |who, it| who | 1 << it.attacker);
        for step in differing.iter().map(|at| graph.step(*at)).filter(|step| !step.is_beginning()) {
            let who = |reached: &Reached| step.needs().fold(u64::MAX, |who, need| who & reached.who(need));
            touched |= who(&self.analysis.reached) | who(reached);
        }
        touched
    }

    /// Threats that there were not and that somebody could make use of.
    fn new_threats(&self, threats: OtherThreats<'_>) -> Vec<Threat> {
        let is_new = |threat: &&Threat| !self.threats.contains_key(&threat.id) && is_useful(threat);
        threats.changed.iter().filter(is_new).cloned().collect()
    }

    /// How gates stand and how sure known weaknesses are after the change.
    fn trial(&self, change: &Change, threats: OtherThreats<'_>) -> Option<Trial> {
        let tells_tenants = change.added.iter().any(|it| it.control_type == ControlType::TenantIsolation);
        let is_about_hostility = |id: &ElementId| {
            let assumption = self.system.assumptions.iter().find(|it| it.id == *id);
            assumption.is_some_and(|it| words::has(&it.statement, &WORDS.trust.hostile))
        };
        if tells_tenants || change.wrong.iter().any(is_about_hostility) {
            return None;
        }
        let mut trial = self.analysis.trial_of(change);
        for threat in threats.changed {
            if let Some(weak) = self.threats.get(&threat.id).and_then(|at| trial.weak.get_mut(*at)) {
                *weak = sureness(threat);
            }
        }
        for id in threats.gone {
            if let Some(weak) = self.threats.get(id).and_then(|at| trial.weak.get_mut(*at)) {
                *weak = None;
            }
        }
        Some(trial)
    }

    /// Which goals are reached now and were not, and the other way round.
    fn losses(&self, reached: &Reached, certain: &Reached) -> Tried {
        let mut tried = Tried::default();
        for goal in &self.analysis.goals {
            let (was, is) = (self.analysis.reached.who(goal.fact), reached.who(goal.fact));
            let (was_sure, is_sure) = (self.certain.who(goal.fact), certain.who(goal.fact));
            let loss = |attacker: u32, sure: u64| Loss {
                attacker: self
                    .analysis
                    .graph
                    .attackers
                    .get(attacker as usize)
                    .map(|it| it.id.clone())
                    .unwrap_or_default(),
                element: self.analysis.graph.parts.nodes.id(goal.fact.node()).clone(),
                gains: goal.fact.capability().as_str().to_owned(),
                is_certain: sure & (1 << attacker) != 0,
            };
            let all = |mask: u64, sure: u64| -> Vec<Loss> {
                (0..64).filter(|at| mask & (1 << at) != 0).map(|at| loss(at, sure)).collect()
            };
            tried.gained.extend(all(is & !was, is_sure));
            tried.averted.extend(all(was & !is, was_sure));
            tried.settled.extend(all(is & was & is_sure & !was_sure, is_sure));
            tried.unsettled.extend(all(is & was & was_sure & !is_sure, is_sure));
        }
        for list in [&mut tried.gained, &mut tried.averted, &mut tried.settled, &mut tried.unsettled] {
            list.sort();
        }
        tried
    }

    fn compare_paths(
        &self,
        trial: &Trial,
        asked: Asked<'_, '_, '_>,
        changed: Changed<'_>,
        touched: u64,
        tried: &mut Tried,
    ) {
        let Asked { graph, goals, .. } = asked;
        let attackers: Vec<u32> = (0u32..).take(graph.attackers.len()).filter(|at| touched & (1 << at) != 0).collect();
        if attackers.is_empty() {
            return;
        }
        let again = ways_of(asked, &attackers, |ways, _| ways);
        let mut again: BTreeMap<u32, Ways> = attackers.into_iter().zip(again).collect();
        tried.is_bounded = again.values().chain(&self.ways).any(|it| !it.is_complete);
        let mut all: Vec<Way> = Vec::new();
        for (attacker, known) in (0u32..).zip(&self.ways) {
            match again.remove(&attacker) {
                Some(found) => all.extend(found.ways),
                None => {
                    all.extend(
                        known.ways.iter().map(|way| Way { steps: changed.places.all(&way.steps), ..way.clone() }),
                    );
                }
            }
        }
        let known: BTreeMap<Made, &ElementId> =
            self.known.iter().map(|((goal, steps), id)| ((*goal, changed.places.all(steps)), id)).collect();
        let mut named = Named::default();
        for group in grouped(graph, trial, goals, &all) {
            let known = known.get(&made(&group)).copied().cloned();
            let path = if known.is_some() { None } else { worded(graph, trial, goals, &group) };
            let Some(by_hops) = known.or_else(|| path.as_ref().map(|it| it.id.clone())) else { continue };
            let id = named.next(by_hops, truth(graph, trial, &group));
            if !self.listed.contains(&id) {
                let path = path.or_else(|| worded(graph, trial, goals, &group));
                tried.new_paths.extend(path.map(|path| AttackPath { id, ..path }));
            }
        }
        tried.gone_paths = self.listed.difference(&named.into_ids()).cloned().collect();
    }

    /// Names all paths as documents leave them.
    fn list(&mut self) {
        let all: Vec<Way> = self.ways.iter().flat_map(|it| it.ways.iter().cloned()).collect();
        let trial = &self.analysis.trial;
        let mut known = BTreeMap::new();
        let mut named = Named::default();
        let (graph, goals) = (&self.analysis.graph, &self.analysis.goals);
        for group in grouped(graph, trial, goals, &all) {
            let Some(path) = worded(graph, trial, goals, &group) else { continue };
            known.insert(made(&group), path.id.clone());
            named.next(path.id, path.truth);
        }
        (self.known, self.listed) = (known, named.into_ids());
    }

    /// The graph with what is reached in it as documents leave it.
    pub fn analysis(&self) -> &Analysis<'a> {
        &self.analysis
    }
}

fn made(group: &Group<'_>) -> Made {
    (group.best.goal, group.best.steps.clone())
}
