//! From settings to what is asked: the model's name, the prompt, the rules of redaction, what the endpoint can do.

use std::sync::Arc;

use cairn_extract::prompted::{self, Asking, Names, Redaction};
use cairn_llm::{
    BUILT_IN_PROMPTS, BUILT_IN_SHARED_PROMPT, CallError, Capabilities, ChatRequest, Client, Completion, Parameters,
    Prompt, PromptError, SHARED_PROMPT, Structured,
};
use cairn_model::{Claim, Document};
use cairn_store::Spend;

use super::{ModelAccess, Plan, budget, client, today};
use crate::world::Patterns;
use crate::{EngineError, ModelSettings, Workspace, world};

/// All that asking needs.
pub(crate) struct Setup {
    pub(crate) model: String,
    pub(crate) client: Client,
    pub(crate) asking: Asking,
    pub(crate) settings: ModelSettings,
    /// Whether answers come from a recording, which costs nothing.
    pub(crate) is_replay: bool,
    /// Why the endpoint cannot be asked, when the probe found that out.
    pub(crate) unusable: Option<CallError>,
    pub(crate) local_only: Patterns,
}

impl Setup {
    /// Prepares asking. What the endpoint can do is known from an earlier probe or, where `may_probe`, found out now.
    pub(crate) async fn of(workspace: &Workspace, access: &ModelAccess, may_probe: bool) -> Result<Self, EngineError> {
        let settings = workspace.settings().model.clone();
        let model = access.name.clone().unwrap_or_else(|| settings.name.clone());
        if model.is_empty() {
            return Err(EngineError::NoModelName);
        }
        let mut setup = Self {
            client: client(workspace, &model, access)?,
            asking: Asking {
                prompts: prompts(workspace)?,
                may_hold: if settings.ask_everything { |_, _| true } else { cairn_validate::may_rest_on },
                parameters: parameters(&settings, &model),
                passes: settings.passes,
                chunk_bytes_max: settings.chunk_bytes_max,
                redaction: redaction(workspace)?,
            },
            local_only: Patterns::new(&settings.local_only, &workspace.settings_file())?,
            model,
            settings,
            is_replay: access.replay.is_some(),
            unusable: None,
        };
        let known = workspace.store.capabilities(&setup.settings.base_url, &setup.model).await?;
        let known: Option<Capabilities> = known.and_then(|json| serde_json::from_str(&json).ok());
        let capabilities = match known {
            // A recording holds the probe too, so that it can be replayed where nothing is known of the endpoint.
            Some(known) if !(may_probe && access.record) => Some(known),
            _ if may_probe => match setup.probe(workspace).await {
                Ok(found) => Some(found),
                Err(EngineError::Call(error)) => {
                    setup.unusable = Some(error);
                    None
                }
                Err(error) => return Err(error),
            },
            _ => None,
        };
        if let Some(capabilities) = capabilities {
            setup.adapt(&capabilities);
        }
        Ok(setup)
    }

    /// Finds out what the endpoint can do and keeps it.
    pub(crate) async fn probe(&self, workspace: &Workspace) -> Result<Capabilities, EngineError> {
        let prices = self.settings.prices();
        let mut spent = Spend::default();
        let mut taken = |request: &ChatRequest, completion: &Completion| {
            if !self.is_replay {
                spent = spent.and(budget::of_call(request, completion, &prices));
            }
        };
        let found = cairn_llm::probe(&self.client, &self.model, &mut taken).await;
        workspace.store.charge(spent, &today()).await?;
        let capabilities = found?;
        let json = serde_json::to_string(&capabilities).expect("capabilities serialise");
        workspace.store.keep_capabilities(&self.settings.base_url, &self.model, &json).await?;
        Ok(capabilities)
    }

    /// The questions about the documents that may leave.
    pub(crate) fn plan(&self, documents: &[Document], embedded: &[&Claim]) -> Result<Plan, EngineError> {
        let names = Names::of(embedded.iter().copied());
        let leaves = |document: &Document| !self.local_only.matches(&document.path);
        let of_documents = prompted::plan(documents, leaves, &names, &self.asking)?;
        let local_only = documents.iter().filter(|document| !leaves(document)).count();
        Ok(Plan { of_documents, names, local_only })
    }

    fn adapt(&mut self, capabilities: &Capabilities) {
        let parameters = &mut self.asking.parameters;
        parameters.token_limit_field = capabilities.limit_field();
        if !capabilities.temperature {
            parameters.temperature_thousandths = None;
        }
        if self.settings.structured == "auto" {
            parameters.structured = capabilities.structured();
        }
    }
}

fn parameters(settings: &ModelSettings, model: &str) -> Parameters {
    Parameters {
        model: model.to_owned(),
        temperature_thousandths: u32::try_from(settings.temperature_thousandths).ok(),
        seed: (settings.seed >= 0).then_some(settings.seed),
        tokens_max: settings.answer_tokens_max,
        token_limit_field: cairn_llm::TokenLimitField::default(),
        structured: Structured::parse(&settings.structured).unwrap_or_default(),
    }
}

/// The prompts that the settings name, from the project's folder or else as they are built in.
fn prompts(workspace: &Workspace) -> Result<Vec<Arc<Prompt>>, EngineError> {
    let shared = own_prompt(workspace, SHARED_PROMPT)?;
    let shared = shared.as_deref().unwrap_or(BUILT_IN_SHARED_PROMPT);
    let mut prompts = Vec::new();
    for name in &workspace.settings().model.prompts {
        let wrong = |reason: &str| PromptError { name: name.clone(), reason: reason.to_owned() };
        let built_in = BUILT_IN_PROMPTS.iter().find(|(known, _)| known == name).map(|(_, text)| (*text).to_owned());
        let text = own_prompt(workspace, name)?.or(built_in).ok_or_else(|| wrong("there is no such prompt"))?;
        let prompt = Prompt::parse(name, shared, &text)?;
        if prompted::kinds(&prompt).is_empty() {
            return Err(wrong("its schema has no list of claims").into());
        }
        prompts.push(Arc::new(prompt));
    }
    Ok(prompts)
}

pub(crate) fn own_prompt(workspace: &Workspace, name: &str) -> Result<Option<String>, EngineError> {
    let folder = &workspace.settings().model.prompts_dir;
    let path = workspace.project_path(folder).join(format!("{name}.toml"));
    if folder.is_empty() || !path.exists() { Ok(None) } else { world::read_text(&path).map(Some) }
}

pub(crate) fn redaction(workspace: &Workspace) -> Result<Redaction, EngineError> {
    let settings = &workspace.settings().model;
    let mut redaction = Redaction::built_in(settings.redact_personal);
    for file in &settings.redaction_files {
        redaction.extend(file, &world::read_text(&workspace.project_path(file))?)?;
    }
    Ok(redaction)
}
