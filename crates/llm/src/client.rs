//! The client: calls an endpoint, or answers from a recording.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_openai::config::Config;
use async_openai::traits::RequestOptionsBuilder as _;
use async_openai::types::files::{CreateFileRequest, FileInput, FilePurpose};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::metrics::{Metrics, response_model};
use crate::recording::{Exchange, Recording};
use crate::request::key_of;
use crate::stream::{Heard, Pieces, is_in_pieces};
use crate::transport::{Envelope, Transport};
use crate::wire;
use crate::{CallError, CallFailure, ChatRequest, Completion, Endpoint, EndpointError, EndpointKind, Proxy};

/// The conventions for spans and metrics of calls to models that the names here and in `metrics` follow. They are still in
/// development there.
const CONVENTIONS: &str = "1.41";

/// As many batches as the interface lists at once.
const LATEST: [(&str, &str); 1] = [("limit", "100")];

/// A way to get answers. Cheap to clone; clones share limits and the recording.
#[derive(Clone, Debug)]
pub struct Client {
    source: Source,
    /// Where exchanges are noted, if they are.
    recorded: Option<Arc<Mutex<Recording>>>,
    provider: &'static str,
    host: String,
    port: u16,
    batch_path: &'static str,
    /// Of calls to an endpoint; a replay calls nobody.
    metrics: Option<Metrics>,
}

#[derive(Clone)]
enum Source {
    Endpoint { client: async_openai::Client<SharedConfig>, transport: Transport },
    Recording(Arc<Recording>),
}

type SharedConfig = Arc<dyn Config>;

impl fmt::Debug for Source {
    /// The library's configuration holds the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Endpoint { .. } => "Endpoint",
            Self::Recording(_) => "Recording",
        })
    }
}

/// What a caller may want to know of a call besides its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// How often it was tried.
    pub attempts: u32,
}

