//! Reading the files of a set.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// A set cannot be scored because of its files.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file is missing or not readable text; usually the wrong folder was given.
    #[error("cannot read `{path}`\nhint: is this the folder of a set?")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file does not have the shape of a set's file.
    #[error("`{path}`, line {line}: not what is expected there")]
    Shape {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// A folder holds neither claims nor folders with claims.
    #[error(
        "no claims in `{path}` or in the folders in it\nhint: a gold folder holds `documents.txt` and `gold.jsonl`"
    )]
    NoSystems {
        /// The folder.
        path: PathBuf,
    },
    /// The documents cannot be found, or not with so many threads.
    #[error(transparent)]
    Engine(#[from] cairn_engine::EngineError),
    /// A folder holds no question set that is known.
    #[error(
        "no question set in `{path}`\nhint: a set is a folder called `anthropic-codebases`, `anthropic-docs` or `vaswani`"
    )]
    NoQuestions {
        /// The folder.
        path: PathBuf,
    },
    /// Passages cannot be indexed or turned into vectors.
    #[error("retrieval cannot be measured")]
    Retrieval(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The model to be scored is not an export.
    #[error("the model is not an export\nhint: `cairn export --format json` writes one")]
    Model {
        /// What the reader says.
        source: serde_json::Error,
    },
}

pub(crate) fn read_text(path: &Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path).map_err(|source| EvalError::Read { path: path.to_owned(), source })
}

pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, EvalError> {
    std::fs::read(path).map_err(|source| EvalError::Read { path: path.to_owned(), source })
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, EvalError> {
    let shape = |source| EvalError::Shape { path: path.to_owned(), line: 1, source };
    serde_json::from_str(&read_text(path)?).map_err(shape)
}

pub(crate) fn read_json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, EvalError> {
    Ok(read_numbered_json_lines(path)?.into_iter().map(|(_, line)| line).collect())
}

/// The records of a file with their lines, counted from 1; empty lines are passed over.
pub(crate) fn read_numbered_json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<(usize, T)>, EvalError> {
    let text = read_text(path)?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let parse = |(text, line): (&str, usize)| {
        let record = serde_json::from_str(text);
        record.map(|record| (line, record)).map_err(|source| EvalError::Shape { path: path.to_owned(), line, source })
    };
    lines.map(parse).collect()
}
