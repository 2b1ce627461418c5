//! Runs that are killed at random moments: nothing that was kept or paid for is lost, and nothing is paid for twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::endpoint::{asked, flows_of, probed, prompt, settings};
use crate::project::Project;
use crate::stub::{Question, Reply, Stub};

/// Calls at the same time: so many may be under way when a run is killed.
const CONCURRENCY: usize = 2;
const PAGES: usize = 6;
const SECTIONS: usize = 20;
/// Questions about the pages of one round.
const QUESTIONS: usize = PAGES * SECTIONS;
const KILLS: usize = 100;

fn project(stub: &Stub) -> Project {
    let project = Project::empty();
    project.write("cairn.toml", settings(stub, &format!("concurrency = {CONCURRENCY}\nprompts = [\"parts\"]\n")));
    write_pages(&project, 0);
    project
}

/// The pages with texts that no earlier round had, so that there is something to ask again.
fn write_pages(project: &Project, round: usize) {
    for page in 0..PAGES {
        let sections: String = (0..SECTIONS)
            .map(|it| format!("## Part {it}\n\nThe broker {round} {page} {it} calls the ledger {page} {it}.\n\n"))
            .collect();
        project.write(&format!("docs/page-{page}.md"), format!("# Page {page}\n\n{sections}"));
    }
}

/// Calls that the workspace has paid for today, but for those that this look itself takes.
fn paid(project: &Project) -> usize {
    let check = project.json(&["model", "check"]);
    let number = |value: &Value| value.as_u64().unwrap() as usize;
    number(&check["spent_today"]["calls"]) - number(&check["capabilities"]["calls"])
}

