//! `cairn query`, `cairn ask`, `cairn chat` and `cairn review`.

use serde_json::{Value, json};

use crate::project::Project;

#[test]
fn a_query_shows_rows_with_their_places() {
    let project = Project::scanned();
    let text = project.succeeds(&["query", "flows to \"Label Store\""]);
    assert!(text.contains("Parcel API → Label Store"), "{text}");
    assert!(text.contains("design.md:5"), "{text}");
    let found = project.json(&["query", "components where type = gateway"]);
    assert_eq!(found["rows"][0]["name"], "Courier Gateway");
    let citation = &found["rows"][0]["citations"][0];
    let document = std::fs::read_to_string(project.path("docs").join(citation["path"].as_str().unwrap())).unwrap();
    let at = |name: &str| usize::try_from(citation[name].as_u64().unwrap()).unwrap();
    assert_eq!(citation["quote"], document[at("start")..at("end")]);
}

#[test]
fn a_wrong_query_is_wrong_usage_and_shows_the_place() {
    let project = Project::scanned();
    let run = project.run(&["query", "flows where encrypted = yes"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("encrypted") && run.stderr.contains('^'), "{}", run.stderr);
    assert!(run.stderr.contains("hint"), "{}", run.stderr);
}

#[test]
fn changes_are_asked_for_by_revision() {
    let project = Project::scanned();
    project.write("docs/more.md", "# More\n\nThe Parcel API writes audit logs to the Ledger Store over TLS.\n");
    project.succeeds(&["scan", "docs"]);
    let found = project.json(&["query", "changes since r1 where class = new"]);
    let names: Vec<&str> = found["rows"].as_array().unwrap().iter().filter_map(|row| row["name"].as_str()).collect();
    assert!(names.contains(&"audit logs"), "{names:?}");
    assert_eq!(project.run(&["query", "changes since r99"]).code, 2);
}

#[test]
fn an_answer_has_numbered_citations_and_their_places() {
    let project = Project::scanned();
    let text = project.succeeds(&["ask", "what calls the Parcel API?"]);
    assert!(text.contains("Courier Gateway talks to Parcel API over HTTPS. [1]"), "{text}");
    assert!(text.contains("[1] design.md:6"), "{text}");
    let answer = project.json(&["ask", "what calls the Parcel API?"]);
    assert_eq!(answer["status"], "answered");
    assert_eq!(answer["sentences"][0]["citations"], json!([1]));
}

#[test]
fn what_is_not_documented_is_said_to_be_so() {
    let project = Project::scanned();
    let text = project.succeeds(&["ask", "how many engineers are on call at night?"]);
    assert!(text.starts_with("Not documented."), "{text}");
    assert!(text.contains("Looked at") && text.contains("Open:"), "{text}");
}

/// A conversation from a pipe.
fn chat(project: &Project, format: &[&str], lines: &str) -> (i32, String, String) {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env_clear()
        .env("TZ", "UTC")
        .current_dir(project.path(""))
        .args(["--as-of", "2026-03-01"])
        .args(format)
        .args(["chat", "--by", "Ada"])
        .write_stdin(lines)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_conversation_remembers_what_it_is_about() {
    let project = Project::scanned();
    let (code, out, _) =
        chat(&project, &["--format", "json"], "what does the Courier Gateway call?\nand what calls it?\n/quit\n");
    assert_eq!(code, 0);
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[1]["answer"]["understood"]["follows"], true);
    assert_eq!(answers[1]["answer"]["understood"]["form"], "callers");
}

#[test]
fn a_sentence_is_proposed_as_a_claim_that_can_be_imported() {
    let project = Project::scanned();
    let (code, out, err) = chat(&project, &[], "what do we assume?\n/save 1 assumption\n/open\n");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("only reachable from the cluster"), "{out}");
    project.succeeds(&["import", "claims", "cairn.proposals.jsonl"]);
    let questions = std::fs::read_to_string(project.path("cairn.questions.md")).unwrap();
    assert!(questions.contains("- TBD: "), "{questions}");
}

#[test]
fn a_decision_is_recorded_only_when_it_is_confirmed() {
    let project = Project::scanned();
    let threats = project.json(&["threats", "--all"]);
    let id = threats["threats"][0]["id"].as_str().unwrap();
    let said = format!("/decide {id}\naccept\nMira Holt\nsmall\n2027-01-01\nsecurity lead\n");
    let (code, out, _) = chat(&project, &[], &format!("{said}no\n"));
    assert_eq!(code, 0);
    assert!(out.contains("nothing was recorded"), "{out}");
    assert!(!project.path("cairn.decisions.toml").exists());
    let (_, out, err) = chat(&project, &[], &format!("{said}yes\n"));
    assert!(out.contains("recorded"), "{out}{err}");
    let decisions = std::fs::read_to_string(project.path("cairn.decisions.toml")).unwrap();
    assert!(decisions.contains("Ada (security lead)"), "{decisions}");
}

