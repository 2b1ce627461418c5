use serde_json::Value;

use crate::project::Project;

fn list<'a>(record: &'a Value, key: &str) -> &'a Vec<Value> {
    record[key].as_array().unwrap_or_else(|| panic!("no list `{key}` in {record}"))
}

#[test]
fn scan_shows_what_it_did_and_what_stands_out() {
    let project = Project::with_documents();
    let run = project.run(&["scan", "docs"]);
    assert!(
        run.stdout.starts_with("3 documents: 3 added, 0 changed, 0 unchanged, 0 removed, 0 skipped\n"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("next: `cairn threats`"), "{}", run.stderr);
}

#[test]
fn threats_are_listed_and_filtered() {
    let project = Project::scanned();
    let all = project.json(&["threats"]);
    assert_eq!(all["schema"], "cairn.threats/1");
    let threats = list(&all, "threats");
    assert!(!threats.is_empty());
    for (option, key) in [("--status", "status"), ("--rule", "rule")] {
        let wanted = threats[0][key].as_str().unwrap();
        let filtered = project.json(&["threats", option, wanted]);
        let expected: Vec<&Value> = threats.iter().filter(|threat| threat[key] == wanted).collect();
        assert_eq!(list(&filtered, "threats").iter().collect::<Vec<_>>(), expected, "{option} {wanted}");
    }
    assert!(list(&project.json(&["threats", "--severity", "critical"]), "threats").len() <= threats.len());
    let text = project.succeeds(&["threats"]);
    let standing = threats.iter().filter(|threat| threat["status"] != "mitigated");
    assert!(standing.into_iter().all(|threat| text.contains(threat["id"].as_str().unwrap())), "{text}");
}

#[test]
fn a_rule_that_does_not_exist_gets_a_suggestion() {
    let project = Project::scanned();
    let rule = project.json(&["threats"])["threats"][0]["rule"].as_str().unwrap().to_owned();
    let run = project.run(&["threats", "--rule", &rule[1..]]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(&format!("hint: did you mean `{rule}`")), "{}", run.stderr);
}

#[test]
fn a_threat_is_explained_by_its_quotes() {
    let project = Project::scanned();
    for threat in list(&project.json(&["threats"]), "threats") {
        let id = threat["id"].as_str().unwrap();
        let text = project.succeeds(&["explain", id]);
        assert_eq!(text, project.succeeds(&["explain", &id[..id.len() - 2]]));
        let header = format!("{}[{}]: ", threat["severity"].as_str().unwrap(), threat["rule"].as_str().unwrap());
        assert!(text.starts_with(&header), "{text}");
        for premise in list(threat, "explanation") {
            let mark = if list(premise, "evidence").is_empty() { "= ?: " } else { "--> " };
            assert!(text.contains(mark), "{text}");
        }
        assert_eq!(project.json(&["explain", id])["threats"][0], *threat);
    }
}

#[test]
fn all_threats_of_a_rule_are_explained() {
    let project = Project::scanned();
    let rule = project.json(&["threats"])["threats"][0]["rule"].as_str().unwrap().to_owned();
    let of_rule = project.json(&["threats", "--rule", &rule]);
    assert_eq!(project.json(&["explain", &rule])["threats"], of_rule["threats"]);
}

#[test]
fn a_threat_that_does_not_exist_is_an_error() {
    let run = Project::scanned().run(&["explain", "nothing-like-it-at-all"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: there is no threat `nothing-like-it-at-all`\nhint: `cairn threats` lists them\n");
    let run = Project::scanned().run(&["explain", "thr-"]);
    assert!(run.stderr.contains("is the beginning of"), "{}", run.stderr);
}

#[test]
fn an_element_is_shown_by_id_name_and_other_spelling() {
    let project = Project::scanned();
    let shown = project.json(&["show", "Parcel API"]);
    assert_eq!((shown["schema"].as_str(), shown["kind"].as_str()), (Some("cairn.element/1"), Some("component")));
    let id = shown["element"]["id"].as_str().unwrap();
    for other in [id, "parcel-api", "the ParcelAPI"] {
        assert_eq!(project.json(&["show", other]), shown, "{other}");
    }
    assert!(shown["related"]["flows"].as_array().is_some_and(|flows| !flows.is_empty()), "{shown}");
    let text = project.succeeds(&["show", "Parcel API"]);
    assert!(text.contains("component[") && text.contains("Parcel API") && text.contains("--> README.md:"), "{text}");
    let run = project.run(&["show", "Parcle API"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("hint: did you mean `Parcel API`"), "{}", run.stderr);
}

#[test]
fn every_element_can_be_shown() {
    let project = Project::scanned();
    let model: Value = serde_json::from_str(&project.export()).unwrap();
    for (key, records) in model.as_object().unwrap() {
        let records = records.as_array().into_iter().flatten().filter(|_| key != "documents" && key != "rejected");
        for record in records {
            let id = record["id"].as_str().unwrap();
            assert_eq!(project.json(&["show", id])["element"], *record);
        }
    }
}

#[test]
fn questions_say_where_they_come_from() {
    let project = Project::scanned();
    let asked = project.json(&["questions"]);
    let questions = list(&asked, "questions");
    assert!(
        questions.iter().any(|it| it["origin"] == "document" && it["question"].as_str().unwrap().contains("password"))
    );
    assert!(questions.iter().all(|it| !list(it, "ids").is_empty()));
    let text = project.succeeds(&["questions"]);
    assert!(text.ends_with(&format!("{} questions\n", questions.len())), "{text}");
}

#[test]
fn passages_are_found() {
    let project = Project::scanned();
    let answer = project.json(&["search", "label_store", "--limit", "2"]);
    let hits = list(&answer, "hits");
    assert_eq!(hits.len(), 2);
    for hit in hits {
        let text = std::fs::read_to_string(project.path("docs").join(hit["path"].as_str().unwrap())).unwrap();
        let range = hit["start"].as_u64().unwrap() as usize..hit["end"].as_u64().unwrap() as usize;
        assert_eq!(text[range], *hit["text"].as_str().unwrap());
    }
    assert!(project.succeeds(&["search", "password"]).contains("--> design.md:"));
    assert_eq!(project.succeeds(&["search", "zebrafish"]), "0 passages\n");
}

#[test]
fn conflicts_are_the_same_in_both_forms() {
    let project = Project::scanned();
    let found = project.json(&["conflicts"]);
    assert_eq!(found["schema"], "cairn.conflicts/1");
    let conflicts = list(&found, "conflicts");
    let text = project.succeeds(&["conflicts"]);
    assert_eq!(text.matches("conflict[").count(), conflicts.len(), "{text}");
    assert!(conflicts.iter().all(|it| text.contains(it["id"].as_str().unwrap())), "{text}");
}

#[test]
fn rules_are_listed_shown_and_tested() {
    let project = Project::empty();
    let all = project.json(&["rules"]);
    let rules = list(&all, "rules");
    assert!(rules.len() >= 15);
    let id = rules[0]["id"].as_str().unwrap();
    assert_eq!(project.json(&["rules", "show", id])["rules"][0], rules[0]);
    assert!(project.succeeds(&["rules", "show", id]).starts_with(&format!("{id}\n")));
    assert!(project.succeeds(&["rules", "test"]).ends_with(": 0 failed\n"));
    assert_eq!(project.run(&["rules", "show", "nothing"]).code, 2);
}

#[test]
fn rules_of_the_project_count() {
    let project = Project::empty();
    project.write("cairn.toml", "rules_dir = \"ours\"\n");
    project.write("ours/broken.toml", "id = 3\n");
    project.write(".cairn/keep", "");
    let run = project.run(&["rules"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("broken.toml:1:"), "{}", run.stderr);
}
