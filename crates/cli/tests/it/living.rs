//! A model that lives: revisions, what changed between them and why, the gate, and what a reviewer has not seen.

use serde_json::{Value, json};

use crate::endpoint::{flows_of, nothing, passage, probed, settings};
use crate::project::Project;
use crate::stub::{Reply, Stub};

fn edit(project: &Project, path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(project.path(path)).unwrap();
    assert!(text.contains(from), "`{path}` does not say `{from}`");
    project.write(path, text.replace(from, to));
}

/// Scans as on a day.
fn scan(project: &Project, day: &str) {
    project.succeeds_on(day, &["scan", "docs"]);
}

fn diff(project: &Project, day: &str, range: &str) -> Value {
    serde_json::from_str(&project.succeeds_on(day, &["--format", "json", "diff", range])).unwrap()
}

/// The records of a list whose class is this, of the rule or kind.
fn of<'v>(changes: &'v Value, list: &str, class: &str, kind: &str) -> Vec<&'v Value> {
    let records = changes[list].as_array().unwrap().iter();
    records.filter(|it| it["class"] == class && (it["rule"] == kind || it["kind"] == kind)).collect()
}

fn revisions(project: &Project) -> Vec<String> {
    let log = project.json(&["log"]);
    log["revisions"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

const SILENT: &str = "The Parcel API does not authenticate requests to `POST /labels`.";
const SECURED: &str = "The Parcel API authenticates requests to `POST /labels` with OAuth 2.0 tokens.";

#[test]
fn a_scan_that_changes_nothing_is_no_revision() {
    let project = Project::scanned();
    let first = project.succeeds(&["scan", "docs"]);
    assert_eq!(project.succeeds(&["scan", "docs"]), first, "what is shown again is what was shown");
    assert!(first.contains("0 added, 0 changed, 3 unchanged"), "{first}");
    assert_eq!(revisions(&project), ["r1"]);
    project.write("docs/new.md", "# New\n\nNothing of interest.\n");
    project.succeeds(&["scan", "docs"]);
    assert_eq!(revisions(&project), ["r2", "r1"]);
    let log = project.json(&["log"]);
    assert_eq!(log["revisions"][0]["documents"]["new.md"], "added");
}

#[test]
fn what_is_shown_of_an_unchanged_model_is_what_it_is() {
    let project = Project::scanned();
    let json = |project: &Project| project.json(&["scan", "docs"]);
    let (kept, fresh) = (json(&project), Project::with_documents());
    fresh.succeeds(&["scan", "docs"]);
    assert_eq!(kept, json(&fresh));
    assert_eq!(kept["threats"], project.json(&["threats"])["threats"].as_array().unwrap().len());
    let gate = |arguments: &[&str]| project.run(arguments).code;
    assert_eq!(gate(&["scan", "docs", "--fail-on", "low"]), gate(&["threats", "--fail-on", "low"]));
    assert_eq!(gate(&["scan", "docs", "--fail-on", "critical"]), gate(&["threats", "--fail-on", "critical"]));
}

#[test]
fn every_revision_can_be_looked_at_as_it_was() {
    let project = Project::scanned();
    let first = project.export();
    let looks = ["threats", "conflicts", "questions", "stale", "coverage", "claims"];
    let then: Vec<String> = looks.iter().map(|look| project.succeeds(&[look])).collect();
    edit(&project, "docs/design.md", SILENT, SECURED);
    project
        .write("cairn.toml", "[[rules]]\nrule = \"requests-without-limit\"\ndisabled = true\nbecause = \"a test\"\n");
    scan(&project, "2026-03-02");
    assert_ne!(project.export(), first);
    assert_eq!(project.succeeds(&["export", "--format", "json", "--at", "r1"]), first);
    assert_eq!(project.succeeds(&["export", "--format", "json", "--at", "latest~1"]), first);
    for (look, then) in looks.iter().zip(then) {
        assert_eq!(project.succeeds(&[look, "--at", "r1"]), then, "{look}");
    }
    assert!(project.succeeds(&["show", "Parcel API", "--at", "r1"]).contains("does not authenticate"));
}

#[test]
fn a_revision_that_there_is_not_is_named() {
    let project = Project::scanned();
    for arguments in [["threats", "--at", "r7"], ["diff", "r7..latest", "--quiet"]] {
        let run = project.run(&arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("there is no revision `r7`; the newest is `r1`"), "{}", run.stderr);
    }
    assert!(project.run(&["threats", "--at", "yesterday"]).stderr.contains("names no revision"));
    assert_eq!(project.run(&["scan", "docs", "--at", "r1"]).code, 2, "the past cannot be changed");
}

#[test]
fn a_threat_that_goes_names_the_sentence_that_was_edited() {
    let project = Project::scanned();
    edit(&project, "docs/design.md", SILENT, SECURED);
    scan(&project, "2026-03-02");
    let changes = diff(&project, "2026-03-02", "r1..r2");
    let gone: Vec<&Value> =
        changes["threats"].as_array().unwrap().iter().filter(|it| it["class"] == "resolved").collect();
    assert!(!gone.is_empty(), "{changes}");
    for threat in gone {
        let causes = threat["causes"].as_array().unwrap();
        let edited = |it: &&Value| it["before"]["text"] == SILENT && it["after"]["text"] == SECURED;
        assert!(causes.iter().any(|it| it["cause"] == "text" && edited(&it)), "{threat}");
    }
    let again = diff(&project, "2026-03-02", "r2..r1");
    let back =
        again["counts"]["threats"]["new"].as_u64().unwrap() + again["counts"]["threats"]["reopened"].as_u64().unwrap();
    assert_eq!(changes["counts"]["threats"]["resolved"], back);
}

#[test]
fn a_sentence_that_moves_changes_nothing_of_the_model() {
    let project = Project::scanned();
    edit(&project, "docs/design.md", &format!("{SILENT}\n"), "");
    project.write("docs/api.md", format!("# Endpoints\n\n{SILENT}\n"));
    std::fs::rename(project.path("docs/README.md"), project.path("docs/overview.md")).unwrap();
    scan(&project, "2026-03-02");
    let changes = diff(&project, "2026-03-02", "r1..r2");
    let moved = changes["documents"].as_array().unwrap().iter().find(|it| it["path"] == "overview.md").unwrap();
    assert_eq!(moved["moved_from"], "README.md");
    let threats = &changes["counts"]["threats"];
    assert_eq!((&threats["new"], &threats["resolved"]), (&0.into(), &0.into()), "{changes}");
    assert!(changes["counts"]["claims"]["unchanged"].as_u64().unwrap() > 0, "quotes were found elsewhere");
}

#[test]
fn a_new_name_is_one_component_and_no_new_threats() {
    let project = Project::scanned();
    for path in ["docs/README.md", "docs/design.md"] {
        edit(&project, path, "Courier Gateway", "Carrier Gateway");
    }
    scan(&project, "2026-03-02");
    let changes = diff(&project, "2026-03-02", "r1..r2");
    assert_eq!(changes["renamed"][0]["from_name"], "Courier Gateway");
    assert_eq!(changes["renamed"][0]["to_name"], "Carrier Gateway");
    let threats = &changes["counts"]["threats"];
    assert_eq!((&threats["new"], &threats["resolved"]), (&0.into(), &0.into()), "{changes}");
    assert_eq!(of(&changes, "elements", "changed", "component").len(), 1);
    assert!(of(&changes, "elements", "new", "flow").is_empty(), "{changes}");
}

#[test]
fn a_conflict_comes_and_goes_with_its_sentences() {
    let project = Project::scanned();
    let (path, stated) = ("docs/notes.md", "The Courier Gateway calls the Parcel API over plain HTTP.");
    project.write("docs/other.md", "# Other\n\nNothing of interest.\n");
    scan(&project, "2026-03-02");
    project.write(path, format!("# Notes\n\n{stated}\n"));
    scan(&project, "2026-03-03");
    std::fs::remove_file(project.path(path)).unwrap();
    scan(&project, "2026-03-04");
    let come = diff(&project, "2026-03-04", "r2..r3");
    let new = of(&come, "conflicts", "new", "conflict");
    assert!(!new.is_empty(), "{come}");
    let causes = new[0]["causes"].as_array().unwrap();
    assert!(causes.iter().any(|it| it["after"]["text"] == stated && it["before"].is_null()), "{causes:?}");
    let gone = diff(&project, "2026-03-04", "r3..r4");
    let resolved = of(&gone, "conflicts", "resolved", "conflict");
    assert_eq!(resolved.len(), new.len());
    assert!(resolved[0]["causes"].as_array().unwrap().iter().any(|it| it["before"]["text"] == stated));
}

#[test]
fn rules_settings_decisions_and_time_are_told_from_documents() {
    let project = Project::scanned();
    let threats = project.json(&["threats"]);
    let open = threats["threats"].as_array().unwrap().iter().find(|it| it["status"] == "open").unwrap();
    let (id, rule) = (open["id"].as_str().unwrap(), open["rule"].as_str().unwrap());
    let accept =
        ["decide", "accept", id, "--owner", "Ines", "--reason", "a test", "--expires", "2026-04-01", "--by", "Tomas"];
    project.succeeds(&accept);
    assert_eq!(revisions(&project), ["r2", "r1"], "a decision is a revision");
    let decided = diff(&project, "2026-03-01", "r1..latest");
    assert_eq!(decided["documents"].as_array().unwrap().len(), 1, "only the file of decisions: {decided}");
    let resolved = of(&decided, "threats", "resolved", rule);
    assert_eq!(resolved[0]["causes"][0]["cause"], "decision", "{decided}");

    let later = diff(&project, "2026-05-01", "r2..latest");
    let reopened = of(&later, "threats", "reopened", rule);
    assert_eq!(reopened[0]["causes"][0]["cause"], "time", "{later}");

    project.write("cairn.toml", format!("[[rules]]\nrule = \"{rule}\"\nlikelihood = -3\nbecause = \"a test\"\n"));
    scan(&project, "2026-03-02");
    let weighed = diff(&project, "2026-03-02", "r2..r3");
    let changed = of(&weighed, "threats", "changed", rule);
    assert_eq!(changed[0]["causes"][0]["cause"], "settings", "{weighed}");
    assert_eq!(weighed["engine"][0]["name"], "cairn.toml");

    let rule_file = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../config/rules/{rule}.toml")),
    );
    project.write(&format!("config/rules/{rule}.toml"), rule_file.unwrap().replace("impact = ", "impact = \"low\" #"));
    scan(&project, "2026-03-03");
    let ruled = diff(&project, "2026-03-03", "r3..r4");
    let changed = of(&ruled, "threats", "changed", rule);
    assert_eq!(changed[0]["causes"][0]["cause"], "rule", "{ruled}");
}

#[test]
fn a_gate_judges_only_what_changed_and_by_the_measure_of_the_baseline() {
    let project = Project::scanned();
    let gate = |what: &str| project.run(&["check", "--against", "r1", "--fail-on", what]);
    assert_eq!(gate("new,conflict").code, 0, "{}", gate("new,conflict").stderr);
    edit(
        &project,
        "docs/design.md",
        "## Security\n",
        "## Security\n\nThe Courier Gateway does not authenticate requests to `POST /couriers`.\n",
    );
    project.succeeds(&["scan", "docs"]);
    let failed = gate("new:low");
    assert_eq!(failed.code, 1);
    assert!(failed.stderr.contains("new threat of severity low or above"), "{}", failed.stderr);
    assert_eq!(gate("new:critical").code, 0);

    // The change accepts its own threats, and turns the rule off: neither is heeded.
    let changes = project.json(&["diff", "r1..latest"]);
    let new: Vec<&Value> = changes["threats"].as_array().unwrap().iter().filter(|it| it["class"] == "new").collect();
    for threat in &new {
        let id = threat["id"].as_str().unwrap();
        project.succeeds(&["decide", "mitigated", id, "--reason", "a test", "--by", "Tomas"]);
        let text = std::fs::read_to_string(project.path("cairn.toml")).unwrap_or_default();
        let rule = threat["rule"].as_str().unwrap();
        project.write(
            "cairn.toml",
            format!("{text}[[rules]]\nrule = \"{rule}\"\ndisabled = true\nbecause = \"a test\"\n"),
        );
    }
    project.succeeds(&["scan", "docs"]);
    assert_eq!(gate("new:low").code, 1);
    let markdown = project.run(&["check", "--against", "r1", "--fail-on", "new:low", "--format", "markdown"]);
    assert_eq!(markdown.code, 1);
    assert!(markdown.stdout.starts_with("## Threat model: needs a look\n"), "{}", markdown.stdout);
    assert!(markdown.stdout.contains("judged by those of the baseline"), "{}", markdown.stdout);
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("| ")).count();
    let in_sight = markdown.stdout.split("<details>").next().unwrap();
    assert!(rows(in_sight) <= 12, "a header, its rule and ten rows: {in_sight}");
}

