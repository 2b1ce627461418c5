//! The settings of a workspace: `config/default.toml` under the project's `cairn.toml`.

mod assistant;
mod model;
mod review;
mod search;

use std::collections::BTreeMap;
use std::path::Path;

use cairn_threats::RuleChange;
use serde::Deserialize;

use crate::EngineError;
pub use assistant::AssistantSettings;
pub use model::ModelSettings;
pub(crate) use model::micros;
pub use review::{FreshnessSettings, TrustSettings};
pub use search::SearchSettings;

/// The defaults, which are also the documentation of every key.
const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// The settings in force. The keys are explained in `config/default.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Globs of documents to read; empty for all.
    pub include: Vec<String>,
    /// Globs of files and folders to leave out.
    pub exclude: Vec<String>,
    /// Longer files are skipped.
    pub max_document_bytes: usize,
    /// A folder with more rules, relative to the settings file; empty for none.
    pub rules_dir: String,
    /// A folder with more profiles of attackers, relative to the settings file; empty for none.
    pub attackers_dir: String,
    /// What the project changes about rules, with reasons.
    pub rules: Vec<RuleChange>,
    /// How far sources are trusted.
    pub trust: TrustSettings,
    /// From when on something counts as old.
    pub freshness: FreshnessSettings,
    /// How passages are found.
    pub search: SearchSettings,
    /// The language model, if there is one.
    pub model: ModelSettings,
    /// How far a language model may go to answer a question.
    pub assistant: AssistantSettings,
    /// Globs of what is never a document, by reason.
    pub skip: BTreeMap<String, Vec<String>>,
}

impl Settings {
    /// The defaults with what `text` says instead. `path` is where the text is from, for messages.
    pub fn parse(text: &str, path: &Path) -> Result<Self, EngineError> {
        let wrong = |reason: String| EngineError::Settings { path: path.to_owned(), reason };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(one_line(&error)))?;
        let mut settings = defaults();
        for (key, value) in table {
            match (settings.get_mut(&key), value) {
                (Some(toml::Value::Table(under)), toml::Value::Table(over)) => under.extend(over),
                (_, value) => drop(settings.insert(key, value)),
            }
        }
        let settings: Self = settings.try_into().map_err(|error: toml::de::Error| wrong(one_line(&error)))?;
        settings.model.check().map_err(wrong)?;
        settings.search.check().map_err(wrong)?;
        settings.assistant.check().map_err(wrong)?;
        Ok(settings)
    }

    /// Every key with its value in force, and whether `text` gives it; else it has its default.
    pub fn origins(text: &str, path: &Path) -> Result<Vec<(String, String, bool)>, EngineError> {
        Self::parse(text, path)?;
        let own: toml::Table = text.parse().unwrap_or_default();
        let mut origins = Vec::new();
        for (key, default) in defaults() {
            match (default, own.get(&key)) {
                (toml::Value::Table(section), own) => {
                    let own = own.and_then(toml::Value::as_table);
                    let further =
                        own.into_iter().flat_map(toml::Table::keys).filter(|name| !section.contains_key(*name));
                    for name in section.keys().chain(further) {
                        let (value, is_own) = match own.and_then(|own| own.get(name)) {
                            Some(value) => (Some(value), true),
                            None => (section.get(name), false),
                        };
                        let value = value.map(ToString::to_string).unwrap_or_default();
                        origins.push((format!("{key}.{name}"), value, is_own));
                    }
                }
                (default, own) => origins.push((key, own.unwrap_or(&default).to_string(), own.is_some())),
            }
        }
        Ok(origins)
    }

    /// A settings file in which every key is explained and commented out.
    pub fn sample() -> String {
        let comment = |line: &str| match line {
            "" => String::new(),
            line if line.starts_with('#') || line.starts_with('[') => line.to_owned(),
            line => format!("# {line}"),
        };
        DEFAULTS.lines().map(|line| comment(line) + "\n").collect()
    }
}

impl Default for Settings {
    fn default() -> Self {
        defaults().try_into().expect("`config/default.toml` gives every key, as the tests of this crate show")
    }
}

fn defaults() -> toml::Table {
    DEFAULTS.parse().expect("`config/default.toml` is TOML, as the tests of this crate show")
}

/// The message of a TOML error without the lines that quote the file.
fn one_line(error: &toml::de::Error) -> String {
    error.message().lines().collect::<Vec<_>>().join("; ")
}
