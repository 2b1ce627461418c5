//! Vectors by the content they are of, in files that are written once.
//!
//! Every addition is a file of its own that appears whole or not at all, so that nothing is lost or torn when a run is killed, two
//! runs may add at the same time, and a vector that was made once is never made again. Files are small at first and are joined
//! when there are many. A file holds, after its head: the keys, the scales, each vector in eight-bit integers, and each in floats.
//!
//! Integers are gone through, floats are only looked at for the nearest few: see [`super::Embedded`]. Files are mapped into
//! memory, so that vectors that nobody asks for cost none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cairn_model::digest;
use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};

use super::VectorError;

const MAGIC: &[u8; 8] = b"cairnv01";
const HEAD_BYTES: usize = 16;
const EXTENSION: &str = "vectors";

/// Files of fewer vectors are joined when there are [`SMALL_FILES_MAX`] of them.
const SMALL_VECTORS_MAX: usize = 8_192;
const SMALL_FILES_MAX: usize = 16;

/// The largest absolute value of an eight-bit integer that a vector is scaled to.
const INTEGER_MAX: f32 = 127.0;

/// Names the vector of one key: its place over all files.
pub(crate) type Row = u32;

/// No row.
pub(crate) const NO_ROW: Row = Row::MAX;

/// The vectors in a folder.
pub struct VectorFiles {
    folder: PathBuf,
    files: Vec<File>,
    /// Sorted by key.
    rows: Vec<(u64, Row)>,
    dimensions: usize,
}

struct File {
    name: String,
    bytes: OwnedBytes,
    count: usize,
    dimensions: usize,
    first_row: Row,
}

impl VectorFiles {
    /// Opens the vectors in `folder`; none when it is not there.
    pub fn open(folder: &Path) -> Result<Self, VectorError> {
        let mut opened = Self { folder: folder.to_owned(), files: Vec::new(), rows: Vec::new(), dimensions: 0 };
        if folder.is_dir() {
            opened.read()?;
        }
        Ok(opened)
    }

    /// How many vectors there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many dimensions they have; 0 as long as there is none.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How many bytes they take on the disk.
    pub fn disk_bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    /// Whether the vector of `key` is there.
    pub fn has(&self, key: u64) -> bool {
        self.row(key) != NO_ROW
    }

    /// Whether the folder still holds the files that are open here: no other run has added or joined some.
    pub fn is_current(&self) -> Result<bool, VectorError> {
        let names = if self.folder.is_dir() { self.names()? } else { Vec::new() };
        Ok(names.iter().eq(self.files.iter().map(|file| &file.name)))
    }

    /// The vector of `key`.
    pub fn vector(&self, key: u64) -> Option<Vec<f32>> {
        self.floats(self.row(key))
    }

    /// Adds vectors by key. When it returns, they are on the disk.
    pub fn add(&mut self, vectors: &[(u64, Vec<f32>)]) -> Result<(), VectorError> {
        let mut seen = BTreeSet::new();
        let new: Vec<&(u64, Vec<f32>)> =
            vectors.iter().filter(|(key, _)| !self.has(*key) && seen.insert(*key)).collect();
        let Some((_, first)) = new.first() else { return Ok(()) };
        let given = if self.dimensions == 0 { first.len() } else { self.dimensions };
        if let Some((_, odd)) = new.iter().find(|(_, vector)| vector.len() != given) {
            return Err(VectorError::Dimensions { kept: given, given: odd.len() });
        }
        std::fs::create_dir_all(&self.folder).map_err(|source| self.failed(source))?;
        self.write(&new)?;
        self.read()?;
        self.join_small_files()
    }

    /// Keeps only the vectors of these keys.
    pub fn retain(&mut self, keys: &BTreeSet<u64>) -> Result<(), VectorError> {
        if self.rows.iter().all(|(key, _)| keys.contains(key)) {
            return Ok(());
        }
        let all: Vec<String> = self.files.iter().map(|file| file.name.clone()).collect();
        self.join(&all, |key| keys.contains(&key))
    }

