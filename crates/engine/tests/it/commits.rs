//! Repositories read at a commit, without a checkout.

use std::path::PathBuf;

use cairn_engine::world::{self, Collected, Origin, collect, collect_at};
use cairn_engine::{EngineError, ScanRequest, Settings, Silent, model, scan};
use cairn_model::Date;

use crate::folder::Folder;
use crate::repository::{commit, git, init};

const FILES: &[(&str, &str)] = &[
    (".gitignore", "drafts/\n*.tmp\n!kept.tmp\n"),
    ("docs/a.md", "# A\n"),
    ("docs/sub/b.md", "# B\n"),
    ("docs/sub/.gitignore", "private*\n!private-but-shown.md\n"),
    ("docs/sub/private-but-shown.md", "# Shown\n"),
    ("docs/kept.tmp", "kept\n"),
    ("docs/.hidden/c.md", "# C\n"),
    ("docs/node_modules/x/readme.md", "# Not ours\n"),
    ("docs/logo.png", "not a document"),
    ("readme.md", "# Readme\n"),
];

fn repository(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    init(&folder);
    commit(&folder, "Ada", "2024-02-03");
    folder
}

fn at(folder: &Folder, inputs: &[&str], revision: &str) -> Result<Collected, EngineError> {
    let inputs: Vec<PathBuf> = inputs.iter().map(|input| folder.path(input)).collect();
    collect_at(&inputs, revision, &Settings::default(), &folder.path("cairn.toml"))
}

/// Document paths and texts, and what was left out.
fn seen(collected: &Collected) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let files = collected.files.iter().map(|file| (file.path.clone(), world::read(file, 1 << 20).unwrap()));
    let skipped = collected.skipped.iter().map(|it| format!("{}: {}", it.path, it.reason));
    (files.collect(), skipped.collect())
}

#[test]
fn a_commit_is_read_as_its_checkout_is() {
    let folder = repository(FILES);
    for inputs in
        [&["docs"][..], &[""], &["docs/a.md"], &["docs/sub", "docs"], &["docs/sub/b.md", "docs/sub", "readme.md"]]
    {
        let paths: Vec<PathBuf> = inputs.iter().map(|input| folder.path(input)).collect();
        let checkout = collect(&paths, &Settings::default(), &folder.path("cairn.toml")).unwrap();
        assert_eq!(seen(&at(&folder, inputs, "HEAD").unwrap()), seen(&checkout), "{inputs:?}");
    }
}

#[test]
fn what_a_commit_ignores_is_not_read_although_it_has_it() {
    let folder = Folder::with(&[(".gitignore", "drafts/\n"), ("docs/drafts/d.md", "# D\n"), ("docs/a.md", "# A\n")]);
    init(&folder);
    git(&folder, "Ada", "2024-01-01", &["add", "--force", "docs/drafts/d.md"]);
    commit(&folder, "Ada", "2024-02-03");
    let paths: Vec<_> = at(&folder, &["docs"], "HEAD").unwrap().files.into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["a.md"]);
}

#[test]
fn an_older_commit_has_what_is_gone() {
    let folder = repository(FILES);
    folder.remove("docs/a.md");
    folder.remove("docs/sub/b.md");
    folder.write("docs/new.md", "# New\n");
    std::fs::remove_dir_all(folder.path("docs/sub")).unwrap();
    commit(&folder, "Ben", "2024-05-06");
    let before = seen(&at(&folder, &["docs/sub"], "HEAD~1").unwrap()).0;
    assert_eq!(before.first(), Some(&("b.md".to_owned(), b"# B\n".to_vec())));
    let now: Vec<_> = at(&folder, &["docs"], "main").unwrap().files.into_iter().map(|file| file.path).collect();
    assert_eq!(now, ["kept.tmp", "new.md"].map(str::to_owned));
}

#[test]
fn links_and_long_files_are_named() {
    let folder = Folder::with(&[("docs/a.md", "# A\n"), ("docs/long.md", "a long one")]);
    std::os::unix::fs::symlink("/etc/passwd", folder.path("docs/link.md")).unwrap();
    init(&folder);
    commit(&folder, "Ada", "2024-02-03");
    let settings = Settings { max_document_bytes: 8, ..Settings::default() };
    let collected = collect_at(&[folder.path("docs")], "HEAD", &settings, &folder.path("cairn.toml")).unwrap();
    assert_eq!(collected.skipped.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["link.md"]);
    let long = collected.files.iter().find(|file| file.path == "long.md").unwrap();
    let reason = format!("{:?}", world::read(long, 8).unwrap_err());
    assert!(reason.contains("10 bytes are over the limit of 8"), "{reason}");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = repository(FILES);
    let says = |inputs: &[&str], revision: &str| at(&folder, inputs, revision).unwrap_err().to_string();
    assert!(says(&["docs"], "v9").contains("the repository knows no commit `v9`"));
    assert!(says(&["nothing"], "HEAD").contains("it is not in the commit"));
    assert!(says(&["docs"], "--upload-pack=touch pwned").contains("knows no commit"));
    let outside = Folder::with(&[("docs/a.md", "")]);
    assert!(at(&outside, &["docs"], "HEAD").unwrap_err().to_string().contains("there is no git repository"));
}

