//! Clients of OpenAI's protocol: what they send, as they send it, and what they look for in what comes back.

use serde_json::{Value, json};

use crate::assistant::{endpoint, says, shop_with};
use crate::client::{Client, Reply};
use crate::fixture::{Running, start};

const COMPLETIONS: &str = "/v1/chat/completions";
const QUESTION: &str = "what does the basket-api call?";

fn shop() -> Running {
    let service = start();
    service.shop("shop");
    service
}

fn ask(client: &Client, body: &Value) -> Reply {
    client.post(COMPLETIONS, body)
}

fn question(text: &str) -> Value {
    json!({ "model": "shop", "messages": [{ "role": "user", "content": text }] })
}

/// The pieces of a stream, without the end, which must be there.
fn chunks(reply: &Reply) -> Vec<Value> {
    let text = reply.text();
    let mut data: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert_eq!(data.pop(), Some("[DONE]"), "{text}");
    data.into_iter().map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn text_of(chunks: &[Value]) -> String {
    chunks.iter().filter_map(|it| it["choices"][0]["delta"]["content"].as_str()).collect()
}

#[test]
fn every_project_is_a_model_for_those_who_have_a_part_in_it() {
    let service = shop();
    service.project("other");
    let viewer = service.person("eve", Some(("shop", "viewer")));
    let models = viewer.get("/v1/models").expect(200).json();
    assert_eq!(models["object"], "list");
    assert_eq!(models["data"].as_array().map(Vec::len), Some(1), "{models}");
    assert_eq!((models["data"][0]["id"].as_str(), models["data"][0]["object"].as_str()), (Some("shop"), Some("model")));
    let foreign = ask(&viewer, &json!({ "model": "other", "messages": [{ "role": "user", "content": "hello" }] }));
    assert_eq!(foreign.json()["error"]["code"], "model_not_found");
    assert_eq!(foreign.status, 404);
}

#[test]
fn an_answer_is_a_completion_with_annotations_at_its_marks() {
    let service = shop();
    let completion = ask(&service.admin, &question(QUESTION)).expect(200).json();
    assert_eq!(completion["object"], "chat.completion");
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");
    assert!(completion["id"].as_str().unwrap().starts_with("chatcmpl-"));
    let message = &completion["choices"][0]["message"];
    let content: Vec<char> = message["content"].as_str().unwrap().chars().collect();
    let annotations = message["annotations"].as_array().unwrap();
    assert!(!annotations.is_empty(), "{completion}");
    for (at, annotation) in annotations.iter().enumerate() {
        let citation = &annotation["url_citation"];
        let index = |name: &str| usize::try_from(citation[name].as_u64().unwrap()).unwrap();
        let mark: String = content[index("start_index")..index("end_index")].iter().collect();
        assert_eq!(mark, format!("[{}]", at + 1));
        assert_eq!(annotation["type"], "url_citation");
        let url = citation["url"]
            .as_str()
            .unwrap()
            .strip_prefix(&format!("http://{}", service.admin.address))
            .unwrap()
            .to_owned();
        service.admin.get(url.split('#').next().unwrap()).expect(200);
    }
    let unknown = ask(&service.admin, &question("who audits the moon?")).expect(200).json();
    let message = &unknown["choices"][0]["message"];
    assert!(message["content"].as_str().unwrap().starts_with("Not documented."), "{unknown}");
    assert_eq!(message["annotations"], json!([]));
}

#[test]
fn a_stream_says_the_same_piece_by_piece() {
    let service = shop();
    let mut body = question(QUESTION);
    body["stream"] = json!(true);
    body["stream_options"] = json!({ "include_usage": true });
    let reply = ask(&service.admin, &body).expect(200);
    assert_eq!(reply.header("content-type"), "text/event-stream");
    let chunks = chunks(&reply);
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    assert!(chunks.iter().all(|it| it["object"] == "chat.completion.chunk"
        && it["id"] == chunks[0]["id"]
        && it["created"] == chunks[0]["created"]));
    let whole = ask(&service.admin, &question(QUESTION)).expect(200).json();
    assert_eq!(text_of(&chunks), whole["choices"][0]["message"]["content"].as_str().unwrap());
    let annotations: Vec<Value> =
        chunks.iter().filter_map(|it| it["choices"][0]["delta"]["annotations"].as_array()).flatten().cloned().collect();
    assert_eq!(Value::from(annotations), whole["choices"][0]["message"]["annotations"]);
    let quotes: Vec<&str> = chunks
        .iter()
        .filter(|it| it["event"]["type"] == "source")
        .map(|it| it["event"]["data"]["document"][0].as_str().unwrap())
        .collect();
    assert!(quotes.iter().any(|it| it.contains("mail-worker")), "{quotes:?}");
    let last = &chunks[chunks.len() - 1];
    assert_eq!(
        (last["choices"].as_array().map(Vec::len), last["usage"]["total_tokens"].as_u64()),
        (Some(0), Some(0)),
        "{last}"
    );
    assert_eq!(chunks[chunks.len() - 2]["choices"][0]["finish_reason"], "stop");
}

/// As the official client for Python sends it, and with the fields that chat front ends add.
#[test]
fn requests_as_clients_send_them() {
    let service = shop();
    let parts = json!({ "model": "shop", "messages": [
        { "role": "system", "content": "You are helpful." },
        { "role": "user", "content": QUESTION },
        { "role": "assistant", "content": "The basket-api calls the mail-worker.", "refusal": null, "annotations": [] },
        { "role": "user", "content": [{ "type": "text", "text": "and what does it store?" }, { "type": "image_url", "image_url": { "url": "http://canary.invalid/x.png" } }] },
    ], "temperature": 0.2, "top_p": 1, "n": 1, "max_tokens": 100, "seed": 7, "user": "abc", "stream": false, "tools": [], "metadata": { "chat_id": "1" },
        "features": { "web_search": false }, "session_id": "x", "chat_id": "y" });
    let client = service
        .admin
        .with("User-Agent", "OpenAI/Python 2.0.0")
        .with("X-Stainless-Lang", "python")
        .with("X-Stainless-Retry-Count", "0");
    let answer = ask(&client, &parts).expect(200).json();
    assert!(answer["choices"][0]["message"]["content"].as_str().unwrap().contains("orders"), "{answer}");
    let node = service.admin.with("User-Agent", "OpenAI/JS 6.0.0").with("Idempotency-Key", "stainless-node-retry-1");
    let mut streamed = question(QUESTION);
    streamed["stream"] = json!(true);
    assert!(!chunks(&ask(&node, &streamed).expect(200)).is_empty());
}

#[test]
fn what_is_wrong_is_told_as_these_clients_expect() {
    let service = shop();
    let error = |reply: Reply| reply.json()["error"].clone();
    let nobody = ask(&service.anybody(), &question(QUESTION));
    assert_eq!(nobody.status, 401);
    assert_eq!(error(nobody)["type"], "authentication_error");
    for body in [
        json!({}),
        json!({ "model": "shop", "messages": [] }),
        json!({ "model": "shop", "messages": [{ "role": "assistant", "content": "x" }] }),
    ] {
        let reply = ask(&service.admin, &body);
        assert_eq!(reply.status, 422, "{body}");
        assert!(error(reply)["message"].as_str().is_some_and(|it| !it.is_empty()));
    }
}

#[test]
fn chores_of_clients_are_answered_without_looking_anything_up() {
    let service = shop();
    let task = "### Task:\nGenerate a concise, 3-5 word title with an emoji.\n### Output:\nJSON format: { \"title\": \"...\" }\n### Chat History:\n<chat_history>\nUSER: what does the basket-api call?\n</chat_history>";
    let title = ask(&service.admin, &question(task)).expect(200).json();
    let text = title["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), json!({ "title": "what does the basket-api call?" }));
    let mut follow = question("### Task:\nSuggest 3-5 relevant follow-up questions.");
    follow["stream"] = json!(true);
    let text = text_of(&chunks(&ask(&service.admin, &follow).expect(200)));
    assert!(serde_json::from_str::<Value>(&text).unwrap()["follow_ups"].is_array(), "{text}");
}

/// Documents and models that would have a client load or open something.
#[test]
fn no_link_or_image_of_a_document_or_a_model_is_rendered() {
    let evil = "The `basket-api` calls the `quay-broker` at ![pixel](http://canary.invalid/p.png) and [here](http://canary.invalid) or www.canary.invalid <img src=http://canary.invalid/i.png>.";
    let stub = endpoint(move |question| {
        says(question, "The basket-api calls ![x](http://canary.invalid/?q=secret).", "quay-broker")
    });
    let service = shop_with(&stub);
    service.paste("shop", "evil.md", &format!("# Evil\n\n{evil}\n"));
    service.read("shop");
    for model in ["what does the basket-api call?", "which document speaks of the quay-broker?"] {
        let answer = ask(&service.admin, &question(model)).expect(200).json();
        let content = answer["choices"][0]["message"]["content"].as_str().unwrap();
        for live in ["![", "](", "<img", "http://", " www.canary"] {
            assert!(!content.contains(live), "`{live}` is live in: {content}");
        }
    }
}
