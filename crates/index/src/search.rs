//! From a query to ranked hits.
//!
//! Every word is looked up in every field; a passage's score is the weighted sum of its BM25 scores. The sum runs in the order
//! of the words and fields over [`Statistics`] of the passages alone, and equal scores are ordered by path and place, so an
//! answer does not show in which updates the passages came.

use std::collections::BTreeSet;
use std::ops::Bound;

use tantivy::query::{
    ConstScoreQuery, EnableScoring, FuzzyTermQuery, PhraseQuery, Query as TantivyQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use crate::board::{Board, Counted};
use crate::fields::Fields;
use crate::filter::{Filter, day_number};
use crate::highlight::highlights;
use crate::parse::{Wanted, letters_off, parse};
use crate::statistics::{Lengths, Statistics};
use crate::{Hit, PassageId, Query};

/// What a match in a heading counts, beside 1 in the text.
const HEADING_WEIGHT: f64 = 2.0;
/// What a match in the document's title and first words counts.
const OPENING_WEIGHT: f64 = 0.25;

/// One query on one state of the index.
pub(crate) struct Search<'a> {
    searcher: &'a Searcher,
    statistics: Statistics<'a>,
    fields: &'a Fields,
    wanted: Wanted,
    limit: usize,
}

impl<'a> Search<'a> {
    pub(crate) fn new(searcher: &'a Searcher, lengths: &'a Lengths, fields: &'a Fields, query: &Query) -> Self {
        let statistics = Statistics::new(searcher, lengths);
        Self { searcher, statistics, fields, wanted: parse(query), limit: query.limit }
    }

    /// A search that asks for nothing but what passes `filter`.
    pub(crate) fn filtering(searcher: &'a Searcher, lengths: &'a Lengths, fields: &'a Fields, filter: &Filter) -> Self {
        let wanted = Wanted { filter: filter.clone(), ..Wanted::default() };
        Self { searcher, statistics: Statistics::new(searcher, lengths), fields, wanted, limit: 0 }
    }

    pub(crate) fn hits(&self) -> tantivy::Result<Vec<Hit>> {
        let best = self.answers()?.best(self.limit);
        self.shown(best)
    }

    pub(crate) fn ranked(&self, depth: usize) -> tantivy::Result<Vec<(PassageId, f64)>> {
        let columns = self.searcher.segment_readers().iter().map(|segment| Ok(Fields::names(segment)?.0));
        let columns = columns.collect::<tantivy::Result<Vec<_>>>()?;
        let named = |(score, address): (f64, DocAddress)| {
            let ids = columns.get(address.segment_ord as usize)?;
            Some((PassageId(ids.get_val(address.doc_id)), score))
        };
        Ok(self.answers()?.best(depth).into_iter().filter_map(named).collect())
    }

    pub(crate) fn hits_of(&self, scored: &[(PassageId, f64)]) -> tantivy::Result<Vec<Hit>> {
        let mut answers = Vec::new();
        for (id, score) in scored {
            answers.extend(self.fields.addresses(self.searcher, *id)?.into_iter().map(|address| (*score, address)));
        }
        self.shown(answers)
    }

    pub(crate) fn admitted(&self, ids: &[PassageId]) -> tantivy::Result<Vec<bool>> {
        let board = self.admission()?;
        let is_admitted = |id: &PassageId| {
            let addresses = self.fields.addresses(self.searcher, *id)?;
            Ok(addresses.into_iter().any(|address| board.has(address)))
        };
        ids.iter().map(is_admitted).collect()
    }

    /// The passages with all phrases, without what is excluded, that pass the filter; scores mean nothing.
    pub(crate) fn admission(&self) -> tantivy::Result<Board> {
        let mut admitted = Board::full(self.searcher);
        for phrase in &self.wanted.phrases {
            admitted.require(&self.phrase(phrase)?);
        }
        self.narrow(&mut admitted)?;
        Ok(admitted)
    }

    fn answers(&self) -> tantivy::Result<Board> {
        let filter_only = self.wanted.is_filter_only();
        let mut answers = if filter_only { Board::full(self.searcher) } else { self.matching(&self.wanted)? };
        self.narrow(&mut answers)?;
        Ok(answers)
    }

    /// Takes out what is excluded and what the filter does not let pass.
    fn narrow(&self, answers: &mut Board) -> tantivy::Result<()> {
        for phrase in &self.wanted.excluded {
            answers.exclude(&self.phrase(phrase)?);
        }
        let Filter { source_types, claim_kinds, folders, components, after, before, trust } = &self.wanted.filter;
        if !source_types.is_empty() {
            answers.require(&self.any_of(self.fields.source_type, source_types.iter().map(|it| it.as_str()))?);
        }
        if !claim_kinds.is_empty() {
            answers.require(&self.any_of(self.fields.claim_kind, claim_kinds.iter().map(|it| it.as_str()))?);
        }
        if !folders.is_empty() {
            answers.require(&self.any_of(self.fields.folder, folders.iter().map(String::as_str))?);
        }
        if let Some(trust) = trust {
            answers.require(&self.any_of(self.fields.trust, [trust.as_str()].into_iter())?);
        }
        if !components.is_empty() {
            let named = components.iter().map(|parts| unscored(parts_query(self.fields.component, parts)));
            answers.require(&self.any(named)?);
        }
        if after.is_some() || before.is_some() {
            let term = |date| Term::from_field_u64(self.fields.day, day_number(date));
            let from = after.map_or(Bound::Unbounded, |date| Bound::Included(term(date)));
            let to = before.map_or(Bound::Unbounded, |date| Bound::Excluded(term(date)));
            answers.require(&self.any([unscored(Box::new(RangeQuery::new(from, to)))].into_iter())?);
        }
        Ok(())
    }

