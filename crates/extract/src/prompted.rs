//! The model-backed extractor: what a language model is asked about each document, and what its answers say.
//!
//! [`plan`] looks at every document as its reader does (`visible`), cuts it into chunks (`chunk`), takes secrets out (`redact`)
//! and makes one [`Ask`] of each chunk for each prompt and each reading (`question`). A prompt whose kinds of claim a chunk cannot
//! hold is left out and counted. [`read`] turns an answer into claims (`reply`), and [`split`] halves a chunk whose answer was too long. All of it is pure: the same documents and settings give the same asks
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
use cairn_model::{Claim, ClaimKind, Document, Format, SourceType};
use rayon::prelude::*;

pub use chunk::Chunk;
pub use question::{Names, mark, on_one_line};
pub use redact::{Redaction, RedactionError, Secrets};
pub use reply::{Answer, ChunkState};
pub use visible::{Hidden, Sight, see};

/// Name and version of this extractor, part of every key and every claim. Raised when asks or the reading of answers change.
pub const EXTRACTOR: &str = "model/2";

/// What is asked, of which model and how.
#[derive(Debug)]
pub struct Asking {
    /// The prompts, each asked about every chunk that may hold what it asks for.
    pub prompts: Vec<Arc<Prompt>>,
    /// Whether a claim of the kind may rest on a text; `false` only where every such claim would be turned away later.
    pub may_hold: fn(ClaimKind, &str) -> bool,
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
    /// One for each chunk, prompt and reading, in the order of the text.
    pub asks: Vec<Ask>,
    /// Questions that are not asked because their chunk cannot hold what they ask for.
    pub left_out: usize,
}

/// One question about one chunk.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Names the question: hash of chunk, headings, names, prompt, schema, model, parameters and version of the extractor.
    pub key: String,
    /// What is asked for.
    pub prompt: Arc<Prompt>,
    /// What it is about.
    pub chunk: Chunk,
    /// Which reading it is, from 1.
    pub pass: u32,
    /// The question.
    pub request: ChatRequest,
    /// What was taken out of it.
    pub secrets: Secrets,
}

/// How the names of all versions of this reader begin.
const FAMILY: &str = "model/";

/// Whether a language model made the claim.
pub fn is_prompted(claim: &Claim) -> bool {
    claim.extractor.starts_with(FAMILY)
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
    let make = |chunk| question::ask(document, sight, chunk, &ask.prompt, ask.pass, names, asking);
    Ok(Some([make(first)?, make(second)?]))
}

/// What an answer says.
pub fn read(ask: &Ask, document: &Document, sight: &Sight, asking: &Asking, completion: &Completion) -> Answer {
    reply::read(ask, document, sight, &extractor(&ask.prompt, asking), completion)
}

/// Who makes the claims: version, prompt and model.
pub fn extractor(prompt: &Prompt, asking: &Asking) -> String {
    format!("{EXTRACTOR} {}@{} {}", prompt.name(), prompt.digest(), asking.parameters.model)
}

/// The name of the prompt at which the reader of this name makes its claims; none for a reader that is no model.
pub fn prompt_of(extractor: &str) -> Option<&str> {
    let (_, prompt) = extractor.split_once(' ').filter(|(reader, _)| reader.starts_with(FAMILY))?;
    prompt.split('@').next()
}

/// The kinds of claim that a prompt asks for: those whose lists its schema has.
pub fn kinds(prompt: &Prompt) -> Vec<ClaimKind> {
    let lists = prompt.schema().get("properties");
    ClaimKind::ALL.into_iter().filter(|kind| lists.is_some_and(|lists| lists.get(kind.list()).is_some())).collect()
}

fn plan_one(index: usize, document: &Document, names: &Names, asking: &Asking) -> Result<DocumentAsks, PromptError> {
    let sight = see(document);
    let (mut asks, mut left_out) = (Vec::new(), 0);
    let passes = asking.passes.max(1);
    for chunk in chunk::chunks(document, &sight, asking.chunk_bytes_max) {
        let text = chunk.with_context(sight.visible.text());
        for prompt in &asking.prompts {
            if !kinds(prompt).into_iter().any(|kind| (asking.may_hold)(kind, &text)) {
                left_out += passes as usize;
                continue;
            }
            for pass in 1..=passes {
                asks.push(question::ask(document, &sight, chunk.clone(), prompt, pass, names, asking)?);
            }
        }
    }
    Ok(DocumentAsks { document: index, sight: Arc::new(sight), asks, left_out })
}

/// Files that state facts have readers of their own, which are exact. Exports of tickets and talks are prose in JSON's clothes.
fn is_prose(document: &Document) -> bool {
    match document.format {
        Format::Markdown | Format::Mdx | Format::Rst | Format::AsciiDoc | Format::Plain => true,
        Format::Json => {
            matches!(document.source_type, SourceType::Ticket | SourceType::PullRequest | SourceType::Discussion)
        }
        Format::Yaml | Format::Hcl | Format::Diagram | Format::Source | Format::Log => false,
    }
}