impl Client {
    /// A client of `endpoint`.
    pub fn new(endpoint: &Endpoint) -> Result<Self, EndpointError> {
        let url = endpoint.checked_url()?;
        let transport =
            Transport::new(endpoint.policy.clone(), endpoint.proxy.as_ref().map(Proxy::checked).transpose()?)?;
        let config: SharedConfig = Arc::from(wire::config(endpoint));
        let client = async_openai::Client::build(transport.http().clone(), config);
        let provider = match endpoint.kind {
            EndpointKind::OpenAi => "openai",
            EndpointKind::Azure { .. } => "azure.ai.openai",
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        Ok(Self {
            source: Source::Endpoint { client: client.with_http_service(transport.clone()), transport },
            recorded: None,
            provider,
            metrics: Some(Metrics::new(provider, &host, port)),
            host,
            port,
            batch_path: endpoint.kind.batch_path(),
        })
    }

    /// A client that answers from `recording` and talks to nobody.
    pub fn replaying(recording: Recording) -> Self {
        Self {
            source: Source::Recording(Arc::new(recording)),
            recorded: None,
            provider: "recording",
            host: String::new(),
            port: 0,
            batch_path: EndpointKind::OpenAi.batch_path(),
            metrics: None,
        }
    }

    /// The same client, noting every exchange.
    #[must_use]
    pub fn recording(mut self) -> Self {
        self.recorded = Some(Arc::default());
        self
    }

    /// What was noted so far.
    pub fn recorded(&self) -> Option<Recording> {
        let recorded = self.recorded.as_ref()?;
        Some(recorded.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Asks one question. The future may be dropped at any time.
    pub async fn chat(&self, request: &ChatRequest) -> Result<(Completion, Observation), CallError> {
        self.ask(request, None).await
    }

    /// Asks one question, and tells `heard` the text of the answer so far whenever it has grown. An endpoint that does not answer in pieces, or
    /// not when asked to, answers as a whole; then nothing is told before the end.
    pub async fn chat_heard(
        &self,
        request: &ChatRequest,
        heard: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(Completion, Observation), CallError> {
        self.ask(request, Some(heard)).await
    }

    async fn ask(
        &self,
        request: &ChatRequest,
        heard: Option<&mut (dyn FnMut(&str) + Send)>,
    ) -> Result<(Completion, Observation), CallError> {
        let span = tracing::info_span!(
            target: "cairn::model",
            "chat",
            otel.name = format!("chat {}", request.parameters.model),
            otel.kind = "client",
            gen_ai.conventions = CONVENTIONS,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = self.provider,
            gen_ai.request.model = request.parameters.model,
            gen_ai.request.max_tokens = request.parameters.tokens_max,
            gen_ai.request.seed = request.parameters.seed,
            gen_ai.output.type = "json",
            gen_ai.response.model = tracing::field::Empty,
            gen_ai.response.finish_reasons = tracing::field::Empty,
            gen_ai.usage.input_tokens = tracing::field::Empty,
            gen_ai.usage.output_tokens = tracing::field::Empty,
            gen_ai.usage.cache_read.input_tokens = tracing::field::Empty,
            server.address = self.host,
            server.port = self.port,
            error.type = tracing::field::Empty,
            attempts = tracing::field::Empty,
        );
        let start = Instant::now();
        let outcome = self.answer(request, heard).instrument(span.clone()).await;
        note(&span, &outcome);
        if let Some(metrics) = &self.metrics {
            let outcome = outcome.as_ref().map(|(completion, _)| completion);
            metrics.count(&request.parameters.model, outcome, start.elapsed().as_secs_f64());
        }
        if let (Some(recorded), Ok((completion, _))) = (&self.recorded, &outcome) {
            let exchange = Exchange { request: request.body(), completion: completion.clone() };
            recorded.lock().unwrap_or_else(PoisonError::into_inner).add(request.key(), exchange);
        }
        outcome
    }

    async fn answer(
        &self,
        request: &ChatRequest,
        heard: Option<&mut (dyn FnMut(&str) + Send)>,
    ) -> Result<(Completion, Observation), CallError> {
        let (client, transport) = match &self.source {
            Source::Recording(recording) => {
                let completion = recording.answer(request)?;
                if let Some(heard) = heard {
                    heard(&completion.content);
                }
                return Ok((completion, Observation::default()));
            }
            Source::Endpoint { client, transport } => (client, transport),
        };
        let Some(heard) = heard else { return opened(send(client, request.body()).await?) };
        let (teller, received) = Heard::channel();
        let listening = client.clone().with_http_service(transport.heard_by(teller));
        match opened(listen(send(&listening, request.body_for_pieces()), received, heard).await?) {
            // Some endpoints do not know how to answer in pieces, and refuse.
            Err(CallError { failure: CallFailure::Refused { .. }, .. }) => opened(send(client, request.body()).await?),
            outcome => outcome,
        }
    }

    /// The path that a line of a batch file asks for.
    pub(crate) fn batch_path(&self) -> &'static str {
        self.batch_path
    }

    /// Uploads a file for the batch interface and gives back its id.
    pub(crate) async fn upload(&self, name: &str, content: Vec<u8>) -> Result<String, CallError> {
        let request = CreateFileRequest {
            file: FileInput::from_vec_u8(name.to_owned(), content),
            purpose: FilePurpose::Batch,
            expires_after: None,
        };
        let envelope: Envelope = self.endpoint()?.files().create_byot(request).await.map_err(|_| not_built())?;
        id_of(&open_json(envelope)?)
    }

    /// Starts a batch over an uploaded file.
    pub(crate) async fn create_batch(&self, file: &str, name: &str) -> Result<Value, CallError> {
        let request = serde_json::json!({
            "input_file_id": file,
            "endpoint": self.batch_path,
            "completion_window": "24h",
            "metadata": { crate::batch::NAME: name },
        });
        let envelope: Envelope = self.endpoint()?.batches().create_byot(request).await.map_err(|_| not_built())?;
        open_json(envelope)
    }

    /// The endpoint's latest batches.
    pub(crate) async fn list_batches(&self) -> Result<Value, CallError> {
        let batches = self.endpoint()?.batches().query(&LATEST).map_err(|_| not_built())?;
        open_json(batches.list_byot().await.map_err(|_| not_built())?)
    }

    /// The endpoint's latest files for batches.
    pub(crate) async fn list_files(&self) -> Result<Value, CallError> {
        let files =
            self.endpoint()?.files().query(&[("purpose", "batch"), ("limit", "1000")]).map_err(|_| not_built())?;
        open_json(files.list_byot().await.map_err(|_| not_built())?)
    }

    /// How a batch is getting on.
    pub(crate) async fn retrieve_batch(&self, id: &str) -> Result<Value, CallError> {
        let envelope: Envelope = self.endpoint()?.batches().retrieve_byot(id).await.map_err(|_| not_built())?;
        open_json(envelope)
    }

    /// The content of a file of the endpoint.
    pub(crate) async fn file_content(&self, id: &str) -> Result<String, CallError> {
        let bytes = self.endpoint()?.files().content(id).await.map_err(|_| not_built())?;
        let envelope: Envelope = serde_json::from_slice(&bytes).map_err(|_| not_built())?;
        Ok(envelope.open()?.0)
    }

    pub(crate) fn endpoint(&self) -> Result<&async_openai::Client<SharedConfig>, CallError> {
        match &self.source {
            Source::Endpoint { client, .. } => Ok(client),
            Source::Recording(_) => {
                let why = "recordings hold no batches".to_owned();
                Err(CallError { failure: CallFailure::NotRecorded { why }, attempts: 0 })
            }
        }
    }
}

async fn send(client: &async_openai::Client<SharedConfig>, body: Value) -> Result<Envelope, CallError> {
    // Gateways that know it do not bill a repeated question twice.
    let chat = client.chat().header("idempotency-key", key_of(&body)).map_err(|_| not_built())?;
    chat.create_byot(body).await.map_err(|_| not_built())
}

/// Waits for `call`, and tells `heard` the text so far as its bytes come.
async fn listen<T>(
    call: impl Future<Output = T>,
    mut received: UnboundedReceiver<Vec<u8>>,
    heard: &mut (dyn FnMut(&str) + Send),
) -> T {
    let mut pieces = Pieces::default();
    tokio::pin!(call);
    loop {
        tokio::select! {
            biased;
            Some(bytes) = received.recv() => {
                if pieces.take(&bytes) {
                    heard(pieces.content());
                }
            }
            answer = &mut call => return answer,
        }
    }
}

fn opened(envelope: Envelope) -> Result<(Completion, Observation), CallError> {
    let (body, attempts) = envelope.open()?;
    let completion = if is_in_pieces(&body) {
        Pieces::completion(&body)
    } else {
        serde_json::from_str(&body).ok().and_then(|body: Value| Completion::from_json(&body))
    };
    let completion = completion.ok_or(CallError { failure: CallFailure::NotACompletion, attempts })?;
    Ok((completion, Observation { attempts }))
}

pub(crate) fn open_json(envelope: Envelope) -> Result<Value, CallError> {
    let (body, attempts) = envelope.open()?;
    serde_json::from_str(&body).map_err(|_| CallError { failure: CallFailure::NotACompletion, attempts })
}

pub(crate) fn id_of(record: &Value) -> Result<String, CallError> {
    let id = record.get("id").and_then(Value::as_str).filter(|id| is_plain_id(id));
    id.map(str::to_owned).ok_or(CallError { failure: CallFailure::NotACompletion, attempts: 1 })
}

/// Ids become part of paths, so they are held to what ids look like.
pub(crate) fn is_plain_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

pub(crate) fn not_built() -> CallError {
    CallError { failure: CallFailure::NotBuilt, attempts: 0 }
}

/// Numbers and names only: no word of a document or of an answer.
fn note(span: &tracing::Span, outcome: &Result<(Completion, Observation), CallError>) {
    match outcome {
        Ok((completion, observation)) => {
            span.record("attempts", observation.attempts);
            span.record("gen_ai.response.finish_reasons", completion.finish.as_str());
            if let Some(model) = response_model(completion) {
                span.record("gen_ai.response.model", model);
            }
            if let Some(usage) = completion.usage {
                span.record("gen_ai.usage.input_tokens", usage.input);
                span.record("gen_ai.usage.output_tokens", usage.output);
                span.record("gen_ai.usage.cache_read.input_tokens", usage.cached);
            }
        }
        Err(error) => {
            span.record("attempts", error.attempts);
            span.record("error.type", error.failure.name());
        }
    }
    span.in_scope(|| tracing::info!(target: "cairn::model", "call ended"));
}