#[test]
fn an_acceptance_past_its_day_fails_a_gate_that_asks_for_it() {
    let project = Project::scanned();
    let on = |day: &str| project.run_on(day, "", &["check", "--against", "r1", "--fail-on", "expired"]).code;
    assert_eq!(on("2026-03-01"), 0);
    assert_eq!(on("2026-07-01"), 1, "the documents accept a risk until 2026-06-30");
}

#[test]
fn an_inbox_holds_what_its_reviewer_has_not_seen() {
    let project = Project::scanned();
    let inbox = |name: &str| project.json(&["inbox", "--reviewer", name, "--within", "5"]);
    assert!(inbox("Ines")["seen"].is_null());
    assert!(inbox("Ines")["changes"]["counts"]["threats"]["new"].as_u64().unwrap() > 0, "everything is new");
    project.succeeds(&["inbox", "--reviewer", "Ines", "--seen"]);
    assert!(project.succeeds(&["inbox", "--reviewer", "Ines", "--within", "5"]).contains("nothing to look at"));
    assert!(inbox("Tomas")["seen"].is_null(), "each reviewer has a mark of their own");

    edit(&project, "docs/design.md", "over SQL without encryption", "over SQL with TLS");
    edit(
        &project,
        "docs/design.md",
        "## Security\n",
        "## Security\n\nThe Courier Gateway does not authenticate requests to `POST /couriers`.\n",
    );
    scan(&project, "2026-03-02");
    let text = project.succeeds(&["inbox", "--reviewer", "Ines"]);
    assert!(text.contains("\nthreats (") && text.contains("POST /couriers"), "{text}");
    let ends = project.succeeds_on("2026-06-28", &["inbox", "--reviewer", "Ines", "--within", "5"]);
    assert!(ends.contains("ends 2026-06-30, in 2 days"), "{ends}");
    project.succeeds(&["inbox", "--reviewer", "Ines", "--seen"]);
    assert!(project.succeeds(&["inbox", "--reviewer", "Ines", "--within", "5"]).contains("nothing to look at"));
}