    pub(crate) fn row(&self, key: u64) -> Row {
        let found = self.rows.binary_search_by_key(&key, |(key, _)| *key).ok();
        found.and_then(|at| self.rows.get(at)).map_or(NO_ROW, |(_, row)| *row)
    }

    /// A row's vector in integers, and what they are to be multiplied with.
    pub(crate) fn integers(&self, row: Row) -> Option<(&[i8], f32)> {
        let (file, at) = self.file_of(row)?;
        Some((file.integers(at)?, file.scale(at)?))
    }

    pub(crate) fn floats(&self, row: Row) -> Option<Vec<f32>> {
        let (file, at) = self.file_of(row)?;
        file.floats(at)
    }

    fn file_of(&self, row: Row) -> Option<(&File, usize)> {
        let after = self.files.partition_point(|file| file.first_row <= row);
        let file = self.files.get(after.checked_sub(1)?)?;
        let at = usize::try_from(row - file.first_row).ok()?;
        (at < file.count).then_some((file, at))
    }

    fn read(&mut self) -> Result<(), VectorError> {
        let names = self.names()?;
        let directory = MmapDirectory::open(&self.folder).map_err(|source| self.failed(source))?;
        let (mut files, mut rows) = (Vec::with_capacity(names.len()), Vec::new());
        let mut first_row = 0;
        for name in names {
            // One that another run has joined with others since the folder was listed is in the joined file.
            let Ok(slice) = directory.open_read(Path::new(&name)) else { continue };
            let bytes = slice.read_bytes().map_err(|source| self.failed(source))?;
            // A file that is not whole was not written by this program; its vectors are made again.
            let Some(file) = File::new(name, bytes, first_row) else { continue };
            rows.extend((first_row..).zip(0..file.count).filter_map(|(row, at)| Some((file.key(at)?, row))));
            first_row += Row::try_from(file.count).unwrap_or_default();
            files.push(file);
        }
        rows.sort_unstable();
        rows.dedup_by_key(|(key, _)| *key);
        self.dimensions = files.first().map_or(0, |file| file.dimensions);
        (self.files, self.rows) = (files, rows);
        Ok(())
    }

    /// The names of the files in the folder, sorted.
    fn names(&self) -> Result<Vec<String>, VectorError> {
        let listed = std::fs::read_dir(&self.folder).map_err(|source| self.failed(source))?;
        let mut names: Vec<String> = listed
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| Path::new(name).extension().is_some_and(|it| it == EXTENSION))
            .collect();
        names.sort();
        Ok(names)
    }

    fn write(&self, vectors: &[&(u64, Vec<f32>)]) -> Result<(), VectorError> {
        let bytes = file_bytes(vectors);
        let name =
            format!("{:.24}.{EXTENSION}", digest(bytes.get(..HEAD_BYTES + 8 * vectors.len()).unwrap_or_default()));
        let directory = MmapDirectory::open(&self.folder).map_err(|source| self.failed(source))?;
        directory.atomic_write(Path::new(&name), &bytes).map_err(|source| self.failed(source))?;
        directory.sync_directory().map_err(|source| self.failed(source))
    }

    fn join_small_files(&mut self) -> Result<(), VectorError> {
        let small: Vec<String> =
            self.files.iter().filter(|file| file.count < SMALL_VECTORS_MAX).map(|file| file.name.clone()).collect();
        if small.len() < SMALL_FILES_MAX { Ok(()) } else { self.join(&small, |_| true) }
    }

    /// Writes one file with those vectors of the named ones whose keys are to be kept, then drops those.
    fn join(&mut self, names: &[String], keep: impl Fn(u64) -> bool) -> Result<(), VectorError> {
        let joined: Vec<&File> = self.files.iter().filter(|file| names.contains(&file.name)).collect();
        let vectors: Vec<(u64, Vec<f32>)> = joined
            .iter()
            .flat_map(|file| (0..file.count).filter_map(|at| Some((file.key(at)?, at))).map(move |it| (file, it)))
            .filter(|(_, (key, _))| keep(*key))
            .filter_map(|(file, (key, at))| Some((key, file.floats(at)?)))
            .collect();
        if !vectors.is_empty() {
            self.write(&vectors.iter().collect::<Vec<_>>())?;
        }
        let written = self.files.iter().find(|file| file.has_exactly(&vectors)).map(|file| file.name.clone());
        for name in names.iter().filter(|name| Some(*name) != written.as_ref()) {
            match std::fs::remove_file(self.folder.join(name)) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(self.failed(source)),
                _ => {}
            }
        }
        self.read()
    }

    fn failed(&self, source: impl std::error::Error + Send + Sync + 'static) -> VectorError {
        VectorError::File { path: self.folder.clone(), source: Box::new(source) }
    }
}

