//! Which names are taken for one component.

use cairn_evals::{Aliases, NameSet, resolution, systems};

use crate::shared;

/// What is stated to be one and of one type is refused only where other evidence speaks against it.
const STATED_RECALL_MIN: f64 = 0.8;

#[test]
fn writings_of_made_up_names_are_matched_without_a_wrong_pair() {
    let report = resolution(&NameSet::generated(), Aliases::Unstated);
    assert!(report.same > 300, "{report:?}");
    assert_eq!(report.joined_wrongly, 0, "{report:?}");
    assert!(report.recall() > 0.95, "{report:?}");
}

#[test]
fn gold_names_are_never_mixed_up_by_writing() {
    let Some(gold) = shared("gold") else { return };
    for system in systems(&gold, &gold).unwrap() {
        let set = NameSet::of_gold(&system.gold).unwrap();
        let (unstated, stated) = (resolution(&set, Aliases::Unstated), resolution(&set, Aliases::Stated));
        println!("{}: unstated {unstated:?}, stated {stated:?}", system.name);
        assert!(unstated.precision() >= 0.95, "{}: {unstated:?}", system.name);
        assert!(stated.recall() >= STATED_RECALL_MIN, "{}: {stated:?}", system.name);
        assert!(stated.recall() >= unstated.recall(), "{}: {stated:?} {unstated:?}", system.name);
    }
}
