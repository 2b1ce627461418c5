//! Sources that are repositories of another machine: fetched from a host that may be asked, by a token that shows nowhere.

use std::fs;
use std::path::Path;
use std::time::Duration;

use cairn_engine::ApiKey;
use cairn_server::{Config, Outside};
use serde_json::{Value, json};

use crate::fixture::{Running, start_outside, start_with};
use crate::git_server::{GitServer, Manner, git, has_git};

const SOURCES: &str = "/api/v1/projects/shop/sources";
const TOKEN: &str = "ghp_NotARealTokenButLongEnough42";

fn place(server: &GitServer) -> Value {
    json!({ "kind": "git", "url": server.url() })
}

/// A service that may ask the host, and its project.
fn service(server: &GitServer, change: impl FnOnce(&mut Config)) -> Running {
    with_token(server, None, change)
}

fn with_token(server: &GitServer, token: Option<&str>, change: impl FnOnce(&mut Config)) -> Running {
    let git_tokens = token.map(|token| (server.host(), ApiKey::new(token).unwrap()));
    let outside = Outside { git_tokens: git_tokens.into_iter().collect(), ..Outside::default() };
    let service = start_outside(outside, |config| {
        config.git_hosts = vec![server.host()];
        config.attempts_max = 2;
        change(config);
    });
    service.project("shop");
    service
}

/// Adds the source and waits until it was read. Gives what is told of it.
fn add(service: &Running, place: &Value) -> Value {
    service.admin.post(SOURCES, &json!({ "id": "code", "place": place })).expect(201);
    told(service)
}

fn sync(service: &Running) -> Value {
    service.admin.post(&format!("{SOURCES}/code/sync"), &json!({})).expect(202);
    told(service)
}

fn told(service: &Running) -> Value {
    service.settle("shop");
    service.admin.get(&format!("{SOURCES}/code")).expect(200).json()
}

fn paths(service: &Running) -> Vec<String> {
    let documents = service.all("/api/v1/projects/shop/documents");
    documents.iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect()
}

/// The folder in which the project keeps what it fetched.
fn fetched(service: &Running) -> Vec<std::path::PathBuf> {
    let folder = service.project_folder("shop").join("repositories");
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

fn holds(folder: &Path, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holds(&path, words));
        } else {
            let bytes = fs::read(&path).unwrap_or_default();
            let has = |word: &String| bytes.windows(word.len()).any(|it| it == word.as_bytes());
            found.extend(words.iter().any(has).then(|| path.display().to_string()));
        }
    }
    found
}

