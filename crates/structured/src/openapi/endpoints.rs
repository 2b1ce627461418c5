//! Paths and their operations as endpoints; webhooks and callbacks as flows out of the API.

use cairn_model::{ControlType, EndpointClaim, FlowClaim, FlowMode, Status};

use super::{Api, security, servers};
use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed};

const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// What a path item may hold beside operations.
const PATH_KEYS: &[&str] = &["parameters", "summary", "description", "servers", "$ref"];

pub(super) fn read(api: &Api<'_>, facts: &mut Facts<'_>) {
    for path in api.root().entries_of("paths") {
        if path.key().starts_with("x-") {
            path.not_understood(facts, format!("extension `{}`", path.key()));
            continue;
        }
        let item = api.resolve(path.value());
        servers(api, item, path.key(), &[path.place()], facts);
        for operation in item.entries() {
            if METHODS.contains(&operation.key()) {
                endpoint(api, path, operation, facts);
            } else if !PATH_KEYS.contains(&operation.key()) {
                let what = format!("`{}` under the path `{}`", operation.key(), path.key());
                operation.not_understood(facts, what);
            }
        }
    }
    for key in ["webhooks", "x-webhooks"] {
        for webhook in api.root().entries_of(key) {
            outgoing(api, webhook, "webhook receiver", Status::Implemented, facts);
        }
    }
}

fn endpoint(api: &Api<'_>, path: Keyed<'_>, operation: Keyed<'_>, facts: &mut Facts<'_>) {
    let requirement = security::requirement(api, operation.value());
    let mut places: Vec<Place> = vec![path.place(), operation.place()];
    places.extend(requirement.place);
    let status = status(operation.value());
    places.extend(deprecated(operation.value()).map(Keyed::place));
    let claim = EndpointClaim {
        path: path.key().to_owned(),
        component: api.name(),
        method: Some(operation.key().to_uppercase()),
        exposure: None,
        authentication: requirement.authentication,
        authorization: requirement.authorization,
    };
    facts.endpoint(claim, status, &places);
    let context = [path.place(), operation.place()];
    servers(api, operation.value(), path.key(), &context, facts);
    if let Some(limited) = operation.value().get("responses").and_then(|responses| responses.entry("429")) {
        let places = [path.place(), operation.place(), limited.place()];
        facts.protects(ControlType::RateLimiting, path.key(), "429 Too Many Requests", &places);
    }
    for callback in operation.value().entries_of("callbacks") {
        outgoing(api, callback, "callback receiver", status, facts);
    }
}

/// The receiver has no name in the description: it is whoever registered. Under a callback stand addresses with their
/// operations, under a webhook stand operations.
fn outgoing(api: &Api<'_>, entry: Keyed<'_>, receiver: &str, status: Status, facts: &mut Facts<'_>) {
    let Some(source) = api.name() else {
        entry.not_understood(facts, format!("`{}`: the API that calls out has no name", entry.key()));
        return;
    };
    let target = api.resolve(entry.value());
    let first = target.entries().find(|inner| inner.value().node.is_map());
    let operation = first.map(|inner| if METHODS.contains(&inner.key()) { inner.value() } else { inside(inner) });
    let retired = operation.and_then(deprecated);
    let claim = FlowClaim {
        source,
        target: receiver.to_owned(),
        protocol: Some("HTTP".to_owned()),
        data: vec![entry.key().to_owned()],
        mode: Some(FlowMode::Async),
        ..FlowClaim::default()
    };
    let places: Vec<Place> = [Some(entry), first, retired].into_iter().flatten().map(Keyed::place).collect();
    facts.flow_as(claim, if retired.is_some() { Status::Deprecated } else { status }, &places);
}

/// The operation under an address.
fn inside(address: Keyed<'_>) -> At<'_> {
    let operation = address.value().entries().find(|inner| METHODS.contains(&inner.key()));
    operation.map_or(address.value(), Keyed::value)
}

/// Deprecated operations are being retired; all others are there.
fn status(operation: At<'_>) -> Status {
    if deprecated(operation).is_some() { Status::Deprecated } else { Status::Implemented }
}

fn deprecated(operation: At<'_>) -> Option<Keyed<'_>> {
    operation.entry("deprecated").filter(|entry| entry.value().node.as_bool() == Some(true))
}
