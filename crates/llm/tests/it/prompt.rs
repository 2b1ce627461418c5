//! Prompts: what is sent, word for word, and what a prompt file may not do.

use cairn_llm::{BUILT_IN_PROMPTS, BUILT_IN_SHARED_PROMPT, Prompt};
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
        Prompt::parse(name, BUILT_IN_SHARED_PROMPT, text).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_question_of_the_first_reading() {
    insta::assert_snapshot!(Prompt::built_in("parts").unwrap().render(values()).unwrap());
}

#[test]
fn the_question_of_a_further_reading_of_a_table() {
    let mut values = values();
    values["pass"] = json!(2);
    values["names"] = json!("");
    values["table_header"] = json!("Service | Port");
    insta::assert_snapshot!(Prompt::built_in("parts").unwrap().render(values).unwrap());
}

#[test]
fn the_instructions() {
    for (name, _) in BUILT_IN_PROMPTS {
        insta::assert_snapshot!(format!("the_instructions_for_{name}"), Prompt::built_in(name).unwrap().system());
    }
}

#[test]
fn all_prompts_begin_alike_and_ask_for_each_kind_once() {
    let prompts: Vec<Prompt> = BUILT_IN_PROMPTS.iter().map(|(name, _)| Prompt::built_in(name).unwrap()).collect();
    let rules = prompts[0].system().split_once("\nList ").unwrap().0;
    assert!(rules.len() > 1_000 && prompts.iter().all(|it| it.system().starts_with(rules)));
    let lists = prompts.iter().flat_map(|it| it.schema()["properties"].as_object().unwrap().keys().cloned());
    let mut lists: Vec<String> = lists.collect();
    lists.sort();
    let mut kinds = cairn_model::ClaimKind::ALL.map(cairn_model::ClaimKind::list).map(str::to_owned).to_vec();
    kinds.sort();
    assert_eq!(lists, kinds);
}

#[test]
fn text_is_never_template() {
    let mut values = values();
    values["text"] = json!("{{ mark }} {% for it in x %} {# gone #}");
    let rendered = Prompt::built_in("parts").unwrap().render(values).unwrap();
    assert!(rendered.contains("{{ mark }} {% for it in x %} {# gone #}"));
}

#[test]
fn a_changed_word_is_another_prompt() {
    let (name, text) = BUILT_IN_PROMPTS[0];
    let digest = |shared: &str, text: &str| Prompt::parse(name, shared, text).unwrap().digest().to_owned();
    let base = digest(BUILT_IN_SHARED_PROMPT, text);
    assert_ne!(base, digest(BUILT_IN_SHARED_PROMPT, &text.replace("three things", "3 things")));
    assert_ne!(base, digest(&BUILT_IN_SHARED_PROMPT.replace("one passage", "a passage"), text));
}

#[track_caller]
fn refused(schema: &str, reason: &str) {
    let text = format!("system = ''\nschema = '{schema}'\n");
    let error = Prompt::parse("own", BUILT_IN_SHARED_PROMPT, &text).expect_err(schema);
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
    let shared = "system = ''\nuser = '{{ no_such }}'\n";
    let prompt = Prompt::parse("own", shared, "system = ''\nschema = '{}'\n").unwrap();
    assert!(prompt.render(values()).is_err());
}
