//! The counts BM25 is made of, over exactly the passages that can be found.
//!
//! The search library's own counts still include dropped passages until their segment is merged, so that scores would tell
//! how the index came about. These depend on nothing but the passages.

use std::collections::BTreeMap;

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader, Term};

pub(crate) struct Statistics<'a> {
    searcher: &'a Searcher,
    lengths: &'a Lengths,
}

/// How many words the passages have, by field. Counted once for each state of the index.
#[derive(Default)]
pub(crate) struct Lengths(BTreeMap<Field, u64>);

impl Lengths {
    pub(crate) fn count(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<Self> {
        let mut lengths = BTreeMap::new();
        for field in fields {
            let mut length = 0;
            for segment in searcher.segment_readers() {
                let lengths = segment.get_fieldnorms_reader(*field)?;
                length += segment.doc_ids_alive().map(|entry| u64::from(lengths.fieldnorm(entry))).sum::<u64>();
            }
            lengths.insert(*field, length);
        }
        Ok(Self(lengths))
    }
}

impl<'a> Statistics<'a> {
    pub(crate) fn new(searcher: &'a Searcher, lengths: &'a Lengths) -> Self {
        Self { searcher, lengths }
    }
}

impl Bm25StatisticsProvider for Statistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Ok(self.lengths.0.get(&field).copied().unwrap_or_default())
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.segment_readers().iter().map(|segment| entries_with(segment, term)).sum()
    }
}

fn entries_with(segment: &SegmentReader, term: &Term) -> tantivy::Result<u64> {
    let inverted = segment.inverted_index(term.field())?;
    let Some(alive) = segment.alive_bitset() else { return Ok(u64::from(inverted.doc_freq(term)?)) };
    let postings = inverted.read_postings(term, IndexRecordOption::Basic)?;
    Ok(postings.map_or(0, |postings| u64::from(postings.doc_freq_given_deletes(alive))))
}