#[test]
fn a_repository_runs_nothing_of_its_own() {
    let folder = repository(FILES);
    let marker = folder.path("pwned");
    let command = format!("touch {}", marker.display());
    for key in
        ["core.fsmonitor", "core.sshCommand", "diff.external", "core.pager", "filter.x.smudge", "diff.x.textconv"]
    {
        git(&folder, "Ada", "2024-02-03", &["config", key, &command]);
    }
    folder.write(".gitattributes", "*.md filter=x diff=x\n");
    at(&folder, &["docs"], "HEAD").unwrap();
    let file = folder.path("docs/a.md").canonicalize().unwrap();
    assert_eq!(world::origins(&file, "# A\n").len(), 1);
    assert!(!marker.exists());
}

fn origins(folder: &Folder, path: &str, text: &str) -> Vec<(u32, u32, String, String)> {
    let origins = world::origins(&folder.path(path).canonicalize().unwrap(), text);
    let told = |it: Origin| (*it.lines.start(), *it.lines.end(), it.author, it.day.to_string());
    origins.into_iter().map(told).collect()
}

#[test]
fn lines_know_who_wrote_them() {
    let folder = repository(&[("docs/a.md", "one\ntwo\nthree\n")]);
    folder.write("docs/a.md", "one\n2\nthree\nfour\n");
    commit(&folder, "Ben", "2024-05-06");
    let (ada, ben) = (("Ada".to_owned(), "2024-02-03".to_owned()), ("Ben".to_owned(), "2024-05-06".to_owned()));
    let line = |first, last, (who, day): &(String, String)| (first, last, who.clone(), day.clone());
    let committed = origins(&folder, "docs/a.md", "one\n2\nthree\nfour\n");
    assert_eq!(committed, [line(1, 1, &ada), line(2, 2, &ben), line(3, 3, &ada), line(4, 4, &ben)]);
    // What is not committed belongs to nobody yet, and the lines around it keep their authors.
    let edited = origins(&folder, "docs/a.md", "zero\none\nthree\nand a half\nfour\n");
    assert_eq!(edited, [line(2, 2, &ada), line(3, 3, &ada), line(5, 5, &ben)]);
    assert_eq!(world::origins(&folder.path("docs/none.md"), "x"), []);
}

async fn dates(folder: &Folder, revision: Option<&str>) -> Vec<String> {
    let workspace = folder.workspace().await;
    let inputs = vec![folder.path("docs")];
    let request =
        ScanRequest { inputs, threads: Some(2), commit: revision.map(str::to_owned), ..ScanRequest::default() };
    scan(&workspace, &request, &Silent).await.unwrap();
    let model = model(&workspace, Date::new(2026, 1, 1).unwrap()).await.unwrap();
    model.documents.iter().map(|it| format!("{} {}", it.path, it.modified.unwrap())).collect()
}

#[tokio::test]
async fn files_have_the_day_of_the_commit_that_changed_them() {
    let folder = repository(&[("docs/a.md", "# A\n"), ("docs/b.md", "# B\n")]);
    folder.write("docs/b.md", "# B, again\n");
    commit(&folder, "Ben", "2024-05-06");
    git(&folder, "Ada", "2024-06-01", &["switch", "--quiet", "--create", "side", "HEAD~1"]);
    folder.write("docs/a.md", "# A, beside\n");
    commit(&folder, "Ada", "2024-06-01");
    git(&folder, "Ada", "2024-07-01", &["switch", "--quiet", "main"]);
    git(&folder, "Ada", "2024-07-01", &["merge", "--quiet", "--no-edit", "side"]);
    // The merge itself changed neither.
    assert_eq!(dates(&folder, None).await, ["a.md 2024-06-01", "b.md 2024-05-06"]);
    assert_eq!(dates(&folder, Some("main~2")).await, ["a.md 2024-02-03", "b.md 2024-02-03"]);
}
