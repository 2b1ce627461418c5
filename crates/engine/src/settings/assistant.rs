//! The section `[assistant]` of the settings. Its keys are explained in `config/default.toml`.

use serde::Deserialize;

/// How far a language model may go to answer a question.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/default.toml`, in the same order")]
pub struct AssistantSettings {
    pub enabled: bool,
    pub steps_max: u32,
    pub lookups_max: usize,
    pub material_bytes_max: usize,
    pub answer_tokens_max: u32,
    pub tokens_max: u64,
    pub cost_max: f64,
    pub time_ms: u64,
}

impl AssistantSettings {
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.steps_max == 0 || self.material_bytes_max == 0 || self.answer_tokens_max == 0 || self.time_ms == 0 {
            return Err(
                "`steps_max`, `material_bytes_max`, `answer_tokens_max` and `time_ms` of `assistant` are at least 1"
                    .to_owned(),
            );
        }
        if !self.cost_max.is_finite() || self.cost_max < 0.0 {
            return Err("`assistant.cost_max` is not negative".to_owned());
        }
        Ok(())
    }
}
