//! What comes back, read from whatever dialect the endpoint speaks: every field may be missing or of another type.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An answer of the model: unchecked text, and why it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The text.
    pub content: String,
    /// What the model says instead of answering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Why it ended.
    pub finish: Finish,
    /// What the endpoint counted, if it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// Which model answered, as the endpoint says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model was done. Servers that give no reason, or one of their own such as `eos`, mean this.
    Stop,
    /// The bound on its length was reached: the rest is missing.
    Length,
    /// A filter stopped it.
    Filtered,
    /// It wanted to do something else, such as calling a tool, which it never may.
    Other,
}

/// Tokens of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Of the question.
    pub input: u64,
    /// Of these, taken from the endpoint's prompt cache.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

impl Completion {
    /// Reads a chat completion. `None` when it is not one.
    pub fn from_json(body: &Value) -> Option<Self> {
        let choice = body.get("choices")?.as_array()?.first()?;
        let message = choice.get("message");
        let refusal = message.and_then(|it| it.get("refusal")).and_then(Value::as_str).filter(|it| !it.is_empty());
        let content = message.and_then(|it| it.get("content")).or_else(|| choice.get("text"));
        let content = content.and_then(text_of);
        if content.is_none() && refusal.is_none() && choice.get("finish_reason").is_none() {
            return None;
        }
        Some(Self {
            content: content.unwrap_or_default(),
            refusal: refusal.map(str::to_owned),
            finish: finish(choice.get("finish_reason").and_then(Value::as_str)),
            usage: body.get("usage").and_then(usage),
            model: body.get("model").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

impl Finish {
    /// The name in the conventions for spans.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Filtered => "content_filter",
            Self::Other => "other",
        }
    }
}

/// A text, or a list of parts with texts.
fn text_of(content: &Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            Some(parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str).or(part.as_str())).collect())
        }
        _ => None,
    }
}

fn finish(reason: Option<&str>) -> Finish {
    match reason.unwrap_or_default() {
        "length" | "max_tokens" | "MAX_TOKENS" => Finish::Length,
        "content_filter" | "safety" | "SAFETY" => Finish::Filtered,
        "tool_calls" | "function_call" => Finish::Other,
        _ => Finish::Stop,
    }
}

fn usage(usage: &Value) -> Option<Usage> {
    let number = |name: &str| usage.get(name).and_then(count);
    let input = number("prompt_tokens").or_else(|| number("input_tokens"))?;
    let details = usage.get("prompt_tokens_details").or_else(|| usage.get("input_tokens_details"));
    let cached = details.and_then(|it| it.get("cached_tokens")).and_then(count).unwrap_or(0);
    let output = number("completion_tokens").or_else(|| number("output_tokens")).unwrap_or(0);
    Some(Usage { input, cached: cached.min(input), output })
}

/// A count that some servers write as a float.
fn count(value: &Value) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before the cast")]
    value.as_u64().or_else(|| value.as_f64().map(|it| it.clamp(0.0, 1e12) as u64))
}
