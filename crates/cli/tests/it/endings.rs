use crate::project::{Project, redacted};

/// The exit code, and what stderr says about it.
#[track_caller]
fn check(project: &Project, arguments: &[&str], code: i32, expected: &str) {
    let run = project.run(arguments);
    assert_eq!(
        (run.code, redacted(project, &run.stderr).trim_end()),
        (code, expected),
        "{arguments:?}: {}",
        run.stdout
    );
}

#[test]
fn wrong_arguments_are_2() {
    let run = Project::empty().run(&["thraets"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("threats"), "{}", run.stderr);
    assert_eq!(Project::empty().run(&[]).code, 2);
    assert_eq!(Project::empty().run(&["threats", "--severity", "grave"]).code, 2);
    assert_eq!(Project::empty().run(&["threats", "--as-of", "tomorrow"]).code, 2);
}

#[test]
fn help_is_0() {
    let run = Project::empty().run(&["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn no_workspace_is_2() {
    check(
        &Project::empty(),
        &["threats"],
        2,
        "error: no workspace in `[PROJECT]` or a folder above it\nhint: run `cairn scan PATH…` to make one",
    );
}

#[test]
fn a_path_that_does_not_exist_is_2() {
    check(
        &Project::empty(),
        &["scan", "nowhere"],
        2,
        "error: cannot open `nowhere`: No such file or directory (os error 2)",
    );
}

#[test]
fn settings_that_are_not_valid_are_2() {
    let project = Project::with_documents();
    project.write("cairn.toml", "exlude = []\n");
    let run = project.run(&["scan", "docs"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("unknown field `exlude`"), "{}", run.stderr);
}

#[test]
fn no_documents_are_3() {
    let project = Project::empty();
    project.write("docs/logo.png", "");
    check(
        &project,
        &["--quiet", "scan", "docs"],
        3,
        "error: no documents found (1 input skipped)\nhint: `cairn skipped` says why",
    );
}

#[test]
fn a_workspace_without_a_scan_is_3() {
    let project = Project::empty();
    project.succeeds(&["init"]);
    check(
        &project,
        &["export"],
        3,
        "error: nothing was scanned into `[PROJECT]/.cairn` yet\nhint: run `cairn scan PATH…`",
    );
}

#[cfg(target_os = "linux")]
#[test]
fn inputs_that_cannot_be_read_are_4_and_the_rest_is_done() {
    let project = Project::with_documents();
    // Reading one's own memory from its start fails for every user, root included.
    check(
        &project,
        &["--quiet", "scan", "docs", "/proc/self/mem"],
        4,
        "error: 1 input could not be read; `cairn skipped` lists them",
    );
    assert!(project.export().contains("\"path\": \"design.md\""));
}

#[test]
fn a_workspace_that_cannot_be_written_is_5() {
    let project = Project::with_documents();
    project.write("file", "");
    let run = project.run(&["--workspace", "file/below", "scan", "docs"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stderr.starts_with("error: cannot use `"), "{}", run.stderr);
}

#[test]
fn a_gate_that_fails_is_1() {
    let project = Project::scanned();
    let findings = project.json(&["threats", "--status", "open,disputed,acceptance_expired"]);
    assert!(!findings["threats"].as_array().unwrap().is_empty());
    let run = project.run(&["threats", "--fail-on", "low"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("of severity `low` or above (--fail-on)"), "{}", run.stderr);
    assert_eq!(project.run(&["scan", "docs", "--fail-on", "low"]).code, 1);
    assert_eq!(project.run(&["threats", "--status", "mitigated", "--fail-on", "low"]).code, 0);
}
