//! An answer depends on the passages alone, not on the updates that brought them in.

use cairn_index::{Hit, Index, IndexedPassage, Query};
use cairn_model::DocumentId;
use proptest::prelude::*;

use crate::fixture::{at, index, passage};

const WORDS: [&str; 6] = ["anchor", "buoy", "crane", "dock", "ebb", "ferry"];
const QUERIES: [&str; 4] = ["anchor buoy crane", "dock ebb ferry anchor", "\"buoy crane\" dock", "-ebb"];

fn documents() -> impl Strategy<Value = Vec<Vec<String>>> {
    let text = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..12).prop_map(|words| words.join(" "));
    prop::collection::vec(prop::collection::vec(text, 1..4), 1..8)
}

fn passages_of(document: usize, texts: &[String]) -> Vec<IndexedPassage> {
    let path = format!("{document}.md");
    texts.iter().enumerate().map(|(nth, text)| at(nth * 1000, passage(&path, text))).collect()
}

fn answers(index: &Index) -> Vec<Vec<Hit>> {
    QUERIES.iter().map(|query| index.search(&Query::new(*query, 5)).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn does_not_show_the_updates(documents in documents(), former in documents()) {
        let all: Vec<_> = documents.iter().enumerate().flat_map(|(nth, texts)| passages_of(nth, texts)).collect();
        let at_once = index(&all);

        let mut step_by_step = Index::in_memory().unwrap();
        for (nth, texts) in former.iter().enumerate() {
            step_by_step.update(&[], &passages_of(nth, texts)).unwrap();
        }
        for (nth, texts) in documents.iter().enumerate().rev() {
            step_by_step.update(&[], &passages_of(nth, texts)).unwrap();
        }
        let surplus: Vec<_> =
            (documents.len()..former.len()).map(|nth| DocumentId::of_path(&format!("{nth}.md"))).collect();
        step_by_step.update(&surplus, &[]).unwrap();

        prop_assert_eq!(at_once.passages(), step_by_step.passages());
        prop_assert_eq!(answers(&at_once), answers(&step_by_step));
    }
}

#[test]
fn equal_scores_go_by_path_then_place() {
    let place = |path, start, text| IndexedPassage { title: String::new(), ..at(start, passage(path, text)) };
    let passages = [
        place("b.md", 0, "preface"),
        place("a.md", 0, "preface"),
        place("b.md", 20, "anchor"),
        place("a.md", 30, "anchor"),
        place("b.md", 10, "anchor"),
        place("a.md", 5, "anchor"),
    ];
    let hits = index(&passages).search(&Query::new("anchor", 3)).unwrap();
    let places: Vec<_> = hits.iter().map(|hit| (hit.path.as_str(), hit.span.start)).collect();
    assert_eq!(places, [("a.md", 5), ("a.md", 30), ("b.md", 10)]);
}
