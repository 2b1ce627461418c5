//! The model-backed extractor: what a language model is asked about each document, and what its answers say.
//!
//! [`plan`] looks at every document as its reader does (`visible`), cuts it into chunks (`chunk`), takes secrets out (`redact`)
//! and makes one [`Ask`] of each chunk for each reading (`question`). [`read`] turns an answer into claims (`reply`), and
//! [`split`] halves a chunk whose answer was too long. All of it is pure: the same documents and settings give the same asks
//! with the same keys, so that whoever keeps answers by key never asks twice, and an edit in one section asks about it alone.
//!
//! Nothing here talks to a model: that is `cairn-llm`, and when it is called is decided by `cairn-engine`. Nothing here
//! believes a model either: quotes and values are checked in `cairn-validate`.

mod chunk;
mod question;
mod redact;
mod reply;
mod visible;

use std::sync::Arc;

use cairn_llm::{ChatRequest, Completion, Parameters, Prompt, PromptError};
use cairn_model::{Claim, Document, Format};
use rayon::prelude::*;

pub use chunk::Chunk;
pub use question::Names;
pub use redact::{Redaction, RedactionError, Secrets};
pub use reply::{Answer, ChunkState};
pub use visible::{Hidden, Sight, see};

/// Name and version of this extractor, part of every key and every claim. Raised when asks or the reading of answers change.
pub const EXTRACTOR: &str = "model/1";

/// What is asked, of which model and how.
#[derive(Debug)]
pub struct Asking {
    /// The prompt.
    pub prompt: Prompt,
    /// Model and parameters.
    pub parameters: Parameters,
    /// How often every chunk is read.
    pub passes: u32,
    /// The longest chunk.
    pub chunk_bytes_max: usize,
    /// What must not leave.
    pub redaction: Redaction,
}

/// What is asked about one document.
#[derive(Clone, Debug)]
pub struct DocumentAsks {
    /// Index of the document in the list that was planned.
    pub document: usize,
    /// The document as its reader sees it.
    pub sight: Arc<Sight>,
    /// One for each chunk and reading, in the order of the text.
    pub asks: Vec<Ask>,
}

/// One question about one chunk.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Names the question: hash of chunk, headings, names, prompt, schema, model, parameters and version of the extractor.
    pub key: String,
    /// What it is about.
    pub chunk: Chunk,
    /// Which reading it is, from 1.
    pub pass: u32,
    /// The question.
    pub request: ChatRequest,
    /// What was taken out of it.
    pub secrets: Secrets,
}

/// Whether a language model made the claim.
pub fn is_prompted(claim: &Claim) -> bool {
    claim.extractor.starts_with("model/")
}

/// The questions about `documents` for which `is_asked` holds, in their order.
pub fn plan(
    documents: &[Document],
    is_asked: impl Fn(&Document) -> bool + Sync,
    names: &Names,
    asking: &Asking,
) -> Result<Vec<DocumentAsks>, PromptError> {
    let asks = documents
        .par_iter()
        .enumerate()
        .filter(|(_, document)| is_prose(document) && is_asked(document))
        .map(|(index, document)| plan_one(index, document, names, asking));
    asks.collect()
}

/// The two questions into which one is split whose answer was too long. `None` when it is short already.
pub fn split(
    ask: &Ask,
    document: &Document,
    sight: &Sight,
    names: &Names,
    asking: &Asking,
) -> Result<Option<[Ask; 2]>, PromptError> {
    let Some([first, second]) = chunk::split(&ask.chunk, sight.visible.text()) else { return Ok(None) };
    let make = |chunk| question::ask(document, sight, chunk, ask.pass, names, asking);
    Ok(Some([make(first)?, make(second)?]))
}

/// What an answer says.
pub fn read(ask: &Ask, document: &Document, sight: &Sight, asking: &Asking, completion: &Completion) -> Answer {
    reply::read(ask, document, sight, &extractor(asking), completion)
}

/// Who makes the claims: version, prompt and model.
fn extractor(asking: &Asking) -> String {
    let Asking { prompt, parameters, .. } = asking;
    format!("{EXTRACTOR} {}@{} {}", prompt.name(), prompt.digest(), parameters.model)
}

fn plan_one(index: usize, document: &Document, names: &Names, asking: &Asking) -> Result<DocumentAsks, PromptError> {
    let sight = see(document);
    let mut asks = Vec::new();
    for chunk in chunk::chunks(document, &sight, asking.chunk_bytes_max) {
        for pass in 1..=asking.passes.max(1) {
            asks.push(question::ask(document, &sight, chunk.clone(), pass, names, asking)?);
        }
    }
    Ok(DocumentAsks { document: index, sight: Arc::new(sight), asks })
}

/// Files that state facts have readers of their own, which are exact.
fn is_prose(document: &Document) -> bool {
    matches!(document.format, Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc | Format::Plain)
}
