//! A score for every entry of the index, or none for those that are no answer.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

/// By segment, then by entry.
#[derive(Clone)]
pub(crate) struct Board(Vec<Vec<Option<f64>>>);

impl Board {
    /// A board on which no entry is an answer.
    pub(crate) fn empty(searcher: &Searcher) -> Self {
        Self(searcher.segment_readers().iter().map(|segment| vec![None; segment.max_doc() as usize]).collect())
    }

    /// A board on which every entry that was not dropped is an answer.
    pub(crate) fn full(searcher: &Searcher) -> Self {
        let mut board = Self::empty(searcher);
        for (cells, segment) in board.0.iter_mut().zip(searcher.segment_readers()) {
            for (entry, cell) in cells.iter_mut().enumerate() {
                *cell = DocId::try_from(entry).ok().filter(|entry| !segment.is_deleted(*entry)).map(|_| 0.0);
            }
        }
        board
    }

    /// Makes the entries that `matches` names answers, and adds its scores `weight` times.
    pub(crate) fn add(&mut self, matches: &[SegmentMatches], weight: f64) {
        for segment in matches {
            let Some(cells) = self.0.get_mut(segment.ordinal as usize) else { continue };
            for (entry, score) in &segment.entries {
                if let Some(cell) = cells.get_mut(*entry as usize) {
                    *cell = Some(cell.unwrap_or_default() + weight * f64::from(*score));
                }
            }
        }
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
        let mut answers = Vec::new();
        for (segment, cells) in (0..).zip(&self.0) {
            let scores =
                (0..).zip(cells).filter_map(|(entry, score)| Some(((*score)?, DocAddress::new(segment, entry))));
            answers.extend(scores);
        }
        let Some(last) = limit.checked_sub(1) else { return Vec::new() };
        if last < answers.len() {
            let (_, (worst, _), _) =
                answers.select_nth_unstable_by(last, |(left, _), (right, _)| right.total_cmp(left));
            let worst = *worst;
            answers.retain(|(score, _)| *score >= worst);
        }
        answers.sort_by(|(left, _), (right, _)| right.total_cmp(left));
        answers
    }
}

/// What one query matches in one segment.
pub(crate) struct SegmentMatches {
    ordinal: SegmentOrdinal,
    entries: Vec<(DocId, Score)>,
}

/// Collects everything that a query matches, with scores.
///
/// Scores are added up on the [`Board`] and not by the search library, because the order in which it adds floating-point
/// numbers depends on how the entries lie in their segments.
pub(crate) struct AllMatches;

impl Collector for AllMatches {
    type Fruit = Vec<SegmentMatches>;
    type Child = SegmentMatches;

    fn for_segment(&self, ordinal: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<SegmentMatches> {
        Ok(SegmentMatches { ordinal, entries: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<SegmentMatches>) -> tantivy::Result<Vec<SegmentMatches>> {
        Ok(segments)
    }
}

impl SegmentCollector for SegmentMatches {
    type Fruit = Self;

    fn collect(&mut self, entry: DocId, score: Score) {
        self.entries.push((entry, score));
    }

    fn harvest(self) -> Self {
        self
    }
}
