//! Where a query's words stand in a passage.

use cairn_model::Span;
use tantivy::tokenizer::Token;

use crate::parse::{Wanted, letters_off};
use crate::tokenizer::{is_part, words};

/// The ranges of the document in which `text`, which stands at `span`, has wanted words and phrases; in order, none touching
/// another.
pub(crate) fn highlights(text: &str, span: Span, wanted: &Wanted) -> Vec<Span> {
    let words = words(text);
    let mut found: Vec<Span> =
        words.iter().filter(|word| is_wanted(&word.text, wanted)).map(|word| covered(word, word)).collect();
    let parts: Vec<Token> = words.into_iter().filter(is_part).collect();
    for phrase in &wanted.phrases {
        let occurrences = parts.windows(phrase.len()).filter(|window| window.iter().map(|part| &part.text).eq(phrase));
        found.extend(occurrences.filter_map(|window| Some(covered(window.first()?, window.last()?))));
    }
    let in_document = merged(found).into_iter();
    in_document.map(|found| Span::new(span.start + found.start, span.start + found.end)).collect()
}

fn is_wanted(word: &str, wanted: &Wanted) -> bool {
    let is_near = |typed: &String| strsim::osa_distance(typed, word) <= usize::from(letters_off(typed));
    wanted.words.contains(word)
        || wanted.prefixes.iter().any(|prefix| word.starts_with(prefix.as_str()))
        || wanted.fuzzy.iter().any(is_near)
}

fn covered(first: &Token, last: &Token) -> Span {
    Span::new(first.offset_from, last.offset_to)
}

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => merged.push(span),
        }
    }
    merged
}
