//! Documents in, model out: what is read can be listed, looked at and traced to the byte.

use serde_json::{Value, json};

use crate::fixture::{SHOP, start};

#[test]
fn what_is_pasted_is_read_and_every_quote_stands_in_its_document() {
    let service = start();
    service.shop("shop");
    let documents = service.all("/api/v1/projects/shop/documents");
    let paths: Vec<&str> = documents.iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["uploads/adr-storage.md", "uploads/architecture.md", "uploads/ops.tf"]);

    let mut quotes = 0;
    for document in &documents {
        let found = service.admin.get(&format!("/api/v1/projects/shop/documents/{}", document["id"].as_str().unwrap()));
        let found = found.expect(200).json();
        let text = found["text"].as_str().unwrap();
        let name = document["path"].as_str().unwrap().trim_start_matches("uploads/");
        assert_eq!(text, SHOP.iter().find(|(path, _)| *path == name).unwrap().1);
        for claim in found["claims"].as_array().unwrap() {
            for evidence in claim["evidence"].as_array().unwrap().iter().filter(|it| it["document"] == document["id"]) {
                let at = |key: &str| usize::try_from(evidence[key].as_u64().unwrap()).unwrap();
                assert_eq!(&text[at("start")..at("end")], evidence["quote"].as_str().unwrap());
                quotes += 1;
            }
        }
    }
    assert!(quotes > 5, "{quotes} quotes");
}

