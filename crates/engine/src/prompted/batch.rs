//! The same questions by the batch interface, or by hand as files.
//!
//! A batch is noted before it is given to the endpoint, under a name of ours that travels with it, so that a run that dies in
//! between finds it there again instead of paying twice. Results are taken item by item; what failed, expired or was
//! cut off stops waiting and is open again for the next batch or for live calls.

use std::collections::{BTreeMap, BTreeSet};

use cairn_extract::prompted::Ask;
use cairn_llm::batch::{self, BatchStatus, Item};
use cairn_llm::{CallError, CallFailure, Completion};
use cairn_model::{Claim, Document, content_hash};
use cairn_store::{KeptAnswer, StoredBatch};

use super::asking::Setup;
use super::budget::{expected, taken};
use super::{ModelAccess, Plan, budget, calls::Calls, today};
use crate::{EngineError, Workspace, model};

/// Items that are taken over in one transaction.
const ITEMS_PER_COMMIT: usize = 50;

/// How a batch ends that the endpoint does not know.
const NOT_SUBMITTED: &str = "not submitted";

/// What was handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submitted {
    /// The batches, by our names.
    pub batches: Vec<String>,
    /// Questions in them.
    pub asks: usize,
    /// Questions that wait in batches already.
    pub waiting: usize,
    /// Whether the endpoint has no batch interface, so that live calls are the way.
    pub unsupported: bool,
}

/// Where a batch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchReport {
    /// Our name for it.
    pub id: String,
    /// The endpoint's.
    pub remote_id: String,
    /// The endpoint's word for where it stands, or ours.
    pub state: String,
    /// Questions by state: `answered`, `waiting`, or the word for why there is no answer.
    pub items: BTreeMap<String, usize>,
}

/// What was taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Answers that were new.
    pub answered: usize,
    /// Questions whose item brought no answer; they are open again.
    pub reopened: usize,
    /// Lines that nobody can read, and items that nobody asked for.
    pub strange: usize,
    /// Batches that are still on their way.
    pub running: usize,
}

/// The open questions about the documents of the workspace, in order.
struct Open {
    setup: Setup,
    plan: Plan,
    documents: Vec<Document>,
}

impl Open {
    async fn of(workspace: &Workspace, access: &ModelAccess, may_probe: bool) -> Result<Self, EngineError> {
        let snapshot = workspace.store.load().await?;
        let documents = model::documents(&snapshot);
        let setup = Setup::of(workspace, access, may_probe).await?;
        let embedded: Vec<&Claim> =
            snapshot.claims().filter(|claim| !cairn_extract::prompted::is_prompted(claim)).collect();
        let plan = setup.plan(&documents, &embedded)?;
        Ok(Self { setup, plan, documents })
    }

    async fn asks(&self, workspace: &Workspace) -> Result<Vec<Ask>, EngineError> {
        let calls = Calls::new(workspace, &self.setup, &self.documents, &self.plan).await?;
        Ok(calls.open_asks().cloned().collect())
    }
}

/// Gives the open questions to the endpoint.
pub async fn submit(workspace: &Workspace, access: &ModelAccess) -> Result<Submitted, EngineError> {
    let mut open = Open::of(workspace, access, true).await?;
    if let Some(error) = open.setup.unusable.take() {
        return Err(error.into());
    }
    recover(workspace, &open.setup).await?;
    let batches = workspace.store.batches().await?;
    let waiting: BTreeSet<&str> =
        batches.iter().filter(|batch| batch.is_open()).flat_map(StoredBatch::waiting).collect();
    let asks = open.asks(workspace).await?;
    let (waiting, asks): (Vec<Ask>, Vec<Ask>) = asks.into_iter().partition(|ask| waiting.contains(ask.key.as_str()));
    let mut submitted = Submitted { waiting: waiting.len(), ..Submitted::default() };
    // A run that died on its way may have left its file there.
    let died = batches.iter().any(|batch| batch.state == NOT_SUBMITTED);
    let uploaded = if died { batch::find_files(&open.setup.client).await.unwrap_or_default() } else { BTreeMap::new() };
    for part in parts(&asks) {
        let keys: Vec<&str> = part.iter().map(|ask| ask.key.as_str()).collect();
        // A batch with the same questions as one that ended badly is another batch.
        let id = format!("cairn-{}", content_hash(&[&[batches.len().to_string().as_str()], keys.as_slice()].concat()));
        workspace.store.open_batch(&id, &keys).await?;
        match give(&open.setup, &id, part, &uploaded).await {
            Ok(remote_id) => workspace.store.name_batch(&id, &remote_id).await?,
            // It stays open: the next run looks for it at the endpoint before it gives these questions away again.
            Err(error) if error.failure.may_have_been_done() && !is_unsupported(&error.failure) => {
                return Err(error.into());
            }
            Err(error) => {
                // The upload or the start was refused, so nothing was given away.
                workspace.store.end_batch(&id, NOT_SUBMITTED).await?;
                if is_unsupported(&error.failure) {
                    submitted.unsupported = true;
                    return Ok(submitted);
                }
                return Err(error.into());
            }
        }
        submitted.asks += part.len();
        submitted.batches.push(id);
    }
    Ok(submitted)
}

