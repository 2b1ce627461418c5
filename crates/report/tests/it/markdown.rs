use cairn_model::{Premise, PremiseRole, Skipped, System, Threat, Truth};

use crate::fixture;

#[test]
fn the_whole_page() {
    let skipped = [Skipped { path: "logo.png".to_owned(), reason: "an image".to_owned() }];
    insta::assert_snapshot!(cairn_report::markdown(&fixture::system(), &[fixture::threat()], &skipped));
}

#[test]
fn an_empty_model() {
    let page = cairn_report::markdown(&System::default(), &[], &[]);
    assert!(page.starts_with("# Threat model\n"));
    assert!(page.contains("No rule was met."));
}

/// The line of the page that holds `needle`.
fn line_with(page: &str, needle: &str) -> String {
    page.lines().find(|line| line.contains(needle)).unwrap_or_else(|| panic!("no {needle} in {page}")).to_owned()
}

fn check_name(name: &str, expected: &str) {
    let system = System { components: vec![fixture::component("x", &format!("needle{name}"))], ..System::default() };
    let page = cairn_report::markdown(&system, &[], &[]);
    assert_eq!(line_with(&page, "needle"), format!("| needle{expected} | ? | ? | ? | ? | ? | implemented |"));
}

#[test]
fn names_cannot_become_markup() {
    check_name(" <script>alert(1)</script>", r" \<script\>alert(1)\</script\>");
    check_name(" | cell", r" \| cell");
    check_name(" ![x](http://a)", r" \!\[x\](http\://a)");
    check_name("\n## heading", r" \#\# heading");
    check_name(" www.example.org", r" www\.example.org");
    check_name(" \u{1b}[31mred", " ␛\\[31mred");
}

#[test]
fn statements_cannot_open_lists() {
    for (statement, expected) in [("- item", r"\- item"), ("1. item", r"1\. item"), ("+ item", r"\+ item")] {
        let mut system = System::default();
        system.assumptions = fixture::system().assumptions;
        system.assumptions[0].statement = statement.to_owned();
        let page = cairn_report::markdown(&system, &[], &[]);
        assert_eq!(line_with(&page, "item"), expected);
    }
}

#[test]
fn quotes_cannot_leave_their_fence() {
    let quote = "a\n````\n# not a heading\n````text";
    let premise = Premise {
        role: PremiseRole::Condition,
        premise: "p".to_owned(),
        truth: Truth::True,
        evidence: fixture::cite(1, quote),
    };
    let threat = Threat { explanation: vec![premise], ..fixture::threat() };
    let page = cairn_report::markdown(&fixture::system(), &[threat], &[]);
    let fenced = "\n`````text\na\n````\n# not a heading\n````text\n`````\n";
    assert!(page.contains(fenced), "{page}");
}
