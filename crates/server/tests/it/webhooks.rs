//! Webhooks: each sender's signature, forgeries and echoes of it, and many of the same at once.

use cairn_server::{Sender, verify};
use http::{HeaderMap, HeaderName, HeaderValue};
use ring::hmac;
use serde_json::{Value, json};

use crate::client::Client;
use crate::fixture::{Running, documents, start_with};

const SECRET: &str = "It's a Secret to Everybody";
/// A moment, in milliseconds.
const NOW: i64 = 1_531_420_618_000;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair =
        |(name, value): &(&str, &str)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
    pairs.iter().map(pair).collect()
}

fn is_believed(sender: Sender, secret: &str, pairs: &[(&str, &str)], body: &str) -> bool {
    verify(sender, secret, &headers(pairs), body.as_bytes(), NOW).is_some()
}

fn sign(secret: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn published_examples_of_signatures_are_believed() {
    // GitHub's documentation on validating deliveries.
    let github = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert!(is_believed(Sender::Github, SECRET, &[("x-hub-signature-256", github)], "Hello, World!"));
    // Slack's documentation on verifying requests.
    let slack = [
        ("x-slack-request-timestamp", "1531420618"),
        ("x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
    ];
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
                channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
                response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
                trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert!(is_believed(Sender::Slack, "8f742231b10e8888abcd99yyyzzz85a5", &slack, body));
}

#[test]
fn a_standard_webhook_is_believed_by_any_of_its_signatures() {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let (secret, body, at) =
        (format!("whsec_{}", encode(b"twenty-four bytes of key")), "{\"test\": 2432232314}", NOW / 1000);
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"twenty-four bytes of key");
    let signature = encode(hmac::sign(&key, format!("msg_1.{at}.{body}").as_bytes()).as_ref());
    let at = at.to_string();
    let signed = format!("v1,AAAA v2,x v1,{signature}");
    let good = [("webhook-id", "msg_1"), ("webhook-timestamp", at.as_str()), ("webhook-signature", signed.as_str())];
    assert!(is_believed(Sender::Generic, &secret, &good, body));
    let (id, old) = ([("webhook-id", "msg_2")], (NOW / 1000 - 301).to_string());
    assert!(!is_believed(Sender::Generic, &secret, &[id[0], good[1], good[2]], body), "another id");
    assert!(
        !is_believed(Sender::Generic, &secret, &[good[0], ("webhook-timestamp", &old), good[2]], body),
        "another time"
    );
    assert!(!is_believed(Sender::Generic, &secret, &good[..2], body), "no signature");
}

#[test]
fn what_is_forged_old_or_without_a_signature_is_not_believed() {
    let body = format!("{{\"event_id\":\"e1\",\"webhookTimestamp\":{NOW}}}");
    let (hub, plain) = (format!("sha256={}", sign(SECRET, &body)), sign(SECRET, &body));
    let at = (NOW / 1000).to_string();
    let slack = format!("v0={}", sign(SECRET, &format!("v0:{at}:{body}")));
    let senders: [(Sender, Vec<(&str, &str)>); 6] = [
        (Sender::Github, vec![("x-hub-signature-256", &hub)]),
        (Sender::Gitlab, vec![("x-gitlab-token", SECRET)]),
        (Sender::Jira, vec![("x-hub-signature", &hub)]),
        (Sender::ConfluenceDc, vec![("x-hub-signature", &hub)]),
        (Sender::Slack, vec![("x-slack-signature", &slack), ("x-slack-request-timestamp", &at)]),
        (Sender::Linear, vec![("linear-signature", &plain)]),
    ];
    for (sender, pairs) in &senders {
        assert!(is_believed(*sender, SECRET, pairs, &body), "{sender:?}");
        assert!(!is_believed(*sender, "another secret entirely", pairs, &body), "{sender:?}: another secret");
        assert!(!is_believed(*sender, SECRET, &[], &body), "{sender:?}: nothing");
        let empty: Vec<(&str, &str)> = pairs.iter().map(|(name, _)| (*name, "")).collect();
        assert!(!is_believed(*sender, SECRET, &empty, &body), "{sender:?}: empty");
        if *sender != Sender::Gitlab {
            assert!(!is_believed(*sender, SECRET, pairs, &body.replace("e1", "e2")), "{sender:?}: another body");
            let cut: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, &value[..value.len() - 2])).collect();
            assert!(!is_believed(*sender, SECRET, &cut, &body), "{sender:?}: cut");
        }
    }
    let late = |sender: Sender, by: i64| {
        let (_, pairs) = senders.iter().find(|(it, _)| *it == sender).unwrap();
        verify(sender, SECRET, &headers(pairs), body.as_bytes(), NOW + by).is_some()
    };
    assert!(late(Sender::Slack, 299_000) && !late(Sender::Slack, 301_000) && !late(Sender::Slack, -301_000));
    assert!(late(Sender::Linear, 59_000) && !late(Sender::Linear, 61_000));
    // The old header of GitHub is of no worth.
    assert!(!is_believed(Sender::Github, SECRET, &[("x-hub-signature", &hub)], &body));
}

