//! Where things stand at some moment, ready to be compared: the present, a revision, or any list of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cairn_diff::{Changes, KnownClaim, ReachedGoal, State};
use cairn_ingest::Limits;
use cairn_model::{Claim, Date, Document, DocumentId, ElementId, System, digest};
use cairn_paths::{Attackers, Change};
use cairn_store::{ClaimUnit, Inputs, Snapshot};
use cairn_validate::{Checked, Policy, VerifiedClaim};

use crate::decisions::{self, Applied};
use crate::ground::{self, InputKind};
use crate::model::Basis;
use crate::scan::to_stored;
use crate::{DECISIONS_FILE, EngineError, Entry, Model, Workspace};

/// A model with what a comparison needs beside it.
#[derive(Debug)]
pub struct Standing {
    /// The model.
    pub model: Model,
    /// The claims whose quotes hold.
    pub claims: Vec<KnownClaim>,
    /// The day on which it is judged.
    pub as_of: Date,
    /// Digests of what results depend on beside documents.
    engine: BTreeMap<String, String>,
    decided: DocumentId,
    /// Threats that there were in still earlier states.
    known_before: BTreeSet<ElementId>,
    /// The goals that attackers reach, once they were asked for.
    reached: Vec<ReachedGoal>,
}

/// Where things stand in a workspace: as it is, or as what it was made to look at.
pub async fn standing(workspace: &Workspace, as_of: Date) -> Result<Standing, EngineError> {
    Ok(Found::of(workspace, as_of, None).await?.settled())
}

/// Where things stand in two workspaces, each on its day. What both have in common is read and checked once; what comes out is what
/// [`standing`] gives of each.
pub async fn standings(
    before: (&Workspace, Date),
    after: (&Workspace, Date),
) -> Result<(Standing, Standing), EngineError> {
    let first = Found::of(before.0, before.1, None).await?;
    let second = Found::of(after.0, after.1, Some(&first)).await?;
    let is_plain = |found: &Found| found.basis.decisions.document.is_none();
    if !is_plain(&first) || !is_plain(&second) || before.0.settings().trust != after.0.settings().trust {
        return Ok((first.settled(), second.settled()));
    }
    let of_first = first.checked(&first.basis.policy);
    let of_second = of_first.of_other(&second.basis.documents, &second.claims, &second.basis.policy);
    let (left, right) = rayon::join(|| first.merged(&of_first), || second.merged(&of_second));
    drop((of_first, of_second));
    Ok(rayon::join(|| first.derived(left), || second.derived(right)))
}

/// What a standing is made of.
struct Found {
    basis: Basis,
    claims: Vec<Claim>,
    engine: BTreeMap<String, String>,
    as_of: Date,
}

/// Claims merged where nobody decided anything.
type Merged = (Vec<KnownClaim>, System);

impl Found {
    async fn of(workspace: &Workspace, as_of: Date, other: Option<&Self>) -> Result<Self, EngineError> {
        let inputs = match workspace.past() {
            Some(past) => past.inputs.clone(),
            None => ground::inputs(workspace)?,
        };
        let engine = inputs.into_iter().map(|(name, text)| (name, digest(text.as_bytes()))).collect();
        let (claims, basis) = Basis::of(workspace, other.map(|other| &other.basis)).await?;
        Ok(Self { basis, claims, engine, as_of })
    }

    fn settled(self) -> Standing {
        if self.basis.decisions.document.is_none() {
            let merged = self.merged(&self.checked(&self.basis.policy));
            return self.derived(merged);
        }
        let Self { mut basis, claims, engine, as_of } = self;
        let mut of_claims = basis.policy.clone();
        of_claims.rejected.extend(basis.decisions.entries.iter().filter_map(Entry::rejected_claim));
        let known = known(&Checked::new(&basis.documents, &claims, &of_claims));
        let (documents, policy) = (std::mem::take(&mut basis.documents), std::mem::take(&mut basis.policy));
        let applied = decisions::apply(documents, claims, &basis.decisions, policy, as_of);
        Standing::new(basis.model(applied, as_of, &Change::default()), known, as_of, engine)
    }

