//! The section `[model]` of the settings. Its keys are explained in `config/default.toml`.

use cairn_llm::{Endpoint, EndpointKind, Policy, Prices, Structured};
use serde::Deserialize;

use crate::ModelAccess;

/// Where the model is, what it is asked and what that may cost.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/default.toml`, in the same order")]
pub struct ModelSettings {
    pub base_url: String,
    pub kind: String,
    pub api_version: String,
    pub name: String,
    pub api_key_env: String,
    pub api_key_file: String,
    pub prompts: Vec<String>,
    pub prompts_dir: String,
    pub ask_everything: bool,
    pub redaction_files: Vec<String>,
    pub redact_personal: bool,
    pub local_only: Vec<String>,
    pub passes: u32,
    pub chunk_bytes_max: usize,
    pub answer_tokens_max: u32,
    pub temperature_thousandths: i64,
    pub seed: i64,
    pub structured: String,
    pub concurrency: usize,
    pub requests_per_minute: u32,
    pub tokens_per_minute: u32,
    pub connect_ms: u64,
    pub first_byte_ms: u64,
    pub attempt_ms: u64,
    pub attempts_max: u32,
    pub backoff_ms: u64,
    pub backoff_ms_max: u64,
    pub breaker_failures: u32,
    pub breaker_pause_ms: u64,
    pub response_bytes_max: usize,
    pub price_input: f64,
    pub price_cached: f64,
    pub price_output: f64,
    pub batch_percent: u32,
    pub budget_run: f64,
    pub budget_day: f64,
    pub tokens_run: u64,
    pub tokens_day: u64,
}

/// Shorter chunks would be all context and no text.
const CHUNK_BYTES_MIN: usize = 400;

impl ModelSettings {
    /// Whether there is an endpoint.
    pub fn is_set(&self) -> bool {
        !self.base_url.is_empty()
    }

    /// Prices in millionths of the currency for a million tokens.
    pub fn prices(&self) -> Prices {
        Prices { input: micros(self.price_input), cached: micros(self.price_cached), output: micros(self.price_output) }
    }

    /// What a run and a day may cost in millionths of the currency; 0 for no bound.
    pub fn budgets(&self) -> (u64, u64) {
        (micros(self.budget_run), micros(self.budget_day))
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let amounts = [self.price_input, self.price_cached, self.price_output, self.budget_run, self.budget_day];
        if amounts.iter().any(|amount| !amount.is_finite() || *amount < 0.0) {
            return Err("prices and budgets of `model` are not negative".to_owned());
        }
        if !matches!(self.kind.as_str(), "openai" | "azure") {
            return Err(format!("`model.kind` is `{}`, expected `openai` or `azure`", self.kind));
        }
        if self.structured != "auto" && Structured::parse(&self.structured).is_none() {
            let given = &self.structured;
            return Err(format!(
                "`model.structured` is `{given}`, expected `auto`, `json_schema`, `json_object` or `text`"
            ));
        }
        let is_plain =
            |name: &String| !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
        let repeated =
            self.prompts.iter().enumerate().any(|(at, name)| self.prompts.iter().skip(at + 1).any(|it| it == name));
        if self.prompts.is_empty() || repeated || !self.prompts.iter().all(is_plain) {
            return Err(
                "`model.prompts` names at least one prompt, each once, with letters, digits, `-` and `_`".to_owned()
            );
        }
        if self.chunk_bytes_max < CHUNK_BYTES_MIN {
            return Err(format!("`model.chunk_bytes_max` is below {CHUNK_BYTES_MIN}"));
        }
        if self.attempts_max == 0 || self.concurrency == 0 || self.passes == 0 || self.answer_tokens_max == 0 {
            return Err(
                "`attempts_max`, `concurrency`, `passes` and `answer_tokens_max` of `model` are at least 1".to_owned()
            );
        }
        Ok(())
    }

    pub(crate) fn endpoint(&self, model: &str, access: &ModelAccess, jitter_seed: u64) -> Endpoint {
        let kind = if self.kind == "azure" {
            EndpointKind::Azure { deployment: model.to_owned(), api_version: self.api_version.clone() }
        } else {
            EndpointKind::OpenAi
        };
        let policy = Policy {
            connect_ms: self.connect_ms,
            first_byte_ms: self.first_byte_ms,
            attempt_ms: self.attempt_ms,
            attempts_max: self.attempts_max,
            backoff_ms: self.backoff_ms,
            backoff_ms_max: self.backoff_ms_max,
            requests_per_minute: self.requests_per_minute,
            tokens_per_minute: self.tokens_per_minute,
            concurrency: self.concurrency,
            breaker_failures: self.breaker_failures,
            breaker_pause_ms: self.breaker_pause_ms,
            response_bytes_max: self.response_bytes_max,
            jitter_seed,
        };
        Endpoint {
            kind,
            base_url: self.base_url.clone(),
            api_key: access.api_key.clone(),
            proxy: access.proxy.clone(),
            policy,
        }
    }
}

/// An amount in millionths, checked not to be negative.
pub(crate) fn micros(amount: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before the cast")]
    let micros = (amount * 1e6).round().clamp(0.0, 1e18) as u64;
    micros
}
