//! Gold folders: the documents that were annotated, and the claims that people found in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::EvalError;
use crate::claims::{list, text};
use crate::files::{read_bytes, read_numbered_json_lines, read_text};

/// The file with the paths of the annotated documents.
const DOCUMENTS_FILE: &str = "documents.txt";

/// The file with the claims of a gold folder.
const CLAIMS_FILE: &str = "gold.jsonl";

/// Passages this close are one.
const NEAR_BYTES: usize = 80;

/// One system's annotated documents and claims.
#[derive(Debug)]
pub struct GoldSet {
    pub(crate) lines: Vec<GoldLine>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

/// Where a system's gold claims and documents lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFolders {
    /// The system's name: that of its gold folder.
    pub name: String,
    /// The folder with `documents.txt` and `gold.jsonl`.
    pub gold: PathBuf,
    /// The folder with the documents.
    pub docs: PathBuf,
}

/// A claim that people found.
#[derive(Debug)]
pub(crate) struct GoldLine {
    /// Its line in the file, counted from 1.
    pub(crate) number: usize,
    pub(crate) value: Value,
    /// Everywhere that its quotes stand.
    pub(crate) places: Vec<Place>,
}

impl GoldLine {
    pub(crate) fn is_optional(&self) -> bool {
        self.value.get("optional").and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn kind(&self) -> &str {
        text(&self.value, "kind", "")
    }
}

/// Where a quote stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl GoldSet {
    /// Reads the set in `gold`, whose documents lie under `docs`.
    pub fn open(gold: &Path, docs: &Path) -> Result<Self, EvalError> {
        let paths = read_text(&gold.join(DOCUMENTS_FILE))?;
        let paths: BTreeSet<&str> = paths.split('\n').filter(|path| !path.is_empty()).collect();
        let read = |path: &str| Ok((path.to_owned(), read_bytes(&docs.join(path))?));
        let files: BTreeMap<_, _> = paths.into_iter().map(read).collect::<Result<_, EvalError>>()?;
        let lines = read_numbered_json_lines::<Value>(&gold.join(CLAIMS_FILE))?;
        let lines = lines.into_iter().map(|(number, value)| {
            let places = places(&value, &files);
            GoldLine { number, value, places }
        });
        Ok(Self { lines: lines.collect(), files })
    }
}

/// The systems that `gold` names: the folder itself when it holds claims, or else each folder in it that does, by name. The
/// documents of the latter lie in `docs`, in a folder of the system's name or in the folder `docs` in that.
pub fn systems(gold: &Path, docs: &Path) -> Result<Vec<SystemFolders>, EvalError> {
    let name_of = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if gold.join(CLAIMS_FILE).is_file() {
        let full = gold.canonicalize().unwrap_or_else(|_| gold.to_owned());
        return Ok(vec![SystemFolders { name: name_of(&full), gold: gold.to_owned(), docs: docs.to_owned() }]);
    }
    let unreadable = |source| EvalError::Read { path: gold.to_owned(), source };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(gold).map_err(unreadable)? {
        let folder = entry.map_err(unreadable)?.path();
        if folder.join(CLAIMS_FILE).is_file() {
            let name = name_of(&folder);
            let docs = documents_of(&folder, &docs.join(&name))?;
            found.push(SystemFolders { name, gold: folder, docs });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    if found.is_empty() {
        return Err(EvalError::NoSystems { path: gold.to_owned() });
    }
    Ok(found)
}

/// `docs` in the system's folder where all annotated documents are in it, or else that folder.
fn documents_of(gold: &Path, system: &Path) -> Result<PathBuf, EvalError> {
    let below = system.join("docs");
    let listed = read_text(&gold.join(DOCUMENTS_FILE))?;
    let are_below = listed.lines().filter(|path| !path.is_empty()).all(|path| below.join(path).is_file());
    Ok(if below.is_dir() && are_below { below } else { system.to_owned() })
}

/// Whether a place of `some` is at or near one of `others`.
pub(crate) fn overlap(some: &[Place], others: &[Place]) -> bool {
    let near = |a: &Place, b: &Place| a.path == b.path && a.start < b.end + NEAR_BYTES && b.start < a.end + NEAR_BYTES;
    some.iter().any(|a| others.iter().any(|b| near(a, b)))
}

fn places(line: &Value, files: &BTreeMap<String, Vec<u8>>) -> Vec<Place> {
    let mut places = Vec::new();
    for citation in list(line, "evidence") {
        let (path, quote) = (text(citation, "document", ""), text(citation, "quote", ""));
        let bytes = files.get(path).map(Vec::as_slice).unwrap_or_default();
        let starts = memchr::memmem::find_iter(bytes, quote);
        places.extend(starts.map(|start| Place { path: path.to_owned(), start, end: start + quote.len() }));
    }
    places
}
