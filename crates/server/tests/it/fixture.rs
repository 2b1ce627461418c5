//! A running service with a data folder of its own, and the documents that tests give it.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cairn_server::{AuthMode, Config, Outside, Service};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::client::Client;

/// No job of these tests takes so long.
const PATIENCE: Duration = Duration::from_mins(2);

/// Documents of an invented shop: parts, a flow over plain HTTP, a contradiction between a decision and a deployment, a plan and an open question.
pub(crate) const SHOP: [(&str, &str); 3] = [
    (
        "architecture.md",
        "# Architecture\n\nThe `basket-api` service is reachable from the internet and stores orders in the `orders-db` \
         PostgreSQL database. The `basket-api` calls the `mail-worker` over plain HTTP. Customers sign in to `basket-api` \
         with a password.\n\nThe `orders-db` database holds names and addresses of customers, which are personal data.\n",
    ),
    (
        "adr-storage.md",
        "# Storage\n\nStatus: accepted\n\nThe `orders-db` is encrypted at rest.\n\nRate limiting for `basket-api` will be \
         added later. It is unclear who rotates the database password.\n",
    ),
    (
        "ops.tf",
        "resource \"aws_db_instance\" \"orders_db\" {\n  identifier        = \"orders-db\"\n  engine            = \"postgres\"\n  \
         storage_encrypted = false\n}\n",
    ),
];

/// A service that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) folder: TempDir,
    /// The first operator.
    pub(crate) admin: Client,
    /// The first operator's key.
    pub(crate) key: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<bool>>,
}

/// Starts a service that asks for keys.
pub(crate) fn start() -> Running {
    start_with(|_| {})
}

/// Starts a service with other settings.
pub(crate) fn start_with(change: impl FnOnce(&mut Config)) -> Running {
    start_in(tempfile::tempdir().unwrap(), "", change)
}

/// Starts a service with other settings and what the environment gives it.
pub(crate) fn start_outside(outside: Outside, change: impl FnOnce(&mut Config)) -> Running {
    start_all(tempfile::tempdir().unwrap(), "", outside, change)
}

/// Starts a service over a folder; `key` is one that it knows already.
pub(crate) fn start_in(folder: TempDir, key: &str, change: impl FnOnce(&mut Config)) -> Running {
    start_all(folder, key, Outside::default(), change)
}

fn start_all(folder: TempDir, key: &str, outside: Outside, change: impl FnOnce(&mut Config)) -> Running {
    let mut config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data: folder.path().join("data"),
        auth: AuthMode::On,
        backoff_ms: 20,
        backoff_ms_max: 100,
        ..Config::default()
    };
    change(&mut config);
    let (told, hears) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let ended = runtime.block_on(async {
            let service = Service::open(config, outside).await.unwrap();
            told.send((service.address(), service.first_key.clone())).unwrap();
            service.run(async { drop(stopped.await) }).await
        });
        runtime.shutdown_background();
        ended
    });
    let (address, first_key) = hears.recv().expect("the service starts");
    let key = first_key.unwrap_or_else(|| key.to_owned());
    let admin = Client::new(address).with_key(&key);
    Running { folder, admin, key, stop: Some(stop), thread: Some(thread) }
}

impl Running {
    /// Stops the service. Gives its folder, and whether everything ended in time.
    pub(crate) fn stop(mut self) -> (TempDir, bool) {
        drop(self.stop.take());
        let ended = self.thread.take().unwrap().join().unwrap();
        (std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()), ended)
    }

    /// Nobody.
    pub(crate) fn anybody(&self) -> Client {
        Client::new(self.admin.address)
    }

    /// Somebody with a key of their own and, where a project is given, a role in it.
    pub(crate) fn person(&self, id: &str, place: Option<(&str, &str)>) -> Client {
        self.admin.post("/api/v1/people", &json!({ "id": id, "name": id })).expect(201);
        if let Some((project, role)) = place {
            let path = format!("/api/v1/projects/{project}/members/{id}");
            self.admin.put(&path, &json!({ "role": role })).expect(200);
        }
        let key = json!({ "name": "test", "person": id, "scope": "operator" });
        let made = self.admin.post("/api/v1/keys", &key).expect(201).json();
        self.anybody().with_key(made["secret"].as_str().unwrap())
    }

    /// A new project with nothing in it.
    pub(crate) fn project(&self, id: &str) {
        self.admin.post("/api/v1/projects", &json!({ "id": id, "name": "A project" })).expect(201);
    }

    /// A new project with the shop's documents, read.
    pub(crate) fn shop(&self, id: &str) {
        self.project(id);
        for (path, text) in SHOP {
            self.paste(id, path, text);
        }
        self.read(id);
    }

    pub(crate) fn paste(&self, project: &str, path: &str, text: &str) -> Value {
        let document = json!({ "path": path, "text": text });
        self.admin.post(&format!("/api/v1/projects/{project}/documents"), &document).expect(202).json()
    }

    /// Waits until all documents of the project are read.
    pub(crate) fn read(&self, project: &str) {
        let job = self.admin.post(&format!("/api/v1/projects/{project}/scans"), &json!({})).expect(202).json();
        self.wait(project, job["id"].as_str().unwrap(), "done");
    }

    /// Waits until a job has ended this way.
    #[track_caller]
    pub(crate) fn wait(&self, project: &str, job: &str, state: &str) -> Value {
        let begun = Instant::now();
        loop {
            let found = self.admin.get(&format!("/api/v1/projects/{project}/jobs/{job}")).expect(200).json();
            if found["state"] == state {
                return found;
            }
            let goes_on = matches!(found["state"].as_str(), Some("queued" | "running"));
            assert!(goes_on && begun.elapsed() < PATIENCE, "expected `{state}`: {found}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until no job of the project waits or runs.
    pub(crate) fn settle(&self, project: &str) -> Vec<Value> {
        Self::settle_as(&self.admin, project)
    }

    /// As [`settle`](Self::settle), asked by somebody else than the operator.
    pub(crate) fn settle_as(client: &Client, project: &str) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let found = client.get(&format!("/api/v1/projects/{project}/jobs")).expect(200).json();
            let jobs = found["items"].as_array().unwrap().clone();
            if jobs.iter().all(|job| !matches!(job["state"].as_str(), Some("queued" | "running"))) {
                return jobs;
            }
            assert!(begun.elapsed() < PATIENCE, "jobs do not end: {found}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// All things of a list, page by page.
    pub(crate) fn all(&self, path: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut address = path.to_owned();
        loop {
            let page = self.admin.get(&address).expect(200).json();
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return found };
            let joint = if path.contains('?') { '&' } else { '?' };
            address = format!("{path}{joint}cursor={cursor}");
        }
    }

    /// The folder of a project.
    pub(crate) fn project_folder(&self, id: &str) -> PathBuf {
        self.folder.path().join("data/projects").join(id)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A test that failed already tells more than how its service ended.
            drop(thread.join());
        }
    }
}

/// A folder with documents in it.
pub(crate) fn documents(at: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let file = at.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}
