//! Sessions of browsers.

use serde_json::json;

use crate::client::{Client, Reply};
use crate::fixture::{Running, start, start_with};

fn open(service: &Running) -> (Client, Reply) {
    let reply = service.anybody().post("/api/v1/session", &json!({ "key": service.key })).expect(201);
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    (service.anybody().with("Cookie", &cookie), reply)
}

#[test]
fn a_session_is_opened_with_a_key_and_proves_each_change() {
    let service = start();
    let (browser, opened) = open(&service);
    let cookie = opened.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    let me = browser.get("/api/v1/session").expect(200).json();
    assert_eq!(me["person"]["id"], "admin");
    let proof = me["csrf_token"].as_str().unwrap();
    let new = json!({ "id": "shop", "name": "Shop" });
    assert_eq!(browser.post("/api/v1/projects", &new).problem(403), "csrf");
    assert_eq!(browser.with("X-CSRF-Token", "guessed").post("/api/v1/projects", &new).problem(403), "csrf");
    let proven = browser.with("X-CSRF-Token", proof);
    let foreign = proven.with("Sec-Fetch-Site", "cross-site");
    assert_eq!(foreign.post("/api/v1/projects", &new).problem(403), "foreign_origin");
    let foreign = proven.with("Origin", "https://elsewhere.example");
    assert_eq!(foreign.post("/api/v1/projects", &new).problem(403), "foreign_origin");
    let own = proven.with("Origin", &format!("http://{}", service.admin.address)).with("Sec-Fetch-Site", "same-origin");
    own.post("/api/v1/projects", &new).expect(201);
    // The proof of one session proves nothing in another.
    let (other, _) = open(&service);
    assert_eq!(other.with("X-CSRF-Token", proof).delete("/api/v1/projects/shop").problem(403), "csrf");
}

#[test]
fn a_session_ends_when_it_is_closed_and_with_its_key() {
    let service = start();
    let (browser, opened) = open(&service);
    let proof = opened.json()["csrf_token"].as_str().unwrap().to_owned();
    let closed = browser.with("X-CSRF-Token", &proof).delete("/api/v1/session").expect(204);
    assert!(closed.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.get("/api/v1/session").problem(401), "unauthenticated");

    let (browser, opened) = open(&service);
    let key = opened.json()["key"]["id"].as_str().unwrap().to_owned();
    service.admin.delete(&format!("/api/v1/keys/{key}")).expect(204);
    assert_eq!(browser.get("/api/v1/session").problem(401), "unauthenticated");
}

#[test]
fn behind_tls_the_cookie_is_bound_to_it() {
    let service = start_with(|config| config.public_url = "https://cairn.example".to_owned());
    let (browser, opened) = open(&service);
    let cookie = opened.header("set-cookie");
    assert!(cookie.starts_with("__Host-cairn-session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(opened.header("strict-transport-security").starts_with("max-age="));
    let proof = opened.json()["csrf_token"].as_str().unwrap().to_owned();
    let page = browser.with("X-CSRF-Token", &proof).with("Origin", "https://cairn.example");
    page.post("/api/v1/projects", &json!({ "id": "shop", "name": "Shop" })).expect(201);
}

#[test]
fn no_session_is_opened_without_a_good_key() {
    let service = start();
    for key in ["", "cairn_", "x", &service.key[..service.key.len() - 1]] {
        assert_eq!(service.anybody().post("/api/v1/session", &json!({ "key": key })).problem(401), "unauthenticated");
    }
}
