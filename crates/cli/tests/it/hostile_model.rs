//! An endpoint that does whatever an attacker or a fault would have it do: what reaches the model, and what the user sees.

use serde_json::{Value, json};

use crate::endpoint::{answer, nothing, probed, project, reading, settings};
use crate::project::Project;
use crate::stub::{Reply, Stub};

const PAGE: &str = "# Heron\n\nThe quay broker does not encrypt the catch list at rest.\n\nThe quay broker calls the weir ledger over TLS 1.3. \
    Every request carries a token of 15 minutes.\n";
const OTHER: &str = "# Otter\n\nThe reed mailer signs every letter with the abbot key.\n";

/// Runs over two pages; the project, whatever came of it.
fn scanned(stub: &Stub) -> Project {
    let project = project(stub, PAGE);
    project.write("docs/other.md", OTHER);
    let run = project.run(&["scan", "docs"]);
    assert!(matches!(run.code, 0 | 4), "{}", run.stderr);
    project
}

/// The export of the same pages without any model.
fn without_model() -> Value {
    let project = Project::empty();
    project.write("docs/page.md", PAGE);
    project.write("docs/other.md", OTHER);
    project.succeeds(&["scan", "docs"]);
    exported(&project)
}

/// The export, without what was turned away.
fn exported(project: &Project) -> Value {
    let mut export: Value = serde_json::from_str(&project.export()).unwrap();
    export["rejected"] = json!([]);
    export
}

/// The endpoint says so of every passage of the first page: nothing of it is in the model, and all of it is listed as rejected.
#[track_caller]
fn rejects(lists: &Value, reasons: &[&str]) {
    let lie = answer(lists).to_string();
    let stub = reading(move |passage| if passage.contains("quay") { Reply::content(&lie) } else { nothing() });
    let project = scanned(&stub);
    assert_eq!(exported(&project), without_model(), "{lists}");
    let rejected = project.json(&["claims", "--rejected"]);
    let rejected = rejected["rejected"].as_array().unwrap();
    let found: Vec<&str> = rejected
        .iter()
        .filter(|it| it["extractor"].as_str().unwrap().starts_with("model/"))
        .map(|it| it["reason"].as_str().unwrap())
        .collect();
    assert_eq!(found, reasons, "{rejected:?}");
}

const NOT_THERE: &str = "the quote does not stand in the document";

#[test]
fn quotes_of_other_documents() {
    let quote = "The reed mailer signs every letter with the abbot key.";
    rejects(
        &json!({ "controls": [{ "quote": quote, "status": "implemented", "type": "integrity", "on": [] }] }),
        &[NOT_THERE],
    );
}

#[test]
fn spliced_and_altered_quotes() {
    let control = |quote: &str, kind: &str| json!({ "controls": [{ "quote": quote, "status": "implemented", "type": kind, "on": [] }] });
    rejects(&control("The quay broker does encrypt the catch list at rest.", "encryption_at_rest"), &[NOT_THERE]);
    rejects(&control("The quay broker calls the weir ledger at rest.", "encryption_at_rest"), &[NOT_THERE]);
    rejects(&control("The quay broker does not … over TLS 1.3.", "encryption_in_transit"), &[NOT_THERE]);
}

#[test]
fn honest_quotes_under_false_claims() {
    let denied = "The quay broker does not encrypt the catch list at rest.";
    rejects(
        &json!({ "controls": [{ "quote": denied, "status": "implemented", "type": "encryption_at_rest", "on": [] }] }),
        &["the claim and its quote disagree about whether it is there"],
    );
    let flow = "The quay broker calls the weir ledger over TLS 1.3.";
    rejects(
        &json!({ "flows": [{ "quote": flow, "status": "implemented", "source": "quay broker", "target": "abbot vault" }] }),
        &["a name of the claim does not stand in its quote"],
    );
    rejects(
        &json!({ "accepted_risks": [{ "quote": flow, "status": "implemented", "statement": "all risks are accepted", "about": [] }] }),
        &["the quote does not speak of what the claim says"],
    );
}

#[test]
fn the_prompts_own_example() {
    let quote = "The vent controller reads the soil gauge every minute over plain MQTT.";
    rejects(
        &json!({ "components": [{ "quote": quote, "status": "implemented", "name": "vent controller", "type": "service" }] }),
        &[NOT_THERE],
    );
}

/// The endpoint says so; nothing of it is in the model, and the user is told that the chunk failed or was empty.
#[track_caller]
fn is_unusable(reply: Reply, told: &str) {
    let shown = format!("{reply:?}");
    let stub = reading(move |_| reply.clone());
    let project = scanned(&stub);
    assert_eq!(exported(&project), without_model(), "{shown}");
    let skipped = project.succeeds(&["skipped"]);
    assert!(skipped.contains(told), "{shown}: {skipped}");
}

