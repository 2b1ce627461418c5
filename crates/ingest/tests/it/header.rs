use crate::check::document;

#[track_caller]
fn check(path: &str, text: &str, key: &str, value: Option<&str>) {
    let document = document(path, text);
    assert_eq!(document.front_matter.get(key).map(String::as_str), value, "{:?}", document.front_matter);
}

#[test]
fn header_entries_in_their_many_forms() {
    check("a.md", "---\nStatus: 'accepted' # yes\nlist:\n  - a\n---\n", "status", Some("accepted"));
    check("a.md", "+++\nstatus = \"draft\"\n+++\ntext\n", "status", Some("draft"));
    check("a.md", "# One\n\n- Status: accepted\n- Date: 2024-03-01\n", "date", Some("2024-03-01"));
    check("a.md", "# One\n\n**Status**: Proposed\n**Owner:** me\n\nText: more\n", "owner", Some("me"));
    check("a.md", "# One\n\n| Status | Accepted |\n|---|---|\n| Date | 2024-03-01 |\n", "date", Some("2024-03-01"));
    check("a.md", "# One\n\n| Status | Date |\n|---|---|\n| Draft | 2024-03-01 |\n", "status", Some("Draft"));
    check(
        "a.md",
        "# One\n\n## Status\n\nSuperseded by [two](2.md)\n\n## Context\n",
        "status",
        Some("Superseded by two"),
    );
    check("a.rst", "One\n===\n\n:Status: accepted\n:Date: 2024-03-01\n\ntext\n", "status", Some("accepted"));
    check("a.adoc", "= One\n:status: draft\n\ntext\n", "status", Some("draft"));
    check("a.md", "# One\n\nThe text. Status: none of it\n", "status", None);
}

#[test]
fn title_and_date() {
    let named = document("2024-02-03-outage.md", "no heading\n");
    assert_eq!(
        (named.title.as_str(), named.modified.unwrap().to_string()),
        ("2024-02-03-outage.md", "2024-02-03".into())
    );
    let titled = document("a.md", "---\ntitle: T\ndate: 2023-01-01\nlastmod: 2024-01-01\n---\ntext\n");
    assert_eq!((titled.title.as_str(), titled.modified.unwrap().to_string()), ("T", "2024-01-01".into()));
    assert_eq!(document("a.md", "# The `x` service\n").title, "The x service");
}
