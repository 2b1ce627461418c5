//! What sort of part a component is and what sort of data a data set is, as far as its name or its quote tells.
//!
//! A model knows from elsewhere what things usually are. What counts is what stands there: the head of the name ("… queue"), a
//! product, or a word for it in the quote. Where the name tells by itself, the quote's other words are about other things.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cairn_model::{Classification, ComponentType, Term, name_words};

use super::cues::cues;
use super::evidence::Evidence;
use super::order::stand_together;

/// Whether the name, its technology or its quote shows a component to be of this type.
pub(super) fn shows_type(wanted: ComponentType, name: &str, technology: Option<&str>, evidence: &Evidence) -> bool {
    let natures = natures();
    let own = [name_words(name), technology.map(name_words).unwrap_or_default()];
    let told: Vec<ComponentType> = own.iter().flat_map(|words| natures.types.of(words)).collect();
    // Whose it is, its own name does not tell: a payment service may be a third party's.
    let is_elsewhere = matches!(wanted, ComponentType::External | ComponentType::Actor);
    if told.contains(&wanted) {
        return true;
    }
    (told.is_empty() || is_elsewhere) && evidence.texts().any(|words| natures.types.has(wanted, words))
}

/// Whether the name or its quote shows data to be of this class.
pub(super) fn shows_class(wanted: Classification, name: &str, evidence: &Evidence) -> bool {
    let natures = natures();
    let told = natures.classes.of(&name_words(name));
    told.contains(&wanted)
        || evidence.speaks_of(cues().list(&format!("class_{}", wanted.as_str())))
        || told.is_empty() && evidence.texts().any(|words| natures.classes.has(wanted, words))
}

struct Natures {
    types: Phrases<ComponentType>,
    classes: Phrases<Classification>,
}

/// Phrases by what they show a thing to be, as the words of names.
struct Phrases<T>(BTreeMap<T, Vec<Vec<String>>>);

impl<T: Term> Phrases<T> {
    /// The lists of the lexicon files whose names are terms; the others are about other questions.
    fn read(files: &[&str]) -> Self {
        let mut phrases: BTreeMap<T, Vec<Vec<String>>> = BTreeMap::new();
        for file in files {
            let lists: toml::Table = file.parse().expect("the lexicon is valid, as the tests of this crate show");
            for (name, list) in &lists {
                let Some(term) = T::parse(name) else { continue };
                let texts = list.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
                phrases.entry(term).or_default().extend(texts.map(name_words));
            }
        }
        Self(phrases)
    }

    /// What `words` show.
    fn of(&self, words: &[String]) -> Vec<T> {
        self.0.keys().copied().filter(|term| self.has(*term, words)).collect()
    }

    fn has(&self, term: T, words: &[String]) -> bool {
        self.0.get(&term).is_some_and(|phrases| phrases.iter().any(|phrase| stand_together(phrase, words)))
    }
}

fn natures() -> &'static Natures {
    static NATURES: OnceLock<Natures> = OnceLock::new();
    NATURES.get_or_init(|| Natures {
        types: Phrases::read(&[
            include_str!("../../../../config/lexicon/component_types.toml"),
            include_str!("../../../../config/lexicon/products.toml"),
        ]),
        classes: Phrases::read(&[include_str!("../../../../config/lexicon/data.toml")]),
    })
}
