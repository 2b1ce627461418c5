//! Sensitive fields of the schemas and parameters of an API, with the direction in which they travel.

use cairn_model::Handling;

use super::Api;
use crate::facts::Facts;
use crate::linked::At;
use crate::schema_fields::SchemaFields;

pub(super) fn read(api: &Api<'_>, facts: &mut Facts<'_>) {
    let mut fields = Fields { api, schemas: SchemaFields::new(api.linked) };
    for path in api.root().entries_of("paths") {
        let item = api.resolve(path.value());
        fields.parameters(item);
        for operation in item.entries().filter(|entry| entry.value().node.is_map()) {
            let operation = operation.value();
            fields.operation(operation, Handling::Collects, Handling::Sends);
            for callback in operation.entries_of("callbacks") {
                for address in api.resolve(callback.value()).entries() {
                    fields.called_out(api.resolve(address.value()));
                }
            }
        }
    }
    for key in ["webhooks", "x-webhooks"] {
        for webhook in api.root().entries_of(key) {
            fields.called_out(api.resolve(webhook.value()));
        }
    }
    fields.schemas.unused(&["components", "schemas"]);
    fields.schemas.unused(&["definitions"]);
    fields.schemas.claim(api.component, facts);
}

struct Fields<'a> {
    api: &'a Api<'a>,
    schemas: SchemaFields<'a>,
}

impl<'a> Fields<'a> {
    /// What an operation takes and gives.
    fn operation(&mut self, operation: At<'a>, takes: Handling, gives: Handling) {
        self.parameters(operation);
        if let Some(body) = operation.get("requestBody") {
            self.contents(self.api.resolve(body), takes);
        }
        for response in operation.entries_of("responses") {
            self.contents(self.api.resolve(response.value()), gives);
        }
    }

    /// The operations that the API calls at others: what they take it sends.
    fn called_out(&mut self, item: At<'a>) {
        for operation in item.entries().filter(|entry| entry.value().node.is_map()) {
            self.operation(operation.value(), Handling::Sends, Handling::Collects);
        }
    }

    fn parameters(&mut self, node: At<'a>) {
        for parameter in node.items_of("parameters") {
            let parameter = self.api.resolve(parameter);
            if parameter.text_of("in") == Some("body") {
                if let Some(schema) = parameter.get("schema") {
                    self.schemas.schema(schema, Some(Handling::Collects), 0);
                }
            } else if let Some(name) = parameter.entry("name") {
                let text = name.value().node.name().unwrap_or_default().to_owned();
                self.schemas.field(&text, name.place(), parameter.get("schema"), Some(Handling::Collects));
            }
        }
    }

    /// OpenAPI 3 wraps schemas in media types, Swagger 2 does not.
    fn contents(&mut self, node: At<'a>, handling: Handling) {
        for media in node.entries_of("content") {
            if let Some(schema) = media.value().get("schema") {
                self.schemas.schema(schema, Some(handling), 0);
            }
        }
        if let Some(schema) = node.get("schema") {
            self.schemas.schema(schema, Some(handling), 0);
        }
    }
}
