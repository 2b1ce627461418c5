//! Questions over HTTP: at once, as a stream that can be stopped, in the light of questions before, with and without a language model.

use std::io::{BufReader, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::client::{Client, read_chunk, read_head};
use crate::fixture::{Running, start, start_with};
use crate::stub::{Question, Reply, Stub};

const ASK: &str = "/api/v1/projects/shop/ask";
const CHAT: &str = "/api/v1/projects/shop/chat";
const SENTENCE: &str = "The basket-api calls the mail-worker over plain HTTP.";
const QUESTION: &str = "what does the basket-api call?";

/// The events of a stream: kind and data.
pub(crate) fn events(text: &str) -> Vec<(String, Value)> {
    let pairs = text.split("\n\n").filter(|it| it.contains("data: ")).map(|event| {
        let field =
            |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
        let data = field("data:");
        (field("event:"), serde_json::from_str(&data).unwrap_or(Value::String(data)))
    });
    pairs.collect()
}

/// A model's endpoint: honest to the probe, and otherwise as the test wants.
pub(crate) fn endpoint(answer: impl Fn(&Question) -> Reply + Send + Sync + 'static) -> Stub {
    Stub::start(move |question| {
        let user = question.message("user");
        if user.starts_with("Material stands between lines") {
            return answer(question);
        }
        let body = question.json();
        let content =
            match (body["response_format"]["json_schema"]["name"].as_str(), body["response_format"]["type"].as_str()) {
                (Some("probe"), _) => "{\"word\": \"zebra-7\"}",
                (_, Some("json_object")) => "{\"ok\": true}",
                _ if user.contains("quillwort") => "quillwort-4417",
                _ => "ready",
            };
        Reply::completion(content, "stop", (user.len() / 4) as u64, 3)
    })
}

/// A service whose shop has a language model.
pub(crate) fn shop_with(stub: &Stub) -> Running {
    let url = stub.url();
    let service = start_with(|config| config.model_endpoints = vec![url.clone()]);
    service.shop("shop");
    let reply = service.admin.get("/api/v1/projects/shop/settings").expect(200);
    let toml = format!("[model]\nbase_url = \"{url}\"\nname = \"stub-1\"\napi_key_env = \"\"\nattempts_max = 1\n");
    let etag = reply.header("etag").to_owned();
    service.admin.with("If-Match", &etag).put("/api/v1/projects/shop/settings", &json!({ "toml": toml })).expect(200);
    service
}

/// A step that says this of the material which quotes these words.
pub(crate) fn says(question: &Question, text: &str, words: &str) -> Reply {
    let told = question.message("user");
    let mut number = 0;
    for line in told.lines() {
        if let Some((found, _)) = line.strip_prefix('[').and_then(|it| it.split_once(']')) {
            number = found.parse().unwrap();
        }
        if line.contains(" says: ") && line.contains(words) {
            break;
        }
    }
    let sentences = json!([{ "text": text, "cites": [number] }]);
    Reply::content(&json!({ "calls": [], "status": "answered", "sentences": sentences }).to_string())
}

#[test]
fn an_answer_has_its_passages_and_where_to_see_them() {
    let service = start();
    service.shop("shop");
    let answer = service.admin.post(ASK, &json!({ "question": QUESTION })).expect(200).json();
    assert_eq!(answer["status"], "answered", "{answer}");
    assert_eq!(answer["sentences"][0]["citations"][0], 1);
    let passage = &answer["citations"][0];
    let document = service
        .admin
        .get(&format!("/api/v1/projects/shop/documents/{}", passage["document"].as_str().unwrap()))
        .expect(200)
        .json();
    let at = |name: &str| usize::try_from(passage[name].as_u64().unwrap()).unwrap();
    assert_eq!(passage["quote"], document["text"].as_str().unwrap()[at("start")..at("end")]);
    let page = service.admin.get(passage["href"].as_str().unwrap().split('#').next().unwrap()).expect(200);
    assert!(page.text().contains("id=\"cited\""), "the address shows the passage");
    let unknown = service.admin.post(ASK, &json!({ "question": "who audits the moon?" })).expect(200).json();
    assert_eq!(
        (unknown["status"].as_str(), unknown["sentences"].as_array().map(Vec::len)),
        (Some("not_documented"), Some(0))
    );
}

#[test]
fn a_question_follows_those_before_and_the_focus() {
    let service = start();
    service.shop("shop");
    let asked = json!({ "question": "and what does it store?", "before": [QUESTION] });
    let answer = service.admin.post(ASK, &asked).expect(200).json();
    assert!(answer["sentences"].to_string().contains("orders"), "{answer}");
    let id = service
        .all("/api/v1/projects/shop/elements?kind=component")
        .iter()
        .find(|it| it["name"] == "basket-api" || it["label"] == "basket-api")
        .unwrap()["id"]
        .clone();
    let focused =
        service.admin.post(ASK, &json!({ "question": "what does it call?", "focus": [id] })).expect(200).json();
    assert!(focused["sentences"].to_string().contains("mail-worker"), "{focused}");
    assert_eq!(service.admin.post(ASK, &json!({ "question": "x", "focus": ["cmp-none"] })).problem(404), "not_found");
    assert_eq!(service.admin.post(ASK, &json!({ "question": " " })).problem(422), "invalid_request");
    let many = vec!["what does it call?"; 51];
    assert_eq!(service.admin.post(ASK, &json!({ "question": "x", "before": many })).problem(422), "invalid_request");
}

#[test]
fn a_conversation_streams_its_sentences_and_passages() {
    let service = start();
    service.shop("shop");
    let reply = service.admin.post(CHAT, &json!({ "question": QUESTION })).expect(200);
    assert_eq!(reply.header("content-type"), "text/event-stream");
    assert_eq!(reply.header("x-accel-buffering"), "no");
    let events = events(&reply.text());
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"answer.delta"), Some(&"done")), "{kinds:?}");
    assert!(kinds.contains(&"citation"));
    let whole = service.admin.post(ASK, &json!({ "question": QUESTION })).expect(200).json();
    assert_eq!(events.last().unwrap().1, whole, "the stream and the answer are the same");
}

