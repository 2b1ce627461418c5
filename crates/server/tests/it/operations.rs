//! What those who run the service need: signs of life, counts, headers, a quiet end, and copies.

use serde_json::json;

use crate::fixture::{documents, start, start_in};

#[test]
fn the_service_tells_that_it_lives_is_ready_and_what_it_counts() {
    let service = start();
    assert_eq!(service.anybody().get("/healthz").expect(200).json()["status"], "ok");
    service.anybody().get("/readyz").expect(200);
    service.shop("shop");
    service.anybody().get("/metrics").problem(401);
    let metrics = service.admin.get("/metrics").expect(200).text();
    for line in [
        "cairn_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "cairn_jobs{kind=\"scan\",state=\"done\"}",
        "cairn_job_attempts_total{kind=\"scan\",end=\"done\"}",
        "cairn_views_in_memory 1",
        "# EOF",
    ] {
        assert!(metrics.contains(line), "`{line}` in\n{metrics}");
    }
    // Neither people nor projects nor documents are labels.
    assert!(!metrics.contains("shop"), "{metrics}");
}

#[test]
fn every_answer_carries_what_protects_browsers_and_an_id() {
    let service = start();
    for reply in
        [service.anybody().get("/healthz"), service.anybody().get("/nothing"), service.admin.get("/api/v1/people")]
    {
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("x-frame-options"), "DENY");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.header("x-request-id").starts_with("req-"));
    }
}

#[test]
fn a_service_that_is_told_to_stop_ends_in_time_and_goes_on_later() {
    let service = start();
    service.project("shop");
    for number in 0..60 {
        service.paste(
            "shop",
            &format!("{number}.md"),
            &format!("# {number}\n\nThe `api-{number}` calls the `db-{number}`.\n"),
        );
    }
    let (key, (folder, in_time)) = (service.key.clone(), service.stop());
    assert!(in_time);
    let again = start_in(folder, &key, |_| {});
    again.settle("shop");
    assert_eq!(again.all("/api/v1/projects/shop/documents").len(), 60);
}

#[test]
fn one_service_at_a_time_uses_a_folder() {
    let service = start();
    let config = cairn_server::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data: service.folder.path().join("data"),
        ..cairn_server::Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let second = runtime.block_on(cairn_server::Service::open(config, cairn_server::Outside::default()));
    assert!(matches!(second, Err(cairn_server::ServeError::InUse(_))));
}

#[test]
fn a_backup_taken_while_the_service_runs_gives_everything_back() {
    let service = start();
    service.shop("shop");
    let threat = service.all("/api/v1/projects/shop/threats")[0]["id"].clone();
    let decision = json!({ "action": "mitigated", "threat": threat, "reason": "the gateway does it" });
    service.admin.post("/api/v1/projects/shop/decisions", &decision).expect(201);
    // Documents may be called like what is left out; what was fetched can be fetched again.
    service.paste("shop", "index/service.db.md", "# Index\n");
    service.read("shop");
    documents(&service.project_folder("shop"), &[("repositories/code-0/HEAD", "ref: refs/heads/main\n")]);
    let export = service.admin.get("/api/v1/projects/shop/exports/json").expect(200).body;
    let data = service.folder.path().join("data");
    let copy = service.folder.path().join("copy");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let files = runtime.block_on(cairn_server::back_up(&data, &copy)).unwrap();
    assert!(files > 5, "{files} files");
    assert!(!copy.join("service.key").exists());
    assert!(!copy.join("projects/shop/repositories").exists());
    assert!(copy.join("projects/shop/documents/uploads/index/service.db.md").exists());
    assert!(runtime.block_on(cairn_server::back_up(&data, &copy)).is_err(), "a backup is not written over");

    let elsewhere = tempfile::tempdir().unwrap();
    cairn_server::restore(&copy, &elsewhere.path().join("data")).unwrap();
    std::fs::copy(data.join("service.key"), elsewhere.path().join("data/service.key")).unwrap();
    let again = start_in(elsewhere, &service.key, |_| {});
    assert_eq!(again.admin.get("/api/v1/projects/shop/exports/json").expect(200).body, export);
    assert_eq!(again.admin.get("/api/v1/audit/check").expect(200).json()["holds"], true);
    again.read("shop");

    std::fs::write(copy.join("projects/shop/documents/uploads/ops.tf"), "changed").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let refused = cairn_server::restore(&copy, &elsewhere.path().join("data")).unwrap_err().to_string();
    assert!(refused.contains("ops.tf"), "{refused}");
}

#[test]
fn the_trail_is_checked_and_outlives_everything() {
    let service = start();
    service.shop("shop");
    let before = service.admin.get("/api/v1/audit/check").expect(200).json();
    assert_eq!(before["holds"], true);
    assert!(before["rows"].as_i64().unwrap() >= 5, "{before}");
    service.admin.delete("/api/v1/projects/shop").expect(204);
    assert_eq!(service.admin.get("/api/v1/projects/shop").problem(404), "project_not_found");
    let trail = service.all("/api/v1/audit?limit=2");
    let actions: Vec<&str> = trail.iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions.first(), Some(&"project.delete"));
    assert_eq!(actions.last(), Some(&"key.create"));
    let numbers: Vec<i64> = trail.iter().map(|row| row["seq"].as_i64().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1), "{numbers:?}");
    assert!(!service.project_folder("shop").exists());
    // A new project of the same id begins with nothing.
    service.project("shop");
    service.read("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents"), [] as [serde_json::Value; 0]);
}
