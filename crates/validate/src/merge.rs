//! Contributions to elements: one element for each pile, with all its evidence and, for each attribute, the value that
//! won and what states it.

mod boundaries;
mod controls;
mod data;
mod parts;
mod statements;

use cairn_model::{Citation, ElementId, Known, Status, System};

use crate::contribute::{Contribution, Contributions};
use crate::resolve::Names;
use crate::settle::{Voice, evidence_of, settle};
use crate::value::Value;
use crate::verify::VerifiedClaim;

pub(crate) use boundaries::place;
pub(crate) use data::handlers as data_handlers;

/// Makes the elements; conflicts, gaps and what was read are left to their own stages.
pub(crate) fn merge(contributions: &Contributions<'_>, names: &Names<'_>) -> System {
    let mut system = System {
        components: parts::components(contributions, names),
        boundaries: boundaries::boundaries(contributions, names),
        flows: parts::flows(contributions, names),
        data: data::data(contributions, names),
        endpoints: parts::endpoints(contributions, names),
        controls: controls::controls(contributions),
        permissions: controls::permissions(contributions),
        assumptions: statements::assumptions(contributions, names),
        decisions: statements::decisions(contributions, names),
        accepted_risks: statements::accepted_risks(contributions, names),
        questions: statements::questions(contributions, names),
        incidents: statements::incidents(contributions, names),
        ..System::default()
    };
    boundaries::place(&mut system.components, &system.boundaries);
    system
}

/// All citations of a pile.
fn evidence<B>(pile: &[Contribution<'_, B>]) -> Vec<Citation> {
    evidence_of(pile.iter().map(|said| said.claim))
}

/// What the sources say of the element.
pub(crate) fn status<B>(pile: &[Contribution<'_, B>]) -> Status {
    settled_status(pile.iter().map(|said| said.claim)).unwrap_or_default()
}

/// The status that wins among `claims`.
fn settled_status<'v>(claims: impl Iterator<Item = &'v VerifiedClaim<'v>> + Clone) -> Option<Status> {
    let first = claims.clone().next()?.status;
    if claims.clone().all(|claim| claim.status == first) {
        return Some(first);
    }
    settle(claims.map(|claim| Voice { value: claim.status, claim })).map(|stated| stated.value)
}

/// The contributions that count for what an element of `status` is like: what is only planned for it, or denied of it, says
/// nothing about how it is.
pub(crate) fn speaking_of<'p, 'a, B>(
    pile: &'p [Contribution<'a, B>],
    status: Status,
) -> impl Iterator<Item = &'p Contribution<'a, B>> {
    pile.iter().filter(move |said| {
        said.claim.status == status || !matches!(said.claim.status, Status::Planned | Status::Absent)
    })
}

/// The winning value of an attribute among `pile`.
fn attribute<'p, 'a: 'p, B: 'a, T: Value + 'p>(
    pile: impl IntoIterator<Item = &'p Contribution<'a, B>>,
    value: impl Fn(&'p B) -> Option<T>,
) -> Known<T> {
    settle(voices(pile, value))
}

/// Who says what of an attribute.
pub(crate) fn voices<'p, 'a: 'p, B: 'a, T: 'p>(
    pile: impl IntoIterator<Item = &'p Contribution<'a, B>>,
    value: impl Fn(&'p B) -> Option<T>,
) -> impl Iterator<Item = Voice<'p, T>> {
    pile.into_iter().filter_map(move |said| Some(Voice { value: value(said.body)?, claim: said.claim }))
}

/// As [`attribute`], for attributes that the model keeps without their evidence.
fn plain<'p, 'a: 'p, B: 'a>(
    pile: &'p [Contribution<'a, B>],
    value: impl Fn(&'p B) -> Option<String>,
) -> Option<String> {
    attribute(pile, value).map(|stated| stated.value)
}

/// Free text that has at least one character.
pub(crate) fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The ids that any of the pile names, sorted.
fn about<'a, B>(
    pile: &[Contribution<'a, B>],
    names: &Names<'_>,
    listed: impl Fn(&'a B) -> &'a [String],
) -> Vec<ElementId> {
    crate::contribute::elements(pile.iter().flat_map(|said| listed(said.body)), names)
}