/// Uploads the questions, unless they are there already, and starts a batch over them; the endpoint's name for it.
async fn give(setup: &Setup, id: &str, part: &[Ask], uploaded: &BTreeMap<String, String>) -> Result<String, CallError> {
    let keys: Vec<&str> = part.iter().map(|ask| ask.key.as_str()).collect();
    // Named by what is in it, so that another run knows it again.
    let name = format!("cairn-{}.jsonl", content_hash(&keys));
    let file = if let Some(file) = uploaded.get(&name) {
        file.clone()
    } else {
        let lines = batch::to_lines(&setup.client, part.iter().map(|ask| (ask.key.as_str(), &ask.request)));
        batch::upload(&setup.client, &name, lines).await?
    };
    Ok(batch::start(&setup.client, id, &file).await?.id)
}

fn is_unsupported(failure: &CallFailure) -> bool {
    matches!(failure, CallFailure::Refused { status: 404 | 405 | 501, .. } | CallFailure::Server { status: 501 })
}

/// Where all batches stand. Open ones are asked for at the endpoint unless the run is offline.
pub async fn status(workspace: &Workspace, access: &ModelAccess) -> Result<Vec<BatchReport>, EngineError> {
    let batches = workspace.store.batches().await?;
    let asks_there = !access.offline && batches.iter().any(StoredBatch::is_open);
    let setup = if asks_there { Some(Setup::of(workspace, access, false).await?) } else { None };
    let mut reports = Vec::new();
    for stored in batches {
        let mut state = stored.state.clone();
        if let Some(setup) = setup.as_ref().filter(|_| stored.is_open() && !stored.remote_id.is_empty()) {
            let remote = batch::status(&setup.client, &stored.remote_id).await?;
            word(&remote.status).clone_into(&mut state);
        }
        let mut items: BTreeMap<String, usize> = BTreeMap::new();
        for state in stored.items.into_values() {
            *items.entry(state).or_default() += 1;
        }
        reports.push(BatchReport { id: stored.id, remote_id: stored.remote_id, state, items });
    }
    Ok(reports)
}

/// Takes over what open batches have brought.
pub async fn collect(workspace: &Workspace, access: &ModelAccess) -> Result<Collected, EngineError> {
    let open = Open::of(workspace, access, false).await?;
    recover(workspace, &open.setup).await?;
    let asks = all_asks(&open);
    let mut collected = Collected::default();
    for stored in workspace.store.batches().await?.into_iter().filter(StoredBatch::is_open) {
        if stored.remote_id.is_empty() {
            continue;
        }
        let state = batch::status(&open.setup.client, &stored.remote_id).await?;
        if let BatchStatus::Running(_) = state.status {
            collected.running += 1;
            continue;
        }
        // Both files are there also when the batch ended early.
        for file in [state.output_file, state.error_file].into_iter().flatten() {
            let text = batch::download(&open.setup.client, &file).await?;
            take(workspace, &open.setup, &asks, &stored, &text, &mut collected).await?;
        }
        let left = workspace.store.batches().await?.into_iter().find(|it| it.id == stored.id);
        collected.reopened += left.map_or(0, |left| left.waiting().count());
        workspace.store.end_batch(&stored.id, word(&state.status)).await?;
    }
    Ok(collected)
}

/// The open questions as lines of a batch file, for whoever carries it by hand.
pub async fn export(workspace: &Workspace, access: &ModelAccess) -> Result<(String, usize), EngineError> {
    let open = Open::of(workspace, access, false).await?;
    let asks = open.asks(workspace).await?;
    Ok((batch::to_lines(&open.setup.client, asks.iter().map(|ask| (ask.key.as_str(), &ask.request))), asks.len()))
}

