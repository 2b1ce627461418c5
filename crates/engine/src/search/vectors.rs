//! The vectors of a workspace: making those that are missing, and saying how many there are.
//!
//! A vector belongs to a text, so one that was made stays good for as long as its text stands anywhere. Making them is slow, so
//! scans make none: a search makes a few, and `build_vectors` all, in parts that are kept one by one. Whoever stops it loses
//! one part at most, and two that run at the same time only do some work twice.

use std::collections::BTreeSet;
use std::fs::File;

use cairn_embed::Embedder;
use cairn_index::{Index, PassageId, Stored, VectorFiles};
use cairn_store::Snapshot;

use super::{SearchAccess, all_documents, embedding, entries, server};
use crate::{EngineError, Progress, Stage, Workspace};

/// The folder of vectors in the workspace; each embedder has one in it.
pub(super) const VECTORS_FOLDER: &str = "vectors";

/// The file that is locked as long as vectors are built.
const LOCK: &str = "building.lock";

/// So many texts become vectors before they are kept.
const TEXTS_PER_PART: usize = 256;

/// How many passages have vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VectorCoverage {
    /// All passages.
    pub passages: usize,
    /// Those with vectors.
    pub with_vectors: usize,
}

impl VectorCoverage {
    /// Those without.
    pub const fn missing(self) -> usize {
        self.passages.saturating_sub(self.with_vectors)
    }
}

/// What is known of the indexes of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexStatus {
    /// What makes vectors; empty when nothing does.
    pub embedding: String,
    /// Where they are searched: `embedded`, or the server's version.
    pub store: String,
    /// How many passages have vectors.
    pub vectors: VectorCoverage,
    /// How many bytes vectors take on the disk.
    pub vector_bytes: usize,
    /// Whether another run makes vectors now.
    pub building: bool,
}

/// Makes all vectors that are missing, and gives them to the server where one is used. Without anything that makes vectors it does
/// nothing.
pub async fn build_vectors(
    workspace: &Workspace,
    access: &SearchAccess,
    threads: Option<usize>,
    progress: &dyn Progress,
) -> Result<VectorCoverage, EngineError> {
    let index = entries::passages(workspace).await?;
    let Some(embedder) = embedding::embedder(workspace, access.model.as_ref(), threads)? else {
        return Err(EngineError::NoEmbedding);
    };
    let Some(_lock) = lock(workspace)? else { return Err(EngineError::AlreadyBuilding) };
    let mut files = open(workspace, &*embedder)?;
    let missing = missing(&index, &files, &embedding::leaving(workspace)?)?;
    progress.begin(Stage::Embed, Some(missing.len()));
    make(&index, &mut files, &*embedder, &missing, progress).await?;
    progress.end();
    let coverage = coverage(&index, &files)?;
    if workspace.settings().search.store == "qdrant" {
        server::filled(workspace, embedder.name(), &index, &files, access.server_key.as_deref()).await?;
    }
    Ok(coverage)
}

/// Builds the index of words anew and drops the vectors of texts that are gone; with `everything`, all vectors.
pub async fn rebuild_index(workspace: &Workspace, everything: bool) -> Result<(), EngineError> {
    let index_alone = crate::lock::index(workspace).await?;
    let (snapshot, documents): (Snapshot, _) = all_documents(workspace).await?;
    let index = entries::rebuilt_passages(workspace, &snapshot, &documents)?;
    drop(index_alone);
    let folder = workspace.folder().join(VECTORS_FOLDER);
    let Some(_lock) = lock(workspace)? else { return Err(EngineError::AlreadyBuilding) };
    let keys: BTreeSet<u64> = if everything { BTreeSet::new() } else { index.keys()?.into_values().collect() };
    let failed = |source| EngineError::File { path: folder.clone(), source };
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let of_embedder = entry.map_err(failed)?.path();
        if of_embedder.is_dir() {
            VectorFiles::open(&of_embedder)?.retain(&keys)?;
        }
    }
    Ok(())
}

/// What there is.
pub async fn index_status(workspace: &Workspace, access: &SearchAccess) -> Result<IndexStatus, EngineError> {
    let index = entries::passages(workspace).await?;
    let building = lock(workspace)?.is_none();
    let mut status = IndexStatus { building, ..IndexStatus::default() };
    status.store = match workspace.settings().search.store.as_str() {
        "qdrant" => server::version(workspace, access.server_key.as_deref()).await?,
        embedded => embedded.to_owned(),
    };
    status.vectors.passages = usize::try_from(index.passages()).unwrap_or(usize::MAX);
    if let Some(embedder) = embedding::embedder(workspace, access.model.as_ref(), Some(1))? {
        let files = open(workspace, &*embedder)?;
        embedder.name().clone_into(&mut status.embedding);
        status.vectors = coverage(&index, &files)?;
        status.vector_bytes = files.disk_bytes();
    }
    Ok(status)
}

pub(super) fn open(workspace: &Workspace, embedder: &dyn Embedder) -> Result<VectorFiles, EngineError> {
    Ok(VectorFiles::open(&workspace.folder().join(VECTORS_FOLDER).join(embedder.name()))?)
}

/// The passages without vectors among those that may have some, one for each text.
pub(super) fn missing(
    index: &Index,
    files: &VectorFiles,
    leaves: &impl Fn(&str) -> bool,
) -> Result<Vec<PassageId>, EngineError> {
    let mut seen = BTreeSet::new();
    let without = index.keys()?.into_iter().filter(|(_, key)| !files.has(*key) && seen.insert(*key));
    let without: Vec<PassageId> = without.map(|(id, _)| id).collect();
    let kept = index.passages_of(&without)?;
    Ok(kept.into_iter().filter(|passage| leaves(&passage.path)).map(|passage| passage.id).collect())
}

/// Makes the vectors of these passages, part by part.
pub(super) async fn make(
    index: &Index,
    files: &mut VectorFiles,
    embedder: &dyn Embedder,
    missing: &[PassageId],
    progress: &dyn Progress,
) -> Result<(), EngineError> {
    for part in missing.chunks(TEXTS_PER_PART) {
        let passages: Vec<Stored> = index.passages_of(part)?;
        let texts: Vec<String> = passages.iter().map(|passage| passage.meaning.clone()).collect();
        let made = embedder.embed(&texts).await?;
        let vectors: Vec<(u64, Vec<f32>)> = passages.iter().map(|passage| passage.vector_key).zip(made).collect();
        files.add(&vectors)?;
        for _ in part {
            progress.advance();
        }
    }
    Ok(())
}

pub(super) fn coverage(index: &Index, files: &VectorFiles) -> Result<VectorCoverage, EngineError> {
    let keys = index.keys()?;
    Ok(VectorCoverage { passages: keys.len(), with_vectors: keys.values().filter(|key| files.has(**key)).count() })
}

/// The lock on building; `None` when another run holds it.
fn lock(workspace: &Workspace) -> Result<Option<File>, EngineError> {
    let folder = workspace.folder().join(VECTORS_FOLDER);
    let failed = |source| EngineError::File { path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let file = File::create(folder.join(LOCK)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// An error and its causes on one line, without hints.
pub(super) fn causes(error: &EngineError) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = next {
        let line = cause.to_string().lines().next().unwrap_or_default().to_owned();
        if shown.last() != Some(&line) {
            shown.push(line);
        }
        next = cause.source();
    }
    shown.join(": ")
}
