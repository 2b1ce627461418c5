//! A plan that is made again for an edit is the one that is made of all documents.

use std::collections::BTreeMap;

use cairn_extract::{Census, Plan, Replan, Spoken, plan, replan};
use cairn_model::Document;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::document;

const PARAGRAPHS: &[&str] = &[
    "The order service calls the ledger database over TLS.",
    "The order service is a worker.",
    "| Service | Purpose |\n| --- | --- |\n| order service | Takes orders. |\n| ledger database | Keeps entries. |",
    "The Seal Keeping Unit (SKU) signs orders.",
    "The Stock Keeping Unit (SKU) is counted by the `stock-counter`.",
    "- TBD: who turns the key?",
    "Nothing of interest.",
    "The parts of it are in openapi: $ref: 'c.yaml'.",
];

const PATHS: &[&str] = &["a.md", "b.md", "c.yaml", "d/e.md", "d/f.md", "g.md"];

/// Paragraphs by the number of the path.
fn corpus(files: &BTreeMap<usize, Vec<usize>>) -> Vec<Document> {
    let text = |paragraphs: &[usize]| -> String {
        paragraphs.iter().map(|it| PARAGRAPHS[*it]).collect::<Vec<_>>().join("\n\n")
    };
    files.iter().map(|(path, paragraphs)| document(PATHS[*path], &format!("# T\n\n{}\n", text(paragraphs)))).collect()
}

/// Keys of units by path.
fn keys(plan: &Plan, documents: &[Document]) -> BTreeMap<String, String> {
    plan.units.iter().map(|unit| (documents[unit.document].path.clone(), unit.key.clone())).collect()
}

fn kept(census: &Census) -> Census {
    serde_json::from_str(&serde_json::to_string(census).unwrap()).unwrap()
}

fn check(before: &BTreeMap<usize, Vec<usize>>, after: &BTreeMap<usize, Vec<usize>>) -> Result<bool, TestCaseError> {
    let (before, after) = (corpus(before), corpus(after));
    let is_in = |document: &Document, others: &[Document]| {
        others.iter().any(|other| (&other.path, &other.revision) == (&document.path, &document.revision))
    };
    let gone: Vec<Document> = before.iter().filter(|it| !is_in(it, &after)).cloned().collect();
    let come: Vec<Document> = after.iter().filter(|it| !is_in(it, &before)).cloned().collect();
    let (old, new) = (plan(&before), plan(&after));
    let Some(Replan { plan: again, names }) = replan(&kept(&old.census), &gone, &come) else { return Ok(false) };
    prop_assert_eq!(&kept(&again.census), &new.census);
    let may_hold = |spoken: &Spoken| names.iter().any(|name| spoken.may_hold(name));
    let stays = |document: &Document| !gone.iter().any(|it| it.path == document.path);
    let others = before.iter().zip(&old.spoken).filter(|(document, _)| stays(document));
    let named: Vec<Document> = others.filter(|(_, it)| may_hold(it)).map(|(document, _)| document.clone()).collect();
    let Some(again) = again.with(&named) else { return Ok(false) };
    let mut expected = keys(&old, &before);
    expected.retain(|path, _| before.iter().any(|it| it.path == *path && stays(it)));
    expected.extend(keys(&again, &[come, named].concat()));
    prop_assert_eq!(expected, keys(&new, &after));
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_is_planned_as_the_whole_is(
        before in prop::collection::btree_map(0..PATHS.len(), vec(0..PARAGRAPHS.len(), 0..5), 1..6),
        edits in prop::collection::btree_map(0..PATHS.len(), prop::option::of(vec(0..PARAGRAPHS.len(), 0..5)), 1..3),
    ) {
        let mut after = before.clone();
        for (path, paragraphs) in edits {
            match paragraphs {
                Some(paragraphs) => drop(after.insert(path, paragraphs)),
                None => drop(after.remove(&path)),
            }
        }
        check(&before, &after)?;
    }
}

#[test]
fn an_edit_that_leaves_the_names_is_planned_alone() {
    let before = BTreeMap::from([(0, vec![2]), (1, vec![0, 6]), (3, vec![0])]);
    let edited = BTreeMap::from([(0, vec![2]), (1, vec![0, 0]), (3, vec![0])]);
    assert!(check(&before, &edited).unwrap());
    let gone = BTreeMap::from([(0, vec![2]), (3, vec![0])]);
    assert!(check(&before, &gone).unwrap());
}

#[test]
fn a_name_that_goes_is_looked_for_only_where_it_may_stand() {
    let before = BTreeMap::from([(0, vec![2]), (1, vec![0]), (3, vec![6])]);
    let after = BTreeMap::from([(0, vec![6]), (1, vec![0]), (3, vec![6])]);
    assert!(check(&before, &after).unwrap());
    let (old, new) = (corpus(&before), corpus(&after));
    let names = replan(&plan(&old).census, &old[..1], &new[..1]).unwrap().names;
    assert!(names.contains("orderservice"), "{names:?}");
    let holds = |at: usize| names.iter().any(|name| plan(&old).spoken[at].may_hold(name));
    assert!(holds(1) && !holds(2));
}

#[test]
fn an_edit_that_reaches_others_by_more_than_names_is_not() {
    let referring = corpus(&BTreeMap::from([(1, vec![7])]));
    let refers = plan(&referring).units[0].references.clone();
    assert!(refers.is_empty(), "there is no such document yet");
    let part = corpus(&BTreeMap::from([(2, vec![6])]));
    assert!(replan(&plan(&referring).census, &[], &part).is_none(), "another document refers to the path");
}
