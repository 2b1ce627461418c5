//! Secrets out of a question, and back into what is quoted from it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// The rules that are built in.
const SECRETS: &str = include_str!("../../../../config/redaction/secrets.toml");
const PERSONAL: &str = include_str!("../../../../config/redaction/personal.toml");

/// A shorter secret may be an everyday word, so it is replaced only where a rule finds it.
const EVERYWHERE_BYTES_MIN: usize = 8;

/// What is a secret. Patterns are compiled when a keyword first calls for them.
#[derive(Debug)]
pub struct Redaction {
    rules: Vec<Rule>,
}

/// Why rules of redaction cannot be used. Their author's fault.
#[derive(Debug, thiserror::Error)]
#[error("the rules of redaction in `{file}` are not valid: {reason}")]
pub struct RedactionError {
    /// The file.
    pub file: String,
    /// What is wrong, and where.
    pub reason: String,
}

#[derive(Debug)]
struct Rule {
    id: String,
    keywords: Vec<String>,
    pattern: String,
    entropy_tenths: u32,
    compiled: OnceLock<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: String,
    keywords: Vec<String>,
    pattern: String,
    #[serde(default)]
    entropy: u32,
}

impl Redaction {
    /// The built-in rules, with those about people where `personal` says so.
    pub fn built_in(personal: bool) -> Self {
        let mut redaction = Self { rules: Vec::new() };
        let files = [("secrets.toml", SECRETS), ("personal.toml", PERSONAL)];
        for (file, text) in files.into_iter().take(if personal { 2 } else { 1 }) {
            redaction.add(file, text, false).expect("the built-in rules are valid, as the tests of this crate show");
        }
        redaction
    }

    /// Adds the rules of a file. All their patterns are compiled, to say now what is wrong with them.
    pub fn extend(&mut self, file: &str, text: &str) -> Result<(), RedactionError> {
        self.add(file, text, true)
    }

    /// The ids of the rules whose patterns do not compile, for the tests of the built-in ones.
    pub fn broken_rules(&self) -> Vec<&str> {
        self.rules.iter().filter(|rule| Regex::new(&rule.pattern).is_err()).map(|rule| rule.id.as_str()).collect()
    }

    fn add(&mut self, file: &str, text: &str, check: bool) -> Result<(), RedactionError> {
        let wrong = |reason: String| RedactionError { file: file.to_owned(), reason };
        let parsed: File = toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))?;
        for record in parsed.rule {
            let compiled = OnceLock::new();
            if check {
                let regex = Regex::new(&record.pattern)
                    .map_err(|error| wrong(format!("the pattern of `{}`: {error}", record.id)))?;
                compiled.set(regex).expect("the cell is new");
            }
            let keywords = record.keywords.iter().map(|keyword| keyword.to_lowercase()).collect();
            let (id, pattern) = (record.id, record.pattern);
            self.rules.push(Rule { id, keywords, pattern, entropy_tenths: record.entropy, compiled });
        }
        Ok(())
    }
}

/// The secrets of one question by placeholder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    by_placeholder: BTreeMap<String, String>,
}

impl Secrets {
    /// `text` with placeholders for its secrets. A secret that was met before has the same placeholder again.
    pub fn take_out(&mut self, text: &str, redaction: &Redaction) -> String {
        let mut text = text.to_owned();
        // What is known to be a secret goes first, wherever it stands.
        for (placeholder, secret) in &self.by_placeholder {
            if secret.len() >= EVERYWHERE_BYTES_MIN {
                text = text.replace(secret, placeholder);
            }
        }
        for rule in &redaction.rules {
            let lower = text.to_lowercase();
            if rule.keywords.iter().any(|keyword| lower.contains(keyword)) {
                text = self.apply(rule, &text);
            }
        }
        text
    }

    /// `text` with the secrets in place of their placeholders.
    pub fn put_back(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if text.contains("[redacted:") {
            for (placeholder, secret) in &self.by_placeholder {
                text = text.replace(placeholder, secret);
            }
        }
        text
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_placeholder.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_placeholder.is_empty()
    }

    fn apply(&mut self, rule: &Rule, text: &str) -> String {
        let regex = rule.compiled.get_or_init(|| {
            // A rule of the built-in files that did not compile would let secrets out; the tests compile all of them.
            Regex::new(&rule.pattern).expect("the built-in patterns are valid, as the tests of this crate show")
        });
        let mut redacted = String::with_capacity(text.len());
        let mut long = Vec::new();
        let mut end = 0;
        for captures in regex.captures_iter(text) {
            let Some(found) = captures.get(1).or_else(|| captures.get(0)) else { continue };
            let secret = found.as_str();
            let is_secret = entropy_tenths(secret) >= rule.entropy_tenths && !secret.contains("[redacted:");
            if !is_secret || found.start() < end {
                continue;
            }
            let placeholder = self.placeholder(&rule.id, secret);
            redacted.push_str(text.get(end..found.start()).unwrap_or_default());
            redacted.push_str(&placeholder);
            end = found.end();
            if secret.len() >= EVERYWHERE_BYTES_MIN {
                long.push((secret.to_owned(), placeholder));
            }
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        for (secret, placeholder) in long {
            redacted = redacted.replace(&secret, &placeholder);
        }
        redacted
    }

    fn placeholder(&mut self, rule: &str, secret: &str) -> String {
        if let Some((placeholder, _)) = self.by_placeholder.iter().find(|(_, known)| *known == secret) {
            return placeholder.clone();
        }
        // A number and not a hash of the secret: whoever sees the question must not be able to test guesses against it.
        let placeholder = format!("[redacted:{rule}:{}]", self.by_placeholder.len() + 1);
        self.by_placeholder.insert(placeholder.clone(), secret.to_owned());
        placeholder
    }
}

/// Shannon entropy in tenths of a bit per character.
fn entropy_tenths(text: &str) -> u32 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_default() += 1;
    }
    let total = f64::from(counts.values().sum::<u32>().max(1));
    let bits: f64 = counts.values().map(|count| f64::from(*count) / total).map(|part| -part * part.log2()).sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 210")]
    let tenths = (bits * 10.0).round() as u32;
    tenths
}
