//! All surveys of a corpus added up: what its names are weighed by.
//!
//! A sum can be kept, and what one document gave to it can be taken out again. So when a document changes, two documents are
//! surveyed (what it was and what it is) and not the corpus; the lexicon that follows is the one of a survey of all.

use std::collections::BTreeMap;

use cairn_model::NormalName;
use serde::{Deserialize, Serialize};

use crate::survey::{Survey, Tally};

/// What the documents of a corpus offer together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Census {
    /// By the text of the normal name.
    pub(crate) names: BTreeMap<String, Tally>,
    /// Short forms and long forms by the document that defines them: the first document's counts.
    pub(crate) acronyms: BTreeMap<String, BTreeMap<String, String>>,
    /// By question, how many documents ask it.
    pub(crate) questions: BTreeMap<String, u32>,
}

impl Census {
    /// The sum of surveys, each of another document. Their order does not count.
    pub fn of<'s>(surveys: impl IntoIterator<Item = &'s Survey>) -> Self {
        let mut census = Self::default();
        for survey in surveys {
            census.add(survey);
        }
        census
    }

    /// Adds what a document offers.
    pub fn add(&mut self, survey: &Survey) {
        for (name, tally) in &survey.names {
            self.tally(name).add(tally);
        }
        if !survey.acronyms.is_empty() {
            self.acronyms.insert(survey.path.clone(), survey.acronyms.clone());
        }
        for question in &survey.questions {
            *self.questions.entry(question.clone()).or_default() += 1;
        }
    }

    /// Takes out what a document offered that was added before.
    pub fn take_out(&mut self, survey: &Survey) {
        for (name, tally) in &survey.names {
            let kept = self.tally(name);
            kept.take_out(tally);
            if kept.documents == 0 {
                self.names.remove(name.as_str());
            }
        }
        self.acronyms.remove(&survey.path);
        for question in &survey.questions {
            if let Some(documents) = self.questions.get_mut(question) {
                *documents = documents.saturating_sub(1);
            }
        }
        self.questions.retain(|_, documents| *documents > 0);
    }

    /// Adds another sum over other documents.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        if self.names.len() < other.names.len() {
            return other.with(self);
        }
        for (name, tally) in other.names {
            match self.names.get_mut(&name) {
                Some(kept) => kept.add_sum(&tally),
                None => drop(self.names.insert(name, tally)),
            }
        }
        self.acronyms.extend(other.acronyms);
        for (question, documents) in other.questions {
            *self.questions.entry(question).or_default() += documents;
        }
        self
    }

    fn tally(&mut self, name: &NormalName) -> &mut Tally {
        self.names.entry(name.as_str().to_owned()).or_default()
    }
}
