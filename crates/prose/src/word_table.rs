//! A table of words that is asked for every word of every text.
//!
//! Words fall into buckets by length and first letter, so that a question for a word that is not there, which is the usual one,
//! is answered without comparing texts. An ordered map compares ten texts each time, and took a quarter of all reading.

use serde::{Deserialize, Deserializer};

const LENGTHS: usize = 32;
const LETTERS: usize = 32;

/// Words and what is known of each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WordTable<V> {
    buckets: Vec<Vec<(Box<str>, V)>>,
}

/// A set of words.
pub(crate) type WordSet = WordTable<()>;

impl<V> Default for WordTable<V> {
    fn default() -> Self {
        Self { buckets: (0..LENGTHS * LETTERS).map(|_| Vec::new()).collect() }
    }
}

impl<V> WordTable<V> {
    /// What is known of `word`.
    pub(crate) fn get(&self, word: &str) -> Option<&V> {
        self.buckets.get(bucket(word))?.iter().find(|(known, _)| **known == *word).map(|(_, value)| value)
    }

    /// All words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.buckets.iter().flatten().map(|(word, _)| &**word)
    }

    /// Adds a word, unless it is there.
    pub(crate) fn insert(&mut self, word: String, value: V) {
        if self.contains(&word) {
            return;
        }
        if let Some(bucket) = self.buckets.get_mut(bucket(&word)) {
            bucket.push((word.into_boxed_str(), value));
        }
    }

    /// Whether `word` is in the table.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }
}

impl<V> FromIterator<(String, V)> for WordTable<V> {
    /// Of a word that comes twice the first is kept.
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut table = Self::default();
        for (word, value) in words {
            table.insert(word, value);
        }
        table
    }
}

impl FromIterator<String> for WordSet {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        words.into_iter().map(|word| (word, ())).collect()
    }
}

impl<'de> Deserialize<'de> for WordSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<String>::deserialize(deserializer)?.into_iter().collect())
    }
}

fn bucket(word: &str) -> usize {
    let first = word.bytes().next().map_or(0, |byte| usize::from(byte) % LETTERS);
    word.len().min(LENGTHS - 1) * LETTERS + first
}
