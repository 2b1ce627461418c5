//! Opening, changing and asking an index.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cairn_model::DocumentId;
use tantivy::directory::error::LockError;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term};

use crate::fields::Fields;
use crate::passage::Stored;
use crate::search::Search;
use crate::statistics::Lengths;
use crate::{Hit, IndexError, IndexedPassage, PassageId, Query, tokenizer};

/// Memory in which an update gathers entries before it writes a segment.
const UPDATE_MEMORY_BYTES: usize = 50_000_000;
/// How much of a document's beginning is indexed with each of its passages. Passages from the middle of a document often do not
/// name what they are about.
const OPENING_CHARS: usize = 300;

/// Passages that can be searched, in a folder or in memory.
pub struct Index {
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// Counted anew after each update.
    lengths: Lengths,
}

impl Index {
    /// Opens the index in `dir`, or creates an empty one there.
    ///
    /// [`IndexError::Unusable`] means that what is there is damaged or of another version: see [`Index::recreate`].
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let unusable = |reason: String| IndexError::Unusable { dir: dir.to_owned(), reason };
        fs::create_dir_all(dir).map_err(|source| IndexError::Folder { dir: dir.to_owned(), source })?;
        let directory = tantivy::directory::MmapDirectory::open(dir).map_err(|error| unusable(error.to_string()))?;
        let fields = Fields::new();
        let inner = tantivy::Index::open_or_create(directory, fields.schema.clone())
            .map_err(|error| unusable(error.to_string()))?;
        let damaged: BTreeSet<_> =
            inner.validate_checksum().map_err(|error| unusable(error.to_string()))?.into_iter().collect();
        if let Some(file) = damaged.first() {
            return Err(unusable(format!("`{}` is damaged", file.display())));
        }
        Self::new(inner, fields).map_err(|error| unusable(error.to_string()))
    }

    /// Throws away what is in `dir` and creates an empty index there.
    pub fn recreate(dir: &Path) -> Result<Self, IndexError> {
        match fs::remove_dir_all(dir) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(IndexError::Folder { dir: dir.to_owned(), source })
            }
            _ => Self::open(dir),
        }
    }

    /// An empty index that is gone when it is dropped.
    pub fn in_memory() -> Result<Self, IndexError> {
        let fields = Fields::new();
        Self::new(tantivy::Index::create_in_ram(fields.schema.clone()), fields).map_err(failed)
    }

    fn new(inner: tantivy::Index, fields: Fields) -> tantivy::Result<Self> {
        inner.tokenizers().register(tokenizer::NAME, tokenizer::analyzer());
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let mut index = Self { inner, reader, fields, lengths: Lengths::default() };
        index.reload()?;
        Ok(index)
    }

    /// Drops the passages of the documents in `removed` and of every document that occurs in `added`, then adds `added`: all or
    /// nothing, in one commit. A document's passages are always given together.
    pub fn update(&mut self, removed: &[DocumentId], added: &[IndexedPassage]) -> Result<(), IndexError> {
        self.write(removed, added).and_then(|()| self.reload()).map_err(failed)
    }

    fn write(&self, removed: &[DocumentId], added: &[IndexedPassage]) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.inner.writer_with_num_threads(1, UPDATE_MEMORY_BYTES)?;
        let openings = openings(added);
        for document in removed.iter().chain(openings.keys().copied()) {
            writer.delete_term(Term::from_field_text(self.fields.document, document.as_str()));
        }
        for passage in added {
            // The first passage has the opening as its text, which must not count twice.
            let opening = openings
                .get(&passage.passage.document)
                .filter(|(start, _)| *start < passage.passage.span.start)
                .map_or("", |(_, opening)| *opening);
            writer.add_document(self.fields.entry(passage, opening))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()
    }

    fn reload(&mut self) -> tantivy::Result<()> {
        self.reader.reload()?;
        let searched = [self.fields.heading, self.fields.text, self.fields.opening];
        self.lengths = Lengths::count(&self.reader.searcher(), &searched)?;
        Ok(())
    }

    /// How many passages can be found.
    pub fn passages(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// The passages that answer `query`, best first; equal scores by path, then by place in the document.
    pub fn search(&self, query: &Query) -> Result<Vec<Hit>, IndexError> {
        let searcher = self.searcher();
        let search = Search::new(&searcher, &self.lengths, &self.fields, query);
        search.hits().map_err(failed)
    }

    /// The best `depth` passages for the words of `query` by name only, and all that tie with the last of them; best first.
    pub fn ranked(&self, query: &Query, depth: usize) -> Result<Vec<(PassageId, f64)>, IndexError> {
        let searcher = self.searcher();
        let search = Search::new(&searcher, &self.lengths, &self.fields, query);
        search.ranked(depth).map_err(failed)
    }

    /// The passages of these names as hits with these scores; equal scores by path, then by place. A name that is not in the index
    /// any more is left out.
    pub fn hits(&self, scored: &[(PassageId, f64)], query: &Query) -> Result<Vec<Hit>, IndexError> {
        let searcher = self.searcher();
        let search = Search::new(&searcher, &self.lengths, &self.fields, query);
        search.hits_of(scored).map_err(failed)
    }

    /// Whether passages satisfy the phrases, exclusions and filters of `query`, whatever their other words.
    pub fn admitted(&self, query: &Query, ids: &[PassageId]) -> Result<Vec<bool>, IndexError> {
        let searcher = self.searcher();
        let search = Search::new(&searcher, &self.lengths, &self.fields, query);
        search.admitted(ids).map_err(failed)
    }

    /// Every passage with the key of its vector, in the order of the names.
    pub fn keys(&self) -> Result<BTreeMap<PassageId, u64>, IndexError> {
        let mut keys = BTreeMap::new();
        for segment in self.searcher().segment_readers() {
            let (ids, vector_keys) = Fields::names(segment).map_err(failed)?;
            keys.extend(
                segment.doc_ids_alive().map(|entry| (PassageId(ids.get_val(entry)), vector_keys.get_val(entry))),
            );
        }
        Ok(keys)
    }

    /// The passages of these names, as far as they are there.
    pub fn passages_of(&self, ids: &[PassageId]) -> Result<Vec<Stored>, IndexError> {
        let searcher = self.searcher();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            for address in self.fields.addresses(&searcher, *id).map_err(failed)? {
                found.extend(self.fields.stored(&searcher.doc(address).map_err(failed)?));
            }
        }
        Ok(found)
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn lengths(&self) -> &Lengths {
        &self.lengths
    }
}

/// Where the first passage of each document starts, and its first words.
fn openings(added: &[IndexedPassage]) -> BTreeMap<&DocumentId, (usize, &str)> {
    let mut openings = BTreeMap::new();
    for IndexedPassage { passage, text, .. } in added {
        let (start, opening) = openings.entry(&passage.document).or_insert((passage.span.start, text.as_str()));
        if passage.span.start < *start {
            (*start, *opening) = (passage.span.start, text);
        }
    }
    for (_, opening) in openings.values_mut() {
        let end = opening.char_indices().nth(OPENING_CHARS).map_or(opening.len(), |(end, _)| end);
        *opening = opening.get(..end).unwrap_or(opening);
    }
    openings
}

pub(crate) fn failed(error: TantivyError) -> IndexError {
    match error {
        TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::InUse,
        error => IndexError::Engine(Box::new(error)),
    }
}
