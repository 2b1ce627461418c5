//! What a call tells logs, spans and metrics: names and numbers, never words of a document.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;

use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use tracing_subscriber::fmt::MakeWriter;

use crate::stub::{Reply, Stub};
use crate::{client, policy, request};

thread_local! {
    /// What this thread logged.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of the thread that logs.
#[derive(Clone, Copy)]
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with(|log| log.borrow_mut().write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

/// All that is logged, at every level, while the endpoint answers so.
///
/// One subscriber for the whole program: those of single threads lose spans that other tests, which listen to nothing, met first.
fn logged(reply: Reply) -> String {
    static SUBSCRIBER: Once = Once::new();
    SUBSCRIBER.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(Log)
            .init();
    });
    LOG.with(|log| log.borrow_mut().clear());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stub = Stub::start(move |_| reply.clone());
        drop(client(&stub, policy()).chat(&request("the heron's secret nest")).await);
    });
    String::from_utf8(LOG.with(|log| log.borrow().clone())).unwrap()
}

#[test]
fn a_call_is_told_in_the_names_of_the_conventions() {
    let log = logged(Reply::completion("{}", "stop", 120, 7));
    for field in [
        "otel.name=\"chat stub-1\"",
        "gen_ai.operation.name=\"chat\"",
        "gen_ai.provider.name=\"openai\"",
        "gen_ai.request.model=\"stub-1\"",
        "gen_ai.response.finish_reasons=\"stop\"",
        "gen_ai.usage.input_tokens=120",
        "gen_ai.usage.output_tokens=7",
        "server.address=\"127.0.0.1\"",
    ] {
        assert!(log.contains(field), "{field} is not in:\n{log}");
    }
}

#[test]
fn failures_are_told_by_name() {
    assert!(logged(Reply::status(400, "{}")).contains("error.type=\"refused\""));
}

#[test]
fn no_word_of_a_document_or_of_an_answer_is_logged() {
    let echo = "the heron's secret nest";
    let metered = Metered::start();
    for reply in [
        Reply::json(
            &serde_json::json!({ "model": echo, "choices": [{ "finish_reason": echo, "message": { "content": echo } }] }),
        ),
        Reply::content(echo),
        Reply::status(200, echo),
        Reply::status(400, echo),
        Reply::status(500, echo),
        Reply::status(429, &format!("{{\"error\":{{\"code\":\"{echo}\",\"message\":\"{echo}\"}}}}")),
    ] {
        let log = logged(reply.clone());
        assert!(!log.contains("secret nest"), "{reply:?}:\n{log}");
        assert!(!log.contains("sk-test-key"), "{reply:?}:\n{log}");
    }
    let metrics = metered.shown();
    assert!(metrics.contains("gen_ai.client.operation.duration"), "{metrics}");
    assert!(!metrics.contains("secret nest") && !metrics.contains("sk-test-key"), "{metrics}");
}

/// All metrics of this process; tests that run at the same time are in them too.
struct Metered {
    provider: SdkMeterProvider,
    exporter: InMemoryMetricExporter,
}

impl Metered {
    fn start() -> Self {
        static METERED: std::sync::OnceLock<(SdkMeterProvider, InMemoryMetricExporter)> = std::sync::OnceLock::new();
        let (provider, exporter) = METERED.get_or_init(|| {
            let exporter = InMemoryMetricExporter::default();
            let reader = PeriodicReader::builder(exporter.clone()).build();
            let provider = SdkMeterProvider::builder().with_reader(reader).build();
            opentelemetry::global::set_meter_provider(provider.clone());
            (provider, exporter)
        });
        Self { provider: provider.clone(), exporter: exporter.clone() }
    }

    fn shown(&self) -> String {
        self.provider.force_flush().unwrap();
        format!("{:?}", self.exporter.get_finished_metrics().unwrap())
    }

    /// Sum, bounds and attributes of what a histogram holds about calls to `model`.
    fn of_model(&self, name: &str, model: &str) -> Vec<(f64, Vec<f64>, Vec<String>)> {
        self.provider.force_flush().unwrap();
        let finished = self.exporter.get_finished_metrics().unwrap();
        let last = finished.last().unwrap();
        let mut found = Vec::new();
        for metric in last.scope_metrics().flat_map(ScopeMetrics::metrics).filter(|it| it.name() == name) {
            match metric.data() {
                AggregatedMetrics::U64(MetricData::Histogram(data)) => found.extend(data.data_points().map(|it| {
                    #[expect(clippy::cast_precision_loss, reason = "a handful of tokens")]
                    let sum = it.sum() as f64;
                    (sum, it.bounds().collect(), it.attributes().map(|it| format!("{}={}", it.key, it.value)).collect())
                })),
                AggregatedMetrics::F64(MetricData::Histogram(data)) => found.extend(data.data_points().map(|it| {
                    (
                        it.sum(),
                        it.bounds().collect(),
                        it.attributes().map(|it| format!("{}={}", it.key, it.value)).collect(),
                    )
                })),
                other => panic!("{name} is no histogram: {other:?}"),
            }
        }
        found.retain(|(_, _, attributes): &(f64, Vec<f64>, Vec<String>)| {
            attributes.contains(&format!("gen_ai.request.model={model}"))
        });
        for (_, _, attributes) in &mut found {
            attributes.retain(|it| !it.starts_with("server.port"));
            attributes.sort();
        }
        found.sort_by(|left, right| left.2.cmp(&right.2));
        found
    }
}

#[tokio::test]
async fn calls_are_metered_in_the_names_units_and_buckets_of_the_conventions() {
    let metered = Metered::start();
    let stub = Stub::start(|question| match question.message("user").as_str() {
        "good" => Reply::completion("{}", "stop", 120, 7),
        _ => Reply::status(400, "{}"),
    });
    let client = client(&stub, policy());
    for user in ["good", "good", "bad"] {
        let mut request = request(user);
        request.parameters.model = "metered-1".to_owned();
        drop(client.chat(&request).await);
    }
    let tokens = metered.of_model("gen_ai.client.token.usage", "metered-1");
    let common = ["gen_ai.operation.name=chat", "gen_ai.provider.name=openai", "gen_ai.request.model=metered-1"];
    let with = |more: &[&str]| {
        let mut all: Vec<String> = common.iter().chain(more).map(|it| (*it).to_owned()).collect();
        all.push("server.address=127.0.0.1".to_owned());
        all.sort();
        all
    };
    let found: Vec<(f64, Vec<String>)> = tokens.iter().map(|(sum, _, attributes)| (*sum, attributes.clone())).collect();
    let of_type = |kind: &str| with(&["gen_ai.response.model=stub-1", &format!("gen_ai.token.type={kind}")]);
    assert_eq!(found, [(240.0, of_type("input")), (14.0, of_type("output"))]);
    assert_eq!((tokens[0].1.len(), tokens[0].1[13]), (14, 67_108_864.0));

    let durations = metered.of_model("gen_ai.client.operation.duration", "metered-1");
    let attributes: Vec<&Vec<String>> = durations.iter().map(|(_, _, attributes)| attributes).collect();
    assert_eq!(attributes, [&with(&["error.type=refused"]), &with(&["gen_ai.response.model=stub-1"])]);
    assert!(durations.iter().all(|(sum, bounds, _)| *sum > 0.0 && bounds.len() == 14 && bounds[13] > 81.9));
}
