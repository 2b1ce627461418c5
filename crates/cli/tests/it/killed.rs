//! Runs that are killed at a hundred random moments: nothing that was paid for is lost, and nothing is paid for twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::endpoint::{asked, flows_of, probed, prompt, settings};
use crate::project::Project;
use crate::stub::{Question, Reply, Stub};

/// Calls at the same time: so many may be under way when a run is killed.
const CONCURRENCY: usize = 2;
const PAGES: usize = 12;
const SECTIONS: usize = 20;

fn project(stub: &Stub) -> Project {
    let project = Project::empty();
    project.write("cairn.toml", settings(stub, &format!("concurrency = {CONCURRENCY}\nprompts = [\"parts\"]\n")));
    for page in 0..PAGES {
        let sections: String = (0..SECTIONS)
            .map(|it| format!("## Part {it}\n\nThe broker {page} {it} calls the ledger {page} {it}.\n\n"))
            .collect();
        project.write(&format!("docs/page-{page}.md"), format!("# Page {page}\n\n{sections}"));
    }
    project
}

/// Starts the program and kills it after a while; whether it was killed before it ended by itself.
fn killed_after(project: &Project, arguments: &[&str], pause: Duration) -> bool {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env_clear()
        .current_dir(project.path(""))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(pause);
    let killed = child.try_wait().unwrap().is_none();
    child.kill().ok();
    child.wait().unwrap();
    killed
}

/// Pauses that differ, the same ones in every run of the test.
fn pauses() -> impl Iterator<Item = Duration> {
    let mut state = 20_261_122_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(Duration::from_millis(20 + (state >> 33) % 180))
    })
}

fn keys(questions: &[Question]) -> Vec<String> {
    questions.iter().map(|it| it.headers["idempotency-key"].to_str().unwrap().to_owned()).collect()
}

fn polite(question: &Question) -> Reply {
    let passage = crate::endpoint::passage(question);
    probed(question).unwrap_or_else(|| Reply::content(&flows_of(&passage).to_string()))
}

#[test]
fn a_scan_that_is_killed_goes_on_from_where_it_was() {
    let stub = Stub::start(|question| {
        std::thread::sleep(Duration::from_millis(2));
        polite(question)
    });
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    let mut before = asked(&stub).len();
    let mut kills = 0;
    for pause in pauses().take(60) {
        let known: BTreeSet<String> = keys(&asked(&stub)[..before]).into_iter().collect();
        kills += usize::from(killed_after(&project, &["scan", "docs"], pause));
        let calls = asked(&stub);
        let again = keys(&calls[before..]).iter().filter(|key| known.contains(*key)).count();
        assert!(again <= CONCURRENCY, "{again} questions were asked again, more than were under way");
        before = calls.len();
    }
    // How many depends on the machine; that some are is what the test is about.
    println!("{kills} of 60 scans were killed while they worked");
    assert!(kills > 0);
    project.succeeds(&["scan", "docs"]);
    let all = keys(&asked(&stub));
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert_eq!(
        distinct.len(),
        PAGES * SECTIONS,
        "every chunk was asked about, under one name, which is what is billed"
    );
    assert!(all.len() <= distinct.len() + CONCURRENCY * kills);
    let calls = asked(&stub).len();
    let export = project.export();
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), calls, "nothing was lost");
    let clean = self::project(&stub);
    clean.succeeds(&["scan", "docs"]);
    assert_eq!(clean.export(), export, "a run without interruption gives the same bytes");
}

/// An endpoint with a batch interface, whose results come in another order, with one failed and one broken line.
fn batching() -> (Stub, Arc<Mutex<BTreeMap<String, String>>>) {
    let uploads: Arc<Mutex<BTreeMap<String, String>>> = Arc::default();
    let kept = Arc::clone(&uploads);
    let stub = Stub::start(move |question| {
        let mut uploads = kept.lock().unwrap();
        match (question.method.as_str(), question.path.as_str()) {
            ("POST", "/v1/files") => {
                let lines = question.body.lines().filter(|line| line.starts_with('{')).collect::<Vec<_>>().join("\n");
                let id = format!("file-{}", uploads.len());
                uploads.insert(id.clone(), lines);
                Reply::json(&json!({ "id": id }))
            }
            ("POST", "/v1/batches") => {
                let file = question.json()["input_file_id"].as_str().unwrap().to_owned();
                Reply::json(&json!({ "id": format!("batch-{file}"), "status": "validating" }))
            }
            ("GET", path) if path.starts_with("/v1/batches/batch-") => {
                let file = path.rsplit('/').next().unwrap().trim_start_matches("batch-");
                Reply::json(&json!({ "id": format!("batch-{file}"), "status": "completed", "output_file_id": file }))
            }
            ("GET", path) if path.starts_with("/v1/files/") => {
                let id = path.split('/').nth(3).unwrap();
                Reply::status(200, &results(&uploads[id]))
            }
            _ => polite(question),
        }
    });
    (stub, uploads)
}

