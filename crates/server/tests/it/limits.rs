//! Clients that want too much, or take their time.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;

use crate::client::{Reply, read};
use crate::fixture::{start, start_with};

/// What comes back when a connection is told exactly this.
pub(crate) fn say(mut stream: TcpStream, text: &str) -> Reply {
    stream.write_all(text.as_bytes()).unwrap();
    read(&mut BufReader::new(stream))
}

#[test]
fn bodies_have_an_end() {
    let service = start_with(|config| {
        config.body_bytes_max = 1_000;
        config.upload_bytes_max = 5_000;
    });
    service.project("shop");
    let long = json!({ "path": "a.md", "text": "x".repeat(2_000) });
    assert_eq!(service.admin.post("/api/v1/projects/shop/documents", &long).problem(413), "too_large");
    let part = "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\n\r\n";
    let client = service.admin.with("Content-Type", "multipart/form-data; boundary=limit");
    for (length, status) in [(2_000, 202), (6_000, 413)] {
        let form = format!("{part}{}\r\n--limit--\r\n", "x".repeat(length));
        client.send("POST", "/api/v1/projects/shop/uploads", Some(form.as_bytes())).expect(status);
    }
}

#[test]
fn whoever_sends_a_head_or_a_body_too_slowly_is_dropped() {
    let service = start_with(|config| {
        config.header_ms = 200;
        config.request_ms = 200;
    });
    let mut slow = service.anybody().open();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").unwrap();
    let mut rest = String::new();
    // The end of the connection, not an answer to a request that never came.
    slow.read_to_string(&mut rest).unwrap_or_default();
    assert!(!rest.starts_with("HTTP/1.1 200"), "{rest}");

    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{{",
        service.admin.address
    );
    assert_eq!(say(service.anybody().open(), &head).problem(408), "timeout");
    service.anybody().get("/healthz").expect(200);
}

#[test]
fn whoever_takes_nothing_of_an_answer_is_dropped() {
    let service = start_with(|config| config.write_ms = 300);
    service.project("shop");
    // Longer than what a connection holds on its way.
    let text = "A sentence of some words, and another.\n\n".repeat(22_000);
    for number in 0..4 {
        service.paste("shop", &format!("{number}.md"), &text);
    }
    service.read("shop");
    let document = service.all("/api/v1/projects/shop/documents")[0]["id"].as_str().unwrap().to_owned();
    let stalled: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = service.admin.open();
            let (host, key) = (service.admin.address, &service.key);
            for _ in 0..20 {
                let head = format!("GET /api/v1/projects/shop/documents/{document} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n");
                stream.write_all(head.as_bytes()).unwrap();
            }
            stream
        })
        .collect();
    let connections = || {
        let text = service.admin.get("/metrics").expect(200).text();
        let line = text.lines().find(|line| line.starts_with("cairn_http_connections ")).unwrap().to_owned();
        line.split(' ').nth(1).unwrap().parse::<i64>().unwrap()
    };
    let begun = std::time::Instant::now();
    while connections() > 1 {
        assert!(begun.elapsed().as_secs() < 30, "{} connections stay", connections());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(stalled);
}

#[test]
fn only_so_many_connections_are_open() {
    let service = start_with(|config| config.connections_max = 3);
    let held: Vec<TcpStream> = (0..3).map(|_| service.anybody().open()).collect();
    std::thread::sleep(std::time::Duration::from_millis(200));
    let mut turned_away = service.anybody().open();
    turned_away.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").ok();
    let mut answer = Vec::new();
    turned_away.read_to_end(&mut answer).ok();
    assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    drop(held);
    let begun = std::time::Instant::now();
    loop {
        let mut stream = service.anybody().open();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok();
        if answer.starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(begun.elapsed().as_secs() < 30, "nobody is let in any more");
    }
}

#[test]
fn what_is_sent_again_takes_effect_once() {
    let service = start();
    service.project("shop");
    let client = service.admin.with("Idempotency-Key", "one");
    let new = json!({ "id": "bob", "name": "Bob" });
    let first = client.post("/api/v1/people", &new).expect(201);
    let again = client.post("/api/v1/people", &new).expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = client.post("/api/v1/people", &json!({ "id": "eve", "name": "Eve" }));
    assert_eq!(other.problem(422), "idempotency_key_reused");
    // What was refused was not done, and may be sent again under the same key.
    let client = service.admin.with("Idempotency-Key", "two");
    client.post("/api/v1/people", &json!({ "id": "BOB", "name": "x" })).expect(422);
    client.post("/api/v1/people", &json!({ "id": "carol", "name": "x" })).expect(201);
    // Another's key of the same name is another key, and who has lost theirs hears nothing.
    let dave = service.person("dave", Some(("shop", "editor"))).with("Idempotency-Key", "one");
    assert_eq!(dave.post("/api/v1/people", &new).problem(403), "forbidden");
    let nobody = service.anybody().with("Idempotency-Key", "one");
    assert_eq!(nobody.post("/api/v1/people", &new).problem(401), "unauthenticated");
    let secret = service.admin.with("Idempotency-Key", "three");
    let key = json!({ "name": "k", "scope": "viewer" });
    assert_ne!(secret.post("/api/v1/keys", &key).expect(201).body, secret.post("/api/v1/keys", &key).expect(201).body);
}