#[test]
fn a_threat_that_comes_back_is_reopened() {
    let project = Project::scanned();
    edit(&project, "docs/design.md", SILENT, SECURED);
    scan(&project, "2026-03-02");
    edit(&project, "docs/design.md", SECURED, SILENT);
    scan(&project, "2026-03-03");
    let back = diff(&project, "2026-03-03", "r2..r3");
    let counts = &back["counts"]["threats"];
    assert!(counts["reopened"].as_u64().unwrap() > 0, "{counts}");
    assert_eq!(counts["new"], 0, "{back}");
}

#[test]
fn a_history_follows_an_element_through_its_revisions() {
    let project = Project::scanned();
    edit(
        &project,
        "docs/design.md",
        "## Security\n",
        "## Security\n\nThe Courier Gateway is reachable from the internet.\n",
    );
    scan(&project, "2026-03-02");
    for path in ["docs/README.md", "docs/design.md"] {
        edit(&project, path, "Courier Gateway", "Carrier Gateway");
    }
    scan(&project, "2026-03-03");
    project.write("docs/other.md", "# Other\n\nNothing of interest.\n");
    scan(&project, "2026-03-04");
    let history = project.json(&["history", "Carrier Gateway"]);
    let seen: Vec<&str> =
        history["revisions"].as_array().unwrap().iter().map(|it| it["revision"].as_str().unwrap()).collect();
    assert_eq!(seen, ["r3", "r2", "r1"], "under its former name too: {history}");
    assert!(project.succeeds(&["history", "Carrier Gateway"]).contains("exposure: unknown -> internet"));
    assert_eq!(project.run(&["history", "Nobody"]).code, 2);
}

