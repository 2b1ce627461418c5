//! Data sets, and what each component does with them.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Data, DataClaim, ElementId, Handled, Handling, Status};
use rayon::prelude::*;

use super::{attribute, evidence, filled};
use crate::contribute::{Contribution, Contributions};
use crate::resolve::Names;

/// One for each name.
pub(super) fn data(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Data> {
    let data_set = |(id, pile): (&ElementId, &Vec<Contribution<'_, DataClaim>>)| Data {
        id: id.clone(),
        name: names.naming(id).name,
        classification: attribute(pile, |body| body.classification),
        handled_by: handlers(pile, names).into_iter().map(|(id, pile)| handled(id, &pile)).collect(),
        evidence: evidence(pile),
    };
    contributions.data.par_iter().map(data_set).collect()
}

/// What is said of each component's handling. A claim that names no component speaks of the only one there is.
pub(crate) fn handlers<'a>(
    pile: &[Contribution<'a, DataClaim>],
    names: &Names<'_>,
) -> BTreeMap<ElementId, Vec<Contribution<'a, DataClaim>>> {
    let mut handlers: BTreeMap<ElementId, Vec<_>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    for said in pile.iter().filter(|said| said.claim.status != Status::Absent) {
        match &said.body.component {
            Some(name) => {
                if let Some(component) = names.component(name) {
                    handlers.entry(component.clone()).or_default().push(*said);
                }
            }
            None => unnamed.push(*said),
        }
    }
    if let (1, Some(mut only)) = (handlers.len(), handlers.first_entry()) {
        only.get_mut().extend(unnamed);
    }
    handlers
}

fn handled(component: ElementId, pile: &[Contribution<'_, DataClaim>]) -> Handled {
    let handling: BTreeSet<Handling> = pile.iter().flat_map(|said| said.body.handling.iter().copied()).collect();
    Handled {
        component,
        handling: handling.into_iter().collect(),
        encrypted_at_rest: attribute(pile, |body| body.encrypted_at_rest),
        retention: attribute(pile, |body| filled(body.retention.as_ref())),
        evidence: evidence(pile),
    }
}