/// A service with a folder as a source, of whose changes GitHub tells.
fn told_by_github() -> (Running, String) {
    let service = start_with(|config| config.source_roots = vec![std::env::temp_dir()]);
    service.project("shop");
    let place = service.folder.path().join("docs");
    documents(&place, &[("a.md", "# A\n\nThe `one-api` calls the `two-api`.\n")]);
    let new = json!({ "id": "docs", "place": { "kind": "folder", "path": place } });
    service.admin.post("/api/v1/projects/shop/sources", &new).expect(201);
    let hook = json!({ "sender": "github", "secret": SECRET });
    let made = service.admin.put("/api/v1/projects/shop/sources/docs/webhook", &hook).expect(200).json();
    service.settle("shop");
    (service, made["webhook"]["path"].as_str().unwrap().to_owned())
}

fn delivery(service: &Running, id: &str, body: &Value) -> Client {
    event(service, "push", id, body)
}

fn event(service: &Running, name: &str, id: &str, body: &Value) -> Client {
    let signature = format!("sha256={}", sign(SECRET, &body.to_string()));
    let client = service.anybody().with("X-Hub-Signature-256", &signature).with("X-GitHub-Delivery", id);
    client.with("X-GitHub-Event", name)
}

#[test]
fn a_hundred_of_the_same_at_once_make_one_revision_and_one_row_of_the_trail() {
    let (service, path) = told_by_github();
    let before = service.all("/api/v1/projects/shop/revisions").len();
    documents(&service.folder.path().join("docs"), &[("a.md", "# A\n\nThe `one-api` calls the `three-api`.\n")]);
    let body = json!({ "ref": "refs/heads/main" });
    let client = delivery(&service, "72d3162e-cc78-11e3-81ab-4c9367dc0958", &body);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| client.post(&path, &body).expect(202));
        }
    });
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/revisions").len(), before + 1);
    let told = service.all("/api/v1/projects/shop/audit").into_iter().filter(|row| row["action"] == "source.told");
    let told: Vec<Value> = told.collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["actor"], "webhook:github");
    assert!(!service.all("/api/v1/projects/shop/elements?label=three-api").is_empty());
    // Another delivery is another, also of the same content; that nothing changed makes no revision.
    delivery(&service, "another", &body).post(&path, &body).expect(202);
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/revisions").len(), before + 1);
}

#[test]
fn a_webhook_that_is_not_believed_does_nothing() {
    let (service, path) = told_by_github();
    let jobs = service.settle("shop").len();
    let (body, other) = (json!({ "a": 1 }), json!({ "a": 2 }));
    assert_eq!(delivery(&service, "1", &body).post(&path, &other).problem(401), "signature");
    assert_eq!(service.anybody().post(&path, &body).problem(401), "signature");
    assert_eq!(delivery(&service, "1", &body).post("/api/v1/webhooks/hook-none", &body).problem(404), "not_found");
    event(&service, "ping", "1", &body).post(&path, &body).expect(200);
    assert_eq!(service.settle("shop").len(), jobs);
    let metrics = service.admin.get("/metrics").expect(200).text();
    assert!(metrics.contains("cairn_webhooks_total{sender=\"github\",outcome=\"refused\"} 2"), "{metrics}");
    // Taken away, it is gone; the secret was never shown again.
    let shown = service.admin.get("/api/v1/projects/shop/sources/docs").expect(200).text();
    assert!(!shown.contains(SECRET), "{shown}");
    service.admin.delete("/api/v1/projects/shop/sources/docs/webhook").expect(204);
    assert_eq!(delivery(&service, "2", &body).post(&path, &body).problem(404), "not_found");
}

#[test]
fn slack_is_told_that_somebody_is_there() {
    let (service, _) = told_by_github();
    let hook = json!({ "sender": "slack", "secret": SECRET });
    let made = service.admin.put("/api/v1/projects/shop/sources/docs/webhook", &hook).expect(200).json();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let body =
        json!({ "type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" });
    let signature = format!("v0={}", sign(SECRET, &format!("v0:{now}:{body}")));
    let client =
        service.anybody().with("X-Slack-Signature", &signature).with("X-Slack-Request-Timestamp", &now.to_string());
    let reply = client.post(made["webhook"]["path"].as_str().unwrap(), &body).expect(200);
    assert_eq!(reply.text(), body["challenge"].as_str().unwrap());
}
