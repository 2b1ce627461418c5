//! `cairn serve` as a process: its first start, its end, and its death at any moment.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;
use crate::project::Project;

/// How often the service is killed; `CAIRN_KILLS` asks for more.
const KILLS: usize = 8;
/// How many write at the same time.
const WRITERS: usize = 3;

/// The process.
pub(crate) struct Served {
    pub(crate) process: Child,
    pub(crate) client: Client,
    /// What it said before it listened.
    pub(crate) said: String,
    /// What it logged since.
    logged: Arc<Mutex<String>>,
}

impl Drop for Served {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn cairn(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env_clear().args(arguments).arg("--data").arg(data);
    command
}

fn serve(data: &Path) -> Served {
    serve_with(data, "error", &[])
}

pub(crate) fn serve_with(data: &Path, level: &str, environment: &[(&str, &str)]) -> Served {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--auth", "on"];
    let mut command = cairn(data, &arguments);
    command.env("CAIRN_SERVER_LOG", level).envs(environment.iter().copied());
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let address = loop {
        let line = lines.next().expect("it says where it listens").unwrap();
        if let Some(address) = line.strip_prefix("listening at http://") {
            break address.parse().unwrap();
        }
        said += &(line + "\n");
    };
    let logged = Arc::<Mutex<String>>::default();
    let log = Arc::clone(&logged);
    // Somebody has to read on, or the process would wait for it.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| *log.lock().unwrap() += &(line + "\n")));
    Served { process, client: Client::new(address), said, logged }
}

pub(crate) fn key(said: &str) -> String {
    said.split_whitespace()
        .find(|word| word.starts_with("cairn_"))
        .unwrap_or_else(|| panic!("no key: {said}"))
        .to_owned()
}

fn kills() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
    let asked = std::env::var("CAIRN_KILLS").ok();
    asked.and_then(|number| number.parse().ok()).unwrap_or(KILLS)
}

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    documents: Mutex<BTreeMap<String, String>>,
    people: Mutex<Vec<String>>,
    decisions: Mutex<Vec<String>>,
}

impl Acknowledged {
    /// How many documents, people and decisions.
    fn counts(&self) -> [usize; 3] {
        [self.documents.lock().unwrap().len(), self.people.lock().unwrap().len(), self.decisions.lock().unwrap().len()]
    }
}

/// Writes until the service is gone, and notes what it acknowledged.
fn write(client: &Client, next: &AtomicUsize, is_killed: &AtomicBool, noted: &Acknowledged) {
    while !is_killed.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        match number % 3 {
            0 => {
                let (path, text) = (
                    format!("{number}.md"),
                    format!("# Part {number}\n\nThe `api-{number}` calls the `db-{}`.\n", number % 7),
                );
                let sent = json!({ "path": path, "text": text });
                if status(client, "/api/v1/projects/shop/documents", &sent) == Some(202) {
                    noted.documents.lock().unwrap().insert(path, text);
                }
            }
            1 => {
                let id = format!("person-{number}");
                if status(client, "/api/v1/people", &json!({ "id": id, "name": "Somebody" })) == Some(201) {
                    noted.people.lock().unwrap().push(id);
                }
            }
            _ => {
                let sent = json!({ "action": "different", "name": format!("part {number}"), "other": "another", "reason": "two things" });
                if status(client, "/api/v1/projects/board/decisions", &sent) == Some(201) {
                    noted.decisions.lock().unwrap().push(format!("part {number}"));
                }
            }
        }
    }
}

/// The status of the answer; none when there is none, because the service died.
fn status(client: &Client, path: &str, body: &Value) -> Option<u16> {
    std::panic::catch_unwind(|| client.post(path, body).status).ok()
}

