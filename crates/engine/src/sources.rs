//! Where the documents of a workspace come from: the files and folders of its last scan, as they lie on the disk now, or as a
//! commit of their repository has them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use cairn_model::{Date, Document, LineIndex, Span};

use crate::workspace::{PROJECT_ATTACKERS, PROJECT_RULES};
use crate::world::{self, Collected, Origin};
use crate::{DECISIONS_FILE, EngineError, Files, SETTINGS_FILE, Settings, Workspace};

/// Under which name the store keeps what the last scan was given.
const ROOTS: &str = "roots";

/// What a scan of `inputs` is remembered by: paths relative to the project where they lie in it, so that a project can be moved.
pub(crate) fn remembered(workspace: &Workspace, inputs: &[PathBuf]) -> BTreeMap<String, serde_json::Value> {
    let (project, _) = workspace.decided_at();
    let project = world::without_links(project);
    let mut roots: Vec<String> = inputs
        .iter()
        .map(|input| world::without_links(input))
        .map(|input| input.strip_prefix(&project).map_or_else(|_| input.clone(), Path::to_owned))
        .map(|input| input.to_string_lossy().into_owned())
        .collect();
    roots.sort();
    roots.dedup();
    BTreeMap::from([(ROOTS.to_owned(), roots.into())])
}

/// The files and folders that the last scan was given.
pub async fn roots(workspace: &Workspace) -> Result<Vec<PathBuf>, EngineError> {
    let kept = workspace.store.load().await?.settings;
    let roots = kept.get(ROOTS).and_then(|it| it.as_array()).cloned().unwrap_or_default();
    Ok(roots.iter().filter_map(|it| it.as_str()).map(|root| workspace.project_path(root)).collect())
}

