//! A score for every entry of the index, or none for those that are no answer.

use rayon::prelude::*;
use tantivy::query::Weight;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

/// By segment, then by entry.
#[derive(Clone)]
pub(crate) struct Board(Vec<Vec<Option<f64>>>);

/// A query whose matches become answers, and how much its scores count.
pub(crate) struct Counted {
    pub(crate) query: Box<dyn Weight>,
    pub(crate) factor: f64,
}

/// So many times more answers are gathered than are asked for before the rest is dropped.
const KEPT_FACTOR: usize = 4;
/// So many count as asked for at least.
const KEPT_MIN: usize = 64;

impl Board {
    /// A board on which every entry that was not dropped is an answer.
    pub(crate) fn full(searcher: &Searcher) -> Self {
        let cells = |segment: &SegmentReader| {
            let entries = 0..segment.max_doc();
            entries.map(|entry| (!segment.is_deleted(entry)).then_some(0.0)).collect()
        };
        Self(searcher.segment_readers().iter().map(cells).collect())
    }

    /// A board on which the entries that any of the queries matches are answers, with the sum of its scores.
    ///
    /// Scores are added up here, in the order of `counted`, and not by the search library, because the order in which it adds
    /// floating-point numbers depends on how the entries lie in their segments.
    pub(crate) fn of(searcher: &Searcher, counted: &[Counted]) -> tantivy::Result<Self> {
        let cells = |segment: &SegmentReader| {
            let mut cells: Vec<Option<f64>> = vec![None; segment.max_doc() as usize];
            for Counted { query, factor } in counted {
                query.for_each(segment, &mut |entry: DocId, score: Score| {
                    if let Some(cell) = cells.get_mut(entry as usize).filter(|_| !segment.is_deleted(entry)) {
                        *cell = Some(cell.unwrap_or_default() + factor * f64::from(score));
                    }
                })?;
            }
            Ok(cells)
        };
        Ok(Self(searcher.segment_readers().par_iter().map(cells).collect::<tantivy::Result<_>>()?))
    }

    /// Keeps the answers that `other` has too, with both scores.
    pub(crate) fn require(&mut self, other: &Self) {
        self.combine(other, |mine, other| Some(mine? + other?));
    }

    /// Keeps the answers that `other` does not have.
    pub(crate) fn exclude(&mut self, other: &Self) {
        self.combine(other, |mine, other| mine.filter(|_| other.is_none()));
    }

    /// Adds the scores of `other` where this board has an answer.
    pub(crate) fn enrich(&mut self, other: &Self) {
        self.combine(other, |mine, other| Some(mine? + other.unwrap_or_default()));
    }

    fn combine(&mut self, other: &Self, combined: impl Fn(Option<f64>, Option<f64>) -> Option<f64>) {
        let cells = self.0.iter_mut().flatten().zip(other.0.iter().flatten());
        for (mine, other) in cells {
            *mine = combined(*mine, *other);
        }
    }

    /// Whether this entry is an answer.
    pub(crate) fn has(&self, address: DocAddress) -> bool {
        self.has_entry(address.segment_ord, address.doc_id as usize)
    }

    pub(crate) fn has_entry(&self, segment: SegmentOrdinal, entry: usize) -> bool {
        let cells = self.0.get(segment as usize);
        cells.and_then(|cells| cells.get(entry)).is_some_and(Option::is_some)
    }

    /// The best `limit` answers, best first, and all that tie with the last of them. Equal scores are in no meaningful order.
    pub(crate) fn best(&self, limit: usize) -> Vec<(f64, DocAddress)> {
        let Some(last) = limit.checked_sub(1) else { return Vec::new() };
        let mut answers: Vec<(f64, DocAddress)> = Vec::new();
        let mut worst = f64::NEG_INFINITY;
        for (segment, cells) in (0..).zip(&self.0) {
            for (entry, score) in (0..).zip(cells) {
                let Some(score) = score.filter(|score| *score >= worst) else { continue };
                answers.push((score, DocAddress::new(segment, entry)));
                // Now and then, so that most entries are only compared with the worst one that can still be among the best.
                if answers.len() > KEPT_FACTOR * limit.max(KEPT_MIN) {
                    worst = keep_best(&mut answers, last);
                }
            }
        }
        keep_best(&mut answers, last);
        answers.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        answers
    }
}

/// Keeps the best answers down to place `last` and all that tie with that one, in no order. Gives its score.
fn keep_best(answers: &mut Vec<(f64, DocAddress)>, last: usize) -> f64 {
    if last >= answers.len() {
        return f64::NEG_INFINITY;
    }
    let (_, (worst, _), _) = answers.select_nth_unstable_by(last, |(left, _), (right, _)| right.total_cmp(left));
    let worst = *worst;
    answers.retain(|(score, _)| *score >= worst);
    worst
}