#[test]
fn what_is_pushed_to_a_repository_is_in_the_model_after_the_next_reading() {
    if !has_git() {
        return;
    }
    let server = GitServer::start();
    server.push(
        "main",
        "2024-05-06",
        &[("docs/a.md", "# A\n\nThe `one-api` service stores orders in the `two-db` database.\n"), ("b.md", "# B\n")],
    );
    let service = service(&server, |_| {});
    let source = add(&service, &place(&server));
    assert_eq!((&source["error"], &source["documents"]), (&Value::Null, &json!(2)), "{source}");
    assert_eq!(source["place"], json!({ "kind": "git", "url": server.url(), "revision": null }));
    assert!(!service.all("/api/v1/projects/shop/elements?label=two-db").is_empty());
    let documents = service.all("/api/v1/projects/shop/documents?path=code/docs/");
    assert_eq!(documents[0]["modified"], "2024-05-06");
    // Nothing new: nothing is fetched but the list of branches, and nothing is scanned.
    let (jobs, heard) = (service.settle("shop").len(), server.heard.lock().unwrap().len());
    sync(&service);
    assert_eq!(service.settle("shop").len(), jobs + 1);
    assert_eq!(server.heard.lock().unwrap().len(), heard + 2);

    server.push(
        "main",
        "2024-07-08",
        &[("docs/a.md", "# A\n\nThe `one-api` service stores orders in the `three-db` database.\n")],
    );
    sync(&service);
    assert!(service.all("/api/v1/projects/shop/elements?label=two-db").is_empty());
    assert!(!service.all("/api/v1/projects/shop/elements?label=three-db").is_empty());
    let day = |path: &str| service.all(&format!("/api/v1/projects/shop/documents?path={path}"))[0]["modified"].clone();
    assert_eq!((day("code/docs/a.md"), day("code/b.md")), (json!("2024-07-08"), json!("2024-05-06")));

    // Pushed with force, the history is another one.
    git(&server.work(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    server.push(
        "main",
        "2024-09-10",
        &[("docs/c.md", "# C\n\nThe `one-api` service stores orders in the `four-db` database.\n")],
    );
    assert_eq!(sync(&service)["error"], Value::Null);
    assert_eq!(paths(&service), ["code/b.md", "code/docs/a.md", "code/docs/c.md"]);
    assert_eq!(fetched(&service).len(), 1);

    service.admin.delete(&format!("{SOURCES}/code")).expect(204);
    service.settle("shop");
    assert_eq!((paths(&service).len(), fetched(&service).len()), (0, 0));
}

#[test]
fn a_branch_a_tag_and_a_commit_are_read_and_one_that_is_gone_says_so() {
    if !has_git() {
        return;
    }
    let server = GitServer::start();
    server.push("main", "2024-05-06", &[("a.md", "# A\n")]);
    git(&server.served(), &["tag", "--annotate", "--message=first", "v1", "main"]);
    let commit = git(&server.served(), &["rev-parse", "main"]);
    server.push("main", "2024-05-07", &[("b.md", "# B\n")]);
    server.push("team/next", "2024-05-08", &[("c.md", "# C\n")]);
    let service = service(&server, |_| {});
    for (id, revision, count) in
        [("v1", "v1", 1), ("commit", commit.as_str(), 1), ("main", "main", 2), ("code", "team/next", 3)]
    {
        let place = json!({ "kind": "git", "url": server.url(), "revision": revision });
        service.admin.post(SOURCES, &json!({ "id": id, "place": place })).expect(201);
        service.settle("shop");
        let source = service.admin.get(&format!("{SOURCES}/{id}")).expect(200).json();
        assert_eq!((&source["error"], &source["documents"]), (&Value::Null, &json!(count)), "{source}");
    }
    git(&server.served(), &["branch", "-D", "team/next"]);
    let source = sync(&service);
    let error = source["error"].as_str().unwrap();
    assert!(error.contains("no branch, tag or commit `team/next`") && error.contains("\nhint: "), "{error}");
    assert_eq!(paths(&service).iter().filter(|path| path.starts_with("code/")).count(), 3);
    for wrong in ["main:refs/heads/x", "+main", "--upload-pack=x", "a..b", "main~1", ""] {
        let place = json!({ "kind": "git", "url": server.url(), "revision": wrong });
        let made = service.admin.post(SOURCES, &json!({ "id": "other", "place": place }));
        assert_eq!(made.problem(422), "invalid_request", "{wrong}");
    }
}

#[test]
fn a_private_repository_is_read_with_its_token_which_shows_nowhere() {
    if !has_git() {
        return;
    }
    let server = GitServer::start();
    server.push(
        "main",
        "2024-05-06",
        &[("a.md", "# A\n\nThe `one-api` service stores orders in the `two-db` database.\n")],
    );
    server.manner.lock().unwrap().token = Some(TOKEN.to_owned());
    let service = with_token(&server, Some(TOKEN), |_| {});
    let mut said = vec![add(&service, &place(&server))];
    assert_eq!(said[0]["error"], Value::Null, "{}", said[0]);
    // The other side may say whatever it likes, and that is told.
    server.manner.lock().unwrap().is_echo = true;
    said.push(sync(&service));
    assert!(said[1]["error"].as_str().unwrap().contains("does not answer as a server of repositories"), "{}", said[1]);
    server.manner.lock().unwrap().is_echo = false;
    // A token that was changed over there.
    server.manner.lock().unwrap().token = Some("another".to_owned());
    said.push(sync(&service));
    let error = said[2]["error"].as_str().unwrap();
    assert!(
        error.contains("refuses the repository (401), with the token of the service") && error.contains("\nhint: "),
        "{error}"
    );
    assert_eq!(paths(&service), ["code/a.md"]);

    for path in ["sources", "jobs"] {
        said.push(service.admin.get(&format!("/api/v1/projects/shop/{path}")).expect(200).json());
    }
    said.push(service.admin.get("/api/v1/audit").expect(200).json());
    let heard = server.heard.lock().unwrap().clone();
    let sent = heard[0]
        .lines()
        .find_map(|line| line.to_lowercase().starts_with("authorization: ").then(|| line[21..].to_owned()));
    let secrets = [TOKEN.to_owned(), sent.expect("the token was sent at once")];
    for secret in &secrets {
        assert!(said.iter().all(|it| !it.to_string().contains(secret)), "{said:?}");
    }
    assert_eq!(holds(service.folder.path(), &secrets), Vec::<String>::new());
}

#[test]
fn a_private_repository_without_a_token_says_that_one_is_missing() {
    if !has_git() {
        return;
    }
    let server = GitServer::start();
    server.manner.lock().unwrap().token = Some(TOKEN.to_owned());
    let service = service(&server, |_| {});
    let source = add(&service, &place(&server));
    let error = source["error"].as_str().unwrap();
    assert!(error.contains("has no token for it") && error.contains("`git_tokens`"), "{error}");
}

#[test]
fn only_listed_hosts_are_asked_and_only_by_an_address_without_secrets() {
    let open =
        start_with(|config| config.git_hosts = vec!["git.example.com".to_owned(), "http://127.0.0.1:1".to_owned()]);
    let closed = start_with(|_| {});
    for service in [&open, &closed] {
        service.project("shop");
    }
    let add = |service: &Running, place: &Value| service.admin.post(SOURCES, &json!({ "id": "code", "place": place }));
    let url = |url: &str| json!({ "kind": "git", "url": url });
    for address in [
        "https://169.254.169.254/latest/meta-data",
        "https://git.example.com.evil.example/a",
        "https://evil.example/git.example.com/a",
        "https://git.example.com:8443/a",
        "http://git.example.com/a",
        "https://127.0.0.1:1/a",
        "http://127.0.0.1/a",
        "http://localhost:1/a",
    ] {
        assert_eq!(add(&open, &url(address)).problem(409), "git_host_not_allowed", "{address}");
    }
    assert_eq!(add(&closed, &url("https://git.example.com/a")).problem(409), "git_host_not_allowed");
    for address in [
        "https://me:secret@git.example.com/a",
        "https://token@git.example.com/a",
        "https://git.example.com\\@evil.example/a",
        "https://git.example.com/",
        "https://git.example.com/a?b=c",
        "https://git.example.com/a#b",
        "ssh://git.example.com/a",
        "git@git.example.com:a",
        "file:///etc",
        "ext::sh -c x",
        "",
    ] {
        let reply = add(&open, &url(address)).expect(422);
        assert!(!reply.text().contains("secret@"), "{}", reply.text());
        assert_eq!(reply.problem(422), "invalid_request", "{address}");
    }
    for place in
        [json!({ "kind": "git" }), json!({ "kind": "git", "path": "/srv", "url": "https://git.example.com/a" })]
    {
        assert_eq!(add(&open, &place).problem(422), "invalid_request");
    }
}

#[test]
fn a_host_that_is_away_or_sends_elsewhere_leaves_what_was_read_in_force() {
    if !has_git() {
        return;
    }
    let (server, other) = (GitServer::start(), GitServer::start());
    for it in [&server, &other] {
        it.push(
            "main",
            "2024-05-06",
            &[("a.md", "# A\n\nThe `one-api` service stores orders in the `two-db` database.\n")],
        );
    }
    let service = with_token(&server, Some(TOKEN), |config| config.git_ms = 1500);
    add(&service, &place(&server));
    let fails = |manner: Manner, what: &str| {
        *server.manner.lock().unwrap() = manner;
        let source = sync(&service);
        let error = source["error"].as_str().unwrap_or_default();
        assert!(error.contains(what) && error.contains("\nhint: "), "{what}: {source}");
        assert_eq!((source["documents"].as_u64(), paths(&service).len()), (Some(1), 1));
        assert!(!service.all("/api/v1/projects/shop/elements?label=two-db").is_empty());
    };
    fails(Manner { is_silent: true, ..Manner::default() }, "was not fetched within 1 s");
    let elsewhere = Manner { redirect: Some(other.host()), ..Manner::default() };
    fails(elsewhere, &format!("redirects to `{}`, which is not followed", other.address));
    assert_eq!(other.heard.lock().unwrap().len(), 0, "nobody was asked there");
    // Within the host a redirect is followed, here back to where it came from for ever.
    fails(Manner { redirect: Some(server.host()), ..Manner::default() }, "which is not followed");
    // Another source is not held up by it.
    service.paste("shop", "notes/x.md", "# X\n");
    service.read("shop");
    assert_eq!(paths(&service).len(), 2);
    *server.manner.lock().unwrap() = Manner::default();
    assert_eq!(sync(&service)["error"], Value::Null);
}

#[test]
fn a_repository_that_is_too_large_or_none_is_refused() {
    if !has_git() {
        return;
    }
    let server = GitServer::start();
    // Noise does not get smaller when it is packed.
    let mut noise = String::new();
    let mut state = 1_u64;
    while noise.len() < 200_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        noise.push(char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap()));
    }
    server.push("main", "2024-05-06", &[("a.md", &noise)]);
    let service = service(&server, |config| config.git_bytes_max = 50_000);
    let error = add(&service, &place(&server))["error"].clone();
    assert!(error.as_str().unwrap().contains("more than the 50000 bytes"), "{error}");
    let none = json!({ "kind": "git", "url": format!("{}/team/none.git", server.host()) });
    service.admin.post(SOURCES, &json!({ "id": "none", "place": none })).expect(201);
    service.settle("shop");
    let error = service.admin.get(&format!("{SOURCES}/none")).expect(200).json()["error"].clone();
    assert!(error.as_str().unwrap().contains("knows no such repository"), "{error}");
    assert_eq!(paths(&service).len(), 0);
}

