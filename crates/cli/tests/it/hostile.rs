use crate::project::Project;

/// Commands whose output shows document text to a person.
const FOR_PEOPLE: &[&[&str]] = &[
    &["scan", "docs", "--verbose"],
    &["threats"],
    &["questions"],
    &["conflicts"],
    &["skipped"],
    &["search", "password"],
    &["export", "--format", "markdown"],
];

/// Runs every command and looks for what could steer a terminal.
#[track_caller]
fn check_harmless(project: &Project) {
    for arguments in FOR_PEOPLE {
        let run = project.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        let bad =
            (run.stdout + &run.stderr).chars().find(|c| (c.is_control() && *c != '\n' && *c != '\t') || is_turning(*c));
        assert_eq!(bad, None, "{arguments:?}");
    }
}

const fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn escape_sequences_in_documents_do_not_reach_the_terminal() {
    let project = Project::with_documents();
    project.write(
        "docs/evil.md",
        "# Evil \u{1b}]0;owned\u{7}\n\nThe \u{1b}[2J Parcel API writes passwords to the Label\u{202e} Store.\r\n\n\
         - TBD: who owns the \u{1b}[31mpassword\u{9b}31m\u{8}\u{8}?\n",
    );
    check_harmless(&project);
}

#[cfg(unix)]
#[test]
fn escape_sequences_in_file_names_do_not_reach_the_terminal() {
    let project = Project::with_documents();
    project.write("docs/evil\u{1b}[31m\nname.md", "# Password\n\n- TBD: who rotates the password?\n");
    project.write("docs/evil\u{1b}[31m.png", "");
    check_harmless(&project);
}

#[test]
fn text_that_is_not_utf_8_is_skipped_with_its_reason() {
    let project = Project::with_documents();
    project.write("docs/bad.md", b"# Bad\n\xff\xfe\xfd\n");
    let summary = project.json(&["scan", "docs"]);
    assert_eq!((&summary["documents"]["read"], &summary["documents"]["skipped"]), (&3.into(), &1.into()));
    assert_eq!(project.json(&["skipped"])["skipped"][0]["path"], "bad.md");
}

#[test]
fn deep_nesting_does_not_stop_the_run() {
    let project = Project::with_documents();
    project.write("docs/quotes.md", "> ".repeat(20_000) + "deep");
    project.write(
        "docs/lists.md",
        (0..2_000).map(|depth| format!("{}- item\n", " ".repeat(depth * 2))).collect::<String>(),
    );
    project.write("docs/brackets.md", "[".repeat(50_000));
    project.write("docs/deep.yaml", "[".repeat(50_000));
    project.write("docs/deep.json", "[".repeat(50_000));
    let summary = project.json(&["scan", "docs"]);
    assert!(summary["documents"]["read"].as_u64().unwrap() >= 3);
}

#[test]
fn a_huge_line_is_read_and_shown_in_part() {
    let project = Project::with_documents();
    let filler = "lorem ipsum ".repeat(500);
    project.write("docs/long.md", format!("# Long\n\n{filler}The Parcel API logs the zebrafish. {filler}\n"));
    project.succeeds(&["scan", "docs"]);
    let text = project.succeeds(&["search", "zebrafish"]);
    assert!(text.contains("zebrafish") && text.len() < 3_000, "{} bytes", text.len());
    let column = filler.len() + "The Parcel API logs the ".len() + 1;
    assert!(text.contains(&format!("--> long.md:3:{column}\n")), "{text}");
}

#[test]
fn an_empty_document_is_a_document() {
    let project = Project::with_documents();
    project.write("docs/empty.md", "");
    project.write("docs/blank.md", "\n\n \n");
    project.succeeds(&["scan", "docs"]);
    project.export();
}
