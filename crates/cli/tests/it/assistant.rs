//! Questions with a language model: it looks things up and words the answer, and everything it says is held to what it was given.

use serde_json::{Value, json};

use crate::endpoint::{asked, probed, settings};
use crate::project::Project;
use crate::stub::{Reply, Stub};

/// A step of the model that answers.
pub(crate) fn says(sentences: &[(&str, &[usize])]) -> Reply {
    let sentences: Vec<Value> = sentences.iter().map(|(text, cites)| json!({ "text": text, "cites": cites })).collect();
    step(&json!({ "calls": [], "status": "answered", "sentences": sentences }))
}

/// A step of the model that looks something up.
pub(crate) fn looks_up(call: &Value) -> Reply {
    step(&json!({ "calls": [call], "status": "looking", "sentences": [] }))
}

pub(crate) fn step(step: &Value) -> Reply {
    Reply::content(&step.to_string())
}

/// The number of the material that quotes these words; 0 where none does.
pub(crate) fn number_of(told: &str, words: &str) -> usize {
    let mut number = 0;
    for line in told.lines() {
        if let Some((found, _)) = line.strip_prefix('[').and_then(|it| it.split_once(']')) {
            number = found.parse().unwrap();
        }
        if line.contains(" says: ") && line.contains(words) {
            return number;
        }
    }
    0
}

/// An endpoint that is honest to the probe; `answer` is given what the model is told, and how often it was told something.
pub(crate) fn assistant(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Stub {
    let steps = std::sync::atomic::AtomicUsize::new(0);
    Stub::start(move |question| {
        probed(question).unwrap_or_else(|| {
            let step = steps.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            answer(&question.message("user"), step + 1)
        })
    })
}

/// The parcel company, scanned without a model; questions are answered with the endpoint's.
pub(crate) fn project(stub: &Stub, more: &str) -> Project {
    let project = Project::with_documents();
    project.write("cairn.toml", settings(stub, more));
    project.succeeds(&["scan", "--no-model", "docs"]);
    project
}

const CALLS: &str = "The Courier Gateway calls the Parcel API over HTTPS.";
const QUESTION: &str = "what calls the Parcel API?";

#[test]
fn the_model_words_an_answer_from_what_it_looked_up() {
    let stub = assistant(|told, step| match step {
        1 => looks_up(&json!({ "tool": "search", "words": "authenticate requests" })),
        _ => says(&[
            (CALLS, &[number_of(told, "Courier Gateway calls")]),
            (
                "The Parcel API does not authenticate requests to POST /labels.",
                &[number_of(told, "does not authenticate")],
            ),
        ]),
    });
    let project = project(&stub, "");
    let answer = project.json(&["ask", QUESTION]);
    let texts: Vec<&str> =
        answer["sentences"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(texts, [CALLS, "The Parcel API does not authenticate requests to POST /labels."], "{answer}");
    assert!(answer["sentences"].as_array().unwrap().iter().all(|it| it["origin"] == "written"));
    for citation in answer["citations"].as_array().unwrap() {
        let text = std::fs::read_to_string(project.path("docs").join(citation["path"].as_str().unwrap())).unwrap();
        let at = |name: &str| usize::try_from(citation[name].as_u64().unwrap()).unwrap();
        assert_eq!(citation["quote"], text[at("start")..at("end")]);
    }
    assert_eq!(answer["wording"]["looked_up"], json!(["the question itself", "search authenticate requests"]));
    assert_eq!(answer["wording"]["calls"], 2);
    let text = project.succeeds(&["ask", QUESTION]);
    assert!(text.contains("Language model: stub-1"), "{text}");
}

#[test]
fn every_tool_gives_the_model_something_to_cite() {
    for (call, expected) in [
        (json!({ "tool": "query", "query": "flows to \"Label Store\"" }), "Parcel API → Label Store"),
        (json!({ "tool": "search", "words": "reachable cluster" }), "only reachable from the cluster"),
        (json!({ "tool": "explain", "name": "Parcel API" }), "Parcel API: type service"),
        (json!({ "tool": "paths", "name": null }), "looked up: paths"),
        (
            json!({ "tool": "what_if", "without": [], "with": [], "compromise": ["Courier Gateway"] }),
            "Courier Gateway is in the wrong hands",
        ),
        (json!({ "tool": "diff", "since": "latest" }), "looked up: diff latest"),
        (json!({ "tool": "query", "query": "spaceships" }), "the query is wrong"),
    ] {
        let shown = call.to_string();
        let stub = assistant(move |told, step| match step {
            1 => looks_up(&call),
            _ => says(&[(CALLS, &[number_of(told, "Courier Gateway calls")])]),
        });
        project(&stub, "").succeeds(&["ask", QUESTION]);
        let told = asked(&stub)[1].message("user");
        assert!(told.contains(expected), "{shown}: {told}");
    }
}

#[test]
fn without_the_model_the_answer_is_that_of_the_documents() {
    let stub = assistant(|_, _| says(&[]));
    let project = project(&stub, "");
    let plain = project.json(&["ask", "--no-model", QUESTION]);
    assert_eq!(asked(&stub).len(), 0);
    assert_eq!(plain["wording"], Value::Null);
    let fallen_back = project.json(&["ask", QUESTION]);
    assert_eq!(fallen_back["sentences"], plain["sentences"]);
    assert!(fallen_back["notes"].to_string().contains("answered without the language model"), "{fallen_back}");
    project.write("cairn.toml", settings(&stub, "[assistant]\nenabled = false\n"));
    assert_eq!(project.json(&["ask", QUESTION])["notes"], plain["notes"]);
    assert_eq!(asked(&stub).len(), 1);
}

#[test]
fn a_recorded_conversation_is_answered_again_without_the_endpoint() {
    let stub = assistant(|told, _| says(&[(CALLS, &[number_of(told, "Courier Gateway calls")])]));
    let project = project(&stub, "");
    let live = project.json(&["ask", "--record", "talk.jsonl", QUESTION]);
    let calls = stub.calls();
    let replayed = project.json(&["ask", "--replay", "talk.jsonl", QUESTION]);
    assert_eq!(replayed["sentences"], live["sentences"]);
    assert_eq!(live["sentences"][0]["origin"], "written");
    assert_eq!(stub.calls(), calls);
}

#[test]
fn secrets_and_local_documents_do_not_leave() {
    let stub = assistant(|_, _| says(&[]));
    let project = Project::with_documents();
    project
        .write("docs/keys.md", "# Keys\n\nThe Parcel API uses the key AKIAQ4N7XW2LTB5RVZ3M to call the Label Store.\n");
    project.write("docs/private/plan.md", "# Plan\n\nThe Parcel API calls the Heron Ledger over HTTPS.\n");
    project.write("cairn.toml", settings(&stub, "local_only = [\"private/**\"]\n"));
    project.succeeds(&["scan", "--no-model", "docs"]);
    project.succeeds(&["ask", "which key does the Parcel API use?"]);
    project.succeeds(&["ask", "what does the Parcel API call?"]);
    let told: Vec<String> = asked(&stub).iter().map(|it| it.body.clone()).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|it| it.contains("[redacted:")), "{told:?}");
    for told in told {
        assert!(!told.contains("AKIAQ4N7XW2LTB5RVZ3M") && !told.contains("Heron"), "{told}");
    }
}

