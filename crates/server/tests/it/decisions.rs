//! Decisions: they show in the model, are changed only by who has seen them, and leave a trail.

use serde_json::{Value, json};

use crate::fixture::{Running, start};

fn threat(service: &Running) -> String {
    service.all("/api/v1/projects/shop/threats")[0]["id"].as_str().unwrap().to_owned()
}

fn accept(threat: &str) -> Value {
    json!({ "action": "accept", "threat": threat, "owner": "Ada", "reason": "it is looked at by hand", "expires": "2999-01-31" })
}

#[test]
fn an_accepted_threat_carries_the_decision_and_keeps_its_status() {
    let service = start();
    service.shop("shop");
    let id = threat(&service);
    let path = format!("/api/v1/projects/shop/threats/{id}");
    let status = service.admin.get(&path).json()["threat"]["status"].clone();
    let made = service.admin.post("/api/v1/projects/shop/decisions", &accept(&id)).expect(201);
    let decision = made.json();
    let after = service.admin.get(&path).expect(200).json();
    assert_eq!(after["threat"]["status"], status);
    assert_eq!(after["threat"]["ruling"]["decision"], decision["id"]);
    assert_eq!(after["threat"]["ruling"]["by"], "admin");
    let undecided = service.all("/api/v1/projects/shop/threats?decided=false");
    assert!(undecided.iter().all(|it| it["id"] != id.as_str()));
    let again = service.admin.post("/api/v1/projects/shop/decisions", &accept(&id));
    assert_eq!(again.problem(409), "exists");

    let shown = service.admin.get(made.header("location")).expect(200);
    assert_eq!(shown.json(), decision);
    assert_eq!(shown.header("etag"), made.header("etag"));
    let trail = service.all("/api/v1/projects/shop/audit");
    let row = trail.iter().find(|it| it["action"] == "decision.create").unwrap();
    assert_eq!((&row["actor"], &row["object"]), (&json!("admin"), &json!(id)));
    assert_eq!(row["after"]["reason"], "it is looked at by hand");
}

#[test]
fn nobody_overwrites_what_they_have_not_seen() {
    let service = start();
    service.shop("shop");
    let made = service.admin.post("/api/v1/projects/shop/decisions", &accept(&threat(&service))).expect(201);
    let (path, seen) = (made.header("location").to_owned(), made.header("etag").to_owned());
    let change = json!({ "reason": "looked at each week" });
    assert_eq!(service.admin.patch(&path, &change).problem(428), "if_match_required");
    let changed = service.admin.with("If-Match", &seen).patch(&path, &change).expect(200);
    assert_eq!(changed.json()["reason"], "looked at each week");
    assert_eq!(changed.json()["owner"], "Ada");
    assert_eq!(service.admin.with("If-Match", &seen).patch(&path, &change).problem(412), "changed_meanwhile");
    assert_eq!(service.admin.with("If-Match", &seen).delete(&path).problem(412), "changed_meanwhile");
    service.admin.with("If-Match", changed.header("etag")).delete(&path).expect(204);
    assert_eq!(service.admin.get(&path).problem(404), "not_found");
    assert_eq!(service.admin.get("/api/v1/projects/shop/decisions").expect(200).json(), json!([]));
}

#[test]
fn a_rejected_claim_and_a_settled_attribute_change_the_model() {
    let service = start();
    service.shop("shop");
    let claims = service.all("/api/v1/projects/shop/claims?kind=control");
    let claim = claims[0]["id"].as_str().unwrap();
    let reject = json!({ "action": "reject", "claim": claim, "reason": "the document is out of date" });
    service.admin.post("/api/v1/projects/shop/decisions", &reject).expect(201);
    assert_eq!(service.admin.get(&format!("/api/v1/projects/shop/claims/{claim}")).problem(404), "not_found");
    let rejected = service.all("/api/v1/projects/shop/rejected-claims");
    assert!(rejected.iter().any(|it| it["reason"] == "a reviewer rejected it"), "{rejected:?}");

    let components = service.all("/api/v1/projects/shop/elements?kind=component&label=mail-worker");
    let id = components[0]["id"].as_str().unwrap();
    let set = json!({ "action": "set", "element": id, "attribute": "exposure", "value": "internal", "reason": "asked the team" });
    service.admin.post("/api/v1/projects/shop/decisions", &set).expect(201);
    let element = service.admin.get(&format!("/api/v1/projects/shop/elements/{id}")).expect(200).json();
    assert_eq!(element["record"]["exposure"], "internal");
}

#[test]
fn what_decides_nothing_is_refused() {
    let service = start();
    service.shop("shop");
    let id = threat(&service);
    let cases = [
        (
            json!({ "action": "accept", "threat": "thr-none", "owner": "A", "reason": "b", "expires": "2999-01-31" }),
            404,
        ),
        (json!({ "action": "accept", "threat": id, "owner": "A", "reason": "  ", "expires": "2999-01-31" }), 422),
        (json!({ "action": "accept", "threat": id, "owner": "A", "reason": "b", "expires": "soon" }), 422),
        (json!({ "action": "accept", "threat": id, "owner": "A", "reason": "b" }), 422),
        (json!({ "action": "ignore", "threat": id }), 422),
        (json!({ "action": "reject", "claim": "claim-none", "reason": "b" }), 404),
        (json!([]), 422),
    ];
    for (request, status) in cases {
        assert_eq!(service.admin.post("/api/v1/projects/shop/decisions", &request).status, status, "{request}");
    }
    let client = service.admin.with("Content-Type", "text/plain");
    assert_eq!(
        client.send("POST", "/api/v1/projects/shop/decisions", Some(b"{}")).problem(415),
        "unsupported_media_type"
    );
    let broken = service.admin.with("Content-Type", "application/json").send(
        "POST",
        "/api/v1/projects/shop/decisions",
        Some(b"{"),
    );
    assert_eq!(broken.problem(400), "malformed");
    assert_eq!(service.admin.get("/api/v1/projects/shop/decisions").json(), json!([]));
}

#[test]
fn no_reason_can_forge_an_entry_of_the_file() {
    let service = start();
    service.shop("shop");
    let reason = "fine\n[[decision]]\nid = \"x\"\naction = \"accept\"";
    let request = json!({ "action": "mitigated", "threat": threat(&service), "reason": reason });
    let made = service.admin.post("/api/v1/projects/shop/decisions", &request).expect(201).json();
    assert_eq!(made["reason"], "fine [[decision]] id = \"x\" action = \"accept\"");
    assert_eq!(service.admin.get("/api/v1/projects/shop/decisions").json().as_array().unwrap().len(), 1);
}