#[test]
fn claims_without_quotes() {
    for item in [
        json!({ "status": "implemented", "name": "quay broker", "type": "service" }),
        json!({ "quote": "", "status": "implemented", "name": "quay broker", "type": "service" }),
        json!({ "quote": null, "status": "implemented", "name": "quay broker", "type": "service" }),
        json!({ "quote": ["quay"], "status": "implemented", "name": "quay broker", "type": "service" }),
    ] {
        is_unusable(
            Reply::content(&answer(&json!({ "components": [item] })).to_string()),
            "the model's answer cannot be used: no item of the answer has the form asked for",
        );
    }
}

#[test]
fn answers_of_another_form() {
    let form = "the model's answer cannot be used: the answer is not of the form asked for";
    is_unusable(Reply::content("{\"fruit\": \"apple\"}"), form);
    is_unusable(Reply::content("{\"flows\": \"none\", \"components\": 7}"), form);
    let json = "the model's answer cannot be used: the answer is not JSON";
    is_unusable(Reply::content("As a language model, I think that this page is fine."), json);
    is_unusable(Reply::content(""), json);
}

#[test]
fn answers_that_are_no_answers() {
    let failed = "the call to the model failed: the answer is not a chat completion";
    is_unusable(Reply::status(200, "<html><body>Sign in</body></html>"), failed);
    is_unusable(Reply::status(200, "{\"choices\": [{\"message\": {\"content\": \"{"), failed);
    is_unusable(Reply::Endless, "the call to the model failed: the answer is longer than 1048576 bytes");
    is_unusable(Reply::BreakOff("{\"choices\"".to_owned()), "the call to the model failed: the answer broke off");
}

#[test]
fn errors_of_every_kind() {
    let limited = "the call to the model failed: the endpoint asks for fewer calls (status 429)";
    for reply in [
        Reply::status(429, r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#),
        Reply::Whole(429, vec![("retry-after", "0".to_owned())], "{\"error\":{}}".to_owned()),
        Reply::status(429, r#"{"error":{"code":429}}"#),
        Reply::status(429, "Too Many Requests"),
        Reply::status(429, r#"{"detail":"slow down"}"#),
    ] {
        is_unusable(reply, limited);
    }
    is_unusable(Reply::status(500, "oops"), "the endpoint failed (status 500)");
    is_unusable(Reply::status(503, "<html>"), "the endpoint failed (status 503)");
    is_unusable(
        Reply::status(400, "{\"error\":{\"code\":400}}"),
        "the endpoint refuses the request (status 400, `400`)",
    );
}

/// Waiting is bounded by the settings.
fn slow(reply: Reply) -> String {
    let stub = Stub::start(move |question| probed(question).unwrap_or_else(|| reply.clone()));
    let project = project(&stub, PAGE);
    project.write("cairn.toml", settings(&stub, "").replace("3000", "500"));
    assert_eq!(project.run(&["scan", "docs"]).code, 4);
    project.succeeds(&["skipped"])
}

#[test]
fn endpoints_that_never_end() {
    assert!(slow(Reply::Hang).contains("took longer than 500 ms for the first byte of an answer"));
    assert!(slow(Reply::Drip(20)).contains("took longer than 500 ms for a whole answer"));
}

#[test]
fn redirects_stop_the_run_and_reach_nobody() {
    let elsewhere = Stub::start(|_| Reply::content("{}"));
    let target = elsewhere.url();
    let stub = reading(move |_| Reply::Whole(307, vec![("location", target.clone())], String::new()));
    let project = project(&stub, PAGE);
    let run = project.run(&["scan", "docs"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("the endpoint redirects (status 307), which is never followed"), "{}", run.stderr);
    assert_eq!(elsewhere.calls(), 0);
}

#[test]
fn floods_and_foreign_fields_leave_what_is_right() {
    let right = json!({ "quote": "The quay broker calls the weir ledger over TLS 1.3.", "status": "implemented",
        "source": "quay broker", "target": "weir ledger", "protocol": "TLS 1.3", "data": "none", "mode": 7,
        "authentication": { "nested": true }, "evidence": [{ "document": "doc-other", "quote": "x" }],
        "extractor": "structured/1", "confidence": 1, "kind": "component" });
    let mut flows = vec![right];
    flows.extend((0..100_000).map(|it| json!({ "quote": format!("flow {it}"), "source": "a", "target": "b" })));
    let content = json!({ "flows": flows, "__proto__": {}, "tools": ["shell"], "delete": "docs/other.md" }).to_string();
    let stub = reading(move |passage| if passage.contains("quay") { Reply::content(&content) } else { nothing() });
    let project = project(&stub, PAGE);
    project.write("cairn.toml", settings(&stub, "").replace("1048576", "33554432").replace("3000", "60000"));
    project.write("docs/other.md", OTHER);
    project.run(&["scan", "docs"]);
    let claims = project.json(&["claims"]);
    let of_model: Vec<&Value> = claims["claims"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["extractor"].as_str().unwrap().starts_with("model/"))
        .collect();
    assert_eq!(of_model.len(), 1, "{of_model:?}");
    assert_eq!(of_model[0]["protocol"], "TLS 1.3");
    assert_eq!(of_model[0]["evidence"][0]["path"], "page.md");
    assert_eq!(of_model[0].get("data"), None);
}
