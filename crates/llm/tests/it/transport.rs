//! Errors, pauses, limits and bounds: what an endpoint does, how often it is asked, and what the caller is told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cairn_llm::{ApiKey, CallError, CallFailure, Client, Endpoint, EndpointError, EndpointKind, Policy, Proxy};
use tokio::time::Instant;

use crate::stub::{Reply, Stub};
use crate::{client, endpoint, policy, request};

/// Asks once, with the endpoint always answering so; the failure, and how often it was asked.
async fn fails(policy: Policy, reply: Reply) -> (CallError, usize) {
    let stub = Stub::start(move |_| reply.clone());
    let error = client(&stub, policy).chat(&request("x")).await.expect_err("the endpoint gives no answer");
    (error, stub.calls())
}

/// Asks an endpoint that answers so at first and well afterwards.
async fn recovers(reply: Reply) -> (u32, Duration) {
    let asked = AtomicUsize::new(0);
    let stub = Stub::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => reply.clone(),
        _ => Reply::content("{}"),
    });
    let start = Instant::now();
    let (completion, observation) = client(&stub, policy()).chat(&request("x")).await.unwrap();
    assert_eq!(completion.content, "{}");
    (observation.attempts, start.elapsed())
}

/// How servers say 429.
fn dialects() -> [Reply; 7] {
    let whole = |headers: &[(&'static str, &str)], body: &str| {
        Reply::Whole(429, headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(), body.to_owned())
    };
    [
        whole(&[], r#"{"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}}"#),
        whole(&[("retry-after", "0")], r#"{"error":{"message":"slow down"}}"#),
        whole(&[], r#"{"error":{"message":"slow down","code":429}}"#),
        whole(&[], "Too Many Requests"),
        whole(&[], r#"{"detail":"rate limited"}"#),
        whole(&[("retry-after-ms", "20")], ""),
        whole(
            &[("date", "Sun, 22 Nov 2026 10:00:00 GMT"), ("retry-after", "Sun, 22 Nov 2026 10:00:00 GMT")],
            "<html>429</html>",
        ),
    ]
}

#[tokio::test]
async fn every_dialect_of_too_many_requests_is_tried_again() {
    for reply in dialects() {
        assert_eq!(recovers(reply.clone()).await.0, 2, "{reply:?}");
    }
}

#[tokio::test]
async fn a_limit_that_stays_ends_after_the_attempts_allowed() {
    for reply in dialects() {
        let (error, calls) = fails(policy(), reply.clone()).await;
        assert_eq!((error.failure, error.attempts, calls), (CallFailure::RateLimited, 3, 3), "{reply:?}");
    }
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept() {
    let reply = Reply::Whole(429, vec![("retry-after-ms", "300".to_owned())], String::new());
    let (attempts, elapsed) = recovers(reply).await;
    assert_eq!(attempts, 2);
    assert!(elapsed >= Duration::from_millis(300));
}

#[tokio::test]
async fn whoever_asks_for_an_hour_is_not_waited_for() {
    for header in [("retry-after", "3600"), ("x-ratelimit-reset-requests", "1h0m0s")] {
        let headers = vec![(header.0, header.1.to_owned()), ("x-ratelimit-remaining-requests", "0".to_owned())];
        let (error, calls) = fails(policy(), Reply::Whole(429, headers, String::new())).await;
        assert_eq!((error.failure, calls), (CallFailure::RateLimited, 1), "{header:?}");
    }
}

#[tokio::test]
async fn an_empty_account_is_not_asked_again() {
    let reply = Reply::status(429, r#"{"error":{"code":"insufficient_quota","message":"no money"}}"#);
    let (error, calls) = fails(policy(), reply).await;
    assert_eq!((error.failure, calls), (CallFailure::OutOfQuota, 1));
}

#[tokio::test]
async fn server_errors_and_broken_answers_are_tried_again() {
    for reply in [
        Reply::status(500, "oops"),
        Reply::status(503, "<html>"),
        Reply::status(529, ""),
        Reply::status(408, "{}"),
        Reply::BreakOff("{\"choices\":".to_owned()),
    ] {
        assert_eq!(recovers(reply.clone()).await.0, 2, "{reply:?}");
    }
}

#[tokio::test]
async fn a_refused_request_is_not_sent_again_and_keeps_its_status() {
    for (body, code) in [
        (r#"{"error":{"code":"model_not_found"}}"#, Some("model_not_found")),
        (r#"{"error":{"code":400,"message":"grammar"}}"#, Some("400")),
        (r#"{"detail":"the whole document came back here"}"#, None),
        ("not JSON", None),
    ] {
        let (error, calls) = fails(policy(), Reply::status(400, body)).await;
        let refused = CallFailure::Refused { status: 400, code: code.map(str::to_owned) };
        assert_eq!((error.failure, calls), (refused, 1), "{body}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_said_to_be_one() {
    let (error, calls) = fails(policy(), Reply::status(401, "{}")).await;
    assert_eq!((error.failure, calls), (CallFailure::Unauthorized { status: 401 }, 1));
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_left_after_the_limit() {
    let quick = Policy { first_byte_ms: 50, attempts_max: 2, ..policy() };
    let (error, calls) = fails(quick, Reply::Hang).await;
    let what = "the first byte of an answer".to_owned();
    assert_eq!((error.failure, calls), (CallFailure::TimedOut { what, limit_ms: 50 }, 2));
}

#[tokio::test]
async fn an_answer_that_drips_is_left_after_the_limit() {
    let quick = Policy { attempt_ms: 100, attempts_max: 1, ..policy() };
    let (error, _) = fails(quick, Reply::Drip(5)).await;
    assert_eq!(error.failure, CallFailure::TimedOut { what: "a whole answer".to_owned(), limit_ms: 100 });
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let (error, calls) = fails(policy(), Reply::Endless).await;
    assert_eq!((error.failure, calls), (CallFailure::TooLong { limit: 1 << 20 }, 1));
}

#[tokio::test]
async fn what_is_no_completion_is_said_to_be_none() {
    for body in ["<html><body>Sign in</body></html>", "{\"choices\":[{\"mess", "{}", "[]", "{\"choices\":[]}"] {
        let (error, calls) = fails(policy(), Reply::status(200, body)).await;
        assert_eq!((error.failure, calls), (CallFailure::NotACompletion, 1), "{body}");
    }
}

#[tokio::test]
async fn redirects_are_never_followed() {
    let elsewhere = Stub::start(|_| Reply::content("{}"));
    let target = elsewhere.url();
    for status in [301, 302, 307, 308] {
        let (error, calls) =
            fails(policy(), Reply::Whole(status, vec![("location", target.clone())], String::new())).await;
        assert_eq!((error.failure, calls), (CallFailure::Redirected { status }, 1));
    }
    assert_eq!(elsewhere.calls(), 0, "neither the key nor the text went elsewhere");
}

#[tokio::test]
async fn an_endpoint_in_trouble_is_left_alone_and_then_asked_by_one_call() {
    let broken = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let seen = std::sync::Arc::clone(&broken);
    let stub =
        Stub::start(move |_| if seen.load(Ordering::SeqCst) { Reply::status(500, "") } else { Reply::content("{}") });
    let client = client(&stub, Policy { attempts_max: 1, breaker_failures: 3, breaker_pause_ms: 200, ..policy() });
    for _ in 0..3 {
        client.chat(&request("x")).await.expect_err("the endpoint fails");
    }
    assert_eq!(client.chat(&request("x")).await.expect_err("calls are paused").failure, CallFailure::Paused);
    assert_eq!(stub.calls(), 3);
    tokio::time::sleep(Duration::from_millis(250)).await;
    broken.store(false, Ordering::SeqCst);
    client.chat(&request("x")).await.expect("the endpoint is well again");
    client.chat(&request("x")).await.expect("all calls go through again");
    assert_eq!(stub.calls(), 5);
}

#[tokio::test]
async fn no_more_calls_run_at_the_same_time_than_allowed() {
    let stub = Stub::start(|_| Reply::Hang);
    let client = client(&stub, Policy { concurrency: 3, first_byte_ms: 300, attempts_max: 1, ..policy() });
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..9 {
        let (client, request) = (client.clone(), request(&number.to_string()));
        calls.spawn(async move { client.chat(&request).await });
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(stub.calls(), 3);
    calls.abort_all();
}

#[tokio::test]
async fn calls_beyond_a_minutes_worth_wait() {
    let stub = Stub::start(|_| Reply::content("{}"));
    // 1,200 in a minute is one every 50 ms; a minute's worth may be used at once, so the bucket is emptied first.
    let client = client(&stub, Policy { tokens_per_minute: 600, ..policy() });
    let long = request(&"word ".repeat(480));
    client.chat(&long).await.unwrap();
    let start = Instant::now();
    client.chat(&request("x")).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(500), "the second call had to wait for tokens");
}

#[tokio::test]
async fn a_request_carries_the_key_and_its_own_name_in_headers_alone() {
    let stub = Stub::start(|_| Reply::content("{}"));
    client(&stub, policy()).chat(&request("x")).await.unwrap();
    let asked = &stub.questions()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(asked.headers["authorization"], "Bearer sk-test-key");
    assert_eq!(asked.headers["idempotency-key"], request("x").key());
    assert!(!asked.headers.contains_key("openai-organization"));
    assert!(!asked.body.contains("sk-test-key"));
}

#[tokio::test]
async fn azure_has_its_own_paths_and_header() {
    let stub = Stub::start(|_| Reply::content("{}"));
    let kind = EndpointKind::Azure { deployment: "depl".to_owned(), api_version: "2026-01-01".to_owned() };
    let endpoint = Endpoint { kind, base_url: stub.url(), ..endpoint(&stub, policy()) };
    Client::new(&endpoint).unwrap().chat(&request("x")).await.unwrap();
    let asked = &stub.questions()[0];
    assert_eq!(asked.path, "/v1/openai/deployments/depl/chat/completions?api-version=2026-01-01");
    assert_eq!(asked.headers["api-key"], "sk-test-key");
}

#[tokio::test]
async fn a_proxy_that_is_given_is_used_but_for_its_exceptions() {
    let proxy = Stub::start(|_| Reply::content("{}"));
    let through = |except: &str| Endpoint {
        base_url: "http://model.pond.invalid/v1".to_owned(),
        api_key: None,
        proxy: Some(Proxy { address: proxy.url(), except: except.to_owned() }),
        ..endpoint(&proxy, policy())
    };
    Client::new(&through("")).unwrap().chat(&request("x")).await.unwrap();
    assert_eq!(proxy.questions()[0].headers["host"], "model.pond.invalid");
    Client::new(&through("pond.invalid")).unwrap().chat(&request("x")).await.expect_err("nobody has that name");
    assert_eq!(proxy.calls(), 1);
    let wrong = Endpoint {
        proxy: Some(Proxy { address: "http://u:secret@[".to_owned(), except: String::new() }),
        ..through("")
    };
    let error = Client::new(&wrong).expect_err("it is no address").to_string();
    assert!(error.contains("not the address of a proxy") && !error.contains("secret"), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_is_unreachable() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = Endpoint {
        kind: EndpointKind::OpenAi,
        base_url: format!("http://{address}/v1"),
        api_key: None,
        proxy: None,
        policy: Policy { attempts_max: 2, ..policy() },
    };
    let error = Client::new(&endpoint).unwrap().chat(&request("x")).await.expect_err("nobody is there");
    assert_eq!(error, CallError { failure: CallFailure::Unreachable, attempts: 2 });
}

#[test]
fn addresses_that_would_give_the_key_away_are_refused() {
    for base_url in
        ["http://models.example/v1", "https://user:secret@models.example/v1", "ftp://models.example", "models"]
    {
        let endpoint = Endpoint {
            kind: EndpointKind::OpenAi,
            base_url: base_url.to_owned(),
            api_key: ApiKey::new("sk-test-key"),
            proxy: None,
            policy: policy(),
        };
        let error = Client::new(&endpoint).expect_err(base_url);
        assert!(matches!(error, EndpointError::Address { .. }));
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn a_key_does_not_show_itself() {
    let key = ApiKey::new(" sk-test-key\n").unwrap();
    assert_eq!(format!("{key:?}"), "ApiKey(hidden)");
    assert_eq!(ApiKey::new("two words"), None);
    assert_eq!(ApiKey::new("line\nbreak"), None);
}
