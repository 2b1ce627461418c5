//! One scan: files in, documents and claims kept.
//!
//! A scan replaces what the workspace holds: documents that it does not find any more are gone, with their claims. Only
//! documents that are new or changed, or that read differently because the names of the corpus changed, are extracted;
//! `extract` says how that is known. Everything is kept in one transaction, and the index follows.
//!
//! Most scans find nothing new, or an edit of a few documents: `unchanged` sees that, and `edited` does with these documents alone
//! what is otherwise done with all of them.

mod edited;
mod unchanged;

mod census;
mod extract;
mod indexing;
mod read;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cairn_model::{Claim, Date, Document, DocumentId, NotUnderstood, Skipped};
use cairn_store::{ClaimUnit, Inputs, ScanCommit, Snapshot, StoredDocument};

pub(crate) use extract::kept_not_understood;

use unchanged::Seen;

use crate::prompted::{self, Estimate, ModelAccess, ModelSummary};
use crate::{EngineError, Progress, Stage, Workspace, decisions, ground, lock, model, revisions, sources, world};

/// Under which name the store keeps the hash of what the last scan was made of.
pub(crate) const CORPUS_KEY: &str = "corpus_key";

/// Under which name the store keeps what no reader understood, by unit.
const NOT_UNDERSTOOD: &str = "not_understood";

/// Under which name the store keeps how many claims there are.
const CLAIMS: &str = "claims";

/// Under which name the store keeps which documents state no date.
const UNDATED: &str = "undated";

/// What to scan and how.
#[derive(Clone, Debug, Default)]
pub struct ScanRequest {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
    /// How many threads to use; as many as the machine has when not given. Never shows in the result.
    pub threads: Option<usize>,
    /// The commit whose files are read; those of the working tree when not given.
    pub commit: Option<String>,
    /// How the model may be used; not at all when not given.
    pub model: Option<ModelAccess>,
    /// The day that the revision is of; today when not given.
    pub as_of: Option<Date>,
    /// Days on which documents changed, by their paths, for those that state none and lie in no repository any more.
    pub dates: BTreeMap<String, Date>,
}

/// What a scan did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScanSummary {
    /// Documents read.
    pub documents: usize,
    /// Documents that were not there before.
    pub added: usize,
    /// Documents that read otherwise than before.
    pub changed: usize,
    /// Documents that are as they were.
    pub unchanged: usize,
    /// Documents that are gone.
    pub removed: usize,
    /// What was left out, sorted.
    pub skipped: Vec<Skipped>,
    /// How many inputs could not be read although they should: no permission, a reader that failed.
    pub failures: usize,
    /// Units of extraction that were read in this scan.
    pub units_extracted: usize,
    /// Units whose claims were kept from earlier ones.
    pub units_kept: usize,
    /// Claims in all, before any check.
    pub claims: usize,
    /// Parts of structured files that no reader understands, sorted.
    pub not_understood: Vec<NotUnderstood>,
    /// What the model did, where there is one.
    pub model: Option<ModelSummary>,
    /// The number of the revision that it made; none when nothing changed.
    pub revision: Option<i64>,
}

/// Scans `request.inputs` into the workspace. Scans of one workspace follow each other, also those of several processes.
pub async fn scan(
    workspace: &Workspace,
    request: &ScanRequest,
    progress: &dyn Progress,
) -> Result<ScanSummary, EngineError> {
    let threads = pool(request.threads)?;
    let _alone = lock::alone(workspace, progress).await?;
    progress.begin(Stage::Find, None);
    let collected = collect(workspace, request)?;
    progress.end();
    if request.model.is_none() {
        match unchanged::look(workspace, &collected, request, &threads, progress).await? {
            Seen::Unchanged(summary) => return Ok(*summary),
            Seen::Edited(edit) => {
                if let Some(taken) = edited::take(workspace, *edit, &threads, progress).await? {
                    return keep(workspace, request, taken, &threads, progress).await;
                }
            }
            Seen::Other => {}
        }
    }
    let taken = take_all(workspace, request, collected, &threads, progress).await?;
    keep(workspace, request, taken, &threads, progress).await
}

/// What a scan has found, ready to be kept.
struct Taken {
    /// How many documents there are in all.
    documents: usize,
    /// The documents that were read: all, or those that an edit touches; and what was left out.
    read: read::Read,
    changes: Changes,
    extracted: extract::Extracted,
    model: Option<ModelSummary>,
    inputs: Inputs,
    indexing: indexing::Indexing,
}

