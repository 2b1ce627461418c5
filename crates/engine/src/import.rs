//! What others found in the same documents: files of claims, and threat models in other tools' formats.
//!
//! An imported file is kept in the workspace as it is and read again for every command, so that the next scan does not lose it
//! and its claims are held to the documents as they are then. A file of claims quotes documents that were scanned; a
//! threat model is a document itself, and is quoted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cairn_ingest::Limits;
use cairn_model::{Claim, Document, DocumentId};
use serde_json::Value;

use crate::{EngineError, Workspace, world};

/// Where imported files are kept in the workspace.
const FOLDER: &str = "imported";

/// Names of the extractor of imported claims begin so.
const EXTRACTOR: &str = "import/";

/// What an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// Claims by the claim contract: one object a line, or a list of them.
    Claims,
    /// A threat model of Threagile.
    Threagile,
}

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The claims, whose quotes are yet to be found.
    pub claims: Vec<Claim>,
    /// What is no claim, with its line.
    pub problems: Vec<String>,
}

/// Reads `file` and keeps it in the workspace, in place of an earlier one of its name.
pub fn import(workspace: &Workspace, kind: Import, file: &Path) -> Result<Imported, EngineError> {
    let text = world::read_text(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let imported = match kind {
        Import::Claims => claims_of(&name, &text, &BTreeSet::new()),
        Import::Threagile => document(&name, &text).map(|it| read(&it)).unwrap_or_default(),
    };
    if imported.claims.is_empty() {
        let reason = imported.problems.first().cloned().unwrap_or_else(|| "it holds no claim".to_owned());
        return Err(EngineError::Import { path: file.to_owned(), reason });
    }
    let folder = workspace.folder().join(FOLDER);
    let failed = |source| EngineError::File { path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(kept_at(&folder, kind, &name), text).map_err(failed)?;
    Ok(imported)
}

/// The imported files of the workspace, by name.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<(String, String)>, EngineError> {
    let folder = workspace.folder().join(FOLDER);
    if folder.is_dir() { world::read_files(&folder) } else { Ok(Vec::new()) }
}

/// What imported files say: documents and claims.
pub(crate) fn kept(files: &[(String, String)], documents: &[Document]) -> (Vec<Document>, Vec<Claim>) {
    let (mut models, mut claims) = (Vec::new(), Vec::new());
    let paths: BTreeSet<&str> = documents.iter().map(|document| document.path.as_str()).collect();
    for (name, text) in files {
        if let Some(name) = name.strip_suffix(CLAIMS_SUFFIX) {
            claims.extend(claims_of(name, text, &paths).claims);
        } else if let Some(model) = document(name, text) {
            claims.extend(read(&model).claims);
            models.push(model);
        }
    }
    (models, claims)
}

const CLAIMS_SUFFIX: &str = ".claims";

fn kept_at(folder: &Path, kind: Import, name: &str) -> PathBuf {
    let suffix = if kind == Import::Claims { CLAIMS_SUFFIX } else { "" };
    folder.join(format!("{name}{suffix}"))
}

/// The claims of a file. A citation may name its document by id or by path; of a path that was not scanned as it is written,
/// the one among `paths` that ends in it is meant where there is only one.
pub fn claims_of(name: &str, text: &str, paths: &BTreeSet<&str>) -> Imported {
    let mut imported = Imported::default();
    let whole: Option<Value> = serde_json::from_str(text).ok();
    let listed = match &whole {
        Some(Value::Array(list)) => Some(list.clone()),
        Some(Value::Object(object)) => object.get("claims").and_then(Value::as_array).cloned(),
        _ => None,
    };
    let records: Vec<(String, Result<Value, serde_json::Error>)> = if let Some(list) = listed {
        list.into_iter().zip(1..).map(|(value, at)| (format!("claim {at}"), Ok(value))).collect()
    } else {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        lines.map(|(line, at)| (format!("line {at}"), serde_json::from_str(line))).collect()
    };
    for (place, record) in records {
        match record.and_then(|value| claim(name, value, paths)) {
            Ok(claim) => imported.claims.push(claim),
            Err(error) => imported.problems.push(format!("{place}: {error}")),
        }
    }
    imported
}

fn claim(name: &str, mut value: Value, paths: &BTreeSet<&str>) -> Result<Claim, serde_json::Error> {
    let citations = value.get_mut("evidence").and_then(Value::as_array_mut).into_iter().flatten();
    for document in citations.filter_map(|citation| citation.get_mut("document")) {
        if let Some(written) = document.as_str().filter(|written| !written.starts_with("doc-")) {
            *document = DocumentId::of_path(scanned(written, paths)).as_str().into();
        }
    }
    let mut claim: Claim = serde_json::from_value(value)?;
    claim.extractor = format!("{EXTRACTOR}{name}");
    Ok(claim)
}

fn scanned<'a>(written: &'a str, paths: &BTreeSet<&'a str>) -> &'a str {
    if paths.contains(written) {
        return written;
    }
    let ends = |path: &&&str| path.strip_suffix(written).is_some_and(|before| before.ends_with('/'));
    let mut meant = paths.iter().filter(ends);
    match (meant.next(), meant.next()) {
        (Some(only), None) => only,
        _ => written,
    }
}

/// An imported threat model as a document.
fn document(name: &str, text: &str) -> Option<Document> {
    let limits = Limits { document_bytes_max: usize::MAX };
    cairn_ingest::read(&format!("{FOLDER}/{name}"), text.as_bytes(), limits).ok()
}

fn read(document: &Document) -> Imported {
    let documents = std::slice::from_ref(document);
    let plan = cairn_extract::plan(documents);
    let readings = plan.units.iter().map(|unit| cairn_extract::run(&plan, unit, documents));
    let (mut claims, mut problems) = (Vec::new(), Vec::new());
    for reading in readings {
        claims.extend(reading.claims);
        problems.extend(reading.not_understood.iter().map(|part| format!("line {}: {}", part.line, part.what)));
    }
    Imported { claims, problems }
}
