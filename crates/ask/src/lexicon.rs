//! The words of questions as data (`config/questions/words.toml`): what is passed over, and what is used for what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::words;

static SHIPPED: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("../../../config/questions/words.toml"))
        .expect("the shipped words are checked by the tests")
});

/// A phrase as the stems of its words.
pub(crate) type Phrase = Vec<String>;

/// What words of questions are good for.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    ignored: BTreeSet<String>,
    groups: Vec<Vec<Phrase>>,
    /// The groups of each phrase.
    of_phrase: BTreeMap<Phrase, Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ignored: Vec<String>,
    groups: Vec<Vec<String>>,
}

impl Lexicon {
    pub(crate) fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let phrase = |text: &String| -> Phrase { words(text).into_iter().map(|word| word.stem).collect() };
        let groups: Vec<Vec<Phrase>> = file.groups.iter().map(|group| group.iter().map(phrase).collect()).collect();
        let mut of_phrase: BTreeMap<Phrase, Vec<usize>> = BTreeMap::new();
        for (number, group) in groups.iter().enumerate() {
            for phrase in group {
                of_phrase.entry(phrase.clone()).or_default().push(number);
            }
        }
        Ok(Self { ignored: file.ignored.into_iter().collect(), groups, of_phrase })
    }

    /// Whether a word in lower case says nothing of what is asked about.
    pub(crate) fn ignores(&self, form: &str) -> bool {
        self.ignored.contains(form)
    }

    /// What is used for this phrase, without itself.
    pub(crate) fn others(&self, phrase: &[String]) -> BTreeSet<&Phrase> {
        let groups = self.of_phrase.get(phrase).into_iter().flatten().filter_map(|at| self.groups.get(*at));
        groups.flatten().filter(|it| it.as_slice() != phrase).collect()
    }

    /// Whether any group has this phrase.
    pub(crate) fn knows(&self, phrase: &[String]) -> bool {
        self.of_phrase.contains_key(phrase)
    }
}
