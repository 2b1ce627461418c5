//! A project at one revision on one day, ready to be read: everything that requests ask for is derived once and then shared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use cairn_engine::{Claims, EngineError, Model, ReadClaim, Settings, Workspace, newest};
use cairn_model::{AttackPath, Date, Document, DocumentId, ElementId, Rejected, Threat, ThreatStatus};
use cairn_report::Labels;
use cairn_threats::RuleSet;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::app::App;
use crate::edge;
use crate::problem::Problem;

/// How often a view is begun again because the project changed while it was made.
const TRIES_MAX: usize = 3;

/// Lists of elements in the export, and what one of them is called.
pub(crate) const ELEMENT_LISTS: [(&str, &str); 12] = [
    ("components", "component"),
    ("boundaries", "boundary"),
    ("flows", "flow"),
    ("data", "data"),
    ("endpoints", "endpoint"),
    ("controls", "control"),
    ("permissions", "permission"),
    ("assumptions", "assumption"),
    ("decisions", "decision"),
    ("accepted_risks", "accepted_risk"),
    ("questions", "question"),
    ("incidents", "incident"),
];

/// A project at one revision on one day.
pub struct View {
    /// The number of the revision; 0 where nothing was ever scanned.
    pub revision: i64,
    /// The day.
    pub as_of: Date,
    /// The model.
    pub model: Model,
    /// The claims whose quotes hold, by id.
    pub claims: Vec<ReadClaim>,
    /// Claims that were turned away.
    pub rejected: Vec<Rejected>,
    /// The elements, by id.
    pub elements: Vec<Element>,
    /// The threats, the most pressing first: what sorts them, and where in the model each stands.
    pub threats: Vec<(String, usize)>,
    /// The questions, by id.
    pub questions: Vec<(ElementId, Asked)>,
    /// What people call elements.
    pub labels: Labels,
    /// The rules in force.
    pub rules: RuleSet,
    /// The settings in force.
    pub settings: Settings,
    /// Where in the model's documents each stands.
    documents: BTreeMap<DocumentId, usize>,
    /// Where in `claims` those stand that quote a document.
    claims_by_document: BTreeMap<DocumentId, Vec<usize>>,
    paths: OnceCell<Vec<AttackPath>>,
}

/// Where in the model a question stands.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// Nobody wrote it down.
    Gap(usize),
    /// A document leaves it open.
    Open(usize),
}

/// An element as the export has it.
pub struct Element {
    /// Its id.
    pub id: String,
    /// What it is: `component`, `flow` …
    pub kind: &'static str,
    /// What people call it.
    pub label: String,
    /// The record of `cairn.model/1`, as text: many are kept and few are asked for.
    record: Box<str>,
}

impl Element {
    /// The record of `cairn.model/1`.
    pub fn record(&self) -> Value {
        serde_json::from_str(&self.record).expect("it was written from a value")
    }
}

impl View {
    /// Derives the view of the workspace in `folder` as it is now.
    pub(crate) async fn make(folder: &Path) -> Result<Self, EngineError> {
        let as_of = edge::today();
        let workspace = Workspace::open(folder).await?;
        let mut before = newest(&workspace).await?;
        let mut tries_left = TRIES_MAX;
        loop {
            let model = cairn_engine::model(&workspace, as_of).await?;
            let claims = cairn_engine::claims(&workspace).await?;
            let after = newest(&workspace).await?;
            // What changes faster than it can be read is shown as it was found; the next view follows.
            tries_left -= 1;
            if before == after || tries_left == 0 {
                let rules = cairn_engine::rules(&workspace)?;
                let settings = workspace.settings().clone();
                return Ok(Self::of(after.map_or(0, |it| it.number), as_of, model, claims, (rules, settings)));
            }
            before = after;
        }
    }

    /// Derives the view of an old revision, on its own day; none where there is no such revision.
    pub(crate) async fn make_at(folder: &Path, number: i64) -> Result<Option<Self>, EngineError> {
        let workspace = Workspace::open(folder).await?;
        let name = cairn_engine::Revision::name(number);
        let Some(revision) = cairn_engine::revision(&workspace, &name).await? else { return Ok(None) };
        let workspace = workspace.at_revision(&revision).await?;
        let model = cairn_engine::model(&workspace, revision.day).await?;
        let claims = cairn_engine::claims(&workspace).await?;
        let inputs = (cairn_engine::rules(&workspace)?, workspace.settings().clone());
        Ok(Some(Self::of(revision.number, revision.day, model, claims, inputs)))
    }

