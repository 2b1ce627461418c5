//! A model endpoint on the loopback that answers as each test wants: politely, wrongly, slowly, or without end.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Value, json};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Question {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The text of the message of `role`.
    pub(crate) fn message(&self, role: &str) -> String {
        let body = self.json();
        let messages = body["messages"].as_array().cloned().unwrap_or_default();
        let found = messages.iter().find(|message| message["role"] == role);
        found.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
    }
}

/// What the stub does.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Whole(u16, Vec<(&'static str, String)>, String),
    /// Nothing, ever.
    Hang,
    /// A piece of the body every so many milliseconds, without end.
    Drip(u64),
    /// The same bytes as fast as they are taken, without end.
    Endless,
    /// Half of what was announced.
    BreakOff(String),
    /// A chat completion in pieces. The first comes at once, each other one when the test adds a permit.
    Pieces {
        texts: Vec<String>,
        turn: Arc<tokio::sync::Semaphore>,
        /// Whether the answer ends as it should, or the connection breaks off.
        is_whole: bool,
    },
}

impl Reply {
    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Whole(status, Vec::new(), body.to_owned())
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::Whole(200, vec![("content-type", "application/json".to_owned())], body.to_string())
    }

    /// A chat completion as OpenAI writes it.
    pub(crate) fn content(content: &str) -> Self {
        Self::completion(content, "stop", 100, 20)
    }

    pub(crate) fn completion(content: &str, finish: &str, input: u64, output: u64) -> Self {
        Self::json(&json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "stub-1",
            "choices": [{ "index": 0, "finish_reason": finish, "message": { "role": "assistant", "content": content } }],
            "usage": { "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output },
        }))
    }
}

/// A running endpoint; it ends with the value.
pub(crate) struct Stub {
    address: SocketAddr,
    questions: Arc<Mutex<Vec<Question>>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

type Handler = Arc<dyn Fn(&Question) -> Reply + Send + Sync>;

impl Stub {
    pub(crate) fn start(handler: impl Fn(&Question) -> Reply + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let questions = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let state: (Handler, Arc<Mutex<Vec<Question>>>) = (Arc::new(handler), Arc::clone(&questions));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let router = Router::new().fallback(answer).with_state(state).layer(DefaultBodyLimit::disable());
                tokio::select! {
                    ended = axum::serve(listener, router) => ended.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { address, questions, stop: Some(stop) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The requests so far.
    pub(crate) fn questions(&self) -> Vec<Question> {
        self.questions.lock().unwrap().clone()
    }

    pub(crate) fn calls(&self) -> usize {
        self.questions.lock().unwrap().len()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have ended by itself.
            stop.send(()).ok();
        }
    }
}

async fn answer(
    State((handler, questions)): State<(Handler, Arc<Mutex<Vec<Question>>>)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let body = String::from_utf8_lossy(&body).into_owned();
    let question = Question { method: method.to_string(), path, headers, body };
    questions.lock().unwrap().push(question.clone());
    respond(handler(&question)).await
}

async fn respond(reply: Reply) -> Response<Body> {
    match reply {
        Reply::Whole(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Reply::Hang => std::future::pending().await,
        Reply::Drip(every_ms) => stream(Duration::from_millis(every_ms)),
        Reply::Endless => stream(Duration::ZERO),
        Reply::Pieces { texts, turn, is_whole } => pieces(&texts, turn, is_whole),
        Reply::BreakOff(start) => {
            let length = (start.len() + 1_000).to_string();
            let broken = futures_util::stream::iter([Ok(Bytes::from(start)), Err(std::io::Error::other("gone"))]);
            Response::builder().header("content-length", length).body(Body::from_stream(broken)).unwrap()
        }
    }
}

fn pieces(texts: &[String], turn: Arc<tokio::sync::Semaphore>, is_whole: bool) -> Response<Body> {
    let chunk = |delta: &Value, finish: &Value| {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
        let chunk = json!({ "object": "chat.completion.chunk", "model": "stub-1", "choices": [choice], "usage": null });
        format!("data: {chunk}\n\n")
    };
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 100, "completion_tokens": 20 } });
    let end = format!("{}data: {usage}\n\ndata: [DONE]\n\n", chunk(&json!({}), &json!("stop")));
    let mut parts: Vec<Result<String, std::io::Error>> =
        texts.iter().map(|text| Ok(chunk(&json!({ "content": text }), &Value::Null))).collect();
    parts.push(if is_whole { Ok(end) } else { Err(std::io::Error::other("gone")) });
    let begin = (parts.into_iter().enumerate(), turn);
    let body = futures_util::stream::unfold(begin, |(mut parts, turn)| async move {
        let (at, part) = parts.next()?;
        if at > 0 {
            turn.acquire().await.unwrap().forget();
        }
        Some((part.map(Bytes::from), (parts, turn)))
    });
    Response::builder().header("content-type", "text/event-stream").body(Body::from_stream(body)).unwrap()
}

fn stream(pause: Duration) -> Response<Body> {
    let pieces = futures_util::stream::unfold((), move |()| async move {
        if pause > Duration::ZERO {
            tokio::time::sleep(pause).await;
        }
        let piece = if pause > Duration::ZERO { " ".to_owned() } else { " ".repeat(8_192) };
        Some((Ok::<_, std::io::Error>(Bytes::from(piece)), ()))
    });
    Response::new(Body::from_stream(pieces))
}
