//! What a plan rests on beside its documents, in a form that is kept: so that a corpus of which a few documents change is planned
//! again from these alone.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Document;
use cairn_structured::Siblings;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Plan, Spoken, Unit, has_sentences, unit_key};

/// What the documents of a corpus have in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Census {
    /// What they offer as names.
    pub(crate) names: cairn_prose::Census,
    /// The paths that the reading of a document depends on beside its own, whether or not there is something; of those that
    /// depend on any.
    pub(crate) references: BTreeMap<String, Vec<String>>,
}

/// A plan for an edit of a corpus.
#[derive(Debug)]
pub struct Replan {
    /// The units of the documents that came; those of documents in which none of the names may stand are what they were.
    pub plan: Plan,
    /// The names of which something else is known now than before.
    pub names: BTreeSet<String>,
}

/// The plan after the documents `gone` were taken out of the corpus that `census` is of, and `come` were put in: a changed document
/// is among both. None where the edit reaches others by more than names, so that the corpus must be planned as a whole.
pub fn replan(census: &Census, gone: &[Document], come: &[Document]) -> Option<Replan> {
    let touched: BTreeSet<&str> = gone.iter().chain(come).map(|document| document.path.as_str()).collect();
    let is_read_elsewhere = census.references.values().flatten().any(|path| touched.contains(path.as_str()));
    if is_read_elsewhere {
        return None;
    }
    let mut after = census.clone();
    after.references.retain(|path, _| !touched.contains(path.as_str()));
    for document in gone.iter().filter(|it| has_sentences(it)) {
        after.names.take_out(&cairn_prose::survey(document));
    }
    after.names = after.names.with(names(come));
    let lexicon = after.names.lexicon();
    let names = census.names.lexicon().differing(&lexicon)?;
    let plan = Plan { units: Vec::new(), spoken: Vec::new(), census: after, lexicon };
    Some(Replan { plan: plan.with(come)?, names })
}

impl Plan {
    /// The plan with further documents of the same corpus, which follow those that it has. None where one of them refers to others.
    #[must_use]
    pub fn with(mut self, documents: &[Document]) -> Option<Self> {
        let siblings = Siblings::of(documents);
        let refers = |document: &Document| {
            self.census.references.contains_key(&document.path)
                || !cairn_structured::references(document, &siblings).is_empty()
        };
        if documents.iter().any(refers) {
            return None;
        }
        let first = self.units.len();
        let planned: Vec<(Unit, Spoken)> = documents
            .par_iter()
            .enumerate()
            .map(|(index, document)| {
                let (key, spoken) = unit_key(document, documents, &[], &self.lexicon);
                (Unit { key, document: first + index, references: Vec::new() }, spoken)
            })
            .collect();
        for (unit, spoken) in planned {
            self.units.push(unit);
            self.spoken.push(spoken);
        }
        Some(self)
    }
}

/// What the documents offer as names, surveyed side by side: a sum does not depend on how it is added up.
pub(crate) fn names(documents: &[Document]) -> cairn_prose::Census {
    let surveyed = documents.par_iter().filter(|it| has_sentences(it)).map(cairn_prose::survey);
    let add = |mut census: cairn_prose::Census, survey: cairn_prose::Survey| {
        census.add(&survey);
        census
    };
    surveyed.fold(cairn_prose::Census::default, add).reduce(cairn_prose::Census::default, cairn_prose::Census::with)
}
