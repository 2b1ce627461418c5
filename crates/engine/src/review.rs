//! What a text or a change would make of the model: claims, contradictions, open questions, threats. Nothing of it is kept.
//!
//! The documents are taken as they are kept, with what is proposed in their place; what does not change keeps its claims, those of a
//! language model too. Both states are then compared like two revisions.

use std::collections::{BTreeMap, BTreeSet};

use cairn_diff::Changes;
use cairn_ingest::Limits;
use cairn_model::{Date, DocumentId, Skipped};
use cairn_store::{ClaimUnit, Snapshot, StoredDocument};
use diffy::Patch;

use crate::scan::to_stored;
use crate::{EngineError, Workspace, changes, model, standings};

/// A document as somebody proposes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// Its path among the documents, or the one that it would have.
    pub path: String,
    /// Its bytes; none for one that is taken away.
    pub bytes: Option<Vec<u8>>,
}

/// What a proposal would make different.
#[derive(Debug)]
pub struct Review {
    /// The documents that it touches, by path.
    pub paths: Vec<String>,
    /// What would be otherwise.
    pub changes: Changes,
    /// What of it cannot be read.
    pub skipped: Vec<Skipped>,
}

/// Compares the workspace as it is with what it would be.
pub async fn review(workspace: &Workspace, as_of: Date, proposed: &[Proposed]) -> Result<Review, EngineError> {
    let before = workspace.snapshot().await?;
    let (snapshot, skipped) = with_proposed(workspace, &before, proposed);
    // Both sides have the same rules, settings, decisions and imports.
    let inputs = crate::ground::inputs(workspace)?;
    let side = |snapshot: &Snapshot| Snapshot { inputs: inputs.clone(), ..snapshot.clone() };
    let then = workspace.clone().with_snapshot(side(&before))?;
    let now = workspace.clone().with_snapshot(side(&snapshot))?;
    let (before, after) = standings((&then, as_of), (&now, as_of)).await?;
    let changes = changes(&before, &after);
    let mut paths: Vec<String> = proposed.iter().map(|it| it.path.clone()).collect();
    paths.sort();
    Ok(Review { paths, changes, skipped })
}

/// The documents that a proposal is about: a unified diff against those of the workspace, or one document as a whole. The inner error
/// is the asker's: a diff that does not fit.
pub async fn proposed(
    workspace: &Workspace,
    name: &str,
    bytes: &[u8],
) -> Result<Result<Vec<Proposed>, String>, EngineError> {
    let snapshot = workspace.snapshot().await?;
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if !is_diff(text) {
        let path = meant(&snapshot, name).map_or(name, |it| &it.path).to_owned();
        return Ok(Ok(vec![Proposed { path, bytes: Some(bytes.to_vec()) }]));
    }
    Ok(files(text).into_iter().map(|file| patched(&snapshot, file)).filter_map(Result::transpose).collect())
}

fn is_diff(text: &str) -> bool {
    let has = |mark: &str| text.lines().any(|line| line.starts_with(mark));
    has("@@ -") && has("+++ ") && has("--- ")
}