#[test]
fn a_fetch_under_way_tells_of_itself_and_ends_when_it_is_cancelled_or_its_source_goes() {
    let server = GitServer::start_without_repository();
    server.manner.lock().unwrap().is_silent = true;
    let service = service(&server, |_| {});
    service.admin.post(SOURCES, &json!({ "id": "code", "place": place(&server) })).expect(201);
    let job = fetching(&service);
    // Documents come and go while it is fetched.
    service.paste("shop", "notes/x.md", "# X\n");
    service.admin.post(&format!("/api/v1/projects/shop/jobs/{job}/cancel"), &json!({})).expect(202);
    service.wait("shop", &job, "cancelled");
    service.settle("shop");
    assert_eq!(paths(&service), ["uploads/notes/x.md"]);
    assert_eq!(fetched(&service).len(), 1);

    service.admin.post(&format!("{SOURCES}/code/sync"), &json!({})).expect(202);
    let job = fetching(&service);
    service.admin.delete(&format!("{SOURCES}/code")).expect(204);
    service.wait("shop", &job, "cancelled");
    assert_eq!(fetched(&service).len(), 0);
}

/// Waits until a repository is being fetched, and gives the job.
fn fetching(service: &Running) -> String {
    loop {
        let jobs = service.admin.get("/api/v1/projects/shop/jobs").expect(200).json();
        let job = jobs["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["kind"] == "sync" && it["progress"]["stage"] == "fetching");
        match job {
            Some(job) if job["state"] == "running" => return job["id"].as_str().unwrap().to_owned(),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
