//! What is sent: two messages and the parameters that shape the answer.

use serde_json::{Map, Value, json};

use cairn_model::digest;

/// One question to the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// Instructions: the same bytes for every document, so that endpoints can keep them.
    pub system: String,
    /// The document's part.
    pub user: String,
    /// The form of the answer: a name and a JSON schema.
    pub schema: Option<(String, Value)>,
    /// Parameters.
    pub parameters: Parameters,
}

/// What shapes an answer besides its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// The model's name.
    pub model: String,
    /// In thousandths; `None` for models that take none.
    pub temperature_thousandths: Option<u32>,
    /// Asks for the same answer to the same question, where the endpoint knows it.
    pub seed: Option<i64>,
    /// The longest answer.
    pub tokens_max: u32,
    /// How the endpoint wants that bound to be called.
    pub token_limit_field: TokenLimitField,
    /// How the form of the answer is asked for.
    pub structured: Structured,
}

/// Names of the bound on an answer's length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenLimitField {
    /// `max_tokens`, which local servers know.
    #[default]
    MaxTokens,
    /// `max_completion_tokens`, which newer models want.
    MaxCompletionTokens,
}

impl TokenLimitField {
    /// The field's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxTokens => "max_tokens",
            Self::MaxCompletionTokens => "max_completion_tokens",
        }
    }
}

/// Ways to ask for JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Structured {
    /// A strict schema that the endpoint enforces.
    #[default]
    JsonSchema,
    /// Some JSON object; the schema stands in the instructions.
    JsonObject,
    /// Text; the schema stands in the instructions.
    Text,
}

impl Structured {
    /// The name in settings and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsonSchema => "json_schema",
            Self::JsonObject => "json_object",
            Self::Text => "text",
        }
    }

    /// The way of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::JsonSchema, Self::JsonObject, Self::Text].into_iter().find(|it| it.as_str() == name)
    }
}

/// The key of the request with this body.
pub(crate) fn key_of(body: &Value) -> String {
    digest(body.to_string().as_bytes())
}

impl ChatRequest {
    /// The request as it is sent.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        let parameters = &self.parameters;
        body.insert("model".to_owned(), json!(parameters.model));
        body.insert("messages".to_owned(), self.messages());
        body.insert("stream".to_owned(), json!(false));
        body.insert(parameters.token_limit_field.as_str().to_owned(), json!(parameters.tokens_max));
        if let Some(thousandths) = parameters.temperature_thousandths {
            body.insert("temperature".to_owned(), json!(f64::from(thousandths) / 1000.0));
        }
        if let Some(seed) = parameters.seed {
            body.insert("seed".to_owned(), json!(seed));
        }
        if let Some(format) = self.response_format() {
            body.insert("response_format".to_owned(), format);
        }
        Value::Object(body)
    }

    /// The request as it is sent when the answer is to come in pieces.
    pub(crate) fn body_for_pieces(&self) -> Value {
        let mut body = self.body();
        if let Some(fields) = body.as_object_mut() {
            fields.insert("stream".to_owned(), json!(true));
            fields.insert("stream_options".to_owned(), json!({ "include_usage": true }));
        }
        body
    }

    /// Names the request: equal keys are the same question to the same model with the same parameters.
    pub fn key(&self) -> String {
        key_of(&self.body())
    }

    fn messages(&self) -> Value {
        let system = match (&self.schema, self.parameters.structured) {
            (Some((_, schema)), Structured::JsonObject | Structured::Text) => {
                format!("{}\n\nThe answer is one JSON object of this schema:\n{schema}\n", self.system)
            }
            _ => self.system.clone(),
        };
        json!([{ "role": "system", "content": system }, { "role": "user", "content": self.user }])
    }

    fn response_format(&self) -> Option<Value> {
        let (name, schema) = self.schema.as_ref()?;
        match self.parameters.structured {
            Structured::JsonSchema => Some(json!({
                "type": "json_schema",
                "json_schema": { "name": name, "strict": true, "schema": schema },
            })),
            Structured::JsonObject => Some(json!({ "type": "json_object" })),
            Structured::Text => None,
        }
    }
}
