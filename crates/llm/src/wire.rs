//! The library's configuration for an endpoint. Its defaults come from the environment, so every one of them is replaced.

use async_openai::config::{AzureConfig, Config, OpenAIConfig};

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
            Box::new(config.with_deployment_id(deployment).with_api_version(api_version))
        }
    }
}