#[test]
fn the_language_model_words_the_answer_and_its_steps_are_told() {
    let stub = endpoint(|question| says(question, SENTENCE, "calls the `mail-worker`"));
    let service = shop_with(&stub);
    let events = events(&service.admin.post(CHAT, &json!({ "question": QUESTION })).expect(200).text());
    assert_eq!(events[0].0, "status", "{events:?}");
    let done = &events.last().unwrap().1;
    assert_eq!(
        (done["sentences"][0]["text"].as_str(), done["sentences"][0]["origin"].as_str()),
        (Some(SENTENCE), Some("written")),
        "{done}"
    );
    assert_eq!(done["wording"]["model"], "stub-1");
    let without = service.admin.post(ASK, &json!({ "question": QUESTION, "model": false })).expect(200).json();
    assert_eq!(without["wording"], Value::Null);
    let page = service.admin.get("/p/shop/assistant?q=what+does+the+basket-api+call").expect(200).text();
    assert!(page.contains("Answered without a language model"), "looking at a page costs nothing");
}

/// A stream of the answer to the question.
fn stream_of(service: &Running) -> BufReader<std::net::TcpStream> {
    let body = json!({ "question": QUESTION }).to_string();
    let mut stream = service.admin.open();
    let head = format!(
        "POST {CHAT} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        service.admin.address,
        service.key,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    assert_eq!(read_head(&mut reader).0, 200);
    reader
}

/// The events up to the first of this kind.
fn events_until(reader: &mut impl std::io::BufRead, kind: &str) -> Vec<(String, Value)> {
    let mut text = String::new();
    while let Some(chunk) = read_chunk(reader) {
        text += &String::from_utf8(chunk).unwrap();
        let so_far = events(&text);
        if so_far.iter().any(|(it, _)| it == kind) {
            return so_far;
        }
    }
    panic!("no `{kind}` came: {text}")
}

/// A model that writes a sentence that holds, then waits for the test, then writes one that does not.
fn slow_writer(turn: &Arc<Semaphore>, is_whole: bool) -> Stub {
    let turn = Arc::clone(turn);
    endpoint(move |question| {
        let Reply::Whole(_, _, said) = says(question, SENTENCE, "calls the `mail-worker`") else { panic!("no answer") };
        let said: Value = serde_json::from_str(&said).unwrap();
        let said: Value = serde_json::from_str(said["choices"][0]["message"]["content"].as_str().unwrap()).unwrap();
        let first = format!(r#"{{"calls": [], "status": "answered", "sentences": [{}"#, said["sentences"][0]);
        let second = r#", {"text": "The basket-api sings.", "cites": [1]}]}"#.to_owned();
        Reply::Pieces { texts: vec![first, second], turn: Arc::clone(&turn), is_whole }
    })
}

#[test]
fn a_sentence_is_shown_as_soon_as_it_is_written_and_holds() {
    let turn = Arc::new(Semaphore::new(0));
    let stub = slow_writer(&turn, true);
    let service = shop_with(&stub);
    let mut reader = stream_of(&service);
    // The model waits for this test, which waits for the sentence.
    let begun = events_until(&mut reader, "answer.delta");
    let (_, first) = begun.iter().find(|(kind, _)| kind == "answer.delta").unwrap();
    assert_eq!((&first["text"], &first["citations"][0]), (&json!(SENTENCE), &json!(1)));
    turn.add_permits(2);
    let rest = events_until(&mut reader, "done");
    assert!(
        !rest.iter().any(|(kind, _)| kind == "answer.delta"),
        "nothing is said twice, and nothing unsaid: {rest:?}"
    );
    let done = &rest.last().unwrap().1;
    assert_eq!((done["sentences"].as_array().unwrap().len(), &done["sentences"][0]), (1, first), "{done}");
    assert_eq!(done["status"], "partly", "{done}");
    assert!(done["notes"].to_string().contains("withheld"), "{done}");
}

#[test]
fn what_was_shown_stays_when_the_model_breaks_off() {
    let turn = Arc::new(Semaphore::new(0));
    let stub = slow_writer(&turn, false);
    let service = shop_with(&stub);
    let mut reader = stream_of(&service);
    events_until(&mut reader, "answer.delta");
    turn.add_permits(2);
    let done = events_until(&mut reader, "done").pop().unwrap().1;
    assert_eq!((&done["sentences"][0]["text"], &done["status"]), (&json!(SENTENCE), &json!("partly")), "{done}");
    assert!(done["notes"].to_string().contains("did not finish"), "{done}");
}

#[test]
fn whoever_closes_the_stream_stops_the_work() {
    let stub = endpoint(|_| Reply::Hang);
    let service = shop_with(&stub);
    let asked = |stub: &Stub| stub.questions().iter().filter(|it| it.message("user").starts_with("Material")).count();
    let mut reader = stream_of(&service);
    assert!(String::from_utf8(read_chunk(&mut reader).unwrap()).unwrap().contains("event: status"));
    let begun = Instant::now();
    while asked(&stub) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the model is asked");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(reader);
    // Work that went on would keep the service from ending: its one call never returns.
    let (_, ended_in_time) = service.stop();
    assert!(ended_in_time);
}

#[test]
fn what_is_proposed_waits_for_review_and_is_in_the_trail() {
    let service = start();
    service.shop("shop");
    let reviewer = service.person("ada", Some(("shop", "reviewer")));
    let path = service
        .all("/api/v1/projects/shop/documents")
        .iter()
        .find(|it| it["path"].as_str().unwrap().ends_with("architecture.md"))
        .unwrap()["path"]
        .clone();
    let proposal = |quote: &str| json!({ "kind": "assumption", "statement": "customers have passwords", "about": ["basket-api"], "document": path, "quote": quote });
    let propose = |client: &Client, quote: &str| client.post("/api/v1/projects/shop/proposals", &proposal(quote));
    assert_eq!(propose(&reviewer, "Customers sign in with a passkey.").problem(422), "invalid_request");
    let file = service.project_folder("shop").join("cairn.proposals.jsonl");
    assert!(!file.exists());
    propose(&reviewer, "Customers sign in to `basket-api` with a password.").expect(201);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("reviewer/ada") && written.lines().count() == 1, "{written}");
    assert!(!service.all("/api/v1/projects/shop/claims").iter().any(|it| it.to_string().contains("reviewer/ada")));
    reviewer
        .post("/api/v1/projects/shop/open-questions", &json!({ "question": "Who rotates\nthe password?" }))
        .expect(201);
    let page = std::fs::read_to_string(service.project_folder("shop").join("cairn.questions.md")).unwrap();
    assert!(page.contains("- TBD: Who rotates the password?"), "{page}");
    let trail = service.admin.get("/api/v1/projects/shop/audit").expect(200).text();
    assert!(trail.contains("claim.propose") && trail.contains("question.open"), "{trail}");
    let viewer = service.person("eve", Some(("shop", "viewer")));
    assert_eq!(propose(&viewer, "x").problem(403), "forbidden");
}
