//! Elements that a change touches, settled alone and put in the places of the old ones.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Component, DocumentId, ElementId, System};

use super::Incremental;
use super::scope::{Ids, claim_at, is_control_in, touches, walls};
use crate::contribute::{Contributions, contribute};
use crate::verify::VerifiedClaim;
use crate::{Verified, conflicts, merge};

impl<'a> Incremental<'a> {
    /// Settles again what the claims of `changed` documents touch or touched, where names mean what they meant.
    pub(super) fn settle_touched(
        &mut self,
        before: &BTreeMap<DocumentId, Verified<'a>>,
        changed: &BTreeSet<DocumentId>,
    ) {
        let mut seeds = Ids::new();
        for (id, verified) in before {
            seeds.extend(verified.claims.iter().flat_map(|claim| touches(claim, &self.names)));
            self.index.drop(id, verified, &self.names);
        }
        for (id, verified) in changed.iter().filter_map(|id| Some((id, self.verified.get(id)?))) {
            seeds.extend(verified.claims.iter().flat_map(|claim| touches(claim, &self.names)));
            self.index.add(id, verified, &self.names);
        }
        let scope = self.index.closure(seeds, &self.verified, &self.names);
        let part = self.settle_part(&scope);
        let asked = put(&mut self.system, part, scope);
        self.ask_again(&asked);
    }

    /// The elements of `scope` with their conflicts.
    fn settle_part(&self, scope: &Ids) -> System {
        let places = self.index.claims_about(scope);
        let claims: Vec<&VerifiedClaim<'_>> =
            places.into_iter().filter_map(|place| claim_at(&self.verified, place)).collect();
        let mut contributions = contribute(&claims, &self.names);
        keep(&mut contributions, scope);
        let part = merge::merge(&contributions, &self.names);
        System { conflicts: conflicts::conflicts(&contributions, &self.names), ..part }
    }
}

/// Leaves only what is said of elements in `scope`; of others not all claims are here. Kinds that are not named here hang on no
/// other.
fn keep(contributions: &mut Contributions<'_>, scope: &Ids) {
    contributions.components.retain(|id, _| scope.contains(id));
    contributions.ends.retain(|id, _| scope.contains(id));
    contributions.flows.retain(|id, _| scope.contains(id));
}

/// Puts the part in the place of what stood there. Gives the elements whose questions may be others now.
fn put(system: &mut System, part: System, scope: Ids) -> Ids {
    let walls_too = scope.contains(&walls());
    let was = Answers::of(system, &scope);
    macro_rules! replace {
        ($($list:ident)+) => {
            $(replace(&mut system.$list, part.$list, |it| &it.id, |it| scope.contains(&it.id));)+
        };
    }
    replace!(components flows data endpoints permissions assumptions decisions accepted_risks questions incidents);
    replace(&mut system.boundaries, part.boundaries, |it| &it.id, |_| walls_too);
    replace(&mut system.controls, part.controls, |it| &it.id, |it| is_control_in(it, &scope));
    replace(
        &mut system.conflicts,
        part.conflicts,
        |it| &it.id,
        |it| if it.attribute == conflicts::PLACE { walls_too } else { scope.contains(&it.subject) },
    );
    let mut asked = place(system, &scope, walls_too);
    let is = Answers::of(system, &scope);
    asked.extend(was.differing(&is, system));
    asked.extend(was.named);
    asked.extend(is.named);
    asked.extend(scope);
    asked
}

/// Puts what is new into a sorted list and takes out what is gone.
fn replace<T>(list: &mut Vec<T>, new: Vec<T>, id: impl Fn(&T) -> &ElementId, is_gone: impl Fn(&T) -> bool) {
    list.retain(|it| !is_gone(it));
    if !new.is_empty() {
        list.extend(new);
        // Two sorted runs: the stable sort only merges them.
        list.sort_by(|left, right| id(left).cmp(id(right)));
    }
}

/// Finds the walls around the components of the scope, or around all where walls changed; gives those that moved.
fn place(system: &mut System, scope: &Ids, walls_too: bool) -> Ids {
    if walls_too {
        let before: Vec<Option<ElementId>> = system.components.iter().map(|it| it.boundary.clone()).collect();
        merge::place(&mut system.components, &system.boundaries);
        let moved = system.components.iter().zip(before).filter(|(component, before)| component.boundary != *before);
        let walls = system.boundaries.iter().map(|it| it.id.clone());
        return moved.map(|(component, _)| component.id.clone()).chain(walls).collect();
    }
    for id in scope {
        if let Ok(at) = system.components.binary_search_by(|it| it.id.cmp(id)) {
            merge::place(system.components.get_mut(at..=at).unwrap_or_default(), &system.boundaries);
        }
    }
    Ids::new()
}

/// What questions about other elements hang on.
struct Answers {
    /// Elements that those of the scope name, and controls in it.
    named: Ids,
    /// Types and owners of components in the scope, and the families of controls on each element.
    facts: BTreeSet<(ElementId, String)>,
}

impl Answers {
    fn of(system: &System, scope: &Ids) -> Self {
        let (mut named, mut facts) = (Ids::new(), BTreeSet::new());
        for control in system.controls.iter().filter(|it| is_control_in(it, scope)) {
            named.insert(control.id.clone());
            named.extend(control.on.iter().cloned());
            facts.extend(control.on.iter().map(|on| (on.clone(), control.control_type.to_string())));
        }
        for data in system.data.iter().filter(|it| scope.contains(&it.id)) {
            named.extend(data.handled_by.iter().map(|it| it.component.clone()));
        }
        for endpoint in system.endpoints.iter().filter(|it| scope.contains(&it.id)) {
            named.extend(endpoint.component.clone());
        }
        for id in scope {
            let Some(component) = component(system, id) else { continue };
            let kind = component.component_type.as_ref().map(|it| it.value);
            let owner = component.owner.as_ref().map(|it| &it.value);
            facts.insert((id.clone(), format!("{kind:?} {owner:?}")));
        }
        Self { named, facts }
    }

    /// Elements that name one of which something else is known now.
    fn differing(&self, other: &Self, system: &System) -> Ids {
        let differing: BTreeSet<&ElementId> = self.facts.symmetric_difference(&other.facts).map(|(id, _)| id).collect();
        if differing.is_empty() {
            return Ids::new();
        }
        let is = |id: &ElementId| differing.contains(id);
        let flows = system.flows.iter().filter(|it| is(&it.source) || is(&it.target)).map(|it| &it.id);
        let handled = |it: &cairn_model::Data| it.handled_by.iter().any(|handled| is(&handled.component));
        let data = system.data.iter().filter(|it| handled(it)).map(|it| &it.id);
        let endpoints = system.endpoints.iter().filter(|it| it.component.as_ref().is_some_and(is)).map(|it| &it.id);
        let controls = system.controls.iter().filter(|it| it.on.iter().any(is)).map(|it| &it.id);
        let risks = system.accepted_risks.iter().filter(|it| it.about.iter().any(is)).map(|it| &it.id);
        let decisions = system.decisions.iter().filter(|it| it.about.iter().any(is)).map(|it| &it.id);
        flows.chain(data).chain(endpoints).chain(controls).chain(risks).chain(decisions).cloned().collect()
    }
}

pub(super) fn component<'s>(system: &'s System, id: &ElementId) -> Option<&'s Component> {
    let at = system.components.binary_search_by(|it| it.id.cmp(id)).ok()?;
    system.components.get(at)
}
