//! The names of the corpus: which candidates of the surveys are components, and where they are mentioned.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{ComponentType, Document, NormalName, content_hash, name_words};

use crate::census::Census;
use crate::line::{Line, slice};
use crate::spoken::{Spoken, number};
use crate::survey::{Survey, Tally, folded_question};
use crate::token::{Token, sentences, tokens};
use crate::weights::{Weights, features};
use crate::word_table::WordSet;

/// The names of the corpus: gathered over all documents before any relation is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lexicon {
    entities: Vec<Entity>,
    /// By the text of the normal name.
    by_name: BTreeMap<String, usize>,
    /// Normal forms of the first words of all names: most words of a text begin none.
    first_words: WordSet,
    /// Questions that several documents ask in the same words.
    form_questions: BTreeSet<String>,
}

/// A component that the corpus names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entity {
    /// The most usual spelling.
    pub(crate) name: String,
    pub(crate) component_type: Option<ComponentType>,
    /// Short forms that a text defines.
    pub(crate) aliases: Vec<String>,
}

/// A name in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Index of the first and last token.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Index of the entity.
    pub(crate) entity: usize,
}

/// Most words of a name.
const NAME_WORDS_MAX: usize = 5;
/// A question that so many documents ask in the same words belongs to the form they were written on.
const FORM_DOCUMENTS_MIN: u32 = 3;

/// Merges the surveys of the documents.
pub fn gather(surveys: &[Survey]) -> Lexicon {
    Census::of(surveys).lexicon()
}

impl Census {
    /// The names that the documents agree on.
    pub fn lexicon(&self) -> Lexicon {
        let weights = Weights::built_in();
        let mut lexicon = Lexicon::default();
        for (name, tally) in &self.names {
            let Some(surface) = tally.surface() else { continue };
            if tally.is_enumerated() || weights.accept(&features(tally, &surface)) {
                lexicon.insert(name, surface, tally);
            }
        }
        for (short, long) in self.acronyms.values().flatten() {
            lexicon.alias(short, long);
        }
        let repeated = self.questions.iter().filter(|(_, documents)| **documents >= FORM_DOCUMENTS_MIN);
        lexicon.form_questions.extend(repeated.map(|(question, _)| question.clone()));
        lexicon
    }
}

/// Digest of the part of the lexicon that can influence the reading of `document`: the names that occur in it.
pub fn context_digest(document: &Document, lexicon: &Lexicon) -> String {
    context(document, lexicon).0
}

/// As [`context_digest`], with the words of the document beside it.
pub fn context(document: &Document, lexicon: &Lexicon) -> (String, Spoken) {
    let (mut seen, mut forms, mut spoken) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for line in document.blocks.iter().flat_map(|block| &block.cells).map(|cell| Line::of(cell, &document.text)) {
        let keys = keys_of(&tokens(&line, 0, line.text.len()), &line.text);
        seen.extend(lexicon.mentions_among(&keys).into_iter().map(|mention| mention.entity));
        spoken.extend(keys.iter().filter(|key| !key.is_empty()).map(|key| number(key)));
        let asked =
            sentences(&line).into_iter().filter_map(|(start, end)| folded_question(slice(&line.text, start, end)));
        forms.extend(asked.filter(|question| lexicon.form_questions.contains(question)));
    }
    let names = seen.into_iter().filter_map(|index| lexicon.entities.get(index)).map(|entity| format!("{entity:?}"));
    let parts: Vec<String> = names.chain(forms).collect();
    (content_hash(&parts.iter().map(String::as_str).collect::<Vec<_>>()), Spoken::of(spoken))
}

