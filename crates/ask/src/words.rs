//! Words of questions and texts: cut at separators and humps, reduced to English stems.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));

/// Longer words are encoded data, which nobody asks for.
const WORD_BYTES_MAX: usize = 60;

/// A word with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// First and last byte but one in the text.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// In lower case.
    pub(crate) form: String,
    pub(crate) stem: String,
}

/// The words of `text`. A number keeps the dots inside.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<usize> = None;
    let mut previous = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, next)| *next);
        let is_dot_in_number = character == '.' && previous.is_ascii_digit() && next.is_ascii_digit();
        // `'s` belongs to nothing, and `isn't` is one word.
        let is_apostrophe = matches!(character, '\'' | '’') && previous.is_alphabetic() && next == 't';
        let belongs = character.is_alphanumeric() || is_dot_in_number || is_apostrophe;
        let begins_hump = character.is_uppercase()
            && (previous.is_lowercase() || (previous.is_uppercase() && next.is_lowercase() && next != 's'));
        if open.is_some() && (!belongs || begins_hump) {
            words.extend(open.take().and_then(|start| word(text, start, at)));
        }
        if belongs && open.is_none() {
            open = Some(at);
        }
        previous = character;
    }
    words.extend(open.and_then(|start| word(text, start, text.len())));
    words
}

fn word(text: &str, start: usize, end: usize) -> Option<Word> {
    let form = text.get(start..end).filter(|it| it.len() <= WORD_BYTES_MAX)?.to_lowercase().replace('’', "'");
    let stem = stem(&form);
    Some(Word { start, end, form, stem })
}

/// The stem of a word in lower case.
pub(crate) fn stem(form: &str) -> String {
    STEMMER.stem(form).into_owned()
}

/// Stems by number, so that sets of them are small.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: BTreeMap<String, u32>,
    /// How many units of text each is in.
    counts: Vec<u32>,
    /// Whole words as they stand in texts, by first letter and length: for words that are spelt a little otherwise.
    forms: BTreeMap<(char, usize), BTreeMap<String, u32>>,
}

/// Words of fewer letters are too like each other for any to be a slip of another.
const MISSPELT_LETTERS_MIN: usize = 5;

/// Words of so many letters may have two slips.
const TWO_SLIPS_LETTERS_MIN: usize = 9;

impl Vocabulary {
    pub(crate) fn number(&self, stem: &str) -> Option<u32> {
        self.numbers.get(stem).copied()
    }

    /// The number of a word that stands in a text.
    pub(crate) fn learn(&mut self, word: &Word) -> u32 {
        let letters = word.form.chars().count();
        if let Some(first) = word.form.chars().next().filter(|it| it.is_alphabetic() && letters >= MISSPELT_LETTERS_MIN)
        {
            let seen = self.forms.entry((first, letters)).or_default();
            match seen.get_mut(&word.form) {
                Some(count) => *count += 1,
                None => _ = seen.insert(word.form.clone(), 1),
            }
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(word.stem.clone()).or_insert(next)
    }

    /// Counts a unit of text that has these stems, each given once.
    pub(crate) fn count(&mut self, stems: &[u32]) {
        self.counts.resize(self.numbers.len(), 0);
        for stem in stems {
            if let Some(count) = self.counts.get_mut(*stem as usize) {
                *count += 1;
            }
        }
    }

    /// How many units of text have the stem.
    pub(crate) fn spread(&self, stem: u32) -> u32 {
        self.counts.get(stem as usize).copied().unwrap_or_default()
    }

    /// A word of the texts that differs from `form` by a slip or two; of several the most frequent.
    pub(crate) fn misspelt(&self, form: &str) -> Option<String> {
        let letters = form.chars().count();
        let first = form.chars().next().filter(|it| it.is_alphabetic())?;
        if letters < MISSPELT_LETTERS_MIN {
            return None;
        }
        let slips_max = if letters >= TWO_SLIPS_LETTERS_MIN { 2 } else { 1 };
        let near = (letters.saturating_sub(slips_max)..=letters + slips_max)
            .filter_map(|length| self.forms.get(&(first, length)))
            .flatten()
            .map(|(known, count)| (strsim::osa_distance(form, known), std::cmp::Reverse(*count), known));
        near.filter(|(slips, _, _)| *slips > 0 && *slips <= slips_max).min().map(|(_, _, known)| known.clone())
    }
}
