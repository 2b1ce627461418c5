//! What people decided: `cairn.decisions.toml` beside the settings, read like a document so that decisions are cited like
//! everything else.
//!
//! `file` is the form of the file, `apply` brings its entries to the model, and `record` writes new ones and keeps the audit
//! trail in the store. A decision never changes what the rules found: threats carry it beside their own status.

mod apply;
mod file;
mod record;

use std::path::Path;
use std::sync::Arc;

use cairn_model::{Document, DocumentId, Format, Revision, Section, SourceType, Span};

use crate::{EngineError, Workspace};

pub(crate) use apply::{Applied, apply, mark};
pub use file::{Action, Entry};
pub(crate) use record::keep;
pub use record::{NewDecision, decide, history, withdraw};

/// Name of the file of decisions beside the settings.
pub const DECISIONS_FILE: &str = "cairn.decisions.toml";

/// The decisions of a project.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// The file as a document; none where there is no file.
    pub(crate) document: Option<Document>,
}

/// The decisions that count in this run: those of the revision that it was given, or else of the working tree.
pub fn decisions(workspace: &Workspace) -> Result<Decisions, EngineError> {
    let path = workspace.project_path(DECISIONS_FILE);
    let (project, Some(revision)) = workspace.decided_at() else {
        return match workspace.past() {
            Some(past) => past.inputs.get(DECISIONS_FILE).map_or(Ok(NONE), |text| parse(text, &path)),
            None => written(workspace),
        };
    };
    let wrong = |reason: String| EngineError::Decisions {
        path: path.clone(),
        reason: format!("cannot read them at revision `{revision}`: {reason}"),
    };
    match crate::world::text_at(project, DECISIONS_FILE, revision).map_err(wrong)? {
        Some(text) => parse(&text, &path),
        None => Ok(NONE),
    }
}

/// Where nobody decided anything.
const NONE: Decisions = Decisions { entries: Vec::new(), document: None };

/// The decisions of the working tree.
pub(crate) fn written(workspace: &Workspace) -> Result<Decisions, EngineError> {
    let path = workspace.project_path(DECISIONS_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(&text, &path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(NONE),
        Err(source) => Err(EngineError::File { path, source }),
    }
}

/// Reads the text of a file of decisions; `path` is for messages.
pub(crate) fn parse(text: &str, path: &Path) -> Result<Decisions, EngineError> {
    let wrong = |reason: String| EngineError::Decisions { path: path.to_owned(), reason };
    let entries = file::parse(text).map_err(wrong)?;
    Ok(Decisions { document: Some(document(text)), entries })
}

fn document(text: &str) -> Document {
    Document {
        id: DocumentId::of_path(DECISIONS_FILE),
        path: DECISIONS_FILE.to_owned(),
        title: "Decisions of reviewers".to_owned(),
        source_type: SourceType::Policy,
        format: Format::Source,
        modified: None,
        revision: Revision::of_bytes(text.as_bytes()),
        text: Arc::from(text),
        blocks: Vec::new(),
        sections: vec![Section { heading_path: Vec::new(), span: Span::new(0, text.len()), blocks: 0..0 }],
        front_matter: std::collections::BTreeMap::new(),
    }
}
