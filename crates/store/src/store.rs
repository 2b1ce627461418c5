//! Opening a store and asking it.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_model::Claim;

use crate::{ScanCommit, Snapshot, StoreError, StoredDocument};

/// The database between runs. Cheap to clone; clones share one connection, so calls follow each other.
#[derive(Clone, Debug)]
pub struct Store {}

impl Store {
    /// Opens the store in `dir`, creates it when there is none, and brings an older schema up to date.
    pub async fn open(_dir: &Path) -> Result<Self, StoreError> {
        todo!()
    }

    /// The documents that are kept, by path.
    pub async fn documents(&self) -> Result<Vec<StoredDocument>, StoreError> {
        todo!()
    }

    /// The claims of those units among `keys` that are kept.
    pub async fn claims_by_keys(&self, _keys: &[String]) -> Result<BTreeMap<String, Vec<Claim>>, StoreError> {
        todo!()
    }

    /// Takes over one scan: all of it or, on an error or a crash, nothing. When it returns, the scan is on the disk.
    pub async fn commit(&self, _scan: ScanCommit) -> Result<(), StoreError> {
        todo!()
    }

    /// Everything that is kept, as of one moment.
    pub async fn load(&self) -> Result<Snapshot, StoreError> {
        todo!()
    }
}
