//! Recorded exchanges: what was asked and what was answered, line by line, for runs without an endpoint.
//!
//! A replay asserts the request: a question that differs in one byte from what was recorded has no answer, and the error says
//! where it differs. So a changed prompt fails the tests that replay instead of going unnoticed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{CallError, CallFailure, ChatRequest, Completion};

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The request as it was sent.
    pub request: Value,
    /// The answer.
    pub completion: Completion,
}

/// Exchanges by the key of their request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    exchanges: BTreeMap<String, Exchange>,
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the recording is not an exchange: {reason}")]
pub struct RecordingError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: String,
    request: Value,
    completion: Completion,
}

impl Recording {
    /// Reads a recording, one exchange a line.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let mut recording = Self::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line: Line = serde_json::from_str(line)
                .map_err(|error| RecordingError { line: index + 1, reason: error.to_string() })?;
            recording.add(line.key, Exchange { request: line.request, completion: line.completion });
        }
        Ok(recording)
    }

    /// Keeps an exchange.
    pub fn add(&mut self, key: String, exchange: Exchange) {
        self.exchanges.insert(key, exchange);
    }

    /// The exchanges, sorted, one a line.
    pub fn to_lines(&self) -> String {
        let line = |(key, exchange): (&String, &Exchange)| {
            let Exchange { request, completion } = exchange.clone();
            let line = Line { key: key.clone(), request, completion };
            serde_json::to_string(&line).expect("an exchange serialises") + "\n"
        };
        self.exchanges.iter().map(line).collect()
    }

    /// Number of exchanges.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// The answer to exactly this request.
    pub(crate) fn answer(&self, request: &ChatRequest) -> Result<Completion, CallError> {
        let body = request.body();
        match self.exchanges.get(&request.key()) {
            Some(exchange) if exchange.request == body => Ok(exchange.completion.clone()),
            _ => Err(CallError { failure: CallFailure::NotRecorded { why: self.difference(&body) }, attempts: 0 }),
        }
    }

    /// In what the request differs from the recorded one that is most like it.
    fn difference(&self, body: &Value) -> String {
        let nearest = self.exchanges.values().map(|exchange| differing(&exchange.request, body)).min_by_key(Vec::len);
        match nearest {
            Some(fields) => format!("it differs from the nearest one in {}", fields.join(", ")),
            None => "the recording is empty".to_owned(),
        }
    }
}

/// Names of the top-level fields that differ; of messages, which of them.
fn differing(left: &Value, right: &Value) -> Vec<String> {
    let (Some(left), Some(right)) = (left.as_object(), right.as_object()) else { return vec!["its form".to_owned()] };
    let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let differs = names.into_iter().filter(|name| left.get(*name) != right.get(*name));
    differs
        .flat_map(|name| match (name.as_str(), left.get(name), right.get(name)) {
            ("messages", Some(Value::Array(left)), Some(Value::Array(right))) => {
                let changed = left.iter().zip(right).filter(|(left, right)| left != right);
                let roles = changed.filter_map(|(_, message)| message.get("role").and_then(Value::as_str));
                roles.map(|role| format!("the {role} message")).collect()
            }
            _ => vec![format!("`{name}`")],
        })
        .collect()
}
