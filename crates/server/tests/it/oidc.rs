//! Signing in at an identity provider, from the sign-in page to the session, against a provider that also lies.

use std::net::TcpListener;

use cairn_server::{Config, Outside};
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::client::{Client, Reply};
use crate::fixture::{Running, start, start_outside};
use crate::idp::{CLIENT, Idp, SECRET};

/// Under which address browsers know the service.
const PUBLIC: &str = "https://cairn.example";

fn start_at(issuer: String, change: impl FnOnce(&mut Config)) -> Running {
    let outside = Outside { sign_in_secret: Some(SECRET.to_owned()), ..Outside::default() };
    start_outside(outside, |config| {
        config.public_url = PUBLIC.into();
        config.oidc_issuer = issuer;
        config.oidc_client_id = CLIENT.into();
        config.oidc_new_people = true;
        config.oidc_roles = vec!["shop:editor=shop-team".to_owned(), "*:viewer=everybody".to_owned()];
        change(config);
    })
}

fn with_provider() -> (Idp, Running) {
    let idp = Idp::start();
    let service = start_at(idp.issuer(), |_| {});
    (idp, service)
}

/// A browser on its way: the cookie that it holds, and the address to which the provider sends it back.
struct Way {
    ticket: String,
    back: String,
}

/// Begins at the sign-in page and goes through the provider.
fn go(service: &Running, idp: &Idp, query: &str) -> Way {
    let begun = service.anybody().get(&format!("/login/oidc{query}")).expect(303);
    let ticket = begun.header("set-cookie").split(';').next().unwrap().to_owned();
    let address = begun.header("location").strip_prefix(&idp.issuer()).expect("it leads to the provider").to_owned();
    let sent = Client::new(idp.address).get(&address).expect(303);
    Way { ticket, back: sent.header("location").strip_prefix(PUBLIC).unwrap().to_owned() }
}

/// Comes back to the service.
fn come(service: &Running, way: &Way) -> Reply {
    service.anybody().with("Cookie", &way.ticket).get(&way.back)
}

/// The browser of a session that was opened.
fn browser(service: &Running, reply: &Reply) -> Client {
    let cookies = reply.header("set-cookie");
    let session = cookies.lines().find(|it| it.starts_with("__Host-cairn-session=")).expect("there is a session");
    service.anybody().with("Cookie", session.split(';').next().unwrap())
}

fn sign_in(service: &Running, idp: &Idp) -> Client {
    let reply = come(service, &go(service, idp, "")).expect(303);
    browser(service, &reply)
}

/// The newest row of the trail.
fn last(service: &Running) -> Value {
    service.admin.get("/api/v1/audit?limit=1").expect(200).json()["items"][0].clone()
}

/// The sign-in is refused with this status, a page that tells nothing secret, and a row of the trail that says why.
#[track_caller]
fn is_refused(service: &Running, reply: &Reply, status: u16, reason: &str) {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert!(!reply.header("set-cookie").contains("cairn-session"), "nobody is let in");
    for secret in ["code-", "access-token", "eyJ", SECRET, "ada@example.com"] {
        assert!(!reply.text().contains(secret), "{secret}: {}", reply.text());
    }
    let row = last(service);
    assert_eq!(
        (row["action"].as_str(), row["after"]["reason"].as_str()),
        (Some("session.refuse"), Some(reason)),
        "{row}"
    );
    assert!(!row.to_string().contains("code-"), "{row}");
}

