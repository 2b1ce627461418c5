//! Traces of the service for a collector, where the standard variables of OpenTelemetry name one.
//!
//! What is sent are the spans of requests, jobs and calls to models with the fields that the log shows: routes, ids, statuses, counts. None of
//! them holds text of documents, addresses or names of people's things; fields that do must not be added to spans. They go out as
//! protobuf over the program's own HTTP client, from a thread of their own: a collector that is away costs spans and nothing else.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cairn_engine::{Address, Outward, Proxy};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Key, Value};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{Layer, Registry};

use super::endpoint;
use crate::ending::Failure;

/// What the service is called where `OTEL_SERVICE_NAME` does not say.
const NAME: &str = "cairn";
/// How long a collector may take to answer, and its connection to come about.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How long the last spans may take when the service ends: with `drain_ms` still below the ten seconds that systems wait.
const LAST_TIME: Duration = Duration::from_millis(1500);

/// Where spans go; nowhere when no collector is named.
pub(crate) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Begins to send, where a collector is named. Must be called where a runtime is at hand, which has to outlive [`Self::end`].
    pub(crate) fn start(proxy: fn(&str) -> Option<Proxy>) -> Result<Self, Failure> {
        let Some((variable, endpoint)) = endpoint() else { return Ok(Self(None)) };
        let wrong = |reason: String| {
            Failure::usage(format!("`{variable}` names no collector: {reason}\nhint: such as `http://127.0.0.1:4318`"))
        };
        endpoint.parse::<Address>().map_err(|reason| wrong(reason.to_owned()))?;
        let outward = Outward::new(proxy(&endpoint).as_ref(), ANSWER_TIME).map_err(|error| wrong(error.to_string()))?;
        let collector = Collector { outward, runtime: Handle::current(), is_away: Arc::default() };
        let exporter = SpanExporter::builder().with_http().with_http_client(collector);
        let exporter =
            exporter.with_protocol(Protocol::HttpBinary).build().map_err(|error| wrong(error.to_string()))?;
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
        Ok(Self(Some(provider)))
    }

    /// What listens to spans.
    pub(crate) fn layer(&self) -> Option<impl Layer<Registry> + Send + Sync + use<>> {
        let tracer = self.0.as_ref()?.tracer(NAME);
        let ours = Targets::new()
            .with_target("cairn_server", LevelFilter::INFO)
            .with_target("cairn_llm", LevelFilter::INFO)
            .with_target("cairn::model", LevelFilter::INFO);
        let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
        Some(layer.with_filter(ours))
    }

    /// Sends what is left, within a bound.
    pub(crate) async fn end(self) {
        let Some(provider) = self.0 else { return };
        // It waits for a thread that waits for this runtime, so that it must not hold up one of its own threads.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(LAST_TIME));
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::warn!(target: "cairn_server::traces", "the last traces could not be sent");
        }
    }
}

/// Who sends, by `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`.
fn resource() -> Resource {
    let of_environment = Resource::builder().build();
    match of_environment.get(&Key::from_static_str("service.name")) {
        Some(Value::String(name)) if !name.as_str().starts_with("unknown_service") => of_environment,
        _ => Resource::builder().with_service_name(NAME).build(),
    }
}

/// Sends over the program's own client.
#[derive(Debug)]
struct Collector {
    outward: Outward,
    runtime: Handle,
    /// Whether the last attempt failed, so that a change is told and not every attempt.
    is_away: Arc<AtomicBool>,
}

impl HttpClient for Collector {
    fn send_bytes<'c, 'f>(
        &'c self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        'c: 'f,
        Self: 'f,
    {
        // The thread that asks belongs to no runtime.
        let (outward, is_away) = (self.outward.clone(), Arc::clone(&self.is_away));
        let sent = self.runtime.spawn(async move {
            let sent = tokio::time::timeout(ANSWER_TIME, send(&outward, request)).await;
            let sent = sent.unwrap_or_else(|_| Err("it does not answer in time".into()));
            let failed = sent.as_ref().err().map(ToString::to_string);
            let failed = failed.or_else(|| sent.as_ref().ok().and_then(|it| refused(it.status().as_u16())));
            if is_away.swap(failed.is_some(), Ordering::Relaxed) != failed.is_some() {
                if let Some(reason) = failed {
                    tracing::warn!(target: "cairn_server::traces", reason, "the collector takes no traces");
                } else {
                    tracing::info!(target: "cairn_server::traces", "the collector takes traces again");
                }
            }
            sent
        });
        Box::pin(async move { sent.await? })
    }
}

fn refused(status: u16) -> Option<String> {
    (!(200..300).contains(&status)).then(|| format!("it answers with the status {status}"))
}

async fn send(outward: &Outward, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (head, body) = request.into_parts();
    let address: Address = head.uri.to_string().parse()?;
    let headers = head.headers.iter();
    let headers: Vec<(String, String)> =
        headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect();
    let answered = outward.send(&address, &headers, Some(body.to_vec())).await?;
    // What a collector says beyond its status is of no use here.
    Ok(Response::builder().status(answered.status).body(Bytes::new())?)
}
