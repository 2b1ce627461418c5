//! Speaks to endpoints on the loopback that behave in every way a test needs, and looks at what comes of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing field is a failed test")]

mod stub;

mod batch;
mod fetch;
mod json;
mod pieces;
mod probe;
mod prompt;
mod recording;
mod replies;
mod spans;
mod transport;

use cairn_llm::{
    ApiKey, ChatRequest, Client, Completion, Endpoint, EndpointKind, Parameters, Policy, Structured, TokenLimitField,
};

/// The rules of the tests: as in life, but quick.
fn policy() -> Policy {
    Policy {
        connect_ms: 2_000,
        first_byte_ms: 2_000,
        attempt_ms: 2_000,
        attempts_max: 3,
        backoff_ms: 1,
        backoff_ms_max: 1_000,
        response_bytes_max: 1 << 20,
        ..Policy::default()
    }
}

fn endpoint(stub: &stub::Stub, policy: Policy) -> Endpoint {
    Endpoint {
        kind: EndpointKind::OpenAi,
        base_url: stub.url(),
        api_key: ApiKey::new("sk-test-key"),
        proxy: None,
        policy,
    }
}

fn client(stub: &stub::Stub, policy: Policy) -> Client {
    Client::new(&endpoint(stub, policy)).unwrap()
}

fn request(user: &str) -> ChatRequest {
    ChatRequest {
        system: "Answer in JSON.".to_owned(),
        user: user.to_owned(),
        schema: Some(("probe".to_owned(), serde_json::json!({ "type": "object" }))),
        parameters: Parameters {
            model: "stub-1".to_owned(),
            temperature_thousandths: Some(0),
            seed: Some(7),
            tokens_max: 100,
            token_limit_field: TokenLimitField::MaxTokens,
            structured: Structured::JsonSchema,
        },
    }
}

fn completion(content: &str) -> Completion {
    Completion::from_json(&serde_json::json!({ "choices": [{ "message": { "content": content } }] })).unwrap()
}
