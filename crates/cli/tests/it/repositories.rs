//! Projects that lie in a git repository: commits as sides of a comparison, and the authors of lines. And files that are watched.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::project::Project;

const PLAIN: &str = "over SQL without encryption";

fn git(project: &Project, author: &str, day: &str, arguments: &[&str]) {
    let moment = format!("{day}T12:00:00+0000");
    let mut command = Command::new("git");
    command.arg("-C").arg(project.path("")).args(arguments);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), author).env(format!("GIT_{role}_EMAIL"), "a@example.org");
        command.env(format!("GIT_{role}_DATE"), &moment);
    }
    let ended = command.output().expect("git is there");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

fn commit(project: &Project, author: &str, day: &str) {
    git(project, author, day, &["add", "--all"]);
    git(project, author, day, &["commit", "--quiet", "--message", "documents"]);
}

/// The design with other words in the place of [`PLAIN`].
fn rewrite(project: &Project, words: &str) {
    let path = project.path("docs/design.md");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(PLAIN));
    std::fs::write(path, text.replace(PLAIN, words)).unwrap();
}

/// A project with documents, committed by Ada, and the flow encrypted in a second commit by Ben.
fn repository() -> Project {
    let project = Project::with_documents();
    git(&project, "Ada", "2026-01-15", &["init", "--quiet", "--initial-branch=main"]);
    commit(&project, "Ada", "2026-01-15");
    rewrite(&project, "over SQL with TLS");
    commit(&project, "Ben", "2026-02-20");
    project
}

fn classes(diff: &Value) -> Vec<(String, String)> {
    let threats = diff["threats"].as_array().unwrap().iter();
    let field = |threat: &Value, name: &str| threat[name].as_str().unwrap().to_owned();
    threats.map(|threat| (field(threat, "class"), field(threat, "rule"))).collect()
}

#[test]
fn two_commits_are_compared_without_a_checkout() {
    let project = repository();
    project.succeeds(&["scan", "docs"]);
    let forward = project.json(&["diff", "HEAD~1..HEAD"]);
    let quote = forward["documents"][0]["sentences"][0]["before"]["text"].as_str().unwrap();
    assert!(quote.contains(PLAIN), "{forward:#}");
    assert!(classes(&forward).iter().any(|(class, _)| class == "resolved"), "{forward:#}");
    assert_eq!(forward["days"]["before"], "2026-01-15");
    let backward = project.json(&["diff", "HEAD..HEAD~1"]);
    assert!(classes(&backward).iter().any(|(class, _)| class == "new"), "{backward:#}");
    // What is kept is the newest commit, read from the disk: the same model.
    let same = project.json(&["diff", "main..latest"]);
    assert_eq!((classes(&same), same["documents"].as_array().unwrap().len()), (Vec::new(), 0), "{same:#}");
}

#[test]
fn files_as_they_lie_there_are_compared_without_a_scan() {
    let project = repository();
    project.succeeds(&["scan", "docs"]);
    let before = project.export();
    project.write("docs/new.md", "# New\n\nThe Label Store is exposed to the internet.\n");
    let diff = project.json(&["diff", "HEAD..files"]);
    assert_eq!(diff["documents"][0]["path"], "new.md");
    assert_eq!(project.export(), before);
}

#[test]
fn a_scan_of_a_commit_is_a_scan_of_its_checkout() {
    let project = repository();
    let of_commit = project.succeeds(&["--workspace", "w1", "scan", "--commit", "HEAD~1", "docs"]);
    assert!(of_commit.contains("3 documents"), "{of_commit}");
    git(&project, "Ada", "2026-03-01", &["checkout", "--quiet", "HEAD~1"]);
    project.succeeds(&["--workspace", "w2", "scan", "docs"]);
    let export = |workspace: &str| project.succeeds(&["--workspace", workspace, "export", "--format", "json"]);
    assert_eq!(export("w1"), export("w2"));
    let unknown = project.run(&["scan", "--commit", "v9", "docs"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("knows no commit `v9`") && unknown.stderr.contains("hint"), "{}", unknown.stderr);
}

#[test]
fn a_gate_compares_with_a_commit() {
    let project = repository();
    project.succeeds(&["scan", "docs"]);
    assert_eq!(project.run(&["check", "--against", "main", "--fail-on", "new:low"]).code, 0);
    let text = std::fs::read_to_string(project.path("docs/design.md")).unwrap();
    project.write("docs/design.md", text.replace("over SQL with TLS", PLAIN));
    project.succeeds(&["scan", "docs"]);
    let failed = project.run(&["check", "--against", "main", "--fail-on", "new:low"]);
    assert_eq!(failed.code, 1, "{}{}", failed.stdout, failed.stderr);
    assert_eq!(project.run(&["check", "--against", "HEAD~1", "--fail-on", "new:low"]).code, 0);
    assert_eq!(project.run(&["check", "--against", "nowhere", "--fail-on", "new:low"]).code, 2);
}

#[test]
fn a_name_that_is_neither_revision_nor_commit_is_said() {
    let project = Project::scanned();
    let outside = project.run(&["diff", "HEAD..latest"]);
    assert_eq!(outside.code, 2);
    assert!(outside.stderr.contains("there is no git repository"), "{}", outside.stderr);
}

#[test]
fn lines_have_authors() {
    let project = repository();
    project.succeeds(&["scan", "docs"]);
    let told = project.json(&["authors", "Label Store"]);
    let written = told["written"].as_array().unwrap();
    let newest = written.first().unwrap();
    assert_eq!((newest["author"].as_str(), newest["day"].as_str()), (Some("Ben"), Some("2026-02-20")), "{told:#}");
    assert!(written.iter().any(|it| it["author"] == "Ada" && it["day"] == "2026-01-15"), "{told:#}");
    let text = project.succeeds(&["authors", "Label Store"]);
    assert!(text.contains("wrote"), "{text}");
    // What is not committed has no author yet.
    let text = std::fs::read_to_string(project.path("docs/design.md")).unwrap();
    project.write("docs/design.md", text.replace("over SQL with TLS", "over mutual TLS"));
    project.succeeds(&["scan", "docs"]);
    let told = project.json(&["authors", "Label Store"]);
    assert!(told["written"].as_array().unwrap().iter().any(|it| it["author"].is_null()), "{told:#}");
}

/// A program that watches, ended with the test.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn what_is_watched_is_scanned_again() {
    let project = Project::with_documents();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env_clear().current_dir(project.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.args(["--as-of", "2026-03-01", "--format", "json", "watch", "--quiet-for", "50", "docs"]);
    let mut watching = Watching(command.spawn().unwrap());
    let mut talk = BufReader::new(watching.0.stderr.take().unwrap()).lines();
    let mut data = BufReader::new(watching.0.stdout.take().unwrap()).lines();
    let first = talk.next().unwrap().unwrap();
    assert!(first.contains("watching 3 documents"), "{first}");
    rewrite(&project, "over SQL with TLS");
    let change: Value = serde_json::from_str(&data.next().unwrap().unwrap()).unwrap();
    assert_eq!(change["changes"]["documents"][0]["path"], "design.md", "{change:#}");
    assert!(classes(&change["changes"]).iter().any(|(class, _)| class == "resolved"), "{change:#}");
    std::fs::remove_file(project.path("docs/adr/0001-tls.md")).unwrap();
    let change: Value = serde_json::from_str(&data.next().unwrap().unwrap()).unwrap();
    assert_eq!(change["changes"]["documents"][0]["class"], "resolved", "{change:#}");
    assert!(project.succeeds(&["log"]).contains("r3"));
}
