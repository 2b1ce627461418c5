use crate::project::{Project, redacted};

#[test]
fn init_makes_a_workspace_and_settings() {
    let project = Project::empty();
    let text = redacted(&project, &project.succeeds(&["init"]));
    assert_eq!(text, "workspace in [PROJECT]/.cairn\nwrote the settings in [PROJECT]/cairn.toml\n");
    assert!(project.path("cairn.toml").is_file());
    assert_eq!(std::fs::read_to_string(project.path(".cairn/.gitignore")).unwrap().lines().last(), Some("*"));
}

#[test]
fn init_keeps_settings_that_are_there() {
    let project = Project::empty();
    project.write("cairn.toml", "exclude = [\"old\"]\n");
    assert!(project.succeeds(&["init"]).contains("kept the settings"));
    assert_eq!(std::fs::read_to_string(project.path("cairn.toml")).unwrap(), "exclude = [\"old\"]\n");
}

#[test]
fn a_scan_makes_the_workspace() {
    let project = Project::scanned();
    assert!(project.path(".cairn").is_dir());
    assert!(!project.path("cairn.toml").exists());
}

#[test]
fn the_workspace_of_a_folder_above_is_used() {
    let project = Project::scanned();
    let here = project.run_in("docs/adr", &["export", "--format", "json"]);
    assert_eq!((here.code, here.stdout), (0, project.export()));
    assert!(!project.path("docs/adr/.cairn").exists());
}

#[test]
fn the_workspace_can_be_named() {
    let project = Project::with_documents();
    project.succeeds(&["--workspace", "elsewhere", "scan", "docs"]);
    assert!(!project.path(".cairn").exists());
    let elsewhere = project.succeeds(&["--workspace", "elsewhere", "export", "--format", "json"]);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(elsewhere, project.export());
}

#[test]
fn settings_stand_beside_the_workspace() {
    let project = Project::with_documents();
    project.write("cairn.toml", "exclude = [\"adr\"]\n");
    let summary = project.json(&["scan", "docs"]);
    assert_eq!(summary["documents"]["read"], 2);
    let skipped = project.json(&["skipped"]);
    assert_eq!(skipped["skipped"][0]["path"], "adr");
    assert_eq!(skipped["skipped"][0]["reason"], "excluded by `adr`");
}

#[test]
fn parts_that_no_reader_understands_are_counted_and_listed() {
    let project = Project::with_documents();
    project.write("docs/values.yaml", "replicas: 3\n");
    project.write(
        "docs/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: label-printer}\nspec:\n  sandboxMode: x\n",
    );
    let scan = project.succeeds(&["scan", "docs"]);
    assert!(scan.contains("2 parts of documents not understood; `cairn skipped` lists them\n"), "{scan}");
    let text = project.succeeds(&["skipped"]);
    let parts = "pod.yaml:5 field `sandboxMode`\n\
                 values.yaml:1 data of no kind that a reader knows, with `replicas`\n\
                 2 parts not understood\n";
    assert!(text.contains(parts), "{text}");
    let listed = project.json(&["skipped"]);
    assert_eq!(listed["not_understood"][0]["path"], "pod.yaml");
    assert_eq!(listed["not_understood"][0]["line"], 5);
    assert_eq!(listed["not_understood"][1]["what"], "data of no kind that a reader knows, with `replicas`");
    assert_eq!(listed["not_understood"], project.json(&["scan", "docs"])["not_understood"]);
    // What was kept from an earlier scan is still listed after the next, and gone with its document.
    std::fs::remove_file(project.path("docs/values.yaml")).unwrap();
    project.succeeds(&["scan", "docs"]);
    assert_eq!(project.json(&["skipped"])["not_understood"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_workspace_inside_the_scanned_folder_is_not_scanned() {
    let project = Project::with_documents();
    project.succeeds(&["init"]);
    let first = project.json(&["scan", "."]);
    let second = project.json(&["scan", "."]);
    assert_eq!(first["documents"]["read"], 3);
    assert_eq!(second["documents"]["unchanged"], 3);
}

/// Starts a scan that does not end before it is waited for.
fn scan_beside(project: &Project) -> std::process::Child {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env_clear().current_dir(project.path("")).args(["scan", "docs"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
}

#[test]
fn scans_at_the_same_time_follow_each_other() {
    let project = Project::scanned();
    for round in 0..4 {
        project
            .write(&format!("docs/round-{round}.md"), format!("# Round\n\nThe Round {round} Worker is a service.\n"));
        let first = scan_beside(&project);
        project.write("docs/design.md", format!("# Design\n\nThe Parcel API calls the Round {round} Worker.\n"));
        let second = scan_beside(&project);
        for run in [first, second] {
            let ended = run.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        let fresh = Project::empty();
        for path in ["docs/README.md", "docs/design.md", "docs/adr/0001-tls.md"] {
            fresh.write(path, std::fs::read(project.path(path)).unwrap());
        }
        for earlier in 0..=round {
            let path = format!("docs/round-{earlier}.md");
            fresh.write(&path, std::fs::read(project.path(&path)).unwrap());
        }
        fresh.succeeds(&["scan", "docs"]);
        // The first of them may have met the design while it was written.
        project.succeeds(&["scan", "docs"]);
        assert_eq!(project.export(), fresh.export());
    }
}

#[test]
fn a_scan_says_that_it_waits_and_goes_on_when_the_other_run_dies() {
    let project = Project::scanned();
    let held = std::fs::File::open(project.path(".cairn/scan.lock")).unwrap();
    held.lock().unwrap();
    let mut run = scan_beside(&project);
    let mut told = String::new();
    let mut stderr = std::io::BufReader::new(run.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut stderr, &mut told).unwrap();
    assert_eq!(told, "another run scans into this workspace; waiting until it is done\n");
    assert!(run.try_wait().unwrap().is_none(), "it waits");
    drop(held);
    assert!(run.wait().unwrap().success());
}
