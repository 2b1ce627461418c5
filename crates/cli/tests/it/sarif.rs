//! The export in SARIF: held to the official schema of version 2.1.0, and to what the schema cannot say.
//!
//! The schema is not kept here. It comes with the crate `serde-sarif`, whose types are made from it.

use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;
use serde_sarif::sarif::Sarif;

use crate::attack::{list, till};
use crate::project::Project;

/// The schema, from the source of the crate that carries it.
fn schema() -> Validator {
    // Of this machine alone: what other platforms need is not downloaded by whoever builds here.
    let compiler = said(Command::new("rustc").arg("-vV"));
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).expect("the compiler tells its host");
    let metadata = said(
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host, "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")),
    );
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let package = list(&metadata, "packages")
        .iter()
        .find(|it| it["name"] == "serde-sarif")
        .expect("a package of the workspace's");
    let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
    let text = std::fs::read_to_string(folder.join("src/schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // A pattern of it has a bracket too many for a strict reader, and the export names no language.
    for definition in ["run", "toolComponent"] {
        let language = schema["definitions"][definition]["properties"]["language"].as_object_mut().unwrap();
        assert!(language.remove("pattern").is_some());
    }
    assert_eq!(schema["title"], "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema");
    jsonschema::validator_for(&schema).unwrap()
}

/// What the command writes when it succeeds.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How many results and code flows are in the log, once the schema has accepted it.
fn accepted(schema: &Validator, text: &str) -> (usize, usize) {
    let log: Value = serde_json::from_str(text).unwrap();
    let wrong: Vec<String> =
        schema.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).take(5).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let log: Sarif = serde_json::from_value(log).unwrap();
    let results = log.runs.iter().flat_map(|run| run.results.iter().flatten());
    let flows = results.clone().map(|it| it.code_flows.as_ref().map_or(0, Vec::len)).sum();
    (results.count(), flows)
}

#[test]
fn the_official_schema_accepts_it_and_knows_what_is_wrong() {
    let schema = schema();
    let text = till().succeeds(&["export", "--format", "sarif"]);
    assert!(accepted(&schema, &text).0 > 0, "{text}");
    let mut log: Value = serde_json::from_str(&text).unwrap();
    log["runs"][0]["results"][0]["level"] = "serious".into();
    assert!(!schema.is_valid(&log));
}

#[test]
fn the_official_schema_accepts_it_for_documents_of_all_kinds() {
    let schema = schema();
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../eval/examples");
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if !shared.is_dir() {
        println!("skipped for the documents of real systems: `{}` is not there", shared.display());
    }
    let systems = |folder: &Path| {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect::<Vec<_>>()
    };
    let mut folders: Vec<PathBuf> = [systems(&examples), systems(&shared)].concat();
    folders.retain(|it| it.is_dir());
    let mut all_flows = 0;
    for folder in folders {
        let project = Project::empty();
        project.succeeds(&["scan", folder.to_str().unwrap()]);
        let (results, flows) = accepted(&schema, &project.succeeds(&["export", "--format", "sarif"]));
        println!("{}: {results} results, {flows} code flows", folder.display());
        all_flows += flows;
    }
    assert!(all_flows > 0);
}

#[test]
fn a_result_has_its_rule_and_each_place_once() {
    let project = till();
    let text = project.succeeds(&["export", "--format", "sarif"]);
    assert_eq!(text, project.succeeds(&["export", "--format", "sarif"]));
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules = list(&run["tool"]["driver"], "rules");
    let results = list(run, "results");
    assert!(!results.is_empty());
    let mut flows = 0;
    for result in results {
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
        // A result that is no failure has no level.
        assert_eq!(result["kind"] != "fail", result["level"] == "none", "{result}");
        for location in list(result, "locations") {
            let place = &location["physicalLocation"];
            assert!(place["artifactLocation"]["uri"].is_string() && place["region"]["startLine"].as_u64().unwrap() > 0);
        }
        // The schema wants every place of a list once.
        for places in ["locations", "relatedLocations", "codeFlows"] {
            let places = result[places].as_array().map(Vec::as_slice).unwrap_or_default();
            assert!((1..places.len()).all(|at| !places[..at].contains(&places[at])), "{result}");
        }
        for flow in result["codeFlows"].as_array().into_iter().flatten() {
            flows += 1;
            for thread in list(flow, "threadFlows") {
                assert!(!list(thread, "locations").is_empty());
                for step in list(thread, "locations") {
                    assert!(step["location"]["message"]["text"].is_string(), "{step}");
                }
            }
        }
    }
    println!("{} results, {flows} code flows", results.len());
}
