//! Answers that come piece by piece, as server-sent events: put together again, and told of while they grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Completion;

/// The end of a stream.
const DONE: &str = "[DONE]";

/// Where the bytes of an answer go while they come.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    bytes: UnboundedSender<Vec<u8>>,
    has_begun: Arc<AtomicBool>,
}

impl Heard {
    pub(crate) fn channel() -> (Self, UnboundedReceiver<Vec<u8>>) {
        let (bytes, received) = unbounded_channel();
        (Self { bytes, has_begun: Arc::default() }, received)
    }

    /// Whoever listens may be gone: the whole answer comes in another way.
    pub(crate) fn tell(&self, bytes: &[u8]) {
        self.has_begun.store(true, Ordering::Relaxed);
        self.bytes.send(bytes.to_vec()).ok();
    }

    /// Whether something was told, so that the same question must not be asked once more.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }
}

/// What came so far of an answer in pieces.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// The last line, as long as its end is missing.
    line: Vec<u8>,
    content: String,
    refusal: String,
    finish: Value,
    usage: Value,
    model: Value,
    is_done: bool,
}

impl Pieces {
    /// Takes more bytes. Says whether the text has grown.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> bool {
        let before = self.content.len();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(&String::from_utf8_lossy(&line));
            }
        }
        self.content.len() > before
    }

    /// The text so far.
    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// The whole answer in `body`. `None` when it is not one, or not whole.
    pub(crate) fn completion(body: &str) -> Option<Completion> {
        let mut pieces = Self::default();
        pieces.take(body.as_bytes());
        pieces.take(b"\n");
        let is_whole = pieces.is_done || !pieces.finish.is_null();
        let refusal = if pieces.refusal.is_empty() { Value::Null } else { pieces.refusal.into() };
        let body = json!({
            "model": pieces.model,
            "usage": pieces.usage,
            "choices": [{
                "message": { "content": pieces.content, "refusal": refusal },
                "finish_reason": pieces.finish,
            }],
        });
        Completion::from_json(&body).filter(|_| is_whole)
    }

    fn take_line(&mut self, line: &str) {
        let Some(data) = line.strip_prefix("data:").map(str::trim) else { return };
        if data == DONE {
            self.is_done = true;
            return;
        }
        let Ok(mut piece) = serde_json::from_str::<Value>(data) else { return };
        for (field, kept) in [("usage", &mut self.usage), ("model", &mut self.model)] {
            if let Some(given) = piece.get_mut(field).filter(|it| !it.is_null()) {
                *kept = given.take();
            }
        }
        let Some(choice) = piece.get_mut("choices").and_then(|it| it.get_mut(0)) else { return };
        if let Some(reason) = choice.get_mut("finish_reason").filter(|it| !it.is_null()) {
            self.finish = reason.take();
        }
        let Some(delta) = choice.get("delta") else { return };
        for (field, kept) in [("content", &mut self.content), ("refusal", &mut self.refusal)] {
            kept.push_str(delta.get(field).and_then(Value::as_str).unwrap_or_default());
        }
    }
}

/// Whether an endpoint answers in pieces, as it was asked to; some do not.
pub(crate) fn is_in_pieces(body: &str) -> bool {
    body.lines().any(|line| line.starts_with("data:"))
}
