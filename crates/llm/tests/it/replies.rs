//! Chat completions in the dialects of servers.

use cairn_llm::{Completion, Finish, Prices, Usage, estimate_tokens};
use serde_json::{Value, json};

fn read(body: &Value) -> Completion {
    Completion::from_json(body).expect("it is a completion")
}

#[test]
fn reasons_of_any_server_are_understood() {
    for (reason, expected) in [
        (json!("stop"), Finish::Stop),
        (json!("eos"), Finish::Stop),
        (json!(""), Finish::Stop),
        (json!(null), Finish::Stop),
        (json!("length"), Finish::Length),
        (json!("content_filter"), Finish::Filtered),
        (json!("tool_calls"), Finish::Other),
    ] {
        let body = json!({ "choices": [{ "finish_reason": reason, "message": { "content": "x" } }] });
        assert_eq!(read(&body).finish, expected, "{reason}");
    }
}

#[test]
fn missing_and_odd_fields_do_not_matter() {
    let body = json!({
        "created": 1.5, "service_tier": "on_demand",
        "choices": [{ "message": { "content": [{ "type": "text", "text": "a" }, { "text": "b" }] } }],
        "usage": { "prompt_tokens": 12.0, "prompt_tokens_details": { "cached_tokens": 8 } },
    });
    let completion = read(&body);
    assert_eq!(completion.content, "ab");
    assert_eq!(completion.usage, Some(Usage { input: 12, cached: 8, output: 0 }));
}

#[test]
fn a_refusal_is_no_text() {
    let body = json!({ "choices": [{ "message": { "content": null, "refusal": "I will not." } }] });
    let completion = read(&body);
    assert_eq!((completion.content.as_str(), completion.refusal.as_deref()), ("", Some("I will not.")));
}

#[test]
fn an_error_with_a_good_status_is_no_completion() {
    assert_eq!(Completion::from_json(&json!({ "error": { "message": "no" } })), None);
    assert_eq!(Completion::from_json(&json!({ "choices": [{}] })), None);
}

#[test]
fn more_tokens_are_never_cached_than_asked() {
    let prices = Prices { input: 1_000_000, cached: 100_000, output: 2_000_000 };
    assert_eq!(prices.of(Usage { input: 10, cached: 4, output: 5 }), 6 + 1 + 10);
    assert_eq!(prices.of(Usage { input: 10, cached: 99, output: 0 }), 1);
}

#[test]
fn estimates_err_upwards() {
    assert_eq!(estimate_tokens(""), 0);
    assert_eq!(estimate_tokens("abcde"), 2);
    assert_eq!(estimate_tokens("日本"), 2);
}