fn started(project: &Project, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env_clear().current_dir(project.path("")).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Starts the program, waits until the endpoint has heard of it, and kills it after a while; whether it was killed before it
/// ended by itself.
fn killed_after(project: &Project, stub: &Stub, arguments: &[&str], pause: Duration) -> bool {
    let before = stub.calls();
    let mut child = started(project, arguments);
    while stub.calls() == before && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(pause);
    let killed = child.try_wait().unwrap().is_none();
    child.kill().ok();
    child.wait().unwrap();
    // What was on its way when the program died still arrives, and belongs to this run.
    let mut heard = 0;
    while heard != stub.calls() {
        heard = stub.calls();
        std::thread::sleep(Duration::from_millis(40));
    }
    killed
}

/// Pauses that differ, the same ones in every run of the test.
fn pauses() -> impl Iterator<Item = Duration> {
    let mut state = 20_261_122_u64;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(Duration::from_millis((state >> 33) % 120))
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
        std::thread::sleep(Duration::from_millis(4));
        polite(question)
    });
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    let (mut before, mut round, mut while_asking) = (0, 0, 0);
    let mut answered_before: BTreeSet<String> = BTreeSet::new();
    for pause in pauses().take(KILLS) {
        if keys(&asked(&stub)).iter().collect::<BTreeSet<_>>().len() == (round + 1) * QUESTIONS {
            project.succeeds(&["scan", "docs"]);
            answered_before = keys(&asked(&stub)).into_iter().collect();
            before = asked(&stub).len();
            round += 1;
            write_pages(&project, round);
        }
        let known: BTreeSet<String> = keys(&asked(&stub)[..before]).into_iter().collect();
        let killed = killed_after(&project, &stub, &["scan", "docs"], pause);
        let calls = keys(&asked(&stub)[before..]);
        while_asking += usize::from(killed && !calls.is_empty());
        // The bound: a question is asked again only if its call was under way when a run was killed, and so many are at once.
        let again = calls.iter().filter(|key| known.contains(*key)).count();
        assert!(again <= CONCURRENCY, "{again} questions were asked again, more than were under way");
        assert!(calls.iter().all(|key| !answered_before.contains(key)), "an answer that was kept was asked for again");
        before += calls.len();
    }
    println!("{while_asking} of {KILLS} scans were killed while they asked, over {} rounds", round + 1);
    assert!(while_asking > KILLS / 2);
    project.succeeds(&["scan", "docs"]);
    let all = keys(&asked(&stub));
    let distinct: BTreeSet<&String> = all.iter().collect();
    println!("{} calls for {} questions", all.len(), distinct.len());
    assert_eq!(distinct.len(), (round + 1) * QUESTIONS, "every chunk was asked about, under one name");
    assert!(all.len() <= distinct.len() + CONCURRENCY * while_asking);
    // Once more than was noted at the very beginning: the probe of the first check.
    let probe = stub.calls() - all.len();
    assert_eq!(
        paid(&project),
        distinct.len() + probe,
        "every answer is on the account once, none is lost and none is there twice"
    );
    let export = project.export();
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), all.len(), "nothing was lost");
    let clean = self::project(&stub);
    write_pages(&clean, round);
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
            ("GET", "/v1/files?purpose=batch&limit=1000") => Reply::json(&json!({ "data": [] })),
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
    let probe = stub.calls();
    let submit = || {
        project.succeeds(&["scan", "docs", "--offline"]);
        project.json(&["batch", "submit"])
    };
    assert_eq!(submit()["asks"], QUESTIONS);
    let again = project.json(&["batch", "submit"]);
    assert_eq!((again["asks"].as_u64(), again["waiting"].as_u64()), (Some(0), Some(QUESTIONS as u64)));
    let (mut round, mut kills) = (0, 0);
    for pause in pauses().take(KILLS) {
        let killed = killed_after(&project, &stub, &["batch", "collect"], pause);
        kills += usize::from(killed);
        if !killed {
            round += 1;
            write_pages(&project, round);
            // One question of the round before had no answer; its text is gone with its round.
            assert_eq!(submit()["asks"], QUESTIONS);
        }
    }
    println!("{kills} of {KILLS} collections were killed while they worked, over {} batches", round + 1);
    assert!(kills > 0);
    project.succeeds(&["batch", "collect"]);
    let status = project.json(&["batch", "status"]);
    for batch in status["batches"].as_array().unwrap() {
        let items = (&batch["items"]["answered"], &batch["items"]["batch_expired"]);
        assert_eq!(items, (&json!(QUESTIONS - 1), &json!(1)), "{status}");
    }
    assert_eq!(asked(&stub).len(), 0, "no call was made for what the batches had brought");
    assert_eq!(uploads.lock().unwrap().len(), round + 1, "nothing was submitted twice");
    assert_eq!(paid(&project), (round + 1) * (QUESTIONS - 1) + probe, "every answer is on the account once");

    project.succeeds(&["batch", "collect", "--live"]);
    assert_eq!(asked(&stub).len(), 1, "what the batch did not bring is asked for alone");
    let clean = self::project(&stub);
    write_pages(&clean, round);
    clean.succeeds(&["scan", "docs"]);
    assert_eq!(clean.export(), project.export(), "it does not matter who brought the answers");
}

/// Files and batches that an endpoint has.
type Given = Arc<Mutex<(Vec<Value>, Vec<Value>)>>;

/// An endpoint whose `dies_at` request takes effect and is never answered, once.
fn losing(dies_at: &'static str, takes_effect: bool, lost: Reply) -> (Stub, Given) {
    let kept = Given::default();
    let state = Arc::clone(&kept);
    let has_died = Mutex::new(false);
    let stub = Stub::start(move |question| {
        let (files, batches) = &mut *state.lock().unwrap();
        let (method, path) = (question.method.as_str(), question.path.split('?').next().unwrap());
        let dies =
            (method, path) == ("POST", dies_at) && !std::mem::replace(&mut *has_died.lock().unwrap(), path == dies_at);
        let record = match (method, path) {
            ("POST", "/v1/files") => {
                let name = question.body.split("filename=\"").nth(1).unwrap().split('"').next().unwrap();
                json!({ "id": format!("file-{}", files.len()), "filename": name })
            }
            ("POST", "/v1/batches") => {
                let metadata = question.json()["metadata"].clone();
                json!({ "id": format!("batch-{}", batches.len()), "status": "validating", "metadata": metadata })
            }
            ("GET", "/v1/files") => return Reply::json(&json!({ "data": files })),
            ("GET", "/v1/batches") => return Reply::json(&json!({ "data": batches })),
            ("GET", _) => return Reply::json(batches.first().unwrap()),
            _ => return polite(question),
        };
        if !dies || takes_effect {
            if path == "/v1/files" { files.push(record.clone()) } else { batches.push(record.clone()) }
        }
        if dies { lost.clone() } else { Reply::json(&record) }
    });
    (stub, kept)
}