#[test]
fn a_service_that_is_killed_loses_nothing_that_it_acknowledged() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let (next, noted) = (AtomicUsize::new(0), Acknowledged::default());
    let mut secret = String::new();
    // Writers whose service dies end in a panic that says nothing new.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() != Some("writer") {
            hook(info);
        }
    }));
    for round in 0..kills() {
        let mut served = serve(&data);
        if round == 0 {
            secret = key(&served.said);
        }
        let client = served.client.with_key(&secret);
        if round == 0 {
            // Decisions have a project of their own: they are answered when the model shows them, which takes longer with many documents.
            for id in ["shop", "board"] {
                client.post("/api/v1/projects", &json!({ "id": id, "name": "A project" })).expect(201);
            }
        }
        let (is_killed, before) = (AtomicBool::new(false), noted.counts());
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                let writer = std::thread::Builder::new().name("writer".to_owned());
                writer.spawn_scoped(scope, || write(&client, &next, &is_killed, &noted)).unwrap();
            }
            // Not before something was acknowledged; at first, something of every kind.
            let begun = Instant::now();
            let is_enough = |now: [usize; 3]| if round == 0 { !now.contains(&0) } else { now != before };
            while !is_enough(noted.counts()) && begun.elapsed() < Duration::from_mins(1) {
                std::thread::sleep(Duration::from_millis(1));
            }
            // Another moment in each round.
            std::thread::sleep(Duration::from_millis(5 + (round as u64 * 97) % 500));
            served.process.kill().unwrap();
            served.process.wait().unwrap();
            is_killed.store(true, Ordering::Relaxed);
        });
    }
    let verified = cairn(&data, &["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));

    let mut served = serve(&data);
    let client = served.client.with_key(&secret);
    let job = client.post("/api/v1/projects/shop/scans", &json!({})).expect(202).json();
    let path = format!("/api/v1/projects/shop/jobs/{}", job["id"].as_str().unwrap());
    let begun = Instant::now();
    while client.get(&path).expect(200).json()["state"] != "done" {
        assert!(begun.elapsed() < Duration::from_mins(2), "jobs do not go on: {}", client.get(&path).text());
        std::thread::sleep(Duration::from_millis(50));
    }
    let unfinished = client.get("/api/v1/projects/shop/jobs?state=dead").expect(200).json();
    assert_eq!(unfinished["items"], json!([]));

    let documents = noted.documents.into_inner().unwrap();
    for (path, text) in &documents {
        let listed = client.get(&format!("/api/v1/projects/shop/documents?path=uploads/{path}")).expect(200).json();
        let id = listed["items"][0]["id"].as_str().unwrap_or_else(|| panic!("`{path}` is lost")).to_owned();
        assert_eq!(
            client.get(&format!("/api/v1/projects/shop/documents/{id}")).expect(200).json()["text"],
            text.as_str()
        );
    }
    let known = client.get("/api/v1/people").expect(200).json();
    let people = noted.people.into_inner().unwrap();
    for id in &people {
        assert!(known.as_array().unwrap().iter().any(|it| it["id"] == id.as_str()), "`{id}` is lost");
    }
    let kept = client.get("/api/v1/projects/board/decisions").expect(200).json();
    let decisions = noted.decisions.into_inner().unwrap();
    for name in &decisions {
        assert!(
            kept.as_array().unwrap().iter().any(|it| it["names"][0] == name.as_str()),
            "the decision on `{name}` is lost"
        );
    }
    assert_eq!(client.get("/api/v1/audit/check").expect(200).json()["holds"], true);
    assert!(!documents.is_empty() && !people.is_empty() && !decisions.is_empty(), "nothing was acknowledged");
    served.process.kill().unwrap();
    served.process.wait().unwrap();
    let counts = (documents.len(), people.len(), decisions.len());
    println!(
        "{} kills; acknowledged and kept: {} documents, {} people, {} decisions",
        kills(),
        counts.0,
        counts.1,
        counts.2
    );
}

#[test]
fn the_first_key_is_told_once_and_a_new_one_on_request() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let mut served = serve(&data);
    let first = key(&served.said);
    served.client.with_key(&first).get("/api/v1/projects").expect(200);
    served.client.get("/api/v1/projects").problem(401);
    end(&mut served.process);
    let mut served = serve(&data);
    assert!(!served.said.contains("cairn_"), "{}", served.said);
    end(&mut served.process);
    let mut command = cairn(&data, &["serve", "--listen", "127.0.0.1:0", "--auth", "on", "--new-key"]);
    let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("cairn_")).expect("another key");
    assert_ne!(key(&line), first);
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Asks a process to end, as a system does.
pub(crate) fn end(process: &mut Child) {
    let asked = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let begun = Instant::now();
    let status = process.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
}

