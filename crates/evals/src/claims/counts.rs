//! The figures of a kind, of a system or of several, and what follows from them.

use super::Element;
use super::matching::Matched;
use super::names::text;
use crate::gold::GoldLine;

/// Figures that can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Gold claims met.
    pub hits: usize,
    /// Gold claims not met.
    pub missed: usize,
    /// Elements that meet no gold claim.
    pub wrong: usize,
    /// Elements that say again what a met or optional claim says.
    pub duplicates: usize,
    /// Pairs of a gold claim, optional ones too, and the element that meets it.
    pub pairs: usize,
    /// Pairs that agree on the status.
    pub same_status: usize,
    /// Pairs of components and boundaries.
    pub typed_pairs: usize,
    /// Those that agree on the type.
    pub same_type: usize,
}

impl Counts {
    /// Share of the elements that meet a claim.
    pub fn precision(&self) -> f64 {
        share(self.hits, self.hits + self.wrong)
    }

    /// Share of the claims that are met.
    pub fn recall(&self) -> f64 {
        share(self.hits, self.hits + self.missed)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        let sum = precision + recall;
        if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 }
    }

    /// Share of the pairs of components and boundaries that agree on the type, where there are any.
    pub fn type_agrees(&self) -> Option<f64> {
        (self.typed_pairs > 0).then(|| share(self.same_type, self.typed_pairs))
    }

    /// Share of the pairs that agree on the status, where there are any.
    pub fn status_agrees(&self) -> Option<f64> {
        (self.pairs > 0).then(|| share(self.same_status, self.pairs))
    }

    /// Whether there is nothing of the kind on either side.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.missed += other.missed;
        self.wrong += other.wrong;
        self.duplicates += other.duplicates;
        self.pairs += other.pairs;
        self.same_status += other.same_status;
        self.typed_pairs += other.typed_pairs;
        self.same_type += other.same_type;
    }

    pub(super) fn of(kind: &str, matched: &Matched<'_>) -> Self {
        let agreeing = |field: &str, default: &str| {
            let same = |(gold, element): &&(&GoldLine, &Element<'_>)| {
                text(&gold.value, field, default) == text(element.value, field, default)
            };
            matched.pairs.iter().filter(same).count()
        };
        let is_typed = matches!(kind, "component" | "boundary");
        Self {
            hits: matched.pairs.iter().filter(|(gold, _)| !gold.is_optional()).count(),
            missed: matched.missed.len(),
            wrong: matched.wrong.len(),
            duplicates: matched.duplicates.len(),
            pairs: matched.pairs.len(),
            same_status: agreeing("status", "implemented"),
            typed_pairs: if is_typed { matched.pairs.len() } else { 0 },
            same_type: if is_typed { agreeing("type", "") } else { 0 },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of claims are far below 2^52")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