    fn of(revision: i64, as_of: Date, model: Model, claims: Claims, (rules, settings): (RuleSet, Settings)) -> Self {
        let mut rejected = claims.rejected;
        rejected.sort();
        let mut claims = claims.verified;
        claims.sort_by(|one, other| one.id.cmp(&other.id));
        let mut claims_by_document: BTreeMap<DocumentId, Vec<usize>> = BTreeMap::new();
        for (at, claim) in claims.iter().enumerate() {
            let quoted: BTreeSet<&DocumentId> = claim.evidence.iter().map(|it| &it.document).collect();
            for document in quoted {
                claims_by_document.entry(document.clone()).or_default().push(at);
            }
        }
        let labels = Labels::of(&model.system);
        let elements = elements(&model, &labels);
        let documents = model.documents.iter().enumerate().map(|(at, document)| (document.id.clone(), at)).collect();
        let mut threats: Vec<_> = model.threats.iter().enumerate().map(|(at, threat)| (pressing(threat), at)).collect();
        threats.sort();
        let gaps = model.system.gaps.iter().enumerate().map(|(at, gap)| (gap.id.clone(), Asked::Gap(at)));
        let open = model.system.questions.iter().enumerate().map(|(at, it)| (it.id.clone(), Asked::Open(at)));
        let mut questions: Vec<_> = gaps.chain(open).collect();
        questions.sort_by(|one, other| one.0.cmp(&other.0));
        Self {
            revision,
            as_of,
            model,
            claims,
            rejected,
            elements,
            threats,
            questions,
            labels,
            rules,
            settings,
            documents,
            claims_by_document,
            paths: OnceCell::new(),
        }
    }

    /// An element by its id.
    pub fn element(&self, id: &str) -> Option<&Element> {
        let at = self.elements.binary_search_by(|it| it.id.as_str().cmp(id)).ok()?;
        self.elements.get(at)
    }

    /// A claim by its id.
    pub fn claim(&self, id: &str) -> Option<&ReadClaim> {
        let at = self.claims.binary_search_by(|it| it.id.as_str().cmp(id)).ok()?;
        self.claims.get(at)
    }

    /// A threat by its id.
    pub fn threat(&self, id: &str) -> Option<&Threat> {
        self.model.threats.iter().find(|it| it.id.as_str() == id)
    }

    /// A document by its id.
    pub fn document(&self, id: &DocumentId) -> Option<&Document> {
        self.documents.get(id).and_then(|at| self.model.documents.get(*at))
    }

    /// The claims that quote a document.
    pub fn claims_of(&self, document: &DocumentId) -> impl ExactSizeIterator<Item = &ReadClaim> {
        let places = self.claims_by_document.get(document).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|at| self.claims.get(*at).expect("places are those of this list"))
    }

    /// The path of a document.
    pub fn path_of<'a>(&'a self, id: &'a DocumentId) -> &'a str {
        self.document(id).map_or(id.as_str(), |document| &document.path)
    }

    /// The ways of attack, by id. Found when somebody asks for the first time.
    pub(crate) async fn paths(self: &Arc<Self>, app: &App) -> Result<&[AttackPath], Problem> {
        let view = Arc::clone(self);
        let found = self.paths.get_or_try_init(|| async {
            app.compute(move || async move {
                let mut paths = view.model.exported_paths().paths;
                paths.sort_by(|one, other| one.id.cmp(&other.id));
                Ok(paths)
            })
            .await
        });
        Ok(found.await?)
    }
}

/// Sorts threats: by status, then by score, then by id. A text, as a cursor carries it.
fn pressing(threat: &Threat) -> String {
    let rank = ThreatStatus::ALL.iter().position(|it| *it == threat.status).unwrap_or(ThreatStatus::ALL.len());
    format!("{rank:02} {:04} {}", 1000 - threat.score_tenths.min(1000), threat.id)
}

/// The elements of the export, by id.
fn elements(model: &Model, labels: &Labels) -> Vec<Element> {
    let text = cairn_report::json(&model.system, &[]);
    let mut export: BTreeMap<String, Value> = serde_json::from_str(&text).expect("the export is JSON");
    let mut elements = Vec::new();
    for (list, kind) in ELEMENT_LISTS {
        let Some(Value::Array(records)) = export.remove(list) else { continue };
        for record in records {
            let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let label = labels.find(&id).unwrap_or(&id).to_owned();
            elements.push(Element { id, kind, label, record: record.to_string().into() });
        }
    }
    elements.sort_by(|one, other| one.id.cmp(&other.id));
    elements
}