fn results(lines: &str) -> String {
    let mut results: Vec<String> = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        let user = line["body"]["messages"][1]["content"].as_str().unwrap();
        let passage = user.split_once(" text\n").unwrap().1.split_once("\n=====").unwrap().0;
        let body = json!({ "choices": [{ "finish_reason": "stop", "message": { "content": flows_of(passage).to_string() } }],
            "usage": { "prompt_tokens": 10, "completion_tokens": 2 } });
        let response = match number {
            7 => json!({ "custom_id": line["custom_id"], "response": null, "error": { "code": "batch_expired" } }),
            _ => json!({ "custom_id": line["custom_id"], "response": { "status_code": 200, "body": body } }),
        };
        results.push(response.to_string());
    }
    results.reverse();
    results.insert(3, "{ broken".to_owned());
    results.join("\n")
}

#[test]
fn a_batch_survives_being_killed_while_it_is_collected() {
    let (stub, uploads) = batching();
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    project.succeeds(&["scan", "docs", "--offline"]);
    let submitted = project.json(&["batch", "submit"]);
    assert_eq!(submitted["asks"], PAGES * SECTIONS);
    let again = project.json(&["batch", "submit"]);
    assert_eq!((again["asks"].as_u64(), again["waiting"].as_u64()), (Some(0), Some((PAGES * SECTIONS) as u64)));
    let mut kills = 0;
    for pause in pauses().take(40) {
        kills += usize::from(killed_after(&project, &["batch", "collect"], pause));
    }
    println!("{kills} of 40 collections were killed while they worked");
    assert!(kills > 0);
    project.succeeds(&["batch", "collect"]);
    let status = project.json(&["batch", "status"]);
    let items = &status["batches"][0]["items"];
    assert_eq!(
        (items["answered"].as_u64(), items["batch_expired"].as_u64()),
        (Some((PAGES * SECTIONS - 1) as u64), Some(1)),
        "{status}"
    );
    assert_eq!(asked(&stub).len(), 0, "no call was made for what the batch had brought");
    assert_eq!(uploads.lock().unwrap().len(), 1, "nothing was submitted twice");

    project.succeeds(&["batch", "collect", "--live"]);
    assert_eq!(asked(&stub).len(), 1, "what the batch did not bring is asked for alone");
    let clean = self::project(&stub);
    clean.succeeds(&["scan", "docs"]);
    assert_eq!(clean.export(), project.export(), "it does not matter who brought the answers");
}

#[test]
fn a_batch_can_be_carried_by_hand() {
    let (stub, _) = batching();
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    project.succeeds(&["scan", "docs", "--offline"]);
    project.succeeds(&["batch", "export", "questions.jsonl"]);
    let lines = std::fs::read_to_string(project.path("questions.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), PAGES * SECTIONS);
    project.write("answers.jsonl", results(&lines));
    let run = project.run(&["batch", "import", "answers.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("239 answers taken over, 1 open again, 1 not understood"), "{}", run.stderr);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 1);
}

#[test]
fn an_endpoint_without_batches_is_asked_one_by_one() {
    let stub = Stub::start(|question| match question.path.as_str() {
        "/v1/files" => Reply::status(404, "{}"),
        _ => polite(question),
    });
    let project = project(&stub);
    project.succeeds(&["scan", "docs", "--offline"]);
    let run = project.run(&["batch", "submit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("no batch interface"), "{}", run.stderr);
    assert_eq!(asked(&stub).len(), PAGES * SECTIONS);
}

#[test]
fn one_paragraph_of_two_hundred_pages_is_asked_about_alone() {
    let stub = Stub::start(polite);
    let project = Project::empty();
    project.write("cairn.toml", settings(&stub, "concurrency = 8\n"));
    let page = |number: usize, word: &str| {
        format!(
            "# Page {number}\n\n## Calls\n\nThe broker {number} calls the ledger {number}.\n\n## Notes\n\nThe {word} of {number} is calm.\n"
        )
    };
    for number in 0..200 {
        project.write(&format!("docs/{number}.md"), page(number, "pond"));
    }
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 800, "two questions about each section");
    project.write("docs/77.md", page(77, "river"));
    project.succeeds(&["scan", "docs"]);
    let again = asked(&stub).split_off(800);
    let prompts: BTreeSet<String> = again.iter().map(prompt).collect();
    assert_eq!((again.len(), prompts.len()), (2, 2), "the calls of that section only");
    assert!(again.iter().all(|it| it.body.contains("The river of 77 is calm.")));
    // The instructions are the same bytes in all questions of a prompt, which come one after another, so that endpoints can
    // keep them.
    let systems: Vec<String> = asked(&stub).iter().take(800).map(|it| it.message("system")).collect();
    assert_eq!(systems.iter().collect::<BTreeSet<_>>().len(), 2);
    let changes = systems.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(changes < 20, "{changes} changes of instructions: more than the calls at the same time explain");
}
