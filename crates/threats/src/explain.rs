//! Premises of an explanation.

use cairn_model::{Citation, Premise, PremiseRole, Truth};

/// Citations shown for one premise. More say the same; the element's own page lists them all.
const CITED_MAX: usize = 8;

/// A premise with its citations in order. What has no citation is unknown.
pub(crate) fn cite<'c>(
    role: PremiseRole,
    premise: String,
    truth: Truth,
    evidence: impl IntoIterator<Item = &'c Citation>,
) -> Premise {
    let evidence = in_order(evidence);
    let truth = if evidence.is_empty() { Truth::Unknown } else { truth };
    Premise { role, premise, truth, evidence }
}

/// Each citation once, as many as are shown.
fn in_order<'c>(evidence: impl IntoIterator<Item = &'c Citation>) -> Vec<Citation> {
    let mut evidence = evidence.into_iter();
    let Some(first) = evidence.next() else { return Vec::new() };
    let Some(second) = evidence.next() else { return vec![first.clone()] };
    let mut all: Vec<&Citation> = [first, second].into_iter().chain(evidence).collect();
    all.sort_unstable();
    all.dedup();
    all.truncate(CITED_MAX);
    all.into_iter().cloned().collect()
}
