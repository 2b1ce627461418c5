//! How fast the embedded extraction is, pass by pass, on a folder that grows by copies of itself.
//!
//! Copies come under new paths, and identifiers in them (`card-store`, `cardStore`) get a number, so that the lexicon grows with
//! the text and a pass that is more than linear in either shows.

use std::path::Path;
use std::time::Duration;

use cairn_ingest::Limits;
use cairn_model::Document;
use rayon::prelude::*;

use crate::EvalError;
use crate::reading::{documents, pool};

/// A pass of the extraction, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// What is done.
    pub name: &'static str,
    /// How long it took.
    pub time: Duration,
}

/// One size of the folder.
#[derive(Clone, Debug)]
pub struct SpeedRow {
    /// How many times the folder was read.
    pub copies: usize,
    /// How many documents that makes.
    pub documents: usize,
    /// And how many bytes.
    pub bytes: usize,
    /// What each pass took.
    pub passes: Vec<Pass>,
    /// How many claims were read.
    pub claims: usize,
    /// The most memory that the process has held so far, where the system tells.
    pub peak_bytes: Option<u64>,
}

impl SpeedRow {
    /// Megabytes a second of a pass.
    #[expect(clippy::cast_precision_loss, reason = "a folder is far below 2^52 bytes")]
    pub fn megabytes_per_second(&self, pass: Pass) -> f64 {
        self.bytes as f64 / 1e6 / pass.time.as_secs_f64().max(1e-9)
    }
}

/// Times the passes on `docs` read once, twice, four times and so on up to `copies`. `now` is the time since some start.
pub fn speed(
    docs: &Path,
    copies: usize,
    threads: Option<usize>,
    now: &(dyn Fn() -> Duration + Sync),
) -> Result<Vec<SpeedRow>, EvalError> {
    pool(threads)?.install(|| {
        let originals = documents(docs)?;
        let doubled = std::iter::successors(Some(1), |size| Some(size * 2)).take_while(|size| *size < copies);
        Ok(doubled.chain([copies.max(1)]).map(|size| row(&originals, size, now)).collect())
    })
}

fn row(originals: &[Document], copies: usize, now: &(dyn Fn() -> Duration + Sync)) -> SpeedRow {
    let texts: Vec<(String, String)> =
        (0..copies).flat_map(|copy| originals.iter().map(move |document| copied(document, copy))).collect();
    let limits = Limits { document_bytes_max: usize::MAX };
    let mut passes = Vec::new();
    let mut done = |name: &'static str, since: Duration| passes.push(Pass { name, time: now().saturating_sub(since) });

    let start = now();
    let documents: Vec<Document> =
        texts.par_iter().filter_map(|(path, text)| cairn_ingest::read(path, text.as_bytes(), limits).ok()).collect();
    done("ingest", start);
    let start = now();
    let surveys: Vec<_> = documents.par_iter().map(cairn_prose::survey).collect();
    done("survey", start);
    let start = now();
    let lexicon = cairn_prose::gather(&surveys);
    done("gather", start);
    let start = now();
    let claims = documents.par_iter().map(|document| cairn_prose::read(document, &lexicon).len()).sum();
    done("read", start);
    SpeedRow {
        copies,
        documents: documents.len(),
        bytes: documents.iter().map(|document| document.text.len()).sum(),
        passes,
        claims,
        peak_bytes: peak_bytes(),
    }
}

/// The document's path and text; from the second copy on under new names.
fn copied(document: &Document, copy: usize) -> (String, String) {
    match copy {
        0 => (document.path.clone(), document.text.to_string()),
        _ => (format!("copy-{copy}/{}", document.path), renamed(&document.text, copy)),
    }
}

/// Numbers every identifier: a word of letters and digits with a hyphen, an underscore or a capital inside.
fn renamed(text: &str, copy: usize) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut renamed = String::with_capacity(text.len() + text.len() / 8);
    for piece in text.split_inclusive(|c: char| !is_part(c)) {
        let word = piece.trim_end_matches(|c: char| !is_part(c));
        if is_identifier(word) {
            // In front, because the end of a name tells what the thing is.
            renamed.extend([format!("n{copy}")]);
        }
        renamed.push_str(word);
        renamed.extend(piece.strip_prefix(word));
    }
    renamed
}

fn is_identifier(word: &str) -> bool {
    let inner = word.chars().zip(word.chars().skip(1));
    let joined = word.trim_matches(['-', '_']).contains(['-', '_']);
    let begins_and_ends = |is: fn(&char) -> bool| {
        word.chars().next().is_some_and(|c| is(&c)) && word.chars().last().is_some_and(|c| is(&c))
    };
    let humps = inner.into_iter().any(|(one, next)| one.is_ascii_lowercase() && next.is_ascii_uppercase());
    begins_and_ends(char::is_ascii_alphanumeric) && (joined || humps)
}

/// The high-water mark of resident memory, which Linux keeps for each process.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
