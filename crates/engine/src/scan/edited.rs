//! The scan of an edit: a few documents are new, changed or gone, and all others stay as they are kept, without being loaded.
//!
//! It gives what a scan of everything gives. Documents in which a name stands of which something else is known now are read anew as
//! well. Where the edit reaches further (a part of somebody's API description), or what would be needed is not kept, nothing is
//! done here, and the scan goes the whole way.

use std::collections::{BTreeMap, BTreeSet};

use cairn_extract::{Census, Replan};
use cairn_model::{Document, DocumentId, Revision};
use cairn_store::{ClaimUnit, Manifest};

use super::extract::{self, Extracted, PartsByUnit};
use super::indexing::Indexing;
use super::unchanged::Edit;
use super::{CLAIMS, CORPUS_KEY, Changes, NOT_UNDERSTOOD, Taken, census, spoken};
use crate::search::index_state;
use crate::workspace::PASSAGE_INDEX;
use crate::{EngineError, Progress, Workspace, model};

/// What is to be kept of the edit; none where everything must be looked at.
pub(super) async fn take(
    workspace: &Workspace,
    edit: Edit,
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Option<Taken>, EngineError> {
    let changes = changes(&edit);
    let corpus_key = edit.manifest.run.get(CORPUS_KEY).and_then(|key| key.as_str()).unwrap_or_default();
    let indexed = index_state(workspace, corpus_key, edit.manifest.unit_keys.iter().map(String::as_str));
    let touched = changes.removed.len() + edit.read.documents.len();
    // Most of a corpus at once is sooner read as a whole.
    if touched * 2 > edit.manifest.documents.len() || workspace.index_at(PASSAGE_INDEX, &indexed)?.is_none() {
        return Ok(None);
    }
    let Some(before) = census::kept(workspace, corpus_key).await? else { return Ok(None) };
    let ids: Vec<DocumentId> = changes.removed.iter().chain(&changes.changed).cloned().collect();
    let Some(former) = stored(workspace, &ids).await? else { return Ok(None) };
    let Some((documents, extracted)) = extracted(workspace, &edit, &before, &former, threads, progress).await? else {
        return Ok(None);
    };
    let read_anew = documents.iter().map(|document| document.id.clone());
    let replaced =
        workspace.store.units_of(&changes.removed.iter().cloned().chain(read_anew).collect::<Vec<_>>()).await?;
    let total = edit.others().count() + edit.read.documents.len();
    let Some(extracted) = with_others(&edit, extracted, &replaced) else { return Ok(None) };
    let indexing = Indexing::of_edit(workspace, indexed, documents, &extracted)?;
    let Edit { read, inputs, .. } = edit;
    Ok(Some(Taken { documents: total, read, changes, extracted, model: None, inputs, indexing }))
}

fn changes(edit: &Edit) -> Changes {
    let (changed, added): (Vec<&Document>, Vec<&Document>) =
        edit.read.documents.iter().partition(|document| edit.manifest.documents.contains_key(&document.path));
    let ids = |documents: Vec<&Document>| documents.into_iter().map(|document| document.id.clone()).collect();
    let removed: BTreeSet<DocumentId> = edit.removed.iter().map(|path| DocumentId::of_path(path)).collect();
    Changes { added: ids(added), changed: ids(changed), removed: removed.into_iter().collect() }
}

impl Edit {
    /// The documents that are as they were, by path, with their revisions.
    fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        let come = self.read.documents.iter().map(|document| document.path.as_str());
        let touched: BTreeSet<&str> = self.removed.iter().map(String::as_str).chain(come).collect();
        let kept = self.manifest.documents.iter().map(|(path, (revision, _))| (path.as_str(), revision.as_str()));
        kept.filter(move |(path, _)| !touched.contains(path))
    }
}

/// The documents of the edit and those in which names stand that it changes, with what is read in them now.
async fn extracted(
    workspace: &Workspace,
    edit: &Edit,
    before: &Census,
    former: &[Document],
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Option<(Vec<Document>, Extracted)>, EngineError> {
    let mut documents = edit.read.documents.clone();
    let planned = threads.install(|| extract::plan_edit(before, former, &documents, progress));
    let Some(Replan { plan, names }) = planned else { return Ok(None) };
    let mut named = Vec::new();
    if !names.is_empty() {
        let others: BTreeMap<&str, &str> = edit.others().collect();
        let Some(paths) = spoken::may_hold(workspace, &others, &names).await? else { return Ok(None) };
        let ids: Vec<DocumentId> = paths.iter().map(|path| DocumentId::of_path(path)).collect();
        if ids.len() * 2 > others.len() {
            return Ok(None);
        }
        let Some(found) = stored(workspace, &ids).await? else { return Ok(None) };
        named = found;
    }
    let kept: BTreeSet<&str> = edit.manifest.unit_keys.iter().map(String::as_str).collect();
    let Some(plan) = threads.install(|| plan.with(&named)) else { return Ok(None) };
    documents.append(&mut named);
    let extracted = threads.install(|| extract::extract_edit(plan, &documents, &kept, progress));
    Ok(extracted.map(|extracted| (documents, extracted)))
}

/// What was extracted, with what stays of all other documents. `former` are the units that there were of the documents read.
fn with_others(edit: &Edit, extracted: Extracted, former: &[ClaimUnit]) -> Option<Extracted> {
    let Manifest { run, unit_keys, .. } = &edit.manifest;
    let again: BTreeSet<&DocumentId> = extracted.units.iter().map(|unit| &unit.document).collect();
    let removed: BTreeSet<DocumentId> = edit.removed.iter().map(|path| DocumentId::of_path(path)).collect();
    let is_replaced = |unit: &&ClaimUnit| again.contains(&unit.document) || removed.contains(&unit.document);
    let replaced: Vec<&ClaimUnit> = former.iter().filter(is_replaced).collect();
    let claims = usize::try_from(run.get(CLAIMS)?.as_u64()?).ok()?;
    let claims = claims.checked_sub(replaced.iter().map(|unit| unit.claims.len()).sum())?;
    let replaced: BTreeSet<&str> = replaced.iter().map(|unit| unit.key.as_str()).collect();
    let mut not_understood: PartsByUnit = serde_json::from_value(run.get(NOT_UNDERSTOOD)?.clone()).ok()?;
    not_understood.retain(|key, _| !replaced.contains(key.as_str()));
    not_understood.extend(extracted.not_understood);
    let keep_keys: BTreeSet<String> =
        unit_keys.iter().filter(|key| !replaced.contains(key.as_str())).cloned().collect();
    let now = edit.read.documents.iter().map(|document| (document.path.as_str(), document.revision.as_str()));
    Some(Extracted {
        claims: extracted.claims + claims,
        read_before: keep_keys.len(),
        corpus_key: cairn_extract::corpus_key_of(edit.others().chain(now)),
        keep_keys,
        not_understood,
        ..extracted
    })
}

/// The documents as they are kept; none where they cannot be had exactly as they were read.
async fn stored(workspace: &Workspace, ids: &[DocumentId]) -> Result<Option<Vec<Document>>, EngineError> {
    let Some((newest, _)) = workspace.store.newest_revision().await? else { return Ok(None) };
    let stored = workspace.store.documents_of(ids, newest).await?;
    // What is kept of some formats is a text that was taken out of the bytes, and reads otherwise than they did.
    let is_exact = stored.iter().all(|it| Revision::of_bytes(it.text.as_bytes()) == it.revision);
    let documents: Vec<Document> = stored.iter().filter_map(model::document).collect();
    Ok(Some(documents).filter(|documents| is_exact && documents.len() == ids.len()))
}
