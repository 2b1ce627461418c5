//! The cheapest ways after a change, from those before it: only what the change touches is looked at again.
//!
//! The algorithm is DynamicSWSF-FP of Ramalingam and Reps, "An Incremental Algorithm for a Generalization of the Shortest-Path Problem"
//! (Journal of Algorithms 21, 1996), which asks that every step takes more than each of its needs. A fact whose effort is not what its
//! steps say waits; the least comes first. One that takes less than it did is settled; one that takes more is unreached until its steps
//! say otherwise.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::ahead::{Ahead, Field};
use crate::capability::Fact;
use crate::graph::{CapabilityGraph, Places, StepIndex};
use crate::search::{GIVEN, MOST, Search, UNREACHED, effort, sum};

/// When more than one of so many facts is looked at again, a search from the beginning is no slower.
const LOOKED_AT_PART: usize = 4;

/// What is different about a graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'c> {
    /// Where the steps are that there were before.
    pub(crate) places: Places<'c>,
    /// Facts to which steps lead that are not as they were.
    pub(crate) heads: &'c [Fact],
}

/// The search of the same attacker in the graph as it is now, of which `ahead` has the steps to what is in the field.
pub(crate) fn again(
    before: &Search,
    changed: Changed<'_>,
    graph: &CapabilityGraph<'_>,
    ahead: &Ahead,
    field: &Field,
    attacker: u32,
) -> Search {
    if before.efforts.contains(&MOST) {
        return Search::of_attacker(graph, ahead, attacker);
    }
    let mut begun: Vec<StepIndex> =
        graph.beginnings.iter().filter(|it| it.attacker == attacker).map(|it| it.step).collect();
    begun.sort_unstable();
    let last = before.last.iter().map(|last| changed.places.of(*last).unwrap_or(GIVEN)).collect();
    let search = Search { efforts: before.efforts.clone(), last };
    let mut again = Again { graph, ahead, field, begun, search, told: BTreeMap::new(), waiting: BinaryHeap::new() };
    match again.run(changed.heads) {
        Some(()) => again.search,
        None => Search::of_attacker(graph, ahead, attacker),
    }
}

struct Again<'q, 'a> {
    graph: &'q CapabilityGraph<'a>,
    ahead: &'q Ahead,
    field: &'q Field,
    /// The steps by which the attacker begins, in their order.
    begun: Vec<StepIndex>,
    search: Search,
    /// What their steps say of facts that do not take as much.
    told: BTreeMap<Fact, u64>,
    waiting: BinaryHeap<Reverse<(u64, Fact)>>,
}

impl Again<'_, '_> {
    /// `None` when it is better to begin from the beginning.
    fn run(&mut self, heads: &[Fact]) -> Option<()> {
        let mut left = self.search.efforts.len() / LOOKED_AT_PART;
        for head in heads {
            self.look_at(*head)?;
        }
        while let Some(Reverse((least, fact))) = self.waiting.pop() {
            let Some(told) = self.told.get(&fact).copied() else { continue };
            let known = self.known(fact);
            if least != told.min(known) {
                continue;
            }
            self.told.remove(&fact);
            self.set(fact, if told < known { told } else { UNREACHED });
            if told > known {
                self.look_at(fact)?;
            }
            for onward in self.ahead.from(fact) {
                left = left.checked_sub(1)?;
                self.look_at(onward.to)?;
            }
        }
        Some(())
    }

    /// Asks the steps to a fact what it takes. `None` where one takes the most, whose ties only a search from the beginning can tell.
    fn look_at(&mut self, fact: Fact) -> Option<()> {
        if !self.field.has(fact) {
            return Some(());
        }
        let (mut told, mut last) = (UNREACHED, GIVEN);
        for at in self.graph.leads(fact) {
            let step = self.graph.step(*at);
            let is_mine = !step.is_beginning() || self.begun.binary_search(at).is_ok();
            let Some(grade) = self.ahead.grade(*at).filter(|_| is_mine) else { continue };
            let needs = step.needs().try_fold(0, |all, need| Some(sum(all, self.search.effort(need)?)));
            let Some(needs) = needs else { continue };
            let by_this = sum(needs, effort(grade.cost(step.is_definition())));
            if (by_this, *at) < (told, last) {
                (told, last) = (by_this, *at);
            }
        }
        if told == MOST {
            return None;
        }
        if let Some(place) = self.search.last.get_mut(fact.index()) {
            *place = last;
        }
        let known = self.known(fact);
        if told == known {
            self.told.remove(&fact);
        } else {
            self.told.insert(fact, told);
            self.waiting.push(Reverse((told.min(known), fact)));
        }
        Some(())
    }