#[test]
fn lists_lead_to_things_and_filters_choose() {
    let service = start();
    service.shop("shop");
    let claims = service.all("/api/v1/projects/shop/claims");
    let one = claims.first().unwrap();
    let same = service.admin.get(&format!("/api/v1/projects/shop/claims/{}", one["id"].as_str().unwrap())).expect(200);
    assert_eq!(same.json(), *one);
    let components = service.all("/api/v1/projects/shop/elements?kind=component");
    let labels: Vec<&str> = components.iter().map(|it| it["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"basket-api") && labels.contains(&"orders-db"), "{labels:?}");
    let found = service.all("/api/v1/projects/shop/elements?label=ORDERS-DB");
    assert!(found.iter().all(|it| it["label"].as_str().unwrap().to_lowercase().contains("orders-db")), "{found:?}");
    let element = &components[0];
    let path = format!("/api/v1/projects/shop/elements/{}", element["id"].as_str().unwrap());
    assert_eq!(service.admin.get(&path).expect(200).json(), *element);

    let conflicts = service.all("/api/v1/projects/shop/conflicts");
    let conflict = conflicts.iter().find(|it| it["attribute"] == "encryption_at_rest").expect("two documents disagree");
    assert_eq!(conflict["subject_label"], "orders-db");
    assert_eq!(conflict["positions"].as_array().unwrap().len(), 2);
    let questions = service.all("/api/v1/projects/shop/questions");
    assert!(questions.iter().any(|it| it["kind"] == "open" && it["question"].as_str().unwrap().contains("rotates")));
    assert!(questions.iter().any(|it| it["kind"] == "gap"));
    assert_eq!(service.admin.get("/api/v1/projects/shop/claims/claim-000").problem(404), "not_found");
}

#[test]
fn a_threat_is_explained_down_to_the_quotes() {
    let service = start();
    service.shop("shop");
    let threats = service.all("/api/v1/projects/shop/threats");
    assert!(!threats.is_empty());
    let explained = threats.iter().map(|it| {
        let path = format!("/api/v1/projects/shop/threats/{}", it["id"].as_str().unwrap());
        service.admin.get(&path).expect(200).json()
    });
    let explained: Vec<Value> = explained.collect();
    for threat in &explained {
        let known = threat["explanation"].as_array().unwrap().iter().filter(|it| it["truth"] != "unknown");
        for premise in known.filter(|it| it["role"] == "condition") {
            assert!(!premise["evidence"].as_array().unwrap().is_empty(), "{threat}");
        }
    }
    let open = service.all("/api/v1/projects/shop/threats?status=open");
    assert!(open.iter().all(|it| it["status"] == "open"));
    let high = service.all("/api/v1/projects/shop/threats?severity=high");
    assert!(high.iter().all(|it| matches!(it["severity"].as_str(), Some("high" | "critical"))));
    let rule = threats[0]["rule"].as_str().unwrap();
    let found = service.admin.get(&format!("/api/v1/projects/shop/rules/{rule}")).expect(200).json();
    assert!(found["threats"].as_u64().unwrap() > 0);
}

#[test]
fn pages_are_whole_and_in_order_and_cursors_are_the_services_own() {
    let service = start();
    service.shop("shop");
    let whole = service.all("/api/v1/projects/shop/claims?limit=500");
    assert_eq!(service.all("/api/v1/projects/shop/claims?limit=3"), whole);
    assert_eq!(service.all("/api/v1/projects/shop/threats?limit=2"), service.all("/api/v1/projects/shop/threats"));
    let page = service.admin.get("/api/v1/projects/shop/claims?limit=3").expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    // Of another list, changed, or made up: no page.
    let path = format!("/api/v1/projects/shop/elements?cursor={cursor}");
    assert_eq!(service.admin.get(&path).problem(404), "not_found");
    let mut changed: String = cursor.to_owned();
    changed.replace_range(cursor.len() - 1.., if cursor.ends_with('A') { "B" } else { "A" });
    for cursor in [changed.as_str(), "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        service.admin.get(&format!("/api/v1/projects/shop/claims?cursor={cursor}")).problem(404);
    }
    assert_eq!(service.admin.get("/api/v1/projects/shop/claims?limit=0").problem(422), "invalid_request");
    assert_eq!(service.admin.get("/api/v1/projects/shop/claims?colour=red").problem(422), "invalid_request");
}

#[test]
fn the_model_can_be_searched_supposed_about_and_taken_elsewhere() {
    let service = start();
    service.shop("shop");
    let found = service.admin.get("/api/v1/projects/shop/search?q=encrypted&by=words").expect(200).json();
    let hit = &found["hits"][0];
    assert!(hit["text"].as_str().unwrap().contains("encrypted"), "{found}");
    let claims = service.admin.get("/api/v1/projects/shop/search?q=basket&by=words&claims=true").expect(200).json();
    assert!(claims["hits"][0]["claim"].is_string(), "{claims}");

    let supposed = json!({ "with": [{ "control_type": "encryption_in_transit", "on": "mail-worker" }], "compromise": ["basket-api"] });
    let answer = service.admin.post("/api/v1/projects/shop/what-if", &supposed).expect(200).json();
    assert_eq!(answer["supposed"].as_array().unwrap().len(), 2, "{answer}");
    let unknown = json!({ "compromise": ["nothing-of-this-name"] });
    assert_eq!(service.admin.post("/api/v1/projects/shop/what-if", &unknown).problem(404), "not_found");
    service.all("/api/v1/projects/shop/paths");

    let export = service.admin.get("/api/v1/projects/shop/exports/json").expect(200);
    assert_eq!(export.json()["schema"], "cairn.model/1");
    assert_eq!(service.admin.get("/api/v1/projects/shop/exports/sarif").expect(200).json()["version"], "2.1.0");
    assert!(service.admin.get("/api/v1/projects/shop/exports/markdown").expect(200).text().starts_with("# "));
    service.admin.get("/api/v1/projects/shop/exports/pdf").problem(404);
}

#[test]
fn a_document_can_be_replaced_and_taken_away() {
    let service = start();
    service.shop("shop");
    let disagree = |it: &Value| it["attribute"] == "encryption_at_rest";
    assert!(service.all("/api/v1/projects/shop/conflicts").iter().any(disagree));
    service.paste("shop", "ops.tf", &SHOP[2].1.replace("false", "true"));
    service.read("shop");
    assert!(!service.all("/api/v1/projects/shop/conflicts").iter().any(disagree));
    let documents = service.all("/api/v1/projects/shop/documents?path=uploads/ops");
    let path = format!("/api/v1/projects/shop/documents/{}", documents[0]["id"].as_str().unwrap());
    let job = service.admin.delete(&path).expect(202).json();
    service.wait("shop", job["id"].as_str().unwrap(), "done");
    assert_eq!(service.admin.get(&path).problem(404), "not_found");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 2);
}

#[test]
fn files_are_uploaded_by_form_under_the_paths_they_name() {
    let service = start();
    service.project("shop");
    let form = "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/one.md\"\r\n\r\n# One\n\nThe `one-api` calls the `two-api`.\n\r\n\
                --limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"two.md\"\r\n\r\n# Two\n\r\n--limit--\r\n";
    let client = service.admin.with("Content-Type", "multipart/form-data; boundary=limit");
    let brought = client.send("POST", "/api/v1/projects/shop/uploads", Some(form.as_bytes())).expect(202).json();
    assert_eq!(brought["paths"], json!(["uploads/a/one.md", "uploads/two.md"]));
    service.wait("shop", brought["job"]["id"].as_str().unwrap(), "done");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 2);
    let escaping = form.replace("a/one.md", "../one.md");
    assert_eq!(
        client.send("POST", "/api/v1/projects/shop/uploads", Some(escaping.as_bytes())).problem(422),
        "invalid_request"
    );
    for other in [form.replace("name=\"file\"", "name=\"document\""), form.replace("; filename=\"two.md\"", "")] {
        assert_eq!(
            client.send("POST", "/api/v1/projects/shop/uploads", Some(other.as_bytes())).problem(422),
            "invalid_request"
        );
    }
    let cut = &form.as_bytes()[..form.len() / 2];
    assert_eq!(client.send("POST", "/api/v1/projects/shop/uploads", Some(cut)).problem(400), "malformed");
}

#[test]
fn no_path_leads_out_of_the_source() {
    let service = start();
    service.project("shop");
    let long = format!("{}.md", "a".repeat(300));
    let paths = [
        "",
        "/etc/passwd",
        "../x.md",
        "a/../../x.md",
        "a//b.md",
        ".git/config",
        "a\\b.md",
        "C:x.md",
        "a/.ignore",
        "a\u{0}.md",
        "a/ .md",
        &long,
    ];
    for path in paths {
        let document = json!({ "path": path, "text": "x" });
        let reply = service.admin.post("/api/v1/projects/shop/documents", &document);
        assert_eq!(reply.problem(422), "invalid_request", "{path:?}");
    }
    service.paste("shop", "a.md", "# A\n");
    let below = json!({ "path": "a.md/b.md", "text": "x" });
    assert_eq!(service.admin.post("/api/v1/projects/shop/documents", &below).problem(409), "path_in_use");
}
