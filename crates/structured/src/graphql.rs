//! GraphQL schemas: queries, mutations and subscriptions as endpoints, with what their directives ask of callers; sensitive
//! fields as data. The parser goes on behind an error, so what is sound in a broken file is read.

mod directives;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use apollo_parser::cst::{self, CstNode as _, Definition};
use apollo_parser::{Parser, SyntaxNode};
use cairn_model::{Classification, DataClaim, Document, EndpointClaim, Handling, Status};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::sensitive;

/// Nesting of lists and selections.
const DEPTH_MAX: usize = 100;
/// Tokens of one file.
const TOKENS_MAX: usize = 2_000_000;
/// Places that state a field.
const PLACES_MAX: usize = 4;

/// Reads one file.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/graphql/1");
    let tree = Parser::new(facts.text()).recursion_limit(DEPTH_MAX).token_limit(TOKENS_MAX).parse();
    for error in tree.errors() {
        facts.not_understood(error.index(), format!("not GraphQL: {}", error.message()));
    }
    let definitions: Vec<Definition> = tree.document().definitions().collect();
    let mut schema = Schema { roots: roots(&definitions), fields: BTreeMap::new(), unknown: BTreeSet::new() };
    let mut has_operations = false;
    for definition in &definitions {
        if definition.is_executable_definition() {
            if !has_operations {
                facts.not_understood(range(definition.syntax()).start, "operations of a client, which are no schema");
            }
            has_operations = true;
            continue;
        }
        schema.definition(definition, &mut facts);
    }
    schema.claim(&mut facts);
    facts.finish()
}

/// The types whose fields are entry points: named by the schema, or by their usual names.
fn roots(definitions: &[Definition]) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for definition in definitions {
        let operations: Vec<cst::RootOperationTypeDefinition> = match definition {
            Definition::SchemaDefinition(schema) => schema.root_operation_type_definitions().collect(),
            Definition::SchemaExtension(schema) => schema.root_operation_type_definitions().collect(),
            _ => continue,
        };
        let types = operations.iter().filter_map(|operation| operation.named_type()?.name());
        named.extend(types.map(|name| name.text().to_string()));
    }
    if named.is_empty() { ["Query", "Mutation", "Subscription"].map(str::to_owned).into() } else { named }
}

/// What is gathered over the types of one file.
struct Schema {
    roots: BTreeSet<String>,
    fields: BTreeMap<String, (Classification, BTreeSet<Handling>, Vec<Place>)>,
    /// Directives that no reader understands, each named once.
    unknown: BTreeSet<String>,
}

/// A type that has fields.
struct Owner {
    name: String,
    head: Place,
    directives: Option<cst::Directives>,
}

impl Schema {
    fn definition(&mut self, definition: &Definition, facts: &mut Facts<'_>) {
        let (fields, inputs, own) = match definition {
            Definition::ObjectTypeDefinition(it) => (it.fields_definition(), None, it.directives()),
            Definition::ObjectTypeExtension(it) => (it.fields_definition(), None, it.directives()),
            Definition::InterfaceTypeDefinition(it) => (it.fields_definition(), None, it.directives()),
            Definition::InterfaceTypeExtension(it) => (it.fields_definition(), None, it.directives()),
            Definition::InputObjectTypeDefinition(it) => (None, it.input_fields_definition(), it.directives()),
            Definition::InputObjectTypeExtension(it) => (None, it.input_fields_definition(), it.directives()),
            _ => return,
        };
        let Some(name) = definition.name() else { return };
        let head = head(definition.syntax(), name.syntax());
        let owner = Owner { name: name.text().to_string(), head, directives: own };
        for field in fields.iter().flat_map(cst::FieldsDefinition::field_definitions) {
            self.field(&owner, &field, facts);
        }
        for input in inputs.iter().flat_map(cst::InputFieldsDefinition::input_value_definitions) {
            self.input(&input);
        }
    }

