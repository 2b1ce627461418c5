//! Prompts: what is sent, word for word, and what a prompt file may not do.

use cairn_llm::{BUILT_IN_PROMPTS, Prompt};
use serde_json::json;

fn values() -> serde_json::Value {
    json!({
        "mark": "=====0123456789abcdef",
        "path": "docs/design.md",
        "source_type": "design",
        "title": "Design",
        "headings": "Design > Storage",
        "names": "order service; ledger database",
        "table_header": "",
        "text": "The order service writes to the ledger database.",
        "pass": 1,
    })
}

#[test]
fn every_built_in_prompt_is_valid() {
    for (name, text) in BUILT_IN_PROMPTS {
        Prompt::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_question_of_the_first_reading() {
    insta::assert_snapshot!(Prompt::built_in("claims").unwrap().render(values()).unwrap());
}

#[test]
fn the_question_of_a_further_reading_of_a_table() {
    let mut values = values();
    values["pass"] = json!(2);
    values["names"] = json!("");
    values["table_header"] = json!("Service | Port");
    insta::assert_snapshot!(Prompt::built_in("claims").unwrap().render(values).unwrap());
}

#[test]
fn the_instructions() {
    insta::assert_snapshot!(Prompt::built_in("claims").unwrap().system());
}

#[test]
fn text_is_never_template() {
    let mut values = values();
    values["text"] = json!("{{ mark }} {% for it in x %} {# gone #}");
    let rendered = Prompt::built_in("claims").unwrap().render(values).unwrap();
    assert!(rendered.contains("{{ mark }} {% for it in x %} {# gone #}"));
}

#[test]
fn a_changed_word_is_another_prompt() {
    let (name, text) = BUILT_IN_PROMPTS[0];
    let changed = text.replace("one passage", "a passage");
    assert_ne!(Prompt::parse(name, text).unwrap().digest(), Prompt::parse(name, &changed).unwrap().digest());
}

#[track_caller]
fn refused(schema: &str, reason: &str) {
    let text = format!("system = ''\nuser = ''\nschema = '{schema}'\n");
    let error = Prompt::parse("own", &text).expect_err(schema);
    assert!(error.to_string().contains(reason), "{error}");
}

#[test]
fn schemas_that_some_engine_fails_on_are_refused() {
    refused(r#"{"type": "string", "maxLength": 20}"#, "maxLength");
    refused(r#"{"type": "object", "properties": {"a": {}}, "required": ["a"]}"#, "additionalProperties");
    refused(r#"{"type": "object", "additionalProperties": false, "properties": {"a": {}}, "required": []}"#, "`a`");
    refused(r#"{"type": "array", "items": {"type": "string", "pattern": "x"}}"#, "pattern");
    refused("{", "not JSON");
}

#[test]
fn a_template_that_names_what_does_not_exist_fails() {
    let prompt = Prompt::parse("own", "system = ''\nuser = '{{ no_such }}'\nschema = '{}'\n").unwrap();
    assert!(prompt.render(values()).is_err());
}
