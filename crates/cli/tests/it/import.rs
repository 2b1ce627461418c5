//! Claims and threat models of others, and rules of the project, through the program.

use serde_json::Value;

use crate::project::Project;

const CLAIMS: &str = r#"{"kind": "component", "name": "Till", "type": "service", "evidence": [{"document": "till.md", "quote": "The till takes cards."}]}
{"kind": "component", "name": "Ghost", "evidence": [{"document": "till.md", "quote": "There is a ghost in the till."}]}
{"kind": "wish", "name": "Pony"}
"#;

const MODEL: &str = "threagile_version: 1.0.0
data_assets:
  Orders:
    id: orders
    confidentiality: confidential
technical_assets:
  Web Shop:
    id: shop
    type: process
    internet: true
    communication_links:
      Store Traffic:
        target: store
        protocol: http
        authentication: none
        data_assets_sent:
          - orders
  Order Store:
    id: store
    type: datastore
    encryption: none
    data_assets_stored:
      - orders
";

fn project() -> Project {
    let project = Project::empty();
    project.write("docs/till.md", "# Till\n\nThe till takes cards.\n");
    project.succeeds(&["scan", "docs"]);
    project
}

#[test]
fn imported_claims_are_held_to_the_documents() {
    let project = project();
    project.write("others.jsonl", CLAIMS);
    let run = project.run(&["import", "claims", "others.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (4, "2 claims imported, 1 part not understood\n"), "{}", run.stderr);
    assert!(project.succeeds(&["show", "Till"]).contains("The till takes cards."));
    assert_eq!(project.run(&["show", "Ghost"]).code, 2);
    // A scan keeps what was imported.
    project.succeeds(&["scan", "docs"]);
    assert!(project.succeeds(&["show", "Till"]).contains("The till takes cards."));
}

#[test]
fn what_holds_no_claim_is_refused() {
    let project = project();
    project.write("others.jsonl", "nothing\n");
    let run = project.run(&["import", "claims", "others.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("line 1"), "{}", run.stderr);
}

#[test]
fn a_threat_model_of_another_tool_is_quoted() {
    let project = project();
    project.write("model.yaml", MODEL);
    project.succeeds(&["import", "threagile", "model.yaml"]);
    let threats = project.json(&["threats"]);
    let rules: Vec<&str> = threats["threats"].as_array().unwrap().iter().filter_map(|it| it["rule"].as_str()).collect();
    for rule in ["sensitive-data-in-plain-text", "kept-in-the-clear-by-statement"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    assert!(threats["groups"].as_array().is_some_and(|groups| groups.len() <= rules.len()));
}

#[test]
fn an_import_alone_is_a_model() {
    let project = Project::empty();
    project.write("model.yaml", MODEL);
    project.succeeds(&["init"]);
    project.succeeds(&["import", "threagile", "model.yaml"]);
    assert!(project.succeeds(&["threats"]).contains("[sensitive-data-in-plain-text]"));
}

#[test]
fn what_the_settings_exclude_is_listed_with_the_reason() {
    let project = project();
    project.write("model.yaml", MODEL);
    project.succeeds(&["import", "threagile", "model.yaml"]);
    let settings = "rules = [{ rule = \"sensitive-data-at-rest-in-plain-text\", disabled = true, because = \"the disk is encrypted\" }]\n";
    project.write("cairn.toml", settings);
    assert!(project.succeeds(&["threats"]).contains("1 excluded by the settings"));
    assert!(project.succeeds(&["threats", "--excluded"]).contains("because: the disk is encrypted"));
    let excluded: Value = project.json(&["threats", "--excluded"]);
    assert_eq!(excluded["excluded"][0]["because"], "the disk is encrypted");
}

#[test]
fn a_mistake_in_a_rule_is_shown_with_its_line() {
    let project = project();
    project.write("more/broken.toml", "id = 3\n");
    let run = project.run(&["threats", "--rules", "more"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("broken.toml:1:6") && run.stderr.contains("\n  | id = 3\n  |      ^\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn packs_and_frameworks_choose_rules() {
    let project = Project::empty();
    let all = project.succeeds(&["rules"]);
    let ai = project.succeeds(&["rules", "--pack", "ai"]);
    assert!(ai.contains("unbounded-model-use") && !ai.contains("shared-identity"), "{ai}");
    assert!(ai.len() < all.len());
    assert_eq!(project.run(&["rules", "--framework", "nothing"]).code, 2);
}
