//! The assistant with a language model: it looks things up, step by step, and words an answer from what it found.
//!
//! The model plans; nothing that it says is believed or done. A step is one answer of a fixed form that names tools (`tools`), all of which
//! only read, or sentences. What the tools give is numbered, goes to the model as data behind marks that no document can forge, without
//! secrets (`talk`), and is all that sentences may cite; `cairn_ask::hold` strikes those that do not hold. Steps, look-ups, bytes,
//! tokens, money and time have bounds. Whatever goes wrong, the answer is that of the documents' own sentences, and says why.

mod partial;
mod talk;
mod tools;

use std::time::Duration;

use cairn_ask::{Answer, AnswerStatus, Conversation, Draft, Sentence, Wording, gate, hold};
use cairn_extract::prompted::{Redaction, Secrets};
use cairn_llm::{ASSISTANT_PROMPT, BUILT_IN_ASSISTANT_PROMPT, ChatRequest, Finish, Prompt, Recording, parse_leniently};
use cairn_store::Spend;
use serde_json::Value;

use crate::prompted::{Budget, Setup, of_call, own_prompt, today};
use crate::settings::micros;
use crate::{Asker, AssistantSettings, EngineError, ModelAccess, Workspace};
use talk::Talk;
use tools::Tool;

/// A language model that words answers. Opened once for as many questions as one likes.
pub struct Assistant {
    workspace: Workspace,
    setup: Setup,
    prompt: Prompt,
    settings: AssistantSettings,
}

/// What the assistant is about, for those who watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progressed {
    /// The model is asked for its next step, counted from 1.
    Asks(u32),
    /// Something is looked up: what, in words.
    LooksUp(String),
    /// The sentences of the answer so far that hold, which the answer will begin with.
    Says(Vec<Sentence>),
}

impl Assistant {
    /// Prepares a model, and finds out what its endpoint can do where nobody did before. None where the settings want no model to answer.
    pub async fn open(workspace: &Workspace, access: &ModelAccess) -> Result<Option<Self>, EngineError> {
        let settings = workspace.settings().assistant.clone();
        if !settings.enabled || access.offline {
            return Ok(None);
        }
        let text = own_prompt(workspace, ASSISTANT_PROMPT)?;
        let prompt = Prompt::parse_alone(ASSISTANT_PROMPT, text.as_deref().unwrap_or(BUILT_IN_ASSISTANT_PROMPT))?;
        let setup = Setup::of(workspace, access, true).await?;
        Ok(Some(Self { workspace: workspace.clone(), setup, prompt, settings }))
    }

    /// The exchanges so far, where they were to be noted.
    pub fn recorded(&self) -> Option<Recording> {
        self.setup.client.recorded()
    }

    fn redaction(&self) -> &Redaction {
        &self.setup.asking.redaction
    }

    fn leaves(&self, path: &str) -> bool {
        !self.setup.local_only.matches(path)
    }
}

impl Asker {
    /// Answers a question with the help of a language model, or without where that does not work; the answer says which.
    pub async fn ask_with(
        &mut self,
        assistant: &Assistant,
        question: &str,
        conversation: &Conversation,
        tell: &mut (dyn FnMut(Progressed) + Send),
    ) -> Result<Answer, EngineError> {
        let mut plain = self.ask(question, conversation).await?;
        let limit = Duration::from_millis(assistant.settings.time_ms);
        let mut run = Run::new(assistant, question, conversation);
        let worded = tokio::time::timeout(limit, Box::pin(run.go(self, &plain, tell))).await;
        let worded = worded.unwrap_or_else(|_| Err(format!("it took longer than {} ms", limit.as_millis())));
        match worded {
            Ok(drafts) => Ok(self.worded(plain, drafts, &run)),
            // What was shown stays shown.
            Err(reason) if !run.drafts.is_empty() => {
                plain.notes.push(format!("the language model did not finish: {reason}"));
                let drafted = Drafted { status: AnswerStatus::Partly, drafts: run.drafts.clone() };
                Ok(self.worded(plain, drafted, &run))
            }
            Err(reason) => {
                plain.notes.push(format!("answered without the language model: {reason}"));
                plain.wording = Some(run.wording()).filter(|it| it.calls > 0);
                Ok(plain)
            }
        }
    }

