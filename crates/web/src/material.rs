//! What most pages are made of: a model with its threats and documents, ready to be looked up in.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use cairn_model::{AttackPath, Citation, Document, DocumentId, ElementId, System, Threat, ThreatStatus};
use cairn_report::Labels;

/// A model with its threats and documents.
#[derive(Debug)]
pub struct Material<'m> {
    /// The merged model.
    pub system: &'m System,
    /// What the rules derive from it.
    pub threats: &'m [Threat],
    /// The ways of attack.
    pub paths: &'m [AttackPath],
    /// What people call the elements.
    pub labels: &'m Labels,
    documents: BTreeMap<&'m DocumentId, &'m Document>,
    /// Made when the first is looked for; many pages look for none, and lists look for hundreds.
    threats_by_id: OnceCell<BTreeMap<&'m str, &'m Threat>>,
}

impl<'m> Material<'m> {
    /// Brings together what belongs together.
    pub fn new(
        system: &'m System,
        threats: &'m [Threat],
        paths: &'m [AttackPath],
        documents: &'m [Document],
        labels: &'m Labels,
    ) -> Self {
        let documents = documents.iter().map(|document| (&document.id, document)).collect();
        Self { system, threats, paths, labels, documents, threats_by_id: OnceCell::new() }
    }

    /// The document of this id.
    pub fn document(&self, id: &DocumentId) -> Option<&'m Document> {
        self.documents.get(id).copied()
    }

    /// The documents, by id.
    pub fn documents(&self) -> impl Iterator<Item = &'m Document> {
        self.documents.values().copied()
    }

    /// The path of a document, or its id where it is not among those read.
    pub fn path<'a>(&'a self, id: &'a DocumentId) -> &'a str {
        self.documents.get(id).map_or(id.as_str(), |document| document.path.as_str())
    }

    /// Document and line of a citation, as people say it.
    pub(crate) fn place(&self, citation: &Citation) -> String {
        format!("{}:{}", self.path(&citation.document), citation.line)
    }

    /// The threat of this id.
    pub fn threat(&self, id: &str) -> Option<&'m Threat> {
        let by_id = || self.threats.iter().map(|threat| (threat.id.as_str(), threat)).collect();
        self.threats_by_id.get_or_init(by_id).get(id).copied()
    }

    /// What people call an element, a threat or a path.
    pub(crate) fn label<'a>(&'a self, id: &'a ElementId) -> &'a str {
        match self.labels.find(id.as_str()) {
            Some(label) => label,
            None => self.threat(id.as_str()).map_or(id.as_str(), |threat| threat.title.as_str()),
        }
    }

    /// The threats about an element.
    pub(crate) fn threats_about<'a>(&'a self, id: &'a ElementId) -> impl Iterator<Item = &'m Threat> + 'a {
        self.threats.iter().filter(move |threat| threat.subject == *id || threat.about.contains(id))
    }
}

/// How many threats wait for a decision.
pub fn pressing(threats: &[Threat]) -> usize {
    threats.iter().filter(|it| is_pressing(it)).count()
}

/// Whether somebody has to do something about a threat: nothing answers it, and nobody decided.
pub(crate) fn is_pressing(threat: &Threat) -> bool {
    use ThreatStatus::{AcceptanceExpired, Disputed, Open};
    let is_ruled = threat.ruling.as_ref().is_some_and(|ruling| ruling.in_force);
    matches!(threat.status, Open | Disputed | AcceptanceExpired) && !is_ruled
}
