//! A small HTTP client that sends exactly what a test says and shows exactly what came back.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Nothing takes so long unless it hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who calls the service.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    /// Sent with every request.
    pub(crate) headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, headers: Vec::new() }
    }

    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub(crate) fn with_key(&self, key: &str) -> Self {
        self.with("Authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.json("POST", path, body)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.json("PUT", path, body)
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Reply {
        self.json("PATCH", path, body)
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None)
    }

    pub(crate) fn json(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.with("Content-Type", "application/json").send(method, path, Some(body.to_string().as_bytes()))
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Reply {
        let mut stream = self.open();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in &self.headers {
            head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
        }
        if let Some(body) = body {
            head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // A service that has seen enough may close before it has read everything.
        stream.write_all(body.unwrap_or_default()).ok();
        read(&mut BufReader::new(stream))
    }

    /// A connection on which a test says everything itself.
    pub(crate) fn open(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The reply, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The stable code of a problem with this status.
    #[track_caller]
    pub(crate) fn problem(self, status: u16) -> String {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.text());
        let problem = reply.json();
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|it| !it.is_empty()), "{problem}");
        problem["code"].as_str().unwrap().to_owned()
    }
}

/// Reads one reply.
pub(crate) fn read(stream: &mut impl BufRead) -> Reply {
    let (status, headers) = read_head(stream);
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|it| it == "chunked") {
        while let Some(chunk) = read_chunk(stream) {
            body.extend(chunk);
        }
    } else if let Some(length) = headers.get("content-length").and_then(|it| it.parse().ok()) {
        stream.take(length).read_to_end(&mut body).unwrap();
    }
    Reply { status, headers, body }
}

/// Status and headers.
pub(crate) fn read_head(stream: &mut impl BufRead) -> (u16, BTreeMap<String, String>) {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("no reply: `{line}`"));
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        // A header that comes twice, such as a cookie, has a line for each.
        let lines: &mut String = headers.entry(name.to_lowercase()).or_default();
        lines.push_str(if lines.is_empty() { "" } else { "\n" });
        lines.push_str(value);
    }
    (status, headers)
}

/// The next chunk; none at the end.
pub(crate) fn read_chunk(stream: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let length = usize::from_str_radix(line.trim(), 16).unwrap_or_default();
    let mut chunk = vec![0; length];
    stream.read_exact(&mut chunk).unwrap();
    stream.read_line(&mut String::new()).unwrap();
    (length > 0).then_some(chunk)
}
