//! From the tokens that were found to the slice that is cited: with the marks that belong to its first and last word, and
//! with the punctuation that the quote has too.

use cairn_model::Span;

use super::characters::{is_markup, plain_mark};
use super::projection::Group;
use super::search::Tokens;

/// Marks farther than this from the first or last word belong to something else.
const REACH_CHARS_MAX: usize = 64;

/// The span to cite for the tokens `first` to `last` of `source`.
pub(super) fn cited_span(source: Tokens<'_>, first: usize, last: usize, quote: Tokens<'_>) -> Option<Span> {
    let tokens = &source.projection.tokens;
    let words = Span::new(tokens.get(first)?.span.start, tokens.get(last)?.span.end);
    let previous = first.checked_sub(1).and_then(|place| tokens.get(place));
    let before = previous.map_or(0, |token| token.span.end);
    // An image's `!` is no word that the bracket could belong to.
    let reaches_edge = previous.is_none_or(|token| token.group != 0);
    let (head, tail) = outer_marks(quote)?;

    let gap = source.text.get(before..words.start)?;
    let start = words.start - reach(gap.char_indices().rev().map(|(_, c)| c), head, reaches_edge, is_opening);
    let (inner, after) = match closing_target(source, start, words.end) {
        Some(target) => (target.span.end, tokens.get(target.end)),
        None => (words.end, tokens.get(last + 1)),
    };
    let after = after.map_or(source.text.len(), |token| token.span.start);
    let gap = source.text.get(inner..after)?;
    let end = inner + reach(gap.chars(), tail, after == source.text.len(), is_closing);
    Some(Span::new(start, end))
}

/// The quote's marks before its first token, the nearest first, and after its last.
fn outer_marks(quote: Tokens<'_>) -> Option<(Vec<char>, Vec<char>)> {
    let tokens = &quote.projection.tokens;
    let marks =
        |c: char| std::iter::repeat_n(plain_mark(c), if c == '…' { 3 } else { usize::from(!c.is_whitespace()) });
    let head = quote.text.get(..tokens.first()?.span.start)?.chars().rev().flat_map(marks).collect();
    let tail = quote.text.get(tokens.last()?.span.end..)?.chars().flat_map(marks).collect();
    Some((head, tail))
}

/// How many bytes of `gap`, walked away from the word, belong to it: marks that the quote has in the same order, and marks
/// that touch the word when `touching` takes them. What touches another word too (`reaches_edge` says that there is none)
/// stays between them.
fn reach(gap: impl Iterator<Item = char>, wanted: Vec<char>, reaches_edge: bool, touching: fn(char) -> bool) -> usize {
    let mut wanted = wanted.into_iter().peekable();
    let (mut walked, mut asked, mut attached) = (0, 0, 0);
    let mut touches = true;
    for c in gap.take(REACH_CHARS_MAX) {
        walked += c.len_utf8();
        if c.is_whitespace() {
            touches = false;
            continue;
        }
        if wanted.next_if_eq(&plain_mark(c)).is_some() {
            asked = walked;
            if touches {
                attached = walked;
            }
        } else if touches && touching(c) {
            attached = walked;
        } else if touches || !is_markup(c) {
            return asked.max(attached);
        }
    }
    if touches && !reaches_edge { asked } else { asked.max(attached) }
}

fn is_opening(c: char) -> bool {
    is_markup(c) && c != ']'
}

fn is_closing(c: char) -> bool {
    is_markup(c) || matches!(c, '.' | ',' | ';' | ':' | '?')
}

/// The target of the link whose text ends with the word that ends at `words_end`, when the link begins in the citation.
fn closing_target(source: Tokens<'_>, start: usize, words_end: usize) -> Option<Group> {
    let groups = &source.projection.groups;
    let next = groups.get(groups.partition_point(|group| group.span.start < words_end))?;
    let between = source.text.get(words_end..next.span.start)?;
    let closes = next.opener.is_some_and(|opener| start <= opener) && between.chars().all(is_closing);
    closes.then_some(*next)
}