#[test]
fn an_acceptance_that_had_ended_before_the_baseline_is_not_the_changes_fault() {
    let project = Project::with_documents();
    scan(&project, "2026-07-02");
    edit(&project, "docs/design.md", "## Flows\n", "## Flows\n\nNothing new.\n");
    scan(&project, "2026-07-03");
    let gate =
        |against: &str| project.run_on("2026-07-03", "", &["check", "--against", against, "--fail-on", "expired"]);
    let threats = project.run_on("2026-07-03", "", &["--format", "json", "threats"]).stdout;
    assert!(threats.contains("acceptance_expired"), "the acceptance is past its day all the while");
    assert_eq!(gate("r1").code, 0, "{}", gate("r1").stdout);
}

/// An endpoint whose second model does not see what the first page says.
fn two_models() -> Stub {
    Stub::start(|question| {
        let passage = passage(question);
        let is_blind = question.json()["model"] == "stub-2" && passage.contains("ledger B2");
        let read = || if is_blind { nothing() } else { Reply::content(&flows_of(&passage).to_string()) };
        probed(question).unwrap_or_else(read)
    })
}

#[test]
fn another_model_is_told_as_another_reader() {
    let stub = two_models();
    let project = Project::empty();
    project.write("cairn.toml", settings(&stub, "prompts = [\"parts\"]\n"));
    project.write("docs/one.md", "# One\n\nbroker A1 calls ledger B2.\n");
    project.write("docs/two.md", "# Two\n\nbroker C3 calls ledger D4.\n");
    project.succeeds(&["scan", "docs"]);
    project.succeeds(&["scan", "docs", "--model", "stub-2"]);
    let changes = project.json(&["diff", "r1..r2"]);
    let reader = json!([{ "cause": "reader", "name": "model parts" }]);
    let engine = json!([{ "name": "version/model parts", "class": "changed" }]);
    assert_eq!(changes["engine"], engine, "{changes:#}");
    let flows = of(&changes, "elements", "resolved", "flow");
    assert_eq!(flows.len(), 1, "{changes:#}");
    assert_eq!(flows[0]["causes"], reader, "{changes:#}");
}
