//! A folder with documents, and the program run in it with nothing of the tester's environment.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The documents of a small invented parcel company.
const DOCUMENTS: &[(&str, &str)] = &[
    (
        "docs/README.md",
        "# Parcel Desk\n\nParcel Desk prints labels for parcels.\n\n\
         | Component | Technology | Purpose |\n|---|---|---|\n\
         | Parcel API | Go | Public REST service, reachable from the internet |\n\
         | Label Store | PostgreSQL | Database with labels and recipients' addresses |\n\
         | Courier Gateway | Envoy | Forwards requests to couriers |\n",
    ),
    (
        "docs/design.md",
        "# Design\n\n## Flows\n\nThe Parcel API writes labels to the Label Store over SQL without encryption.\n\
         The Courier Gateway calls the Parcel API over HTTPS.\n\n## Security\n\n\
         The Parcel API does not authenticate requests to `POST /labels`.\n\
         Rate limiting will be added to the Parcel API later.\n\
         We assume that the Label Store is only reachable from the cluster.\n\
         We accept the risk that addresses are kept in clear text until 2026-06-30. Owner: Mira Holt.\n\n\
         ## Open questions\n\n- TBD: who rotates the database password?\n",
    ),
    (
        "docs/adr/0001-tls.md",
        "# 1. Encrypt the database connection\n\nStatus: accepted\n\nDate: 2026-01-10\n\n## Decision\n\n\
         The Parcel API writes labels to the Label Store over TLS.\n",
    ),
];

pub(crate) struct Project(TempDir);

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with documents, not scanned.
    pub(crate) fn with_documents() -> Self {
        let project = Self::empty();
        for (path, text) in DOCUMENTS {
            project.write(path, text);
        }
        project
    }

    /// A folder with documents that were scanned.
    pub(crate) fn scanned() -> Self {
        let project = Self::with_documents();
        project.succeeds(&["scan", "docs"]);
        project
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    /// Runs the program in a folder below.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        self.run_on("2026-03-01", folder, arguments)
    }

    /// Runs the program as on a day, which must do what it is asked; its standard output.
    #[track_caller]
    pub(crate) fn succeeds_on(&self, day: &str, arguments: &[&str]) -> String {
        let run = self.run_on(day, "", arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// Runs the program as on a day.
    pub(crate) fn run_on(&self, day: &str, folder: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        let output = command
            .env_clear()
            .env("TZ", "UTC")
            .current_dir(self.path(folder))
            .args(["--as-of", day])
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Run {
            code: output.status.code().expect("the program was not killed"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs the program, which must do what it is asked; its standard output.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// Runs the program with `--format json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let text = self.succeeds(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The export.
    #[track_caller]
    pub(crate) fn export(&self) -> String {
        self.succeeds(&["export", "--format", "json"])
    }

    fn root(&self) -> &Path {
        self.0.path()
    }
}

/// Replaces what differs from run to run: the folder.
pub(crate) fn redacted(project: &Project, text: &str) -> String {
    let root = project.path("").canonicalize().unwrap();
    text.replace(root.to_str().unwrap().trim_end_matches('/'), "[PROJECT]")
}