/// The parts of a diff, one for each file.
fn files(diff: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let (mut at, mut left) = (0, 0_usize);
    let mut lines = diff.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        // A line that was taken away may begin like the head of a file.
        if left == 0 && line.starts_with("--- ") && lines.peek().is_some_and(|next| next.starts_with("+++ ")) {
            starts.push(at);
        } else if let Some(range) = line.strip_prefix("@@ -") {
            left = lines_of(range);
        } else if left > 0 && line.starts_with(['+', '-', ' ', '\n', '\r']) {
            left -= if line.starts_with(['+', '-']) { 1 } else { 2 };
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([diff.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| diff.get(*start..end)).collect()
}

/// How many lines of both sides a hunk has, by its head without `@@ -`.
fn lines_of(range: &str) -> usize {
    let sides = range.split([' ', '@']).filter(|it| !it.is_empty()).take(2);
    sides.map(|it| it.split_once(',').map_or(1, |(_, count)| count.parse().unwrap_or(0))).sum()
}

/// A document after its part of the diff; none for a file that is none of the documents and not new either.
fn patched(snapshot: &Snapshot, diff: &str) -> Result<Option<Proposed>, String> {
    // What stands between two files belongs to neither.
    let kept: String = diff.split_inclusive('\n').take_while(|line| !line.starts_with("diff --git ")).collect();
    let patch = Patch::from_str(&kept).map_err(|error| format!("the diff cannot be read: {error}"))?;
    let side = |name: Option<&str>| {
        let name = name.unwrap_or_default();
        let name = name.split('\t').next().unwrap_or(name);
        name.strip_prefix("a/").or_else(|| name.strip_prefix("b/")).unwrap_or(name).to_owned()
    };
    let (old, new) = (side(patch.original()), side(patch.modified()));
    if old == "/dev/null" {
        let text = diffy::apply("", &patch).map_err(|error| format!("`{new}` cannot be made by the diff: {error}"))?;
        return Ok(Some(Proposed { path: new, bytes: Some(text.into_bytes()) }));
    }
    let Some(document) = meant(snapshot, &old) else { return Ok(None) };
    let path = document.path.clone();
    if new == "/dev/null" {
        return Ok(Some(Proposed { path, bytes: None }));
    }
    let text = diffy::apply(&document.text, &patch).map_err(|error| {
        format!("the diff does not fit `{path}` as it was scanned: {error}\nhint: `cairn scan` first")
    })?;
    Ok(Some(Proposed { path, bytes: Some(text.into_bytes()) }))
}

/// The document of this path: paths of a repository begin above the folder that was scanned, and others may begin below it.
fn meant<'s>(snapshot: &'s Snapshot, path: &str) -> Option<&'s StoredDocument> {
    let path = path.trim_start_matches("./");
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|before| before.ends_with('/'));
    let exact = snapshot.documents.iter().find(|it| it.path == path);
    let mut others = snapshot.documents.iter().filter(|it| ends(path, &it.path) || ends(&it.path, path));
    exact.or_else(|| match (others.next(), others.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    })
}

/// What is kept, with the proposed documents in the place of those of their paths and everything read anew that this changes.
fn with_proposed(workspace: &Workspace, before: &Snapshot, proposed: &[Proposed]) -> (Snapshot, Vec<Skipped>) {
    let limits = Limits { document_bytes_max: workspace.settings().max_document_bytes };
    let touched: BTreeSet<DocumentId> = proposed.iter().map(|it| DocumentId::of_path(&it.path)).collect();
    let mut documents = model::documents(before);
    documents.retain(|it| !touched.contains(&it.id));
    let mut skipped = Vec::new();
    for it in proposed {
        match it.bytes.as_ref().map(|bytes| cairn_ingest::read(&it.path, bytes, limits)) {
            Some(Ok(document)) => documents.push(document),
            Some(Err(reason)) => skipped.push(reason),
            None => {}
        }
    }
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    let plan = cairn_extract::plan(&documents);
    let known: BTreeMap<&str, &ClaimUnit> = before.units.iter().map(|it| (it.key.as_str(), it)).collect();
    let mut units: Vec<ClaimUnit> = Vec::new();
    for unit in &plan.units {
        let Some(document) = documents.get(unit.document) else { continue };
        let read = known.get(unit.key.as_str()).map(|it| ClaimUnit::clone(it));
        units.push(read.unwrap_or_else(|| ClaimUnit {
            key: unit.key.clone(),
            document: document.id.clone(),
            claims: cairn_extract::run(&plan, unit, &documents).claims,
        }));
    }
    // What a language model read in other documents still stands there.
    let is_of_model =
        |it: &&ClaimUnit| !it.claims.is_empty() && it.claims.iter().all(|it| it.extractor.starts_with("model/"));
    units.extend(before.units.iter().filter(is_of_model).filter(|it| !touched.contains(&it.document)).cloned());
    units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
    let documents = documents.iter().map(to_stored).collect();
    (Snapshot { documents, units, ..before.clone() }, skipped)
}
