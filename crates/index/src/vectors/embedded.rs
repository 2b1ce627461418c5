//! The store that needs no server: goes through all vectors in eight-bit integers, and compares the nearest few in floats.
//!
//! Which passages there are, and which pass a filter, is known to the index of words alone. So a passage that was dropped or
//! edited is gone here at the same moment, any filter works that works there, and nothing can fall apart in a crash.

use rayon::prelude::*;
use simsimd::SpatialSimilarity as _;
use tantivy::SegmentOrdinal;

use super::files::{NO_ROW, Row, integers};
use super::{Point, Task, VectorError, VectorFiles, VectorStore};
use crate::fields::Fields;
use crate::index::failed;
use crate::search::Search;
use crate::{Filter, Index, PassageId};

/// So many more are compared in floats than are asked for, because the order by integers is a little off.
const COMPARED_FACTOR: usize = 4;
const COMPARED_MIN: usize = 64;

/// So many entries are gone through by one thread at a time.
const ENTRIES_PER_TASK: usize = 8_192;

/// Vectors in files, for the passages of an index as it is when the store is made.
pub struct Embedded<'a> {
    index: &'a Index,
    files: &'a mut VectorFiles,
    rows: Rows,
}

/// Which vector each passage of an index has, so that many searches of the same state look it up once.
pub struct Rows {
    segments: Vec<Segment>,
    passages: usize,
    with_vectors: usize,
}

/// What is to be known of the entries of one segment of the index.
struct Segment {
    ids: Vec<PassageId>,
    rows: Vec<Row>,
}

/// An entry and how near it seems by integers.
type Candidate = (f32, PassageId, Row);

impl<'a> Embedded<'a> {
    /// The store of the passages of `index` whose vectors are in `files`.
    pub fn new(index: &'a Index, files: &'a mut VectorFiles) -> Result<Self, VectorError> {
        let rows = Rows::of(index, files)?;
        Ok(Self { index, files, rows })
    }
}

impl Rows {
    /// The rows of the passages of `index` in `files`, as both are now.
    pub fn of(index: &Index, files: &VectorFiles) -> Result<Self, VectorError> {
        let searcher = index.searcher();
        let segment_rows = searcher.segment_readers().iter().map(|segment| {
            let (ids, keys) = Fields::names(segment).map_err(failed)?;
            let is_alive = |entry: &u32| !segment.is_deleted(*entry);
            let row = |entry: u32| if is_alive(&entry) { files.row(keys.get_val(entry)) } else { NO_ROW };
            let entries = 0..segment.max_doc();
            Ok(Segment {
                ids: entries.clone().map(|entry| PassageId(ids.get_val(entry))).collect(),
                rows: entries.map(row).collect(),
            })
        });
        let segments = segment_rows.collect::<Result<Vec<Segment>, VectorError>>()?;
        let rows = segments.iter().flat_map(|segment| &segment.rows);
        let with_vectors = rows.filter(|row| **row != NO_ROW).count();
        let passages = usize::try_from(index.passages()).unwrap_or(usize::MAX);
        Ok(Self { segments, passages, with_vectors })
    }

    /// How many passages there are.
    pub const fn passages(&self) -> usize {
        self.passages
    }

    /// How many of them have a vector.
    pub const fn with_vectors(&self) -> usize {
        self.with_vectors
    }

