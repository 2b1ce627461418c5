//! One attribute, many voices: which value wins, and which others were said.
//!
//! Precedence: the source's authority, then its date, then the number of passages, then the alphabet, so that there is
//! always one answer. An extractor's confidence never decides.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, DocumentId, Known, Stated, Status};

use crate::authority::Rank;
use crate::value::Value;
use crate::verify::VerifiedClaim;

/// A value as one verified claim states it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice<'v, T> {
    pub(crate) value: T,
    pub(crate) claim: &'v VerifiedClaim<'v>,
}

/// All voices for one value under one status.
#[derive(Clone, Debug)]
pub(crate) struct Side<'v, T> {
    pub(crate) value: T,
    pub(crate) status: Status,
    pub(crate) rank: Rank,
    pub(crate) claims: Vec<&'v VerifiedClaim<'v>>,
}

impl<'v, T> Side<'v, T> {
    /// The documents that say so.
    pub(crate) fn documents(&self) -> BTreeSet<&'v DocumentId> {
        self.claims.iter().map(|claim| &claim.document.id).collect()
    }

    pub(crate) fn evidence(&self) -> Vec<Citation> {
        evidence_of(self.claims.iter().copied())
    }

    fn passages(&self) -> usize {
        self.claims.iter().map(|claim| claim.evidence.len()).sum()
    }
}

/// The value that wins, with what states it.
pub(crate) fn settle<'v, T: Value + 'v>(voices: impl IntoIterator<Item = Voice<'v, T>>) -> Known<T> {
    let mut voices = voices.into_iter();
    let first = voices.next()?;
    let Some(second) = voices.next() else {
        return Some(Stated { value: first.value, evidence: first.claim.evidence.clone() });
    };
    let sides = sides([first, second].into_iter().chain(voices), |_| Status::Implemented);
    let strongest = sides.first()?;
    let kept = sides.iter().find(|side| side.value.refines(&strongest.value)).unwrap_or(strongest);
    Some(Stated { evidence: kept.evidence(), value: kept.value.clone() })
}

/// The sides of a question, strongest first. Equal values are one side when `status_of` gives their claims one status.
pub(crate) fn sides<'v, T: Value + 'v>(
    voices: impl IntoIterator<Item = Voice<'v, T>>,
    status_of: impl Fn(&VerifiedClaim<'_>) -> Status,
) -> Vec<Side<'v, T>> {
    let mut sides: BTreeMap<(String, Status), Side<'v, T>> = BTreeMap::new();
    for Voice { value, claim } in voices {
        let (status, rank) = (status_of(claim), claim.rank);
        let side = sides.entry((value.key(), status)).or_insert_with(|| Side {
            value: value.clone(),
            status,
            rank,
            claims: Vec::new(),
        });
        // The spelling shown is the strongest source's, the first in the alphabet among equals.
        match rank.compare(side.rank) {
            Ordering::Greater => (side.rank, side.value) = (rank, value),
            Ordering::Equal if value.text() < side.value.text() => side.value = value,
            _ => {}
        }
        side.claims.push(claim);
    }
    let mut sides: Vec<_> = sides.into_values().collect();
    // A stable sort: what is equal by all this keeps the order of the keys.
    sides.sort_by(|left, right| right.rank.compare(left.rank).then_with(|| right.passages().cmp(&left.passages())));
    sides
}

/// All citations of `claims`, sorted, each once.
pub(crate) fn evidence_of<'v>(claims: impl IntoIterator<Item = &'v VerifiedClaim<'v>>) -> Vec<Citation> {
    let mut evidence: Vec<_> = claims.into_iter().flat_map(|claim| claim.evidence.iter().cloned()).collect();
    evidence.sort();
    evidence.dedup();
    evidence
}
