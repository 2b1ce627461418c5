//! From what is kept to the model and its threats. Pure once the store is read, and so computed anew every time.

use std::collections::{BTreeMap, BTreeSet};

use cairn_ingest::Limits;
use cairn_model::{Date, Document, ElementId, NotUnderstood, Skipped, System, Threat, Trust};
use cairn_store::{Snapshot, StoredDocument};
use cairn_threats::{RuleError, RuleSet};
use cairn_validate::{Coverage, Policy};
use rayon::prelude::*;

use crate::decisions::{self, Applied, decisions};
use crate::scan::kept_not_understood;
use crate::{EngineError, Workspace, prompted, world};

/// What the documents of a workspace amount to.
#[derive(Debug)]
pub struct Model {
    /// The merged model.
    pub system: System,
    /// What the rules derive from it.
    pub threats: Vec<Threat>,
    /// The documents, by path.
    pub documents: Vec<Document>,
    /// What the last scan left out.
    pub skipped: Vec<Skipped>,
    /// Whether anything was ever scanned into the workspace.
    pub scanned: bool,
    /// How much of what a reviewer asks is said.
    pub coverage: Coverage,
}

/// Derives the model. `as_of` decides which acceptances of risks have expired.
pub async fn model(workspace: &Workspace, as_of: Date) -> Result<Model, EngineError> {
    let rules = rules(workspace)?;
    let snapshot = workspace.store.load().await?;
    let documents = documents(&snapshot);
    let (claims, rejected) = prompted::admit(&documents, snapshot.claims().cloned().collect());
    let decisions = decisions(workspace)?;
    let policy = policy(workspace, &documents)?;
    let Applied { mut system, documents, mut unmatched } =
        decisions::apply(documents, claims, &decisions, policy, as_of);
    system.rejected.extend(rejected);
    system.rejected.sort();
    system.rejected.dedup();
    let mut threats = cairn_threats::derive(&system, &rules, as_of);
    decisions::mark(&mut threats, &system, &decisions, as_of, &mut unmatched);
    system.unmatched = unmatched;
    system.unmatched.sort_by(|left, right| left.id.cmp(&right.id));
    system.stale = cairn_validate::stale(&system, &documents, as_of, workspace.settings().freshness.ages());
    hang_on(&mut system, &threats);
    let coverage = cairn_validate::coverage(&system);
    let scanned = !snapshot.run.is_empty();
    Ok(Model { system, threats, documents, skipped: snapshot.skipped, scanned, coverage })
}

/// How far each document is trusted by the settings.
pub(crate) fn policy(workspace: &Workspace, documents: &[Document]) -> Result<Policy, EngineError> {
    let (settings, file) = (&workspace.settings().trust, workspace.settings_file());
    let vouching = world::Patterns::new(&settings.vouches, &file)?;
    let asserting = world::Patterns::new(&settings.asserts, &file)?;
    let mut policy = Policy::default();
    for document in documents {
        if asserting.matches(&document.path) {
            policy.trust.insert(document.id.clone(), Trust::Asserts);
        } else if vouching.matches(&document.path) {
            policy.trust.insert(document.id.clone(), Trust::Vouches);
        }
    }
    Ok(policy)
}

/// Tells every conflict which threats hang on its answer: those about its subject.
fn hang_on(system: &mut System, threats: &[Threat]) {
    let mut about: BTreeMap<&ElementId, BTreeSet<&ElementId>> = BTreeMap::new();
    for threat in threats {
        for subject in threat.about.iter().chain([&threat.subject]) {
            about.entry(subject).or_default().insert(&threat.id);
        }
    }
    for conflict in &mut system.conflicts {
        conflict.affects = about.get(&conflict.subject).into_iter().flatten().map(|id| (*id).clone()).collect();
    }
}

/// What the last scan did not take in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Inputs that were not read at all, by path.
    pub skipped: Vec<Skipped>,
    /// Parts of documents that no reader understands, by path and line.
    pub not_understood: Vec<NotUnderstood>,
}

/// What the last scan left out.
pub async fn skipped(workspace: &Workspace) -> Result<LeftOut, EngineError> {
    let snapshot = workspace.store.load().await?;
    let mut not_understood: Vec<_> = kept_not_understood(&snapshot).into_values().flatten().collect();
    not_understood.sort();
    not_understood.dedup();
    Ok(LeftOut { skipped: snapshot.skipped, not_understood })
}

/// The rules in force: those built in and the workspace's own.
pub fn rules(workspace: &Workspace) -> Result<RuleSet, EngineError> {
    let Some(folder) = workspace.rules_folder() else { return Ok(RuleSet::built_in()) };
    let files = world::read_rules(&folder)?;
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    RuleSet::load(&files).map_err(|errors| EngineError::Rules { path: folder, reason: first_of(&errors) })
}

/// The first mistake on one line, and how many more there are.
fn first_of(errors: &[RuleError]) -> String {
    let Some(first) = errors.first() else { return "no reason was given".to_owned() };
    let more = errors.len() - 1;
    let place = format!("{}:{}:{}: {}", first.file, first.line, first.column, first.message);
    let hint = first.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    if more == 0 { place + &hint } else { format!("{place} (and {more} more){hint}") }
}

/// The documents of the store with their structure, which is read again from their text.
pub(crate) fn documents(snapshot: &Snapshot) -> Vec<Document> {
    snapshot.documents.par_iter().filter_map(document).collect()
}

fn document(stored: &StoredDocument) -> Option<Document> {
    // What was read once is not measured again: a limit that was lowered since counts from the next scan on.
    let limits = Limits { document_bytes_max: usize::MAX };
    let read = cairn_ingest::read(&stored.path, stored.text.as_bytes(), limits).ok()?;
    Some(Document { revision: stored.revision.clone(), ..read })
}