#[test]
fn the_log_tells_what_was_done_and_no_word_of_a_document() {
    let folder = TempDir::new().unwrap();
    let mut served = serve_with(&folder.path().join("data"), "debug", &[]);
    let client = served.client.with_key(&key(&served.said));
    client.post("/api/v1/projects", &json!({ "id": "shop", "name": "Shop" })).expect(201);
    let text = "# Zanzibar\n\nThe `quagga-api` stores orders in the `okapi-db` without encryption.\n";
    let document = json!({ "path": "numbat.md", "text": text });
    let job = client.post("/api/v1/projects/shop/documents", &document).expect(202).json()["job"]["id"].clone();
    while client.get(&format!("/api/v1/projects/shop/jobs/{}", job.as_str().unwrap())).expect(200).json()["state"]
        != "done"
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    client.get("/api/v1/projects/shop/search?q=quagga&by=words").expect(200);
    client.get("/api/v1/projects/shop/exports/json").expect(200);
    end(&mut served.process);
    let logged = served.logged.lock().unwrap().clone();
    assert!(logged.contains("/api/v1/projects/{project}/search") && logged.contains("a job ends"), "{logged}");
    for word in ["Zanzibar", "quagga", "okapi", "without encryption", &key(&served.said)] {
        assert!(!logged.contains(word), "`{word}` in\n{logged}");
    }
}

#[test]
fn settings_are_shown_with_where_they_are_from() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("server.toml"), "workers = 5\n").unwrap();
    let shown = cairn(folder.path(), &["config", "show", "--server", "--origin"])
        .env("CAIRN_SERVER_COMPUTING", "3")
        .output()
        .unwrap();
    let text = String::from_utf8(shown.stdout).unwrap();
    let line =
        |key: &str| text.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap_or_default().to_owned();
    assert!(line("workers").starts_with("workers = 5  # ") && line("workers").ends_with("server.toml"), "{text}");
    assert_eq!(line("computing"), "computing = 3  # CAIRN_SERVER_COMPUTING");
    assert_eq!(line("auth"), "auth = \"auto\"  # default");
    assert!(line("data").ends_with("# --data"), "{text}");
    let wrong =
        cairn(folder.path(), &["config", "show", "--server"]).env("CAIRN_SERVER_COLOUR", "red").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{}", String::from_utf8_lossy(&wrong.stderr));
}

#[test]
fn a_provider_of_which_something_is_not_said_is_refused_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    let mut serve = cairn(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let ended = serve.env("CAIRN_SERVER_OIDC_ISSUER", "https://id.example").output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("`oidc_issuer`") && said.contains("\nhint: "), "{said}");
}

#[test]
fn a_projects_settings_are_shown_with_where_they_are_from() {
    let project = Project::empty();
    project.write(
        "cairn.toml",
        "exclude = [\"old\"]\n\n[freshness]\nsource_days = 5\n\n[skip]\n\"a sketch\" = [\"*.sketch\"]\n",
    );
    project.succeeds(&["init"]);
    let text = project.succeeds(&["config", "show", "--origin"]);
    let line =
        |key: &str| text.lines().find(|line| line.starts_with(&format!("{key} = "))).unwrap_or_default().to_owned();
    assert!(
        line("exclude").starts_with("exclude = [\"old\"]  # ") && line("exclude").ends_with("cairn.toml"),
        "{text}"
    );
    assert!(line("freshness.source_days").ends_with("cairn.toml"), "{text}");
    assert_eq!(line("freshness.git_dates"), "freshness.git_dates = true  # default");
    assert!(line("skip.a sketch").ends_with("cairn.toml"), "{text}");
    let shown = project.json(&["config", "show"]);
    let keys = shown["settings"].as_array().unwrap();
    assert!(keys.iter().any(|it| it["key"] == "search.dense_weight" && it["origin"] == "default"), "{shown}");
}

#[test]
fn a_backup_is_put_back_and_a_damaged_one_is_not() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut served = serve(&path("data"));
    end(&mut served.process);
    let run = |data: &str, command: &str, copy: &str| {
        let copy = path(copy);
        cairn(&path(data), &[command, copy.to_str().unwrap()]).output().unwrap().status.code()
    };
    assert_eq!(run("data", "backup", "copy"), Some(0));
    assert_eq!(run("data", "backup", "copy"), Some(2), "it is not empty");
    assert_eq!(run("nothing", "backup", "other"), Some(2));
    assert_eq!(run("again", "restore", "copy"), Some(0));
    std::fs::write(path("copy/service.db"), "x").unwrap();
    assert_eq!(run("third", "restore", "copy"), Some(2));
    std::fs::copy(path("data/service.key"), path("again/service.key")).unwrap();
    let verified = cairn(&path("again"), &["audit", "verify"]).output().unwrap();
    assert_eq!(verified.status.code(), Some(0));
    std::fs::remove_file(path("again/service.key")).unwrap();
    let unverified = cairn(&path("again"), &["audit", "verify"]).output().unwrap();
    assert_eq!(unverified.status.code(), Some(2), "without the key nothing can be verified");
}
