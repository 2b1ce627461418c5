//! The sections `[trust]` and `[freshness]` of the settings. Their keys are explained in `config/default.toml`.

use cairn_validate::Ages;
use serde::Deserialize;

/// Which documents' word goes how far.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/default.toml`, in the same order")]
pub struct TrustSettings {
    pub vouches: Vec<String>,
    pub asserts: Vec<String>,
}

/// From when on something counts as old, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/default.toml`, in the same order")]
pub struct FreshnessSettings {
    pub source_days: u32,
    pub behind_days: u32,
    pub expiry_days: u32,
    /// Whether documents that state no date get that of the last commit that changed them.
    pub git_dates: bool,
}

impl FreshnessSettings {
    pub(crate) const fn ages(self) -> Ages {
        Ages { source_days: self.source_days, behind_days: self.behind_days, expiry_days: self.expiry_days }
    }
}
