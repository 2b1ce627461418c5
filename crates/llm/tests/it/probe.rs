//! What the probe finds out about endpoints of different honesty.

use cairn_llm::{Capabilities, ContextCheck, SchemaSupport, Structured, probe};

use crate::stub::{Question, Reply, Stub};
use crate::{client, policy};

async fn probed(handler: impl Fn(&Question) -> Reply + Send + Sync + 'static) -> Capabilities {
    let stub = Stub::start(handler);
    probe(&client(&stub, policy()), "stub-1", &mut |_, _| {}).await.expect("the endpoint can be used")
}

/// An endpoint that does all that it says.
fn honest(question: &Question) -> Reply {
    let body = question.json();
    let user = question.message("user");
    let tokens = (user.len() / 4) as u64;
    if body["max_tokens"] == 8 {
        return Reply::completion("one, two, three", "length", tokens, 8);
    }
    let content = match body["response_format"]["type"].as_str() {
        Some("json_schema") => "{\"word\": \"quartz-9\"}",
        Some("json_object") => "{\"ok\": true}",
        _ if user.contains("quillwort-4417") => "quillwort-4417",
        _ => "ready",
    };
    Reply::completion(content, "stop", tokens, 3)
}

#[tokio::test]
async fn an_honest_endpoint() {
    let found = probed(honest).await;
    let expected = Capabilities {
        model: "stub-1".to_owned(),
        schema: SchemaSupport::Enforced,
        json_object: true,
        usage: true,
        context: ContextCheck::Whole,
        reports_length: true,
        token_limit_field: "max_tokens".to_owned(),
        temperature: true,
        calls: 5,
    };
    assert_eq!(found, expected);
    assert_eq!(found.structured(), Structured::JsonSchema);
}

#[tokio::test]
async fn a_schema_that_is_ignored_is_noticed() {
    let found = probed(|question| match question.json()["response_format"]["type"].as_str() {
        Some("json_schema") => Reply::content("{\"fruit\": \"apple\"}"),
        _ => honest(question),
    })
    .await;
    assert_eq!((found.schema, found.structured()), (SchemaSupport::Ignored, Structured::JsonObject));
}

#[tokio::test]
async fn a_schema_that_is_refused_is_asked_for_in_words() {
    let found = probed(|question| match question.json()["response_format"]["type"].as_str() {
        Some(_) => Reply::status(400, "{\"error\":{\"code\":400}}"),
        None => honest(question),
    })
    .await;
    assert_eq!((found.schema, found.structured()), (SchemaSupport::Refused, Structured::Text));
}

#[tokio::test]
async fn a_prompt_that_is_cut_is_noticed() {
    let forgetful = |question: &Question| match honest(question) {
        Reply::Whole(_, _, body) if body.contains("quillwort") => Reply::completion("I do not know.", "stop", 1_024, 4),
        other => other,
    };
    assert_eq!(probed(forgetful).await.context, ContextCheck::Cut);
    // It guesses the word, but counts only what it kept.
    let lucky = |question: &Question| match honest(question) {
        Reply::Whole(_, _, body) if body.contains("quillwort") => Reply::completion("quillwort-4417", "stop", 512, 4),
        other => other,
    };
    assert_eq!(probed(lucky).await.context, ContextCheck::Cut);
}

#[tokio::test]
async fn the_names_of_parameters_are_found_out() {
    let found = probed(|question| {
        let body = question.json();
        if body.get("max_tokens").is_some() || body.get("temperature").is_some() {
            return Reply::status(400, "{\"error\":{\"code\":\"unsupported_parameter\"}}");
        }
        honest(question)
    })
    .await;
    assert_eq!((found.token_limit_field.as_str(), found.temperature), ("max_completion_tokens", false));
}

#[tokio::test]
async fn an_endpoint_that_counts_nothing_is_noticed() {
    let found = probed(|_| Reply::json(&serde_json::json!({ "choices": [{ "message": { "content": "hm" } }] }))).await;
    assert!(!found.usage);
    assert!(!found.reports_length);
}

#[tokio::test]
async fn a_model_that_does_not_exist_is_an_error() {
    let stub = Stub::start(|_| Reply::status(404, "{\"error\":{\"code\":\"model_not_found\"}}"));
    let error = probe(&client(&stub, policy()), "nobody", &mut |_, _| {}).await.expect_err("there is no such model");
    assert_eq!(error.to_string(), "the endpoint refuses the request (status 404, `model_not_found`)");
}

#[tokio::test]
async fn every_answer_of_the_probe_is_told_to_whoever_pays() {
    let stub = Stub::start(honest);
    let mut tokens = 0;
    let found = probe(&client(&stub, policy()), "stub-1", &mut |_, completion| {
        tokens += completion.usage.map_or(0, |usage| usage.output);
    })
    .await
    .unwrap();
    assert_eq!((found.calls as usize, tokens), (stub.calls(), 4 * 3 + 8));
}
