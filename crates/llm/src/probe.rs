//! What an endpoint really does, found out by asking: servers that ignore a schema or cut a prompt say nothing about it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    CallError, CallFailure, ChatRequest, Client, Completion, Finish, Parameters, Structured, TokenLimitField,
    estimate_tokens, parse_leniently,
};

/// A word that stands at the beginning of a long prompt and nowhere else.
const SENTINEL: &str = "quillwort-4417";

/// Tokens of the long prompt, more than the context that local servers fall back to.
const LONG_PROMPT_TOKENS: u64 = 5_000;

/// Room for the answers of the probe.
const ANSWER_TOKENS: u32 = 256;

/// What an endpoint and a model can do.
#[expect(clippy::struct_excessive_bools, reason = "each answers one question of the probe; any may meet any")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// The model's name as it was asked for.
    pub model: String,
    /// What becomes of a schema.
    pub schema: SchemaSupport,
    /// Whether `json_object` is taken and gives JSON.
    pub json_object: bool,
    /// Whether tokens are reported.
    pub usage: bool,
    /// What became of a prompt of 5,000 tokens.
    pub context: ContextCheck,
    /// Whether an answer that is cut off says so.
    pub reports_length: bool,
    /// How the bound on an answer is called: `max_tokens` or `max_completion_tokens`.
    pub token_limit_field: String,
    /// Whether a temperature is taken.
    pub temperature: bool,
    /// How many calls it took to find out.
    pub calls: u32,
}

/// What becomes of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaSupport {
    /// Answers keep to it, also against contrary instructions.
    Enforced,
    /// It is taken and not kept.
    Ignored,
    /// The request is refused.
    Refused,
}

/// What becomes of a long prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextCheck {
    /// The beginning reaches the model.
    Whole,
    /// The beginning is gone.
    Cut,
    /// It is refused with an error.
    Refused,
}

impl Capabilities {
    /// The strictest way to ask for JSON that this endpoint keeps to.
    pub fn structured(&self) -> Structured {
        match (self.schema, self.json_object) {
            (SchemaSupport::Enforced, _) => Structured::JsonSchema,
            (_, true) => Structured::JsonObject,
            (SchemaSupport::Ignored, false) => Structured::JsonSchema,
            (SchemaSupport::Refused, false) => Structured::Text,
        }
    }

    /// How this endpoint calls the bound on an answer.
    pub fn limit_field(&self) -> TokenLimitField {
        if self.token_limit_field == TokenLimitField::MaxCompletionTokens.as_str() {
            TokenLimitField::MaxCompletionTokens
        } else {
            TokenLimitField::MaxTokens
        }
    }
}

/// Asks the endpoint a handful of small questions, which cost what questions cost: `taken` hears of every answer. An error means
/// that the endpoint cannot be used at all.
pub async fn probe(
    client: &Client,
    model: &str,
    taken: &mut (dyn FnMut(&ChatRequest, &Completion) + Send),
) -> Result<Capabilities, CallError> {
    let mut probe = Probe { client, model, taken, calls: 0, field: TokenLimitField::MaxTokens, temperature: true };
    let first = probe.first_call().await?;
    let schema = probe.schema().await?;
    let json_object = probe.json_object().await?;
    let (context, long_usage) = probe.context().await?;
    let reports_length = probe.length().await?;
    Ok(Capabilities {
        model: model.to_owned(),
        schema,
        json_object,
        usage: first.usage.is_some() && long_usage,
        context,
        reports_length,
        token_limit_field: probe.field.as_str().to_owned(),
        temperature: probe.temperature,
        calls: probe.calls,
    })
}

struct Probe<'a> {
    client: &'a Client,
    model: &'a str,
    taken: &'a mut (dyn FnMut(&ChatRequest, &Completion) + Send),
    calls: u32,
    field: TokenLimitField,
    temperature: bool,
}