    /// The answer in the model's sentences, as far as they hold.
    fn worded(&self, plain: Answer, Drafted { status, drafts }: Drafted, run: &Run<'_>) -> Answer {
        let wording = Some(run.wording());
        let (sentences, mut struck) = hold(&drafts, run.talk.material(), &self.facts(), self.library());
        struck.sort_unstable();
        let reasons: Vec<String> = struck
            .chunk_by(|one, other| one == other)
            .filter_map(|same| {
                same.first()
                    .map(|reason| format!("{} of the language model withheld: {reason}", sentences_of(same.len())))
            })
            .collect();
        let mut notes = plain.notes.clone();
        notes.extend(reasons);
        if sentences.is_empty() {
            let why =
                if drafts.is_empty() { "it found no answer in what it looked up" } else { "no sentence of its holds" };
            notes.push(format!("answered without the language model: {why}"));
            return Answer { notes, wording, withheld: plain.withheld + struck.len(), ..plain };
        }
        // Who finds nothing by the words of the question has at most what bears on it.
        let floor =
            if plain.status == AnswerStatus::NotDocumented { AnswerStatus::Partly } else { AnswerStatus::Answered };
        let status = if struck.is_empty() { status.max(floor) } else { AnswerStatus::Partly };
        let open = plain.open.clone().filter(|_| status != AnswerStatus::Answered);
        let places =
            sentences.iter().filter_map(|it| it.citations.first()).map(|it| (it.document.clone(), it.span.start));
        let focus = cairn_ask::Focus { places: places.collect(), ..plain.focus.clone() };
        let withheld = struck.len();
        gate(Answer { status, sentences, open, focus, notes, withheld, wording, ..plain }, &self.model().documents)
    }
}

fn sentences_of(count: usize) -> String {
    if count == 1 { "1 sentence".to_owned() } else { format!("{count} sentences") }
}

/// What a model wrote, before anybody looked at it.
struct Drafted {
    status: AnswerStatus,
    drafts: Vec<Draft>,
}

/// One question on its way.
struct Run<'a> {
    assistant: &'a Assistant,
    talk: Talk,
    secrets: Secrets,
    spent: Spend,
    looked_up: Vec<String>,
    /// What was written so far of the answer; what holds of it was told.
    drafts: Vec<Draft>,
}

impl<'a> Run<'a> {
    fn new(assistant: &'a Assistant, question: &str, conversation: &Conversation) -> Self {
        let talk = Talk::new(question, conversation, assistant.settings.material_bytes_max);
        Self {
            assistant,
            talk,
            secrets: Secrets::default(),
            spent: Spend::default(),
            looked_up: Vec::new(),
            drafts: Vec::new(),
        }
    }

    /// Asks step by step. The error is why there is no answer, for people.
    async fn go(
        &mut self,
        asker: &mut Asker,
        plain: &Answer,
        tell: &mut (dyn FnMut(Progressed) + Send),
    ) -> Result<Drafted, String> {
        if let Some(error) = &self.assistant.setup.unusable {
            return Err(error.to_string());
        }
        self.take("the question itself", tools::of_answer(plain), asker);
        let steps = self.assistant.settings.steps_max;
        for step in 1..=steps {
            tell(Progressed::Asks(step));
            let answer = self.step(steps - step, asker, tell).await?;
            let mut drafts = drafts(&answer, &self.secrets);
            // Whoever writes one list and then another answers with what was shown.
            if !drafts.starts_with(&self.drafts) {
                drafts.clone_from(&self.drafts);
            }
            let calls = answer.get("calls").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if !drafts.is_empty() || calls.is_empty() {
                return Ok(Drafted { status: status(&answer), drafts });
            }
            for call in calls.iter().take(self.assistant.settings.lookups_max) {
                let (what, found) = match Tool::parse(call) {
                    Some(tool) => {
                        tell(Progressed::LooksUp(tool.to_string()));
                        let found = tool.run(asker).await;
                        (tool.to_string(), found)
                    }
                    None => ("what no tool does".to_owned(), tools::refusal()),
                };
                self.take(&what, found, asker);
            }
        }
        Err(format!("it did not answer within {steps} steps"))
    }

    /// Takes what a tool found into the material, but for what may not leave the machine. Of what has no passage nobody can tell which
    /// document it is from, so that it stays where any document must.
    fn take(&mut self, what: &str, mut found: tools::Found, asker: &Asker) {
        self.looked_up.push(what.to_owned());
        if !self.assistant.setup.settings.local_only.is_empty() {
            found.items.retain(|it| !it.citations.is_empty());
            found.notes.clear();
        }
        let documents = &asker.model().documents;
        let path = |id: &cairn_model::DocumentId| documents.iter().find(|it| it.id == *id).map(|it| it.path.as_str());
        let leaves = |id: &cairn_model::DocumentId| path(id).is_none_or(|it| self.assistant.leaves(it));
        let redaction = self.assistant.redaction();
        self.talk.take(what, found, &leaves, &path, &mut |text| self.secrets.take_out(text, redaction));
    }

