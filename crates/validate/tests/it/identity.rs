//! Ids are made of content: what happens elsewhere does not change them.

use std::collections::BTreeSet;

use cairn_model::{Claim, ControlType, Document, DocumentId, Quote, Statement, Status, System};
use cairn_validate::validate;

use crate::sample::{
    aliased, as_status, boundary, control, data, document, encrypted, endpoint, ids, named, quoting, said_in, system_of,
};

/// How many documents the corpus has, each about a part of its own.
const DOCUMENTS: usize = 12;

/// How often the corpus is changed.
const MUTATIONS: usize = 500;

/// Invented words, so that no two parts have a near name.
const PARTS: [&str; DOCUMENTS] = [
    "harbour", "lantern", "quarry", "meadow", "cobbler", "thicket", "granary", "ferry", "bellows", "orchard", "kiln",
    "weir",
];

/// A document with what it says, line by line.
#[derive(Clone)]
struct Page {
    path: String,
    lines: Vec<(String, Status, Statement)>,
}

impl Page {
    fn of(number: usize) -> Self {
        let part = PARTS[number];
        let said = vec![
            named(part),
            encrypted(part, &format!("{part} store"), "TLS"),
            control(ControlType::Authentication, &[part], Some("mTLS")),
            Statement::Data(data(&format!("{part} ledger"), part)),
            Statement::Endpoint(endpoint(part, &format!("/{part}"))),
            boundary(&format!("{part} zone"), &[part]),
        ];
        let lines = said.into_iter().enumerate();
        let lines = lines.map(|(line, statement)| (format!("Line {line} of {part}."), Status::Implemented, statement));
        Self { path: format!("docs/{part}.txt"), lines: lines.collect() }
    }

    fn read(&self) -> (Document, Vec<Claim>) {
        let text: Vec<&str> = self.lines.iter().map(|(line, ..)| line.as_str()).collect();
        let document = document(&self.path, &text.join("\n"));
        let claims = self
            .lines
            .iter()
            .filter(|(line, ..)| !line.starts_with('#'))
            .map(|(line, status, statement)| as_status(*status, quoting(&document, line, statement.clone())))
            .collect();
        (document, claims)
    }
}

fn system(pages: &[Page]) -> System {
    let (documents, claims): (Vec<_>, Vec<_>) = pages.iter().map(Page::read).unzip();
    validate(&documents, &claims.concat())
}

/// The ids of everything that does not rest on the document.
fn ids_beside(system: &System, path: &str) -> BTreeSet<String> {
    let changed = DocumentId::of_path(path);
    let mut found = BTreeSet::new();
    macro_rules! add {
        ($($list:ident)+) => {$(
            for it in &system.$list {
                if it.evidence.iter().all(|citation| citation.document != changed) {
                    found.insert(it.id.to_string());
                }
            }
        )+};
    }
    add!(components boundaries flows data endpoints controls);
    let gaps = system.gaps.iter().filter(|gap| found.contains(gap.subject.as_str())).map(|gap| gap.id.to_string());
    let gaps: Vec<String> = gaps.collect();
    found.extend(gaps);
    found
}

/// Changes one page in one of the ways in which documents change, and says which.
fn mutate(pages: &mut Vec<Page>, at: usize, way: usize, number: usize) -> &'static str {
    let page = &mut pages[at];
    match way {
        0 => {
            page.path = format!("elsewhere/{number}/renamed.txt");
            "file renamed"
        }
        1 => {
            page.lines.reverse();
            "reordered"
        }
        2 => {
            let words = (format!("# Some {number} words before."), Status::Implemented, named("nobody"));
            page.lines.insert(0, words);
            "moved down"
        }
        3 => {
            let line = number % page.lines.len();
            page.lines[line].0 = format!("Reworded {number}: {}", page.lines[line].0);
            "reworded"
        }
        4 => {
            let line = number % page.lines.len();
            page.lines.remove(line);
            "a line removed"
        }
        5 => {
            page.lines.push((format!("New {number}."), Status::Implemented, named(&format!("novelty {number}"))));
            "a line added"
        }
        6 => {
            let line = number % page.lines.len();
            page.lines[line].1 = Status::Planned;
            "only planned"
        }
        7 => {
            pages.remove(at);
            "document removed"
        }
        _ => {
            let line = (format!("News {number}."), Status::Implemented, named(&format!("newcomer {number}")));
            let path = format!("docs/new-{number}.txt");
            pages.insert(at, Page { path, lines: vec![line] });
            "document added"
        }
    }
}

