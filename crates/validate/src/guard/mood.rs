//! How a text speaks of something: whether it denies it, plans it, takes it for granted or calls it outdated.

use super::cues::{cues, has_negation, is_denied, words};

/// How a text speaks. Made of the same words as the guard over claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, and any may meet any")]
pub struct Mood {
    /// It denies: an odd number of negations.
    pub denies: bool,
    /// It has a negation, whatever becomes of it.
    pub has_negation: bool,
    /// It speaks of what will be.
    pub plans: bool,
    /// It takes something for granted.
    pub assumes: bool,
    /// It speaks of what is on its way out.
    pub retires: bool,
}

/// How `text` speaks.
pub fn mood(text: &str) -> Mood {
    let words = words(text);
    let has = |list: &str| cues().list(list).occurs_in(&words);
    // The name of a status is a word for it in rows of the model.
    let is = |status: &str| words.iter().any(|word| word == status);
    Mood {
        denies: is_denied(&words) != is("absent"),
        has_negation: has_negation(&words) || is("absent"),
        plans: has("planned"),
        assumes: has("assumed"),
        retires: has("deprecated"),
    }
}
