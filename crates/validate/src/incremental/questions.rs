//! Questions about some elements, asked of an excerpt of the model that holds all they hang on.

use cairn_model::{ElementId, System};

use super::Incremental;
use super::scope::Ids;
use super::splice::component;
use crate::gaps;

impl Incremental<'_> {
    /// Asks again what is to be asked of these elements.
    pub(super) fn ask_again(&mut self, asked: &Ids) {
        let mut excerpt = excerpt(&self.system, asked);
        std::mem::swap(&mut excerpt.documents, &mut self.system.documents);
        let mut new = gaps::asked(&excerpt, &self.names);
        std::mem::swap(&mut excerpt.documents, &mut self.system.documents);
        new.retain(|gap| asked.contains(&gap.subject));
        let gaps = &mut self.system.gaps;
        gaps.retain(|gap| !asked.contains(&gap.subject));
        gaps.extend(new);
        gaps.sort_by(|left, right| left.id.cmp(&right.id));
    }
}

/// The elements that are asked about, what these name, the controls on any of them, and for each component one element that
/// uses it.
fn excerpt(system: &System, asked: &Ids) -> System {
    let mut needed = Ids::new();
    let mut used = Ids::new();
    let mut is_needed = |id: &ElementId, named: &[&ElementId]| {
        let first_use = |named: &&&ElementId| asked.contains(**named) && !used.contains(**named);
        let is_first = named.iter().find(first_use).is_some();
        if !is_first && !asked.contains(id) {
            return false;
        }
        used.extend(named.iter().copied().cloned());
        needed.extend(named.iter().copied().cloned());
        true
    };
    let flows = system.flows.iter().filter(|it| is_needed(&it.id, &[&it.source, &it.target])).cloned().collect();
    let handlers = |it: &cairn_model::Data| -> Vec<ElementId> {
        it.handled_by.iter().map(|handled| handled.component.clone()).collect()
    };
    let data = system.data.iter().filter(|it| is_needed(&it.id, &handlers(it).iter().collect::<Vec<_>>()));
    let data = data.cloned().collect();
    let endpoints = system.endpoints.iter();
    let endpoints =
        endpoints.filter(|it| is_needed(&it.id, it.component.as_slice().iter().collect::<Vec<_>>().as_slice()));
    let endpoints = endpoints.cloned().collect();
    let risks: Vec<_> = system.accepted_risks.iter().filter(|it| asked.contains(&it.id)).cloned().collect();
    let decisions: Vec<_> = system.decisions.iter().filter(|it| asked.contains(&it.id)).cloned().collect();
    needed.extend(risks.iter().flat_map(|it| it.about.iter().cloned()));
    needed.extend(decisions.iter().flat_map(|it| it.about.iter().cloned()));
    needed.extend(asked.iter().cloned());
    let on = |it: &&cairn_model::Control| asked.contains(&it.id) || it.on.iter().any(|on| needed.contains(on));
    let controls: Vec<_> = system.controls.iter().filter(on).cloned().collect();
    needed.extend(controls.iter().flat_map(|it| it.on.iter().cloned()));
    System {
        components: needed.iter().filter_map(|id| component(system, id)).cloned().collect(),
        boundaries: system.boundaries.iter().filter(|it| asked.contains(&it.id)).cloned().collect(),
        flows,
        data,
        endpoints,
        controls,
        accepted_risks: risks,
        decisions,
        ..System::default()
    }
}
