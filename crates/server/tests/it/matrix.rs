//! Every operation of the description against every role, in the caller's own project and in another's. The description is made of the
//! router, so that no operation can be forgotten here.

use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::fixture::{Running, start};

/// Operations that anybody may call. Whoever adds one here says that it tells nothing.
const PUBLIC: [&str; 5] =
    ["get /healthz", "get /readyz", "get /api/v1/openapi.json", "post /api/v1/session", "post /api/v1/webhooks/{hook}"];
/// What operations ask for, the least first.
const LADDER: [&str; 6] = ["anyone", "viewer", "reviewer", "editor", "admin", "operator"];

struct Operation {
    name: String,
    method: String,
    path: String,
    least: Option<String>,
}

fn operations(service: &Running) -> Vec<Operation> {
    let description = service.anybody().get("/api/v1/openapi.json").expect(200).json();
    let mut operations = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let least = operation["security"][0]["key"][0].as_str().map(str::to_owned);
            let name = format!("{method} {path}");
            operations.push(Operation { name, method: method.to_uppercase(), path: path.clone(), least });
        }
    }
    operations
}

fn rank(role: &str) -> usize {
    LADDER.iter().position(|it| *it == role).unwrap_or_else(|| panic!("no role `{role}`"))
}

/// Calls an operation on a project; other things that its path names are not there.
fn call(client: &Client, operation: &Operation, project: &str) -> Reply {
    let path = operation.path.replace("{project}", project).replace("{format}", "json");
    let path: Vec<String> = path
        .split('/')
        .map(|part| if part.starts_with('{') { "nothing".to_owned() } else { part.to_owned() })
        .collect();
    let query = if operation.path.ends_with("/search") { "?q=x&by=words" } else { "" };
    let path = format!("{}{query}", path.join("/"));
    if operation.method == "GET" { client.get(&path) } else { client.json(&operation.method, &path, &json!({})) }
}

/// Whether the caller was let in: what they asked for may still not be there, or not be of the right form.
fn is_let_in(reply: &Reply) -> bool {
    let code = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    match reply.status {
        401 | 403 => false,
        404 => code == "not_found",
        _ => true,
    }
}

#[test]
fn every_operation_lets_in_whom_it_says_and_nobody_else() {
    let service = start();
    // Deleting comes last of all, so that there is something to be called on.
    let mut operations = operations(&service);
    operations.sort_by_key(|it| (it.name == "delete /api/v1/projects/{project}", it.name == "delete /api/v1/session"));
    assert!(operations.len() > 50, "{} operations", operations.len());
    let mut calls = 0;
    for (number, role) in ["viewer", "reviewer", "editor", "admin"].into_iter().enumerate() {
        let (own, foreign) = (format!("own-{number}"), format!("foreign-{number}"));
        service.project(&own);
        service.project(&foreign);
        let client = service.person(&format!("person-{number}"), Some((&own, role)));
        for operation in &operations {
            let Some(least) = &operation.least else { continue };
            let may = rank(role) >= rank(least);
            let of_own = call(&client, operation, &own);
            assert_eq!(is_let_in(&of_own), may, "{role}: {}: {} {}", operation.name, of_own.status, of_own.text());
            assert!(of_own.status < 500, "{role}: {}: {}", operation.name, of_own.text());
            calls += 1;
            if operation.path.contains("{project}") {
                let of_foreign = call(&client, operation, &foreign);
                assert_eq!(of_foreign.clone().problem(404), "project_not_found", "{role}: {}", operation.name);
                // What is not there and what is another's cannot be told apart.
                let of_none = call(&client, operation, "no-such-project");
                assert_eq!(of_foreign.body, of_none.body, "{role}: {}", operation.name);
                calls += 2;
            }
        }
    }
    println!("{calls} calls by role");
}

#[test]
fn nobody_gets_in_without_a_key() {
    let service = start();
    service.project("own");
    let mut public = Vec::new();
    let nonsense = "cairn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000";
    let strangers =
        [service.anybody(), service.anybody().with_key(nonsense), service.anybody().with("Cookie", "cairn-session=x")];
    for operation in operations(&service) {
        if operation.least.is_none() {
            public.push(operation.name);
            continue;
        }
        for stranger in &strangers {
            assert_eq!(call(stranger, &operation, "own").problem(401), "unauthenticated", "{}", operation.name);
        }
    }
    public.sort_by_key(|name| PUBLIC.iter().position(|it| it == name));
    assert_eq!(public, PUBLIC);
}

#[test]
fn what_only_operators_may_do_is_refused_to_the_best_of_members() {
    let service = start();
    service.project("own");
    let admin = service.person("ada", Some(("own", "admin")));
    for operation in operations(&service).iter().filter(|it| it.least.as_deref() == Some("operator")) {
        assert_eq!(call(&admin, operation, "own").problem(403), "forbidden", "{}", operation.name);
    }
}
