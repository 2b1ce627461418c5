//! What people decide, from the command line to the export and back.

use serde_json::Value;

use crate::project::Project;

const NO_TLS: &str = "The Parcel API writes labels to the Label Store over SQL without encryption.";

fn threats(project: &Project) -> Vec<Value> {
    project.json(&["threats"])["threats"].as_array().unwrap().clone()
}

fn find<'t>(threats: &'t [Value], id: &str) -> &'t Value {
    threats.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("no threat {id}"))
}

fn open_threat(project: &Project) -> String {
    let found = threats(project).into_iter().find(|it| it["status"] == "open").expect("something is open");
    found["id"].as_str().unwrap().to_owned()
}

fn accept(project: &Project, id: &str, expires: &str) -> String {
    let arguments = ["decide", "accept", id, "--owner", "Mira Holt", "--reason", "one host", "--by", "Ada"];
    project.succeeds(&[&arguments[..], &["--expires", expires]].concat())
}

#[test]
fn an_acceptance_stands_beside_what_was_found() {
    let project = Project::scanned();
    let id = open_threat(&project);
    let status = find(&threats(&project), &id)["status"].clone();
    accept(&project, &id, "2026-12-31");
    let decided = threats(&project);
    let threat = find(&decided, &id);
    assert_eq!(threat["status"], status);
    assert_eq!(threat["ruling"]["decision"], "accepted");
    assert_eq!(threat["ruling"]["owner"], "Mira Holt");
    assert_eq!(threat["ruling"]["in_force"], true);
    let quote = threat["ruling"]["evidence"][0]["quote"].as_str().unwrap();
    assert!(std::fs::read_to_string(project.path("cairn.decisions.toml")).unwrap().contains(quote));
    assert!(decided.iter().filter(|it| it["id"] != *id).all(|it| it["ruling"].is_null()));
}

fn git(project: &Project, arguments: &[&str]) {
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let mut command = std::process::Command::new("git");
    let ended = command.arg("-C").arg(project.path("")).args(identity).args(arguments).output().expect("git is there");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn a_gate_heeds_the_decisions_of_a_trusted_revision() {
    let project = Project::scanned();
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "--message", "documents"]);
    let id = open_threat(&project);
    accept(&project, &id, "2026-12-31");
    let ruling = |from: &str| {
        let shown = project.json(&["threats", "--decisions-from", from]);
        let threats = shown["threats"].as_array().unwrap().clone();
        find(&threats, &id)["ruling"].clone()
    };
    assert!(ruling("HEAD").is_null());
    git(&project, &["add", "--all"]);
    git(&project, &["commit", "--quiet", "--message", "accepted after review"]);
    assert_eq!(ruling("HEAD")["decision"], "accepted");
    let unknown = project.run(&["threats", "--decisions-from", "no-such-revision"]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("no-such-revision"), "{}", unknown.stderr);
    assert_eq!(project.run(&["threats", "--decisions-from=--output=pwned"]).code, 2);
    assert!(!project.path("pwned").exists());
}

#[test]
fn a_document_without_a_date_has_that_of_its_last_commit() {
    let project = Project::empty();
    project.write("docs/design.md", "# Kiosk\n\nThe kiosk sends orders to the kitchen.\n");
    project.write("docs/dated.md", "---\ndate: 2025-05-05\n---\n# Till\n\nThe till sends receipts to the kitchen.\n");
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "--all"]);
    let day = "--date=2021-03-04T12:00:00Z";
    let mut command = std::process::Command::new("git");
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let commit = ["commit", "--quiet", "--message", "documents", day];
    let dated = command.env("GIT_COMMITTER_DATE", "2021-03-04T12:00:00Z").arg("-C").arg(project.path(""));
    assert!(dated.args(identity).args(commit).status().unwrap().success());
    project.succeeds(&["scan", "docs"]);
    let dates = |project: &Project| {
        let export: Value = serde_json::from_str(&project.succeeds(&["export", "--format", "json"])).unwrap();
        let documents = export["documents"].as_array().unwrap().clone();
        let date_of = |path: &str| {
            let document = documents.iter().find(|it| it["path"] == path).unwrap();
            document["modified"].as_str().map(str::to_owned)
        };
        ["dated.md", "design.md"].map(date_of)
    };
    assert_eq!(dates(&project), [Some("2025-05-05".to_owned()), Some("2021-03-04".to_owned())]);
    project.write("cairn.toml", "[freshness]\ngit_dates = false\n");
    project.succeeds(&["scan", "docs"]);
    assert_eq!(dates(&project), [Some("2025-05-05".to_owned()), None]);
}

