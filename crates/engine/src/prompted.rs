//! The reading of documents by a language model: when it is asked, what it may cost, and what is kept of it.
//!
//! The asks come from `cairn_extract::prompted`, which is pure; the calls are `cairn-llm`'s. Here they meet: answers that are kept
//! are not asked for again, every new one is on the disk before the next step, and a run that meets its budget, a fatal
//! failure or a kill goes on later from where it was. Claims follow from the answers alone, so that the same answers give
//! the same claims, whoever gave them and in whatever order.

mod asking;
pub(crate) mod batch;
mod budget;
mod calls;
mod claims;

use std::collections::{BTreeMap, BTreeSet};

use cairn_extract::prompted::{self, DocumentAsks};
use cairn_llm::{ApiKey, Capabilities, Client, Proxy, Recording};
use cairn_model::{Claim, Document, Skipped};
use cairn_store::{ClaimUnit, Spend};

use crate::{EngineError, Progress, Stage, Workspace, world};
pub(crate) use asking::{Setup, own_prompt, redaction};
pub(crate) use budget::{Budget, of_call, spend};
pub(crate) use claims::{NOT_READ, UNIT_PREFIX, admit};

/// How a run may use the model.
#[derive(Clone, Debug, Default)]
pub struct ModelAccess {
    /// The endpoint's key.
    pub api_key: Option<ApiKey>,
    /// The proxy on the way to the endpoint.
    pub proxy: Option<Proxy>,
    /// The model's name, when it is another one than the settings'.
    pub name: Option<String>,
    /// Uses kept answers and makes no call.
    pub offline: bool,
    /// Answers from a recording instead of an endpoint.
    pub replay: Option<Recording>,
    /// Notes every exchange.
    pub record: bool,
}

/// What the model did in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelSummary {
    /// The model's name.
    pub model: String,
    /// Questions in all.
    pub asks: usize,
    /// Questions that were left out because their chunks cannot hold what they ask for.
    pub left_out: usize,
    /// Of those asked, answered with claims.
    pub extracted: usize,
    /// Answered with nothing.
    pub empty: usize,
    /// Refused by the model.
    pub refused: usize,
    /// Without an answer that can be read.
    pub failed: usize,
    /// Whose answer was too long even when halved; what was whole is kept.
    pub cut_off: usize,
    /// Not asked yet: the budget, a fatal failure, or an offline run.
    pub pending: usize,
    /// Why asking ended early.
    pub stopped: Option<String>,
    /// What this run took.
    pub spend: Spend,
    /// Claims, before any check.
    pub claims: usize,
    /// Documents whose reading by an earlier model or prompt stays in force until everything is asked anew.
    pub in_force: usize,
    /// Secrets that were taken out of questions.
    pub redacted: usize,
    /// Documents that stay on the machine.
    pub local_only: usize,
    /// Documents with text that no reader sees, and what it was.
    pub hidden: Vec<(String, cairn_extract::prompted::Hidden)>,
    /// The exchanges, where they were to be noted.
    pub recording: Option<Recording>,
}

/// What would be asked, before anything is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// The model's name.
    pub model: String,
    /// Documents that would be asked about.
    pub documents: usize,
    /// Questions in all.
    pub asks: usize,
    /// Questions that are left out because their chunks cannot hold what they ask for.
    pub left_out: usize,
    /// Of those in all, answered already.
    pub kept: usize,
    /// Tokens of the questions to send.
    pub input_tokens: u64,
    /// Of these, beginnings that questions share and endpoints need to read once.
    pub shared_tokens: u64,
    /// Tokens of the answers, estimated from the text.
    pub output_tokens: u64,
    /// The price of both in millionths of the currency.
    pub cost_micros: u64,
    /// Secrets that are taken out.
    pub redacted: usize,
}

/// What the scan takes over.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) units: Vec<ClaimUnit>,
    pub(crate) summary: ModelSummary,
    /// Chunks that were not read, and why.
    pub(crate) skipped: Vec<Skipped>,
    /// Who makes the claims of this reading.
    pub(crate) extractors: BTreeSet<String>,
}

