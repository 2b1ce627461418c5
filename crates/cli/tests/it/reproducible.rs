use crate::project::Project;

#[test]
fn a_second_scan_extracts_nothing_and_prints_the_same_bytes() {
    let project = Project::with_documents();
    let first = project.json(&["scan", "docs"]);
    assert_eq!(first["units"]["extracted"], 3);
    let exported = project.export();
    let page = project.succeeds(&["export", "--format", "markdown"]);
    let second = project.json(&["scan", "docs"]);
    assert_eq!((&second["units"]["extracted"], &second["units"]["kept"]), (&0.into(), &3.into()));
    assert_eq!(second["documents"]["unchanged"], 3);
    assert_eq!(project.export(), exported);
    assert_eq!(project.succeeds(&["export", "--format", "markdown"]), page);
}

#[test]
fn order_form_and_threads_do_not_show() {
    let expected = {
        let project = Project::with_documents();
        project.succeeds(&["scan", "docs", "docs/design.md", "docs/adr"]);
        project.export()
    };
    for arguments in [
        &["scan", "docs/adr", "docs/design.md", "./docs/"][..],
        &["scan", "--threads", "1", "docs"],
        &["scan", "--threads", "7", "docs/adr/..", "docs"],
    ] {
        let project = Project::with_documents();
        project.succeeds(arguments);
        assert_eq!(project.export(), expected, "{arguments:?}");
    }
}

#[test]
fn a_change_taken_back_leaves_no_trace() {
    let project = Project::scanned();
    let exported = project.export();
    let design = std::fs::read(project.path("docs/design.md")).unwrap();
    project.write("docs/design.md", "# Design\n\nNothing.\n");
    project.write("docs/more.md", "# More\n\nThe Print Worker service reads from the Label Store.\n");
    project.succeeds(&["scan", "docs"]);
    assert_ne!(project.export(), exported);
    project.write("docs/design.md", design);
    std::fs::remove_file(project.path("docs/more.md")).unwrap();
    project.succeeds(&["scan", "docs"]);
    assert_eq!(project.export(), exported);
}

#[test]
fn every_citation_stands_in_its_document() {
    let project = Project::scanned();
    let model: serde_json::Value = serde_json::from_str(&project.export()).unwrap();
    let mut checked = 0;
    visit(&model, &mut |citation| {
        let id = citation["document"].as_str().unwrap();
        let documents = model["documents"].as_array().unwrap();
        let path = documents.iter().find(|document| document["id"] == id).unwrap()["path"].as_str().unwrap();
        let bytes = std::fs::read(project.path("docs").join(path)).unwrap();
        let range = citation["start"].as_u64().unwrap() as usize..citation["end"].as_u64().unwrap() as usize;
        assert_eq!(&bytes[range.clone()], citation["quote"].as_str().unwrap().as_bytes());
        let line = bytes[..range.start].iter().filter(|byte| **byte == b'\n').count() + 1;
        assert_eq!(citation["line"], line);
        checked += 1;
    });
    assert!(checked > 10, "only {checked} citations");
}

fn visit(value: &serde_json::Value, check: &mut impl FnMut(&serde_json::Value)) {
    if value.get("quote").is_some() && value.get("revision").is_some() {
        check(value);
    }
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| visit(item, check)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| visit(field, check)),
        _ => {}
    }
}
