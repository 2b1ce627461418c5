//! One list of answers out of two.

use std::collections::BTreeMap;

use crate::PassageId;

/// How many answers each list is asked for before they become one.
pub const FUSED_DEPTH: usize = 100;

/// Both lists by the weighted sum of their scores, each brought to a range from 0 to 1; best first, equal ones by name. The list by
/// meaning weighs `dense_weight` (0 to 1), the one by words the rest.
///
/// Scores are used and not ranks, because the place in a weak list would outvote a clear lead in a strong one.
pub fn fuse(lexical: &[(PassageId, f64)], dense: &[(PassageId, f64)], dense_weight: f64) -> Vec<(PassageId, f64)> {
    let mut fused: BTreeMap<PassageId, f64> = BTreeMap::new();
    for (list, weight) in [(lexical, 1.0 - dense_weight), (dense, dense_weight)] {
        for (id, score) in in_unit_range(list) {
            *fused.entry(id).or_default() += weight * score;
        }
    }
    let mut fused: Vec<(PassageId, f64)> = fused.into_iter().collect();
    fused.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    fused
}

fn in_unit_range(list: &[(PassageId, f64)]) -> impl Iterator<Item = (PassageId, f64)> {
    let scores = || list.iter().map(|(_, score)| *score);
    let (low, high) = (scores().fold(f64::INFINITY, f64::min), scores().fold(f64::NEG_INFINITY, f64::max));
    let range = high - low;
    list.iter().map(move |(id, score)| (*id, if range > 0.0 { (score - low) / range } else { 1.0 }))
}
