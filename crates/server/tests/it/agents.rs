//! Projects for agents over HTTP: who may come in, what they may do, and both forms of the protocol.

use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::fixture::{Running, start};

const MCP: &str = "/api/v1/projects/shop/mcp";
const OLD: &str = "2025-06-18";
const NEW: &str = "2026-07-28";

fn shop() -> Running {
    let service = start();
    service.shop("shop");
    service
}

fn accepting(client: &Client) -> Client {
    client.with("Accept", "application/json, text/event-stream")
}

/// A request in the form of before.
fn old(client: &Client, method: &str, params: &Value) -> Reply {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    accepting(client).with("MCP-Protocol-Version", OLD).post(MCP, &body)
}

/// A request that stands alone, as the newest revision has it.
fn new(client: &Client, method: &str, params: &Value) -> Reply {
    let mut params = params.clone();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": NEW,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    let client = accepting(client).with("MCP-Protocol-Version", NEW).with("Mcp-Method", method);
    let client = match params["name"].as_str().or(params["uri"].as_str()) {
        Some(name) if method != "tools/list" => client.with("Mcp-Name", name),
        _ => client,
    };
    client.post(MCP, &json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
}

/// The answer, whether it came as JSON or as the one event of a stream.
fn result(reply: &Reply) -> Value {
    let text = reply.text();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: ")).find(|it| it.contains("jsonrpc"));
    serde_json::from_str(data.unwrap_or(&text)).unwrap_or_else(|_| panic!("no answer: {reply:?}"))
}

fn tools(reply: &Reply) -> Vec<String> {
    let listed = result(reply);
    listed["result"]["tools"]
        .as_array()
        .unwrap_or_else(|| panic!("{listed}"))
        .iter()
        .map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_no_request_of_the_protocol_is_a_problem_like_any_other() {
    let service = shop();
    let refused = service.admin.post(MCP, &json!({})).expect(406);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["code"], "not_acceptable");
}

#[test]
fn both_revisions_of_the_protocol_are_served_without_a_session() {
    let service = shop();
    let hello = json!({ "protocolVersion": OLD, "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } });
    let met = old(&service.admin, "initialize", &hello).expect(200);
    assert_eq!(result(&met)["result"]["serverInfo"]["name"], "cairn");
    assert_eq!(met.header("mcp-session-id"), "");
    assert!(tools(&old(&service.admin, "tools/list", &json!({})).expect(200)).contains(&"ask".to_owned()));
    let found = new(&service.admin, "server/discover", &json!({})).expect(200);
    assert!(found.text().contains(NEW), "{}", found.text());
    assert!(tools(&new(&service.admin, "tools/list", &json!({})).expect(200)).contains(&"ask".to_owned()));
    let asked = json!({ "name": "ask", "arguments": { "question": "what does the basket-api call?" } });
    let answer = result(&new(&service.admin, "tools/call", &asked).expect(200));
    assert_eq!(answer["result"]["structuredContent"]["status"], "answered", "{answer}");
    for method in ["GET", "DELETE"] {
        assert_eq!(accepting(&service.admin).send(method, MCP, None).status, 405);
    }
}

#[test]
fn viewers_read_and_only_reviewers_are_offered_what_writes() {
    let service = shop();
    let viewer = service.person("eve", Some(("shop", "viewer")));
    let reviewer = service.person("ada", Some(("shop", "reviewer")));
    let writing = ["propose_claim", "record_decision"];
    let of = |client: &Client| tools(&old(client, "tools/list", &json!({})).expect(200));
    let (read, all) = (of(&viewer), of(&reviewer));
    assert!(read.len() > 8 && writing.iter().all(|it| !read.iter().any(|name| name == it)), "{read:?}");
    assert_eq!(all.len(), read.len() + writing.len(), "{all:?}");
    let threat = service.all("/api/v1/projects/shop/threats")[0]["id"].clone();
    let decision = |confirmed: bool| {
        json!({ "name": "record_decision", "arguments": { "threat": threat, "action": "accept", "reason": "known", "by": "Somebody Else",
            "owner": "Ada", "expires": "2999-12-31", "confirmed": confirmed } })
    };
    let file = service.project_folder("shop").join("cairn.decisions.toml");
    assert!(result(&old(&viewer, "tools/call", &decision(true)))["error"].is_object());
    assert_eq!(result(&old(&reviewer, "tools/call", &decision(false)).expect(200))["result"]["isError"], true);
    assert!(!file.exists());
    let written = result(&old(&reviewer, "tools/call", &decision(true)).expect(200));
    assert_eq!(written["result"]["isError"], false, "{written}");
    let decisions = std::fs::read_to_string(&file).unwrap();
    assert!(decisions.contains("\"ada\"") && !decisions.contains("Somebody Else"), "{decisions}");
    assert!(service.admin.get("/api/v1/projects/shop/audit").expect(200).text().contains("decision.create"));
}

#[test]
fn strangers_other_projects_other_hosts_and_other_origins_are_turned_away() {
    let service = shop();
    service.project("other");
    let viewer = service.person("eve", Some(("other", "viewer")));
    assert_eq!(old(&service.anybody(), "tools/list", &json!({})).problem(401), "unauthenticated");
    assert_eq!(old(&viewer, "tools/list", &json!({})).problem(404), "project_not_found");
    let evil = service.admin.with("Origin", "https://canary.invalid");
    assert_eq!(old(&evil, "tools/list", &json!({})).status, 403);
    let own = service.admin.with("Origin", &format!("http://{}", service.admin.address));
    assert_eq!(old(&own, "tools/list", &json!({})).status, 200);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
    let mut stream = service.admin.open();
    let head = format!(
        "POST {MCP} HTTP/1.1\r\nHost: canary.invalid\r\nConnection: close\r\nAuthorization: Bearer {}\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        service.key,
        body.len()
    );
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    assert_eq!(crate::client::read(&mut std::io::BufReader::new(stream)).status, 403);
}

#[test]
fn what_stands_in_the_header_and_in_the_body_must_be_the_same() {
    let service = shop();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "_meta": {
        "io.modelcontextprotocol/protocolVersion": NEW, "io.modelcontextprotocol/clientCapabilities": {} } } });
    let client = accepting(&service.admin).with("MCP-Protocol-Version", NEW);
    let other = client.with("Mcp-Method", "tools/call").post(MCP, &body);
    assert_eq!((other.status, result(&other)["error"]["code"].as_i64()), (400, Some(-32020)), "{}", other.text());
    let none = result(&new(&service.admin, "tools/dance", &json!({})));
    assert_eq!(none["error"]["code"], -32601, "{none}");
}
