//! Paths and their operations as endpoints; webhooks and callbacks as flows out of the API.

use cairn_model::{ControlType, EndpointClaim, FlowClaim, FlowMode};

use super::{Api, security};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// What a path item may hold beside operations.
const PATH_KEYS: &[&str] = &["parameters", "summary", "description", "servers", "$ref", "additionalOperations"];

pub(super) fn read(api: &Api<'_>, facts: &mut Facts<'_>) {
    for path in api.root.get("paths").map(Node::entries).unwrap_or_default() {
        if path.key.starts_with("x-") {
            facts.not_understood(path.key_span.start, format!("extension `{}`", path.key));
            continue;
        }
        for operation in api.resolve(&path.value).entries() {
            if METHODS.contains(&operation.key.as_str()) {
                endpoint(api, path, operation, facts);
                callbacks(api, operation, facts);
            } else if !PATH_KEYS.contains(&operation.key.as_str()) {
                let what = format!("`{}` under the path `{}`", operation.key, path.key);
                facts.not_understood(operation.key_span.start, what);
            }
        }
    }
    webhooks(api, facts);
}

fn endpoint(api: &Api<'_>, path: &Entry, operation: &Entry, facts: &mut Facts<'_>) {
    let requirement = security::requirement(api, &operation.value);
    let mut places: Vec<Place> = vec![path.place(), operation.place()];
    places.extend(requirement.place);
    let deprecated = operation.value.entry("deprecated").filter(|entry| entry.value.as_bool() == Some(true));
    places.extend(deprecated.map(Entry::place));
    let claim = EndpointClaim {
        path: path.key.clone(),
        component: api.name(),
        method: Some(operation.key.to_uppercase()),
        exposure: None,
        authentication: requirement.authentication,
        authorization: requirement.authorization,
    };
    facts.endpoint(claim, security::status(&operation.value), &places);
    if let Some(limited) = operation.value.entry_at(&["responses", "429"]) {
        let places = [path.place(), operation.place(), limited.place()];
        facts.protects(ControlType::RateLimiting, &path.key, "429 Too Many Requests", &places);
    }
}

fn callbacks(api: &Api<'_>, operation: &Entry, facts: &mut Facts<'_>) {
    for callback in operation.value.get("callbacks").map(Node::entries).unwrap_or_default() {
        outgoing(api, callback, "callback receiver", facts);
    }
}

fn webhooks(api: &Api<'_>, facts: &mut Facts<'_>) {
    for key in ["webhooks", "x-webhooks"] {
        for webhook in api.root.get(key).map(Node::entries).unwrap_or_default() {
            outgoing(api, webhook, "webhook receiver", facts);
        }
    }
}

/// The receiver has no name in the description: it is whoever registered.
fn outgoing(api: &Api<'_>, entry: &Entry, receiver: &str, facts: &mut Facts<'_>) {
    let Some(source) = api.name() else {
        facts.not_understood(entry.key_span.start, format!("`{}`: the API that calls out has no name", entry.key));
        return;
    };
    let claim = FlowClaim {
        source,
        target: receiver.to_owned(),
        protocol: Some("HTTP".to_owned()),
        data: vec![entry.key.clone()],
        mode: Some(FlowMode::Async),
        ..FlowClaim::default()
    };
    let address = entry.value.entries().first().map(Entry::place);
    facts.flow(claim, &std::iter::once(entry.place()).chain(address).collect::<Vec<_>>());
}
