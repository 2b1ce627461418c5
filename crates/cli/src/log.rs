//! What a run tells about itself: calls to a model, for whoever asks with `CAIRN_LOG`, and everything that a service does. Names and numbers, never text.
//!
//! Traces of the service also go to a collector, where the environment names one.

mod otlp;

pub(crate) use otlp::Traces;

use cairn_server::LogFormat;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The variables that name a collector, the one for traces alone first.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// The variable with the level: `info`, `debug`, `trace`.
const VARIABLE: &str = "CAIRN_LOG";

/// Where a collector is, and the variable that says so.
fn endpoint() -> Option<(&'static str, String)> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    ENDPOINTS.into_iter().find_map(|name| Some((name, value(name)?)))
}

/// Writes what a service does to stderr, from `level` on: for people or as a record a line. Events of libraries are left out. Spans go to a
/// collector, where there is one.
pub(crate) fn serve(level: &str, format: LogFormat, traces: &Traces) {
    let level = level.parse::<LevelFilter>().unwrap_or(LevelFilter::INFO);
    let ours = Targets::new().with_target("cairn_server", level).with_target("cairn_llm", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let registry = tracing_subscriber::registry().with(traces.layer());
    // An error only means that somebody listens already.
    match format {
        LogFormat::Text => registry.with(lines.with_filter(ours)).try_init().ok(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true).with_filter(ours)).try_init().ok(),
    };
}

/// Writes events of this program to stderr, one line each. Those of libraries are left out: they may quote answers.
pub(crate) fn start() {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let level = std::env::var(VARIABLE).ok().and_then(|level| level.parse::<LevelFilter>().ok());
    let Some(level) = level.filter(|level| *level != LevelFilter::OFF) else { return };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false).with_target(true);
    let ours = Targets::new().with_target("cairn", level).with_target("cairn_llm", level);
    // An error only means that somebody listens already.
    tracing_subscriber::registry().with(lines).with(ours).try_init().ok();
}
