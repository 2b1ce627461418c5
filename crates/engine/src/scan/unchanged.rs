//! What is not as it was: bytes are read and digested, and only files that differ are read as documents.
//!
//! Only what is kept without its texts is asked for. Most scans find everything as it was and end here; most others find a few
//! documents that are not, and go on with these alone (`edited`). Where more may be otherwise than single documents (a
//! setting, a version of a reader, the day of a document whose bytes are the same) the scan goes the whole way.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use cairn_ingest::Limits;
use cairn_model::{Document, Revision, Skipped, digest};
use cairn_store::{Inputs, Manifest};
use rayon::prelude::*;

use super::read::{self, Read};
use super::{CLAIMS, CORPUS_KEY, NOT_UNDERSTOOD, ScanRequest, ScanSummary, UNDATED};
use crate::ground::InputKind;
use crate::prompted::UNIT_PREFIX;
use crate::search::index_state;
use crate::workspace::PASSAGE_INDEX;
use crate::world::{self, Collected, SourceFile};
use crate::{EngineError, Progress, Stage, Workspace, ground};

/// What a first look finds.
pub(super) enum Seen {
    /// Everything is as it was.
    Unchanged(Box<ScanSummary>),
    /// Some documents are not.
    Edited(Box<Edit>),
    /// More may be otherwise.
    Other,
}

/// What is not as it was.
pub(super) struct Edit {
    /// What was kept before.
    pub(super) manifest: Manifest,
    /// What results depend on beside the documents, as it is now.
    pub(super) inputs: Inputs,
    /// The documents that are new or changed, and everything that was left out.
    pub(super) read: Read,
    /// The paths of documents that are gone.
    pub(super) removed: Vec<String>,
}

