//! New decisions into the file, and every change of the file into the audit trail of the store.

use std::collections::BTreeMap;

use cairn_model::Date;
use cairn_store::DecisionChange;

use super::file::{Action, Entry};
use super::{DECISIONS_FILE, parse, written};
use crate::{EngineError, Workspace, ground, revisions, world};

/// What the file begins with when it is made.
const PREAMBLE: &str = "\
# What people decided about what `cairn` found. Written by `cairn decide`, to be reviewed like code; comments stay.
# A decision stands beside what was found and never replaces it, and one that meets nothing any more is listed.

";

/// In whose name changes are recorded that somebody made by hand.
const BY_HAND: &str = "edited by hand";

/// A decision to be made.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// What is decided.
    pub action: Action,
    /// The threat, claim or element, by id.
    pub on: String,
    /// The two names, for `same` and `different`.
    pub names: Vec<String>,
    /// The attribute, for `set`, and its value.
    pub set: Option<(String, String)>,
    /// What it is about, for people.
    pub about: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when.
    pub expires: Option<Date>,
    /// Who decides.
    pub by: String,
}

/// Writes the decision into the file, in place of one about the same, and records the change. Gives the entry.
pub async fn decide(workspace: &Workspace, new: NewDecision, today: Date) -> Result<Entry, EngineError> {
    let (attribute, value) = new.set.unzip();
    let entry = Entry {
        id: Entry::id_of(new.action, &new.on, &new.names, attribute.as_deref()),
        action: new.action,
        on: new.on,
        names: new.names,
        attribute,
        value,
        about: new.about,
        owner: new.owner,
        reason: new.reason,
        expires: new.expires.map(|date| date.to_string()),
        by: new.by.clone(),
        decided_on: today.to_string(),
        span: cairn_model::Span::new(0, 0),
    };
    keep(workspace).await?;
    let text = text_without(workspace, &entry.id)?;
    let mut text = if text.is_empty() { PREAMBLE.to_owned() } else { text };
    if !text.ends_with("\n\n") {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str(&entry.to_text());
    write(workspace, &text)?;
    keep_as(workspace, &new.by, Some(today)).await?;
    Ok(entry)
}

/// Takes a decision out of the file and records the change. Says whether there was one.
pub async fn withdraw(workspace: &Workspace, id: &str, by: &str) -> Result<bool, EngineError> {
    keep(workspace).await?;
    let is_there = written(workspace)?.entries.iter().any(|entry| entry.id == id);
    if is_there {
        write(workspace, &text_without(workspace, id)?)?;
        keep_as(workspace, by, None).await?;
    }
    Ok(is_there)
}

/// All changes of decisions, oldest first.
pub async fn history(workspace: &Workspace) -> Result<Vec<DecisionChange>, EngineError> {
    keep(workspace).await?;
    Ok(workspace.store.decision_changes().await?)
}

/// Records how the file differs from what was last seen of it: somebody edited it.
pub(crate) async fn keep(workspace: &Workspace) -> Result<(), EngineError> {
    keep_as(workspace, BY_HAND, None).await
}

async fn keep_as(workspace: &Workspace, by: &str, today: Option<Date>) -> Result<(), EngineError> {
    let entries = written(workspace)?.entries;
    workspace.store.commit_inputs(&ground::inputs(workspace)?, &revisions::moment(today)).await?;
    let entries: BTreeMap<String, String> =
        entries.into_iter().map(|entry| (entry.id.clone(), entry.to_text())).collect();
    Ok(workspace.store.keep_decisions(&entries, by, &world::now()).await?)
}

fn text_without(workspace: &Workspace, id: &str) -> Result<String, EngineError> {
    let path = workspace.project_path(DECISIONS_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(source) => return Err(EngineError::File { path, source }),
    };
    let found = parse(&text, &path)?.entries.into_iter().find(|entry| entry.id == id);
    let Some(span) = found.map(|entry| entry.span) else { return Ok(text) };
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    Ok(format!("{}{}", before, after.trim_start_matches(['\r', '\n'])))
}

/// Writes beside the file first, so that a run that dies leaves the old file or the new one.
fn write(workspace: &Workspace, text: &str) -> Result<(), EngineError> {
    let path = workspace.project_path(DECISIONS_FILE);
    parse(text, &path)?;
    let beside = path.with_extension("toml.new");
    let failed = |source| EngineError::File { path: path.clone(), source };
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, &path).map_err(failed)
}
