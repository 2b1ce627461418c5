//! Threats on whole systems: how many there are for what the documents say, and which of those that people named they cover.
//!
//! A known threat is *covered* when a threat of ours cites bytes of one of its passages, has one of its STRIDE categories and is about its
//! element or data that this holds. It is *asked* when only a question meets it: a threat whose status nobody has settled, or a question of the
//! documents that cites the passage. Where a known threat names an element by words that name nothing in the model, the element
//! cannot be compared, and the other two decide.

use std::collections::BTreeSet;
use std::path::Path;

use cairn_engine::import::claims_of;
use cairn_model::{Citation, Date, Document, ElementId, NormalName, System, Threat, ThreatStatus};
use cairn_threats::{RuleSet, derive, group};
use serde::Deserialize;

use crate::EvalError;
use crate::files::{read_json_lines, read_text};
use crate::gold::Place;
use crate::reading::documents;

/// The file with the known threats of a gold folder, and the one with the claims.
const THREATS_FILE: &str = "threats.jsonl";
const CLAIMS_FILE: &str = "gold.jsonl";

/// Figures of one system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreatCounts {
    /// Components.
    pub components: usize,
    /// Threats.
    pub threats: usize,
    /// Causes, each a group of threats.
    pub causes: usize,
    /// Threats whose status a document decides.
    pub decided: usize,
    /// Threats of each status, in the order of [`ThreatStatus::ALL`].
    pub statuses: Vec<usize>,
}

impl ThreatCounts {
    /// Counts the threats of a model.
    pub fn of(system: &System, threats: &[Threat]) -> Self {
        let all: Vec<&Threat> = threats.iter().collect();
        let of = |status: ThreatStatus| threats.iter().filter(|threat| threat.status == status).count();
        Self {
            components: system.components.len(),
            threats: threats.len(),
            causes: group(&all).len(),
            decided: threats.len() - of(ThreatStatus::Unverified),
            statuses: ThreatStatus::ALL.into_iter().map(of).collect(),
        }
    }
}

/// A threat that people named.
#[derive(Clone, Debug, Deserialize)]
pub struct KnownThreat {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// STRIDE letters, `/` between them.
    pub stride: String,
    /// The element, in words.
    #[serde(rename = "where")]
    pub element: String,
    evidence: Vec<KnownPassage>,
}

#[derive(Clone, Debug, Deserialize)]
struct KnownPassage {
    document: String,
    quote: String,
}

/// What became of a known threat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// A threat of ours says it.
    Threat,
    /// Only a question of ours meets it.
    Question,
    /// Something of ours cites the passage, under another category or element.
    Passage,
    /// Nothing.
    Nothing,
}

impl Cover {
    /// All, best first.
    pub const ALL: [Self; 4] = [Self::Threat, Self::Question, Self::Passage, Self::Nothing];

    /// The name used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Threat => "covered",
            Self::Question => "asked",
            Self::Passage => "cited otherwise",
            Self::Nothing => "nothing",
        }
    }
}

/// A known threat with what became of it.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The threat.
    pub known: KnownThreat,
    /// What became of it.
    pub cover: Cover,
    /// The rules of ours that meet it.
    pub rules: Vec<String>,
}

/// A model to look for threats in, with its documents.
#[derive(Debug)]
pub struct Judged {
    documents: Vec<Document>,
    /// The model.
    pub system: System,
    /// What the rules derive from it.
    pub threats: Vec<Threat>,
}

impl Judged {
    /// The model of the gold claims in `gold`, as they are, over the documents in `docs`.
    pub fn of_gold(gold: &Path, docs: &Path, rules: &RuleSet, as_of: Date) -> Result<Self, EvalError> {
        let documents = documents(docs)?;
        let paths: BTreeSet<&str> = documents.iter().map(|document| document.path.as_str()).collect();
        let claims = claims_of("gold", &read_text(&gold.join(CLAIMS_FILE))?, &paths).claims;
        let system = cairn_validate::validate(&documents, &claims);
        Ok(Self::new(documents, system, rules, as_of))
    }