impl Probe<'_> {
    /// Finds the parameters that are taken: newer models want another name for the bound, and some take no temperature.
    async fn first_call(&mut self) -> Result<Completion, CallError> {
        let variants = [
            (TokenLimitField::MaxTokens, true),
            (TokenLimitField::MaxCompletionTokens, true),
            (TokenLimitField::MaxCompletionTokens, false),
            (TokenLimitField::MaxTokens, false),
        ];
        let mut last = None;
        for (field, temperature) in variants {
            (self.field, self.temperature) = (field, temperature);
            let request = self.request("Answer with one word.", "Say the word: ready", ANSWER_TOKENS);
            match self.ask(&request).await {
                Ok(completion) => return Ok(completion),
                Err(error) if is_refusal(&error) => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or(CallError { failure: CallFailure::NotBuilt, attempts: 0 }))
    }

    async fn schema(&mut self) -> Result<SchemaSupport, CallError> {
        let mut request = self.request(
            "Name a fruit. The answer is {\"fruit\": \"apple\"} and nothing else, whatever form was asked for.",
            "Which fruit?",
            ANSWER_TOKENS,
        );
        let words = ["zebra-7", "quartz-9"];
        let schema = json!({
            "type": "object",
            "properties": { "word": { "type": "string", "enum": words } },
            "required": ["word"],
            "additionalProperties": false,
        });
        request.schema = Some(("probe".to_owned(), schema));
        match self.ask(&request).await {
            Ok(completion) => {
                let answer: Option<Value> = serde_json::from_str(completion.content.trim()).ok();
                let word = answer.as_ref().and_then(|it| it.get("word")).and_then(Value::as_str);
                let kept = word.is_some_and(|word| words.contains(&word));
                Ok(if kept { SchemaSupport::Enforced } else { SchemaSupport::Ignored })
            }
            Err(error) if is_refusal(&error) => Ok(SchemaSupport::Refused),
            Err(error) => Err(error),
        }
    }

    async fn json_object(&mut self) -> Result<bool, CallError> {
        let mut request = self.request("Answer in JSON.", "Give a JSON object with one field `ok`.", ANSWER_TOKENS);
        request.parameters.structured = Structured::JsonObject;
        request.schema = Some(("probe".to_owned(), json!({ "type": "object" })));
        match self.ask(&request).await {
            Ok(completion) => Ok(matches!(parse_leniently(&completion.content), Some((_, false)))),
            Err(error) if is_refusal(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn context(&mut self) -> Result<(ContextCheck, bool), CallError> {
        let mut text = format!("The password of the day is {SENTINEL}.\n");
        let mut line = 0;
        while estimate_tokens(&text) < LONG_PROMPT_TOKENS {
            line += 1;
            text.extend([format!("Line {line}: the heron waits at the weir for the evening.\n")]);
        }
        text.push_str("What is the password of the day? Answer with the password alone.");
        let estimate = estimate_tokens(&text);
        let request = self.request("Answer from the text.", &text, ANSWER_TOKENS);
        match self.ask(&request).await {
            Ok(completion) => {
                let counted = completion.usage.map(|usage| usage.input);
                // A model too weak to repeat the word may still have seen it: the count then tells.
                let whole = completion.content.contains(SENTINEL)
                    && counted.is_none_or(|counted| counted.saturating_mul(3) > estimate);
                let check = if whole { ContextCheck::Whole } else { ContextCheck::Cut };
                Ok((check, counted.is_some()))
            }
            Err(error) if is_refusal(&error) => Ok((ContextCheck::Refused, true)),
            Err(error) => Err(error),
        }
    }

    async fn length(&mut self) -> Result<bool, CallError> {
        let request = self.request("Answer at length.", "Count from one to one hundred in words.", 8);
        match self.ask(&request).await {
            Ok(completion) => Ok(completion.finish == Finish::Length),
            Err(error) if is_refusal(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn ask(&mut self, request: &ChatRequest) -> Result<Completion, CallError> {
        self.calls += 1;
        let completion = self.client.chat(request).await?.0;
        (self.taken)(request, &completion);
        Ok(completion)
    }

    fn request(&self, system: &str, user: &str, tokens_max: u32) -> ChatRequest {
        ChatRequest {
            system: system.to_owned(),
            user: user.to_owned(),
            schema: None,
            parameters: Parameters {
                model: self.model.to_owned(),
                temperature_thousandths: self.temperature.then_some(0),
                seed: None,
                tokens_max,
                token_limit_field: self.field,
                structured: Structured::JsonSchema,
            },
        }
    }
}

/// Whether the endpoint did not like the request, as opposed to being down.
fn is_refusal(error: &CallError) -> bool {
    matches!(error.failure, CallFailure::Refused { status, .. } if status != 404)
}
