//! Environment variables, secrets and config maps: what a workload calls and where its secrets come from. A secret's value
//! is never quoted, only the name it goes by.

use cairn_model::{Classification, ControlType, DataClaim};

use super::{Object, workloads};
use crate::environment::{Variable, is_reference};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};
use crate::{address, sensitive};

/// The environment of one container.
pub(super) fn read(object: &Object<'_>, container: &Node, facts: &mut Facts<'_>) {
    for variable in container.get("env").map(Node::items).unwrap_or_default() {
        let Some(name) = variable.entry("name") else { continue };
        if let Some(reference) = variable.entry_at(&["valueFrom", "secretKeyRef"]) {
            from_secret(object, name, reference, facts);
        }
        if let Some(value) = variable.entry("value") {
            literal(object, name, value, facts);
        }
    }
    for source in container.get("envFrom").map(Node::items).unwrap_or_default() {
        if let Some(map) = source.entry("configMapRef") {
            workloads::configuration(object, map, facts);
        }
        if let Some(secret) = source.entry("secretRef") {
            let name = secret.value.entry("name").map(Entry::place);
            let places = object.with(std::iter::once(secret.place()).chain(name));
            facts.protects(ControlType::SecretManagement, object.name(), "Kubernetes Secret", &places);
        }
    }
}

fn from_secret(object: &Object<'_>, name: &Entry, reference: &Entry, facts: &mut Facts<'_>) {
    let inner = reference.value.entries().iter().filter(|entry| matches!(entry.key.as_str(), "name" | "key"));
    let places = object.with([name.place(), reference.place()].into_iter().chain(inner.map(Entry::place)));
    facts.protects(ControlType::SecretManagement, object.name(), "Kubernetes Secret", &places);
    if let Some(variable) = name.value.name() {
        let claim = DataClaim {
            name: variable.to_owned(),
            component: Some(object.name().to_owned()),
            classification: Some(sensitive::classify(variable).unwrap_or(Classification::Secret)),
            ..DataClaim::default()
        };
        facts.data(claim, &places);
    }
}

fn literal(object: &Object<'_>, name: &Entry, value: &Entry, facts: &mut Facts<'_>) {
    let (Some(variable), Some(text)) = (name.value.name(), value.value.name()) else { return };
    let whole: Place = (name.key_span.start..value.value.span.end).into();
    Variable {
        program: object.name(),
        name: variable,
        value: text,
        whole: object.with([whole]),
        name_only: object.with([without_value(name, value)]),
    }
    .claim(facts);
}

/// The variable's name and the key `value`, not the value.
fn without_value(name: &Entry, value: &Entry) -> Place {
    let (start, end) = (name.key_span.start, value.key_span.end);
    if start < end && end <= value.value.span.start && name.value.span.end <= end {
        Place::exact(start..end)
    } else {
        Place::exact(name.key_span.start..name.value.span.end)
    }
}

/// The maps that hold a secret's values.
pub(super) fn secret_values<'a>(object: &Object<'a>) -> Vec<&'a Entry> {
    ["data", "stringData"].iter().filter_map(|key| object.node.entry(key)).collect()
}

/// A secret in a manifest stands where the manifest stands.
pub(super) fn secret(object: &Object<'_>, facts: &mut Facts<'_>) {
    for values in secret_values(object) {
        for value in values.value.entries().iter().filter(|entry| entry.value.name().is_some()) {
            let places: Vec<Place> = object.places().into_iter().chain([value.key_place()]).collect();
            facts.lacks(ControlType::SecretManagement, object.name(), "secrets kept out of the file", &object.places());
            let claim = DataClaim {
                name: value.key.clone(),
                component: None,
                classification: Some(sensitive::classify(&value.key).unwrap_or(Classification::Secret)),
                ..DataClaim::default()
            };
            facts.data(claim, &places);
        }
    }
}

/// Secrets among plain configuration.
pub(super) fn config_map(object: &Object<'_>, facts: &mut Facts<'_>) {
    for value in object.node.get("data").map(Node::entries).unwrap_or_default() {
        let text = value.value.name().unwrap_or_default();
        let in_address = address::find(&value.key, text).is_some_and(|address| address.has_password);
        if in_address || (sensitive::is_secret(&value.key) && !text.is_empty() && !is_reference(text)) {
            let places: Vec<Place> = object.places().into_iter().chain([value.key_place()]).collect();
            facts.lacks(ControlType::SecretManagement, object.name(), "secrets kept out of the file", &places);
        }
    }
}
