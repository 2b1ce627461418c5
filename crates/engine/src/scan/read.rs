//! Files to documents. One bad file never stops the others.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use cairn_ingest::Limits;
use cairn_model::{Date, Document, Skipped};
use rayon::prelude::*;

use crate::world::{self, Collected, ReadFailure, SourceFile};
use crate::{Progress, Settings, Stage};

/// Why a document is skipped on which a reader panicked: a bug of ours, which the user can only report.
const READER_FAILED: &str = "the reader failed on it, which is a bug";

/// What was read.
pub(super) struct Read {
    /// By path.
    pub(super) documents: Vec<Document>,
    /// Sorted.
    pub(super) skipped: Vec<Skipped>,
    /// How many of the skipped should have been read.
    pub(super) failures: usize,
    /// The paths of documents that state no date.
    pub(super) undated: Vec<String>,
}

impl Read {
    /// Gives documents that have no day yet the one that `dates` has for them.
    pub(super) fn date_by(&mut self, dates: &BTreeMap<String, Date>) {
        for document in self.documents.iter_mut().filter(|document| document.modified.is_none()) {
            document.modified = dates.get(&document.path).copied();
        }
    }

    /// Takes out the documents for which `failed` holds: a reader panicked on them.
    pub(super) fn drop_failed(&mut self, failed: impl Fn(&Document) -> bool) {
        let (bad, good): (Vec<_>, Vec<_>) = std::mem::take(&mut self.documents).into_iter().partition(failed);
        self.documents = good;
        self.failures += bad.len();
        self.skipped.extend(bad.into_iter().map(|document| reader_failed(document.path)));
        self.skipped.sort();
    }
}

enum Outcome {
    Document(Box<Document>),
    Skipped(Skipped),
    Failed(Skipped),
}

/// Reads all files that were collected.
pub(super) fn read(collected: Collected, commit: Option<&str>, settings: &Settings, progress: &dyn Progress) -> Read {
    progress.begin(Stage::Read, Some(collected.files.len()));
    let locations: BTreeMap<String, PathBuf> =
        collected.files.iter().map(|file| (file.path.clone(), file.location.clone())).collect();
    let outcomes: Vec<Outcome> = collected
        .files
        .par_iter()
        .map(|file| {
            let outcome = read_one(file, settings);
            progress.advance();
            outcome
        })
        .collect();
    progress.end();

    let mut read =
        Read { documents: Vec::new(), skipped: collected.skipped, failures: collected.failures, undated: Vec::new() };
    for outcome in outcomes {
        match outcome {
            Outcome::Document(document) => read.documents.push(*document),
            Outcome::Skipped(skipped) => read.skipped.push(skipped),
            Outcome::Failed(skipped) => {
                read.failures += 1;
                read.skipped.push(skipped);
            }
        }
    }
    read.skipped.sort();
    let undated = read.documents.iter().filter(|document| document.modified.is_none());
    read.undated = undated.map(|document| document.path.clone()).collect();
    if settings.freshness.git_dates {
        date(&mut read.documents, &locations, commit);
    }
    read
}

/// Gives documents that state no date the day of the last commit that changed them.
pub(super) fn date(documents: &mut [Document], locations: &BTreeMap<String, PathBuf>, commit: Option<&str>) {
    let undated = |document: &&mut Document| document.modified.is_none();
    let files = documents.iter_mut().filter(undated).filter_map(|document| locations.get(&document.path));
    let dates = world::changed_on(files.map(PathBuf::as_path), commit);
    for document in documents.iter_mut().filter(undated) {
        document.modified = locations.get(&document.path).and_then(|location| dates.get(location)).copied();
    }
}

fn read_one(file: &SourceFile, settings: &Settings) -> Outcome {
    let bytes = match world::read(file, settings.max_document_bytes) {
        Ok(bytes) => bytes,
        Err(ReadFailure::TooLong(skipped)) => return Outcome::Skipped(skipped),
        Err(ReadFailure::Unreadable(skipped)) => return Outcome::Failed(skipped),
    };
    let limits = Limits { document_bytes_max: settings.max_document_bytes };
    match catch_unwind(AssertUnwindSafe(|| cairn_ingest::read(&file.path, &bytes, limits))) {
        Ok(Ok(document)) => Outcome::Document(Box::new(document)),
        Ok(Err(skipped)) => Outcome::Skipped(skipped),
        Err(_) => Outcome::Failed(reader_failed(file.path.clone())),
    }
}

pub(super) fn reader_failed(path: String) -> Skipped {
    Skipped { path, reason: READER_FAILED.to_owned() }
}