/// Looks for what is not as it was.
pub(super) async fn look(
    workspace: &Workspace,
    collected: &Collected,
    request: &ScanRequest,
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Seen, EngineError> {
    if workspace.store.newest_revision().await?.is_none() {
        return Ok(Seen::Other);
    }
    let manifest = workspace.store.manifest().await?;
    let inputs = ground::inputs(workspace)?;
    let digests: BTreeMap<String, String> =
        inputs.iter().map(|(name, text)| (name.clone(), digest(text.as_bytes()))).collect();
    let is_of_model = |key: &String| key.starts_with(UNIT_PREFIX);
    if manifest.unit_keys.iter().any(is_of_model) || !reads_alike(&digests, &manifest.inputs) {
        return Ok(Seen::Other);
    }
    progress.begin(Stage::Read, Some(collected.files.len()));
    let looked = threads.install(|| look_at_all(workspace, collected, &manifest, progress));
    progress.end();
    let corpus_key = cairn_extract::corpus_key_of(
        manifest.documents.iter().map(|(path, (revision, _))| (path.as_str(), revision.as_str())),
    );
    let kept_key = manifest.run.get(CORPUS_KEY).and_then(|key| key.as_str());
    let is_as_it_was = |path: &str| looked.as_they_were.contains(path);
    if kept_key != Some(&corpus_key) || !same_dates(workspace, collected, request, &manifest, is_as_it_was) {
        return Ok(Seen::Other);
    }
    let Looked { as_they_were, mut read } = looked;
    let come: BTreeSet<&str> = read.documents.iter().map(|document| document.path.as_str()).collect();
    let is_gone = |path: &&String| !as_they_were.contains(*path) && !come.contains(path.as_str());
    let removed: Vec<String> = manifest.documents.keys().filter(is_gone).cloned().collect();
    let nothing = read.documents.is_empty() && removed.is_empty() && read.failures == 0;
    if nothing && read.skipped == manifest.skipped && digests == manifest.inputs {
        let indexed = index_state(workspace, &corpus_key, manifest.unit_keys.iter().map(String::as_str));
        let is_indexed = workspace.index_at(PASSAGE_INDEX, &indexed)?.is_some();
        return Ok(summary(manifest).filter(|_| is_indexed).map_or(Seen::Other, |it| Seen::Unchanged(Box::new(it))));
    }
    let Some(undated) = undated(&manifest) else { return Ok(Seen::Other) };
    let still: BTreeSet<String> = undated.filter(|path| as_they_were.contains(*path)).map(str::to_owned).collect();
    let now = read.documents.iter().filter(|document| document.modified.is_none());
    read.undated = still.into_iter().chain(now.map(|document| document.path.clone())).collect();
    read.undated.sort();
    if workspace.settings().freshness.git_dates {
        let locations: BTreeMap<String, PathBuf> =
            collected.files.iter().map(|file| (file.path.clone(), file.location.clone())).collect();
        read::date(&mut read.documents, &locations, request.commit.as_deref());
    }
    read.date_by(&request.dates);
    Ok(Seen::Edited(Box::new(Edit { manifest, inputs, read, removed })))
}

/// Whether a file that is what it was is read as what it was: under the same settings, by the same readers.
fn reads_alike(now: &BTreeMap<String, String>, before: &BTreeMap<String, String>) -> bool {
    let decides =
        |(name, _): &(&String, &String)| matches!(InputKind::of(name), InputKind::Settings | InputKind::Reader);
    now.iter().filter(decides).eq(before.iter().filter(decides))
}

/// What a file is now.
enum Found {
    AsItWas,
    NoDocument(Skipped),
    Failed(Skipped),
    Document(Box<Document>),
}

/// All files, each as what it is now.
struct Looked {
    /// The paths of documents that are kept byte for byte.
    as_they_were: BTreeSet<String>,
    /// The other documents, and what was left out.
    read: Read,
}

fn look_at_all(workspace: &Workspace, collected: &Collected, manifest: &Manifest, progress: &dyn Progress) -> Looked {
    let outcome = |file: &SourceFile| {
        let outcome = look_at(workspace, file, manifest);
        progress.advance();
        outcome
    };
    let found: Vec<Found> = collected.files.par_iter().map(outcome).collect();
    let mut looked = Looked {
        as_they_were: BTreeSet::new(),
        read: Read {
            documents: Vec::new(),
            skipped: collected.skipped.clone(),
            failures: collected.failures,
            undated: Vec::new(),
        },
    };
    let read = &mut looked.read;
    for (file, found) in collected.files.iter().zip(found) {
        match found {
            Found::AsItWas => drop(looked.as_they_were.insert(file.path.clone())),
            Found::Document(document) => read.documents.push(*document),
            Found::NoDocument(why) => read.skipped.push(why),
            Found::Failed(why) => {
                read.failures += 1;
                read.skipped.push(why);
            }
        }
    }
    read.skipped.sort();
    looked
}

fn look_at(workspace: &Workspace, file: &SourceFile, manifest: &Manifest) -> Found {
    let bytes_max = workspace.settings().max_document_bytes;
    let bytes = match world::read(file, bytes_max) {
        Ok(bytes) => bytes,
        Err(world::ReadFailure::TooLong(skipped)) => return Found::NoDocument(skipped),
        Err(world::ReadFailure::Unreadable(skipped)) => return Found::Failed(skipped),
    };
    let kept = manifest.documents.get(&file.path);
    if kept.is_some_and(|(revision, _)| Revision::of_bytes(&bytes).as_str() == revision) {
        return Found::AsItWas;
    }
    let limits = Limits { document_bytes_max: bytes_max };
    match catch_unwind(AssertUnwindSafe(|| cairn_ingest::read(&file.path, &bytes, limits))) {
        Ok(Ok(document)) => Found::Document(Box::new(document)),
        Ok(Err(skipped)) => Found::NoDocument(skipped),
        Err(_) => Found::Failed(read::reader_failed(file.path.clone())),
    }
}

/// The paths of the kept documents that state no date.
fn undated(manifest: &Manifest) -> Option<impl Iterator<Item = &str>> {
    let paths = manifest.run.get(UNDATED)?.as_array()?;
    Some(paths.iter().filter_map(|path| path.as_str()))
}

/// Whether the history of repositories gives the same dates to documents that are as they were and state none.
fn same_dates(
    workspace: &Workspace,
    collected: &Collected,
    request: &ScanRequest,
    manifest: &Manifest,
    is_as_it_was: impl Fn(&str) -> bool,
) -> bool {
    if !workspace.settings().freshness.git_dates && request.dates.is_empty() {
        return true;
    }
    let Some(undated) = undated(manifest) else { return false };
    let locations: BTreeMap<&str, &Path> =
        collected.files.iter().map(|file| (file.path.as_str(), file.location.as_path())).collect();
    let undated: Vec<(&str, &Path)> =
        undated.filter(|path| is_as_it_was(path)).filter_map(|path| Some((path, *locations.get(path)?))).collect();
    let of_repositories = undated.iter().map(|(_, location)| *location);
    let of_repositories = of_repositories.filter(|_| workspace.settings().freshness.git_dates);
    let dates = world::changed_on(of_repositories, request.commit.as_deref());
    undated.iter().all(|(path, location)| {
        let now = dates.get(*location).or_else(|| request.dates.get(*path)).map(ToString::to_string);
        manifest.documents.get(*path).is_some_and(|(_, kept)| *kept == now)
    })
}

fn summary(manifest: Manifest) -> Option<ScanSummary> {
    let documents = manifest.documents.len();
    let not_understood = manifest.run.get(NOT_UNDERSTOOD)?.clone();
    let by_unit: super::extract::PartsByUnit = serde_json::from_value(not_understood).ok()?;
    let mut not_understood: Vec<_> = by_unit.into_values().flatten().collect();
    not_understood.sort();
    not_understood.dedup();
    Some(ScanSummary {
        documents,
        unchanged: documents,
        skipped: manifest.skipped,
        units_kept: manifest.unit_keys.len(),
        claims: manifest.run.get(CLAIMS)?.as_u64()?.try_into().ok()?,
        not_understood,
        ..ScanSummary::default()
    })
}
