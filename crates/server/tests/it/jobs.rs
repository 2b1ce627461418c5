//! Jobs: what fails is tried again and then put aside, what is broken holds up nothing else, and nobody asks for too much.

use std::io::BufReader;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::client::{read_chunk, read_head};
use crate::fixture::{documents, start, start_with};

#[test]
fn a_source_that_is_gone_is_tried_again_and_put_aside_while_others_go_on() {
    let service = start_with(|config| config.source_roots = vec![std::env::temp_dir()]);
    service.project("shop");
    let good = service.folder.path().join("good");
    let bad = service.folder.path().join("bad");
    documents(&good, &[("a.md", "# A\n\nThe `one-api` calls the `two-api`.\n")]);
    documents(&bad, &[("b.md", "# B\n\nThe `three-api` calls the `two-api`.\n")]);
    for (id, path) in [("bad", &bad), ("good", &good)] {
        let new = json!({ "id": id, "place": { "kind": "folder", "path": path } });
        service.admin.post("/api/v1/projects/shop/sources", &new).expect(201);
    }
    service.settle("shop");
    std::fs::remove_dir_all(&bad).unwrap();
    documents(&good, &[("c.md", "# C\n\nThe `four-api` calls the `two-api`.\n")]);
    let failing = service.admin.post("/api/v1/projects/shop/sources/bad/sync", &json!({})).expect(202).json();
    let working = service.admin.post("/api/v1/projects/shop/sources/good/sync", &json!({})).expect(202).json();
    service.wait("shop", working["id"].as_str().unwrap(), "done");
    let dead = service.wait("shop", failing["id"].as_str().unwrap(), "dead");
    assert_eq!(dead["attempts"], dead["attempts_max"]);
    assert!(dead["outcome"]["error"].as_str().unwrap().contains("cannot be opened"), "{dead}");
    service.settle("shop");
    // What the broken source said stays, what the other says now is there.
    let paths: Vec<String> = service
        .all("/api/v1/projects/shop/documents")
        .iter()
        .map(|it| it["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["bad/b.md", "good/a.md", "good/c.md"]);
    let source = service.admin.get("/api/v1/projects/shop/sources/bad").expect(200).json();
    assert!(source["error"].is_string() && source["ok_at"].is_string(), "{source}");

    documents(&bad, &[("b.md", "# B\n\nThe `three-api` calls the `five-api`.\n")]);
    let dead = service.all("/api/v1/projects/shop/jobs?state=dead");
    assert_eq!(dead.len(), 1);
    let path = format!("/api/v1/projects/shop/jobs/{}/retry", dead[0]["id"].as_str().unwrap());
    service.admin.post(&path, &json!({})).expect(202);
    service.wait("shop", dead[0]["id"].as_str().unwrap(), "done");
    assert_eq!(service.admin.post(&path, &json!({})).problem(409), "not_ended");
    let source = service.admin.get("/api/v1/projects/shop/sources/bad").expect(200).json();
    assert_eq!(source["error"], Value::Null);
}

#[test]
fn who_asks_for_more_than_may_wait_is_told_when_to_come_again() {
    let service = start_with(|config| {
        config.queue_max = 1;
        config.workers = 1;
    });
    for number in 0..4 {
        service.project(&format!("shop-{number}"));
    }
    // Of many asked for at once, some find the queue full; each is told, and none is lost or doubled.
    let mut refused = 0;
    for round in 0..40 {
        let reply = service.admin.post(&format!("/api/v1/projects/shop-{}/scans", round % 4), &json!({}));
        if reply.status == 429 {
            assert_eq!(reply.header("retry-after"), "10");
            assert_eq!(reply.problem(429), "queue_full");
            refused += 1;
        } else {
            reply.expect(202);
        }
    }
    assert!(refused > 0);
}

#[test]
fn the_same_work_waits_once() {
    let service = start_with(|config| config.workers = 1);
    service.project("shop");
    let ids: Vec<String> = (0..20)
        .map(|_| {
            service.admin.post("/api/v1/projects/shop/scans", &json!({})).expect(202).json()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let jobs = service.settle("shop");
    assert!(jobs.len() < ids.len(), "{} jobs", jobs.len());
    assert!(jobs.iter().all(|job| job["state"] == "done"), "{jobs:?}");
}

#[test]
fn a_job_can_be_followed_to_its_end() {
    let service = start();
    service.project("shop");
    for number in 0..30 {
        service.paste(
            "shop",
            &format!("{number}.md"),
            &format!("# {number}\n\nThe `api-{number}` calls the `db-{number}`.\n"),
        );
    }
    let job = service.admin.post("/api/v1/projects/shop/scans", &json!({})).expect(202).json();
    let mut stream = service.admin.open();
    let path = format!("/api/v1/projects/shop/jobs/{}/events", job["id"].as_str().unwrap());
    let (host, key) = (service.admin.address, &service.key);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n").unwrap();
    let mut stream = BufReader::new(stream);
    let (status, headers) = read_head(&mut stream);
    assert_eq!((status, headers["content-type"].as_str()), (200, "text/event-stream"));
    let mut states = Vec::new();
    while let Some(chunk) = read_chunk(&mut stream) {
        let text = String::from_utf8(chunk).unwrap();
        let data = text.lines().find_map(|line| line.strip_prefix("data: "));
        let Some(data) = data else { continue };
        assert!(text.contains("event: job"), "{text}");
        states.push(serde_json::from_str::<Value>(data).unwrap()["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(states.last().unwrap(), "done", "{states:?}");
}

#[test]
fn a_job_that_waits_can_be_ended_and_tried_again() {
    let service = start_with(|config| config.workers = 1);
    service.project("one");
    service.project("two");
    for number in 0..40 {
        service.paste(
            "one",
            &format!("{number}.md"),
            &format!("# {number}\n\nThe `api-{number}` calls the `db-{number}`.\n"),
        );
    }
    let waiting = service.admin.post("/api/v1/projects/two/scans", &json!({})).expect(202).json();
    let path = format!("/api/v1/projects/two/jobs/{}", waiting["id"].as_str().unwrap());
    let ended = service.admin.post(&format!("{path}/cancel"), &json!({}));
    // It may have been quicker than we are; then there is nothing to end.
    if ended.status == 202 {
        service.settle("two");
        let state = service.admin.get(&path).expect(200).json()["state"].clone();
        if state == "cancelled" {
            service.admin.post(&format!("{path}/retry"), &json!({})).expect(202);
            service.wait("two", waiting["id"].as_str().unwrap(), "done");
        }
    }
    assert_eq!(service.admin.post(&format!("{path}/cancel"), &json!({})).problem(409), "ended");
    assert_eq!(service.admin.post("/api/v1/projects/two/jobs/none/cancel", &json!({})).problem(404), "not_found");
}
