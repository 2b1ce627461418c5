//! From a query to ranked hits.
//!
//! Every word is looked up in every field; a passage's score is the weighted sum of its BM25 scores. The sum runs in the order
//! of the words and fields over [`Statistics`] of the passages alone, and equal scores are ordered by path and place, so an
//! answer does not show in which updates the passages came.

use std::collections::BTreeSet;

use tantivy::query::{ConstScoreQuery, PhraseQuery, Query as TantivyQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use crate::board::{AllMatches, Board, SegmentMatches};
use crate::fields::Fields;
use crate::highlight::highlights;
use crate::parse::{Wanted, parse};
use crate::statistics::{Lengths, Statistics};
use crate::{Hit, Query};

/// What a match in a heading counts, beside 1 in the text.
const HEADING_WEIGHT: f64 = 2.0;
/// What a match in the document's title and first words counts.
const OPENING_WEIGHT: f64 = 0.25;

pub(crate) fn search(
    searcher: &Searcher,
    lengths: &Lengths,
    fields: &Fields,
    query: &Query,
) -> tantivy::Result<Vec<Hit>> {
    let wanted = parse(query);
    let search = Search { searcher, statistics: Statistics::new(searcher, lengths), fields };
    let answers = search.answers(&wanted)?;
    search.best(&answers, query.limit, &wanted)
}

struct Search<'a> {
    searcher: &'a Searcher,
    statistics: Statistics<'a>,
    fields: &'a Fields,
}

impl Search<'_> {
    fn answers(&self, wanted: &Wanted) -> tantivy::Result<Board> {
        let mut answers = if wanted.is_filter_only() { Board::full(self.searcher) } else { self.matching(wanted)? };
        for phrase in &wanted.excluded {
            answers.exclude(&self.phrase(phrase)?);
        }
        if !wanted.source_types.is_empty() {
            let names = wanted.source_types.iter().map(|source_type| source_type.as_str());
            answers.require(&self.any_of(self.fields.source_type, names)?);
        }
        if !wanted.folders.is_empty() {
            let folders = wanted.folders.iter().map(String::as_str);
            answers.require(&self.any_of(self.fields.folder, folders)?);
        }
        Ok(answers)
    }

    /// The passages that have all phrases or, without phrases, any word.
    fn matching(&self, wanted: &Wanted) -> tantivy::Result<Board> {
        let words = self.words(&wanted.words)?;
        let mut phrases = wanted.phrases.iter();
        let Some(first) = phrases.next() else { return Ok(words) };
        let mut matching = self.phrase(first)?;
        for phrase in phrases {
            matching.require(&self.phrase(phrase)?);
        }
        matching.enrich(&words);
        Ok(matching)
    }

    fn words(&self, words: &BTreeSet<String>) -> tantivy::Result<Board> {
        let weights =
            [(self.fields.heading, HEADING_WEIGHT), (self.fields.text, 1.0), (self.fields.opening, OPENING_WEIGHT)];
        let mut board = Board::empty(self.searcher);
        for word in words {
            for (field, weight) in weights {
                board.add(&self.matches(&word_query(field, word))?, weight);
            }
        }
        Ok(board)
    }

    /// The passages with these successive parts. The document's opening does not count: it is not the passage's.
    fn phrase(&self, parts: &[String]) -> tantivy::Result<Board> {
        let mut board = Board::empty(self.searcher);
        for (field, weight) in [(self.fields.heading, HEADING_WEIGHT), (self.fields.text, 1.0)] {
            let matches = match parts {
                [word] => self.matches(&word_query(field, word))?,
                parts => {
                    let terms = parts.iter().map(|part| Term::from_field_text(field, part)).collect();
                    self.matches(&PhraseQuery::new(terms))?
                }
            };
            board.add(&matches, weight);
        }
        Ok(board)
    }

    fn any_of<'a>(&self, field: Field, names: impl Iterator<Item = &'a str>) -> tantivy::Result<Board> {
        let mut board = Board::empty(self.searcher);
        for name in names {
            let query = TermQuery::new(Term::from_field_text(field, name), IndexRecordOption::Basic);
            let unscored = ConstScoreQuery::new(Box::new(query), 0.0);
            board.add(&self.matches(&unscored)?, 1.0);
        }
        Ok(board)
    }

    fn matches(&self, query: &dyn TantivyQuery) -> tantivy::Result<Vec<SegmentMatches>> {
        self.searcher.search_with_statistics_provider(query, &AllMatches, &self.statistics)
    }

    /// The best `limit` answers; of those that tie with the last one all are looked at before some are left out.
    fn best(&self, answers: &Board, limit: usize, wanted: &Wanted) -> tantivy::Result<Vec<Hit>> {
        let ranked = answers.ranked();
        let Some((worst, _)) = limit.checked_sub(1).and_then(|last| ranked.get(last.min(ranked.len().checked_sub(1)?)))
        else {
            return Ok(Vec::new());
        };
        let mut hits = Vec::new();
        for (score, address) in ranked.iter().take_while(|(score, _)| score >= worst) {
            hits.extend(self.hit(*address, *score)?);
        }
        hits.sort_by(|(left, _), (right, _)| {
            let by_place = || (&left.path, left.span).cmp(&(&right.path, right.span));
            right.score.total_cmp(&left.score).then_with(by_place)
        });
        hits.truncate(limit);
        Ok(hits.into_iter().map(|(hit, text)| Hit { highlights: highlights(&text, hit.span, wanted), ..hit }).collect())
    }

    fn hit(&self, address: DocAddress, score: f64) -> tantivy::Result<Option<(Hit, String)>> {
        let entry: TantivyDocument = self.searcher.doc(address)?;
        Ok(self.fields.hit(&entry, score))
    }
}

fn word_query(field: Field, word: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)
}