/// Has the documents read. `embedded` are the claims of the other readers, whose names the model is told.
pub(crate) async fn read(
    workspace: &Workspace,
    documents: &[Document],
    embedded: &[&Claim],
    access: &ModelAccess,
    progress: &dyn Progress,
) -> Result<Read, EngineError> {
    let setup = Setup::of(workspace, access, !access.offline).await?;
    let plan = setup.plan(documents, embedded)?;
    let mut state = calls::Calls::new(workspace, &setup, documents, &plan).await?;
    if let Some(error) = &setup.unusable {
        // What needs no model is kept all the same.
        state.stopped = Some(error.to_string());
    } else if !access.offline {
        progress.begin(Stage::Ask, Some(state.open()));
        state.make(&setup, progress).await?;
        progress.end();
    }
    Ok(claims::take_over(&setup, documents, &plan, &state))
}

/// What [`read`] would ask.
pub(crate) async fn estimate(
    workspace: &Workspace,
    documents: &[Document],
    embedded: &[&Claim],
    access: &ModelAccess,
) -> Result<Estimate, EngineError> {
    let setup = Setup::of(workspace, access, false).await?;
    let plan = setup.plan(documents, embedded)?;
    let keys: Vec<&str> = plan.asks().map(|ask| ask.key.as_str()).collect();
    let kept = workspace.store.answers(&keys).await?;
    let open: Vec<_> = plan.asks().filter(|ask| !kept.contains_key(&ask.key)).collect();
    let prices = workspace.settings().model.prices();
    let mut estimate = Estimate {
        model: setup.model.clone(),
        documents: plan.of_documents.len(),
        asks: keys.len(),
        left_out: plan.left_out(),
        kept: kept.len(),
        ..Estimate::default()
    };
    for ask in &open {
        let usage = budget::expected(ask);
        estimate.input_tokens += usage.input;
        estimate.output_tokens += usage.output;
        estimate.cost_micros += prices.of(usage);
        estimate.redacted += ask.secrets.len();
    }
    estimate.shared_tokens = budget::shared(&open);
    Ok(estimate)
}

/// What a look at an endpoint found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it can do.
    pub capabilities: Capabilities,
    /// What was spent on this day in this workspace, the look included.
    pub spent_today: Spend,
    /// The exchanges, where they were to be noted.
    pub recording: Option<Recording>,
}

/// Asks the endpoint what it can do, and keeps the answer.
pub async fn check(workspace: &Workspace, access: &ModelAccess) -> Result<Checked, EngineError> {
    let setup = Setup::of(workspace, access, false).await?;
    let capabilities = setup.probe(workspace).await?;
    let spent_today = workspace.store.spent(&today()).await?;
    Ok(Checked { capabilities, spent_today, recording: setup.client.recorded() })
}

/// The questions about all documents.
pub(crate) struct Plan {
    pub(crate) of_documents: Vec<DocumentAsks>,
    pub(crate) names: prompted::Names,
    pub(crate) local_only: usize,
}

impl Plan {
    pub(crate) fn asks(&self) -> impl Iterator<Item = &prompted::Ask> {
        self.of_documents.iter().flat_map(|it| &it.asks)
    }

    /// How many questions are left out because their chunks cannot hold what they ask for.
    pub(crate) fn left_out(&self) -> usize {
        self.of_documents.iter().map(|it| it.left_out).sum()
    }
}

/// The day on which something is spent.
pub(crate) fn today() -> String {
    world::today().to_string()
}

/// A client of the endpoint or of the recording.
pub(crate) fn client(workspace: &Workspace, model: &str, access: &ModelAccess) -> Result<Client, EngineError> {
    let client = if let Some(recording) = &access.replay {
        Client::replaying(recording.clone())
    } else {
        let settings = &workspace.settings().model;
        Client::new(&settings.endpoint(model, access, world::jitter_seed()))?
    };
    Ok(if access.record { client.recording() } else { client })
}

/// Answers by key.
pub(crate) type Answers = BTreeMap<String, cairn_llm::Completion>;
