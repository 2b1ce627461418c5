//! Record and replay: the same questions have the same answers, and any other question has none.

use cairn_llm::{CallFailure, Client, Recording};

use crate::stub::{Reply, Stub};
use crate::{client, completion, policy, request};

async fn recording() -> Recording {
    let stub = Stub::start(|question| Reply::content(&format!("to {}", question.message("user"))));
    let client = client(&stub, policy()).recording();
    for user in ["b", "a"] {
        client.chat(&request(user)).await.unwrap();
    }
    client.recorded().expect("the client records")
}

async fn missing(client: &Client, request: &cairn_llm::ChatRequest) -> String {
    match client.chat(request).await.expect_err("it was not recorded").failure {
        CallFailure::NotRecorded { why } => why,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_recording_answers_what_was_asked() {
    let lines = recording().await.to_lines();
    let client = Client::replaying(Recording::parse(&lines).unwrap());
    let (answer, _) = client.chat(&request("a")).await.unwrap();
    assert_eq!(answer.content, "to a");
    assert_eq!(answer.finish, completion("x").finish);
}

#[tokio::test]
async fn a_recording_is_the_same_whatever_was_asked_first() {
    assert_eq!(recording().await.to_lines(), recording().await.to_lines());
}

#[tokio::test]
async fn a_changed_prompt_has_no_answer_and_the_error_says_what_changed() {
    let client = Client::replaying(recording().await);
    assert_eq!(missing(&client, &request("c")).await, "it differs from the nearest one in the user message");
    let mut drifted = request("a");
    drifted.system.push('!');
    assert_eq!(missing(&client, &drifted).await, "it differs from the nearest one in the system message");
    let mut drifted = request("a");
    drifted.parameters.tokens_max += 1;
    assert_eq!(missing(&client, &drifted).await, "it differs from the nearest one in `max_tokens`");
}

#[test]
fn a_line_that_is_no_exchange_is_named() {
    let error = Recording::parse("\n{\"key\": 1}\n").expect_err("it is not valid");
    assert_eq!(error.line, 2);
}
