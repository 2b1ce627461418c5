//! Fields of schemas and parameters whose names say that they are sensitive, with the direction in which they travel.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Classification, DataClaim, Handling};

use super::Api;
use crate::facts::{Facts, Place};
use crate::sensitive;
use crate::tree::{Entry, Node};

/// How deep schemas are followed into each other.
const DEPTH_MAX: usize = 24;
/// Places that state a field, of which the first are quoted.
const PLACES_MAX: usize = 4;

/// Gathers every sensitive field, then claims each name once.
pub(super) fn read(api: &Api<'_>, facts: &mut Facts<'_>) {
    let mut fields = Fields { api, seen: BTreeSet::new(), found: BTreeMap::new() };
    for path in api.root.get("paths").map(Node::entries).unwrap_or_default() {
        fields.parameters(&path.value);
        for operation in api.resolve(&path.value).entries().iter().filter(|entry| entry.value.is_map()) {
            fields.parameters(&operation.value);
            if let Some(body) = operation.value.get("requestBody") {
                fields.contents(api.resolve(body), Handling::Collects);
            }
            for response in operation.value.get("responses").map(Node::entries).unwrap_or_default() {
                fields.contents(api.resolve(&response.value), Handling::Sends);
            }
        }
    }
    fields.unused_schemas();
    for (name, field) in fields.found {
        let claim = DataClaim {
            name,
            component: api.name(),
            classification: Some(field.class),
            handling: field.handling.into_iter().collect(),
            ..DataClaim::default()
        };
        facts.data(claim, &field.places);
    }
}

struct Fields<'a> {
    api: &'a Api<'a>,
    /// References followed in a direction: schemas refer to each other in circles.
    seen: BTreeSet<(String, Option<Handling>)>,
    found: BTreeMap<String, Field>,
}

struct Field {
    class: Classification,
    handling: BTreeSet<Handling>,
    places: Vec<Place>,
}

impl<'a> Fields<'a> {
    fn parameters(&mut self, node: &'a Node) {
        for parameter in node.get("parameters").map(Node::items).unwrap_or_default() {
            let parameter = self.api.resolve(parameter);
            if parameter.text_of("in") == Some("body") {
                if let Some(schema) = parameter.get("schema") {
                    self.schema(schema, Some(Handling::Collects), 0);
                }
            } else if let Some(name) = parameter.entry("name") {
                let text = name.value.name().unwrap_or_default().to_owned();
                self.field(&text, name.place(), parameter.get("schema"), Some(Handling::Collects));
            }
        }
    }

    /// OpenAPI 3 wraps schemas in media types, Swagger 2 does not.
    fn contents(&mut self, node: &'a Node, handling: Handling) {
        for media in node.get("content").map(Node::entries).unwrap_or_default() {
            if let Some(schema) = media.value.get("schema") {
                self.schema(schema, Some(handling), 0);
            }
        }
        if let Some(schema) = node.get("schema") {
            self.schema(schema, Some(handling), 0);
        }
    }

    /// Schemas that no operation uses still state that the API knows such fields.
    fn unused_schemas(&mut self) {
        let api = self.api;
        for (path, prefix) in
            [(&["components", "schemas"][..], "#/components/schemas/"), (&["definitions"], "#/definitions/")]
        {
            for entry in api.root.at(path).map(Node::entries).unwrap_or_default() {
                let reference = format!("{prefix}{}", entry.key);
                let used = [Handling::Collects, Handling::Sends]
                    .iter()
                    .any(|handling| self.seen.contains(&(reference.clone(), Some(*handling))));
                if !used && self.seen.insert((reference, None)) {
                    self.schema(&entry.value, None, 0);
                }
            }
        }
    }

    fn schema(&mut self, schema: &'a Node, handling: Option<Handling>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        if let Some(reference) = schema.text_of("$ref") {
            if self.seen.insert((reference.to_owned(), handling))
                && let Some(target) = self.api.lookup(reference)
            {
                self.schema(&target.value, handling, depth + 1);
            }
            return;
        }
        for property in schema.get("properties").map(Node::entries).unwrap_or_default() {
            self.property(property, handling);
            self.schema(&property.value, handling, depth + 1);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key).filter(|inner| inner.is_map()) {
                self.schema(inner, handling, depth + 1);
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for inner in schema.get(key).map(Node::items).unwrap_or_default() {
                self.schema(inner, handling, depth + 1);
            }
        }
    }

    fn property(&mut self, property: &'a Entry, handling: Option<Handling>) {
        let is = |key| property.value.get(key).and_then(Node::as_bool) == Some(true);
        let handling = match handling {
            Some(Handling::Sends) if is("writeOnly") => return,
            Some(Handling::Collects) if is("readOnly") => return,
            other => other,
        };
        self.field(&property.key, property.place(), Some(&property.value), handling);
    }

    fn field(&mut self, name: &str, place: Place, schema: Option<&Node>, handling: Option<Handling>) {
        let text = |key| schema.and_then(|schema| schema.text_of(key));
        let class = match text("format") {
            Some("password") => Some(Classification::Credential),
            Some("email") => Some(Classification::Personal),
            _ if matches!(text("type"), Some("boolean")) => None,
            _ => sensitive::classify(name),
        };
        let Some(class) = class.filter(|_| !name.is_empty()) else { return };
        let new = || Field { class, handling: BTreeSet::new(), places: Vec::new() };
        let field = self.found.entry(name.to_owned()).or_insert_with(new);
        field.handling.extend(handling);
        if field.places.len() < PLACES_MAX && !field.places.contains(&place) {
            field.places.push(place);
        }
    }
}