#[test]
fn whoever_the_provider_lets_in_gets_a_session_like_any_other() {
    let (idp, service) = with_provider();
    let page = service.anybody().get("/sign-in?back=%2Fp%2Fshop%2Finbox").expect(200).text();
    assert!(page.contains("href=\"/login/oidc?back=%2Fp%2Fshop%2Finbox\""), "{page}");
    let begun = service.anybody().get("/login/oidc?back=%2Fp%2Fshop%2Finbox").expect(303);
    let cookie = begun.header("set-cookie");
    for part in ["__Host-cairn-sign-in=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/;", "Max-Age=600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let address = begun.header("location");
    assert!(address.contains("scope=openid+profile") && address.contains("code_challenge_method=S256"), "{address}");

    let way = go(&service, &idp, "?back=%2Fp%2Fshop%2Finbox");
    let reply = come(&service, &way).expect(303);
    assert_eq!(reply.header("location"), "/p/shop/inbox");
    assert!(
        reply.header("set-cookie").lines().any(|it| it.starts_with("__Host-cairn-sign-in=;")),
        "the ticket is used up"
    );
    let me = browser(&service, &reply).get("/api/v1/session").expect(200).json();
    assert_eq!((me["person"]["name"].as_str(), me["is_operator"].as_bool()), (Some("Ada Moreau"), Some(false)));
    let row = last(&service);
    assert_eq!((row["action"].as_str(), row["actor"].as_str()), (Some("session.open"), me["person"]["id"].as_str()));
    assert_eq!(
        (row["after"]["subject"].as_str(), row["after"]["issuer"].as_str()),
        (Some("ada-1"), Some(&*idp.issuer()))
    );
    // It proves its changes like others, and ends like others.
    let session = browser(&service, &reply);
    assert_eq!(session.delete("/api/v1/session").problem(403), "csrf");
    session.with("X-CSRF-Token", me["csrf_token"].as_str().unwrap()).delete("/api/v1/session").expect(204);
    assert_eq!(session.get("/api/v1/session").problem(401), "unauthenticated");
    // Keys stay a way in.
    service.admin.get("/api/v1/session").expect(200);
}

#[test]
fn who_comes_again_is_the_same_person_whatever_else_the_provider_says() {
    let (idp, service) = with_provider();
    let first = sign_in(&service, &idp).get("/api/v1/session").expect(200).json();
    idp.claims("email", json!("somebody.else@example.com"));
    idp.claims("name", json!("Ada Renamed"));
    let again = sign_in(&service, &idp).get("/api/v1/session").expect(200).json();
    assert_eq!(first["person"]["id"], again["person"]["id"]);
    // The same address of mail makes nobody another person.
    idp.claims("sub", json!("ada-2"));
    let other = sign_in(&service, &idp).get("/api/v1/session").expect(200).json();
    assert_ne!(first["person"]["id"], other["person"]["id"]);
}

#[test]
fn without_a_provider_there_is_no_way_to_one() {
    let service = start();
    assert!(!service.anybody().get("/sign-in").expect(200).text().contains("/login/oidc"));
    for address in ["/login/oidc", "/login/oidc/callback?code=x&state=y"] {
        service.anybody().get(address).expect(404);
    }
    let change = json!({ "subject": "ada-1" });
    assert_eq!(service.admin.patch("/api/v1/people/admin", &change).problem(409), "no_provider");
}

#[test]
fn an_answer_counts_once_and_only_in_the_browser_that_asked() {
    let (idp, service) = with_provider();
    let way = go(&service, &idp, "");
    // Of somebody who has not asked, nothing is even written down.
    let before = last(&service);
    service.anybody().get(&way.back).expect(400);
    service.anybody().with("Cookie", "__Host-cairn-sign-in=x").get(&way.back).expect(400);
    assert_eq!(last(&service), before);
    let other = go(&service, &idp, "");
    let mixed = Way { ticket: other.ticket.clone(), back: way.back.clone() };
    is_refused(&service, &come(&service, &mixed), 400, "other_state");

    come(&service, &way).expect(303);
    is_refused(&service, &come(&service, &way), 400, "repeated");
    // The code of one sign-in in another: the provider sees that it was not asked for by who brings it.
    let code = |way: &Way| way.back.split(['=', '&']).nth(1).unwrap().to_owned();
    let third = go(&service, &idp, "");
    let back = other.back.replace(&code(&other), &code(&third));
    is_refused(&service, &come(&service, &Way { ticket: other.ticket, back }), 403, "code_not_taken");
}

#[test]
fn a_token_that_does_not_hold_lets_nobody_in() {
    let (idp, service) = with_provider();
    for (claim, value, reason) in [
        ("nonce", json!("of another sign-in"), "other_nonce"),
        ("aud", json!("another-service"), "other_audience"),
        ("aud", json!([CLIENT, "another-service"]), "other_audience"),
        ("azp", json!("another-service"), "other_audience"),
        ("iss", json!("https://elsewhere.example"), "other_issuer"),
        ("exp", json!(1), "expired"),
        ("sub", json!("x".repeat(256)), "bad_token"),
    ] {
        let before = idp.says.lock().unwrap().claims.clone();
        idp.claims(claim, value);
        is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, reason);
        idp.now(|says| says.claims = before);
    }
    idp.now(|says| says.forges = true);
    is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, "bad_signature");
    // A secret that two know signs for neither.
    idp.now(|says| (says.forges, says.signs_with_secret) = (false, true));
    is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, "bad_signature");
    idp.now(|says| says.signs_with_secret = false);
    sign_in(&service, &idp);
}

