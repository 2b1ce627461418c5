//! Words that say what a quote speaks of: the lists of `config/lexicon/`, matched over words.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cairn_model::{ControlType, Term as _};
use serde::Deserialize;

/// Lists of cues by name.
pub(super) struct Cues {
    lists: BTreeMap<String, List>,
    controls: BTreeMap<ControlType, List>,
}

/// Phrases, any of which is a cue.
#[derive(Default)]
pub(super) struct List(Vec<Vec<Word>>);

struct Word {
    text: String,
    /// Whether it may go on.
    is_stem: bool,
}

#[derive(Deserialize)]
struct Family {
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
}

#[derive(Deserialize)]
struct Statuses {
    planned: Vec<String>,
    absent: Vec<String>,
    assumed: Vec<String>,
    deprecated: Vec<String>,
    protective: Vec<String>,
}

/// Prefixes and endings that deny by themselves, so that no list can hold all of their words.
const DENYING_STARTS: [&str; 6] = ["unauthenticat", "unencrypt", "unprotect", "unrestrict", "unvalidat", "unsigned"];
const DENYING_ENDS: [&str; 2] = ["n't", "less"];

/// The cues, read once.
pub(super) fn cues() -> &'static Cues {
    static CUES: OnceLock<Cues> = OnceLock::new();
    CUES.get_or_init(|| {
        let valid = "the lexicon is valid, as the tests of this crate show";
        let mut lists: BTreeMap<String, List> =
            toml::from_str::<BTreeMap<String, Vec<String>>>(include_str!("../../../../config/lexicon/guards.toml"))
                .expect(valid)
                .into_iter()
                .map(|(name, phrases)| (name, List::of(&phrases)))
                .collect();
        let status: Statuses = toml::from_str(include_str!("../../../../config/lexicon/status.toml")).expect(valid);
        for (name, phrases) in [
            ("planned", status.planned),
            ("absent", status.absent),
            ("assumed", status.assumed),
            ("deprecated", status.deprecated),
            ("protective", status.protective),
        ] {
            lists.insert(name.to_owned(), List::of(&phrases));
        }
        let families: BTreeMap<String, Family> =
            toml::from_str(include_str!("../../../../config/lexicon/controls.toml")).expect(valid);
        let controls = families
            .into_iter()
            .filter_map(|(name, family)| {
                Some((ControlType::parse(&name)?, List::of(&[family.strong, family.weak].concat())))
            })
            .collect();
        Cues { lists, controls }
    })
}

impl Cues {
    /// The list of this name.
    pub(super) fn list(&self, name: &str) -> &List {
        self.lists.get(name).expect("the lists that the guard asks for are in the lexicon")
    }

    /// Whether any family of controls has a word there.
    pub(super) fn speak_of_any_control(&self, words: &[String]) -> bool {
        self.controls.values().any(|list| list.occurs_in(words))
    }

    /// The words of a family of controls.
    pub(super) fn control(&self, family: ControlType) -> Option<&List> {
        self.controls.get(&family)
    }
}

impl List {
    fn of(phrases: &[String]) -> Self {
        let word = |text: &str| Word { text: text.trim_end_matches('*').to_owned(), is_stem: text.ends_with('*') };
        let phrase = |phrase: &String| words_with_stars(phrase).iter().map(|it| word(it)).collect::<Vec<_>>();
        Self(phrases.iter().map(phrase).filter(|phrase| !phrase.is_empty()).collect())
    }

    /// Whether any phrase stands in `words`.
    pub(super) fn occurs_in(&self, words: &[String]) -> bool {
        self.0.iter().any(|phrase| positions(phrase, words).next().is_some())
    }

    /// How many words begin a phrase.
    fn count_in(&self, words: &[String]) -> usize {
        (0..words.len()).filter(|at| self.0.iter().any(|phrase| stands_at(phrase, words, *at))).count()
    }

    /// The words without those of any phrase.
    fn taken_out_of(&self, words: &[String]) -> Vec<String> {
        let mut left = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            if let Some(phrase) = self.0.iter().find(|phrase| stands_at(phrase, words, at)) {
                at += phrase.len();
            } else {
                left.push(word.clone());
                at += 1;
            }
        }
        left
    }
}

/// Whether `words` deny something: an odd number of negations, those left out that protect ("never logged").
pub(super) fn is_denied(words: &[String]) -> bool {
    negations(words) % 2 == 1
}

/// Whether there is any negation in `words`.
pub(super) fn has_negation(words: &[String]) -> bool {
    cues().list("absent").occurs_in(words) || words.iter().any(|word| denies_by_itself(word))
}

fn negations(words: &[String]) -> usize {
    let words = cues().list("protective").taken_out_of(words);
    let by_list = cues().list("absent").count_in(&words);
    // A word of the list is not counted twice.
    let others: Vec<String> = cues().list("absent").taken_out_of(&words);
    by_list + others.iter().filter(|word| denies_by_itself(word)).count()
}

fn denies_by_itself(word: &str) -> bool {
    DENYING_STARTS.iter().any(|start| word.starts_with(start))
        || DENYING_ENDS.iter().any(|end| word.ends_with(end) && word.len() > end.len() + 2 && word != "unless")
}

/// Words in lower case; an apostrophe belongs to its word, a question mark is one.
pub(super) fn words(text: &str) -> Vec<String> {
    split(text, |c| c.is_alphanumeric() || c == '\'')
}

fn words_with_stars(text: &str) -> Vec<String> {
    split(text, |c| c.is_alphanumeric() || c == '\'' || c == '*')
}

fn split(text: &str, is_part: impl Fn(char) -> bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let c = if c == '\u{2019}' { '\'' } else { c };
        if is_part(c) {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c == '?' {
            words.push("?".to_owned());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn positions<'a>(phrase: &'a [Word], words: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    (0..words.len()).filter(move |at| stands_at(phrase, words, *at))
}

fn stands_at(phrase: &[Word], words: &[String], at: usize) -> bool {
    let Some(here) = words.get(at..at + phrase.len()) else { return false };
    phrase.iter().zip(here).all(|(cue, word)| if cue.is_stem { word.starts_with(&cue.text) } else { *word == cue.text })
}
