//! Controls and permissions. A control that is said to be there and one of its kind said to be missing are two controls.

use cairn_model::{Control, ControlClaim, ElementId, Permission, PermissionClaim, Term as _};
use rayon::prelude::*;

use super::{evidence, filled, plain};
use crate::contribute::{Contribution, Contributions, ControlKey, ToldBy, mechanism};

/// One for each family, status, subject and mechanism.
pub(super) fn controls(contributions: &Contributions<'_>) -> Vec<Control> {
    let mut controls: Vec<Control> = contributions.controls.par_iter().map(|(key, pile)| control(key, pile)).collect();
    controls.sort_by(|left, right| left.id.cmp(&right.id));
    controls
}

/// The id of the control with this key.
fn control_id(key: &ControlKey) -> ElementId {
    let mut parts = vec![key.control_type.as_str(), key.status.as_str()];
    match &key.told_by {
        ToldBy::Subject => parts.push("subject"),
        ToldBy::Mechanism(mechanism) => parts.extend(["mechanism", mechanism.as_str()]),
        ToldBy::Passage { document, quote } => parts.extend(["passage", document, quote]),
    }
    parts.extend(key.on.iter().map(ElementId::as_str));
    ElementId::hashed("ctl", &parts)
}

fn control(key: &ControlKey, pile: &[Contribution<'_, ControlClaim>]) -> Control {
    Control {
        id: control_id(key),
        control_type: key.control_type,
        mechanism: plain(pile, |body| filled(mechanism(body))),
        on: key.on.clone(),
        status: key.status,
        evidence: evidence(pile),
    }
}

/// One for each principal, action, resource and status.
pub(super) fn permissions(contributions: &Contributions<'_>) -> Vec<Permission> {
    let permission = |(id, pile): (&ElementId, &Vec<Contribution<'_, PermissionClaim>>)| {
        let first = pile.first()?;
        Some(Permission {
            id: id.clone(),
            principal: plain(pile, |body| filled(Some(&body.principal)))?,
            action: plain(pile, |body| filled(Some(&body.action)))?,
            resource: plain(pile, |body| filled(Some(&body.resource)))?,
            condition: plain(pile, |body| filled(body.condition.as_ref())),
            status: first.claim.status,
            evidence: evidence(pile),
        })
    };
    contributions.permissions.iter().filter_map(permission).collect()
}
