//! Metrics of calls, for whoever installs a meter provider; without one nothing is counted anywhere.
//!
//! Names, units and buckets are those of the conventions for generative AI. Attributes are names of models and places and short
//! words of ours: never a word of a document, and of the endpoint only the model's name where it looks like one.

use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};

use crate::{CallError, Completion};

/// Tokens in powers of four.
const TOKEN_BUCKETS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Seconds, each bucket twice the one before.
const DURATION_BUCKETS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// The longest name of a model that is taken from an endpoint.
const MODEL_BYTES_MAX: usize = 100;

/// The instruments, with what is the same for all calls of a client.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    tokens: Histogram<u64>,
    duration: Histogram<f64>,
    of_client: Vec<KeyValue>,
}

impl Metrics {
    pub(crate) fn new(provider: &'static str, host: &str, port: u16) -> Self {
        let meter = global::meter("cairn");
        let tokens = meter
            .u64_histogram("gen_ai.client.token.usage")
            .with_unit("{token}")
            .with_description("Number of input and output tokens used.")
            .with_boundaries(TOKEN_BUCKETS.to_vec());
        let duration = meter
            .f64_histogram("gen_ai.client.operation.duration")
            .with_unit("s")
            .with_description("GenAI operation duration.")
            .with_boundaries(DURATION_BUCKETS.to_vec());
        let of_client = vec![
            KeyValue::new("gen_ai.operation.name", "chat"),
            KeyValue::new("gen_ai.provider.name", provider),
            KeyValue::new("server.address", host.to_owned()),
            KeyValue::new("server.port", i64::from(port)),
        ];
        Self { tokens: tokens.build(), duration: duration.build(), of_client }
    }

    /// Counts one call, however often it was tried.
    pub(crate) fn count(&self, model: &str, outcome: Result<&Completion, &CallError>, seconds: f64) {
        let mut attributes = self.of_client.clone();
        attributes.push(KeyValue::new("gen_ai.request.model", model.to_owned()));
        match outcome {
            Ok(completion) => {
                let answered = response_model(completion).map(|name| KeyValue::new("gen_ai.response.model", name));
                attributes.extend(answered);
            }
            Err(error) => attributes.push(KeyValue::new("error.type", error.failure.name())),
        }
        self.duration.record(seconds, &attributes);
        // What is not counted by the endpoint is not reported, as the conventions ask.
        let Some(usage) = outcome.ok().and_then(|completion| completion.usage) else { return };
        for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
            let kind = KeyValue::new("gen_ai.token.type", kind);
            self.tokens.record(tokens, &[attributes.as_slice(), &[kind]].concat());
        }
    }
}

/// The name of the model that answered, where it looks like one: the field is the endpoint's, which may write anything there.
pub(crate) fn response_model(completion: &Completion) -> Option<String> {
    let is_plain = |name: &str| {
        name.len() <= MODEL_BYTES_MAX && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_.:/@+".contains(it))
    };
    completion.model.clone().filter(|name| is_plain(name))
}
