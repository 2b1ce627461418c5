//! Whole runs over documents full of secrets, with everything recorded that leaves: no secret of a known format does.

use std::collections::BTreeMap;

use serde_json::json;

use crate::canaries::{BY_CONTEXT, Planted, WELL_KNOWN, planted, without_breaks};
use crate::endpoint::{answer, reading, settings};
use crate::project::Project;
use crate::stub::{Reply, Stub};

/// The line that names the broker, as a component.
fn broker(passage: &str) -> Reply {
    let lines = passage.lines().filter(|line| line.contains("quay broker"));
    let item =
        |quote: &str| json!({ "quote": quote, "status": "implemented", "name": "quay broker", "type": "service" });
    Reply::content(&answer(&json!({ "components": lines.map(item).collect::<Vec<_>>() })).to_string())
}

/// A page for each canary.
fn project(stub: &Stub, canaries: &[Planted]) -> Project {
    let project = Project::empty();
    project.write("cairn.toml", settings(stub, "concurrency = 8\nprompts = [\"parts\", \"controls\"]\n"));
    for (number, it) in canaries.iter().enumerate() {
        project.write(
            &format!("docs/{number}.md"),
            format!("# Page {number}\n\n{}\n", it.text.trim_start_matches('\u{1}')),
        );
    }
    project
}

fn every_second(formats: &[crate::canaries::Format]) -> Vec<Planted> {
    planted(formats).into_iter().step_by(2).collect()
}

#[test]
fn secrets_never_leave_and_citations_over_them_still_hold() {
    let stub = reading(broker);
    let well_known = every_second(WELL_KNOWN);
    let by_context: Vec<Planted> =
        every_second(BY_CONTEXT).into_iter().filter(|it| it.rule != "private-key-end").collect();
    let known = well_known.len();
    assert!(known >= 200, "{known}");
    let canaries: Vec<Planted> = well_known.into_iter().chain(by_context).collect();
    let project = project(&stub, &canaries);
    project.succeeds(&["scan", "docs", "--record", "exchanges.jsonl"]);
    project.write("cairn.toml", settings(&stub, "prompts = [\"data\"]\n"));
    project.succeeds(&["batch", "export", "questions.jsonl"]);

    let mut sent: String = stub.questions().into_iter().map(|it| it.body).collect();
    for file in ["exchanges.jsonl", "questions.jsonl"] {
        sent += &std::fs::read_to_string(project.path(file)).unwrap();
    }
    let sent = without_breaks(&sent);
    let mut recall: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for it in &canaries {
        let row = recall.entry(it.rule).or_default();
        *row = (row.0 + usize::from(!it.is_in(&sent)), row.1 + 1);
    }
    for (rule, (gone, planted)) in &recall {
        println!("{rule:<28} {gone} of {planted} stayed here");
    }
    let left: Vec<&str> = canaries.iter().take(known).filter(|it| it.is_in(&sent)).map(|it| it.rule).collect();
    assert_eq!(left, Vec::<&str>::new(), "secrets of well-known formats left");
    assert!(sent.contains("[redacted:aws-access-key:1]"));
    let by_context = &canaries[known..];
    let stayed = by_context.iter().filter(|it| !it.is_in(&sent)).count();
    assert!(stayed * 100 >= by_context.len() * 95, "{stayed} of {}", by_context.len());

    let claims = project.json(&["claims"]);
    let mut over_secrets = 0;
    for claim in claims["claims"].as_array().unwrap() {
        let cited = &claim["evidence"][0];
        let number: usize = cited["path"].as_str().unwrap().trim_end_matches(".md").parse().unwrap();
        let text = std::fs::read_to_string(project.path(&format!("docs/{number}.md"))).unwrap();
        let (start, end) = (cited["start"].as_u64().unwrap() as usize, cited["end"].as_u64().unwrap() as usize);
        let quote = cited["quote"].as_str().unwrap();
        assert_eq!(&text[start..end], quote);
        let of_model = claim["extractor"].as_str().unwrap().starts_with("model/");
        over_secrets += usize::from(of_model && canaries[number].is_in(&without_breaks(quote)));
    }
    assert!(over_secrets >= 90, "{over_secrets} citations of the model stand on lines with secrets");
}