    fn checked(&self, policy: &Policy) -> Checked<'_> {
        Checked::new(&self.basis.documents, &self.claims, policy)
    }

    fn merged(&self, checked: &Checked<'_>) -> Merged {
        (known(checked), checked.system(&self.basis.documents, &self.basis.policy))
    }

    fn derived(self, (known, system): Merged) -> Standing {
        let Self { mut basis, engine, as_of, .. } = self;
        let documents = std::mem::take(&mut basis.documents);
        let applied = Applied { system, documents, unmatched: Vec::new() };
        Standing::new(basis.model(applied, as_of, &Change::default()), known, as_of, engine)
    }
}

fn known(checked: &Checked<'_>) -> Vec<KnownClaim> {
    let known = |claim: &VerifiedClaim<'_>| KnownClaim {
        id: claim.id(),
        statement: claim.statement.clone(),
        status: claim.status,
        evidence: claim.evidence.clone(),
        extractor: claim.extractor.to_owned(),
    };
    checked.claims().map(known).collect()
}

impl Standing {
    fn new(model: Model, claims: Vec<KnownClaim>, as_of: Date, engine: BTreeMap<String, String>) -> Self {
        let decided = DocumentId::of_path(DECISIONS_FILE);
        Self { model, claims, as_of, engine, decided, known_before: BTreeSet::new(), reached: Vec::new() }
    }

    /// The threats that stood or were answered at this moment: for telling later which of them come back.
    pub fn threats(&self) -> impl Iterator<Item = &ElementId> {
        self.model.threats.iter().map(|threat| &threat.id)
    }

    /// Takes over which threats there were in still earlier states.
    #[must_use]
    pub fn knowing(self, known_before: BTreeSet<ElementId>) -> Self {
        Self { known_before, ..self }
    }

    /// With the goals that attackers reach, so that a comparison tells which they come to and which they are kept from.
    #[must_use]
    pub fn with_goals(self) -> Self {
        let reached = self.model.analysis().losses().into_iter().map(|loss| ReachedGoal {
            attacker: loss.attacker,
            element: loss.element,
            gains: loss.gains,
            is_certain: loss.is_certain,
        });
        Self { reached: reached.collect(), ..self }
    }

    fn state<'a>(&'a self, engine: &'a BTreeMap<String, String>) -> State<'a> {
        State {
            documents: &self.model.documents,
            claims: &self.claims,
            system: &self.model.system,
            threats: &self.model.threats,
            engine,
            decided: Some(&self.decided),
            known_before: &self.known_before,
            reached: &self.reached,
            as_of: self.as_of,
        }
    }
}

/// What is otherwise in `after` than in `before`.
pub fn changes(before: &Standing, after: &Standing) -> Changes {
    let models = (models(&before.claims), models(&after.claims));
    let engine = |standing: &Standing, own: &Models, others: &Models| {
        // That nobody claims anything any more at a prompt is no other prompt, as long as the model is asked at all.
        let is_told = |(prompt, _): &(&String, &BTreeSet<&str>)| others.is_empty() || others.contains_key(*prompt);
        let readers = own.iter().filter(is_told);
        let readers =
            readers.map(|(name, readers)| (name.clone(), readers.iter().copied().collect::<Vec<_>>().join("\n")));
        standing.engine.clone().into_iter().chain(readers).collect::<BTreeMap<_, _>>()
    };
    let engines = (engine(before, &models.0, &models.1), engine(after, &models.1, &models.0));
    cairn_diff::diff(&before.state(&engines.0), &after.state(&engines.1))
}

/// Language models with the versions of their prompts, by the prompt's name as an input.
type Models<'c> = BTreeMap<String, BTreeSet<&'c str>>;

/// Who read the claims for which a language model was asked. It names itself in each claim, and is none of the inputs that are kept.
fn models(claims: &[KnownClaim]) -> Models<'_> {
    let mut models = Models::new();
    for reader in claims.iter().map(|claim| claim.extractor.as_str()).collect::<BTreeSet<_>>() {
        if let Some(prompt) = cairn_extract::prompted::prompt_of(reader) {
            models.entry(ground::version_of(&format!("model {prompt}"))).or_default().insert(reader);
        }
    }
    models
}

