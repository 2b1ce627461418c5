//! Traces of the service for a collector: here one that is a few lines of this test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::service::{end, key, serve_with};

/// What was posted: the first line of each request, and its body.
type Taken = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// Takes what is posted to it.
fn collector() -> (SocketAddr, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Taken::default();
    let took = Arc::clone(&taken);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap_or_default() > 2 {}
            let lower = head.to_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or_default()];
            reader.read_exact(&mut body).ok();
            took.lock().unwrap().push((head.lines().next().unwrap_or_default().to_owned(), body));
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    (address, taken)
}

fn has(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|it| it == word.as_bytes())
}

#[test]
fn requests_and_jobs_reach_the_collector_and_no_word_of_a_document_does() {
    let (address, taken) = collector();
    let folder = TempDir::new().unwrap();
    let endpoint = format!("http://{address}");
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_SERVICE_NAME", "cairn-of-a-test")];
    let mut served = serve_with(&folder.path().join("data"), "error", &environment);
    let client = served.client.with_key(&key(&served.said));
    client.post("/api/v1/projects", &json!({ "id": "shop", "name": "Wombat" })).expect(201);
    let text = "# Zanzibar\n\nThe `quagga-api` stores orders in the `okapi-db` without encryption.\n";
    let document = json!({ "path": "numbat.md", "text": text });
    let job = client.post("/api/v1/projects/shop/documents", &document).expect(202).json()["job"]["id"].clone();
    let path = format!("/api/v1/projects/shop/jobs/{}", job.as_str().unwrap());
    while client.get(&path).expect(200).json()["state"] != "done" {
        std::thread::sleep(Duration::from_millis(20));
    }
    client.get("/api/v1/projects/shop/search?q=quagga&by=words").expect(200);
    // What was not sent yet is sent at the end, which still comes in time.
    end(&mut served.process);
    let taken = taken.lock().unwrap();
    assert!(taken.iter().all(|(line, _)| line == "POST /v1/traces HTTP/1.1"), "{taken:?}");
    let sent: Vec<u8> = taken.iter().flat_map(|(_, body)| body.clone()).collect();
    for word in ["cairn-of-a-test", "request", "/api/v1/projects/{project}/search", "job", "scan"] {
        assert!(has(&sent, word), "`{word}` is in no span");
    }
    for word in ["Zanzibar", "quagga", "okapi", "numbat", "Wombat", "without encryption", &key(&served.said)] {
        assert!(!has(&sent, word), "`{word}` was sent");
    }
}

#[test]
fn a_collector_that_is_away_holds_nothing_up() {
    let folder = TempDir::new().unwrap();
    // Nobody answers there, and nobody refuses either.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    let mut served = serve_with(&folder.path().join("data"), "warn", &environment);
    served.client.get("/healthz").expect(200);
    end(&mut served.process);
}
