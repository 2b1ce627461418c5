//! Components, flows and endpoints.

use cairn_model::{Component, ComponentClaim, ElementId, Endpoint, Flow, Status};
use rayon::prelude::*;

use super::{attribute, evidence, filled, settled_status, speaking_of, status};
use crate::contribute::{Contribution, Contributions};
use crate::resolve::{Names, method};
use crate::settle::evidence_of;

/// One for each name that is stated as a component or stands at an end of a flow.
pub(super) fn components(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Component> {
    let stated = contributions.components.keys();
    let mut ids: Vec<&ElementId> = stated.chain(contributions.ends.keys()).collect();
    ids.sort();
    ids.dedup();
    ids.into_par_iter().map(|id| component(id, contributions, names)).collect()
}

fn component(id: &ElementId, contributions: &Contributions<'_>, names: &Names<'_>) -> Component {
    let pile = contributions.components.get(id).map(Vec::as_slice).unwrap_or_default();
    let ends = contributions.ends.get(id).map(Vec::as_slice).unwrap_or_default();
    let status =
        if pile.is_empty() { settled_status(ends.iter().copied()).unwrap_or_default() } else { standing(pile) };
    let of_status = || speaking_of(pile, status);
    let naming = names.naming(id);
    Component {
        id: id.clone(),
        name: naming.name,
        aliases: naming.aliases,
        component_type: attribute(pile, |body| body.component_type),
        technology: attribute(of_status(), |body| filled(body.technology.as_ref())),
        exposure: attribute(of_status(), |body| body.exposure),
        owner: attribute(of_status(), |body| filled(body.owner.as_ref())),
        boundary: None,
        status,
        evidence: if pile.is_empty() { evidence_of(ends.iter().copied()) } else { evidence(pile) },
    }
}

/// What the sources say of a component. A plan that names a part does not undo what says that the part is there: an accepted
/// decision to change it speaks of the change.
fn standing(pile: &[Contribution<'_, ComponentClaim>]) -> Status {
    let is_there = pile.iter().any(|said| said.claim.status == Status::Implemented);
    let counted = pile.iter().filter(|said| !is_there || said.claim.status != Status::Planned);
    settled_status(counted.map(|said| said.claim)).unwrap_or_default()
}

/// One for each pair of components, by direction.
pub(super) fn flows(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Flow> {
    let flow = |(id, pile): (&ElementId, &Vec<_>)| {
        let first: &cairn_model::FlowClaim =
            pile.first().map(|said: &crate::contribute::Contribution<'_, _>| said.body)?;
        let status = status(pile);
        let of_status = || speaking_of(pile, status);
        let mut data: Vec<ElementId> =
            of_status().flat_map(|said| &said.body.data).filter_map(|name| names.data(name).cloned()).collect();
        data.sort();
        data.dedup();
        Some(Flow {
            id: id.clone(),
            source: names.component(&first.source)?.clone(),
            target: names.component(&first.target)?.clone(),
            protocol: attribute(of_status(), |body| filled(body.protocol.as_ref())),
            data,
            authentication: attribute(of_status(), |body| filled(body.authentication.as_ref())),
            encryption: attribute(of_status(), |body| filled(body.encryption.as_ref())),
            mode: attribute(of_status(), |body| body.mode),
            status,
            evidence: evidence(pile),
        })
    };
    contributions.flows.par_iter().filter_map(flow).collect()
}

/// One for each component, method and path.
pub(super) fn endpoints(contributions: &Contributions<'_>, names: &Names<'_>) -> Vec<Endpoint> {
    let endpoint = |(id, pile): (&ElementId, &Vec<_>)| {
        let mut bodies = pile.iter().map(|said: &crate::contribute::Contribution<'_, _>| said.body);
        let any: &cairn_model::EndpointClaim = bodies.clone().next()?;
        // Some sources do not know who serves the path.
        let first = bodies.find(|body| body.component.is_some()).unwrap_or(any);
        let status = status(pile);
        let of_status = || speaking_of(pile, status);
        Some(Endpoint {
            id: id.clone(),
            component: first.component.as_deref().and_then(|name| names.component(name)).cloned(),
            method: method(first),
            path: first.path.trim().to_owned(),
            exposure: attribute(of_status(), |body| body.exposure),
            authentication: attribute(of_status(), |body| filled(body.authentication.as_ref())),
            authorization: attribute(of_status(), |body| filled(body.authorization.as_ref())),
            status,
            evidence: evidence(pile),
        })
    };
    contributions.endpoints.par_iter().filter_map(endpoint).collect()
}
