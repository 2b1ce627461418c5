//! The rules once more where a change of controls and assumptions can make a difference, and nowhere else.
//!
//! A [`Derivation`] keeps what every rule gave on every element. For a model that differs in controls and assumptions alone, it finds
//! the elements whose rules look at what differs (`looks`), applies those rules again there, and tells which threats are
//! otherwise. Everything that a rule reads is looked at: controls on elements along its relations, controls and assumptions as
//! elements of their own, and what its answers ask for. A rule that follows flows without end is applied everywhere again when such a
//! closure asks for controls.

mod differing;
mod looks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{Assumption, Control, Date, ElementId, System, Threat};
use rayon::prelude::*;

use crate::condition::vocabulary::SubjectKind;
use crate::derive::{PORTION, Prepared, apply_all, repeated, subjects, threat};
use crate::evaluate::{Closures, Context, Shared};
use crate::graph::{Backward, Elements, Fixed, Graph, NodeIndex};
use crate::rule::Rule;
use crate::ruleset::RuleSet;
use differing::{Differing, Same};
use looks::{Looking, differs};

/// What the rules derive from one model, ready for changes of its controls and assumptions.
#[derive(Debug)]
pub struct Derivation<'a> {
    rules: &'a RuleSet,
    as_of: Date,
    /// The model without controls and assumptions, on which others can be laid.
    fixed: Fixed<'a>,
    graph: Graph<'a>,
    backward: Backward,
    closures: Closures<'a>,
    given: Vec<Given<'a>>,
    /// Threats that say nothing new beside another.
    repeated: BTreeSet<ElementId>,
}

/// A rule with what it gives, by element.
#[derive(Debug)]
struct Given<'a> {
    rule: &'a Rule,
    threats: BTreeMap<NodeIndex, Threat>,
    /// Whether it refines another rule or is refined by one.
    is_refined: bool,
}

impl Given<'_> {
    /// The element in the changed graph, if the rule still looks at it.
    fn still(&self, graph: &Graph<'_>, same: &Same, at: NodeIndex) -> Option<NodeIndex> {
        let must_be_protected = self.rule.info.subject == SubjectKind::Protected;
        same.after(at).filter(|at| !must_be_protected || !graph.node(*at).controls.is_empty())
    }
}

/// What rules give when they are applied again, by the rule's place and the element.
type Again = BTreeMap<(usize, NodeIndex), Option<Threat>>;

/// Threats that are otherwise in a changed model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rederived {
    /// Those that are new, and those in which anything differs; sorted by id.
    pub changed: Vec<Threat>,
    /// Those that are no more, sorted.
    pub gone: Vec<ElementId>,
}

