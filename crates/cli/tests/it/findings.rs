//! The text of one finding that comes from a deployment file alone.

use crate::project::Project;

const MANIFEST: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: label-printer
  namespace: shop
spec:
  template:
    spec:
      containers:
        - name: label-printer
          image: registry.example/label-printer:1.4
          securityContext:
            privileged: true
";

fn scanned() -> Project {
    let project = Project::empty();
    project.write("deploy/printer.yaml", MANIFEST);
    project.succeeds(&["scan", "deploy"]);
    project
}

#[test]
fn threats_of_a_manifest() {
    insta::assert_snapshot!(scanned().succeeds(&["threats"]));
}

#[test]
fn explanation_of_a_privileged_container() {
    insta::assert_snapshot!(scanned().succeeds(&["explain", "workload-owns-its-host"]));
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    use std::io::Read as _;
    let project = scanned();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_cairn"))
        .current_dir(project.path(""))
        .args(["export", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());
    let mut talk = String::new();
    program.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
    program.wait().unwrap();
    assert!(!talk.contains("panicked"), "{talk}");
}
