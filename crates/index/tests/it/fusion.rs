//! Two lists become one.

use cairn_index::{PassageId, fuse};

const CLEAR_LEAD: [(PassageId, f64); 3] = [(PassageId(1), 20.0), (PassageId(2), 10.0), (PassageId(3), 0.0)];
const NEARLY_EQUAL: [(PassageId, f64); 3] = [(PassageId(3), 0.9), (PassageId(2), 0.8), (PassageId(4), 0.1)];

fn order(dense_weight: f64) -> Vec<u64> {
    fuse(&CLEAR_LEAD, &NEARLY_EQUAL, dense_weight).into_iter().map(|(id, _)| id.0).collect()
}

#[test]
fn the_weight_decides_between_the_lists() {
    assert_eq!(order(0.0), [1, 2, 3, 4]);
    assert_eq!(order(1.0), [3, 2, 1, 4]);
}

#[test]
fn what_both_find_comes_before_what_one_finds() {
    assert_eq!(order(0.5), [2, 1, 3, 4]);
}

#[test]
fn scores_of_any_range_weigh_alike() {
    let large: Vec<_> = CLEAR_LEAD.iter().map(|(id, score)| (*id, score * 1000.0 - 7.0)).collect();
    assert_eq!(fuse(&large, &NEARLY_EQUAL, 0.3), fuse(&CLEAR_LEAD, &NEARLY_EQUAL, 0.3));
}

#[test]
fn an_empty_or_even_list_is_no_division_by_nothing() {
    assert_eq!(fuse(&[], &[], 0.5), []);
    let even = fuse(&[(PassageId(1), 3.0), (PassageId(2), 3.0)], &[], 0.25);
    assert_eq!(even, [(PassageId(1), 0.75), (PassageId(2), 0.75)]);
}
