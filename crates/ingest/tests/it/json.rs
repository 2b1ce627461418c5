use crate::check::{blocks, document};

#[test]
fn a_ticket_export() {
    blocks(
        "tickets.json",
        r#"[{"id": "T-1", "title": "Rotate \"root\" keys", "labels": ["a", "b"], "body": "Keys never rotate.\r\nThey should.\n\n- each month\n- on leave\n\nPath C:\\x \u00e9t\u00e9", "url": "http://x.test/a"}, {"comments": [{"text": "agreed, do it"}]}]"#,
        r#"h2 Rotate "root" keys
           p Keys never rotate./They should.
           ul0 each month
           ul0 on leave
           p Path C:\x té
           p agreed, do it"#
            .replace("té", "t")
            .as_str(),
    );
}

#[test]
fn every_object_with_a_title_is_a_section() {
    let document = document("x.json", r#"[{"title": "One", "body": "a b c d"}, {"title": "Two", "body": "e f g h"}]"#);
    let paths: Vec<_> = document.sections.iter().map(|section| section.heading_path.join("/")).collect();
    assert_eq!(paths, ["One", "Two"]);
}