impl<'a> Derivation<'a> {
    /// Applies every rule to every element.
    pub fn new(system: &'a System, rules: &'a RuleSet, as_of: Date) -> Self {
        let fixed = Fixed::of(system);
        let graph = fixed.graph_with(&system.controls, &system.assumptions);
        let prepared: Vec<Prepared<'_>> = rules.all().map(Prepared::new).collect();
        let broad: BTreeSet<&str> =
            rules.all().flat_map(|rule| &rule.refines).map(|broader| broader.written.as_str()).collect();
        let given = |rule: &'a Rule| Given {
            rule,
            threats: BTreeMap::new(),
            is_refined: !rule.refines.is_empty() || broad.contains(rule.info.id.as_str()),
        };
        let mut given: Vec<Given<'a>> = rules.all().map(given).collect();
        let shared = Shared::new(&graph);
        let context = Context { graph: &graph, as_of, shared: &shared };
        for (number, _, threats) in apply_all(context, &prepared, rules) {
            if let Some(given) = given.get_mut(number) {
                given.threats.extend(threats);
            }
        }
        let closures = shared.into_closures();
        let backward = Backward::of(&graph);
        let repeated = BTreeSet::new();
        let mut derivation = Self { rules, as_of, fixed, graph, backward, closures, given, repeated };
        derivation.repeated = derivation.all_repeated();
        derivation
    }

    fn all_repeated(&self) -> BTreeSet<ElementId> {
        let mut all = Vec::new();
        for given in self.given.iter().filter(|given| given.is_refined) {
            let shown = given.threats.iter().filter(|(at, _)| !self.is_excluded(given.rule, &self.graph, **at));
            all.extend(shown.map(|(_, threat)| threat));
        }
        repeated(&all, self.rules)
    }

    /// Which threats are otherwise with these controls and assumptions in place of the model's.
    pub fn after(&self, controls: &[Control], assumptions: &[Assumption]) -> Rederived {
        let graph = self.fixed.graph_with(controls, assumptions);
        let same = Same::of(&self.graph, &graph);
        let differing = Differing::of(&self.graph, &graph, &same);
        let again = self.again(&graph, &same, &differing);
        let affected = self.affected(&same, &differing, &again);
        let others = self.refined(&graph, &same, &again, &affected);
        let repeated = repeated(&others, self.rules);
        let mut changed: BTreeMap<&ElementId, &Threat> = BTreeMap::new();
        let mut gone: BTreeSet<&ElementId> = BTreeSet::new();
        for ((number, at), threat) in &again {
            let Some(given) = self.given.get(*number) else { continue };
            let former = same.before(*at).and_then(|at| Some((at, given.threats.get(&at)?)));
            let old = former.filter(|(at, old)| {
                !self.is_excluded(given.rule, &self.graph, *at) && !self.repeated.contains(&old.id)
            });
            let new = threat.as_ref().filter(|new| !repeated.contains(&new.id));
            let new = new.filter(|_| !self.is_excluded(given.rule, &graph, *at));
            match (old, new) {
                (Some((_, old)), None) => drop(gone.insert(&old.id)),
                (Some((_, old)), Some(new)) if old == new => {}
                (_, Some(new)) => drop(changed.insert(&new.id, new)),
                (None, None) => {}
            }
        }
        for at in &differing.removed {
            for given in self.given.iter().filter(|given| given.still(&graph, &same, *at).is_none()) {
                let old = given.threats.get(at).filter(|_| !self.is_excluded(given.rule, &self.graph, *at));
                gone.extend(old.filter(|old| !self.repeated.contains(&old.id)).map(|old| &old.id));
            }
        }
        // What another threat said, or says now, in its place.
        let found_again: BTreeSet<&ElementId> = again.values().flatten().map(|it| &it.id).collect();
        for threat in others.into_iter().filter(|it| affected.contains(&it.subject) && !found_again.contains(&it.id)) {
            match (self.repeated.contains(&threat.id), repeated.contains(&threat.id)) {
                (false, true) => drop(gone.insert(&threat.id)),
                (true, false) => drop(changed.insert(&threat.id, threat)),
                _ => {}
            }
        }
        Rederived {
            gone: gone.into_iter().filter(|id| !changed.contains_key(*id)).cloned().collect(),
            changed: changed.into_values().cloned().collect(),
        }
    }

    /// Applies the rules again to every element of the changed model at which they look at what differs.
    fn again(&self, graph: &Graph<'_>, same: &Same, differing: &Differing) -> Again {
        let known = self.closures.iter().filter(|(reach, _)| !differs(reach, differing));
        let shared = Shared::knowing(graph, known.map(|(reach, it)| (reach.clone(), Arc::clone(it))).collect());
        let context = Context { graph, as_of: self.as_of, shared: &shared };
        let subjects = subjects(graph);
        let looking: Vec<(usize, Prepared<'_>, Vec<NodeIndex>)> = self
            .given
            .par_iter()
            .enumerate()
            .filter_map(|(number, given)| {
                let looking = Some(Looking::of(given.rule, differing)).filter(Looking::looks_at_all)?;
                let of_kind = subjects.get(&given.rule.info.subject).map(Vec::as_slice).unwrap_or_default();
                let places = match looking.places(&self.backward) {
                    // The system as a whole looks everywhere.
                    Some(seen) if given.rule.info.subject != SubjectKind::System => {
                        changed_places(seen, same, differing, of_kind)
                    }
                    _ => of_kind.to_vec(),
                };
                (!places.is_empty()).then(|| (number, Prepared::new(given.rule), places))
            })
            .collect();
        let portions = looking.iter().flat_map(|(number, prepared, places)| {
            places.chunks(PORTION).map(move |portion| (*number, prepared, portion))
        });
        let apply = |(number, prepared, portion): (usize, &Prepared<'_>, &[NodeIndex])| {
            let found = portion.iter().map(|at| ((number, *at), threat(context, prepared, self.rules, *at)));
            found.collect::<Vec<_>>()
        };
        portions.collect::<Vec<_>>().into_par_iter().flat_map_iter(apply).collect::<Vec<_>>().into_iter().collect()
    }

    /// What the threats of rules that refine each other are about where one of them may be otherwise.
    fn affected<'t>(&'t self, same: &Same, differing: &Differing, again: &'t Again) -> BTreeSet<&'t ElementId> {
        let mut threats: Vec<&Threat> = Vec::new();
        for ((number, at), threat) in again {
            let Some(given) = self.given.get(*number).filter(|given| given.is_refined) else { continue };
            threats.extend(threat);
            threats.extend(same.before(*at).and_then(|at| given.threats.get(&at)));
        }
        for given in self.given.iter().filter(|given| given.is_refined) {
            threats.extend(differing.removed.iter().filter_map(|at| given.threats.get(at)));
        }
        threats.into_iter().flat_map(|it| it.about.iter().chain([&it.subject])).collect()
    }

    /// The threats about what is affected of rules that refine each other, rule by rule, with those found again in place of those
    /// known.
    fn refined<'t>(
        &'t self,
        graph: &Graph<'_>,
        same: &Same,
        again: &'t Again,
        affected: &BTreeSet<&ElementId>,
    ) -> Vec<&'t Threat> {
        if affected.is_empty() {
            return Vec::new();
        }
        let is_affected =
            |threat: &Threat| threat.about.iter().chain([&threat.subject]).any(|it| affected.contains(it));
        let mut all = Vec::new();
        for (number, given) in self.given.iter().enumerate().filter(|(_, given)| given.is_refined) {
            let known = given.threats.iter().filter(|(_, threat)| is_affected(threat));
            let kept = known.filter_map(|(at, threat)| Some((given.still(graph, same, *at)?, threat)));
            let kept = kept.filter(|(at, _)| !again.contains_key(&(number, *at)));
            let found = again.range((number, 0)..(number + 1, 0));
            let found = found.filter_map(|((_, at), threat)| Some((*at, threat.as_ref()?)));
            let shown = kept.chain(found).filter(|(at, _)| !self.is_excluded(given.rule, graph, *at));
            all.extend(shown.map(|(_, threat)| threat));
        }
        all
    }

    fn is_excluded(&self, rule: &Rule, graph: &Graph<'_>, at: NodeIndex) -> bool {
        self.rules.changes(&rule.info.id).any(|change| change.disabled && change.is_about(graph, at))
    }
}

/// What is seen from, in the changed graph and with what there was not, as far as it is of a kind.
fn changed_places(seen: Elements, same: &Same, differing: &Differing, of_kind: &[NodeIndex]) -> Vec<NodeIndex> {
    let again = seen.into_iter().filter_map(|at| same.after(at)).chain(differing.new.iter().copied());
    let places: BTreeSet<NodeIndex> = again.filter(|at| of_kind.binary_search(at).is_ok()).collect();
    places.into_iter().collect()
}
