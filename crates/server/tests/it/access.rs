//! Keys and what they are good for.

use serde_json::json;

use crate::fixture::{start, start_in, start_with};

#[test]
fn a_key_is_shown_once_and_is_of_no_use_once_it_is_revoked() {
    let service = start();
    let made =
        service.admin.post("/api/v1/keys", &json!({ "name": "ci", "scope": "viewer", "days": 7.0 })).expect(201).json();
    let half = json!({ "name": "ci", "scope": "viewer", "days": 7.5 });
    assert_eq!(service.admin.post("/api/v1/keys", &half).problem(422), "invalid_request");
    let secret = made["secret"].as_str().unwrap();
    let client = service.anybody().with_key(secret);
    client.get("/api/v1/projects").expect(200);
    let listed = service.admin.get("/api/v1/keys").expect(200);
    assert!(!listed.text().contains(secret));
    let id = made["key"]["id"].as_str().unwrap();
    let found = listed.json().as_array().unwrap().iter().find(|it| it["id"] == id).unwrap().clone();
    assert!(secret.starts_with(found["prefix"].as_str().unwrap()));
    assert!(found["last_used_at"].is_string());
    service.admin.delete(&format!("/api/v1/keys/{id}")).expect(204);
    assert_eq!(client.get("/api/v1/projects").problem(401), "unauthenticated");
    // Nothing in the data folder holds a secret.
    for file in std::fs::read_dir(service.folder.path().join("data")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(secret.len()).any(|it| it == secret.as_bytes()), "{}", path.display());
        }
    }
}

#[test]
fn a_key_does_no_more_than_its_scope_and_its_projects() {
    let service = start();
    service.project("one");
    service.project("two");
    let new = json!({ "name": "reader", "scope": "viewer", "projects": ["one"] });
    let made = service.admin.post("/api/v1/keys", &new).expect(201).json();
    let client = service.anybody().with_key(made["secret"].as_str().unwrap());
    client.get("/api/v1/projects/one").expect(200);
    assert_eq!(client.get("/api/v1/projects/two").problem(404), "project_not_found");
    assert_eq!(client.post("/api/v1/projects/one/scans", &json!({})).problem(403), "forbidden");
    assert_eq!(client.get("/api/v1/people").problem(403), "forbidden");
    assert_eq!(client.get("/api/v1/projects").expect(200).json().as_array().unwrap().len(), 1);
    // Nor does it make one that does more.
    for more in
        [json!({ "name": "x", "scope": "editor", "projects": ["one"] }), json!({ "name": "x", "scope": "viewer" })]
    {
        assert_eq!(client.post("/api/v1/keys", &more).problem(403), "forbidden");
    }
}

#[test]
fn whoever_is_locked_out_or_taken_out_stays_out() {
    let service = start();
    service.project("shop");
    let ada = service.person("ada", Some(("shop", "editor")));
    ada.get("/api/v1/projects/shop").expect(200);
    service.admin.delete("/api/v1/projects/shop/members/ada").expect(204);
    assert_eq!(ada.get("/api/v1/projects/shop").problem(404), "project_not_found");
    service.admin.patch("/api/v1/people/ada", &json!({ "is_disabled": true })).expect(200);
    assert_eq!(ada.get("/api/v1/session").problem(401), "unauthenticated");
    let own = service.admin.patch("/api/v1/people/admin", &json!({ "is_disabled": true }));
    assert_eq!(own.problem(409), "own_account");
}

#[test]
fn keys_and_people_outlive_the_process() {
    let service = start();
    service.project("shop");
    let (key, first) = (service.key.clone(), service.stop());
    assert!(first.1);
    let again = start_in(first.0, &key, |_| {});
    again.admin.get("/api/v1/projects/shop").expect(200);
}

#[test]
fn on_this_machine_alone_nobody_is_asked_unless_a_page_from_elsewhere_calls() {
    let service = start_with(|config| config.auth = cairn_server::AuthMode::Auto);
    let local = service.anybody();
    local.post("/api/v1/projects", &json!({ "id": "shop", "name": "Shop" })).expect(201);
    local.get("/api/v1/projects/shop").expect(200);
    let new = json!({ "id": "evil", "name": "x" });
    let page = local.with("Origin", "https://elsewhere.example").with("Sec-Fetch-Site", "cross-site");
    assert_eq!(page.post("/api/v1/projects", &new).problem(403), "foreign_origin");
    // A name of another site that leads to this machine.
    let renamed = local.open();
    let reply = crate::limits::say(
        renamed,
        "GET /api/v1/projects HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(reply.problem(403), "forbidden");
    assert_eq!(local.with("X-Forwarded-For", "203.0.113.9").get("/api/v1/projects").problem(403), "forbidden");
}
