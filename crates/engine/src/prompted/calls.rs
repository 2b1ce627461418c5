//! The calls of a run: which questions have no answer yet, asking them, and halving those whose answer was too long.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cairn_extract::prompted::{self, Ask};
use cairn_llm::{CallError, Completion, Finish};
use cairn_model::Document;
use cairn_store::{KeptAnswer, Spend};
use tokio::task::JoinSet;

use super::asking::Setup;
use super::budget::{self, Budget};
use super::{Answers, Plan, today};
use crate::{EngineError, Progress, Workspace};

/// The questions of a run with the answers that there are.
pub(crate) struct Calls<'a> {
    workspace: &'a Workspace,
    documents: &'a [Document],
    plan: &'a Plan,
    /// Answers by key, those of earlier runs and of this one.
    pub(super) answers: Answers,
    /// Why there is none, for questions that were tried in this run.
    pub(super) failed: BTreeMap<String, String>,
    /// Halves of questions, by the key of the whole.
    pub(super) halves: BTreeMap<String, Box<[Ask; 2]>>,
    /// Why asking ended early.
    pub(super) stopped: Option<String>,
    pub(super) spend: Spend,
    /// Questions to ask, with the index of their document's asks in the plan.
    queue: VecDeque<(usize, Ask)>,
}

impl<'a> Calls<'a> {
    pub(super) async fn new(
        workspace: &'a Workspace,
        setup: &Setup,
        documents: &'a [Document],
        plan: &'a Plan,
    ) -> Result<Self, EngineError> {
        let mut calls = Self {
            workspace,
            documents,
            plan,
            answers: Answers::new(),
            failed: BTreeMap::new(),
            halves: BTreeMap::new(),
            stopped: None,
            spend: Spend::default(),
            queue: VecDeque::new(),
        };
        let mut level: Vec<(usize, Ask)> = Vec::new();
        for (index, of_document) in plan.of_documents.iter().enumerate() {
            level.extend(of_document.asks.iter().map(|ask| (index, ask.clone())));
        }
        // Level by level: the halves of questions whose answers were too long may be answered too.
        while !level.is_empty() {
            let keys: Vec<&str> = level.iter().map(|(_, ask)| ask.key.as_str()).collect();
            for (key, json) in workspace.store.answers(&keys).await? {
                if let Ok(completion) = serde_json::from_str(&json) {
                    calls.answers.insert(key, completion);
                }
            }
            let mut next = Vec::new();
            for (index, ask) in level {
                match calls.answers.get(&ask.key) {
                    Some(answer) if answer.finish == Finish::Length => next.extend(calls.halve(setup, index, &ask)?),
                    Some(_) => {}
                    None => calls.queue.push_back((index, ask)),
                }
            }
            level = next;
        }
        // Documents may hold the same text under the same headings; it is asked about once.
        let mut seen = BTreeSet::new();
        calls.queue.retain(|(_, ask)| seen.insert(ask.key.clone()));
        // Prompt by prompt, so that what an endpoint keeps of a beginning is still there for the next question.
        let rank = |ask: &Ask| setup.asking.prompts.iter().position(|prompt| prompt.name() == ask.prompt.name());
        calls.queue.make_contiguous().sort_by_key(|(_, ask)| rank(ask));
        Ok(calls)
    }

    /// How many questions have no answer yet.
    pub(super) fn open(&self) -> usize {
        self.queue.len()
    }

    /// Those questions, in order.
    pub(super) fn open_asks(&self) -> impl Iterator<Item = &Ask> {
        self.queue.iter().map(|(_, ask)| ask)
    }

    /// Asks them, several at a time. Every answer is on the disk before anything else is done with it.
    pub(super) async fn make(&mut self, setup: &Setup, progress: &dyn Progress) -> Result<(), EngineError> {
        let day = today();
        let prices = setup.settings.prices();
        let mut budget = Budget::new(&setup.settings, self.workspace.store.spent(&day).await?);
        let mut under_way: JoinSet<(usize, Ask, Result<Completion, CallError>)> = JoinSet::new();
        loop {
            while self.stopped.is_none() && under_way.len() < setup.settings.concurrency {
                let Some((index, ask)) = self.queue.pop_front() else { break };
                let expected = budget::spend(budget::expected(&ask), &prices, 100);
                if let Some(reason) = budget.refusal(expected) {
                    self.stopped = Some(reason);
                    self.queue.push_front((index, ask));
                    break;
                }
                budget.begin(expected);
                let client = setup.client.clone();
                under_way.spawn(async move {
                    let outcome = client.chat(&ask.request).await.map(|(completion, _)| completion);
                    (index, ask, outcome)
                });
            }
            let Some(ended) = under_way.join_next().await else { break };
            let (index, ask, outcome) = ended.expect("a call does not panic, and none is cancelled");
            let expected = budget::spend(budget::expected(&ask), &prices, 100);
            match outcome {
                Ok(completion) => {
                    let taken = || budget::taken(&ask, &completion, &prices, 100);
                    let spent = if setup.is_replay { Spend::default() } else { taken() };
                    budget.end(expected, spent);
                    self.keep(&ask, &completion, spent, &day).await?;
                    if completion.finish == Finish::Length {
                        let halves = self.halve(setup, index, &ask)?;
                        self.queue.extend(halves);
                    }
                    self.answers.insert(ask.key, completion);
                }
                Err(error) => {
                    budget.end(expected, Spend::default());
                    if error.failure.is_fatal() {
                        self.stopped.get_or_insert(error.failure.to_string());
                    }
                    self.failed.insert(ask.key, error.to_string());
                }
            }
            progress.advance();
        }
        self.spend = budget.run();
        Ok(())
    }

    async fn keep(&self, ask: &Ask, completion: &Completion, spend: Spend, day: &str) -> Result<(), EngineError> {
        let completion = serde_json::to_string(completion).expect("a completion serialises");
        let answer = KeptAnswer { key: ask.key.clone(), completion, spend };
        Ok(self.workspace.store.keep_answers(&[answer], day).await?)
    }

    /// The halves of a question, to be asked instead; none when it is short already.
    fn halve(&mut self, setup: &Setup, index: usize, ask: &Ask) -> Result<Vec<(usize, Ask)>, EngineError> {
        let Some(of_document) = self.plan.of_documents.get(index) else { return Ok(Vec::new()) };
        let Some(document) = self.documents.get(of_document.document) else { return Ok(Vec::new()) };
        let halves = prompted::split(ask, document, &of_document.sight, &self.plan.names, &setup.asking)?;
        let Some(halves) = halves else { return Ok(Vec::new()) };
        self.halves.insert(ask.key.clone(), Box::new(halves.clone()));
        Ok(halves.map(|half| (index, half)).into())
    }
}
