//! Prompts: files with instructions and a schema for the answer, behind a file with what all of them have in common.
//!
//! The instructions hold no variable, so that they are the same bytes for every question and endpoints can keep them; what varies
//! stands behind them, in the question. The digest over both files is part of every cache key: whoever changes a word asks anew.

use cairn_model::content_hash;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::PromptError;

/// The prompts that are built in, by name: those of the folder `prompts/`.
pub const BUILT_IN_PROMPTS: &[(&str, &str)] = &[
    ("parts", include_str!("../../../prompts/parts.toml")),
    ("data", include_str!("../../../prompts/data.toml")),
    ("controls", include_str!("../../../prompts/controls.toml")),
];

/// The name of the file with what all prompts have in common.
pub const SHARED_PROMPT: &str = "shared";

/// The file of that name that is built in.
pub const BUILT_IN_SHARED_PROMPT: &str = include_str!("../../../prompts/shared.toml");

/// The name of the assistant's prompt, which shares nothing with those that read documents.
pub const ASSISTANT_PROMPT: &str = "assistant";

/// The file of that name that is built in.
pub const BUILT_IN_ASSISTANT_PROMPT: &str = include_str!("../../../prompts/assistant.toml");

/// A prompt, checked and ready.
#[derive(Clone, Debug)]
pub struct Prompt {
    name: String,
    digest: String,
    system: String,
    schema: Value,
    environment: Environment<'static>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shared {
    system: String,
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: String,
    schema: String,
}

/// A prompt that shares nothing with others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alone {
    system: String,
    user: String,
    schema: String,
}

/// The template's name in its environment.
const USER: &str = "user";

impl Prompt {
    /// The built-in prompt of this name.
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN_PROMPTS.iter().find(|(known, _)| *known == name)?;
        Some(
            Self::parse(name, BUILT_IN_SHARED_PROMPT, text)
                .expect("the built-in prompts are valid, as the tests of this crate show"),
        )
    }

    /// Reads a prompt: what all have in common, and what is its own.
    pub fn parse(name: &str, shared: &str, text: &str) -> Result<Self, PromptError> {
        let common: Shared = toml::from_str(shared)
            .map_err(|error| PromptError { name: SHARED_PROMPT.to_owned(), reason: error.message().to_owned() })?;
        let file: File = toml::from_str(text)
            .map_err(|error| PromptError { name: name.to_owned(), reason: error.message().to_owned() })?;
        let system = format!("{}\n{}", common.system, file.system);
        Self::of(name, content_hash(&[name, shared, text]), Alone { system, user: common.user, schema: file.schema })
    }

    /// Reads a prompt that shares nothing with others.
    pub fn parse_alone(name: &str, text: &str) -> Result<Self, PromptError> {
        let file: Alone = toml::from_str(text)
            .map_err(|error| PromptError { name: name.to_owned(), reason: error.message().to_owned() })?;
        Self::of(name, content_hash(&[name, text]), file)
    }

    fn of(name: &str, digest: String, file: Alone) -> Result<Self, PromptError> {
        let wrong = |reason: String| PromptError { name: name.to_owned(), reason };
        let schema: Value =
            serde_json::from_str(&file.schema).map_err(|error| wrong(format!("its schema is not JSON: {error}")))?;
        portable(&schema).map_err(|reason| wrong(format!("its schema is not portable: {reason}")))?;
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(syntax());
        environment
            .add_template_owned(USER, file.user)
            .map_err(|error| wrong(format!("its template is not valid: {error}")))?;
        Ok(Self { name: name.to_owned(), digest, system: file.system, schema, environment })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Hash over the whole file.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The instructions.
    pub fn system(&self) -> &str {
        &self.system
    }

    /// The form of the answer.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// The question over `values`. What stands in values is text and never template.
    pub fn render(&self, values: impl Serialize) -> Result<String, PromptError> {
        let template = self.environment.get_template(USER);
        let rendered = template.and_then(|template| template.render(Serde(values)));
        rendered.map_err(|error| PromptError { name: self.name.clone(), reason: error.to_string() })
    }
}

/// Lines that hold only a tag leave nothing behind, so that templates can be laid out.
fn syntax() -> SyntaxConfig {
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    syntax.build().expect("the delimiters are the default ones")
}

/// Keywords that some engine fails on: bounds become huge grammars, patterns are ignored, defaults refused.
const NOT_PORTABLE: [&str; 9] =
    ["pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "format", "default"];

/// Whether all endpoints that enforce schemas can enforce this one: closed objects, all properties required.
fn portable(schema: &Value) -> Result<(), String> {
    let Some(fields) = schema.as_object() else { return Ok(()) };
    if let Some(keyword) = NOT_PORTABLE.iter().find(|keyword| fields.contains_key(**keyword)) {
        return Err(format!("it uses `{keyword}`"));
    }
    if let Some(Value::Object(properties)) = fields.get("properties") {
        if fields.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Err("an object is not closed with `additionalProperties: false`".to_owned());
        }
        let required: Vec<&str> =
            fields.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(name) = properties.keys().find(|name| !required.contains(&name.as_str())) {
            return Err(format!("`{name}` is not required; make it nullable instead"));
        }
        for property in properties.values() {
            portable(property)?;
        }
    }
    let inner = ["items"].iter().filter_map(|name| fields.get(*name));
    let branches = ["anyOf"].iter().filter_map(|name| fields.get(*name)?.as_array()).flatten();
    let definitions = fields.get("$defs").and_then(Value::as_object).into_iter().flat_map(|it| it.values());
    inner.chain(branches).chain(definitions).try_for_each(portable)
}
