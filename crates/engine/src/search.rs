//! Finding passages.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_index::{Hit, Index, IndexedPassage, Query};
use cairn_model::{Document, DocumentId, Trust};
use rayon::prelude::*;

use crate::scan::CORPUS_KEY;
use crate::{EngineError, Workspace, model};

/// What was found, with the texts it stands in.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The passages, best first.
    pub hits: Vec<Hit>,
    documents: BTreeMap<DocumentId, Arc<str>>,
}

impl Answer {
    /// The text of a hit's document.
    pub fn text_of(&self, hit: &Hit) -> &str {
        self.documents.get(&hit.document).map(AsRef::as_ref).unwrap_or_default()
    }
}

/// The passages that answer `query`. An index that is missing, broken or behind is built anew from the store.
pub async fn search(workspace: &Workspace, query: &Query) -> Result<Answer, EngineError> {
    let snapshot = workspace.store.load().await?;
    let state = snapshot.run.get(CORPUS_KEY).and_then(|key| key.as_str()).unwrap_or_default();
    let index = match workspace.index_at(state)? {
        Some(index) => index,
        None => rebuild(workspace, &model::documents(&snapshot), state)?,
    };
    let documents = snapshot.documents.into_iter().map(|document| (document.id, document.text)).collect();
    Ok(Answer { hits: index.search(query)?, documents })
}

/// Builds the index anew over `documents` and records its state.
pub(crate) fn rebuild(workspace: &Workspace, documents: &[Document], state: &str) -> Result<Index, EngineError> {
    workspace.record_index_state("")?;
    let mut index = workspace.new_index()?;
    index.update(&[], &passages(documents.iter().collect()))?;
    workspace.record_index_state(state)?;
    Ok(index)
}

/// The passages of `documents` as the index keeps them.
pub(crate) fn passages(documents: Vec<&Document>) -> Vec<IndexedPassage> {
    documents.into_par_iter().flat_map_iter(passages_of).collect()
}

/// The passages of a document, as they are indexed when nothing is known but the document.
pub fn passages_of(document: &Document) -> impl Iterator<Item = IndexedPassage> {
    cairn_ingest::passages(document).into_iter().map(|passage| IndexedPassage {
        text: document.slice(passage.span).to_owned(),
        passage,
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type,
        modified: document.modified,
        trust: Trust::Vouches,
        components: Vec::new(),
        claim_kinds: Vec::new(),
        claim: None,
    })
}