    /// One call, within all bounds.
    async fn step(
        &mut self,
        steps_left: u32,
        asker: &Asker,
        tell: &mut (dyn FnMut(Progressed) + Send),
    ) -> Result<Value, String> {
        let Assistant { workspace, setup, settings, prompt } = self.assistant;
        let request = self.request(prompt, steps_left)?;
        let prices = setup.settings.prices();
        let expected = expected(&request, &prices);
        let total = self.spent.and(expected);
        if settings.tokens_max > 0 && total.input_tokens + total.output_tokens > settings.tokens_max {
            return Err("the tokens of a question would be exceeded".to_owned());
        }
        if settings.cost_max > 0.0 && total.cost_micros > micros(settings.cost_max) {
            return Err("the cost of a question would be exceeded".to_owned());
        }
        let told = |error: cairn_store::StoreError| error.to_string();
        let before = workspace.store.spent(&today()).await.map_err(told)?;
        if let Some(reason) = Budget::new(&setup.settings, before).refusal(expected) {
            return Err(reason);
        }
        let mut hear = |text: &str| self.hear(text, asker, tell);
        let asked = setup.client.chat_heard(&request, &mut hear).await;
        let (completion, _) = asked.map_err(|error| error.failure.to_string())?;
        let taken = of_call(&request, &completion, &prices);
        self.spent = self.spent.and(taken);
        if !setup.is_replay {
            workspace.store.charge(taken, &today()).await.map_err(told)?;
        }
        match completion.finish {
            _ if completion.refusal.is_some() => Err("it refused".to_owned()),
            Finish::Filtered => Err("a filter of the endpoint stopped it".to_owned()),
            Finish::Length => Err("its answer was too long".to_owned()),
            Finish::Stop | Finish::Other => {
                let answer = parse_leniently(&completion.content).map(|(value, _)| value);
                answer.filter(is_of_form).ok_or_else(|| "its answer is not of the form asked for".to_owned())
            }
        }
    }

    /// Takes note of what was written so far, and tells of the sentences that hold when there are more of them.
    fn hear(&mut self, text: &str, asker: &Asker, tell: &mut (dyn FnMut(Progressed) + Send)) {
        let drafts: Vec<Draft> =
            partial::whole_items(text, "sentences").iter().map(|it| draft(it, &self.secrets)).collect();
        if drafts.len() <= self.drafts.len() {
            return;
        }
        let held = |drafts: &[Draft]| hold(drafts, self.talk.material(), &asker.facts(), asker.library()).0;
        let (before, sentences) = (held(&self.drafts).len(), held(&drafts));
        if sentences.len() > before {
            tell(Progressed::Says(sentences));
        }
        self.drafts = drafts;
    }

    fn request(&mut self, prompt: &Prompt, steps_left: u32) -> Result<ChatRequest, String> {
        let redaction = self.assistant.redaction();
        let values = self.talk.values(steps_left, &mut |text| self.secrets.take_out(text, redaction));
        let mut parameters = self.assistant.setup.asking.parameters.clone();
        parameters.tokens_max = self.assistant.settings.answer_tokens_max;
        Ok(ChatRequest {
            system: prompt.system().to_owned(),
            user: prompt.render(values).map_err(|error| error.to_string())?,
            schema: Some((prompt.name().to_owned(), prompt.schema().clone())),
            parameters,
        })
    }

    fn wording(&self) -> Wording {
        Wording {
            model: self.assistant.setup.model.clone(),
            looked_up: self.looked_up.clone(),
            calls: self.spent.calls,
            input_tokens: self.spent.input_tokens,
            output_tokens: self.spent.output_tokens,
            cost_micros: self.spent.cost_micros,
        }
    }
}

/// What a call takes at most.
fn expected(request: &ChatRequest, prices: &cairn_llm::Prices) -> Spend {
    let schema = request.schema.as_ref().map_or(0, |(_, schema)| cairn_llm::estimate_tokens(&schema.to_string()));
    let input = cairn_llm::estimate_tokens(&request.system) + cairn_llm::estimate_tokens(&request.user) + schema;
    let usage = cairn_llm::Usage { input, cached: 0, output: u64::from(request.parameters.tokens_max) };
    crate::prompted::spend(usage, prices, 100)
}

/// Whether an answer has either of the two lists.
fn is_of_form(answer: &Value) -> bool {
    ["calls", "sentences"].iter().any(|list| answer.get(list).is_some_and(Value::is_array))
}

fn status(answer: &Value) -> AnswerStatus {
    match answer.get("status").and_then(Value::as_str) {
        Some("answered") => AnswerStatus::Answered,
        Some("not_documented") => AnswerStatus::NotDocumented,
        _ => AnswerStatus::Partly,
    }
}

fn drafts(answer: &Value, secrets: &Secrets) -> Vec<Draft> {
    let sentences = answer.get("sentences").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    sentences.iter().map(|it| draft(it, secrets)).collect()
}

fn draft(sentence: &Value, secrets: &Secrets) -> Draft {
    let number = |it: &Value| it.as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
    let cites = sentence.get("cites").and_then(Value::as_array);
    Draft {
        text: secrets.put_back(sentence.get("text").and_then(Value::as_str).unwrap_or_default()),
        numbers: cites.map(|it| it.iter().map(number).collect()).unwrap_or_default(),
    }
}
