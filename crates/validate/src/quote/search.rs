//! Where a quote's tokens stand in a text's tokens: in order, without gaps but for the groups that may be left out.

use super::characters::fold_word;
use super::projection::{Projection, Token};

/// Groups left out one right after another; more is not formatting.
const SKIPS_MAX: usize = 16;
/// Token comparisons spent on one quote before it counts as not found; far beyond what texts need that nobody built to
/// wear the search out.
const STEPS_MAX: usize = 4_000_000;

/// A text's tokens by key, for finding the rarest token of a quote without reading the text.
#[derive(Clone, Debug)]
pub(super) struct TokenIndex {
    /// Key and place of every token, sorted.
    postings: Vec<(u64, usize)>,
}

impl TokenIndex {
    pub(super) fn of(projection: &Projection) -> Self {
        let mut postings: Vec<(u64, usize)> =
            projection.tokens.iter().enumerate().map(|(place, token)| (token.key, place)).collect();
        postings.sort_unstable();
        Self { postings }
    }

    fn places(&self, key: u64) -> &[(u64, usize)] {
        let from = self.postings.partition_point(|(other, _)| *other < key);
        let rest = self.postings.get(from..).unwrap_or_default();
        let length = rest.partition_point(|(other, _)| *other == key);
        rest.get(..length).unwrap_or_default()
    }
}

/// A text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) projection: &'a Projection,
}

/// The places of the first and the last token of the occurrence of `quote` nearest to byte `at`, or of the first.
pub(super) fn find(
    source: Tokens<'_>,
    index: &TokenIndex,
    quote: Tokens<'_>,
    at: Option<usize>,
) -> Option<(usize, usize)> {
    let rare = |token: &Token| index.places(token.key).len();
    let (anchor, token) = quote.projection.tokens.iter().enumerate().min_by_key(|(_, token)| rare(token))?;
    let mut search = Search { source, quote, steps: 0, states: Vec::new(), next: Vec::new() };
    let mut best: Option<(usize, (usize, usize))> = None;
    for (_, place) in index.places(token.key) {
        let Some(found) = search.around(anchor, *place) else {
            if search.steps > STEPS_MAX {
                break;
            }
            continue;
        };
        let Some(wanted) = at else { return Some(found) };
        let start = source.projection.tokens.get(found.0)?.span.start;
        let distance = start.abs_diff(wanted);
        if best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, found));
        }
    }
    best.map(|(_, found)| found)
}

struct Search<'a> {
    source: Tokens<'a>,
    quote: Tokens<'a>,
    steps: usize,
    states: Vec<usize>,
    next: Vec<usize>,
}

impl Search<'_> {
    /// The occurrence in which the quote's token `anchor` is the source's token `place`.
    fn around(&mut self, anchor: usize, place: usize) -> Option<(usize, usize)> {
        let tokens = &self.quote.projection.tokens;
        if !self.same(tokens.get(anchor)?, place) {
            return None;
        }
        let end = self.forward(tokens.get(anchor + 1..)?, place + 1)?;
        let start = self.backward(tokens.get(..anchor)?, place)?;
        Some((start, end.checked_sub(1)?))
    }

    /// One past the last token when `wanted` begins at `from`.
    fn forward(&mut self, wanted: &[Token], from: usize) -> Option<usize> {
        self.start_at(from);
        for token in wanted {
            for state in 0..self.states.len() {
                let mut place = *self.states.get(state)?;
                for _ in 0..=SKIPS_MAX {
                    if self.same(token, place) {
                        self.reach(place + 1);
                    }
                    let source = self.source.projection;
                    let Some(group) = source.tokens.get(place).and_then(|token| source.group_of(token)) else { break };
                    if group.first != place {
                        break;
                    }
                    place = group.end;
                }
            }
            self.advance()?;
        }
        self.states.iter().copied().min()
    }

    /// The first token when `wanted` ends before `to`.
    fn backward(&mut self, wanted: &[Token], to: usize) -> Option<usize> {
        self.start_at(to);
        for token in wanted.iter().rev() {
            for state in 0..self.states.len() {
                let mut end = *self.states.get(state)?;
                for _ in 0..=SKIPS_MAX {
                    let Some(place) = end.checked_sub(1) else { break };
                    if self.same(token, place) {
                        self.reach(place);
                    }
                    let source = self.source.projection;
                    let Some(group) = source.tokens.get(place).and_then(|token| source.group_of(token)) else { break };
                    if group.end != end {
                        break;
                    }
                    end = group.first;
                }
            }
            self.advance()?;
        }
        // A link's text is meant rather than a target that ends with the same words.
        let tokens = &self.source.projection.tokens;
        let is_text = |place: &usize| tokens.get(*place).is_some_and(|token| token.group == 0);
        self.states.iter().copied().max_by_key(|place| (is_text(place), *place))
    }

    fn start_at(&mut self, place: usize) {
        self.states.clear();
        self.states.push(place);
    }

    fn reach(&mut self, place: usize) {
        if !self.next.contains(&place) {
            self.next.push(place);
        }
    }

    fn advance(&mut self) -> Option<()> {
        std::mem::swap(&mut self.states, &mut self.next);
        self.next.clear();
        (!self.states.is_empty() && self.steps <= STEPS_MAX).then_some(())
    }

    /// Whether the source's token `place` is the quote's `token`; keys alone would let two words of one key pass.
    fn same(&mut self, token: &Token, place: usize) -> bool {
        self.steps += 1;
        let Some(other) = self.source.projection.tokens.get(place) else { return false };
        token.key == other.key
            && (!token.is_word() || same_word(written(self.quote, token), written(self.source, other)))
    }
}

fn written<'a>(tokens: Tokens<'a>, token: &Token) -> &'a str {
    token.span.of(tokens.text).unwrap_or_default()
}

fn same_word(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() && one.eq_ignore_ascii_case(other) {
        return true;
    }
    one == other || folded(one) == folded(other)
}

fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_word(word, &mut folded);
    folded
}
