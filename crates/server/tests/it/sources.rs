//! Sources: folders and repositories of the machine, below where the service may read.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::fixture::{documents, start_with};

fn folder(path: &Path) -> Value {
    json!({ "kind": "folder", "path": path })
}

#[test]
fn nothing_is_read_outside_of_the_roots() {
    let root = tempfile::tempdir().unwrap();
    let allowed = root.path().join("allowed");
    let secret = root.path().join("secret");
    documents(&allowed, &[("in/a.md", "# A\n")]);
    documents(&secret, &[("b.md", "# B\n")]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, allowed.join("link")).unwrap();
    let service = start_with(|config| config.source_roots = vec![allowed.clone()]);
    service.project("shop");
    let add = |id: &str, path: &Path| {
        service.admin.post("/api/v1/projects/shop/sources", &json!({ "id": id, "place": folder(path) }))
    };
    for path in [
        secret.as_path(),
        root.path(),
        &allowed.join("../secret"),
        &allowed.join("link"),
        &allowed.join("none"),
        Path::new("in"),
    ] {
        assert_eq!(add("other", path).problem(404), "not_found", "{}", path.display());
    }
    add("docs", &allowed.join("in")).expect(201);
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents")[0]["path"], "docs/a.md");
    // A link that takes the place of the folder later leads nowhere either.
    #[cfg(unix)]
    {
        std::fs::remove_dir_all(allowed.join("in")).unwrap();
        std::os::unix::fs::symlink(&secret, allowed.join("in")).unwrap();
        let job = service.admin.post("/api/v1/projects/shop/sources/docs/sync", &json!({})).expect(202).json();
        service.wait("shop", job["id"].as_str().unwrap(), "dead");
        assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 1);
    }
}

#[test]
fn what_changes_in_a_folder_changes_in_the_model_and_goes_with_its_source() {
    let service = start_with(|config| config.source_roots = vec![std::env::temp_dir()]);
    service.shop("shop");
    let place = service.folder.path().join("docs");
    documents(&place, &[("a.md", "# A\n\nThe `one-api` calls the `two-api`.\n"), ("sub/b.md", "# B\n")]);
    let made = service
        .admin
        .post("/api/v1/projects/shop/sources", &json!({ "id": "docs", "place": folder(&place) }))
        .expect(201);
    assert_eq!(made.header("location"), "/api/v1/projects/shop/sources/docs");
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 5);
    std::fs::remove_file(place.join("sub/b.md")).unwrap();
    documents(&place, &[("a.md", "# A\n\nThe `one-api` calls the `three-api`.\n")]);
    service.admin.post("/api/v1/projects/shop/sources/docs/sync", &json!({})).expect(202);
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 4);
    assert!(!service.all("/api/v1/projects/shop/elements?label=three-api").is_empty());
    // Where nothing changed, nothing is scanned.
    let before = service.settle("shop").len();
    service.admin.post("/api/v1/projects/shop/sources/docs/sync", &json!({})).expect(202);
    assert_eq!(service.settle("shop").len(), before + 1);
    let source = service.admin.get("/api/v1/projects/shop/sources/docs").expect(200).json();
    assert_eq!((&source["documents"], &source["error"]), (&json!(1), &Value::Null));
    // Documents of a folder are not taken away here.
    let document = service.all("/api/v1/projects/shop/documents?path=docs/")[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/projects/shop/documents/{document}");
    assert_eq!(service.admin.delete(&path).problem(409), "not_uploaded");
    service.admin.delete("/api/v1/projects/shop/sources/docs").expect(204);
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 3);
}

#[test]
fn a_commit_of_a_repository_is_read_with_the_days_of_its_history() {
    let service = start_with(|config| config.source_roots = vec![std::env::temp_dir()]);
    service.project("shop");
    let place = service.folder.path().join("repository");
    documents(&place, &[("docs/a.md", "# A\n\nThe `one-api` calls the `two-api`.\n")]);
    let git = |arguments: &[&str]| {
        let day = "2024-05-06T12:00:00Z";
        let mut command = Command::new("git");
        command
            .current_dir(&place)
            .env("GIT_AUTHOR_DATE", day)
            .env("GIT_COMMITTER_DATE", day)
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
        assert!(
            command.args(identity).args(arguments).output().is_ok_and(|it| it.status.success()),
            "git {arguments:?}"
        );
    };
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: there is no `git` to make a repository with");
        return;
    }
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message=first"]);
    // Not committed, so not read.
    documents(&place, &[("docs/b.md", "# B\n")]);
    let new = json!({ "id": "code", "place": { "kind": "git", "path": place, "revision": "main" } });
    service.admin.post("/api/v1/projects/shop/sources", &new).expect(201);
    service.settle("shop");
    let found = service.all("/api/v1/projects/shop/documents");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["path"], &found[0]["modified"]), (&json!("code/docs/a.md"), &json!("2024-05-06")));
    // Scanned again, the days are the same: no revision.
    let revisions = service.all("/api/v1/projects/shop/revisions");
    service.read("shop");
    assert_eq!(service.all("/api/v1/projects/shop/revisions"), revisions);

    let wrong = json!({ "id": "gone", "place": { "kind": "git", "path": place, "revision": "no-such-branch" } });
    service.admin.post("/api/v1/projects/shop/sources", &wrong).expect(201);
    service.settle("shop");
    let source = service.admin.get("/api/v1/projects/shop/sources/gone").expect(200).json();
    assert!(source["error"].as_str().unwrap().contains("no-such-branch"), "{source}");
}
