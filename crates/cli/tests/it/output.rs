use crate::project::Project;

const ESCAPE: char = '\u{1b}';

#[test]
fn a_pipe_gets_no_colour() {
    assert!(!Project::scanned().succeeds(&["threats"]).contains(ESCAPE));
}

#[test]
fn colour_can_be_asked_for() {
    let project = Project::scanned();
    assert!(project.succeeds(&["--color", "always", "threats"]).contains(ESCAPE));
    assert!(!project.succeeds(&["--color", "never", "threats"]).contains(ESCAPE));
}

#[test]
fn json_has_no_colour() {
    assert!(!Project::scanned().succeeds(&["--color", "always", "--format", "json", "threats"]).contains(ESCAPE));
}

#[test]
fn quiet_leaves_stderr_empty() {
    let project = Project::with_documents();
    assert!(!project.run(&["scan", "docs"]).stderr.is_empty());
    assert_eq!(project.run(&["--quiet", "scan", "docs"]).stderr, "");
}

#[test]
fn an_export_can_be_written_to_a_file() {
    let project = Project::scanned();
    let printed = project.export();
    assert_eq!(project.succeeds(&["export", "--format", "json", "--output", "model.json"]), "");
    assert_eq!(std::fs::read_to_string(project.path("model.json")).unwrap(), printed);
}

#[test]
fn markdown_is_for_the_export() {
    let project = Project::scanned();
    assert!(project.succeeds(&["export", "--format", "markdown"]).starts_with("# Threat model\n"));
    assert_eq!(project.run(&["threats", "--format", "markdown"]).code, 2);
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Project::empty().succeeds(&["completions", shell]);
        assert!(script.contains("questions"), "{shell}");
    }
}

#[test]
fn the_help_is_complete() {
    insta::assert_snapshot!(Project::empty().succeeds(&["--help"]));
    insta::assert_snapshot!(Project::empty().succeeds(&["scan", "--help"]));
}

#[test]
fn a_diagram_is_a_file_of_its_own() {
    let project = Project::scanned();
    let svg = project.succeeds(&["diagram", "--layer", "encryption", "--layer", "unknown"]);
    assert!(svg.starts_with("<svg ") && svg.contains("<style>"), "{svg}");
    assert!(svg.contains("Parcel API to Label Store"), "{svg}");
    assert_eq!(svg, project.succeeds(&["diagram", "--layer", "unknown", "--layer", "encryption"]));
    let near = project.succeeds(&["diagram", "--focus", "courier gateway"]);
    assert!(near.contains("Courier Gateway") && !near.contains("Label Store"), "{near}");
    let run = project.run(&["diagram", "--focus", "nothing"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
}