    fn known(&self, fact: Fact) -> u64 {
        self.search.efforts.get(fact.index()).copied().unwrap_or(UNREACHED)
    }

    fn set(&mut self, fact: Fact, effort: u64) {
        if let Some(place) = self.search.efforts.get_mut(fact.index()) {
            *place = effort;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use cairn_threats::notation;
    use proptest::prelude::*;

    use super::{Changed, Places, again};
    use crate::ahead::{Ahead, Field};
    use crate::attacker::Attackers;
    use crate::capability::{Fact, Grade};
    use crate::goal::goals;
    use crate::graph::CapabilityGraph;
    use crate::search::Search;

    const TYPES: [&str; 7] = ["service", "datastore", "client", "queue", "ai_agent", "identity_provider", "pipeline"];
    const GRADES: [Option<Grade>; 4] = [None, Some(Grade::Stated), Some(Grade::Assumed), Some(Grade::Unknown)];

    /// A system in which steps of several needs and circles abound.
    fn dense(parts: usize, flows: &[(usize, usize)]) -> String {
        let mut text = "data d0 classification=payment\ndata \"c1 token\" classification=secret\n".to_owned();
        for part in 0..parts {
            let exposure = if part % 3 == 0 { " exposure=internet" } else { "" };
            writeln!(text, "component c{part} type={}{exposure}", TYPES[part % TYPES.len()]).unwrap();
            writeln!(text, "permission c{part} administer c{}", (part * 3 + 1) % parts).unwrap();
        }
        text += "holding d0 in c1 handling=stores\nholding \"c1 token\" in c0 handling=stores\n";
        for (from, to) in flows {
            writeln!(text, "flow c{} -> c{} data=d0", from % parts, to % parts).unwrap();
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_again_is_what_a_search_from_the_beginning_finds(
            parts in 4..14usize,
            flows in prop::collection::vec((0..64usize, 0..64usize), 4..40),
            grades in prop::collection::vec(0..GRADES.len(), 4..60),
            others in prop::collection::vec((any::<prop::sample::Index>(), 0..GRADES.len()), 1..8),
            left_out in 0..4usize,
        ) {
            let system = notation::parse(&dense(parts, &flows)).unwrap();
            let attackers = Attackers::built_in();
            let graph = CapabilityGraph::of(&system, &[], &attackers);
            let wanted: Vec<Fact> = goals(&graph, &system).iter().map(|goal| goal.fact).collect();
            let small = Field::of(&graph, wanted.iter().skip(left_out).copied());
            let field = Field::of(&graph, wanted.iter().copied());
            let mut grades: Vec<Option<Grade>> = grades.iter().cycle().take(graph.steps.len()).map(|at| GRADES[*at]).collect();
            let before = Ahead::within(&graph, grades.clone(), &small);
            let mut heads: Vec<Fact> = field.beyond(&small).collect();
            for (at, grade) in others {
                let at = at.index(grades.len());
                grades[at] = GRADES[grade];
                heads.push(graph.steps[at].to);
            }
            let after = Ahead::within(&graph, grades, &field);
            for attacker in (0u32..).take(graph.attackers.len()) {
                let known = Search::of_attacker(&graph, &before, attacker);
                let found = again(&known, Changed { places: Places(None), heads: &heads }, &graph, &after, &field, attacker);
                let anew = Search::of_attacker(&graph, &after, attacker);
                for fact in (0u32..).take(graph.facts()).map(Fact).filter(|fact| field.has(*fact)) {
                    prop_assert_eq!(found.effort(fact), anew.effort(fact));
                    prop_assert_eq!(found.last[fact.index()], anew.last[fact.index()]);
                }
            }
        }
    }
}
