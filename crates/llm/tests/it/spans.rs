//! What a call tells the logs: names and numbers, never words of a document.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::stub::{Reply, Stub};
use crate::{client, policy, request};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// All that is logged, at every level, while the endpoint answers so.
fn logged(reply: Reply) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .without_time()
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let stub = Stub::start(move |_| reply.clone());
            drop(client(&stub, policy()).chat(&request("the heron's secret nest")).await);
        });
    });
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
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
    for reply in [
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
}
