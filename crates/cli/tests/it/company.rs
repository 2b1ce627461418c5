//! The company of `eval/examples/tuckbox`, from its folder to findings: what a careful reader finds in its documents and
//! what comes out. What is planted there is listed in `eval/examples/README.md`.

use std::path::PathBuf;
use std::sync::OnceLock;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The day on which the example is read.
const TODAY: &str = "2026-11-15";

fn folder(below: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../eval").join(below)
}

/// The example scanned once, for all tests here.
fn workspace() -> &'static TempDir {
    static WORKSPACE: OnceLock<TempDir> = OnceLock::new();
    WORKSPACE.get_or_init(|| {
        let workspace = TempDir::new().unwrap();
        let documents = folder("examples/tuckbox");
        let scan = cairn(&workspace, &["scan", documents.to_str().unwrap()]);
        assert!(scan.starts_with("19 documents: 19 added, 0 changed, 0 unchanged, 0 removed, 0 skipped\n"), "{scan}");
        workspace
    })
}

fn cairn(workspace: &TempDir, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env_clear()
        // The example lies in this project's own repository, whose history is none of the example's.
        .env("GIT_DIR", "/nowhere")
        .arg("--workspace")
        .arg(workspace.path().join("kept"))
        .args(["--as-of", TODAY])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(arguments: &[&str]) -> String {
    cairn(workspace(), arguments)
}

fn model() -> Value {
    serde_json::from_str(&text(&["export", "--format", "json"])).unwrap()
}

fn list<'a>(record: &'a Value, key: &str) -> &'a Vec<Value> {
    record[key].as_array().unwrap_or_else(|| panic!("no list `{key}` in {record}"))
}

fn quotes(record: &Value, words: &str) -> bool {
    list(record, "evidence").iter().any(|citation| citation["quote"].as_str().unwrap().contains(words))
}

fn of_status(status: &str) -> Vec<Value> {
    list(&model(), "threats").iter().filter(|threat| threat["status"] == status).cloned().collect()
}

#[test]
fn sources_that_disagree_are_shown_side_by_side() {
    let model = model();
    let sides = [
        ("parcelapi -->|TLS| cache[(session-cache)]", "redis://session-cache.data.svc.cluster.local"),
        ("encrypted at rest with a key in KMS", "storage_encrypted       = false"),
        ("accept connections only from the private subnets", "0.0.0.0/0"),
        ("never talks to `billing`", "tully -->|refund| billing"),
        ("limits each client to 60 requests a minute", "The edge has no limit per client."),
    ];
    for (one, other) in sides {
        let found = list(&model, "conflicts").iter().any(|conflict| {
            let positions = list(conflict, "positions");
            let at = |words: &str| positions.iter().position(|position| quotes(position, words));
            matches!((at(one), at(other)), (Some(one), Some(other)) if one != other)
        });
        assert!(found, "no conflict between `{one}` and `{other}`");
    }
}

#[test]
fn what_is_said_in_one_way_by_all_is_no_conflict() {
    for conflict in list(&model(), "conflicts") {
        let mut values: Vec<(&Value, &Value)> =
            list(conflict, "positions").iter().map(|position| (&position["value"], &position["status"])).collect();
        values.sort_by_key(|(value, status)| (value.to_string(), status.to_string()));
        values.dedup();
        assert!(values.len() >= 2, "{conflict}");
    }
}

#[test]
fn a_conflict_is_printed_with_the_words_of_both_sides() {
    let printed = text(&["conflicts"]);
    let conflict = printed.split("conflict[").find(|part| part.contains("storage_encrypted")).unwrap();
    assert!(
        conflict.starts_with("encryption_at_rest]: documents disagree about the encryption at rest of parcel-db\n")
    );
    assert!(conflict.contains("--> deploy/terraform/main.tf:"), "{conflict}");
    assert!(conflict.contains("::: docs/adr/0001-one-database-for-all-merchants.md:"), "{conflict}");
    assert!(conflict.contains("encryption at rest is absent"), "{conflict}");
    assert!(conflict.contains("encryption at rest is implemented"), "{conflict}");
    assert!(conflict.contains("= outcome: settled by infrastructure as code outranks decision record"), "{conflict}");
}

