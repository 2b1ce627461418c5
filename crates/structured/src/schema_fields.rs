//! Fields of JSON schemas whose names say that they are sensitive, with the direction in which they travel. Shared by the
//! readers of interface descriptions, whose schemas refer to each other, in circles too, and across files.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Classification, DataClaim, Handling};

use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed, Linked};
use crate::sensitive;
use crate::tree::Node;

/// How deep schemas are followed into each other.
const DEPTH_MAX: usize = 24;
/// Places that state a field, of which the first are quoted.
const PLACES_MAX: usize = 4;
/// Keys under which a value of the field may stand, which must not be quoted.
const VALUE_KEYS: &[&str] = &["example", "examples", "default", "x-example", "const", "enum"];

/// Gathers every sensitive field, so that each name is claimed once.
pub(crate) struct SchemaFields<'a> {
    linked: Linked<'a>,
    /// References followed in a direction.
    seen: BTreeSet<(usize, String, Option<Handling>)>,
    found: BTreeMap<String, Field>,
}

struct Field {
    class: Classification,
    handling: BTreeSet<Handling>,
    places: Vec<Place>,
}

impl<'a> SchemaFields<'a> {
    pub(crate) fn new(linked: Linked<'a>) -> Self {
        Self { linked, seen: BTreeSet::new(), found: BTreeMap::new() }
    }

    /// Claims what was gathered as handled by `component`.
    pub(crate) fn claim(self, component: Option<&str>, facts: &mut Facts<'_>) {
        for (name, field) in self.found {
            let claim = DataClaim {
                name,
                component: component.map(str::to_owned),
                classification: Some(field.class),
                handling: field.handling.into_iter().collect(),
                ..DataClaim::default()
            };
            facts.data(claim, &field.places);
        }
    }

    /// The schemas under `path` of the file's top which nothing has used: they still state that such fields are known.
    pub(crate) fn unused(&mut self, path: &[&str]) {
        let prefix = format!("#/{}/", path.join("/"));
        for entry in self.linked.root.at(path).into_iter().flat_map(At::entries) {
            let reference = format!("{prefix}{}", entry.key());
            let used = [Handling::Collects, Handling::Sends]
                .iter()
                .any(|handling| self.seen.contains(&(0, reference.clone(), Some(*handling))));
            if !used && self.seen.insert((0, reference, None)) {
                self.schema(entry.value(), None, 0);
            }
        }
    }

    /// The fields of a schema and of those in it.
    pub(crate) fn schema(&mut self, schema: At<'a>, handling: Option<Handling>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        if let Some(reference) = schema.text_of("$ref") {
            if self.seen.insert((schema.file, reference.to_owned(), handling))
                && let Some(target) = self.linked.target(schema.file, reference)
            {
                self.schema(target, handling, depth + 1);
            }
            return;
        }
        for property in schema.entries_of("properties") {
            self.property(property, handling);
            self.schema(property.value(), handling, depth + 1);
        }
        for key in ["items", "additionalProperties", "not", "if", "then", "else", "contains", "unevaluatedProperties"] {
            if let Some(inner) = schema.get(key).filter(|inner| inner.node.is_map()) {
                self.schema(inner, handling, depth + 1);
            }
        }
        for key in ["allOf", "anyOf", "oneOf", "prefixItems", "items"] {
            for inner in schema.items_of(key) {
                self.schema(inner, handling, depth + 1);
            }
        }
        for key in ["patternProperties", "dependentSchemas"] {
            for inner in schema.entries_of(key) {
                self.schema(inner.value(), handling, depth + 1);
            }
        }
        self.avro(schema, handling, depth);
    }

    /// Avro records list their fields with names.
    fn avro(&mut self, schema: At<'a>, handling: Option<Handling>, depth: usize) {
        if schema.text_of("type") != Some("record") {
            return;
        }
        for field in schema.items_of("fields") {
            if let Some(name) = field.entry("name") {
                let text = name.value().node.name().unwrap_or_default().to_owned();
                self.field(&text, name.place(), None, handling);
            }
            if let Some(inner) = field.get("type").filter(|inner| inner.node.is_map()) {
                self.schema(inner, handling, depth + 1);
            }
        }
    }

    fn property(&mut self, property: Keyed<'a>, handling: Option<Handling>) {
        let schema = property.value();
        let is = |key| schema.node.get(key).and_then(Node::as_bool) == Some(true);
        let handling = match handling {
            Some(Handling::Sends) if is("writeOnly") => return,
            Some(Handling::Collects) if is("readOnly") => return,
            other => other,
        };
        self.field(property.key(), property.place_before(VALUE_KEYS), Some(schema), handling);
    }

    /// Notes the field `name` when its name or its schema says that it is sensitive.
    pub(crate) fn field(&mut self, name: &str, place: Place, schema: Option<At<'a>>, handling: Option<Handling>) {
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