#[test]
fn a_conversation_is_worded_too() {
    let stub = assistant(|told, _| says(&[(CALLS, &[number_of(told, "Courier Gateway calls")])]));
    let project = project(&stub, "");
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env_clear()
        .current_dir(project.path(""))
        .args(["--format", "json", "chat"])
        .write_stdin(format!("{QUESTION}\nand what else?\n"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(first["answer"]["sentences"][0]["origin"], "written", "{first}");
    assert!(asked(&stub)[1].message("user").contains(&format!("asked before: {QUESTION}")));
}

#[test]
fn an_answer_in_pieces_is_the_answer_that_it_is_as_a_whole() {
    let written = |told: &str| {
        let cites = number_of(told, "Courier Gateway calls");
        json!({ "calls": [], "status": "answered", "sentences": [{ "text": CALLS, "cites": [cites] }] }).to_string()
    };
    let whole = assistant(move |told, _| Reply::content(&written(told)));
    let in_pieces = assistant(move |told, _| {
        let letters = written(told).chars().map(String::from).collect();
        let turn = std::sync::Arc::new(tokio::sync::Semaphore::new(10_000));
        Reply::Pieces { texts: letters, turn, is_whole: true }
    });
    let [one, other] = [whole, in_pieces].map(|stub| project(&stub, "").json(&["ask", QUESTION]));
    assert_eq!(one["sentences"][0]["text"], CALLS);
    assert_eq!(one, other);
}