#[test]
fn what_changed_is_answered_from_revisions() {
    let project = Project::scanned();
    project.write("docs/more.md", "# More\n\nThe Parcel API writes audit logs to the Ledger Store over TLS.\n");
    project.succeeds(&["scan", "docs"]);
    for question in ["what changed since r1?", "what changed since the last review?"] {
        let answer = project.json(&["ask", question]);
        assert_eq!(answer["status"], "answered", "{answer}");
        assert!(answer["sentences"].to_string().contains("audit logs is new"), "{answer}");
        assert!(answer["notes"].to_string().contains("compared with revision"), "{answer}");
    }
    let none = project.json(&["ask", "what changed since r9?"]);
    assert!(none["notes"].to_string().contains("there is no revision `r9` to compare with"), "{none}");
    let early = project.json(&["ask", "what changed since 1999-01-01?"]);
    assert!(early["notes"].to_string().contains("there is no revision `1999-01-01`"), "{early}");
}

#[test]
fn a_conversation_takes_every_decision() {
    let project = Project::scanned();
    let claims = project.json(&["claims"]);
    let claim = claims["claims"][0]["id"].as_str().unwrap();
    let said = format!(
        "/decide reject {claim}\nmisread\nlead\nyes\n/decide confirm Label Store\nseen it\nlead\nyes\n\
         /decide same Parcel API\nParcel Service\none thing\nlead\nyes\n/decide set Parcel API\nowner\nTeam Sorrel\nasked\nlead\nyes\n\
         /decide different Parcel API\n\nno other name\nlead\nyes\n"
    );
    let (code, out, err) = chat(&project, &[], &said);
    assert_eq!(code, 0, "{out}{err}");
    let decisions = std::fs::read_to_string(project.path("cairn.decisions.toml")).unwrap();
    for expected in ["reject", "confirm", "same", "Team Sorrel", "Ada (lead)"] {
        assert!(decisions.contains(expected), "{expected}: {decisions}");
    }
    assert!(!decisions.contains("different"), "what lacks something is not recorded: {decisions}");
    let listed = project.json(&["decisions"]);
    let id = listed["decisions"][0]["id"].as_str().unwrap();
    let (_, out, err) = chat(&project, &[], &format!("/decide withdraw {id}\nlead\nyes\n"));
    assert!(out.contains("withdrew"), "{out}{err}");
}

#[test]
fn a_mistake_in_a_pipe_ends_it() {
    let project = Project::scanned();
    let (code, _, err) = chat(&project, &[], "/dance\n");
    assert_eq!(code, 2);
    assert!(err.contains("/dance"), "{err}");
}

#[test]
fn a_review_shows_what_a_document_would_change_and_keeps_nothing() {
    let project = Project::scanned();
    let before = project.succeeds(&["export", "--format", "json"]);
    project.write(
        "next.md",
        "# Next\n\nThe Parcel API writes labels to the Label Store over plain SQL, without encryption.\n\
         The Parcel API sends invoices to the Billing Desk over HTTPS.\n\nTBD: who owns the Billing Desk?\n",
    );
    let text = project.succeeds(&["review", "next.md"]);
    assert!(text.contains("adds (") && text.contains("Billing Desk"), "{text}");
    assert!(text.contains("leaves open ("), "{text}");
    assert!(text.contains("nothing was kept"), "{text}");
    let record = project.json(&["review", "next.md"]);
    assert!(!record["summary"]["adds"].as_array().unwrap().is_empty());
    let page = project.succeeds(&["review", "next.md", "--format", "markdown"]);
    assert!(page.starts_with("## What next.md would change"), "{page}");
    assert_eq!(project.succeeds(&["export", "--format", "json"]), before);
}

#[test]
fn a_review_reads_a_diff_against_what_was_scanned() {
    let project = Project::scanned();
    let diff = "diff --git a/docs/adr/0001-tls.md b/docs/adr/0001-tls.md\n--- a/docs/adr/0001-tls.md\n+++ b/docs/adr/0001-tls.md\n\
                @@ -8,1 +8,1 @@\n-The Parcel API writes labels to the Label Store over TLS.\n+The Parcel API writes labels to the Label Store over SQL.\n\
                diff --git a/docs/new.md b/docs/new.md\n--- /dev/null\n+++ b/docs/new.md\n@@ -0,0 +1,3 @@\n+# New\n+\n+The Parcel API calls the Clock Service over HTTPS.\n";
    let text = std::fs::read_to_string(project.path("docs/adr/0001-tls.md")).unwrap();
    let line = text.lines().position(|line| line.contains("over TLS")).unwrap() + 1;
    project.write("change.diff", diff.replace("@@ -8,1 +8,1 @@", &format!("@@ -{line},1 +{line},1 @@")));
    let text = project.succeeds(&["review", "change.diff"]);
    assert!(text.contains("Clock Service"), "{text}");
    assert!(text.contains("takes away ("), "{text}");
    project.write("wrong.diff", diff.replace("-The Parcel API writes", "-The Parcel Desk writes"));
    let run = project.run(&["review", "wrong.diff"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("does not fit"), "{}", run.stderr);
}