    /// The passages that have all phrases or, without phrases, any word.
    fn matching(&self, wanted: &Wanted) -> tantivy::Result<Board> {
        let mut counted = self.words(&wanted.words)?;
        counted.extend(self.inexact()?);
        let words = Board::of(self.searcher, &counted)?;
        let mut phrases = wanted.phrases.iter();
        let Some(first) = phrases.next() else { return Ok(words) };
        let mut matching = self.phrase(first)?;
        for phrase in phrases {
            matching.require(&self.phrase(phrase)?);
        }
        matching.enrich(&words);
        Ok(matching)
    }

    fn words(&self, words: &BTreeSet<String>) -> tantivy::Result<Vec<Counted>> {
        let weights =
            [(self.fields.heading, HEADING_WEIGHT), (self.fields.text, 1.0), (self.fields.opening, OPENING_WEIGHT)];
        let of_word = |word: &String| weights.map(|(field, weight)| self.counted(&word_query(field, word), weight));
        words.iter().flat_map(of_word).collect()
    }

    /// What begins with a wanted beginning or is spelt nearly like a wanted word. Each counts less than a rare word itself.
    fn inexact(&self) -> tantivy::Result<Vec<Counted>> {
        let mut counted = Vec::new();
        for (field, weight) in [(self.fields.heading, HEADING_WEIGHT), (self.fields.text, 1.0)] {
            for prefix in &self.wanted.prefixes {
                let query = FuzzyTermQuery::new_prefix(Term::from_field_text(field, prefix), 0, true);
                counted.push(self.counted(&query, weight)?);
            }
            for word in &self.wanted.fuzzy {
                let query = FuzzyTermQuery::new(Term::from_field_text(field, word), letters_off(word), true);
                counted.push(self.counted(&query, weight)?);
            }
        }
        Ok(counted)
    }

    /// The passages with these successive parts. The document's opening does not count: it is not the passage's.
    fn phrase(&self, parts: &[String]) -> tantivy::Result<Board> {
        let counted = [(self.fields.heading, HEADING_WEIGHT), (self.fields.text, 1.0)]
            .map(|(field, weight)| self.counted(&*parts_query(field, parts), weight));
        Board::of(self.searcher, &counted.into_iter().collect::<tantivy::Result<Vec<_>>>()?)
    }

    fn any_of<'n>(&self, field: Field, names: impl Iterator<Item = &'n str>) -> tantivy::Result<Board> {
        let term = |name| TermQuery::new(Term::from_field_text(field, name), IndexRecordOption::Basic);
        self.any(names.map(|name| unscored(Box::new(term(name)))))
    }

    /// The passages that any of the queries matches; scores mean nothing.
    fn any(&self, queries: impl Iterator<Item = ConstScoreQuery>) -> tantivy::Result<Board> {
        let counted = queries.map(|query| self.counted(&query, 1.0));
        Board::of(self.searcher, &counted.collect::<tantivy::Result<Vec<_>>>()?)
    }

    fn counted(&self, query: &dyn TantivyQuery, factor: f64) -> tantivy::Result<Counted> {
        let scoring = EnableScoring::enabled_from_statistics_provider(&self.statistics, self.searcher);
        Ok(Counted { query: query.weight(scoring)?, factor })
    }

    /// Hits in the order of their scores, then of path and place: of those that tie with the last one all are looked at before some
    /// are left out.
    fn shown(&self, answers: Vec<(f64, DocAddress)>) -> tantivy::Result<Vec<Hit>> {
        let mut hits = Vec::new();
        for (score, address) in answers {
            let entry: TantivyDocument = self.searcher.doc(address)?;
            hits.extend(self.fields.hit(&entry, score));
        }
        hits.sort_by(|(left, _), (right, _)| {
            let by_place = || (&left.path, left.span, &left.claim).cmp(&(&right.path, right.span, &right.claim));
            right.score.total_cmp(&left.score).then_with(by_place)
        });
        hits.truncate(self.limit);
        let highlighted =
            |(hit, text): (Hit, String)| Hit { highlights: highlights(&text, hit.span, &self.wanted), ..hit };
        Ok(hits.into_iter().map(highlighted).collect())
    }
}

fn unscored(query: Box<dyn TantivyQuery>) -> ConstScoreQuery {
    ConstScoreQuery::new(query, 0.0)
}

fn parts_query(field: Field, parts: &[String]) -> Box<dyn TantivyQuery> {
    match parts {
        [word] => Box::new(word_query(field, word)),
        parts => Box::new(PhraseQuery::new(parts.iter().map(|part| Term::from_field_text(field, part)).collect())),
    }
}

fn word_query(field: Field, word: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)
}
