//! The scan that finds everything as it was, which is most scans: bytes are read and digested, and nothing else is done.
//!
//! Only what is kept without its texts is asked for. Whatever is not exactly as it was (a byte, a date, a rule, a file that is
//! no document) leads to the whole way, which finds the same when nothing changed after all.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cairn_ingest::Limits;
use cairn_model::{Revision, Skipped, digest};
use cairn_store::Manifest;
use rayon::prelude::*;

use super::{CLAIMS, CORPUS_KEY, NOT_UNDERSTOOD, ScanRequest, ScanSummary, UNDATED};
use crate::prompted::UNIT_PREFIX;
use crate::search::index_state;
use crate::workspace::PASSAGE_INDEX;
use crate::world::{self, Collected, SourceFile};
use crate::{EngineError, Progress, Stage, Workspace, ground};

/// The summary of a scan that changes nothing; none when something may have changed.
pub(super) async fn look(
    workspace: &Workspace,
    collected: &Collected,
    request: &ScanRequest,
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Option<ScanSummary>, EngineError> {
    if collected.failures > 0 || workspace.store.newest_revision().await?.is_none() {
        return Ok(None);
    }
    let manifest = workspace.store.manifest().await?;
    let inputs: BTreeMap<String, String> =
        ground::inputs(workspace)?.iter().map(|(name, text)| (name.clone(), digest(text.as_bytes()))).collect();
    if inputs != manifest.inputs || manifest.unit_keys.iter().any(|key| key.starts_with(UNIT_PREFIX)) {
        return Ok(None);
    }
    progress.begin(Stage::Read, Some(collected.files.len()));
    let same = threads.install(|| same_files(workspace, collected, &manifest, progress));
    progress.end();
    let corpus_key = cairn_extract::corpus_key_of(
        manifest.documents.iter().map(|(path, (revision, _))| (path.as_str(), revision.as_str())),
    );
    let kept_key = manifest.run.get(CORPUS_KEY).and_then(|key| key.as_str());
    if !same || kept_key != Some(&corpus_key) || !same_dates(workspace, collected, request, &manifest) {
        return Ok(None);
    }
    let indexed = index_state(workspace, &corpus_key, manifest.unit_keys.iter().map(String::as_str));
    if workspace.index_at(PASSAGE_INDEX, &indexed)?.is_none() {
        return Ok(None);
    }
    Ok(summary(manifest))
}

/// What a file is now.
enum Found {
    AsItWas,
    NoDocument(Skipped),
    Other,
}

/// Whether the files are the documents that are kept, byte for byte, and what was skipped is skipped again.
fn same_files(workspace: &Workspace, collected: &Collected, manifest: &Manifest, progress: &dyn Progress) -> bool {
    let outcome = |file: &SourceFile| {
        let outcome = look_at(workspace, file, manifest);
        progress.advance();
        outcome
    };
    let found: Vec<Found> = collected.files.par_iter().map(outcome).collect();
    let (mut documents, mut skipped) = (0, collected.skipped.clone());
    for found in found {
        match found {
            Found::AsItWas => documents += 1,
            Found::NoDocument(why) => skipped.push(why),
            Found::Other => return false,
        }
    }
    skipped.sort();
    documents == manifest.documents.len() && skipped == manifest.skipped
}

fn look_at(workspace: &Workspace, file: &SourceFile, manifest: &Manifest) -> Found {
    let bytes_max = workspace.settings().max_document_bytes;
    let bytes = match world::read(file, bytes_max) {
        Ok(bytes) => bytes,
        Err(world::ReadFailure::TooLong(skipped)) => return Found::NoDocument(skipped),
        Err(world::ReadFailure::Unreadable(_)) => return Found::Other,
    };
    if let Some((revision, _)) = manifest.documents.get(&file.path) {
        return if Revision::of_bytes(&bytes).as_str() == revision { Found::AsItWas } else { Found::Other };
    }
    let limits = Limits { document_bytes_max: bytes_max };
    match catch_unwind(AssertUnwindSafe(|| cairn_ingest::read(&file.path, &bytes, limits))) {
        Ok(Err(skipped)) => Found::NoDocument(skipped),
        Ok(Ok(_)) | Err(_) => Found::Other,
    }
}

/// Whether the history of repositories gives the same dates to documents that state none.
fn same_dates(workspace: &Workspace, collected: &Collected, request: &ScanRequest, manifest: &Manifest) -> bool {
    if !workspace.settings().freshness.git_dates && request.dates.is_empty() {
        return true;
    }
    let Some(undated) = manifest.run.get(UNDATED).and_then(|paths| paths.as_array()) else { return false };
    let locations: BTreeMap<&str, &Path> =
        collected.files.iter().map(|file| (file.path.as_str(), file.location.as_path())).collect();
    let undated: Vec<(&str, &Path)> = undated
        .iter()
        .filter_map(|path| path.as_str())
        .filter_map(|path| Some((path, *locations.get(path)?)))
        .collect();
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
