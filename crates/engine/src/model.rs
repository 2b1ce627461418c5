//! From what is kept to the model and its threats. Pure once the store is read, and so computed anew every time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use cairn_ingest::Limits;
use cairn_model::{
    Claim, Date, Document, DocumentId, ElementId, NotUnderstood, Rejected, Skipped, Status, System, Threat, Trust,
};
use cairn_paths::{Attackers, Change};
use cairn_store::{Snapshot, StoredDocument};
use cairn_threats::{Derived, Excluded, RuleError, RuleSet};
use cairn_validate::{Ages, Coverage, Policy};
use rayon::prelude::*;

use crate::decisions::{self, Applied, Decisions, decisions};
use crate::paths::attackers;
use crate::scan::kept_not_understood;
use crate::{EngineError, Workspace, ground, import, prompted, world};

/// What the documents of a workspace amount to.
#[derive(Debug)]
pub struct Model {
    /// The merged model.
    pub system: System,
    /// What the rules derive from it.
    pub threats: Vec<Threat>,
    /// What the rules would derive, had the settings not excluded it.
    pub excluded: Vec<Excluded>,
    /// The documents, by path.
    pub documents: Vec<Document>,
    /// What the last scan left out.
    pub skipped: Vec<Skipped>,
    /// Whether anything was ever scanned into the workspace.
    pub scanned: bool,
    /// How much of what a reviewer asks is said.
    pub coverage: Coverage,
    /// Who attacks it.
    pub attackers: Attackers,
}

/// A model that is derived on trial.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trial {
    /// Claims that nobody made.
    pub(crate) claims: BTreeSet<ElementId>,
    /// Documents that nobody wrote: whatever is claimed on their word alone is not claimed.
    pub(crate) documents: BTreeSet<DocumentId>,
    /// What is different about the merged model.
    pub(crate) change: Change,
}

impl Trial {
    /// Whether it leaves claims as they were merged.
    pub(crate) fn is_merged_already(&self) -> bool {
        self.claims.is_empty() && self.documents.is_empty()
    }

    /// What is claimed without the documents that nobody wrote.
    fn left(&self, mut claims: Vec<Claim>) -> Vec<Claim> {
        for claim in &mut claims {
            claim.evidence.retain(|quote| !self.documents.contains(&quote.document));
        }
        claims.retain(|claim| !claim.evidence.is_empty());
        claims
    }
}

/// Derives the model. `as_of` decides which acceptances of risks have expired.
pub async fn model(workspace: &Workspace, as_of: Date) -> Result<Model, EngineError> {
    model_under(workspace, as_of, &Trial::default()).await
}

/// As [`model`], on trial. Nothing of what it gives may be exported.
pub(crate) async fn model_under(workspace: &Workspace, as_of: Date, trial: &Trial) -> Result<Model, EngineError> {
    let (mut claims, mut basis) = Basis::of(workspace, None).await?;
    if !trial.documents.is_empty() {
        claims = trial.left(claims);
    }
    basis.policy.rejected.extend(trial.claims.iter().cloned());
    let documents = std::mem::take(&mut basis.documents);
    let policy = std::mem::take(&mut basis.policy);
    let applied = decisions::apply(documents, claims, &basis.decisions, policy, as_of);
    Ok(basis.model(applied, as_of, &trial.change))
}

/// What a model is made of beside the claims.
#[derive(Debug)]
pub(crate) struct Basis {
    snapshot: Arc<Snapshot>,
    /// The documents with their structure, by path.
    pub(crate) documents: Vec<Document>,
    /// Claims that a reader made up.
    rejected: Vec<Rejected>,
    pub(crate) decisions: Decisions,
    pub(crate) policy: Policy,
    rules: RuleSet,
    attackers: Attackers,
    ages: Ages,
}

impl Basis {
    /// The basis of a workspace, and the claims. The structure of documents that `other` has as well is taken from there.
    pub(crate) async fn of(workspace: &Workspace, other: Option<&Self>) -> Result<(Vec<Claim>, Self), EngineError> {
        let rules = rules(workspace)?;
        let snapshot = workspace.snapshot().await?;
        let (documents, read) = match other {
            Some(other) => with_imports(workspace, &snapshot, documents_beside(&snapshot, other))?,
            None => evidence(workspace, &snapshot)?,
        };
        let (claims, rejected) = prompted::admit(&documents, read);
        let basis = Self {
            policy: policy(workspace, &documents)?,
            decisions: decisions(workspace)?,
            snapshot,
            documents,
            rejected,
            rules,
            attackers: attackers(workspace)?,
            ages: workspace.settings().freshness.ages(),
        };
        Ok((claims, basis))
    }

    /// The model, once its claims are merged under the decisions.
    pub(crate) fn model(self, applied: Applied, as_of: Date, change: &Change) -> Model {
        let Applied { mut system, documents, mut unmatched } = applied;
        system.rejected.extend(self.rejected);
        system.rejected.sort();
        system.rejected.dedup();
        if !change.is_empty() {
            system = change.applied(&system);
        }
        let derived = derive_threats(&system, &self.rules, as_of);
        let mut threats = derived.threats;
        decisions::mark(&mut threats, &system, &self.decisions, as_of, &mut unmatched);
        system.unmatched = unmatched;
        system.unmatched.sort_by(|left, right| left.id.cmp(&right.id));
        system.stale = cairn_validate::stale(&system, &documents, as_of, self.ages);
        hang_on(&mut system, &threats);
        let coverage = cairn_validate::coverage(&system);
        // What was imported is there to be looked at, also before anything is scanned beside it.
        let scanned = !self.snapshot.run.is_empty() || !documents.is_empty();
        Model {
            system,
            threats,
            excluded: derived.excluded,
            documents,
            skipped: self.snapshot.skipped.clone(),
            scanned,
            coverage,
            attackers: self.attackers,
        }
    }
}

