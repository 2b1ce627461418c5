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
    let mut evidence: Vec<&Citation> = evidence.into_iter().collect();
    evidence.sort_unstable();
    evidence.dedup();
    evidence.truncate(CITED_MAX);
    let truth = if evidence.is_empty() { Truth::Unknown } else { truth };
    Premise { role, premise, truth, evidence: evidence.into_iter().cloned().collect() }
}
