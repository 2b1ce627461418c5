//! Everyday words by what they can be in a sentence (`config/lexicon/words.toml`).

use std::sync::OnceLock;

use serde::Deserialize;

use crate::terms::parse;
use crate::verbs::{Form, verbs};
use crate::word_table::WordSet;

#[derive(Deserialize)]
struct Words {
    determiners: WordSet,
    functions: WordSet,
    adjectives: WordSet,
    auxiliaries: WordSet,
    verbs: WordSet,
    imperatives: WordSet,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| parse("words", include_str!("../../../config/lexicon/words.toml")))
}

/// Whether `lower` opens a noun phrase.
pub(crate) fn is_determiner(lower: &str) -> bool {
    words().determiners.contains(lower)
}

/// Whether `lower` can be no part of a name: function words, and adjectives that say nothing of which one is meant.
pub(crate) fn is_stop(lower: &str) -> bool {
    is_determiner(lower) || words().functions.contains(lower) || words().adjectives.contains(lower)
}

/// Whether `lower` is an auxiliary or modal.
pub(crate) fn is_auxiliary(lower: &str) -> bool {
    words().auxiliaries.contains(lower)
}

/// Whether `lower` is a form of "to be", as before a passive.
pub(crate) fn is_be(lower: &str) -> bool {
    matches!(lower, "is" | "are" | "was" | "were" | "be" | "been" | "being" | "gets" | "get" | "isn't" | "aren't")
}

/// Whether `lower` can only be a verb here: auxiliaries, and everyday verbs that no frame has.
pub(crate) fn is_verb(lower: &str) -> bool {
    is_auxiliary(lower)
        || words().verbs.contains(lower)
        || verbs().get(lower).is_some_and(|verb| verb.form != Form::Base)
}

/// Whether `lower` opens an instruction to the reader.
pub(crate) fn is_imperative(lower: &str) -> bool {
    words().imperatives.contains(lower)
}