/// The threats of a model. An assumption that is known to be wrong stands in for no control.
fn derive_threats(system: &System, rules: &RuleSet, as_of: Date) -> Derived {
    if system.assumptions.iter().all(|it| it.status != Status::Absent) {
        return cairn_threats::derive_all(system, rules, as_of);
    }
    let mut holding = system.clone();
    holding.assumptions.retain(|it| it.status != Status::Absent);
    cairn_threats::derive_all(&holding, rules, as_of)
}

impl Model {
    /// The model under a change of what was merged, its threats derived anew.
    pub(crate) fn changed(&self, rules: &RuleSet, decisions: &Decisions, change: &Change, as_of: Date) -> Self {
        let system = change.applied(&self.system);
        let derived = derive_threats(&system, rules, as_of);
        let mut threats = derived.threats;
        decisions::mark(&mut threats, &system, decisions, as_of, &mut Vec::new());
        Self {
            system,
            threats,
            excluded: derived.excluded,
            documents: Vec::new(),
            skipped: Vec::new(),
            scanned: self.scanned,
            coverage: self.coverage.clone(),
            attackers: self.attackers.clone(),
        }
    }
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
    let snapshot = workspace.snapshot().await?;
    let mut not_understood: Vec<_> = kept_not_understood(&snapshot).into_values().flatten().collect();
    not_understood.sort();
    not_understood.dedup();
    Ok(LeftOut { skipped: snapshot.skipped.clone(), not_understood })
}

/// The rules in force: those built in, then the project's, then the workspace's own, then those given for this run. A later
/// rule replaces an earlier one of its id. What the settings say of rules is done last.
pub fn rules(workspace: &Workspace) -> Result<RuleSet, EngineError> {
    let rules = match workspace.past() {
        Some(past) => with_folders(ground::rules(&past.inputs)?, &workspace.rules_for_this_run())?,
        None => rules_of(&workspace.rules_folders())?,
    };
    rules
        .changed(&workspace.settings().rules)
        .map_err(|reason| EngineError::Settings { path: workspace.settings_file(), reason })
}

/// The rules that are built in and those of these folders, a later one before an earlier one.
pub fn rules_of(folders: &[PathBuf]) -> Result<RuleSet, EngineError> {
    with_folders(RuleSet::built_in(), folders)
}

fn with_folders(mut rules: RuleSet, folders: &[PathBuf]) -> Result<RuleSet, EngineError> {
    for folder in folders {
        let files = world::read_rules(folder)?;
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        rules = rules
            .with(&files)
            .map_err(|errors| EngineError::Rules { path: folder.clone(), reason: first_of(&errors) })?;
    }
    Ok(rules)
}

/// The first mistake with its place, and how many more there are.
pub(crate) fn first_of(errors: &[RuleError]) -> String {
    let Some(first) = errors.first() else { return "no reason was given".to_owned() };
    let more = errors.len() - 1;
    let place = format!("{}:{}:{}: {}", first.file, first.line, first.column, first.message);
    let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
    let hint = first.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    format!("{place}{more}\n{}{hint}", first.shown_line())
}

/// All documents and claims: those that were scanned, and those that were imported.
pub(crate) fn evidence(workspace: &Workspace, snapshot: &Snapshot) -> Result<(Vec<Document>, Vec<Claim>), EngineError> {
    with_imports(workspace, snapshot, documents(snapshot))
}

fn with_imports(
    workspace: &Workspace,
    snapshot: &Snapshot,
    mut documents: Vec<Document>,
) -> Result<(Vec<Document>, Vec<Claim>), EngineError> {
    let files = match workspace.past() {
        Some(past) => ground::imported(&past.inputs),
        None => import::files(workspace)?,
    };
    let (models, imported) = import::kept(&files, &documents);
    documents.extend(models);
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    Ok((documents, snapshot.claims().cloned().chain(imported).collect()))
}

/// The documents of the store with their structure, which is taken over where `other` has the same document.
fn documents_beside(snapshot: &Snapshot, other: &Basis) -> Vec<Document> {
    let kept: BTreeMap<&str, &StoredDocument> =
        other.snapshot.documents.iter().map(|it| (it.path.as_str(), it)).collect();
    let read: BTreeMap<&str, &Document> = other.documents.iter().map(|it| (it.path.as_str(), it)).collect();
    let taken_over = |stored: &StoredDocument| {
        let same = kept.get(stored.path.as_str()).is_some_and(|kept| **kept == *stored);
        let read = read.get(stored.path.as_str()).filter(|_| same);
        read.map_or_else(|| document(stored), |read| Some((*read).clone()))
    };
    snapshot.documents.par_iter().filter_map(taken_over).collect()
}

/// The documents of the store with their structure, which is read again from their text.
pub(crate) fn documents(snapshot: &Snapshot) -> Vec<Document> {
    snapshot.documents.par_iter().filter_map(document).collect()
}

/// One of them.
pub(crate) fn document(stored: &StoredDocument) -> Option<Document> {
    // What was read once is not measured again: a limit that was lowered since counts from the next scan on.
    let limits = Limits { document_bytes_max: usize::MAX };
    let read = cairn_ingest::read(&stored.path, stored.text.as_bytes(), limits).ok()?;
    Some(Document { revision: stored.revision.clone(), modified: stored.modified, ..read })
}
