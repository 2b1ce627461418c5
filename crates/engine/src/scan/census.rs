//! What the last plan rested on beside its documents, kept so that the next one need not survey them all. Derived, and known by what it
//! was derived from: one that is missing or of other documents only makes a scan slower.

use cairn_extract::Census;
use cairn_model::content_hash;

use crate::{EngineError, Workspace};

const NAME: &str = "census";

/// The census of the documents that `corpus_key` names, if it is kept.
pub(super) async fn kept(workspace: &Workspace, corpus_key: &str) -> Result<Option<Census>, EngineError> {
    let kept = workspace.store.derived(NAME, &key(corpus_key)).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps the census of the documents that `corpus_key` names.
pub(super) async fn keep(workspace: &Workspace, corpus_key: &str, census: &Census) -> Result<(), EngineError> {
    let text = serde_json::to_string(census).expect("counts and texts serialise");
    Ok(workspace.store.keep_derived(NAME, &key(corpus_key), &text).await?)
}

/// The corpus key names documents and extractors; how bytes become documents is the program's.
fn key(corpus_key: &str) -> String {
    content_hash(&[corpus_key, cairn_ingest::CONVERTER, env!("CARGO_PKG_VERSION")])
}
