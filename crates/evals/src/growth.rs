//! Documents in the order of their days: how a model would have grown with them.

use std::path::Path;

use cairn_engine::{Settings, world};
use cairn_ingest::Limits;
use cairn_model::Date;

use crate::EvalError;

/// A document that is added to others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Added {
    /// The day that it gives itself in its head or its name; none for one that gives none.
    pub day: Option<Date>,
    /// Its path below the folder.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The documents below `docs`: first those that give no day, then the others by day. Those of one day follow each other by path.
pub fn growth(docs: &Path) -> Result<Vec<Added>, EvalError> {
    let settings = Settings::default();
    let limits = Limits { document_bytes_max: settings.max_document_bytes };
    let collected = world::collect(&[docs.to_owned()], &settings, Path::new(cairn_engine::SETTINGS_FILE))?;
    let read = |file: &world::SourceFile| {
        let bytes = world::read(file, limits.document_bytes_max).ok()?;
        let document = cairn_ingest::read(&file.path, &bytes, limits).ok()?;
        Some(Added { day: document.modified, path: document.path, bytes })
    };
    let mut added: Vec<Added> = collected.files.iter().filter_map(read).collect();
    added.sort();
    Ok(added)
}
