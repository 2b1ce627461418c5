//! The section `[search]` of the settings. Its keys are explained in `config/default.toml`.

use serde::Deserialize;

/// How passages are found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key is explained in `config/default.toml`, in the same order")]
pub struct SearchSettings {
    pub dense_weight: f64,
    pub nearness_min: f64,
    pub embedding: String,
    pub embedding_model: String,
    pub vectors_at_once: usize,
    pub background: bool,
    pub rerank: usize,
    pub store: String,
    pub qdrant_url: String,
    pub qdrant_api_key_env: String,
    pub qdrant_collection: String,
    pub qdrant_tenant: String,
    pub qdrant_shards: u32,
    pub qdrant_replicas: u32,
    pub qdrant_timeout_ms: u64,
    pub server_fusion: bool,
}

impl SearchSettings {
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.dense_weight) {
            return Err("`search.dense_weight` lies between 0 and 1".to_owned());
        }
        if !(-1.0..=1.0).contains(&self.nearness_min) {
            return Err("`search.nearness_min` lies between -1 and 1".to_owned());
        }
        if !matches!(self.embedding.as_str(), "shipped" | "endpoint" | "none") {
            return Err(format!(
                "`search.embedding` is `{}`, expected `shipped`, `endpoint` or `none`",
                self.embedding
            ));
        }
        if self.embedding == "endpoint" && self.embedding_model.is_empty() {
            return Err("`search.embedding_model` is empty, expected the name of the endpoint's model".to_owned());
        }
        if !matches!(self.store.as_str(), "embedded" | "qdrant") {
            return Err(format!("`search.store` is `{}`, expected `embedded` or `qdrant`", self.store));
        }
        if self.store == "qdrant" && (self.qdrant_url.is_empty() || self.qdrant_collection.is_empty()) {
            return Err("`search.store` is `qdrant`, which needs `qdrant_url` and `qdrant_collection`".to_owned());
        }
        if self.qdrant_shards == 0 || self.qdrant_replicas == 0 || self.qdrant_timeout_ms == 0 {
            return Err(
                "`qdrant_shards`, `qdrant_replicas` and `qdrant_timeout_ms` of `search` are at least 1".to_owned()
            );
        }
        Ok(())
    }
}
