//! Which elements of the model a question names: by name or other name, in any spelling, a slip or two allowed.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{ElementId, NormalName};

use crate::lexicon::Lexicon;
use crate::query::{Kind, Records};
use crate::words::{Vocabulary, Word};

/// Names of more words are not looked for.
const NAME_WORDS_MAX: usize = 6;

/// Shorter names are not taken for slips of each other.
const MISSPELT_LETTERS_MIN: usize = 5;

/// Names this long may have two slips.
const TWO_SLIPS_LETTERS_MIN: usize = 9;

/// The names of the model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    by_name: BTreeMap<String, Vec<Named>>,
}

/// An element under one of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) kind: Kind,
    pub(crate) id: ElementId,
    /// What it is usually called.
    pub(crate) name: String,
}

/// An element that a question names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Index of the first word of the name in the question, and one past the last.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// What may be meant; parts come before data of the same name.
    pub(crate) elements: Vec<Named>,
    /// The name as the model has it, where it was not typed so.
    pub(crate) corrected: Option<String>,
}

impl Names {
    pub(crate) fn of(records: &Records) -> Self {
        let mut by_name: BTreeMap<String, Vec<Named>> = BTreeMap::new();
        let kinds = [Kind::Component, Kind::Boundary, Kind::Data, Kind::Endpoint];
        for record in records.all().iter().filter(|it| kinds.contains(&it.kind)) {
            let named = Named { kind: record.kind, id: record.id.clone(), name: record.label.clone() };
            let names: BTreeSet<NormalName> =
                std::iter::once(&record.label).chain(&record.aliases).map(|it| NormalName::of(it)).collect();
            for name in names.into_iter().filter(|it| !it.is_empty()) {
                by_name.entry(name.as_str().to_owned()).or_default().push(named.clone());
            }
        }
        Self { by_name }
    }

    /// The elements that `question` names, longest names first, no word in two of them; in the order of the question.
    pub(crate) fn mentions(&self, question: &str, words: &[Word], vocabulary: &Vocabulary) -> Vec<Mention> {
        let mut found: Vec<Mention> = Vec::new();
        let is_free =
            |found: &[Mention], first: usize, end: usize| found.iter().all(|it| end <= it.first || it.end <= first);
        for length in (1..=NAME_WORDS_MAX.min(words.len())).rev() {
            for first in 0..=words.len() - length {
                let end = first + length;
                let (Some(from), Some(to)) = (words.get(first), words.get(end - 1)) else { continue };
                let text = question.get(from.start..to.end).unwrap_or_default();
                let is_name = is_free(&found, first, end) && !(length == 1 && Lexicon::shipped().ignores(&from.form));
                if let Some(elements) = self.by_name.get(NormalName::of(text).as_str()).filter(|_| is_name) {
                    found.push(Mention { first, end, elements: elements.clone(), corrected: None });
                }
            }
        }
        for length in [2, 1] {
            for first in 0..(words.len() + 1).saturating_sub(length) {
                let end = first + length;
                let (Some(from), Some(to)) = (words.get(first), words.get(end - 1)) else { continue };
                let of_texts =
                    |word: &Word| vocabulary.number(&word.stem).is_some() || Lexicon::shipped().ignores(&word.form);
                let is_strange = words.get(first..end).is_some_and(|it| it.iter().any(|word| !of_texts(word)));
                if !is_strange || !is_free(&found, first, end) {
                    continue;
                }
                let text = question.get(from.start..to.end).unwrap_or_default();
                if let Some((name, elements)) = self.misspelt(NormalName::of(text).as_str()) {
                    let corrected = elements.first().map_or(name, |it| &it.name).to_owned();
                    found.push(Mention { first, end, elements: elements.to_vec(), corrected: Some(corrected) });
                }
            }
        }
        found.sort_by_key(|it| it.first);
        found
    }

    fn misspelt(&self, typed: &str) -> Option<(&str, &[Named])> {
        let letters = typed.chars().count();
        if letters < MISSPELT_LETTERS_MIN {
            return None;
        }
        let slips_max = if letters >= TWO_SLIPS_LETTERS_MIN { 2 } else { 1 };
        let near = self.by_name.iter().filter(|(name, _)| name.chars().count().abs_diff(letters) <= slips_max);
        let scored = near.map(|(name, elements)| (strsim::osa_distance(typed, name), name, elements));
        let (_, name, elements) = scored.filter(|(slips, _, _)| *slips <= slips_max).min_by_key(|it| (it.0, it.1))?;
        Some((name, elements))
    }
}