/// A run that submits dies or fails at `dies_at`; the next one finds what there is. Files and batches at the endpoint then.
fn submitted_again(dies_at: &'static str, takes_effect: bool, lost: Reply) -> (usize, usize) {
    let is_killed = matches!(lost, Reply::Hang);
    let (stub, kept) = losing(dies_at, takes_effect, lost);
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    project.succeeds(&["scan", "docs", "--offline"]);
    if is_killed {
        let mut child = started(&project, &["batch", "submit"]);
        while !stub.questions().iter().any(|it| it.method == "POST" && it.path == dies_at) {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    } else {
        assert_ne!(project.run(&["batch", "submit"]).code, 0);
    }
    project.succeeds(&["batch", "submit"]);
    let status = project.json(&["batch", "status"]);
    let waiting = status["batches"].as_array().unwrap().iter().filter(|it| it["state"] == "validating");
    assert_eq!(waiting.map(|it| &it["items"]["waiting"]).collect::<Vec<_>>(), [&json!(QUESTIONS)], "{status}");
    assert_eq!(asked(&stub).len(), 0);
    let kept = kept.lock().unwrap();
    (kept.0.len(), kept.1.len())
}

#[test]
fn a_batch_whose_start_was_not_noted_is_found_again() {
    assert_eq!(submitted_again("/v1/batches", true, Reply::Hang), (1, 1), "killed after the start");
    assert_eq!(
        submitted_again("/v1/batches", true, Reply::status(500, "")),
        (1, 1),
        "the answer to the start was lost"
    );
}

#[test]
fn a_file_whose_batch_was_not_started_is_used_again() {
    assert_eq!(submitted_again("/v1/batches", false, Reply::Hang), (1, 1), "killed between upload and start");
    assert_eq!(submitted_again("/v1/batches", false, Reply::status(400, "{}")), (1, 1), "the start was refused");
}

#[test]
fn a_batch_can_be_carried_by_hand() {
    let (stub, _) = batching();
    let project = project(&stub);
    project.succeeds(&["model", "check"]);
    project.succeeds(&["scan", "docs", "--offline"]);
    project.succeeds(&["batch", "export", "questions.jsonl"]);
    let lines = std::fs::read_to_string(project.path("questions.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), QUESTIONS);
    project.write("answers.jsonl", results(&lines));
    let run = project.run(&["batch", "import", "answers.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("119 answers taken over, 1 open again, 1 not understood"), "{}", run.stderr);
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
    assert_eq!(asked(&stub).len(), QUESTIONS);
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

/// Scans that ask nobody, killed at random moments from the first to the last.
const SCAN_KILLS: usize = 200;
/// Different states of the documents, which follow each other.
const VARIANTS: usize = 4;

/// Documents that are edited, come, go and move from variant to variant.
fn write_variant(project: &Project, variant: usize) {
    drop(std::fs::remove_dir_all(project.path("docs")));
    write_pages(project, variant);
    project
        .write(&format!("docs/only-{variant}.md"), "# Only here\n\nThe Parcel API calls the Label Store over HTTP.\n");
    let folder = if variant.is_multiple_of(2) { "one" } else { "other" };
    project
        .write(&format!("docs/{folder}/moved.md"), "# Moved\n\nThe Courier Gateway calls the Parcel API over HTTPS.\n");
}

#[test]
fn a_scan_that_is_killed_anywhere_is_whole_or_has_not_been() {
    let clean: Vec<String> = (0..VARIANTS)
        .map(|variant| {
            let project = Project::empty();
            write_variant(&project, variant);
            project.succeeds(&["scan", "docs"]);
            project.export()
        })
        .collect();
    let project = Project::empty();
    write_variant(&project, 0);
    let started_at = std::time::Instant::now();
    project.succeeds(&["scan", "docs"]);
    let whole = started_at.elapsed();
    project.succeeds(&["decide", "same", "Parcel API", "Parcel Service", "--reason", "a test", "--by", "Ines"]);
    project.succeeds(&["inbox", "--reviewer", "Ines", "--seen"]);
    let decisions = project.succeeds(&["decisions", "--history"]);
    std::fs::remove_file(project.path("cairn.decisions.toml")).unwrap();
    project.succeeds(&["scan", "docs"]);
    let (mut kept, mut kills, mut taken) = (0, 0, 0);
    for (round, pause) in pauses().take(SCAN_KILLS).enumerate() {
        let variant = (round + 1) % VARIANTS;
        write_variant(&project, variant);
        let mut child = started(&project, &["scan", "docs"]);
        std::thread::sleep(whole.mul_f64(pause.as_secs_f64() / 0.12));
        kills += usize::from(child.try_wait().unwrap().is_none());
        child.kill().ok();
        child.wait().unwrap();
        let export = project.export();
        assert!(export == clean[kept] || export == clean[variant], "round {round} left half a scan");
        // When its turn comes round again, what is kept may be this variant already.
        if kept != variant && export == clean[variant] {
            (kept, taken) = (variant, taken + 1);
        }
    }
    println!("{kills} of {SCAN_KILLS} scans were killed; {taken} were kept whole, the others left what was before");
    assert!(kills > SCAN_KILLS / 2 && taken > 0 && taken < SCAN_KILLS);
    write_variant(&project, 1);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(project.export(), clean[1], "a run without interruption gives the same bytes");
    assert!(project.succeeds(&["search", "broker"]).contains("broker"), "the index follows");
    assert!(project.succeeds(&["decisions", "--history"]).starts_with(decisions.lines().next().unwrap()));
    assert!(!project.json(&["inbox", "--reviewer", "Ines"])["seen"].is_null());
    let log = project.json(&["log", "--limit", "1000"]);
    let revisions = log["revisions"].as_array().unwrap();
    assert!(revisions.len() >= taken, "every scan that was kept is a revision");
    for revision in revisions.iter().step_by(10) {
        let at = revision["id"].as_str().unwrap();
        assert!(clean.contains(&project.succeeds(&["export", "--format", "json", "--at", at])) || at == "r2", "{at}");
    }
}

#[test]
fn what_an_earlier_model_read_stays_in_force_until_another_has_read_everything() {
    let stub = Stub::start(polite);
    let project = project(&stub);
    project.succeeds(&["scan", "docs"]);
    let former = project.export();
    let other = |more: &[&str]| project.json(&[&["scan", "docs", "--model", "other"], more].concat());
    let nothing_asked = other(&["--offline"]);
    assert_eq!(nothing_asked["model"]["pending"], QUESTIONS);
    assert_eq!(nothing_asked["model"]["in_force"], PAGES);
    assert_eq!(project.export(), former, "half a reading is no reading");
    assert_eq!(project.json(&["log"])["revisions"].as_array().unwrap().len(), 1, "nothing changed");
    let all_asked = other(&[]);
    assert_eq!((&all_asked["model"]["pending"], &all_asked["model"]["in_force"]), (&json!(0), &json!(0)));
    assert_eq!(project.json(&["log"])["revisions"].as_array().unwrap().len(), 2);
}
