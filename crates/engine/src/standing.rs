//! Where things stand at some moment, ready to be compared: the present, a revision, or any list of files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cairn_diff::{Changes, KnownClaim, ReachedGoal, State};
use cairn_ingest::Limits;
use cairn_model::{Date, Document, DocumentId, ElementId, digest};
use cairn_paths::Attackers;
use cairn_store::{ClaimUnit, Inputs, Snapshot};

use crate::ground::{self, InputKind};
use crate::scan::to_stored;
use crate::{DECISIONS_FILE, EngineError, Model, Workspace, claims, model};

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
    let inputs = match workspace.past() {
        Some(past) => past.inputs.clone(),
        None => ground::inputs(workspace)?,
    };
    let known = claims(workspace).await?.verified.into_iter().map(|claim| KnownClaim {
        id: claim.id,
        statement: claim.statement,
        status: claim.status,
        evidence: claim.evidence,
        extractor: claim.extractor,
    });
    Ok(Standing {
        model: model(workspace, as_of).await?,
        claims: known.collect(),
        as_of,
        engine: inputs.into_iter().map(|(name, text)| (name, digest(text.as_bytes()))).collect(),
        decided: DocumentId::of_path(DECISIONS_FILE),
        known_before: BTreeSet::new(),
        reached: Vec::new(),
    })
}

impl Standing {
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

    fn state(&self) -> State<'_> {
        State {
            documents: &self.model.documents,
            claims: &self.claims,
            system: &self.model.system,
            threats: &self.model.threats,
            engine: &self.engine,
            decided: Some(&self.decided),
            known_before: &self.known_before,
            reached: &self.reached,
            as_of: self.as_of,
        }
    }
}

/// What is otherwise in `after` than in `before`.
pub fn changes(before: &Standing, after: &Standing) -> Changes {
    cairn_diff::diff(&before.state(), &after.state())
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