/// Takes over the lines of a result file. Answers to questions that nobody asks any more are left out.
pub async fn import(workspace: &Workspace, access: &ModelAccess, text: &str) -> Result<Collected, EngineError> {
    let open = Open::of(workspace, access, false).await?;
    let asks: BTreeMap<String, Ask> =
        open.asks(workspace).await?.into_iter().map(|ask| (ask.key.clone(), ask)).collect();
    let (items, unreadable) = batch::parse_results(text);
    let mut collected = Collected { strange: unreadable, ..Collected::default() };
    let prices = open.setup.settings.prices();
    let percent = open.setup.settings.batch_percent;
    let mut answers = Vec::new();
    for Item { key, outcome } in items {
        match (asks.get(&key), outcome) {
            (Some(ask), Ok(completion)) => answers.push(kept(ask, &completion, &prices, percent)),
            (Some(_), Err(_)) => collected.reopened += 1,
            (None, _) => collected.strange += 1,
        }
    }
    answers.dedup_by(|left, right| left.key == right.key);
    collected.answered = answers.len();
    for answers in answers.chunks(ITEMS_PER_COMMIT) {
        workspace.store.keep_answers(answers, &today()).await?;
    }
    Ok(collected)
}

/// Finds batches at the endpoint whose names a run did not live to note.
async fn recover(workspace: &Workspace, setup: &Setup) -> Result<(), EngineError> {
    let batches = workspace.store.batches().await?;
    let nameless: Vec<&StoredBatch> = batches.iter().filter(|it| it.is_open() && it.remote_id.is_empty()).collect();
    if nameless.is_empty() {
        return Ok(());
    }
    let known = batch::find(&setup.client).await?;
    for stored in nameless {
        match known.get(&stored.id) {
            Some(remote_id) => workspace.store.name_batch(&stored.id, remote_id).await?,
            None => workspace.store.end_batch(&stored.id, NOT_SUBMITTED).await?,
        }
    }
    Ok(())
}

async fn take(
    workspace: &Workspace,
    setup: &Setup,
    asks: &BTreeMap<String, Ask>,
    stored: &StoredBatch,
    text: &str,
    collected: &mut Collected,
) -> Result<(), EngineError> {
    let (items, unreadable) = batch::parse_results(text);
    collected.strange += unreadable;
    let prices = setup.settings.prices();
    let percent = setup.settings.batch_percent;
    for items in items.chunks(ITEMS_PER_COMMIT) {
        let (mut answers, mut failed) = (Vec::new(), Vec::new());
        for Item { key, outcome } in items {
            match (stored.items.contains_key(key), outcome) {
                (false, _) => collected.strange += 1,
                (true, Ok(completion)) => answers.push(match asks.get(key) {
                    Some(ask) => kept(ask, completion, &prices, percent),
                    // The document changed since; the answer is paid for all the same.
                    None => kept_without_ask(key, completion, &prices, percent),
                }),
                (true, Err(reason)) => failed.push((key.clone(), reason.clone())),
            }
        }
        let new = workspace.store.settle_items(&stored.id, &answers, &failed, &today()).await?;
        collected.answered += new.min(answers.len());
        collected.reopened += failed.len();
    }
    Ok(())
}

fn kept(ask: &Ask, completion: &Completion, prices: &cairn_llm::Prices, percent: u32) -> KeptAnswer {
    let spend = taken(ask, completion, prices, percent);
    KeptAnswer { key: ask.key.clone(), completion: json(completion), spend }
}

fn kept_without_ask(key: &str, completion: &Completion, prices: &cairn_llm::Prices, percent: u32) -> KeptAnswer {
    let spend = budget::spend(completion.usage.unwrap_or_default(), prices, percent);
    KeptAnswer { key: key.to_owned(), completion: json(completion), spend }
}

fn json(completion: &Completion) -> String {
    serde_json::to_string(completion).expect("a completion serialises")
}

/// The questions of the plan by key, halves not among them.
fn all_asks(open: &Open) -> BTreeMap<String, Ask> {
    open.plan.asks().map(|ask| (ask.key.clone(), ask.clone())).collect()
}

/// Parts that fit into one file each.
fn parts(asks: &[Ask]) -> Vec<&[Ask]> {
    let mut parts = Vec::new();
    let mut rest = asks;
    while !rest.is_empty() {
        let mut bytes = 0_u64;
        let fits = |ask: &&Ask| {
            // Four bytes a token and as much again for what JSON adds.
            bytes += expected(ask).input * 8;
            bytes <= batch::FILE_BYTES_MAX as u64
        };
        let length = rest.iter().take(batch::REQUESTS_MAX).take_while(fits).count().max(1);
        let (part, after) = rest.split_at(length);
        parts.push(part);
        rest = after;
    }
    parts
}

fn word(status: &BatchStatus) -> &str {
    match status {
        BatchStatus::Completed => "completed",
        BatchStatus::Running(word) | BatchStatus::Ended(word) => word,
    }
}