#[test]
fn a_provider_may_change_its_keys_at_any_time() {
    let (idp, service) = with_provider();
    sign_in(&service, &idp);
    sign_in(&service, &idp);
    assert_eq!(idp.says.lock().unwrap().keys_asked, 1, "it is not asked each time");
    idp.now(|says| says.key = 1);
    sign_in(&service, &idp);
    assert_eq!(idp.says.lock().unwrap().keys_asked, 2);
}

#[test]
fn groups_give_roles_as_long_as_the_provider_says_so() {
    let (idp, service) = with_provider();
    service.project("shop");
    service.project("other");
    let role = |client: &Client, project: &str| {
        let reply = client.get(&format!("/api/v1/projects/{project}"));
        if reply.status == 404 {
            "none".to_owned()
        } else {
            reply.json()["project"]["role"].as_str().unwrap().to_owned()
        }
    };
    let stranger = sign_in(&service, &idp);
    assert_eq!((role(&stranger, "shop"), role(&stranger, "other")), ("none".to_owned(), "none".to_owned()));

    idp.claims("groups", json!(["everybody", "shop-team", "unknown"]));
    let editor = sign_in(&service, &idp);
    assert_eq!((role(&editor, "shop"), role(&editor, "other")), ("editor".to_owned(), "viewer".to_owned()));
    service.project("later");
    assert_eq!(role(&editor, "later"), "viewer", "all projects are those of the future, too");
    assert_eq!(editor.get("/api/v1/people").problem(403), "forbidden");
    let listed = |project: &str| service.admin.get(&format!("/api/v1/projects/{project}/members")).expect(200).json();
    let by_groups = listed("shop").as_array().unwrap().iter().find(|it| it["by_groups"] == true).cloned().unwrap();
    assert_eq!((by_groups["name"].as_str(), by_groups["role"].as_str()), (Some("Ada Moreau"), Some("editor")));
    let page = service.admin.get("/p/shop/access").expect(200).text();
    assert!(page.contains("Ada Moreau") && page.contains("by their groups"), "{page}");
    assert_eq!(editor.get("/api/v1/projects/nothing").problem(404), "project_not_found");

    // The last word of the provider counts, in older sessions as well. What was given by hand stays.
    let id = editor.get("/api/v1/session").expect(200).json()["person"]["id"].as_str().unwrap().to_owned();
    service.admin.put(&format!("/api/v1/projects/other/members/{id}"), &json!({ "role": "reviewer" })).expect(200);
    idp.claims("groups", json!("everybody"));
    let viewer = sign_in(&service, &idp);
    for client in [&viewer, &editor] {
        assert_eq!((role(client, "shop"), role(client, "other")), ("viewer".to_owned(), "reviewer".to_owned()));
    }
    idp.claims("groups", Value::Null);
    let member = sign_in(&service, &idp);
    assert_eq!((role(&member, "shop"), role(&member, "other")), ("none".to_owned(), "reviewer".to_owned()));
    assert!(listed("shop").as_array().unwrap().iter().all(|it| it["by_groups"] == false));
}

#[test]
fn only_people_whom_operators_have_named_get_in_where_nobody_new_may() {
    let idp = Idp::start();
    let service = start_at(idp.issuer(), |config| config.oidc_new_people = false);
    let reply = come(&service, &go(&service, &idp, ""));
    is_refused(&service, &reply, 403, "unknown_person");
    assert_eq!(last(&service)["object"], "ada-1");
    service.admin.post("/api/v1/people", &json!({ "id": "ada", "name": "Ada" })).expect(201);
    service.admin.patch("/api/v1/people/ada", &json!({ "subject": "ada-1" })).expect(200);
    let me = sign_in(&service, &idp).get("/api/v1/session").expect(200).json();
    assert_eq!(me["person"]["id"], "ada");
    let taken = service.admin.patch("/api/v1/people/admin", &json!({ "subject": "ada-1" }));
    assert_eq!(taken.problem(409), "exists");

    service.admin.patch("/api/v1/people/ada", &json!({ "is_disabled": true })).expect(200);
    is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, "locked_out");
    service.admin.patch("/api/v1/people/ada", &json!({ "is_disabled": false, "subject": "" })).expect(200);
    is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, "unknown_person");
}

