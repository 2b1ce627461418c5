//! However a folder came to be what it is, its model is the one that a first scan of it gives, byte for byte.

use cairn_engine::{Files, ScanRequest, Silent, Standing, Workspace, changes, standing, standings};
use cairn_model::Date;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::folder::Folder;

/// What stands in the documents, paragraph by paragraph.
const PARAGRAPHS: &[&str] = &[
    "The Parcel API writes labels to the Label Store over SQL without encryption.",
    "The Courier Gateway calls the Parcel API over HTTPS.",
    "The Parcel API does not authenticate requests to `POST /labels`.",
    "The Parcel API authenticates requests with OAuth 2.0 tokens.",
    "| Component | Technology | Purpose |\n|---|---|---|\n| Label Store | PostgreSQL | Database with labels |\n\
     | Courier Gateway | Envoy | Forwards requests |",
    "Rate limiting will be added to the Parcel API later.",
    "We accept the risk that addresses are kept in clear text until 2026-06-30. Owner: Mira Holt.",
    "The Key Custody Unit (KCU) signs manifests. The KCU is reachable from the internet.",
    "- TBD: who rotates the database password?",
    "Nothing of interest.",
];

const PATHS: &[&str] = &["a.md", "b.md", "notes/c.md", "notes/d.txt", "adr/0001.md"];

/// A step of somebody who works on the documents.
#[derive(Clone, Debug)]
enum Step {
    Write { path: usize, paragraphs: Vec<usize> },
    Remove { path: usize },
    Rename { from: usize, to: usize },
    Scan,
}

fn step() -> impl Strategy<Value = Step> {
    let path = || 0..PATHS.len();
    prop_oneof![
        4 => (path(), vec(0..PARAGRAPHS.len(), 0..6)).prop_map(|(path, paragraphs)| Step::Write { path, paragraphs }),
        1 => path().prop_map(|path| Step::Remove { path }),
        1 => (path(), path()).prop_map(|(from, to)| Step::Rename { from, to }),
        3 => Just(Step::Scan),
    ]
}

fn at(path: usize) -> String {
    format!("docs/{}", PATHS[path])
}

fn json(standing: &Standing) -> String {
    cairn_report::json(&standing.model.system, &standing.model.threats)
}

async fn export(workspace: &Workspace) -> String {
    let model = cairn_engine::model(workspace, Date::parse("2026-03-01").unwrap()).await.unwrap();
    cairn_report::json(&model.system, &model.threats)
}

async fn scan(workspace: &Workspace, folder: &Folder) {
    let request = ScanRequest { inputs: vec![folder.path("docs")], threads: Some(1), ..ScanRequest::default() };
    cairn_engine::scan(workspace, &request, &Silent).await.unwrap();
}

async fn replay(steps: &[Step]) {
    let folder = Folder::with(&[("docs/a.md", "# A\n")]);
    let workspace = folder.workspace().await;
    for step in steps {
        match step {
            Step::Write { path, paragraphs } => {
                let text: Vec<&str> = paragraphs.iter().map(|number| PARAGRAPHS[*number]).collect();
                folder.write(&at(*path), format!("# Notes\n\n{}\n", text.join("\n\n")));
            }
            Step::Remove { path } => drop(std::fs::remove_file(folder.path(&at(*path)))),
            Step::Rename { from, to } => {
                std::fs::create_dir_all(folder.path(&at(*to)).parent().unwrap()).unwrap();
                drop(std::fs::rename(folder.path(&at(*from)), folder.path(&at(*to))));
            }
            Step::Scan => scan(&workspace, &folder).await,
        }
    }
    scan(&workspace, &folder).await;
    let clean = Workspace::open(&folder.path("clean/.cairn")).await.unwrap();
    scan(&clean, &folder).await;
    let expected = export(&clean).await;
    assert_eq!(export(&workspace).await, expected, "a clean rebuild gives another model");

    let mut documents = Vec::new();
    for path in PATHS {
        if let Ok(bytes) = std::fs::read(folder.path(&format!("docs/{path}"))) {
            documents.push(((*path).to_owned(), bytes));
        }
    }
    let of_files = workspace.clone().of_files(&Files { documents, ..Files::default() }).unwrap();
    assert_eq!(export(&of_files).await, expected, "the same files without a store give another model");

    // What the past was is what it is still said to have been, and two moments derived together are what they are alone.
    let day = Date::parse("2026-03-01").unwrap();
    let mut before = None;
    for record in cairn_engine::log(&workspace).await.unwrap() {
        let name = format!("r{}", record.number);
        let revision = cairn_engine::revision(&workspace, &name).await.unwrap().unwrap();
        let then = workspace.clone().at_revision(&revision).await.unwrap();
        let alone = standing(&then, day).await.unwrap();
        if let Some((former, alone_before)) = before.replace((then.clone(), alone)) {
            let together = standings((&former, day), (&then, day)).await.unwrap();
            let (_, alone) = before.as_ref().unwrap();
            assert_eq!(changes(&together.0, &together.1), changes(&alone_before, alone));
            assert_eq!(json(&together.1), export(&then).await);
        }
    }
    let newest = cairn_engine::revision(&workspace, "latest").await.unwrap().unwrap();
    assert_eq!(export(&workspace.clone().at_revision(&newest).await.unwrap()).await, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_folder_gives_the_model_of_a_clean_rebuild(steps in vec(step(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(replay(&steps));
    }
}