/// Files with what counts beside them: a commit of a repository, or a working tree.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The documents: path and bytes.
    pub documents: Vec<(String, Vec<u8>)>,
    /// The text of the settings file, where there is one.
    pub settings: Option<String>,
    /// The text of the file of decisions, where there is one.
    pub decisions: Option<String>,
    /// The project's folders of rules, the first to be heeded first: file name and text.
    pub rules: Vec<Vec<(String, String)>>,
    /// The project's profiles of attackers, the first to be heeded first: file name and text.
    pub attackers: Vec<(String, String)>,
    /// The days on which documents changed, for those that state none; by path.
    pub dates: BTreeMap<String, Date>,
}

impl Workspace {
    /// The workspace as if the files had just been scanned into an empty one with the program's own readers, for this run only.
    /// The store is neither read nor written.
    pub fn of_files(self, files: &Files) -> Result<Self, EngineError> {
        let mut inputs: Inputs = ground::shipped();
        inputs.extend(ground::project_rules(&files.rules));
        let attackers: Vec<(&str, &str)> =
            files.attackers.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let attackers = Attackers::built_in()
            .with(&attackers)
            .map_err(|error| EngineError::Attackers { path: PathBuf::from(&error.file), reason: error.reason })?;
        inputs.extend(ground::of_attackers(&attackers));
        inputs.extend(files.settings.clone().map(|text| (crate::SETTINGS_FILE.to_owned(), text)));
        inputs.extend(files.decisions.clone().map(|text| (DECISIONS_FILE.to_owned(), text)));
        let workspace = self.with_snapshot(Snapshot { inputs, ..Snapshot::default() })?;
        let limits = Limits { document_bytes_max: workspace.settings().max_document_bytes };
        let (mut documents, mut skipped) = (Vec::new(), Vec::new());
        for (path, bytes) in &files.documents {
            match cairn_ingest::read(path, bytes, limits) {
                Ok(document) => {
                    let modified = document.modified.or_else(|| files.dates.get(path).copied());
                    documents.push(Document { modified, ..document });
                }
                Err(reason) => skipped.push(reason),
            }
        }
        documents.sort_by(|one, other| one.path.cmp(&other.path));
        let plan = cairn_extract::plan(&documents);
        let unit = |unit: &cairn_extract::Unit| {
            let document = documents.get(unit.document)?.id.clone();
            Some(ClaimUnit {
                key: unit.key.clone(),
                document,
                claims: cairn_extract::run(&plan, unit, &documents).claims,
            })
        };
        let mut units: Vec<ClaimUnit> = plan.units.iter().filter_map(unit).collect();
        // As the store gives them back.
        units.sort_by(|left, right| (&left.document, &left.key).cmp(&(&right.document, &right.key)));
        skipped.sort();
        let inputs = workspace.past().map(|past| past.inputs.clone()).unwrap_or_default();
        let documents = documents.iter().map(to_stored).collect();
        workspace.with_snapshot(Snapshot { documents, units, skipped, inputs, ..Snapshot::default() })
    }
}

impl Workspace {
    /// The documents of this workspace under the rules, attackers, settings and decisions of another state of it, for this run only: what is
    /// to be judged must not bring its own measure. Also gives the names of what differs and is not heeded.
    pub async fn judged_by(self, trusted: &Self) -> Result<(Self, Vec<String>), EngineError> {
        let own = ground::inputs(&self)?;
        let theirs = match trusted.past() {
            Some(past) => past.inputs.clone(),
            None => ground::inputs(trusted)?,
        };
        let is_measure = |name: &str| !matches!(InputKind::of(name), InputKind::Import | InputKind::Reader);
        let names: BTreeSet<&String> = own.keys().chain(theirs.keys()).filter(|name| is_measure(name)).collect();
        let differing = names.into_iter().filter(|name| own.get(*name) != theirs.get(*name)).cloned().collect();
        let mut inputs: Inputs = own.into_iter().filter(|(name, _)| !is_measure(name)).collect();
        inputs.extend(theirs.into_iter().filter(|(name, _)| is_measure(name)));
        let present = self.snapshot().await?;
        let snapshot = Snapshot { inputs, ..Snapshot::clone(&present) };
        Ok((self.with_snapshot(snapshot)?, differing))
    }

    /// The workspace with nothing in it, for this run only: what everything is compared with that was never looked at.
    pub fn emptied(self) -> Result<Self, EngineError> {
        self.with_snapshot(Snapshot { inputs: ground::shipped(), ..Snapshot::default() })
    }
}
