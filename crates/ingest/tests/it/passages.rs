use cairn_ingest::passages;
use cairn_model::Document;
use proptest::prelude::*;

use crate::check::document;

fn hashes(document: &Document, heading: &str) -> Vec<String> {
    let own = passages(document).into_iter().filter(|passage| passage.heading_path.last().unwrap() == heading);
    own.map(|passage| passage.hash).collect()
}

#[test]
fn short_sections_are_one_passage() {
    let document = document("a.md", "intro\n\n# One\n\ntext\n\n## Two\n\nmore\n");
    let shown: Vec<_> =
        passages(&document).iter().map(|p| (p.heading_path.join("/"), document.slice(p.span))).collect();
    let expected = [("", "intro"), ("One", "# One\n\ntext"), ("One/Two", "## Two\n\nmore")];
    assert_eq!(shown, expected.map(|(path, text)| (path.to_owned(), text)));
}

#[test]
fn long_tables_are_cut_between_rows() {
    let rows: String = (0..200).map(|n| format!("| component {n} | talks to the ledger |\n")).collect();
    let document = document("a.md", &format!("# T\n\n| a | b |\n|---|---|\n{rows}"));
    let cut = passages(&document);
    assert!(cut.len() > 4);
    for passage in &cut[1..] {
        let text = document.slice(passage.span);
        assert!(text.starts_with("| component") && text.ends_with('|'), "{text:?}");
    }
}

#[test]
fn long_sections_lose_no_word() {
    for path in ["a.md", "a.txt"] {
        let text = "Each booking is signed by the ledger. ".repeat(200);
        let document = document(path, &text);
        let cut: Vec<_> = passages(&document).iter().map(|passage| document.slice(passage.span)).collect();
        assert!(cut.len() > 5 && cut.iter().all(|passage| passage.chars().count() <= 1200));
        assert_eq!(cut.join(" ").split_whitespace().count(), text.split_whitespace().count());
    }
}

/// A heading is repeated with every section below it.
#[test]
fn long_headings_are_known_by_their_beginning() {
    let heading = "Booking rules\n".repeat(2_000);
    let sections = "## Part\n\ntext\n\n".repeat(2_000);
    let document = document("a.md", &format!("{heading}===\n\n{sections}"));
    let cut = passages(&document);
    assert!(cut.len() > 2_000);
    assert!(cut.iter().flat_map(|passage| &passage.heading_path).all(|heading| heading.chars().count() <= 300));
    assert!(cut.last().unwrap().heading_path.first().unwrap().starts_with("Booking rules"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Editing one section leaves the hashes of all other passages.
    #[test]
    fn an_edit_stays_in_its_section(
        bodies in prop::collection::vec("[a-z ,.]{1,900}", 2..6),
        edited in 0_usize..6,
        replacement in "[a-z ,.]{1,3000}",
    ) {
        let edited = edited % bodies.len();
        let text = |bodies: &[String]| -> String {
            bodies.iter().enumerate().map(|(at, body)| format!("## Part {at}\n\nx{body}\n\n")).collect()
        };
        let before = document("a.md", &text(&bodies));
        let mut changed = bodies.clone();
        changed[edited] = replacement;
        let after = document("a.md", &text(&changed));
        for at in (0..bodies.len()).filter(|at| *at != edited) {
            let heading = format!("Part {at}");
            prop_assert_eq!(hashes(&before, &heading), hashes(&after, &heading));
        }
    }
}
