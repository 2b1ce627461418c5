//! Finding passages and claims, by words and by meaning.
//!
//! A [`Finder`] is opened over a workspace and then asked as often as one likes; [`search`] opens one for a single question. What
//! is found by words comes from the index, which is built anew when it is missing, broken or behind. What is found by meaning
//! needs vectors, which take a while to make ([`vectors`]): as long as some are missing, the answer says how many.
//!
//! Hits are passages with their bytes in the document; the section around each is given too, for whoever wants to read on.

mod embedding;
mod entries;
mod meaning;
mod rerank;
mod server;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_index::{FUSED_DEPTH, Hit, Index, PassageId, Query, fuse};
use cairn_model::{Document, DocumentId, Span};

pub use entries::passages_of;
pub(crate) use entries::{Entries, index_state};
pub use vectors::{IndexStatus, VectorCoverage, build_vectors, index_status, rebuild_index};

use self::meaning::Meaning;
use crate::{EngineError, ModelAccess, Workspace, model};

/// How things are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchMode {
    /// By the words and identifiers in them.
    Words,
    /// By what they mean.
    Meaning,
    /// By both.
    #[default]
    Both,
}

impl SearchMode {
    /// The name in arguments and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Meaning => "meaning",
            Self::Both => "both",
        }
    }
}

/// A question to a workspace.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What is asked, with its filters, and how many hits at most.
    pub query: Query,
    /// How many of the best hits are left out.
    pub offset: usize,
    /// How to look.
    pub mode: SearchMode,
    /// Claims instead of passages.
    pub claims: bool,
    /// What the world outside is reached with.
    pub access: SearchAccess,
    /// How many threads make vectors; as many as the machine has when not given.
    pub threads: Option<usize>,
}

/// What a search may use outside of the machine.
#[derive(Clone, Debug, Default)]
pub struct SearchAccess {
    /// The model endpoint, where settings want it for vectors or for the order of hits.
    pub model: Option<ModelAccess>,
    /// The key of the server of vectors.
    pub server_key: Option<String>,
}

impl SearchRequest {
    /// Passages for `query` by words and meaning.
    pub fn new(query: Query) -> Self {
        Self { query, offset: 0, mode: SearchMode::Both, claims: false, access: SearchAccess::default(), threads: None }
    }
}

/// What was found, with the texts it stands in.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The passages, best first.
    pub hits: Vec<Hit>,
    /// How many of the passages that were asked about have vectors; `None` when meaning played no part.
    pub vectors: Option<VectorCoverage>,
    /// Why meaning or the model's order played no part although they should have.
    pub left_out: Vec<String>,
    sections: BTreeMap<DocumentId, Vec<Span>>,
    documents: BTreeMap<DocumentId, Arc<str>>,
}

impl Answer {
    /// The text of a hit's document.
    pub fn text_of(&self, hit: &Hit) -> &str {
        self.documents.get(&hit.document).map(AsRef::as_ref).unwrap_or_default()
    }

    /// The section that a hit stands in.
    pub fn section_of(&self, hit: &Hit) -> Span {
        let sections = self.sections.get(&hit.document).map(Vec::as_slice).unwrap_or_default();
        sections.iter().find(|it| it.start <= hit.span.start && hit.span.start < it.end).copied().unwrap_or(hit.span)
    }
}

/// The passages that answer `query`, by words alone.
pub async fn search(workspace: &Workspace, query: &Query) -> Result<Answer, EngineError> {
    let request = SearchRequest { mode: SearchMode::Words, ..SearchRequest::new(query.clone()) };
    find(workspace, &request).await
}

/// What answers `request`.
pub async fn find(workspace: &Workspace, request: &SearchRequest) -> Result<Answer, EngineError> {
    let mut finder = Box::pin(Finder::open(workspace, request.claims)).await?;
    // The way to a server and back is long to hold; callers need not carry it.
    Box::pin(finder.find(request)).await
}

/// An open index.
pub struct Finder {
    workspace: Workspace,
    index: Index,
    /// The revision that the index is of.
    revision: i64,
    /// The documents of hits so far.
    documents: BTreeMap<DocumentId, Document>,
    meaning: Option<Meaning>,
}