impl File {
    /// The file, when it is as long as its head says.
    fn new(name: String, bytes: OwnedBytes, first_row: Row) -> Option<Self> {
        let number = |at: usize| {
            let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(four)).ok()
        };
        let is_ours = bytes.get(..MAGIC.len()) == Some(MAGIC.as_slice());
        let (dimensions, count) = (number(8)?, number(12)?);
        let file = Self { name, bytes, count, dimensions, first_row };
        (is_ours && file.floats_at(count)? == file.bytes.len()).then_some(file)
    }

    fn key(&self, at: usize) -> Option<u64> {
        let start = HEAD_BYTES + 8 * at;
        Some(u64::from_le_bytes(self.bytes.get(start..start + 8)?.try_into().ok()?))
    }

    fn scale(&self, at: usize) -> Option<f32> {
        let start = HEAD_BYTES + 8 * self.count + 4 * at;
        Some(f32::from_le_bytes(self.bytes.get(start..start + 4)?.try_into().ok()?))
    }

    fn integers(&self, at: usize) -> Option<&[i8]> {
        let start = HEAD_BYTES + 12 * self.count + self.dimensions * at;
        self.bytes.get(start..start + self.dimensions).map(bytemuck::cast_slice)
    }

    fn floats(&self, at: usize) -> Option<Vec<f32>> {
        let bytes = self.bytes.get(self.floats_at(at)?..self.floats_at(at + 1)?)?;
        Some(bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect())
    }

    /// Where the floats of a row begin.
    fn floats_at(&self, at: usize) -> Option<usize> {
        let before = self.count.checked_mul(12 + self.dimensions)?.checked_add(HEAD_BYTES)?;
        before.checked_add(self.dimensions.checked_mul(4)?.checked_mul(at)?)
    }

    fn has_exactly(&self, vectors: &[(u64, Vec<f32>)]) -> bool {
        self.count == vectors.len() && vectors.iter().enumerate().all(|(at, (key, _))| self.key(at) == Some(*key))
    }
}

fn file_bytes(vectors: &[&(u64, Vec<f32>)]) -> Vec<u8> {
    let dimensions = vectors.first().map_or(0, |(_, vector)| vector.len());
    let number = |number: usize| u32::try_from(number).unwrap_or_default().to_le_bytes();
    let mut bytes = Vec::with_capacity(HEAD_BYTES + vectors.len() * (12 + 5 * dimensions));
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&number(dimensions));
    bytes.extend_from_slice(&number(vectors.len()));
    for (key, _) in vectors {
        bytes.extend_from_slice(&key.to_le_bytes());
    }
    for (_, vector) in vectors {
        bytes.extend_from_slice(&scale(vector).to_le_bytes());
    }
    for (_, vector) in vectors {
        bytes.extend_from_slice(bytemuck::cast_slice(&integers(vector).0));
    }
    for (_, vector) in vectors {
        bytes.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}

/// The vector in integers, and what they are to be multiplied with.
pub(crate) fn integers(vector: &[f32]) -> (Vec<i8>, f32) {
    let scale = scale(vector);
    #[expect(clippy::cast_possible_truncation, reason = "the largest absolute value becomes 127")]
    let integers = vector.iter().map(|value| (value / scale).round() as i8).collect();
    (integers, scale)
}

fn scale(vector: &[f32]) -> f32 {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    if largest > 0.0 { largest / INTEGER_MAX } else { 1.0 }
}