#[test]
fn five_hundred_changes_keep_all_unrelated_ids() {
    let corpus: Vec<Page> = (0..DOCUMENTS).map(Page::of).collect();
    let before = system(&corpus);
    let mut ways = BTreeSet::new();
    for number in 0..MUTATIONS {
        let mut pages = corpus.clone();
        let (at, way) = (number * 7 % DOCUMENTS, number % 9);
        let path = pages[at].path.clone();
        let what = mutate(&mut pages, at, way, number);
        ways.insert(what);
        let (kept, after) = (ids_beside(&before, &path), system(&pages));
        let now: BTreeSet<String> = ids_beside(&after, "docs/no such document");
        let lost: Vec<&String> = kept.difference(&now).collect();
        assert!(kept.len() > 60, "{} ids are too few to prove anything", kept.len());
        assert!(lost.is_empty(), "{what} in {path} ({number}) lost {lost:?}");
    }
    assert_eq!(ways.len(), 9);
}

#[test]
fn renames_reorderings_and_rewordings_keep_even_the_ids_of_the_document() {
    let corpus: Vec<Page> = (0..DOCUMENTS).map(Page::of).collect();
    let before = ids_beside(&system(&corpus), "docs/no such document");
    for way in 0..4 {
        for at in 0..DOCUMENTS {
            let mut pages = corpus.clone();
            let what = mutate(&mut pages, at, way, at);
            assert_eq!(ids_beside(&system(&pages), "docs/no such document"), before, "{what}");
        }
    }
}

#[test]
fn a_new_name_keeps_the_id_while_the_old_one_is_said_more() {
    let before = system_of(vec![named("harbour"), named("harbour"), named("weir")]);
    let after = system_of(vec![named("harbour"), named("harbour"), aliased("dock", None, &["harbour"]), named("weir")]);
    assert_eq!(ids(&before.components), ids(&after.components));
}

#[test]
fn a_new_name_keeps_the_id_where_a_document_tells_of_the_old_one() {
    let document = document("a", "The dock (formerly harbour) takes ships. The dock is wet. The weir is dry.");
    let said = |quote: &str, statement| quoting(&document, quote, statement);
    let renamed = [
        said("The dock (formerly harbour) takes ships.", aliased("dock", None, &["harbour"])),
        said("The dock is wet.", named("dock")),
        said("The weir is dry.", named("weir")),
    ];
    let system = validate(std::slice::from_ref(&document), &renamed);
    let names: Vec<_> = system.components.iter().map(|it| (it.id.as_str(), it.name.as_str())).collect();
    assert_eq!(names, [("cmp-harbour", "dock"), ("cmp-weir", "weir")]);
}

#[test]
fn a_claim_keeps_its_id_when_its_file_is_renamed_and_its_text_moves() {
    let id = |document: &Document, claim: Claim| {
        let (documents, claims) = ([document.clone()], [claim]);
        cairn_validate::verify(&documents, &claims).claims[0].id()
    };
    let (here, there) = (document("a.txt", "The kiln burns."), document("b.txt", "Hear this.\nThe kiln burns.\n"));
    let moved = Claim {
        evidence: vec![Quote { document: there.id.clone(), text: "The kiln burns.".to_owned(), at: None }],
        ..said_in(&here, named("kiln"))
    };
    assert_eq!(id(&here, said_in(&here, named("kiln"))), id(&there, moved));
    let other = said_in(&here, named("weir"));
    assert_ne!(id(&here, said_in(&here, named("kiln"))), id(&here, other));
}