/// Reads everything.
async fn take_all(
    workspace: &Workspace,
    request: &ScanRequest,
    collected: world::Collected,
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<Taken, EngineError> {
    let mut read = threads.install(|| read::read(collected, request.commit.as_deref(), workspace.settings(), progress));
    read.date_by(&request.dates);
    let before = workspace.store.load().await?;
    let mut extracted = threads.install(|| extract::extract(&mut read, &before, progress));
    let model = match &request.model {
        Some(access) => Some(ask(workspace, &mut read, &before, &mut extracted, access, progress).await?),
        None => None,
    };
    let changes = Changes::between(&before, &read.documents);
    let indexing = indexing::Indexing::new(workspace, &before, &read, &extracted)?;
    let inputs = ground::inputs(workspace)?;
    Ok(Taken { documents: read.documents.len(), read, changes, extracted, model, inputs, indexing })
}

/// Keeps what was found, and has the index follow.
async fn keep(
    workspace: &Workspace,
    request: &ScanRequest,
    taken: Taken,
    threads: &rayon::ThreadPool,
    progress: &dyn Progress,
) -> Result<ScanSummary, EngineError> {
    let Taken { documents, read, changes, mut extracted, model, inputs, indexing } = taken;
    let not_understood: BTreeSet<&NotUnderstood> = extracted.not_understood.values().flatten().collect();
    let mut summary = ScanSummary {
        documents,
        added: changes.added.len(),
        changed: changes.changed.len(),
        unchanged: documents - changes.added.len() - changes.changed.len(),
        removed: changes.removed.len(),
        skipped: read.skipped.clone(),
        failures: read.failures,
        units_extracted: extracted.read_now,
        units_kept: extracted.read_before,
        claims: extracted.claims,
        not_understood: not_understood.into_iter().cloned().collect(),
        model,
        revision: None,
    };

    progress.begin(Stage::Keep, None);
    let census = extracted.census.take().map(|census| (extracted.corpus_key.clone(), census));
    let (words, are_all) = (std::mem::take(&mut extracted.words), read.documents.len() == documents);
    let commit = ScanCommit {
        inputs,
        settings: sources::remembered(workspace, &request.inputs),
        authors: authors(&read.documents),
        at: revisions::moment(request.as_of),
        ..commit(&read, &changes, extracted)
    };
    let index_alone = lock::index(workspace).await?;
    summary.revision = workspace.store.commit(commit).await?;
    decisions::keep(workspace).await?;
    if let Some((corpus_key, census)) = census {
        spoken::keep(workspace, words, are_all).await?;
        census::keep(workspace, &corpus_key, &census).await?;
    }
    progress.end();
    progress.begin(Stage::Index, None);
    threads.install(|| indexing.update(workspace, &read.documents, &changes))?;
    drop(index_alone);
    progress.end();
    Ok(summary)
}

/// What a scan of `request.inputs` would ask the model. Nothing is sent and nothing is kept.
pub async fn estimate(
    workspace: &Workspace,
    request: &ScanRequest,
    progress: &dyn Progress,
) -> Result<Estimate, EngineError> {
    let threads = pool(request.threads)?;
    let collected = collect(workspace, request)?;
    let mut read = threads.install(|| read::read(collected, request.commit.as_deref(), workspace.settings(), progress));
    let before = workspace.store.load().await?;
    let extracted = threads.install(|| extract::extract(&mut read, &before, progress));
    let access = request.model.clone().unwrap_or_default();
    prompted::estimate(workspace, &read.documents, &embedded(&before, &extracted), &access).await
}

fn collect(workspace: &Workspace, request: &ScanRequest) -> Result<world::Collected, EngineError> {
    match &request.commit {
        Some(commit) => world::collect_at(&request.inputs, commit, workspace.settings(), &workspace.settings_file()),
        None => world::collect(&request.inputs, workspace.settings(), &workspace.settings_file()),
    }
}

/// Takes over answers that came since the last scan, without reading any file again.
pub async fn read_again(
    workspace: &Workspace,
    access: &ModelAccess,
    progress: &dyn Progress,
) -> Result<ModelSummary, EngineError> {
    let _alone = lock::alone(workspace, progress).await?;
    let before = workspace.store.load().await?;
    let mut read = read::Read {
        documents: model::documents(&before),
        skipped: before.skipped.clone(),
        failures: 0,
        undated: Vec::new(),
    };
    let mut extracted = extract::keep_all(&before, String::new());
    let summary = ask(workspace, &mut read, &before, &mut extracted, access, progress).await?;
    let changes = Changes { added: BTreeSet::new(), changed: BTreeSet::new(), removed: Vec::new() };
    let commit = ScanCommit {
        run: before.run.clone(),
        settings: before.settings.clone(),
        inputs: before.inputs.clone(),
        at: revisions::moment(None),
        ..commit(&read, &changes, extracted)
    };
    workspace.store.commit(commit).await?;
    Ok(summary)
}

/// Has the model read the documents, and adds what it says to what was extracted.
async fn ask(
    workspace: &Workspace,
    read: &mut read::Read,
    before: &Snapshot,
    extracted: &mut extract::Extracted,
    access: &ModelAccess,
    progress: &dyn Progress,
) -> Result<ModelSummary, EngineError> {
    let claims = embedded(before, extracted);
    let mut reading = prompted::read(workspace, &read.documents, &claims, access, progress).await?;
    keep_in_force(before, &read.documents, &mut reading);
    let prompted::Read { units, summary, skipped, .. } = reading;
    extracted.claims += summary.claims;
    extracted.units.extend(units);
    read.skipped.retain(|skipped| !skipped.reason.starts_with(prompted::NOT_READ));
    read.skipped.extend(skipped);
    read.skipped.sort();
    Ok(summary)
}

/// Another model or prompt reads everything anew. Until it has, what was read before stays in force: a model half of which is
/// read one way and half the other would be neither.
fn keep_in_force(before: &Snapshot, documents: &[Document], reading: &mut prompted::Read) {
    if reading.summary.pending == 0 {
        return;
    }
    let now: BTreeMap<&DocumentId, &Document> = documents.iter().map(|document| (&document.id, document)).collect();
    let kept: BTreeMap<&DocumentId, &StoredDocument> = before.documents.iter().map(|it| (&it.id, it)).collect();
    let is_other = |unit: &ClaimUnit| unit.claims.iter().any(|claim| !reading.extractors.contains(&claim.extractor));
    let is_as_it_was =
        |id: &DocumentId| now.get(id).zip(kept.get(id)).is_some_and(|(now, kept)| now.revision == kept.revision);
    let of_model = before.units.iter().filter(|unit| unit.key.starts_with(prompted::UNIT_PREFIX));
    let former: Vec<ClaimUnit> =
        of_model.filter(|unit| is_other(unit) && is_as_it_was(&unit.document)).cloned().collect();
    let held: BTreeSet<&DocumentId> = former.iter().map(|unit| &unit.document).collect();
    reading.units.retain(|unit| !held.contains(&unit.document));
    reading.summary.in_force = held.len();
    reading.units.extend(former);
    reading.summary.claims = reading.units.iter().map(|unit| unit.claims.len()).sum();
}

/// The claims of the readers that need no model.
fn embedded<'a>(before: &'a Snapshot, extracted: &'a extract::Extracted) -> Vec<&'a Claim> {
    let kept = before.units.iter().filter(|unit| extracted.keep_keys.contains(&unit.key));
    kept.chain(&extracted.units).flat_map(|unit| &unit.claims).collect()
}

fn pool(threads: Option<usize>) -> Result<rayon::ThreadPool, EngineError> {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    builder.build().map_err(|error| EngineError::Threads { threads: threads.unwrap_or(0), source: Box::new(error) })
}

/// Which documents differ from those kept.
struct Changes {
    added: BTreeSet<DocumentId>,
    changed: BTreeSet<DocumentId>,
    removed: Vec<DocumentId>,
}

impl Changes {
    fn between(before: &Snapshot, documents: &[Document]) -> Self {
        let kept: BTreeMap<_, _> = before.documents.iter().map(|it| (&it.id, it)).collect();
        let mut changes = Self { added: BTreeSet::new(), changed: BTreeSet::new(), removed: Vec::new() };
        for document in documents {
            match kept.get(&document.id) {
                None => {
                    changes.added.insert(document.id.clone());
                }
                Some(stored) if **stored != to_stored(document) => {
                    changes.changed.insert(document.id.clone());
                }
                Some(_) => {}
            }
        }
        let now: BTreeSet<_> = documents.iter().map(|document| &document.id).collect();
        changes.removed = kept.into_keys().filter(|id| !now.contains(id)).cloned().collect();
        changes
    }

    fn touches(&self, document: &Document) -> bool {
        self.added.contains(&document.id) || self.changed.contains(&document.id)
    }
}

fn commit(read: &read::Read, changes: &Changes, extracted: extract::Extracted) -> ScanCommit {
    let not_understood = serde_json::to_value(&extracted.not_understood).expect("a map of texts serialises");
    let run = BTreeMap::from([
        (CORPUS_KEY.to_owned(), extracted.corpus_key.into()),
        (NOT_UNDERSTOOD.to_owned(), not_understood),
        (CLAIMS.to_owned(), extracted.claims.into()),
        (UNDATED.to_owned(), read.undated.clone().into()),
    ]);
    ScanCommit {
        documents: read.documents.iter().filter(|document| changes.touches(document)).map(to_stored).collect(),
        removed: changes.removed.clone(),
        units: extracted.units,
        keep_keys: extracted.keep_keys,
        skipped: read.skipped.clone(),
        settings: BTreeMap::new(),
        run,
        ..ScanCommit::default()
    }
}

/// Who wrote the documents that say so.
fn authors(documents: &[Document]) -> BTreeMap<DocumentId, String> {
    let author = |document: &Document| AUTHOR_KEYS.iter().find_map(|key| document.front_matter.get(*key)).cloned();
    // What stands behind a name in the same line is a team, a role or the next statement.
    let name = |line: String| line.split(['(', ';']).next().unwrap_or_default().trim().to_owned();
    documents.iter().filter_map(|document| Some((document.id.clone(), name(author(document)?)))).collect()
}

/// Under which names documents say in their front matter who wrote them, the most telling first.
const AUTHOR_KEYS: [&str; 4] = ["last_modified_by", "author", "authors", "owner"];

pub(crate) fn to_stored(document: &Document) -> StoredDocument {
    StoredDocument {
        id: document.id.clone(),
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type,
        format: document.format,
        modified: document.modified,
        revision: document.revision.clone(),
        text: document.text.clone(),
    }
}
