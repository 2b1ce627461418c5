//! Whether the words of a name or value stand in a text as one thing: in their order and near each other.
//!
//! The same words anywhere in a text say nothing: "the ledger service and the order database" names no order service.

/// So many words may stand between those of a value: "AES-256 with keys of the KMS".
const BETWEEN_MAX: usize = 3;

/// Whether a value stands in `text`: its words in their order, with few others between them.
pub(super) fn stand_in_order(words: &[String], text: &[String]) -> bool {
    stretches(words, text).next().is_some()
}

/// Whether a name stands in `text`: as it is, or as one of several that share a word ("billing and ledger databases").
pub(super) fn stand_as_name(words: &[String], text: &[String]) -> bool {
    let joins = |word: &String| matches!(word.as_str(), "and" | "or");
    stand_together(words, text) || stretches(words, text).any(|stretch| stretch.iter().any(joins))
}

/// The shortest stretches of `text` from the first of `words` to the last.
fn stretches<'a>(words: &'a [String], text: &'a [String]) -> impl Iterator<Item = &'a [String]> {
    (0..text.len()).filter_map(move |start| {
        let (first, rest) = words.split_first()?;
        let window = text.get(start..(start + words.len() + BETWEEN_MAX).min(text.len()))?;
        let (begin, window_rest) = window.split_first()?;
        let mut left = window_rest.iter();
        let is_there = begin == first && rest.iter().all(|word| left.any(|other| other == word));
        is_there.then(|| window.get(..window.len() - left.len())).flatten()
    })
}

/// Whether `words` stand in `text` without any other between them.
pub(super) fn stand_together(words: &[String], text: &[String]) -> bool {
    !words.is_empty() && text.windows(words.len()).any(|window| window == words)
}
