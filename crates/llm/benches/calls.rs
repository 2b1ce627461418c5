//! What a call costs without the model: `cargo bench -p cairn-llm --bench calls`.
//!
//! Asks a stub on the loopback that answers at once. The first figure is the whole of a call as this crate makes it, one after
//! another, less that of the bare HTTP client with the same bytes; the second how many calls a second go through with
//! several at a time; the third how much of all questions are beginnings that they share.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "the stub is shared with the tests, which fail by panicking")]
#![expect(clippy::indexing_slicing, reason = "the same")]

#[path = "../tests/it/stub.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod stub;

use std::time::{Duration, Instant};

use cairn_llm::{
    BUILT_IN_PROMPTS, ChatRequest, Client, Endpoint, EndpointKind, Parameters, Policy, Prompt, Structured,
    TokenLimitField, estimate_tokens,
};
use stub::{Reply, Stub};

const CALLS: u32 = 1_000;
const CONCURRENCY: usize = 16;
const PASSAGES: u32 = 200;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime starts").block_on(async {
        let stub = Stub::start(|_| Reply::content("{\"flows\":[]}"));
        let endpoint = Endpoint {
            kind: EndpointKind::OpenAi,
            base_url: stub.url(),
            api_key: None,
            proxy: None,
            policy: Policy { concurrency: CONCURRENCY, ..Policy::default() },
        };
        let client = Client::new(&endpoint).expect("the stub has an address");
        let prompts = BUILT_IN_PROMPTS.iter().filter_map(|(name, _)| Prompt::built_in(name)).collect::<Vec<_>>();
        let prompt = prompts.first().expect("there are prompts");
        let request = question(prompt, 0);

        let whole = one_after_another(|| async { drop(client.chat(&request).await.expect("the stub answers")) }).await;
        let http = reqwest::Client::new();
        let (url, body) = (format!("{}/chat/completions", stub.url()), request.body().to_string());
        let bare = one_after_another(|| async {
            let sent = http.post(&url).header("content-type", "application/json").body(body.clone()).send();
            drop(sent.await.expect("the stub answers").bytes().await.expect("the stub answers whole"));
        })
        .await;
        println!("one call:             {:>8.1} µs", micros(whole));
        println!("bare HTTP:            {:>8.1} µs", micros(bare));
        println!("overhead of a call:   {:>8.1} µs", micros(whole.saturating_sub(bare)));
        println!("{CONCURRENCY} at a time:        {:>8.0} calls/s", several_at_a_time(&client, prompt).await);
        print_shared(&prompts);
    });
}

/// What endpoints that keep the beginnings of questions need not read again, with the instructions first, as they are sent, and with
/// the passage first and its instructions behind it.
fn print_shared(prompts: &[Prompt]) {
    let (mut all, mut instructions_first, mut passage_first) = (0, 0, 0);
    for number in 0..PASSAGES {
        for (at, prompt) in prompts.iter().enumerate() {
            let request = question(prompt, number);
            let schema = request.schema.map_or(0, |(_, schema)| estimate_tokens(&schema.to_string()));
            let (instructions, passage) = (estimate_tokens(&request.system) + schema, estimate_tokens(&request.user));
            all += instructions + passage;
            instructions_first += if number > 0 { instructions } else { 0 };
            passage_first += if at > 0 { passage } else { 0 };
        }
    }
    let questions = PASSAGES as usize * prompts.len();
    println!("{questions} questions about {PASSAGES} passages: {all} tokens");
    println!("shared, instructions first: {instructions_first:>8} tokens ({} %)", instructions_first * 100 / all);
    println!("shared, passage first:      {passage_first:>8} tokens ({} %)", passage_first * 100 / all);
}

async fn one_after_another<F: Future<Output = ()>>(call: impl Fn() -> F) -> Duration {
    for _ in 0..50 {
        call().await;
    }
    let start = Instant::now();
    for _ in 0..CALLS {
        call().await;
    }
    start.elapsed() / CALLS
}

async fn several_at_a_time(client: &Client, prompt: &Prompt) -> f64 {
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..CALLS {
        let (client, request) = (client.clone(), question(prompt, number));
        calls.spawn(async move { drop(client.chat(&request).await.expect("the stub answers")) });
    }
    calls.join_all().await;
    f64::from(CALLS) / start.elapsed().as_secs_f64()
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// A question about a passage of the usual length.
fn question(prompt: &Prompt, number: u32) -> ChatRequest {
    let text = format!("The order service {number} calls the ledger database over TLS. ").repeat(15);
    let values = serde_json::json!({
        "mark": "=====0123456789abcdef", "path": format!("docs/{number}.md"), "source_type": "design", "title": "Heron",
        "headings": "Heron > Orders", "names": "order service; ledger database", "table_header": "", "text": text, "pass": 1,
    });
    ChatRequest {
        system: prompt.system().to_owned(),
        user: prompt.render(values).expect("the prompt renders"),
        schema: Some((prompt.name().to_owned(), prompt.schema().clone())),
        parameters: Parameters {
            model: "stub-1".to_owned(),
            temperature_thousandths: Some(0),
            seed: None,
            tokens_max: 4_096,
            token_limit_field: TokenLimitField::MaxTokens,
            structured: Structured::JsonSchema,
        },
    }
}