#[test]
fn acceptances_keep_their_owner_and_end() {
    let model = model();
    let wanted = [
        ("a pickup code can be intercepted", "Jonas Brandt", "2027-03-10"),
        ("with a password alone", "Ines Okafor", "2026-08-31"),
        ("a second cluster costs more", "Ines Okafor", "2027-06-15"),
        ("a mistake in a report query", "Ines Okafor", "2027-03-31"),
    ];
    for (words, owner, end) in wanted {
        let mut found =
            list(&model, "accepted_risks").iter().filter(|risk| risk["statement"].as_str().unwrap().contains(words));
        let risk = found.next().unwrap_or_else(|| panic!("no accepted risk `{words}`"));
        assert!(found.next().is_none(), "`{words}` twice");
        assert_eq!((risk["owner"].as_str(), risk["expires_on"].as_str()), (Some(owner), Some(end)), "{words}");
        assert!(quotes(risk, owner) && quotes(risk, end), "{risk}");
    }
}

#[test]
fn an_acceptance_holds_until_its_end() {
    let speaks_of =
        |threats: &[Value], words: &str| threats.iter().any(|threat| threat["title"].as_str().unwrap().contains(words));
    let (accepted, expired) = (of_status("accepted"), of_status("acceptance_expired"));
    assert!(speaks_of(&accepted, "a pickup code can be intercepted"));
    assert!(!speaks_of(&expired, "a pickup code can be intercepted"));
    assert!(speaks_of(&expired, "with a password alone"));
    assert!(!speaks_of(&accepted, "with a password alone"));
    let explained = text(&["explain", "weakness-lived-with"]);
    assert!(explained.contains("the risk is accepted by Jonas Brandt until 2027-03-10"), "{explained}");
    assert!(explained.contains("by Ines Okafor until 2026-08-31, which is past"), "{explained}");
}

#[test]
fn a_control_for_later_is_a_plan() {
    let planned = of_status("planned");
    let quoting = |words: &str| {
        planned.iter().any(|threat| list(threat, "explanation").iter().any(|premise| quotes(premise, words)))
    };
    assert!(quoting("Alert on mismatched codes"), "{planned:?}");
}

#[test]
fn a_language_model_that_is_fed_by_a_part_with_sensitive_data_is_a_threat() {
    let explained = text(&["explain", "sensitive-data-to-language-model"]);
    assert!(explained.contains("tully may give sensitive data to Northlight model API"), "{explained}");
    assert!(explained.contains("northlight[Northlight model API]"), "{explained}");
}

#[test]
fn a_privileged_container_is_open_by_its_own_words() {
    let explained = text(&["explain", "workload-owns-its-host"]);
    assert!(explained.contains("privileged: true") && explained.contains("= status: open"), "{explained}");
}

#[test]
fn what_nobody_knows_is_asked() {
    let asked = text(&["questions"]);
    assert!(asked.contains("Who watches the refunds at the weekend?"), "{asked}");
    assert!(asked.contains("Where the second region will be: TBD"), "{asked}");
    let asked: Value = serde_json::from_str(&text(&["--format", "json", "questions"])).unwrap();
    for origin in ["document", "threat"] {
        assert!(list(&asked, "questions").iter().any(|question| question["origin"] == origin), "{origin}");
    }
}

#[test]
fn answered_threats_are_listed_on_request_only() {
    let usual = text(&["threats", "--all"]);
    let all = list(&serde_json::from_str::<Value>(&text(&["--format", "json", "threats"])).unwrap(), "threats").len();
    let answered = of_status("mitigated");
    assert!(!answered.is_empty());
    assert!(usual.contains(&format!("{} mitigated left out", answered.len())), "{usual}");
    assert_eq!(usual.matches("thr-").count() + answered.len(), all);
    let asked = text(&["threats", "--status", "mitigated"]);
    assert!(answered.iter().all(|threat| asked.contains(threat["id"].as_str().unwrap())), "{asked}");
}

#[test]
fn its_annotations_are_scored() {
    let gold = folder("cases/tuckbox");
    let documents = folder("examples/tuckbox");
    let arguments = ["eval", "claims", "--gold", gold.to_str().unwrap(), "--docs", documents.to_str().unwrap()];
    let table = cairn(&TempDir::new().unwrap(), &arguments);
    let rows: Vec<&str> = table.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(rows[..3], ["component", "boundary", "flow"]);
    assert_eq!(rows[rows.len() - 2..], ["all", "passages"]);
    assert!(table.contains("not verbatim 0;"), "{table}");
}

#[test]
fn a_name_that_is_also_a_boundarys_means_the_component() {
    let shown: Value = serde_json::from_str(&text(&["show", "parcel-db", "--format", "json"])).unwrap();
    assert_eq!(shown["kind"], "component");
    assert!(
        list(&model(), "boundaries").iter().any(|boundary| boundary["name"] == "parcel-db"),
        "no boundary of that name"
    );
}
