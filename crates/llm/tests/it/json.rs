//! JSON out of what models write.

use cairn_llm::parse_leniently;
use serde_json::{Value, json};

#[track_caller]
fn check(text: &str, expected: impl Into<Option<Value>>) {
    assert_eq!(parse_leniently(text).map(|(value, _)| value), expected.into(), "{text}");
}

#[test]
fn clean_json_is_taken_as_it_is() {
    assert_eq!(parse_leniently("{\"a\": [1, 2]}"), Some((json!({ "a": [1, 2] }), false)));
}

#[test]
fn fences_and_words_around_are_left_out() {
    check("Here it is:\n```json\n{\"a\": 1}\n```\nAnything else?", json!({ "a": 1 }));
    check("<think>maybe</think> {\"a\": 1}", json!({ "a": 1 }));
}

#[test]
fn what_breaks_off_keeps_its_whole_items_only() {
    check(r#"{"a": [{"x": 1, "y": 2}, {"x": 3, "y""#, Some(json!({ "a": [{ "x": 1, "y": 2 }] })));
    check(r#"{"a": [{"x": 1, "l": ["p", "q"#, Some(json!({ "a": [] })));
    check(r#"{"a": [1, 2], "b": 12"#, Some(json!({ "a": [1, 2] })));
    check(r#"{"a": [1], "b": "half"#, Some(json!({ "a": [1] })));
}

#[test]
fn commas_and_line_breaks_out_of_place_do_no_harm() {
    check("{\"a\": [1, 2,], \"b\": \"two\nlines\",}", Some(json!({ "a": [1, 2], "b": "two\nlines" })));
}

#[test]
fn what_is_no_object_is_nothing() {
    check("I cannot help with that.", None);
    check("[1, 2]", None);
    check("", None);
}

#[test]
fn depth_is_bounded() {
    let deep = "{\"a\":".repeat(10_000);
    assert!(parse_leniently(&deep).is_some_and(|(value, mended)| mended && value.to_string().len() < 1_000));
    let deep = format!("{{\"a\": {}", "[".repeat(100_000));
    assert!(parse_leniently(&deep).is_some());
}
