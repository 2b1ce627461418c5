//! Revisions, what changed between them, and what a reviewer has not seen.

use serde_json::json;

use crate::fixture::{SHOP, start};

#[test]
fn a_change_is_a_revision_and_is_told_with_its_sentence() {
    let service = start();
    service.shop("shop");
    let before = service.all("/api/v1/projects/shop/revisions");
    service.paste("shop", "ops.tf", &SHOP[2].1.replace("false", "true"));
    service.read("shop");
    let after = service.all("/api/v1/projects/shop/revisions");
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after[0]["documents"], json!({ "uploads/ops.tf": "changed" }));
    let diff = service.admin.get("/api/v1/projects/shop/diff?from=latest~1&to=latest").expect(200).json();
    assert_eq!(diff["counts"]["conflicts"]["resolved"], 1, "{}", diff["counts"]);
    assert!(diff["documents"][0]["sentences"].to_string().contains("storage_encrypted = true"));
    let none = service.admin.get("/api/v1/projects/shop/diff?from=latest").expect(200).json();
    assert_eq!(none["counts"]["claims"]["new"], 0);
    assert_eq!(service.admin.get("/api/v1/projects/shop/diff?from=r999").problem(404), "not_found");
    assert_eq!(service.admin.get("/api/v1/projects/shop/diff?from=yesterday").problem(404), "not_found");
    assert_eq!(service.admin.get("/api/v1/projects/shop/diff").problem(422), "invalid_request");
}

#[test]
fn reading_again_what_was_read_makes_no_revision() {
    let service = start();
    service.shop("shop");
    let before = service.all("/api/v1/projects/shop/revisions");
    service.read("shop");
    service.paste("shop", "ops.tf", SHOP[2].1);
    service.read("shop");
    assert_eq!(service.all("/api/v1/projects/shop/revisions"), before);
}

#[test]
fn each_reviewer_has_an_inbox_of_their_own() {
    let service = start();
    service.shop("shop");
    let ada = service.person("ada", Some(("shop", "viewer")));
    let inbox = ada.get("/api/v1/projects/shop/inbox").expect(200).json();
    assert_eq!(inbox["seen"], json!(null));
    assert!(inbox["changes"]["counts"]["threats"]["new"].as_u64().unwrap() > 0);
    let seen = ada.post("/api/v1/projects/shop/inbox/seen", &json!({})).expect(200).json();
    let inbox = ada.get("/api/v1/projects/shop/inbox").expect(200).json();
    assert_eq!(inbox["seen"], seen["revision"]);
    assert_eq!(inbox["changes"]["counts"]["threats"]["new"], 0);
    assert_eq!(service.admin.get("/api/v1/projects/shop/inbox").expect(200).json()["seen"], json!(null));
}
