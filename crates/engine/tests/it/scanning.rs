use std::sync::Mutex;

use cairn_engine::{Progress, ScanRequest, ScanSummary, Stage, Workspace, model, scan};
use cairn_model::Date;
use cairn_store::Store;

use crate::folder::Folder;

const DESIGN: &str = "# Design\n\nThe Parcel API service calls the Label Store database over plain HTTP.\n";
const NOTES: &str = "# Notes\n\nWe assume that the Label Store is only reachable from inside.\n";

fn project() -> Folder {
    Folder::with(&[("docs/design.md", DESIGN), ("docs/notes.md", NOTES), ("docs/logo.png", "")])
}

async fn export(folder: &Folder) -> String {
    let model = model(&folder.workspace().await, Date::new(2026, 1, 1).unwrap()).await.unwrap();
    cairn_report::json(&model.system, &model.threats)
}

#[tokio::test]
async fn a_first_scan_reads_everything() {
    let summary = project().scan().await;
    assert_eq!((summary.documents, summary.added, summary.unchanged, summary.removed), (2, 2, 0, 0));
    assert_eq!((summary.units_extracted, summary.units_kept), (2, 0));
    assert_eq!(summary.skipped.len(), 1);
    assert!(summary.claims > 0);
}

#[tokio::test]
async fn a_second_scan_extracts_nothing_and_changes_nothing() {
    let folder = project();
    let first = folder.scan().await;
    let exported = export(&folder).await;
    let second = folder.scan().await;
    let expected = ScanSummary { added: 0, unchanged: 2, units_extracted: 0, units_kept: 2, revision: None, ..first };
    assert_eq!(second, expected);
    assert_eq!(export(&folder).await, exported);
}

#[tokio::test]
async fn only_what_changed_is_read_again() {
    let folder = project();
    folder.scan().await;
    folder.write("docs/notes.md", format!("{NOTES}\nNothing new here.\n"));
    let summary = folder.scan().await;
    assert_eq!((summary.added, summary.changed, summary.unchanged), (0, 1, 1));
    assert_eq!((summary.units_extracted, summary.units_kept), (1, 1));
}

#[tokio::test]
async fn incremental_and_fresh_scans_agree() {
    let folder = project();
    folder.scan().await;
    folder.write("docs/more.md", "# More\n\nThe Courier App client calls the Parcel API service.\n");
    folder.remove("docs/notes.md");
    let summary = folder.scan().await;
    assert_eq!((summary.added, summary.removed), (1, 1));
    let incremental = export(&folder).await;
    std::fs::remove_dir_all(folder.path(".cairn")).unwrap();
    folder.scan().await;
    assert_eq!(export(&folder).await, incremental);
}

#[tokio::test]
async fn what_is_gone_leaves_no_trace() {
    let folder = project();
    folder.scan().await;
    folder.remove("docs/design.md");
    folder.remove("docs/notes.md");
    let summary = folder.scan().await;
    assert_eq!((summary.documents, summary.removed, summary.claims), (0, 2, 0));
    let empty = Folder::with(&[("docs/logo.png", "")]);
    empty.scan().await;
    assert_eq!(export(&folder).await, export(&empty).await);
}

#[tokio::test]
async fn a_document_over_the_limit_is_skipped() {
    let folder = project();
    folder.write("cairn.toml", "max_document_bytes = 60\n");
    let summary = folder.scan().await;
    assert_eq!(summary.documents, 0);
    let reasons: Vec<_> = summary.skipped.iter().map(|it| (it.path.as_str(), it.reason.as_str())).collect();
    assert_eq!(reasons[0], ("design.md", format!("{} bytes are over the limit of 60", DESIGN.len()).as_str()));
    assert_eq!(summary.failures, 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_input_that_cannot_be_read_does_not_stop_the_others() {
    let folder = project();
    // Reading one's own memory from its start fails for every user, root included.
    let inputs = vec![folder.path("docs"), "/proc/self/mem".into()];
    let request = ScanRequest { inputs, ..ScanRequest::default() };
    let summary = scan(&folder.workspace().await, &request, &cairn_engine::Silent).await.unwrap();
    assert_eq!((summary.documents, summary.failures), (2, 1));
    assert!(summary.skipped.iter().any(|it| it.path == "mem" && it.reason.starts_with("cannot be read")));
}

/// Remembers what it hears.
#[derive(Default)]
struct Heard(Mutex<Vec<(Stage, Option<usize>, usize)>>);

impl Progress for Heard {
    fn begin(&self, stage: Stage, steps: Option<usize>) {
        self.0.lock().unwrap().push((stage, steps, 0));
    }

    fn advance(&self) {
        self.0.lock().unwrap().last_mut().unwrap().2 += 1;
    }

    fn end(&self) {}
}

#[tokio::test]
async fn an_edit_is_read_alone_and_gives_what_a_whole_scan_gives() {
    let folder = project();
    folder.scan().await;
    folder.write("docs/notes.md", format!("{NOTES}\nThe Label Store database is small.\n"));
    let heard = Heard::default();
    let request = ScanRequest { inputs: vec![folder.path("docs")], threads: Some(2), ..ScanRequest::default() };
    let edited = scan(&folder.workspace().await, &request, &heard).await.unwrap();
    let heard: Vec<_> = heard.0.into_inner().unwrap();
    assert_eq!(heard.iter().filter(|(stage, ..)| *stage == Stage::Read).count(), 1, "not all were read: {heard:?}");
    assert!(heard.contains(&(Stage::Extract, Some(1), 1)), "{heard:?}");

    let clean = Workspace::open(&folder.path("clean/.cairn")).await.unwrap();
    let whole = scan(&clean, &request, &cairn_engine::Silent).await.unwrap();
    assert_eq!((edited.documents, edited.claims), (whole.documents, whole.claims));
    assert_eq!((&edited.skipped, &edited.not_understood), (&whole.skipped, &whole.not_understood));
    let kept = |at: &str| {
        let path = folder.path(at);
        async move { Store::open(&path).await.unwrap().load().await.unwrap() }
    };
    let (edited, whole) = (kept(".cairn").await, kept("clean/.cairn").await);
    assert_eq!(edited.documents, whole.documents);
    assert_eq!(edited.units, whole.units);
    assert_eq!(edited.run, whole.run);
}

#[tokio::test]
async fn a_scan_waits_for_another_one() {
    let folder = project();
    let workspace = folder.workspace().await;
    let held = std::fs::File::create(folder.path(".cairn/scan.lock")).unwrap();
    held.lock().unwrap();
    let heard = Heard::default();
    let request = ScanRequest { inputs: vec![folder.path("docs")], ..ScanRequest::default() };
    let release = async {
        while heard.0.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(heard.0.lock().unwrap()[0].0, Stage::Wait);
        drop(held);
    };
    let (summary, ()) = tokio::join!(scan(&workspace, &request, &heard), release);
    assert_eq!(summary.unwrap().documents, 2);
    assert_eq!(heard.0.lock().unwrap()[1].0, Stage::Find);
}

#[tokio::test]
async fn progress_is_told() {
    let folder = project();
    let heard = Heard::default();
    let request = ScanRequest { inputs: vec![folder.path("docs")], threads: Some(2), ..ScanRequest::default() };
    scan(&folder.workspace().await, &request, &heard).await.unwrap();
    assert_eq!(
        *heard.0.lock().unwrap(),
        [
            (Stage::Find, None, 0),
            (Stage::Read, Some(2), 2),
            (Stage::Survey, None, 0),
            (Stage::Extract, Some(2), 2),
            (Stage::Keep, None, 0),
            (Stage::Index, None, 0),
        ]
    );
}