    /// A model with what the rules derive from it.
    pub fn new(documents: Vec<Document>, system: System, rules: &RuleSet, as_of: Date) -> Self {
        let threats = derive(&system, rules, as_of);
        Self { documents, system, threats }
    }

    /// What becomes of the known threats of a gold folder.
    pub fn cover(&self, gold: &Path) -> Result<Vec<Covered>, EvalError> {
        let known: Vec<KnownThreat> = read_json_lines(&gold.join(THREATS_FILE))?;
        Ok(known.into_iter().map(|known| self.cover_one(known)).collect())
    }

    fn cover_one(&self, known: KnownThreat) -> Covered {
        let places = self.places(&known);
        let elements = self.elements(&known.element);
        let letters: Vec<&str> = known.stride.split('/').map(str::trim).collect();
        let mut cover = Cover::Nothing;
        let mut rules = BTreeSet::new();
        for threat in &self.threats {
            let citations = threat.explanation.iter().flat_map(|premise| &premise.evidence);
            if !citations.into_iter().any(|citation| self.is_at(citation, &places)) {
                continue;
            }
            let is_named = elements.is_empty()
                || threat.about.iter().chain([&threat.subject]).any(|element| elements.contains(element));
            let is_meant = is_named && threat.stride.iter().any(|category| letters.contains(&category.letter()));
            let found = match threat.status {
                _ if !is_meant => Cover::Passage,
                ThreatStatus::Unverified => Cover::Question,
                _ => Cover::Threat,
            };
            if found <= Cover::Question {
                rules.insert(threat.rule.clone());
            }
            cover = cover.min(found);
        }
        let asked = self.system.questions.iter().flat_map(|question| &question.evidence);
        if asked.into_iter().any(|citation| self.is_at(citation, &places)) {
            cover = cover.min(Cover::Question);
        }
        Covered { known, cover, rules: rules.into_iter().collect() }
    }

    fn places(&self, known: &KnownThreat) -> Vec<Place> {
        let mut places = Vec::new();
        for passage in &known.evidence {
            let document = self.documents.iter().find(|document| document.path == passage.document);
            let Some(document) = document else { continue };
            let starts = document.text.match_indices(&passage.quote).map(|(start, _)| start);
            let end = passage.quote.len();
            places.extend(starts.map(|start| Place { path: passage.document.clone(), start, end: start + end }));
        }
        places
    }

    fn is_at(&self, citation: &Citation, places: &[Place]) -> bool {
        let document = self.documents.iter().find(|document| document.id == citation.document);
        document.is_some_and(|document| {
            let span = citation.span;
            places.iter().any(|it| it.path == document.path && span.start < it.end && it.start < span.end)
        })
    }

    /// The elements that the words name: components with the data that they hold, boundaries, and data.
    fn elements(&self, words: &str) -> BTreeSet<ElementId> {
        let words = words.replace(" to ", ",").replace('/', ",");
        let wanted: Vec<NormalName> = words.split(',').map(NormalName::of).collect();
        let mut found = BTreeSet::new();
        for component in &self.system.components {
            let mut names = component.aliases.iter().chain([&component.name]);
            if names.any(|name| wanted.contains(&NormalName::of(name))) {
                found.insert(component.id.clone());
            }
        }
        let held = self.system.data.iter().filter(|it| it.handled_by.iter().any(|by| found.contains(&by.component)));
        let held: Vec<ElementId> = held.map(|it| it.id.clone()).collect();
        found.extend(held);
        let others = self.system.boundaries.iter().map(|it| (&it.id, &it.name));
        let others = others.chain(self.system.data.iter().map(|it| (&it.id, &it.name)));
        found.extend(others.filter(|(_, name)| wanted.contains(&NormalName::of(name))).map(|(id, _)| id.clone()));
        found
    }
}
