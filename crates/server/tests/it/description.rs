//! The description of the API: it is what the router does, and each operation says what it needs to.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::fixture::start;

fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    operations
}

#[test]
fn the_operations_are_these() {
    let description = serde_json::to_value(cairn_server::openapi()).unwrap();
    let mut text = String::new();
    for (method, path, operation) in operations(&description) {
        let role = operation["security"][0]["key"][0].as_str().unwrap_or("public");
        writeln!(text, "{role:9} {method:6} {path}").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_operation_is_named_explained_and_tells_of_problems() {
    let description = serde_json::to_value(cairn_server::openapi()).unwrap();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&description) {
        let place = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|it| it.ends_with('.')), "{place}");
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{place}: its name is another's");
        assert!(operation["responses"]["default"]["content"]["application/problem+json"].is_object(), "{place}");
        for part in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(parameters.iter().any(|it| it["in"] == "path" && it["name"] == part), "{place}: `{part}`");
        }
    }
    let text = description.to_string();
    for part in text.split("\"$ref\":\"").skip(1) {
        let name = part.split('"').next().unwrap().trim_start_matches("#/components/schemas/");
        assert!(description["components"]["schemas"][name].is_object(), "nothing describes `{name}`");
    }
}

#[test]
fn what_a_body_may_hold_is_said_to_the_last_field() {
    let description = serde_json::to_value(cairn_server::openapi()).unwrap();
    let schemas = &description["components"]["schemas"];
    let mut bodies = BTreeSet::new();
    // Clients of the form that is not ours send fields that we do not know, and may.
    for (_, _, operation) in operations(&description).into_iter().filter(|(_, path, _)| path.starts_with("/api/")) {
        let content = operation["requestBody"]["content"].as_object();
        for schema in content.into_iter().flat_map(|it| it.values()).filter_map(|it| it["schema"]["$ref"].as_str()) {
            bodies.insert(schema.trim_start_matches("#/components/schemas/").to_owned());
        }
    }
    bodies.insert("Place".to_owned());
    assert!(bodies.len() > 10, "{bodies:?}");
    for name in bodies {
        let choices = schemas[&name]["oneOf"].as_array().cloned();
        for object in choices.unwrap_or_else(|| vec![schemas[&name].clone()]) {
            assert_eq!(object["additionalProperties"], false, "{name}: {object}");
        }
    }
}

#[test]
fn the_router_answers_what_is_described_and_nothing_else() {
    let service = start();
    let description = service.anybody().get("/api/v1/openapi.json").expect(200).json();
    assert_eq!(description, serde_json::to_value(cairn_server::openapi()).unwrap());
    let described = operations(&description);
    let paths: BTreeSet<&String> = described.iter().map(|(_, path, _)| path).collect();
    for path in paths {
        let address = path.replace(['{', '}'], "");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            let is_described = described.iter().any(|(of, at, _)| of == method && at == path);
            let status = service.anybody().send(method, &address, Some(b"")).status;
            assert_eq!(status != 405, is_described, "{method} {path}: {status}");
        }
    }
    for address in ["/api", "/api/v1", "/api/v1/nothing", "/api/v2/projects", "/healthz/", "/.env"] {
        assert_eq!(service.admin.get(address).problem(404), "not_found");
    }
}

#[test]
fn what_the_assistant_is_asked_and_told_is_said_to_the_last_line() {
    let description = serde_json::to_value(cairn_server::openapi()).unwrap();
    let schemas = &description["components"]["schemas"];
    for (schema, field, max) in [("AskRequest", "before", 50), ("ProposalRequest", "about", 16)] {
        let lines = &schemas[schema]["properties"][field];
        assert_eq!(lines["maxItems"], max, "{lines}");
        assert!(lines["items"]["pattern"].is_string() && lines["items"]["maxLength"].is_number(), "{lines}");
    }
    assert!(schemas["ProposalRequest"]["properties"]["kind"]["pattern"].as_str().unwrap().contains("accepted_risk"));
    // An event has fields; it is no text.
    let streams = operations(&description).into_iter().filter_map(|(_, _, operation)| {
        let stream = &operation["responses"]["200"]["content"]["text/event-stream"];
        stream.is_object().then(|| stream["schema"]["type"].clone())
    });
    assert!(streams.into_iter().all(|it| it == "object"));
}
