//! What goes into the store and what comes out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_model::{Claim, Date, DocumentId, Format, Revision, Skipped, SourceType};

/// Small named values: what a scan was asked to do, or what it was done with.
pub type Settings = BTreeMap<String, serde_json::Value>;

/// Texts beside the documents on which results depend, by name.
pub type Inputs = BTreeMap<String, String>;

/// A document as it was read. Blocks and sections are not kept: reading the text again gives them back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// Named by path.
    pub id: DocumentId,
    /// Path relative to the scanned root.
    pub path: String,
    /// The document's title.
    pub title: String,
    /// What it is to its team.
    pub source_type: SourceType,
    /// The notation it is written in.
    pub format: Format,
    /// The date it gives itself.
    pub modified: Option<Date>,
    /// Digest of the bytes.
    pub revision: Revision,
    /// The text, to the byte.
    pub text: Arc<str>,
}

/// What an extractor read in one piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimUnit {
    /// Hash of everything the claims depend on; a unit with the same key need not be extracted again.
    pub key: String,
    /// The document read.
    pub document: DocumentId,
    /// The claims in the extractor's order; none is a result too.
    pub claims: Vec<Claim>,
}

/// What one scan changes.
#[derive(Clone, Debug, Default)]
pub struct ScanCommit {
    /// New and changed documents.
    pub documents: Vec<StoredDocument>,
    /// Documents that are no longer there.
    pub removed: Vec<DocumentId>,
    /// Units extracted by this scan. A unit whose key is already kept replaces it.
    pub units: Vec<ClaimUnit>,
    /// Keys of kept units that this scan used again. Every other older unit of a document of the store is dropped, also when
    /// this scan removed the document; units of documents that the store never held (imported claims) stay.
    pub keep_keys: BTreeSet<String>,
    /// All inputs that this scan skipped; replaces the former list.
    pub skipped: Vec<Skipped>,
    /// The scan's inputs and settings; replaces the former ones.
    pub settings: Settings,
    /// What the scan was done with, such as versions of extractors; replaces the former values.
    pub run: Settings,
    /// Texts beside the documents on which results depend, by name: rules, settings, decisions. Replaces the former ones.
    pub inputs: Inputs,
    /// Who last wrote the documents, where they say so.
    pub authors: BTreeMap<DocumentId, String>,
    /// The moment, as the caller's clock says.
    pub at: String,
}

/// Everything that is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// By path.
    pub documents: Vec<StoredDocument>,
    /// By document, then by key.
    pub units: Vec<ClaimUnit>,
    /// Inputs that the last scan skipped, sorted.
    pub skipped: Vec<Skipped>,
    /// The last scan's inputs and settings.
    pub settings: Settings,
    /// What the last scan was done with.
    pub run: Settings,
    /// Texts beside the documents on which results depend.
    pub inputs: Inputs,
}

impl Snapshot {
    /// All claims in the order of the units.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.units.iter().flat_map(|unit| &unit.claims)
    }
}
