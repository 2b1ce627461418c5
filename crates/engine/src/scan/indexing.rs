//! The index of passages follows a scan: only documents that changed, or of which other claims were read, are indexed again.

use std::collections::BTreeSet;

use cairn_model::{Document, DocumentId};
use cairn_store::{ClaimUnit, Snapshot};

use super::extract::Extracted;
use super::read::Read;
use super::{CORPUS_KEY, Changes, embedded};
use crate::search::{Entries, index_state};
use crate::workspace::PASSAGE_INDEX;
use crate::{EngineError, Workspace};

/// What the index of passages needs to know of a scan.
pub(super) struct Indexing {
    entries: Entries,
    previous_state: String,
    state: String,
    /// Documents of which other claims were read than before.
    read_anew: BTreeSet<DocumentId>,
    /// The only documents that are at hand, where these are not all.
    edited: Option<Vec<Document>>,
}

impl Indexing {
    pub(super) fn new(
        workspace: &Workspace,
        before: &Snapshot,
        read: &Read,
        extracted: &Extracted,
    ) -> Result<Self, EngineError> {
        let previous_key = before.run.get(CORPUS_KEY).and_then(|key| key.as_str()).unwrap_or_default();
        let keys_before = before.units.iter().map(|unit| unit.key.as_str());
        let new_keys = extracted.units.iter().map(|unit| unit.key.as_str());
        let keys = extracted.keep_keys.iter().map(String::as_str).chain(new_keys);
        let known: BTreeSet<&str> = before.units.iter().map(|unit| unit.key.as_str()).collect();
        let is_new = |unit: &&ClaimUnit| !known.contains(unit.key.as_str());
        Ok(Self {
            entries: Entries::new(workspace, &read.documents, embedded(before, extracted).into_iter())?,
            previous_state: index_state(workspace, previous_key, keys_before),
            state: index_state(workspace, &extracted.corpus_key, keys),
            read_anew: extracted.units.iter().filter(is_new).map(|unit| unit.document.clone()).collect(),
            edited: None,
        })
    }

    /// As [`Self::new`], of the documents that an edit touches or has read anew.
    pub(super) fn of_edit(
        workspace: &Workspace,
        previous_state: String,
        documents: Vec<Document>,
        extracted: &Extracted,
    ) -> Result<Self, EngineError> {
        let claims = extracted.units.iter().flat_map(|unit| &unit.claims);
        let new_keys = extracted.units.iter().map(|unit| unit.key.as_str());
        let keys = extracted.keep_keys.iter().map(String::as_str).chain(new_keys);
        Ok(Self {
            entries: Entries::new(workspace, &documents, claims)?,
            previous_state,
            state: index_state(workspace, &extracted.corpus_key, keys),
            read_anew: extracted.units.iter().map(|unit| unit.document.clone()).collect(),
            edited: Some(documents),
        })
    }

    pub(super) fn update(
        &self,
        workspace: &Workspace,
        documents: &[Document],
        changes: &Changes,
    ) -> Result<(), EngineError> {
        let Some(mut index) = workspace.index_at(PASSAGE_INDEX, &self.previous_state)? else {
            if self.edited.is_some() {
                // Whoever searches builds it anew.
                return Ok(());
            }
            let passages = self.entries.passages(&documents.iter().collect::<Vec<_>>());
            return workspace.rebuild_index(PASSAGE_INDEX, &self.state, &passages).map(drop);
        };
        if self.previous_state == self.state {
            return Ok(());
        }
        let documents = self.edited.as_deref().unwrap_or(documents);
        let is_touched = |document: &&Document| changes.touches(document) || self.read_anew.contains(&document.id);
        let touched = self.entries.passages(&documents.iter().filter(is_touched).collect::<Vec<_>>());
        let mut replaced = changes.removed.clone();
        // A document that has no passage any more would keep its former ones.
        replaced.extend(changes.changed.iter().cloned());
        workspace.record_index_state(PASSAGE_INDEX, "")?;
        index.update(&replaced, &touched)?;
        workspace.record_index_state(PASSAGE_INDEX, &self.state)
    }
}
