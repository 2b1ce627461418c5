//! The batch interface: lines out, items back in any order and any shape.

use cairn_llm::batch::{self, BatchState, BatchStatus, Item};
use cairn_llm::{Client, Endpoint, EndpointKind};
use serde_json::{Value, json};

use crate::stub::{Reply, Stub};
use crate::{client, completion, endpoint, policy, request};

#[tokio::test]
async fn a_line_carries_the_key_and_the_whole_request() {
    let stub = Stub::start(|_| Reply::content("{}"));
    let lines = batch::to_lines(&client(&stub, policy()), [("key-a", &request("a")), ("key-b", &request("b"))]);
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert_eq!(first["custom_id"], "key-a");
    assert_eq!(first["url"], "/v1/chat/completions");
    assert_eq!(first["body"], request("a").body());
}

#[test]
fn items_are_read_one_by_one() {
    let answered = json!({ "choices": [{ "message": { "content": "yes" } }] });
    let lines = [
        json!({ "custom_id": "3", "response": { "status_code": 200, "body": answered } }).to_string(),
        "{ broken".to_owned(),
        json!({ "custom_id": "1", "response": null, "error": { "code": "batch_expired", "message": "text" } })
            .to_string(),
        json!({ "custom_id": "2", "response": { "status_code": 429, "body": { "error": {} } } }).to_string(),
        json!({ "custom_id": "4", "response": { "status_code": 200, "body": "<html>" } }).to_string(),
        json!({ "no": "id" }).to_string(),
    ];
    let (items, unreadable) = batch::parse_results(&lines.join("\n"));
    let item = |key: &str, outcome| Item { key: key.to_owned(), outcome };
    assert_eq!(unreadable, 2);
    assert_eq!(
        items,
        [
            item("3", Ok(completion("yes"))),
            item("1", Err("batch_expired".to_owned())),
            item("2", Err("status 429".to_owned())),
            item("4", Err("not a chat completion".to_owned())),
        ]
    );
}

#[tokio::test]
async fn a_batch_is_uploaded_started_asked_for_and_fetched() {
    let stub = Stub::start(|question| match (question.method.as_str(), question.path.as_str()) {
        ("POST", "/v1/files") => Reply::json(&json!({ "id": "file-1" })),
        ("POST", "/v1/batches") => Reply::json(&json!({ "id": "batch_1", "status": "validating" })),
        ("GET", "/v1/batches?limit=100") => Reply::json(&json!({ "data": [
            { "id": "batch_9", "metadata": null }, { "id": "batch_1", "metadata": { "cairn_batch": "ours-1" } },
        ] })),
        ("GET", "/v1/batches/batch_1") => Reply::json(&json!({
            "id": "batch_1", "status": "expired", "output_file_id": "file-2", "error_file_id": "file-3",
            "request_counts": { "total": 5, "completed": 3, "failed": 1 },
        })),
        ("GET", "/v1/files?purpose=batch&limit=1000") => {
            Reply::json(&json!({ "data": [{ "id": "file-1", "filename": "ours.jsonl" }, { "id": "file-7" }] }))
        }
        ("GET", "/v1/files/file-2/content") => Reply::status(200, "{\"custom_id\":\"a\"}\n"),
        _ => Reply::status(404, ""),
    });
    let client = client(&stub, policy());
    let lines = batch::to_lines(&client, [("key-a", &request("a"))]);
    let file = batch::upload(&client, "ours.jsonl", lines.clone()).await.unwrap();
    let started = batch::start(&client, "ours-1", &file).await.unwrap();
    assert_eq!(started.status, BatchStatus::Running("validating".to_owned()));
    assert!(stub.questions()[0].body.contains(lines.trim()));
    let state = batch::status(&client, &started.id).await.unwrap();
    let expected = BatchState {
        id: "batch_1".to_owned(),
        status: BatchStatus::Ended("expired".to_owned()),
        output_file: Some("file-2".to_owned()),
        error_file: Some("file-3".to_owned()),
        total: 5,
        completed: 3,
        failed: 1,
    };
    assert_eq!(state, expected);
    assert_eq!(batch::find(&client).await.unwrap().get("ours-1").map(String::as_str), Some("batch_1"));
    assert_eq!(batch::find_files(&client).await.unwrap().get("ours.jsonl").map(String::as_str), Some("file-1"));
    assert_eq!(batch::download(&client, "file-2").await.unwrap(), "{\"custom_id\":\"a\"}\n");
}

#[tokio::test]
async fn ids_that_are_paths_are_not_asked_for() {
    let stub = Stub::start(|_| Reply::json(&json!({ "id": "../files", "status": "completed" })));
    assert!(batch::status(&client(&stub, policy()), "batch_1").await.is_err());
}

#[tokio::test]
async fn starting_a_batch_is_not_tried_again_where_it_may_have_been_started() {
    let calls = |reply: Reply| async move {
        let stub = Stub::start(move |_| reply.clone());
        let error = batch::start(&client(&stub, policy()), "ours-1", "file-1").await.expect_err("it fails");
        (stub.calls(), error.failure.may_have_been_done())
    };
    assert_eq!(calls(Reply::status(500, "")).await, (1, true));
    assert_eq!(calls(Reply::BreakOff("{".to_owned())).await, (1, true));
    assert_eq!(calls(Reply::status(429, "")).await, (3, false));
    assert_eq!(calls(Reply::status(400, "")).await, (1, false));
}

#[tokio::test]
async fn azure_keeps_files_and_batches_beside_its_deployments() {
    let stub = Stub::start(|question| match (question.method.as_str(), question.path.as_str()) {
        ("POST", "/openai/files?api-version=2026-01-01") => Reply::json(&json!({ "id": "file-1" })),
        ("POST", "/openai/batches?api-version=2026-01-01") => {
            Reply::json(&json!({ "id": "batch_1", "status": "validating" }))
        }
        ("GET", "/openai/batches/batch_1?api-version=2026-01-01") => {
            Reply::json(&json!({ "id": "batch_1", "status": "completed", "output_file_id": "file-2" }))
        }
        ("GET", "/openai/files/file-2/content?api-version=2026-01-01") => Reply::status(200, "{}"),
        _ => Reply::status(404, ""),
    });
    let kind = EndpointKind::Azure { deployment: "depl".to_owned(), api_version: "2026-01-01".to_owned() };
    let base_url = stub.url().trim_end_matches("/v1").to_owned();
    let client = Client::new(&Endpoint { kind, base_url, ..endpoint(&stub, policy()) }).unwrap();
    let lines = batch::to_lines(&client, [("key-a", &request("a"))]);
    assert!(lines.contains(r#""url":"/chat/completions""#), "{lines}");
    let file = batch::upload(&client, "ours.jsonl", lines).await.unwrap();
    let started = batch::start(&client, "ours-1", &file).await.unwrap();
    let state = batch::status(&client, &started.id).await.unwrap();
    assert_eq!(batch::download(&client, &state.output_file.unwrap()).await.unwrap(), "{}");
    assert_eq!(stub.questions()[1].json()["endpoint"], "/chat/completions");
    assert!(stub.questions().iter().all(|it| it.headers["api-key"] == "sk-test-key"));
}