    fn field(&mut self, owner: &Owner, field: &cst::FieldDefinition, facts: &mut Facts<'_>) {
        let Some(name) = field.name() else { return };
        let start = range(name.syntax()).start;
        for input in field.arguments_definition().iter().flat_map(cst::ArgumentsDefinition::input_value_definitions) {
            self.input(&input);
        }
        let directives = directives::read([field.directives(), owner.directives.clone()].into_iter().flatten());
        for (unknown, at) in &directives.unknown {
            if self.unknown.insert(unknown.clone()) {
                facts.not_understood(*at, format!("the directive `@{unknown}`"));
            }
        }
        let is_root = self.roots.contains(&owner.name);
        if !is_root {
            let is_flag = field.ty().is_some_and(|ty| range_text(facts, &range(ty.syntax())).starts_with("Boolean"));
            let end = field.ty().map_or_else(|| range(name.syntax()).end, |ty| range(ty.syntax()).end);
            if !is_flag {
                self.sensitive(&name.text(), Place::without_values(start..end), Handling::Sends);
            }
        }
        let asks = directives.authentication.is_some() || directives.authorization.is_some();
        if !is_root && !asks {
            return;
        }
        let claim = EndpointClaim {
            path: format!("{}.{}", owner.name, name.text()),
            authentication: directives.authentication,
            authorization: directives.authorization,
            ..EndpointClaim::default()
        };
        let status = if directives.deprecated { Status::Deprecated } else { Status::Implemented };
        let mut places = vec![owner.head.clone(), signature(field, &name)];
        places.extend(directives.places);
        facts.endpoint(claim, status, &places);
    }

    /// An argument, or a field of an input type.
    fn input(&mut self, input: &cst::InputValueDefinition) {
        let (Some(name), Some(ty)) = (input.name(), input.ty()) else { return };
        let range = range(name.syntax()).start..range(ty.syntax()).end;
        self.sensitive(&name.text(), Place::without_values(range), Handling::Collects);
    }

    fn sensitive(&mut self, name: &str, place: Place, handling: Handling) {
        let Some(class) = sensitive::classify(name) else { return };
        let known = self.fields.entry(name.to_owned()).or_insert_with(|| (class, BTreeSet::new(), Vec::new()));
        known.1.insert(handling);
        if known.2.len() < PLACES_MAX {
            known.2.push(place);
        }
    }

    fn claim(self, facts: &mut Facts<'_>) {
        for (name, (class, handling, places)) in self.fields {
            let handling = handling.into_iter().collect();
            let claim = DataClaim { name, classification: Some(class), handling, ..DataClaim::default() };
            facts.data(claim, &places);
        }
    }
}

/// Name, arguments and type of a field, or the name alone where an argument has a default, which may be a secret.
fn signature(field: &cst::FieldDefinition, name: &cst::Name) -> Place {
    let name = range(name.syntax());
    let end = field.ty().map_or(name.end, |ty| range(ty.syntax()).end);
    let inputs = field.arguments_definition();
    let has_default = inputs
        .iter()
        .flat_map(cst::ArgumentsDefinition::input_value_definitions)
        .any(|input| input.default_value().is_some());
    Place::without_values(name.start..if has_default { name.end } else { end })
}

/// From the keyword to the name of a type, without its description.
fn head(definition: &SyntaxNode, name: &SyntaxNode) -> Place {
    let end = range(name).end;
    let first =
        definition.children_with_tokens().find(|part| part.as_token().is_some_and(|it| !it.text().trim().is_empty()));
    let start = first.map_or_else(|| range(definition).start, |part| usize::from(part.text_range().start()));
    Place::without_values(start.min(end)..end)
}

fn range(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    // The tree holds the blanks behind a part as part of it.
    let text = node.text().to_string();
    let end = usize::from(range.start()) + text.trim_end().len();
    usize::from(range.start())..end
}

fn range_text<'a>(facts: &Facts<'a>, range: &Range<usize>) -> &'a str {
    facts.text().get(range.clone()).unwrap_or_default()
}