impl Lexicon {
    /// The names of which the two know something different, so that only documents in which one of them may stand read otherwise.
    /// None where more differs than names.
    pub fn differing(&self, other: &Self) -> Option<BTreeSet<String>> {
        if self.form_questions != other.form_questions {
            return None;
        }
        let known = |lexicon: &Self, name: &String| {
            lexicon.by_name.get(name).and_then(|index| lexicon.entities.get(*index)).cloned()
        };
        let names: BTreeSet<&String> = self.by_name.keys().chain(other.by_name.keys()).collect();
        let differing = names.into_iter().filter(|name| known(self, name) != known(other, name)).cloned();
        // Where a name may begin with a word now with which none began.
        let begin = self.first_words.words().filter(|word| !other.first_words.contains(word));
        let begin = begin.chain(other.first_words.words().filter(|word| !self.first_words.contains(word)));
        Some(differing.chain(begin.map(str::to_owned)).collect())
    }

    /// The entity at `index`.
    pub(crate) fn entity(&self, index: usize) -> Option<&Entity> {
        self.entities.get(index)
    }

    /// The entity of this very name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(NormalName::of(name).as_str()).copied()
    }

    /// Whether several documents ask this in the same words.
    pub(crate) fn is_form_question(&self, sentence: &str) -> bool {
        folded_question(sentence).is_some_and(|question| self.form_questions.contains(&question))
    }

    /// The longest names in `tokens` from left to right.
    pub(crate) fn mentions(&self, tokens: &[Token], text: &str) -> Vec<Mention> {
        self.mentions_among(&keys_of(tokens, text))
    }

    /// The same by the normal forms of the tokens.
    fn mentions_among(&self, keys: &[String]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < keys.len() {
            match self.longest_at(keys, at) {
                Some((last, entity)) => {
                    mentions.push(Mention { first: at, last, entity });
                    at = last + 1;
                }
                None => at += 1,
            }
        }
        mentions
    }

    fn longest_at(&self, keys: &[String], at: usize) -> Option<(usize, usize)> {
        if !self.first_words.contains(keys.get(at)?) {
            return None;
        }
        let mut joined = String::new();
        let mut best = None;
        for (last, key) in keys.iter().enumerate().skip(at).take(NAME_WORDS_MAX) {
            if key.is_empty() {
                break;
            }
            joined.push_str(key);
            if let Some(entity) = self.by_name.get(&joined) {
                best = Some((last, *entity));
            }
        }
        best
    }

    fn insert(&mut self, name: &str, surface: String, tally: &Tally) {
        for word in tally.surfaces.keys().filter_map(|surface| first_word(surface)) {
            self.first_words.insert(word, ());
        }
        self.by_name.insert(name.to_owned(), self.entities.len());
        self.entities.push(Entity { name: surface, component_type: tally.component_type(), aliases: Vec::new() });
    }

    fn alias(&mut self, short: &str, long: &str) {
        let (Some(entity), None) = (self.find(long), self.find(short)) else { return };
        self.by_name.insert(NormalName::of(short).as_str().to_owned(), entity);
        if let Some(word) = first_word(short) {
            self.first_words.insert(word, ());
        }
        if let Some(entity) = self.entities.get_mut(entity) {
            entity.aliases.push(short.to_owned());
        }
    }
}

fn keys_of(tokens: &[Token], text: &str) -> Vec<String> {
    tokens.iter().map(|token| key_of(token, text)).collect()
}

/// The normal form of a single token; empty for marks and articles, which no name spans.
fn key_of(token: &Token, text: &str) -> String {
    if token.mark || token.lower.len() > 60 {
        return String::new();
    }
    let plain = token.lower.bytes().all(|byte| byte.is_ascii_lowercase());
    let humps = token.capital || slice(text, token.start, token.end).bytes().any(|byte| byte.is_ascii_uppercase());
    if plain && !humps {
        if matches!(token.lower.as_str(), "the" | "a" | "an") {
            return String::new();
        }
        let strips = token.lower.len() > 3 && token.lower.ends_with('s') && !token.lower.ends_with("ss");
        return slice(&token.lower, 0, token.lower.len() - usize::from(strips)).to_owned();
    }
    name_words(slice(text, token.start, token.end).trim_end_matches("'s").trim_end_matches("’s")).concat()
}

fn first_word(surface: &str) -> Option<String> {
    surface.split_whitespace().map(|word| name_words(word).concat()).find(|word| !word.is_empty())
}
