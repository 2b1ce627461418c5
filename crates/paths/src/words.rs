//! The words of `config/paths/words.toml`: how free text in a model is understood.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cairn_model::name_words;
use serde::Deserialize;

/// The lists of words.
pub(crate) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../config/paths/words.toml")).expect("the shipped words are read by every test")
});

/// Words that mean one thing.
pub(crate) type List = BTreeSet<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) actions: Actions,
    pub(crate) flows: Flows,
    pub(crate) names: Names,
    pub(crate) mechanisms: Mechanisms,
    pub(crate) trust: TrustWords,
    pub(crate) irreversible: Table,
    pub(crate) everything: Table,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Actions {
    pub(crate) read: List,
    pub(crate) write: List,
    pub(crate) deny: List,
    pub(crate) administer: List,
    pub(crate) exec: List,
    pub(crate) call: List,
    pub(crate) assume: List,
    pub(crate) decrypt: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flows {
    pub(crate) write: List,
    pub(crate) read: List,
    pub(crate) deploy: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) backup: List,
    pub(crate) repository: List,
    pub(crate) artifact: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mechanisms {
    pub(crate) phishing_resistant: List,
    pub(crate) second_factor: List,
    pub(crate) network_entry: List,
    pub(crate) password: List,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrustWords {
    pub(crate) trusted: List,
    pub(crate) hostile: List,
    pub(crate) denial: List,
}

/// A table with nothing but a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) words: List,
}

/// The words of a text as they are compared: folded as names are, and `*` for itself.
pub(crate) fn of(text: &str) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = name_words(text).into_iter().collect();
    if text.contains('*') {
        words.insert("*".to_owned());
    }
    words
}

/// Whether the text has one of the words. Endings of verbs do not count.
pub(crate) fn has(text: &str, list: &List) -> bool {
    of(text).iter().any(|word| is_one_of(word, list))
}

/// Whether the word, or the verb that it is a form of, is one of the list: a verb without the endings `ed`, `ing`, `d` and `es`, so
/// that one spelling in the list is enough.
pub(crate) fn is_one_of(word: &str, list: &List) -> bool {
    let cut = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 2);
    let is_in = |ending: &str| cut(ending).is_some_and(|stem| list.contains(stem));
    let silent = || cut("ing").is_some_and(|stem| list.contains(&format!("{stem}e")));
    list.contains(word) || ["ed", "ing", "d", "e"].into_iter().any(is_in) || silent()
}
