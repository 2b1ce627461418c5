//! The library's configuration for an endpoint. Its defaults come from the environment, so every one of them is replaced.

use async_openai::config::{AzureConfig, Config, OpenAIConfig};
use reqwest::header::HeaderMap;
use secrecy::SecretString;

use crate::{ApiKey, Endpoint, EndpointKind};

pub(crate) fn config(endpoint: &Endpoint) -> Box<dyn Config> {
    let base = endpoint.base_url.trim_end_matches('/');
    let key = endpoint.api_key.as_ref().map(ApiKey::expose).unwrap_or_default();
    match &endpoint.kind {
        EndpointKind::OpenAi => {
            let config = OpenAIConfig::new().with_api_base(base).with_api_key(key);
            Box::new(config.with_org_id("").with_project_id(""))
        }
        EndpointKind::Azure { deployment, api_version } => {
            let config = AzureConfig::new().with_api_base(base).with_api_key(key);
            Box::new(AzurePaths(config.with_deployment_id(deployment).with_api_version(api_version)))
        }
    }
}

/// Azure's paths. The library puts every one of them under the deployment, where Azure knows neither files nor batches.
struct AzurePaths(AzureConfig);

impl Config for AzurePaths {
    fn headers(&self) -> HeaderMap {
        self.0.headers()
    }

    fn url(&self, path: &str) -> String {
        let is_of_account = ["/files", "/batches"].iter().any(|of_account| path.starts_with(of_account));
        if is_of_account { format!("{}/openai{path}", self.0.api_base()) } else { self.0.url(path) }
    }

    fn query(&self) -> Vec<(&str, &str)> {
        self.0.query()
    }

    fn api_base(&self) -> &str {
        self.0.api_base()
    }

    fn api_key(&self) -> &SecretString {
        self.0.api_key()
    }
}