impl Finder {
    /// Opens the index of passages, or of claims. One that is missing, broken or behind is built anew from the store.
    pub async fn open(workspace: &Workspace, claims: bool) -> Result<Self, EngineError> {
        let newest = async || workspace.store.newest_revision().await.map(|it| it.map_or(0, |(number, _)| number));
        // A scan that ends in between leaves an index of one revision beside the number of another.
        loop {
            let revision = newest().await?;
            let index = if claims { entries::claims(workspace).await? } else { entries::passages(workspace).await? };
            if newest().await? == revision {
                let (workspace, documents) = (workspace.clone(), BTreeMap::new());
                return Ok(Self { workspace, index, revision, documents, meaning: None });
            }
        }
    }

    /// What answers `request`, which is about what this finder was opened for.
    pub async fn find(&mut self, request: &SearchRequest) -> Result<Answer, EngineError> {
        let settings = self.workspace.settings().search.clone();
        let mut answer = Answer::default();
        let wanted = request.query.limit.saturating_add(request.offset);
        let depth = FUSED_DEPTH.max(wanted);
        let is_off = settings.embedding == "none" || settings.dense_weight <= 0.0 && request.mode == SearchMode::Both;
        // Filters alone have no meaning that anything could be near to.
        let by_meaning = request.mode != SearchMode::Words && !is_off && !request.query.plain().is_empty();
        let dense = if by_meaning { self.by_meaning(request, depth, &mut answer).await? } else { None };
        let asked = Query { limit: wanted, ..request.query.clone() };
        let mut hits = match dense {
            None => self.index.search(&asked)?,
            Some(nearest) if request.mode == SearchMode::Meaning || nearest.is_joined => {
                self.index.hits(best(&nearest.list, wanted), &asked)?
            }
            Some(nearest) => {
                let fused = fuse(&self.index.ranked(&asked, depth)?, &nearest.list, settings.dense_weight);
                self.index.hits(best(&fused, wanted), &asked)?
            }
        };
        self.fetch(&hits).await?;
        if settings.rerank > 0 {
            match rerank::reordered(&self.workspace, request, hits.clone(), &self.documents).await {
                Ok(reordered) => hits = reordered,
                Err(error) => answer.left_out.push(format!("the model's order: {}", vectors::causes(&error))),
            }
        }
        answer.hits = hits.into_iter().skip(request.offset).collect();
        for hit in &answer.hits {
            if let Some(document) = self.documents.get(&hit.document) {
                answer.documents.insert(document.id.clone(), Arc::clone(&document.text));
                let sections = document.sections.iter().map(|section| section.span).collect();
                answer.sections.insert(document.id.clone(), sections);
            }
        }
        Ok(answer)
    }

    /// Reads the documents of hits, as far as they are not read yet.
    async fn fetch(&mut self, hits: &[Hit]) -> Result<(), EngineError> {
        let unread = |documents: &BTreeMap<DocumentId, Document>| -> BTreeSet<DocumentId> {
            hits.iter().map(|hit| &hit.document).filter(|id| !documents.contains_key(id)).cloned().collect()
        };
        let wanted: Vec<DocumentId> = unread(&self.documents).into_iter().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let stored = self.workspace.store.documents_of(&wanted, self.revision).await?;
        self.documents.extend(stored.iter().filter_map(model::document).map(|it| (it.id.clone(), it)));
        let imported = unread(&self.documents);
        if !imported.is_empty() {
            let snapshot = self.workspace.store.load().await?;
            let (documents, _) = model::evidence(&self.workspace, &snapshot)?;
            let of_hits = documents.into_iter().filter(|it| imported.contains(&it.id));
            self.documents.extend(of_hits.map(|it| (it.id.clone(), it)));
        }
        Ok(())
    }
}

/// The first `limit` of a sorted list, and those that tie with the last of them.
fn best(list: &[(PassageId, f64)], limit: usize) -> &[(PassageId, f64)] {
    let Some((_, worst)) = limit.checked_sub(1).and_then(|last| list.get(last)) else {
        return if limit == 0 { &[] } else { list };
    };
    list.get(..list.partition_point(|(_, score)| score >= worst)).unwrap_or(list)
}

/// All documents of the workspace, with their structure.
async fn all_documents(workspace: &Workspace) -> Result<(cairn_store::Snapshot, Vec<Document>), EngineError> {
    let snapshot = workspace.store.load().await?;
    let documents = model::documents(&snapshot);
    Ok((snapshot, documents))
}