/// The files below `roots` as they lie on the disk now.
pub fn files_now(workspace: &Workspace, roots: &[PathBuf]) -> Result<Files, EngineError> {
    let collected = world::collect(roots, workspace.settings(), &workspace.settings_file())?;
    let read = |name: &str| match world::read_text(&workspace.project_path(name)) {
        Ok(text) => Ok(Some(text)),
        Err(EngineError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let rules = workspace.kept_rules_folders();
    let attackers: Vec<_> =
        workspace.attackers_folders().iter().map(|folder| world::read_rules(folder)).collect::<Result<_, _>>()?;
    Ok(Files {
        dates: dates(&collected, None, workspace.settings()),
        documents: documents(&collected, workspace.settings()),
        settings: read(SETTINGS_FILE)?,
        decisions: read(DECISIONS_FILE)?,
        rules: rules.iter().map(|folder| world::read_rules(folder)).collect::<Result<_, _>>()?,
        attackers: attackers.concat(),
    })
}

/// The files below `roots` as a commit has them, with its settings, decisions, rules and attackers; and the day of the commit.
pub fn files_at(workspace: &Workspace, roots: &[PathBuf], commit: &str) -> Result<(Files, Date), EngineError> {
    let (project, _) = workspace.decided_at();
    let failed = |reason: String| EngineError::Commit { path: project.to_owned(), commit: commit.to_owned(), reason };
    let text = |name: &str| world::text_at(project, name, commit).map_err(failed);
    let settings_text = text(SETTINGS_FILE)?;
    let settings = match &settings_text {
        Some(text) => Settings::parse(text, &workspace.settings_file())?,
        None => Settings::default(),
    };
    let collected = world::collect_at(roots, commit, &settings, &workspace.settings_file())?;
    let folders = [PROJECT_RULES, settings.rules_dir.as_str()];
    let rules = folders.iter().filter(|folder| !folder.is_empty());
    let rules = rules.map(|folder| world::rules_at(&workspace.project_path(folder), commit).map_err(failed));
    let folders = [PROJECT_ATTACKERS, settings.attackers_dir.as_str()];
    let attackers = folders.iter().filter(|folder| !folder.is_empty());
    let attackers = attackers.map(|folder| world::rules_at(&workspace.project_path(folder), commit).map_err(failed));
    let attackers: Vec<_> = attackers.collect::<Result<_, _>>()?;
    let files = Files {
        dates: dates(&collected, Some(commit), &settings),
        documents: documents(&collected, &settings),
        settings: settings_text,
        decisions: text(DECISIONS_FILE)?,
        rules: rules
            .filter(|it| it.as_ref().is_ok_and(|rules| !rules.is_empty()) || it.is_err())
            .collect::<Result<_, _>>()?,
        attackers: attackers.concat(),
    };
    Ok((files, world::day_of_commit(project, commit).map_err(failed)?))
}

/// What can be read. What cannot be is left out here as it is by a scan, which lists it.
fn documents(collected: &Collected, settings: &Settings) -> Vec<(String, Vec<u8>)> {
    let read =
        |file: &world::SourceFile| Some((file.path.clone(), world::read(file, settings.max_document_bytes).ok()?));
    collected.files.iter().filter_map(read).collect()
}

pub(crate) fn dates(collected: &Collected, commit: Option<&str>, settings: &Settings) -> BTreeMap<String, Date> {
    if !settings.freshness.git_dates {
        return BTreeMap::new();
    }
    let dates = world::changed_on(collected.files.iter().map(|file| file.location.as_path()), commit);
    let dated = collected.files.iter().filter_map(|file| Some((file.path.clone(), *dates.get(&file.location)?)));
    dated.collect()
}

/// A quote and where its lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The document's path.
    pub path: String,
    /// The line that the quote begins in, counted from 1.
    pub line: u32,
    /// The words.
    pub quote: String,
    /// The newest commit that wrote any of its lines; none for lines that are not committed, or lie in no repository.
    pub origin: Option<Origin>,
}

/// Who wrote what stands at `places` (ids of documents, and spans in them), by the history of the repositories that the documents lie in; the newest first.
pub async fn written(
    workspace: &Workspace,
    documents: &[Document],
    places: &BTreeSet<(String, Span)>,
) -> Result<Vec<Written>, EngineError> {
    let roots: Vec<PathBuf> = roots(workspace).await?.into_iter().filter(|root| root.exists()).collect();
    let collected = world::collect(&roots, workspace.settings(), &workspace.settings_file())?;
    let mut written = Vec::new();
    for document in documents {
        let quoted: Vec<Span> =
            places.iter().filter(|(id, _)| *id == *document.id.as_str()).map(|(_, span)| *span).collect();
        if quoted.is_empty() {
            continue;
        }
        let location = collected.files.iter().find(|file| file.path == document.path);
        let origins = location.map(|file| world::origins(&file.location, &document.text)).unwrap_or_default();
        let index = LineIndex::new(&document.text);
        for span in quoted {
            let lines = lines(&index, span);
            let quote = document.text.get(span.start..span.end).unwrap_or_default().to_owned();
            let origin = newest(&origins, &lines).cloned();
            written.push(Written { path: document.path.clone(), line: *lines.start(), quote, origin });
        }
    }
    let day = |it: &Written| it.origin.as_ref().map(|origin| origin.day);
    written.sort_by(|left, right| {
        day(right).cmp(&day(left)).then_with(|| (&left.path, left.line).cmp(&(&right.path, right.line)))
    });
    Ok(written)
}

fn newest<'o>(origins: &'o [Origin], lines: &RangeInclusive<u32>) -> Option<&'o Origin> {
    let of_them = origins.iter().filter(|it| it.lines.start() <= lines.end() && lines.start() <= it.lines.end());
    of_them.max_by_key(|origin| origin.day)
}

/// The lines that a passage stands in, counted from 1.
fn lines(index: &LineIndex, span: Span) -> RangeInclusive<u32> {
    let number = |at: usize| u32::try_from(index.line_of(at)).unwrap_or(u32::MAX);
    number(span.start)..=number(span.end.saturating_sub(1).max(span.start))
}
