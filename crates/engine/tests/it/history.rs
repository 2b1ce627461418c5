//! A year of the example company, commit by commit: `eval/history/tuckbox` has the commits and, beside them, what each changes in
//! the model. Every commit is scanned into one workspace, as a team would; now and then the same commit is read from the
//! repository into nothing, which must give the same model.

use std::path::{Path, PathBuf};

use cairn_diff::{Cause, Change, Changes, Class, SentenceChange};
use cairn_engine::{
    Action, NewDecision, ScanRequest, Silent, Standing, Workspace, changes, decide, files_at, scan, standing,
    threats_before,
};
use cairn_model::Date;
use serde::Deserialize;

use crate::folder::Folder;
use crate::repository::{commit, init};

/// So often a commit is also read from the repository.
const READ_ANEW_EVERY: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    commit: Vec<Commit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    day: String,
    author: String,
    message: String,
    /// What a reader of the diff must learn from it.
    because: String,
    #[serde(default)]
    edit: Vec<Edit>,
    /// A decision about the first threat of a rule.
    decide: Option<Decision>,
    /// Parts of lines of the diff that must be there.
    #[serde(default)]
    shows: Vec<String>,
    /// Whether the model must be as before.
    #[serde(default)]
    nothing: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    path: String,
    find: Option<String>,
    replace: Option<String>,
    write: Option<String>,
    append: Option<String>,
    rename: Option<String>,
    #[serde(default)]
    delete: bool,
    /// Takes out everything from the first of these up to the second.
    cut: Option<[String; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    rule: String,
    owner: String,
    reason: String,
    expires: String,
}

fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The chapters in their order: name and commits.
fn chapters() -> Vec<(String, Vec<Commit>)> {
    let folder = repository_root().join("eval/history/tuckbox");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let chapter: Chapter = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        (name, chapter.commit)
    };
    files.iter().map(read).collect()
}

/// The example company as it is before the first commit.
fn company() -> Folder {
    let folder = Folder::with(&[]);
    let source = repository_root().join("eval/examples/tuckbox");
    let mut left = vec![source.clone()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            folder.write(path.strip_prefix(&source).unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
        }
    }
    folder
}

fn apply(folder: &Folder, edit: &Edit) {
    if let Some(to) = &edit.rename {
        std::fs::rename(folder.path(&edit.path), folder.path(to)).unwrap();
        return;
    }
    if edit.delete {
        folder.remove(&edit.path);
        return;
    }
    let text = std::fs::read_to_string(folder.path(&edit.path)).unwrap_or_default();
    let edited = match edit {
        Edit { write: Some(text), .. } => text.clone(),
        Edit { append: Some(more), .. } => text + more,
        Edit { find: Some(find), replace: Some(replace), .. } => {
            assert_eq!(text.matches(find).count(), 1, "{}: {find:?} must be there once", edit.path);
            text.replace(find, replace)
        }
        Edit { cut: Some([from, to]), .. } => {
            let start = text.find(from).unwrap();
            let end = start + text[start..].find(to).unwrap();
            format!("{}{}", &text[..start], &text[end..])
        }
        _ => panic!("{}: an edit that says nothing", edit.path),
    };
    folder.write(&edit.path, edited);
}

async fn workspace(folder: &Folder) -> Workspace {
    Workspace::open(&folder.path(".cairn")).await.unwrap()
}

async fn scanned(folder: &Folder, day: Date) -> Standing {
    let workspace = workspace(folder).await;
    let request = ScanRequest { inputs: vec![folder.path("")], as_of: Some(day), ..ScanRequest::default() };
    scan(&workspace, &request, &Silent).await.unwrap();
    standing(&workspace, day).await.unwrap()
}

async fn settle(folder: &Folder, now: &Standing, decision: &Decision, commit: &Commit, day: Date) {
    let threat = now.model.threats.iter().find(|threat| threat.rule == decision.rule);
    let threat = threat.unwrap_or_else(|| panic!("no threat of {}", decision.rule));
    let new = NewDecision {
        action: Action::Accept,
        on: threat.id.to_string(),
        names: Vec::new(),
        set: None,
        about: decision.rule.clone(),
        owner: Some(decision.owner.clone()),
        reason: decision.reason.clone(),
        expires: Date::parse(&decision.expires),
        by: commit.author.clone(),
    };
    decide(&workspace(folder).await, new, day).await.unwrap();
}

/// The commit as read from the repository, into a workspace that has seen nothing.
async fn read_anew(folder: &Folder) -> Standing {
    let empty = Folder::with(&[]);
    let workspace = Workspace::open(&empty.path("elsewhere")).await.unwrap();
    let here = self::workspace(folder).await;
    let (files, day) = files_at(&here, &[folder.path("")], "HEAD").unwrap();
    standing(&workspace.of_files(&files).unwrap(), day).await.unwrap()
}