#[test]
fn whom_operators_have_taken_the_way_in_from_does_not_come_back_as_new() {
    let (idp, service) = with_provider();
    let me = sign_in(&service, &idp).get("/api/v1/session").expect(200).json();
    let path = format!("/api/v1/people/{}", me["person"]["id"].as_str().unwrap());
    service.admin.patch(&path, &json!({ "is_disabled": true, "subject": "" })).expect(200);
    is_refused(&service, &come(&service, &go(&service, &idp, "")), 403, "unknown_person");
}

#[test]
fn nobody_is_led_to_another_site_in_the_end() {
    let (idp, service) = with_provider();
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", "/p%0d%0aSet-Cookie:%20a=b", ""] {
        let reply = come(&service, &go(&service, &idp, &format!("?back={elsewhere}"))).expect(303);
        assert_eq!(reply.header("location"), "/", "{elsewhere}");
    }
    let own = come(&service, &go(&service, &idp, "?back=%2Fp%2Fshop%2Fthreats%3Fat%3Dr1")).expect(303);
    assert_eq!(own.header("location"), "/p/shop/threats?at=r1");
}

#[test]
fn who_turns_back_at_the_provider_is_told_so_in_our_words() {
    let (idp, service) = with_provider();
    idp.now(|says| says.turns_away = true);
    let reply = come(&service, &go(&service, &idp, ""));
    assert!(!reply.text().contains("<b>no"), "{}", reply.text());
    is_refused(&service, &reply, 403, "refused_by_provider");
    // An answer that names another provider than the one that was asked.
    idp.now(|says| says.turns_away = false);
    let way = go(&service, &idp, "");
    let back = format!("{}&iss=https%3A%2F%2Felsewhere.example", way.back);
    is_refused(&service, &come(&service, &Way { back, ..way }), 403, "other_issuer");
}

#[test]
fn without_the_provider_the_service_starts_and_keys_go_on_working() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let service = start_at(format!("http://{nobody}"), |_| {});
    let reply = service.anybody().get("/login/oidc").expect(503);
    assert!(reply.text().contains("does not answer") && !reply.header("retry-after").is_empty(), "{}", reply.text());
    service.admin.get("/api/v1/projects").expect(200);
    // One that goes away in between.
    let (idp, service) = with_provider();
    let way = go(&service, &idp, "");
    drop(idp);
    is_refused(&service, &come(&service, &way), 503, "provider_away");
}

#[test]
fn a_provider_that_takes_the_call_and_never_answers_is_away() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = start_at(format!("http://{}", silent.local_addr().unwrap()), |_| {});
    let reply = service.anybody().get("/login/oidc").expect(503);
    assert!(reply.text().contains("does not answer"), "{}", reply.text());
    service.admin.get("/api/v1/projects").expect(200);
}

#[test]
fn what_is_no_provider_or_does_not_know_us_is_a_bad_gateway() {
    let (idp, service) = with_provider();
    idp.now(|says| says.padding = 2 << 20);
    service.anybody().get("/login/oidc").expect(502);
    idp.now(|says| says.padding = 0);
    sign_in(&service, &idp);
    // It says that it is somebody else than the settings name.
    let other = start_at(format!("http://localhost:{}", idp.address.port()), |_| {});
    other.anybody().get("/login/oidc").expect(502);
    let unknown = start_at(idp.issuer(), |config| config.oidc_client_id = "somebody".to_owned());
    is_refused(&unknown, &come(&unknown, &go(&unknown, &idp, "")), 502, "client_not_known");
}

#[test]
fn what_cannot_be_written_down_lets_nobody_in() {
    let (idp, service) = with_provider();
    let way = go(&service, &idp, "");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(service.folder.path().join("data/service.db"));
        let mut connection = options.connect().await.unwrap();
        let trigger = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";
        sqlx::query(trigger).execute(&mut connection).await.unwrap();
    });
    let reply = come(&service, &way).expect(503);
    assert!(!reply.header("set-cookie").contains("cairn-session"), "{reply:?}");
    let people = service.admin.get("/api/v1/people").expect(200).json();
    assert_eq!(people.as_array().unwrap().len(), 1, "nobody is taken in: {people}");
    // Nor is somebody refused without a word of it.
    come(&service, &way).expect(503);
}