#[test]
fn an_acceptance_ends() {
    let project = Project::scanned();
    let id = open_threat(&project);
    accept(&project, &id, "2026-02-01");
    assert_eq!(find(&threats(&project), &id)["ruling"]["in_force"], false);
    assert_eq!(project.json(&["decisions"])["decisions"][0]["state"], "expired");
}

#[test]
fn the_gate_heeds_decisions_in_force_only() {
    let project = Project::scanned();
    assert_eq!(project.run(&["threats", "--fail-on", "low"]).code, 1);
    let standing = |it: &&Value| ["open", "disputed", "acceptance_expired"].contains(&it["status"].as_str().unwrap());
    let all = threats(&project);
    let ids: Vec<&str> = all.iter().filter(standing).map(|it| it["id"].as_str().unwrap()).collect();
    for id in ids {
        accept(&project, id, "2026-12-31");
    }
    assert_eq!(project.run(&["threats", "--fail-on", "low"]).code, 0);
    assert_eq!(project.run(&["threats", "--fail-on", "low", "--as-of", "2027-01-01"]).code, 1, "they ended");
}

#[test]
fn decisions_survive_renamed_files_and_reworded_neighbours() {
    let project = Project::scanned();
    let id = open_threat(&project);
    accept(&project, &id, "2026-12-31");
    std::fs::rename(project.path("docs/design.md"), project.path("docs/system.md")).unwrap();
    let text = std::fs::read_to_string(project.path("docs/system.md")).unwrap();
    project.write("docs/system.md", format!("Some words before.\n\n{text}\nAnd some after.\n"));
    project.succeeds(&["scan", "docs"]);
    assert_eq!(find(&threats(&project), &id)["ruling"]["in_force"], true);
}

#[test]
fn a_decision_that_meets_nothing_is_listed() {
    let project = Project::scanned();
    let id = open_threat(&project);
    accept(&project, &id, "2026-12-31");
    std::fs::remove_file(project.path("docs/design.md")).unwrap();
    project.succeeds(&["scan", "docs"]);
    let listed = project.json(&["decisions"]);
    assert_eq!(listed["decisions"][0]["state"], "meets nothing");
    let export: Value = serde_json::from_str(&project.export()).unwrap();
    assert_eq!(export["unmatched_decisions"][0]["action"], "accept");
}

#[test]
fn a_rejected_claim_leaves_the_model_and_stays_in_the_list() {
    let project = Project::scanned();
    let claims = project.json(&["claims"])["claims"].as_array().unwrap().clone();
    let flow =
        claims.iter().find(|it| it["kind"] == "flow" && it["evidence"][0]["quote"].as_str().unwrap().contains("SQL"));
    let id = flow.expect("the flow is claimed")["id"].as_str().unwrap().to_owned();
    project.succeeds(&["decide", "reject", &id, "--reason", "an old sentence", "--by", "Ada"]);
    assert!(!project.json(&["claims"])["claims"].as_array().unwrap().iter().any(|it| it["id"] == *id));
    let rejected = project.json(&["claims", "--rejected"]);
    assert!(rejected["rejected"].as_array().unwrap().iter().any(|it| it["reason"] == "a reviewer rejected it"));
    project.write("docs/design.md", format!("# Design\n\n{NO_TLS}\n"));
    project.succeeds(&["scan", "docs"]);
    assert!(!project.json(&["claims"])["claims"].as_array().unwrap().iter().any(|it| it["id"] == *id));
}