#[tokio::test]
async fn each_commit_changes_what_it_should() {
    let folder = company();
    init(&folder);
    folder.write(".gitignore", ".cairn\n");
    commit(&folder, "Ines Okafor", "2026-11-02");
    let mut before = scanned(&folder, Date::parse("2026-11-02").unwrap()).await;
    let (mut number, mut faults) = (0, Vec::new());
    for (name, commits) in chapters() {
        let mut told = String::new();
        for it in &commits {
            number += 1;
            let day = Date::parse(&it.day).unwrap();
            it.edit.iter().for_each(|edit| apply(&folder, edit));
            if let Some(decision) = &it.decide {
                settle(&folder, &before, decision, it, day).await;
            }
            commit(&folder, &it.author, &it.day);
            let after = scanned(&folder, day).await;
            let newest = cairn_engine::log(&workspace(&folder).await).await.unwrap().last().unwrap().number;
            before = before.knowing(threats_before(&workspace(&folder).await, newest).await.unwrap());
            let lines = lines_of(&changes(&before, &after));
            faults.extend(faults_of(number, it, &lines));
            told.extend([format!("{number}. {} ({}, {})\n   {}\n", it.message, it.author, it.day, it.because)]);
            told.extend(lines.iter().map(|line| format!("   | {line}\n")));
            if number % READ_ANEW_EVERY == 0 {
                let anew = changes(&after, &read_anew(&folder).await);
                assert!(anew.is_empty(), "commit {number} reads otherwise from the repository: {:#?}", lines_of(&anew));
            }
            before = after;
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(repository_root().join("eval/history/tuckbox"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, told));
    }
    assert!(number >= 60, "{number} commits are too few");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn faults_of(number: usize, commit: &Commit, lines: &[String]) -> Vec<String> {
    let missing = commit.shows.iter().filter(|part| !lines.iter().any(|line| line.contains(*part)));
    let mut faults: Vec<String> =
        missing.map(|part| format!("commit {number} ({}): no line says {part:?}", commit.message)).collect();
    let model = lines.iter().filter(|line| !line.starts_with("document "));
    if commit.nothing {
        faults.extend(model.map(|line| format!("commit {number} ({}): {line}", commit.message)));
    }
    faults
}

/// What changed, a line each: documents, elements, conflicts, threats with their first cause; questions are counted.
fn lines_of(changes: &Changes) -> Vec<String> {
    let mut lines = Vec::new();
    for document in &changes.documents {
        let moved = document.moved_from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        lines.push(format!("document {} {}{moved}", document.class.as_str(), document.path));
    }
    lines.extend(changes.renamed.iter().map(|it| format!("renamed {} to {}", it.from_name, it.to_name)));
    let listed = changes.elements.iter().chain(&changes.conflicts);
    lines.extend(listed.map(|it| format!("{} {} {}{}", it.kind, it.class.as_str(), one_line(&it.title), values(it))));
    for threat in changes.threats.iter().filter(|it| it.class != Class::Unchanged) {
        let status = |status: Option<cairn_model::ThreatStatus>| status.map_or("none", |it| it.as_str());
        let (was, is) = (status(threat.status.0), status(threat.status.1));
        let cause = threat.causes.first().map_or_else(|| "?".to_owned(), cause);
        let class = threat.class.as_str();
        lines.push(format!(
            "threat {class} {} [{was} -> {is}] {} because {cause}",
            threat.rule,
            one_line(&threat.title)
        ));
    }
    let questions = |class: Class| changes.questions.iter().filter(|it| it.class == class).count();
    let (new, answered) = (questions(Class::New), questions(Class::Resolved));
    if new + answered > 0 {
        lines.push(format!("questions {new} new, {answered} gone"));
    }
    lines
}

fn values(change: &Change) -> String {
    let value = |value: &Option<String>| value.as_deref().map_or_else(|| "unknown".to_owned(), one_line);
    let told = |it: &cairn_diff::Attribute| format!("; {}: {} -> {}", it.name, value(&it.before), value(&it.after));
    change.attributes.iter().map(told).collect::<Vec<_>>().concat()
}

fn cause(cause: &Cause) -> String {
    let sentence = |it: &SentenceChange| {
        let text = |passage: &Option<cairn_diff::Passage>| passage.as_ref().map(|it| one_line(&it.text));
        match (text(&it.before), text(&it.after)) {
            (Some(before), Some(after)) => format!("\"{before}\" became \"{after}\""),
            (Some(before), None) => format!("\"{before}\" is gone"),
            (None, Some(after)) => format!("\"{after}\" is new"),
            (None, None) => "?".to_owned(),
        }
    };
    match cause {
        Cause::Text(it) => sentence(it),
        Cause::Decision(it) => format!("a decision: {}", sentence(it)),
        Cause::Time { from, to } => format!("time passed from {from} to {to}"),
        other => format!("{other:?}"),
    }
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(120).collect()
}
