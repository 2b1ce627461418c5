//! What is near to a question by meaning, from the files of a workspace or from a server.
//!
//! Which vector each passage has is looked up once and kept for as long as neither the index nor the files change: a finder is of one
//! revision, and another run that makes vectors adds files.

use cairn_embed::Embedder;
use cairn_index::{PassageId, Rows, VectorFiles, VectorStore as _};

use super::{Answer, Finder, SearchMode, SearchRequest, VectorCoverage, embedding, server, vectors};
use crate::EngineError;

/// What searches by meaning need, opened.
pub(super) struct Meaning {
    embedder: Box<dyn Embedder>,
    files: VectorFiles,
    rows: Rows,
    /// Whether nothing is left to be made.
    is_whole: bool,
}

/// What is near to a question, nearest first.
pub(super) struct Nearest {
    pub(super) list: Vec<(PassageId, f64)>,
    /// Whether a server has joined it with what it found by words.
    pub(super) is_joined: bool,
}

impl Finder {
    /// The nearest passages, or `None` with a reason in `answer` when vectors cannot be had.
    pub(super) async fn by_meaning(
        &mut self,
        request: &SearchRequest,
        depth: usize,
        answer: &mut Answer,
    ) -> Result<Option<Nearest>, EngineError> {
        match self.nearest(request, depth).await {
            Ok((nearest, coverage)) => {
                answer.vectors = Some(coverage);
                Ok(Some(nearest))
            }
            // Words still answer when a server or an endpoint is gone; whoever wants meaning alone is told.
            Err(error) if request.mode == SearchMode::Both => {
                answer.left_out.push(format!("meaning: {}", vectors::causes(&error)));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn nearest(
        &mut self,
        request: &SearchRequest,
        depth: usize,
    ) -> Result<(Nearest, VectorCoverage), EngineError> {
        let meaning = self.opened(request).await?;
        let coverage = VectorCoverage { passages: meaning.rows.passages(), with_vectors: meaning.rows.with_vectors() };
        let Meaning { embedder, files, rows, .. } = &*self.meaning.insert(meaning);
        let vector = embedder.embed(&[request.query.plain()]).await?.pop().unwrap_or_default();
        let filter = request.query.filter();
        let settings = &self.workspace.settings().search;
        let is_joined = settings.server_fusion && request.mode == SearchMode::Both;
        // Claims are few, and always searched in the files of the workspace.
        let mut nearest = if settings.store == "qdrant" && !request.claims {
            let key = request.access.server_key.as_deref();
            let server = server::filled(&self.workspace, embedder.name(), &self.index, files, key).await?;
            let list = if is_joined {
                server.joined(&request.query.plain(), &vector, &filter, depth).await?
            } else {
                server.nearest(&vector, &filter, depth).await?
            };
            Nearest { list, is_joined }
        } else {
            let list = rows.nearest((&self.index, files), &vector, &filter, depth)?;
            Nearest { list, is_joined: false }
        };
        if !nearest.is_joined {
            nearest.list.retain(|(_, nearness)| *nearness >= settings.nearness_min);
        }
        if !request.query.demands_words() {
            return Ok((nearest, coverage));
        }
        let ids: Vec<PassageId> = nearest.list.iter().map(|(id, _)| *id).collect();
        let mut admitted = self.index.admitted(&request.query, &ids)?.into_iter();
        nearest.list.retain(|_| admitted.next().unwrap_or_default());
        Ok((nearest, coverage))
    }

    /// What searches by meaning need: as it was left, where nothing has changed, with the few vectors that are missing made.
    async fn opened(&mut self, request: &SearchRequest) -> Result<Meaning, EngineError> {
        let embedder = match self.meaning.take() {
            Some(meaning) if meaning.is_whole && meaning.files.is_current()? => return Ok(meaning),
            Some(meaning) => Some(meaning.embedder),
            None => embedding::embedder(&self.workspace, request.access.model.as_ref(), request.threads)?,
        };
        let Some(embedder) = embedder else { return Err(EngineError::NoEmbedding) };
        let mut files = vectors::open(&self.workspace, &*embedder)?;
        let missing = vectors::missing(&self.index, &files, &embedding::leaving(&self.workspace)?)?;
        let is_whole = missing.len() <= self.workspace.settings().search.vectors_at_once;
        if is_whole {
            vectors::make(&self.index, &mut files, &*embedder, &missing, &crate::Silent).await?;
        }
        let rows = Rows::of(&self.index, &files)?;
        Ok(Meaning { embedder, files, rows, is_whole })
    }
}