#[test]
fn a_value_that_a_person_sets_wins_and_is_quoted() {
    let project = Project::scanned();
    let reason = ["--reason", "asked them", "--by", "Ada"];
    project.succeeds(&[&["decide", "set", "Label Store", "owner", "Storage team"][..], &reason].concat());
    let shown = project.json(&["show", "Label Store"]);
    assert_eq!(shown["element"]["owner"], "Storage team");
    let quotes = shown["element"]["evidence"].as_array().unwrap();
    assert!(quotes.iter().any(|it| it["quote"].as_str().unwrap().starts_with("[[decision]]")));
}

#[test]
fn names_are_joined_and_kept_apart() {
    let project = Project::scanned();
    let reason = ["--reason", "the same machine", "--by", "Ada"];
    project.succeeds(&[&["decide", "same", "Courier Gateway", "Parcel API"][..], &reason].concat());
    let shown = project.json(&["show", "Courier Gateway", "--why"]);
    assert_eq!(shown["joins"][0]["reason"], "a reviewer said so");
    let id = project.json(&["decisions"])["decisions"][0]["id"].as_str().unwrap().to_owned();
    project.succeeds(&["decide", "withdraw", &id, "--by", "Ada"]);
    assert_eq!(project.json(&["show", "Courier Gateway", "--why"])["joins"].as_array().unwrap().len(), 0);
    let history = project.json(&["decisions", "--history"]);
    let who: Vec<&str> = history["changes"].as_array().unwrap().iter().map(|it| it["who"].as_str().unwrap()).collect();
    assert_eq!(who, ["Ada", "Ada"]);
    assert!(history["changes"][1]["after"].is_null());
}

#[test]
fn edits_by_hand_are_recorded_and_mistakes_are_named() {
    let project = Project::scanned();
    let entry = "[[decision]]\nid = \"mine\"\naction = \"different\"\nnames = [\"Parcel API\", \"Label Store\"]\n\
                 reason = \"they are\"\nby = \"Ben\"\ndecided_on = \"2026-02-01\"\n";
    project.write("cairn.decisions.toml", entry);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(project.json(&["decisions", "--history"])["changes"][0]["who"], "edited by hand");
    project.write("cairn.decisions.toml", entry.replace("different", "accept"));
    let run = project.run(&["threats"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`mine`: `accept` needs the threat `on`"), "{}", run.stderr);
}

#[test]
fn nobody_decides_without_a_name() {
    let project = Project::scanned();
    let run = project.run(&["decide", "same", "Parcel API", "Label Store", "--reason", "x"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--by"), "{}", run.stderr);
}

#[test]
fn a_ticket_alone_silences_nothing() {
    let project = Project::with_documents();
    let silenced = |project: &Project| -> Vec<Value> {
        let of_ticket = |it: &Value| it["status"] == "mitigated" || it["status"] == "accepted";
        threats(project).into_iter().filter(of_ticket).collect()
    };
    project.succeeds(&["scan", "docs"]);
    let before = silenced(&project).len();
    let ticket = "# Ticket PD-7\n\nRate limiting is enforced on the Parcel API with a token bucket.\n\
                  Requests to the Parcel API are authenticated with mutual TLS.\n\
                  We accept the risk that the Parcel API does not authenticate requests.\n";
    project.write("docs/tickets/PD-7.md", ticket);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(silenced(&project).len(), before);
    let questions = project.json(&["questions"]);
    let asked = questions["questions"].as_array().unwrap();
    assert!(asked.iter().any(|it| it["question"].as_str().unwrap().contains("Only a ticket")));
}

#[test]
fn old_things_and_coverage_are_shown() {
    let project = Project::scanned();
    let stale = project.succeeds(&["stale"]);
    assert!(stale.contains("stale finding"), "{stale}");
    let later = project.json(&["stale"]);
    assert!(later["stale"].as_array().unwrap().iter().all(|it| !it["evidence"].as_array().unwrap().is_empty()));
    let coverage = project.json(&["coverage"]);
    assert!(coverage["asked"].as_u64().unwrap() > coverage["answered"].as_u64().unwrap());
}