    /// The nearest `limit` passages that pass `filter`, nearest first, equally near ones by name. `index` and `files` must be those that the
    /// rows were looked up in, unchanged.
    pub fn nearest(
        &self,
        (index, files): (&Index, &VectorFiles),
        vector: &[f32],
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<(PassageId, f64)>, VectorError> {
        let searcher = index.searcher();
        let search = Search::filtering(&searcher, index.lengths(), index.fields(), filter);
        let admitted = if filter.is_empty() { None } else { Some(search.admission().map_err(failed)?) };
        let wanted = limit.saturating_mul(COMPARED_FACTOR).max(COMPARED_MIN);
        let (vector_integers, _) = integers(vector);
        let near = |ordinal: SegmentOrdinal, start: usize, ids: &[PassageId], rows: &[Row]| {
            let mut found: Vec<Candidate> = Vec::with_capacity(2 * wanted);
            let mut least = f32::NEG_INFINITY;
            for (entry, (id, row)) in (start..).zip(ids.iter().zip(rows)) {
                let passes = || admitted.as_ref().is_none_or(|board| board.has_entry(ordinal, entry));
                let integers = if *row != NO_ROW && passes() { files.integers(*row) } else { None };
                let Some((integers, scale)) = integers else { continue };
                let product = i8::dot(&vector_integers, integers).unwrap_or_default();
                #[expect(clippy::cast_possible_truncation, reason = "an estimate")]
                let nearness = product as f32 * scale;
                if nearness >= least {
                    found.push((nearness, *id, *row));
                }
                // Now and then, so that most entries are only compared with the least that can still be among the nearest.
                if found.len() == 2 * wanted {
                    keep_nearest(&mut found, wanted);
                    least = found.iter().fold(f32::INFINITY, |least, (nearness, ..)| least.min(*nearness));
                }
            }
            keep_nearest(&mut found, wanted);
            found
        };
        let mut candidates: Vec<Candidate> = Vec::new();
        for (ordinal, segment) in (0..).zip(&self.segments) {
            let chunks = segment.ids.par_chunks(ENTRIES_PER_TASK).zip(segment.rows.par_chunks(ENTRIES_PER_TASK));
            let found = chunks.enumerate().map(|(at, (ids, rows))| near(ordinal, at * ENTRIES_PER_TASK, ids, rows));
            candidates.par_extend(found.flatten_iter());
        }
        keep_nearest(&mut candidates, wanted);
        let exact = |(_, id, row): Candidate| Some((id, nearness(vector, &files.floats(row)?)));
        let mut nearest: Vec<(PassageId, f64)> = candidates.into_iter().filter_map(exact).collect();
        nearest.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        nearest.truncate(limit);
        Ok(nearest)
    }
}

impl VectorStore for Embedded<'_> {
    fn add<'a>(&'a mut self, points: &'a [Point]) -> Task<'a, ()> {
        Box::pin(async {
            let vectors: Vec<(u64, Vec<f32>)> =
                points.iter().map(|point| (point.passage.vector_key, point.vector.clone())).collect();
            self.files.add(&vectors)?;
            self.rows = Rows::of(self.index, self.files)?;
            Ok(())
        })
    }

    /// Nothing to do: a passage that is not in the index is not found, and vectors are kept for texts that come back.
    fn remove<'a>(&'a mut self, _ids: &'a [PassageId]) -> Task<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ids(&self) -> Task<'_, Vec<PassageId>> {
        Box::pin(async {
            let entries = self.rows.segments.iter().flat_map(|segment| segment.ids.iter().zip(&segment.rows));
            let mut ids: Vec<PassageId> = entries.filter(|(_, row)| **row != NO_ROW).map(|(id, _)| *id).collect();
            ids.sort_unstable();
            Ok(ids)
        })
    }

    fn nearest<'a>(&'a self, vector: &'a [f32], filter: &'a Filter, limit: usize) -> Task<'a, Vec<(PassageId, f64)>> {
        Box::pin(async move { self.rows.nearest((self.index, self.files), vector, filter, limit) })
    }
}

/// Keeps the `limit` nearest, in no order.
fn keep_nearest(candidates: &mut Vec<Candidate>, limit: usize) {
    if candidates.len() > limit {
        candidates.select_nth_unstable_by(limit, |left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        candidates.truncate(limit);
    }
}

/// The product of two vectors of length one: 1 for equal ones.
fn nearness(one: &[f32], other: &[f32]) -> f64 {
    one.iter().zip(other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
}
